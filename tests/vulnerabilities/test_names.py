"""Names that inventories and records write otherwise: other vendors, other spellings, more words and fewer."""

from leadglass.vulnerabilities.book import Book, aliases, longer_names
from leadglass.vulnerabilities.components import Link

CATALOGUE = {
    "mysql": [("a", "oracle", 500)],
    "mysql_server": [("a", "oracle", 90)],
    "7zip": [("a", "7-zip", 2)],
    "flash_player": [("a", "adobe", 900)],
    "internet_explorer": [("a", "microsoft", 900)],
    "windows_media_encoder": [("a", "microsoft", 1)],
    "conquest": [("a", "conquest", 1)],
    "vela_runtime": [("a", "quillon", 1)],
    "vela": [("a", "quillon", 9)],
    "velaview": [("a", "quillon", 1)],
    "tarn": [("a", "tarn_project", 3), ("a", "mila_brandt", 1)],
    "ormond": [("a", "quillon", 1)],
    "ormond_pacs_server": [("a", "ormond", 1), ("a", "ormondsoft", 2)],
    "remote_bench_control": [("a", "quillon", 1)],
    "bench_port": [("a", "quillon", 1), ("a", "tarn", 1)],
    "gravis": [("a", "gravis", 1)],
    "remote": [("a", "quillon", 1)],
    "centricity_dms": [("a", "gehealthcare", 1)],
    "openssl": [("a", "openssl", 90)],
    "imagemagick": [("a", "imagemagick", 90)],
    "firefox": [("a", "mozilla", 90)],
    "conserus_image_repository": [("a", "changehealthcare", 1)],
    "entegra_p&r": [("a", "gehealthcare", 1)],
    "acrobat_reader_dc": [("a", "adobe", 300)],
    "openjpeg": [("a", "uclouvain", 40), ("a", "openjpeg", 3)],
}
LONGER = {
    "centricity_pacs": [("a", "ge", "centricity_pacs_ra1000", 1)],
    "dicom_viewer": [("a", "santesoft", "dicom_viewer_pro", 9)],
    "neuroworks": [("a", "natus", "xltek_neuroworks", 9)],
    "realvnc": [("a", "realvnc", "vnc_server", 0)],
    "centricity_dms": [("o", "gehealthcare", "centricity_dms_firmware", 1)],
}


def linked(name: str, version: str, *, supplier: str = "", purl: str = "") -> dict[str, Link]:
    """The links of a component, by product and release."""
    found = Book(CATALOGUE, {}, aliases(), LONGER).links(
        name=name, version=version, supplier=supplier, purl=purl
    )
    return {f"{one.product} {one.version}": one for one in found}


def test_a_table_of_names_hides_no_product_that_records_name_by_the_same_words() -> None:
    assert {"oracle:mysql 8.0.29", "oracle:mysql_server 8.0.29"} <= set(linked("MySQL Server", "8.0.29"))


def test_a_product_that_records_have_under_two_vendors_is_found_under_both() -> None:
    found = linked("OpenJPEG", "2.3.1")
    assert found["uclouvain:openjpeg 2.3.1"].doubt == found["openjpeg:openjpeg 2.3.1"].doubt == ""


def test_a_name_is_one_whatever_stands_between_its_words() -> None:
    assert "7-zip:7zip 19.00" in linked("7-Zip", "19.00")
    assert "gehealthcare:entegra_p&r 2.5.1" in linked("eNTEGRA P&R", "2.5.1")


def test_what_stands_behind_for_is_where_it_runs_and_no_product() -> None:
    found = linked("Adobe Flash Player for Internet Explorer 11", "22.0.0.192")
    assert list(found) == ["adobe:flash_player 22.0.0.192", "macromedia:flash_player 22.0.0.192"]
    assert found["adobe:flash_player 22.0.0.192"].qualifiers == "*|*|*|internet_explorer|*|*"


def test_a_word_that_records_put_behind_a_version_is_read_with_it() -> None:
    found = linked("Windows Media Encoder 9 Series", "9")
    assert found["microsoft:windows_media_encoder 9_series"].norm == "9_series"


def test_an_edition_is_read_as_records_write_it_both_ways() -> None:
    found = linked("Microsoft Office 2013 RT SP1", "15.0.4569.1506")
    assert {"microsoft:office 2013_rt", "microsoft:office 2013"} <= set(found)
    assert found["microsoft:office 2013"].qualifiers == "*|*|rt|*|*|*"


def test_a_year_is_written_as_the_records_of_the_product_write_it() -> None:
    assert "adobe:acrobat_reader_dc 15.006.30060" in linked(
        "Adobe Acrobat Reader DC (Classic)", "2015.006.30060"
    )


def test_a_word_for_a_kind_of_software_makes_a_doubt_and_no_silence() -> None:
    assert linked("Conquest DICOM Server", "1.4.17")["conquest:conquest 1.4.17"].doubt == "component identity"
    found = linked("Vela Runtime", "6.50")
    assert found["quillon:vela_runtime 6.50"].doubt == ""
    assert found["quillon:vela 6.50"].doubt == "component identity"


def test_records_that_say_more_than_the_name_are_asked_about() -> None:
    for name, product in (
        ("GE Centricity PACS", "ge:centricity_pacs_ra1000"),
        ("Sante DICOM Viewer", "santesoft:dicom_viewer_pro"),
        ("Natus NeuroWorks", "natus:xltek_neuroworks"),
    ):
        assert linked(name, "8")[f"{product} 8"].doubt == "component identity"


def test_another_maker_in_front_of_a_whole_name_is_asked_about() -> None:
    found = linked("McKesson Conserus Image Repository", "2.1.1.105")
    assert found["changehealthcare:conserus_image_repository 2.1.1.105"].doubt == "component identity"


def test_the_whole_name_is_looked_for_without_a_maker_and_kinds_alone_are_not() -> None:
    assert "centricity_pacs" in longer_names([("GE Centricity PACS", "")])
    assert "server" not in longer_names([("PACS Server", "")])


def test_a_vendor_that_is_called_as_the_product_is_its_project_and_others_are_asked_about() -> None:
    found = linked("Tarn", "2.1")
    assert found["tarn_project:tarn 2.1"].doubt == ""
    assert found["mila_brandt:tarn 2.1"].doubt == "component identity"


def test_a_maker_within_the_name_is_told_apart_from_its_longer_spelling_by_nobody() -> None:
    found = linked("Ormond PACS Server", "3.0")
    assert {one.doubt for one in found.values()} == {""}
    assert set(found) == {"ormond:ormond_pacs_server 3.0", "ormondsoft:ormond_pacs_server 3.0"}


def test_a_coined_word_that_one_vendor_alone_uses_is_sure_and_another_word_is_not() -> None:
    assert linked("VelaView", "1.0")["quillon:velaview 1.0"].doubt == ""
    assert linked("Velaview", "1.0")["quillon:velaview 1.0"].doubt == "component identity"
    assert linked("VELAVIEW", "1.0")["quillon:velaview 1.0"].doubt == "component identity"


def test_what_every_program_is_leaves_no_doubt_behind_a_name_of_one_maker() -> None:
    assert linked("Remote Bench Control Service", "12.0")["quillon:remote_bench_control 12.0"].doubt == ""
    assert linked("Remote Bench Control Viewer", "12.0")["quillon:remote_bench_control 12.0"].doubt
    assert linked("Bench Port Software", "2")["tarn:bench_port 2"].doubt == "component identity"


def test_the_first_word_of_a_program_that_no_record_names_is_asked_about() -> None:
    found = linked("Gravis Functional Workstation", "3.0")
    assert found["gravis:gravis 3.0"].doubt == "component identity"
    assert linked("Ormond Functional Workstation", "3.0")["quillon:ormond 3.0"].doubt == "component identity"
    assert list(linked("Remote Functional Workstation", "3.0")) == [" 3.0"]
    assert list(linked("gravis-dateutil", "3.0")) == [" 3.0"]
    assert list(linked("gravis dateutil", "3.0", purl="pkg:pypi/gravis-dateutil@3.0")) == [" 3.0"]


def test_editions_behind_a_repeated_version_tell_no_other_product() -> None:
    assert linked("OpenSSL 1.1.0g Light (32-bit)", "1.1.0g")["openssl:openssl 1.1.0g"].doubt == ""
    assert linked("ImageMagick 6.9.3-7 Q16", "6.9.3.7")["imagemagick:imagemagick 6.9.3.7"].doubt == ""
    assert linked("Mozilla Firefox 60.8.0 ESR (x64 en-US)", "60.8.0")["mozilla:firefox 60.8.0"].doubt == ""
    assert linked("Adobe Flash Player 18 ActiveX", "18.0.0.160")["adobe:flash_player 18.0.0.160"].doubt == ""
    assert linked("Adobe Flash Player Light", "18.0.0.160")["adobe:flash_player 18.0.0.160"].doubt != ""


def test_a_program_that_records_file_as_firmware_is_found_as_both() -> None:
    found = linked("Centricity DMS", "4.2")
    assert [(one.part, one.doubt) for one in found.values()] == [("a", ""), ("o", "")]
    assert "gehealthcare:centricity_dms_firmware 4.2" in found


def test_a_file_is_the_library_that_it_holds() -> None:
    for name, product in (("openjp2.dll", "uclouvain:openjpeg"), ("libeay32.dll", "openssl:openssl"),
                          ("libxml2.so.2", "xmlsoft:libxml2")):  # fmt: skip
        assert f"{product} 2.1.0" in linked(name, "2.1.0")


def test_the_revision_of_a_build_is_a_second_reading_of_the_version() -> None:
    assert {"openssl:openssl 1.1.1n-r0", "openssl:openssl 1.1.1n"} <= set(linked("openssl", "1.1.1n-r0"))
    assert set(linked("openssl", "R2-r1")) == {"openssl:openssl R2-r1"}


def test_java_is_read_as_windows_lists_it() -> None:
    found = linked("Java 8 Update 181 (64-bit)", "8.0.1810.13")
    assert {(one.version, one.update) for one in found.values()} == {("1.8.0", "update181")}
    assert [one.product for one in found.values()] == ["oracle:jre", "sun:jre"]


def test_a_former_name_of_a_sure_product_is_as_sure() -> None:
    catalogue = {"putty": [("a", "putty", 3), ("a", "simon_tatham", 9)]}
    found = Book(catalogue, {}, aliases()).links(name="PuTTY", version="0.63")
    assert {one.product: one.doubt for one in found} == {"putty:putty": "", "simon_tatham:putty": ""}


def test_a_framework_in_a_build_is_known_under_its_short_name_too() -> None:
    assert "microsoft:.net 4.8.03761" in linked("Microsoft .NET Framework 4.8", "4.8.03761")
    assert all("microsoft:.net " not in name for name in linked("Microsoft .NET Framework 4.7.2", "4.7.2"))
