# SPDX-License-Identifier: Apache-2.0
"""Names of components and systems as documents write them, brought to the products that records name."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.values.cpe import Cpe
from leadglass.vulnerabilities import schemes
from leadglass.vulnerabilities.book import Book, aliases
from leadglass.vulnerabilities.components import (
    LINE,
    of_cpe,
    of_system,
    spelled,
    split_update,
    systems,
    token,
    upstream,
)
from leadglass.vulnerabilities.versions import key, norm
from tests.vulnerabilities.worlds import link

TABLES = Path(__file__).parents[2] / "src/leadglass/vulnerabilities/tables"
SYSTEMS = systems()
CATALOGUE = {
    "zlib": [("a", "zlib", 20), ("a", "gnu", 3)],
    "viewer": [("a", "acme", 4), ("a", "belmarq", 9)],
    "scikit-learn": [("a", "scikit-learn", 2)],
    "tomara_firmware": [("o", "quillon", 3)],
    "newthing": [("a", "maker_inc", 1)],
}


def book(answers: dict[str, str] | None = None) -> Book:
    return Book(CATALOGUE, answers or {}, aliases())


# Versions and the update that they end in


@pytest.mark.parametrize(
    ("version", "base", "update"),
    [
        ("1.0.2-beta1", "1.0.2", "beta1"),
        ("3.0.0-alpha17", "3.0.0", "alpha17"),
        ("1.0rc2", "1.0", "rc2"),
        ("1.2.3-rc.1", "1.2.3", "rc1"),
        ("4.0-beta", "4.0", "beta"),
        ("2008 R2 SP1", "2008 R2", "sp1"),
        ("2012SP4", "2012", "sp4"),
        ("2016 Service Pack 1", "2016", "sp1"),
        ("7.0 update 3", "7.0", "update3"),
        ("1.8.0_291", "1.8.0", "update291"),
        ("1.8.0_045-b14", "1.8.0", "update45"),
        ("7.2p2", "7.2", "p2"),
        ("5.3.18.RELEASE", "5.3.18", ""),
        ("4.1.0.Final", "4.1.0", ""),
        ("2.1 (x64)", "2.1", ""),
        ("10.0.17763.1 (WinBuild.160101.0800)", "10.0.17763.1", ""),
        ("1.0.2k", "1.0.2k", ""),
        ("VB30A", "VB30A", ""),
        ("12.5(1)", "12.5(1)", ""),
        ("beta1", "beta1", ""),
        ("", "", ""),
    ],
)
def test_a_version_is_split_from_the_update_that_it_ends_in(version, base, update):
    assert split_update(version) == (base, update)


@given(st.text(max_size=20))
def test_splitting_invents_nothing(version):
    base, update = split_update(version)
    assert version.strip().startswith(base)
    assert all(letter in version.lower() for letter in update if letter.isdigit())


@pytest.mark.parametrize(
    ("version", "as_", "why"),
    [
        ("2008 R2 SP1", "2008 R2", "a service pack is compared apart"),
        ("7.2p2", "7.2", "and so is a patch level"),
        ("5.3.18.RELEASE", "5.3.18", "a word that says nothing moves nothing"),
        ("1.0.2-beta1", "1.0.2-beta1", "what comes before a release is before it"),
        ("1.8.0_291", "1.8.0_291", "records compare Java so"),
        ("v1.2", "1.2", "a v is no part of it"),
    ],
)
def test_a_version_has_its_place_in_the_order(version, as_, why):
    assert link("a", "v:p", version).key == key(as_), why


@pytest.mark.parametrize(
    ("product", "version", "update", "as_", "why"),
    [
        ("siemens:syngo.via", "VB30A_SP02", "*", "VB30A_SP02", "a service pack is a part of the version"),
        ("cisco:unity_connection", "12.5(1)SU6", "*", "12.5(1)su6", "upper case moves nothing"),
        (
            "juniper:junos",
            "20.3",
            "r1-s3",
            "20.3R1-S3",
            "what a name states as update belongs to the version",
        ),
        ("cisco:unity_connection", "12.5(1)", "su6", "12.5(1)su6", "the same"),
        ("vmware:esxi", "6.7", "670-202008001", "670-202008001", "the same"),
        ("siemens:syngo.via", "VB30A SP02", "sp02", "VB30A_SP02", "but not twice"),
        ("vmware:esxi", "7.0", "update_3c", "7.0", "nor where it is not of the scheme"),
        ("juniper:junos", "20.3", "-", "20.3", "none is none"),
    ],
)
def test_in_the_scheme_of_its_product_a_version_counts_as_a_whole(product, version, update, as_, why):
    scheme = schemes.scheme_of_product(product)
    assert schemes.is_valid(scheme, as_)
    assert link("o", product, version, update).key == schemes.key(scheme, as_), why


@pytest.mark.parametrize("version", ["", "-", "unknown", "n/a", "NOASSERTION", "latest", "1.x", "1.*", ">=1.0", "^1.2", "c40665f44509724b64938c85def9fb2e79f62ec8", "?"])  # fmt: skip
def test_what_is_no_version_has_no_place_in_the_order(version):
    assert link("a", "v:p", version).key == ""


@pytest.mark.parametrize("version", ["unknown", "N/A", "NOASSERTION", "latest", "?"])
def test_a_word_for_not_knowing_is_no_version_at_all(version):
    made = link("a", "v:p", version)
    assert (made.norm, made.base) == ("", "")


def test_a_release_by_name_is_in_no_order():
    made = link("o", "microsoft:windows_10", "1809", named=True)
    assert (made.norm, made.key) == ("1809", "")


# Operating systems, as the inventories of the demo write them


def linked(os: str, os_version: str = "") -> dict[str, tuple[str, str, str, bool]]:
    return {
        made.product: (made.norm, made.update, made.key, made.named)
        for made in of_system(os, os_version, SYSTEMS)
    }


@pytest.mark.parametrize(
    ("os", "os_version", "product", "named", "update", "build"),
    [
        ("Windows 7 Pro SP1", "6.1.7601", "microsoft:windows_7", "-", "sp1", ""),
        ("Windows Embedded Standard 7", "6.1.7601", "microsoft:windows_7", "-", "sp1", ""),
        ("Windows 7", "", "microsoft:windows_7", "-", "*", ""),
        ("Windows 7", "6.1.7600", "microsoft:windows_7", "-", "-", ""),
        ("Windows 7 SP1", "6.1.7601.24544", "microsoft:windows_7", "-", "sp1", "6.1.7601.24544"),
        ("Windows XP SP3", "5.1.2600", "microsoft:windows_xp", "-", "sp3", ""),
        ("Windows XP Service Pack 2", "", "microsoft:windows_xp", "-", "sp2", ""),
        ("WinXP Embedded SP3", "", "microsoft:windows_xp", "-", "sp3", ""),
        ("Windows 10", "10.0.17763.2686", "microsoft:windows_10", "1809", "*", ""),
        ("Windows 10", "10.0.17763.2686", "microsoft:windows_10_1809", "-", "*", "10.0.17763.2686"),
        ("Windows 10 IoT LTSC 2019", "10.0.17763", "microsoft:windows_10_1809", "-", "*", ""),
        ("Windows 10 Enterprise 2019 LTSC", "", "microsoft:windows_10", "1809", "*", ""),
        ("Win10 Ent 2016 LTSB", "14393", "microsoft:windows_10", "1607", "*", ""),
        ("Win10 Ent 2016 LTSB", "14393", "microsoft:windows_10_1607", "-", "*", ""),
        ("Microsoft® Windows® 10 Pro", "20H2", "microsoft:windows_10", "20h2", "*", ""),
        ("Windows", "10.0.19044.1889", "microsoft:windows_10_21h2", "-", "*", "10.0.19044.1889"),
        ("Windows 10 1909", "10.0.18363", "microsoft:windows_10", "1909", "*", ""),
        ("Windows 11 22H2", "10.0.22621.1265", "microsoft:windows_11_22h2", "-", "*", "10.0.22621.1265"),
        ("Windows Server 2016", "10.0.14393", "microsoft:windows_server_2016", "-", "*", ""),
        ("Windows Server 2016", "10.0.14393.5582", "microsoft:windows_server_2016", "-", "*", "10.0.14393.5582"),
        ("Windows Server 2012 R2", "6.3.9600", "microsoft:windows_server_2012", "r2", "*", ""),
        ("Windows Server 2012 R2", "6.3.9600.20778", "microsoft:windows_server_2012_r2", "-", "*", "6.3.9600.20778"),
        ("Windows Server Standard 2008 R2 SP1", "", "microsoft:windows_server_2008", "r2", "sp1", ""),
        ("Windows 8.1 Embedded", "6.3.9600.20670", "microsoft:windows_8.1", "-", "*", "6.3.9600.20670"),
    ],
)  # fmt: skip
def test_a_windows_is_named_by_its_release_and_ordered_by_its_build(
    os, os_version, product, named, update, build
):
    assert linked(os, os_version)[product] == (named, update, key(build) if build else "", True)


@pytest.mark.parametrize("text", ["Windows 10 LTSC", "Windows 10", "Win10 Pro"])
def test_a_windows_10_of_unknown_release_is_known_by_name_only(text):
    assert linked(text)["microsoft:windows_10"] == ("", "*", "", False)
    assert not any(product.startswith("microsoft:windows_10_") for product in linked(text))


@pytest.mark.parametrize(
    ("os", "os_version", "product", "version", "update"),
    [
        ("Linux", "", "linux:linux_kernel", "", "*"),
        ("Linux", "5.10.0-21", "linux:linux_kernel", "5.10.0-21", "*"),
        ("Linux 4.14.105 (64-bit)", "", "linux:linux_kernel", "4.14.105", "*"),
        ("Linux 64-bit", "", "linux:linux_kernel", "", "*"),
        ("Debian 11", "", "debian:debian_linux", "11", "*"),
        ("Debian GNU/Linux", "10 (buster)", "debian:debian_linux", "10", "*"),
        ("Ubuntu 20.04.6 LTS", "", "canonical:ubuntu_linux", "20.04.6", "*"),
        ("Red Hat Enterprise Linux 8.4", "", "redhat:enterprise_linux", "8.4", "*"),
        ("SUSE Linux Enterprise Server 12 SP3", "", "suse:linux_enterprise_server", "12", "sp3"),
        ("VxWorks", "6.9", "windriver:vxworks", "6.9", "*"),
        ("VMware ESXi 6.7.0", "", "vmware:esxi", "6.7.0", "*"),
    ],
)
def test_other_systems_have_the_number_behind_their_name(os, os_version, product, version, update):
    at = schemes.key(schemes.scheme_of_product(product), version) if version else ""
    assert linked(os, os_version)[product] == (norm(version), update, at, False)


@pytest.mark.parametrize(("os", "os_version"), [("", ""), ("", "-"), ("Nucleus RTOS", "3.1"), ("?", "?")])
def test_a_system_that_no_row_knows_has_no_link(os, os_version):
    assert linked(os, os_version) == {}


def test_servers_of_old_are_known_under_both_names():
    assert set(linked("Windows Server 2003 SP2")) == {
        "microsoft:windows", "microsoft:windows_server_2003", "microsoft:windows_2003_server",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hardware"),
    [
        ("Windows 7 SP1 x64", "x64"),
        ("Windows 10 64-bit", "x64"),
        ("Windows 7 32 Bit", "x86"),
        ("Windows Server 2019", "x64"),
        ("Windows 7", ""),
    ],
)
def test_a_platform_is_told_where_it_is_stated_or_the_only_one(text, hardware):
    made = {one.product: one.qualifiers for one in of_system(text, "", SYSTEMS)}
    product = "microsoft:windows_server_2019" if "2019" in text else max(made, key=len)
    assert made[product] == (f"*|*|*|*|{hardware}|*" if hardware else "")


def test_a_product_is_linked_once_per_device():
    for row in SYSTEMS:
        text = re.sub(r"\\b|\(\?!.*?\)|[?^]|\.\*|\\", "", row.pattern.pattern)
        products = [made.product for made in of_system(text, "", SYSTEMS)]
        assert len(products) == len(set(products))


@pytest.mark.parametrize(
    ("os", "os_version", "expected"),
    [
        ("Solaris 10 8/07 s10s_u4wos_12b SPARC", "5.10", {"sunos": "5.10", "solaris": "10"}),
        ("Oracle Solaris 11.3", "", {"sunos": "5.11", "solaris": "11.3"}),
        ("SunOS 5.9", "", {"sunos": "5.9", "solaris": "9"}),
        ("Solaris 11", "", {}),  # records name its releases: 11.3
    ],
)
def test_solaris_is_known_by_the_number_of_its_sunos_too(os, os_version, expected):
    made = of_system(os, os_version, SYSTEMS)
    assert {one.product.partition(":")[2]: one.version for one in made} == expected
    assert all(one.key and not one.named for one in made)


@given(st.text(max_size=30), st.text(max_size=20))
def test_no_text_of_an_inventory_is_an_error(os, os_version):
    for made in of_system(os, os_version, SYSTEMS):
        assert made.confidence >= LINE
        assert spelled(spelled(os)) == spelled(os)


def test_the_table_of_systems_is_whole():
    products = [(row.product, row.version) for row in SYSTEMS]
    assert {row.version for row in SYSTEMS if "{" in row.version} == {"{build}", "{version}", "{1}", "5.{1}"}
    assert all(re.fullmatch(r"[a-z_]+:[a-z0-9_.]+", product) for product, _ in products)
    assert all(row.pattern.pattern == row.pattern.pattern.lower() for row in SYSTEMS), (
        "held against a text in lower case"
    )


# Packages and names


def test_a_cpe_name_is_taken_as_it_is_and_an_open_version_filled_in():
    made = of_cpe(Cpe.parse("cpe:2.3:a:openssl:openssl:1.0.2:beta1:*:*:*:*:x64:*"))
    assert (made.product, made.version, made.update, made.qualifiers) == (
        "openssl:openssl",
        "1.0.2",
        "beta1",
        "*|*|*|*|x64|*",
    )
    assert (made.basis, made.confidence, made.doubt) == ("CPE name in the document", 1.0, "")
    open_ = Cpe.parse("cpe:2.3:o:quillon:tomara_firmware:*:*:*:*:*:*:*:*")
    assert of_cpe(open_, stated_version="1.5").version == "1.5"
    assert (of_cpe(open_, stated_version="1.5 SP2").base, of_cpe(open_, stated_version="1.5 SP2").update) == (
        "1.5",
        "sp2",
    )
    assert of_cpe(open_).key == ""


def test_not_applicable_is_not_any():
    made = of_cpe(Cpe.parse("cpe:2.3:h:quillon:tomara_64:-:*:*:*:*:*:*:*"), stated_version="1.5")
    assert (made.version, made.norm, made.key) == ("-", "-", "")


@pytest.mark.parametrize(
    ("purl", "product", "version"),
    [
        ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "apache:log4j", "2.14.1"),
        ("pkg:npm/lodash@4.17.20", "lodash:lodash", "4.17.20"),
        ("pkg:pypi/Pillow@8.0.0", "python:pillow", "8.0.0"),
        ("pkg:github/OpenSSL/openssl@OpenSSL_1_0_2k", "openssl:openssl", "OpenSSL_1_0_2k"),
    ],
)
def test_a_package_url_is_looked_up_in_the_alias_table(purl, product, version):
    made = book().link(name="whatever", version="", purl=purl)
    assert (made.part, made.product, made.version, made.doubt) == ("a", product, version, "")


@pytest.mark.parametrize(
    ("purl", "name", "product", "version"),
    [
        ("pkg:deb/debian/openssl@1.1.1n-0+deb11u4", "openssl", "openssl:openssl", "1.1.1n"),
        ("pkg:deb/debian/curl@7.74.0-1.3+deb11u7", "curl", "haxx:curl", "7.74.0"),
        ("pkg:deb/ubuntu/zlib@1:1.2.11.dfsg-2ubuntu9", "zlib", "zlib:zlib", "1.2.11"),
        ("pkg:rpm/redhat/openssl@1.0.2k-19.el7", "openssl", "openssl:openssl", "1.0.2k"),
        ("pkg:apk/alpine/busybox@1.34.1-r3", "busybox", "busybox:busybox", "1.34.1"),
    ],
)
def test_a_distributions_package_has_the_makers_version_and_may_be_repaired(purl, name, product, version):
    made = book().link(name=name, version="", purl=purl)
    assert (made.product, made.version, made.doubt) == (
        product,
        version,
        "whether the distribution repaired it",
    )


@pytest.mark.parametrize(
    ("purl", "cpe", "qualifiers"),
    [
        ("pkg:maven/org.apache.tomcat/tomcat-catalina@9.0.50", "", "*|*|*|maven|*|*"),
        ("pkg:npm/lodash@4.17.20", "", "*|*|*|node.js|*|*"),
        ("pkg:generic/openssl@1.0.2k", "", ""),
        ("pkg:maven/x/y@1", "cpe:2.3:a:apache:tomcat:9.0.50:*:*:*:*:*:*:*", "*|*|*|maven|*|*"),
        ("pkg:maven/x/y@1", "cpe:2.3:a:apache:tomcat:9.0.50:*:*:*:*:*:x64:*", "*|*|*|*|x64|*"),
        ("pkg:maven/x/unknown@1", "", ""),
    ],
)
def test_a_package_is_of_its_ecosystem(purl, cpe, qualifiers):
    assert book().link(name="?", version="", purl=purl, cpe=cpe).qualifiers == qualifiers


def test_a_distributions_package_that_no_record_names_is_in_no_doubt():
    assert book().link(name="libfoo-data", version="", purl="pkg:deb/debian/libfoo-data@1.0-1").doubt == ""


@given(
    st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}[a-z]?", fullmatch=True),
    st.integers(0, 9),
    st.integers(1, 9),
)
def test_epoch_and_revision_are_taken_off_and_nothing_else(version, epoch, revision):
    assert upstream("deb", f"{epoch}:{version}+dfsg-{revision}+deb11u1") == version
    assert upstream("deb", version) == version
    assert upstream("apk", f"{version}-r{revision}") == version
    assert upstream("npm", f"{version}-{revision}") == f"{version}-{revision}"


def test_a_name_is_looked_up_in_the_alias_table_before_the_records():
    made = book().link(name="OpenSSL", version="1.0.2k")
    assert (made.product, made.confidence, made.doubt) == ("openssl:openssl", 0.95, "")
    assert made.basis == "name 'OpenSSL' in the alias table"


@pytest.mark.parametrize(
    ("supplier", "product"), [("Apache Software Foundation", "apache:http_server"), ("", ""), ("Acme", "")]
)
def test_an_alias_may_ask_for_its_supplier(supplier, product):
    assert book().link(name="httpd", version="2.4", supplier=supplier).product == product


@pytest.mark.parametrize("supplier", ["Belmarq", "BELMARQ Health", "The Belmarq Group"])
def test_a_name_that_records_have_is_sure_where_the_supplier_is_theirs(supplier):
    made = book().link(name="Viewer", version="1.0", supplier=supplier)
    assert (made.product, made.confidence, made.doubt) == ("belmarq:viewer", 0.9, "")
    assert supplier in made.basis


def test_a_name_that_several_suppliers_use_is_a_question():
    made = book().link(name="Viewer", version="1.0")
    assert (made.product, made.doubt) == ("belmarq:viewer", "component identity")
    assert made.basis == "name is used by several suppliers"


def test_a_name_without_a_supplier_is_a_question_and_with_another_even_less_sure():
    unsaid = book().link(name="newthing", version="1.0")
    other = book().link(name="newthing", version="1.0", supplier="Somebody Else")
    assert unsaid.product == other.product == "maker_inc:newthing"
    assert unsaid.doubt == other.doubt == "component identity"
    assert LINE > unsaid.confidence > other.confidence
    assert "'Somebody Else' does not" in other.basis


def test_hyphens_of_records_are_found_under_underscores():
    assert (
        book().link(name="Scikit Learn", version="1.0", supplier="scikit-learn").product
        == "scikit-learn:scikit-learn"
    )


def test_firmware_is_looked_for_among_systems_and_a_library_is_not():
    assert book().link(name="Tomara firmware", version="1.5", supplier="Quillon", kind="firmware").part == "o"
    assert (
        book().link(name="Tomara firmware", version="1.5", supplier="Quillon", kind="library").product == ""
    )


def test_what_no_record_names_is_listed_without_a_product():
    made = book().link(name="Tomara Console", version="1.5")
    assert (made.part, made.product, made.doubt) == ("", "", "")
    assert made.basis == "no record at hand names it"


@pytest.mark.parametrize(
    ("answer", "part", "product"),
    [("a|acme:viewer", "a", "acme:viewer"), ("acme:viewer", "a", "acme:viewer"), ("o|acme:viewer_os", "o", "acme:viewer_os"),
     (" A|Acme:Viewer ", "a", "acme:viewer"), ("none", "", ""), ("No", "", ""), ("nein", "", "")],
)  # fmt: skip
def test_a_persons_answer_counts_before_tables_and_records(answer, part, product):
    made = book({"viewer": answer}).link(name="Viewer", version="1.0", supplier="Belmarq")
    assert (made.part, made.product, made.confidence, made.doubt) == (part, product, 1.0, "")
    assert "person" in made.basis


@pytest.mark.parametrize(
    ("cpe", "purl"), [("cpe:2.3:a:x", ""), ("openssl", ""), ("", "pkg:npm"), ("", "lodash")]
)
def test_a_name_that_is_none_is_refused(cpe, purl):
    with pytest.raises(UnreadableError):
        book().link(name="x", version="", cpe=cpe, purl=purl)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Microsoft .NET Framework", "microsoft_.net_framework"),
        ("libjpeg-turbo", "libjpeg_turbo"),
        ("  C++ Runtime ", "c++_runtime"),
    ],
)
def test_names_are_written_as_records_write_them(text, wanted):
    assert token(text) == wanted
    assert token(token(text)) == token(text)


def test_every_alias_can_be_reached_and_names_a_product():
    rows = aliases()
    with (TABLES / "aliases.csv").open(encoding="utf-8") as stream:
        assert len(rows) == sum(1 for _ in csv.reader(stream)) - 1
    for alias in rows:
        assert alias.part in {"a", "o", "h"}
        assert re.fullmatch(r"[^:]+:[^:]+", alias.product)
        if alias.kind == "name":
            made = book().link(name=alias.name, version="1", supplier=alias.supplier)
        else:
            made = book().link(name="?", version="1", purl=f"{alias.name}@1")
        assert made.product == alias.product, alias


# Names that say more than the product


NAMED = {
    "flash_player": [("a", "adobe", 9)],
    "dicom_viewer_pro": [("a", "sante", 2), ("a", "santesoft", 5)],
    "xenserver": [("o", "citrix", 3)],
    "acrobat": [("a", "adobe", 7)],
    "libfoo2": [("a", "foo_project", 1)],
    "server": [("a", "acme", 1)],
}


def found(name: str, version: str, **said: str) -> dict[str, tuple[str, str, bool]]:
    """Product to version, update and whether it is sure."""
    links = Book(NAMED, {}, aliases()).links(name=name, version=version, **said)
    return {one.product: (one.version, one.update, one.confidence >= LINE) for one in links}


@pytest.mark.parametrize(
    ("name", "version", "product", "told"),
    [
        ("Adobe Flash Player", "18.0.0.252", "adobe:flash_player", ("18.0.0.252", "*", True)),
        ("Adobe Flash Player 11 (plugin)", "11,2,202,548", "adobe:flash_player", ("11.2.202.548", "*", True)),
        ("Adobe Acrobat XI", "11.0.05", "adobe:acrobat", ("11.0.05", "*", True)),
        ("Adobe Acrobat XI", "10.1", "adobe:acrobat", ("10.1", "*", False)),
        ("Adobe Acrobat Capture", "3.0", "adobe:acrobat", ("3.0", "*", False)),
        ("libfoo2", "2.9.3", "foo_project:libfoo2", ("2.9.3", "*", True)),
        ("OpenSSL", "OpenSSL 3.1.1 30 May 2023", "openssl:openssl", ("3.1.1", "*", True)),
        ("Apache HTTP Server", "Apache/2.4.67 (Win64)", "apache:http_server", ("2.4.67 (Win64)", "*", True)),
        ("Microsoft SQL Server 2005 SP2", "9.00.3042", "microsoft:sql_server", ("2005", "sp2", True)),
        ("Internet Explorer 11", "11.0.9600.18059", "microsoft:internet_explorer", ("11", "*", True)),
        ("J2SE Development Kit 5.0 Update 20", "1.5.0_20", "oracle:jdk", ("1.5.0_20", "update20", True)),
    ],
)
def test_a_name_may_begin_with_its_maker_and_end_in_its_release(name, version, product, told):
    assert found(name, version)[product] == told


def test_makers_of_one_name_all_count_where_the_name_begins_as_they_do():
    assert set(found("Sante DICOM Viewer Pro", "11.8.7")) == {
        "sante:dicom_viewer_pro",
        "santesoft:dicom_viewer_pro",
    }


def test_an_application_may_be_a_system_to_records_and_a_library_may_not():
    assert found("Citrix XenServer", "6.0.2", kind="application")["citrix:xenserver"][2]
    assert found("Citrix XenServer", "6.0.2", kind="library") == {"": ("6.0.2", "*", False)}


def test_one_common_word_of_a_name_is_no_product():
    assert found("Belmarq Print Server", "1.0") == {"": ("1.0", "*", False)}


def test_a_module_has_the_version_of_its_group_and_a_product_its_former_names():
    purl = "pkg:maven/org.springframework/spring-webmvc@5.0.6.RELEASE"
    assert {"vmware:spring_framework", "pivotal_software:spring_framework"} <= set(
        found("spring-webmvc", "5.0.6.RELEASE", purl=purl)
    )


def test_what_stands_in_brackets_is_the_release_of_something_else():
    (linux,) = of_system("Linux kernel (Yocto 2.3)", "", SYSTEMS)
    assert linux.version == ""
