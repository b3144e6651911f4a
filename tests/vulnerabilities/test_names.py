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
    "codemeter_runtime": [("a", "wibu", 1)],
    "codemeter": [("a", "wibu", 9)],
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
}


def linked(name: str, version: str, *, supplier: str = "") -> dict[str, Link]:
    """The links of a component, by product and release."""
    found = Book(CATALOGUE, {}, aliases(), LONGER).links(name=name, version=version, supplier=supplier)
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
    found = linked("CodeMeter Runtime", "6.50")
    assert found["wibu:codemeter_runtime 6.50"].doubt == ""
    assert found["wibu:codemeter 6.50"].doubt == "component identity"


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
