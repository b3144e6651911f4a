# SPDX-License-Identifier: Apache-2.0
"""Inventories as hospitals export them: mapped, cleaned, and nothing lost without a word."""

from pathlib import Path

import pytest

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import sheet
from leadglass.formats.fleet_csv import load_profiles, preview, read
from leadglass.values.papers import FLEET_FIELDS

PAPERS = Path(__file__).parents[1] / "papers" / "fleet"
OWN, GERMAN, DIRTY = (
    (PAPERS / name).read_bytes() for name in ("own-columns.csv", "german-cmms.csv", "dirty-cmms.csv")
)


def remark_on(listed, place, word=""):
    """The remarks on a place that have a word in them."""
    return [remark.why for remark in listed.remarks if remark.where == place and word in remark.why]


def by_tag(listed):
    """The rows by tag and site."""
    return {(row.fields["asset_tag"], row.fields["site"]): row for row in listed.rows}


def test_our_own_columns_are_taken_as_they_stand():
    listed = read(OWN)
    assert listed.profile == "leadglass"
    assert listed.columns == {field: field for field in FLEET_FIELDS}
    first, second = listed.rows
    assert tuple(first.fields) == FLEET_FIELDS
    assert first.place == "row 2"
    assert first.fields["cpe"] == "cpe:2.3:o:quillon:tomara_firmware:1.5:*:*:*:*:*:*:*"
    assert (second.fields["status"], second.fields["software_version"]) == ("retired", "")
    assert listed.remarks == ()


def test_a_german_export_is_mapped_and_its_words_are_understood():
    shown = preview(GERMAN)
    assert (shown.profile, shown.encoding, shown.delimiter) == ("cmms", "cp1252", "semicolon")
    assert shown.columns["Gerätetyp"] == "model"
    assert shown.unknown == ("Kostenstelle",)
    x_ray, ultrasound, mr = shown.rows
    assert x_ray.place == "row 4"
    assert (x_ray.fields["asset_tag"], x_ray.fields["modality"], x_ray.fields["status"]) == (
        "RÖ-01",
        "DX",
        "in_use",
    )
    assert x_ray.rest == {"Kostenstelle": "4711"}
    assert (ultrasound.fields["status"], ultrasound.fields["software_version"]) == ("retired", "")
    assert (x_ray.fields["next_pm"], ultrasound.fields["next_pm"]) == ("2027-04-03", "2027-03-05")
    assert mr.fields["status"] == "in_use"  # out of service for now: it comes back on the network


def test_a_preview_says_why_and_shows_the_first_rows():
    raw = b"asset_tag,model\n" + b"".join(b"T%d,M\n" % number for number in range(9))
    shown = preview(raw)
    assert "2 of 2 headings" in shown.why
    assert (len(shown.rows), shown.total) == (5, 9)


def test_the_dirt_of_a_real_export_is_cleaned_and_told():
    listed = read(DIRTY)
    rows = by_tag(listed)
    assert set(rows) == {
        ("CT-1", "North"),
        ("CT-1", "South"),
        ("US-7", "North"),
        ("", "North"),
        ("XA-1", ""),
        ("MG-1", "North"),
        ("XX-1", "North"),
    }
    assert rows["CT-1", "South"].fields["ip_address"] == ""
    assert rows["", "North"].fields["serial_number"] == "T-9"
    assert remark_on(listed, "row 3", "The same as row 2")
    assert remark_on(listed, "row 6", "stands in row 5 too; row 6 counts")
    assert rows["US-7", "North"].fields["software_version"] == "2.8"
    assert remark_on(listed, "row 7", "Neither asset tag nor serial number")
    assert remark_on(listed, "document", "Empty rows that were left out: 1")
    assert remark_on(listed, "row 10", "3 of 14 cells")
    assert rows["MG-1", "North"].fields["status"] == "retired"
    assert rows["MG-1", "North"].rest == {"column 15": "beyond"}
    assert remark_on(listed, "row 11", "1 cells stand beyond")


def test_a_cell_that_looks_like_a_formula_is_text():
    listed = read(DIRTY)
    assert by_tag(listed)["XX-1", "North"].fields["status"] == "@home"
    assert by_tag(listed)["US-7", "North"].rest["Cost Centre"] == "+49 30 1"
    raw = b"asset_tag,model,note\n=1+1,-2,@x\n"
    row = read(raw).rows[0]
    assert (row.fields["asset_tag"], row.fields["model"], row.rest["note"]) == ("=1+1", "-2", "@x")


def test_words_that_no_profile_knows_are_kept_and_told():
    listed = read(DIRTY)
    assert remark_on(listed, "row 12", "'Hologram' is no word for modality")
    assert remark_on(listed, "row 8", "'Quarantine' is no word for status")
    assert by_tag(listed)["", "North"].fields["status"] == "Quarantine"


def test_dates_are_read_as_the_other_dates_of_the_list_prove():
    listed = read(DIRTY)
    fields = by_tag(listed)["CT-1", "North"].fields
    assert (fields["install_date"], fields["last_pm"], fields["next_pm"]) == (
        "2015-04-24",
        "2026-02-10",
        "2027-05-10",
    )
    assert remark_on(listed, "row 2", "'04/24/2015' in this list proves")
    assert by_tag(listed)["US-7", "North"].fields["install_date"] == "2016-09-25"
    assert remark_on(listed, "row 5", "'someday' is no date")


def test_a_date_that_may_mean_two_days_stays_text():
    listed = read(b"asset_tag,model,next_pm\nA,M,03/04/2027\nB,M,03/03/2027\n")
    assert [row.fields["next_pm"] for row in listed.rows] == ["03/04/2027", "2027-03-03"]
    assert remark_on(listed, "row 2", "2027-03-04 or 2027-04-03")


@pytest.mark.parametrize(
    ("text", "day"),
    [("2027-03-04T00:00:00Z", "2027-03-04"), ("4.3.2027", "2027-03-04"), ("20270304", "2027-03-04"), ("Mar 4, 2027", "2027-03-04"),
     ("04-Mar-69", "2069-03-04"), ("04-Mar-70", "1970-03-04"), ("3/31/2027 12:00 AM", "2027-03-31"), ("31.02.2027", "31.02.2027")],
)  # fmt: skip
def test_dates_of_many_forms_become_iso_dates(text, day):
    row = read(f'Asset No,Model,Next PM\nA,M,"{text}"\n'.encode()).rows[0]
    assert row.fields["next_pm"] == day


def test_a_list_that_names_no_devices_is_refused_with_its_headings_and_the_way_out():
    with pytest.raises(
        UnreadableError,
        match=r"lacks a column for asset_tag or serial_number.*'Colour', 'Model'.*--map 'Colour=asset_tag'",
    ):
        read(b"Colour,Model\nred,M\n")
    with pytest.raises(
        UnreadableError, match=r"lacks a column for manufacturer or model.*--map 'Colour=model'"
    ):
        read(b"Asset No,Colour\nA,red\n")
    with pytest.raises(UnreadableError, match="empty"):
        read(b"\n\n")


def test_overrides_come_before_the_profile():
    raw = b"Asset No,Model,Colour\nA,M,R\n"
    listed = read(raw, overrides={"colour": "model", "Nowhere": "room"})
    assert listed.rows[0].fields["model"] == "R"
    assert listed.rows[0].rest == {"Model": "M"}
    assert remark_on(listed, "row 1", "No column is called 'Nowhere'")
    assert read(raw, overrides={"Model": "", "Colour": "model"}).rows[0].rest == {"Model": "M"}
    with pytest.raises(UnreadableError, match="does not have"):
        read(raw, overrides={"Colour": "hue"})


def test_a_profile_is_taken_by_name_or_said_not_to_be_there():
    assert preview(OWN, profile="cmms").profile == "cmms"
    with pytest.raises(UnreadableError, match="leadglass, cmms"):
        read(OWN, profile="ours")


def test_a_site_brings_its_own_profile():
    text = """
    name = "ours"
    version = 3
    not_stated = ["leer"]
    dates = ["DD.MM.YYYY"]
    [headings]
    asset_tag = ["Kennung"]
    model = ["Ding", "Sache"]
    status = ["Stand"]
    [values]
    closed = ["status"]
    [values.status]
    retired = ["weg"]
    """
    listed = read(b"Kennung|Sache|Ding|Stand\n1|a|leer|Weg\n", profiles=load_profiles([text]))
    assert listed.profile == "ours"
    assert listed.rows[0].fields["model"] == ""
    assert listed.rows[0].fields["status"] == "retired"
    assert listed.rows[0].rest == {"Sache": "a"}


@pytest.mark.parametrize(
    "text",
    ["name = ", "version = 1", 'name = "x"\n[headings]\nhue = ["Colour"]', 'name = "x"\n[headings]\nmodel = "Model"',
     'name = "x"\ndates = ["noon"]', 'name = "x"\nvalues = 3', 'name = "x"\n[values]\nstatus = "retired"', 'name = "x"\nversion = "one"'],
)  # fmt: skip
def test_a_profile_that_is_not_written_as_one_is_refused(text):
    with pytest.raises(UnreadableError, match=r"profile|form of a date"):
        load_profiles([text])


def test_the_shipped_profiles_know_no_field_that_there_is_not_and_no_heading_twice():
    own, cmms, *special = load_profiles()
    assert all({field for field, _ in one.headings.values()} <= set(FLEET_FIELDS) for one in special)
    assert {field for field, _ in own.headings.values()} == set(FLEET_FIELDS)
    assert {field for field, _ in cmms.headings.values()} == set(FLEET_FIELDS)
    assert cmms.values["status"]["in betrieb"] == "in_use"
    assert cmms.values["modality"]["mammo"] == "MG"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_told_from_the_text(encoding, delimiter):
    text = f'Asset No{delimiter}Model\nÄ1{delimiter}"a{delimiter}b"\n'
    row = read(text.encode(encoding)).rows[0]
    assert (row.fields["asset_tag"], row.fields["model"]) == ("Ä1", f"a{delimiter}b".replace("\t", " "))


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    raw = b'sep=;\r\nAsset No;Model;Note\r\nA;M;"two\r\nlines"\r\n\r\nB;M;\r\n'
    assert [row.place for row in read(raw).rows] == ["row 2", "row 4"]


def test_a_quotation_mark_that_is_never_closed_costs_one_line():
    raw = b'Asset No,Model,Note\nA,M,"open\nB,M,x\nC,M,y\n'
    listed = read(raw)
    assert [row.fields["asset_tag"] for row in listed.rows] == ["A", "B", "C"]
    assert remark_on(listed, "row 2", "never closed")
    long = (
        b'Asset No,Model,Note\nA,M,"open\n'
        + b"".join(b"B%d,M,x\n" % number for number in range(300))
        + b'Z,M,"closed"\n'
    )
    assert len(read(long).rows) == 302


def test_one_serial_number_without_a_tag_is_one_device():
    listed = read(b"asset_tag,serial_number,model\n,S,a\n,S,b\nT,S,c\n")
    assert [row.fields["model"] for row in listed.rows] == ["b", "c"]


def test_nul_characters_are_left_out_or_refused():
    assert remark_on(read(b"asset_tag,model\nA" + b"B" * 100 + b"\0,M\n"), "document", "NUL")
    with pytest.raises(UnreadableError, match="NUL"):
        read(b"asset_tag,model\n" + b"\0A" * 3)


def test_bounds_are_kept(monkeypatch):
    monkeypatch.setattr("leadglass.formats.fleet_csv.MOST_ROWS", 3)
    with pytest.raises(BoundError, match="rows"):
        read(b"asset_tag,model\n" + b"A,M\n" * 3)
    with pytest.raises(BoundError, match="columns"):
        read(b"asset_tag,model" + b",x" * 299 + b"\nA,M\n")
    monkeypatch.setattr(sheet, "MOST_BYTES", 10)
    with pytest.raises(BoundError, match="larger"):
        read(b"asset_tag,model\nA,M\n")


def test_a_cell_without_end_is_cut():
    listed = read(b"asset_tag,model,note\nA,M," + b"x" * 40_000 + b"\n")
    assert len(listed.rows[0].rest["note"]) == sheet.LONGEST_CELL
    assert remark_on(listed, "row 2", "40,000 characters")
    assert (
        read(b"asset_tag,model,note\nA,M," + b"x" * 200_000 + b"\nB,M,\n").rows[1].fields["asset_tag"] == "B"
    )
