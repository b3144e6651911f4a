"""What records name beside a link is found too: firmware, products for one use, products of a maker that is named."""

import pytest

from leadglass.vulnerabilities.book import Book, aliases
from leadglass.vulnerabilities.components import REPAIRED, Link
from leadglass.vulnerabilities.packages import stems
from leadglass.vulnerabilities.relatives import makers_asked
from leadglass.vulnerabilities.wording import runs, tells_another

CATALOGUE = {
    "tarn_board_4": [("o", "quillon", 4)],
    "vela": [("a", "vela", 4), ("a", "ve-la", 9)],
    "bench_assist": [("a", "quillon", 4)],
    "office": [("a", "microsoft", 90)],
    "word_viewer": [("a", "microsoft", 9)],
    "gravis": [("a", "gravis", 4), ("a", "mila_brandt", 1)],
    "libtarn": [("a", "libtarn_project", 4)],
    "tarn11": [("a", "quillon", 4)],
    "rill": [("a", "ormond", 4)],
    "brook": [("a", "brook", 4)],
}
LONGER = {
    "tarn_board_4": [("o", "quillon", "tarn_board_4_firmware", 4)],
    "bench_assist": [
        ("a", "quillon", "bench_assist_for_home_pcs", 3),
        ("a", "quillon", "bench_assist_for_windows", 3),
        ("a", "quillon", "bench_assist_pro", 3),
        ("a", "tarn", "bench_assist_for_home_pcs", 3),
    ],
    "quillon": [
        ("a", "quillon", "zymar_holter_2010", 0),
        ("o", "quillon", "zymar_holter_2010_firmware", 0),
        *(("a", "quillon", f"tomara_{number}", 0) for number in range(20)),
    ],
    "ormond": [("a", "ormond", "ui_for_rill.net", 0), ("a", "ormond", "rill_chart", 0)],
    "net.quillon.tarn": [("a", "net.quillon.tarn", "org.weir.benches", 0)],
}


def links(name: str, version: str = "2.1", *, purl: str = "", kind: str = "application") -> list[Link]:
    """The links of a listed component."""
    return list(
        Book(CATALOGUE, {}, aliases(), LONGER).links(name=name, version=version, purl=purl, kind=kind)
    )


def linked(name: str, version: str = "2.1", *, purl: str = "", kind: str = "application") -> dict[str, str]:
    """What is in doubt about each product to which a component is linked, but for the name itself beside a product."""
    found = {one.product: one.doubt for one in links(name, version, purl=purl, kind=kind)}
    return {product: doubt for product, doubt in found.items() if product or len(found) == 1}


def test_firmware_is_the_same_thing_by_another_name_though_records_have_the_plain_name_too() -> None:
    found = linked("Tarn Board 4", "2.40", kind="firmware")
    assert found == {"quillon:tarn_board_4": "", "quillon:tarn_board_4_firmware": ""}


def test_a_vendor_is_the_same_whatever_stands_between_the_parts_of_its_name() -> None:
    assert linked("vela/vela", purl="pkg:docker/vela/vela@2.1") == {"vela:vela": "", "ve-la:vela": ""}
    assert linked("vela", purl="pkg:composer/vela/vela@2.1") == {"vela:vela": "", "ve-la:vela": ""}


def test_products_for_one_use_are_a_doubt_beside_the_product_and_those_for_a_platform_are_none() -> None:
    assert linked("Quillon Bench Assist") == {
        "quillon:bench_assist": "",
        "quillon:bench_assist_for_home_pcs": "component identity",
    }


def test_a_release_in_the_name_of_another_program_is_a_doubt() -> None:
    found = linked("Microsoft Office Word Viewer 2003", "11.0.8173.0")
    assert found["microsoft:office"] == found["microsoft:word_viewer"] == "component identity"
    assert linked("Microsoft Office Professional 2003", "11.0.8173.0")["microsoft:office"] == ""


@pytest.mark.parametrize(
    "name", ["Microsoft SQL Server 2012 Native Client", "SQL Server 2008 Management Studio"]
)
def test_words_for_another_program_are_seen_as_words(name: str) -> None:
    assert tells_another(name)
    assert not tells_another("Microsoft SQL Server 2012 Viewerless Clients")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gravis6.dll", ("gravis6", "gravis")),
        ("libtarn-5.dll", ("libtarn-5", "libtarn", "tarn")),
        ("brook_world330.dll", ("brook_world330", "brook_world", "brook")),
        ("libtarn.so.1.2.8", ("libtarn", "tarn")),
        ("libtarn11-6", ("libtarn11", "libtarn", "tarn11", "tarn")),
        ("libbrook-qt5-1", ("libbrook-qt5", "libbrook-qt", "brook-qt5", "brook-qt", "brook")),
        ("h2-1.4.197.jar", ("h2-1.4.197",)),
        ("musl", ()),
    ],
)
def test_the_project_of_a_file_or_a_library_stands_in_its_name(name: str, expected: tuple[str, ...]) -> None:
    assert stems(name) == expected
    assert {one.replace("-", "_") for one in expected} <= runs(name)


def test_the_project_of_a_file_is_a_doubt() -> None:
    assert linked("gravis6.dll", "2.3.5")["gravis:gravis"] == "component identity"
    assert linked("libtarn-5.dll", "4.0.7") == {"libtarn_project:libtarn": "component identity"}
    assert linked("brook_world330.dll", "3.3.0") == {"brook:brook": "component identity"}
    assert linked("Brook World 330", "3.3.0")["brook:brook"] == "component identity"


def test_a_package_of_a_library_is_of_its_project() -> None:
    found = linked("libtarn11-6", purl="pkg:deb/debian/libtarn11-6@2%3A1.6.4-3?arch=amd64")
    assert found == {"libtarn_project:libtarn": REPAIRED}
    assert linked("libbrook-qt5-1", purl="pkg:deb/debian/libbrook-qt5-1@0.7-5") == {"brook:brook": REPAIRED}


def test_a_package_of_a_distribution_is_no_client_of_another_makers_product() -> None:
    assert linked("rill_client", purl="pkg:apk/alpine/rill_client@1.30.1-r3") == {"": ""}
    assert linked("brook_client", purl="pkg:apk/alpine/brook_client@1.30.1-r3")["brook:brook"] == REPAIRED


def test_a_maker_and_a_telling_word_of_its_product_are_a_doubt() -> None:
    found = linked("Quillon Holter 2010 Plus", "2.9.0")
    assert set(found) == {"quillon:zymar_holter_2010", "quillon:zymar_holter_2010_firmware"}
    assert set(found.values()) == {"component identity"}
    assert linked("Quillon Tomara Plus", "2.9.0") == {"": ""}


def test_a_doubt_about_the_maker_hides_no_record_that_names_the_thing_in_words_alone() -> None:
    assert links("Quillon Holter 2010 Plus", "2.9.0")[-1].product == ""


def test_a_word_of_the_group_itself_tells_no_product_of_it() -> None:
    book = Book({}, {}, (), {"com.ossel.weir": [("a", "com.ossel.weir", "weir-databind", 0)]})
    found = book.link(name="weir-core", version="1", purl="pkg:maven/com.ossel.weir/weir-core@1")
    assert found.product == ""


def test_one_word_tells_no_product_of_a_maker_of_very_many() -> None:
    many = [("a", "ossel", f"rill_{number}", 0) for number in range(200)]
    book = Book({}, {}, (), {"ossel": [("a", "ossel", "front_bench_extensions", 0), *many]})

    def found(name: str) -> str:
        return book.link(name=name, version="1", purl=f"pkg:nuget/{name}@1").product

    assert found("Ossel.Extensions.Weir") == ""
    assert found("Ossel.Extensions.Bench") == "ossel:front_bench_extensions"


def test_the_group_of_a_package_or_the_first_part_of_its_name_is_a_maker() -> None:
    found = linked("Ormond.Web.UI", purl="pkg:nuget/Ormond.Web.UI@2013.1")
    assert found == {"ormond:ui_for_rill.net": "component identity"}
    found = linked("org.weir.r4", "5.0", purl="pkg:maven/net.quillon.tarn/org.weir.r4@5.0")
    assert found == {"net.quillon.tarn:org.weir.benches": "component identity"}


def test_a_distribution_makes_no_product_and_a_faulty_address_leaves_the_name() -> None:
    assert makers_asked("zlib.x", "", "pkg:deb/debian/zlib.x@1") == frozenset()
    assert makers_asked("tarn.x", "", "pkg:npm/quillon/tarn.x@1") == frozenset()
    assert makers_asked("Mila Brandt Vela", "Ormond AG", "no address") == {
        "mila", "mila_brandt", "milabrandt", "ormond_ag", "ormond",
    }  # fmt: skip
