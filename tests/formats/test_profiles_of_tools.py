# SPDX-License-Identifier: Apache-2.0
"""Inventories of ServiceNow, Nuvolo, TMS, MediMizer and others: the right profile is chosen and maps what it should."""

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from leadglass.formats.fleet_csv import load_profiles, preview, read
from leadglass.formats.mapping import parse_profile
from leadglass.values.papers import FLEET_FIELDS

PAPERS = Path(__file__).parents[1] / "papers" / "sightings"
NAMES = ("servicenow", "nuvolo", "tms", "infor_eam", "medimizer")
FOLDER = files("leadglass.formats") / "profiles"
OWN = {name: parse_profile((FOLDER / f"{name}.toml").read_text("utf-8")) for name in NAMES}
PROFILES = load_profiles()
"""As they are shipped: the general ones first, so that they count where a special one knows no more."""
with (PAPERS / "headings.csv").open(encoding="utf-8", newline="") as paper:
    HEADINGS = [row["headings"] for row in csv.DictReader(paper) if row["profile"] == "cmms"]


def listed(paper):
    """A paper as it is read."""
    return read((PAPERS / f"{paper}.csv").read_bytes(), profiles=PROFILES)


@pytest.mark.parametrize(
    ("paper", "profile", "tag", "unknown"),
    [
        ("servicenow", "servicenow", "A-1001", ("sys_class_name", "name", "discovery_source")),
        ("nuvolo", "nuvolo", "A-1001", ("number", "model_number", "sys_id")),
        ("tms", "tms", "100001", ("PO Number",)),
        ("r5objects", "infor_eam", "A-1001", ("obj_desc", "obj_udfchar01")),
        ("medimizer", "medimizer", "55001", ("Vendor Code",)),
    ],
)
def test_the_profile_of_the_system_is_chosen(paper, profile, tag, unknown):
    shown = preview((PAPERS / f"{paper}.csv").read_bytes(), profiles=PROFILES)
    assert shown.profile == profile
    assert shown.unknown == unknown
    fields = shown.rows[0].fields
    assert (fields["asset_tag"], fields["manufacturer"], fields["model"], fields["serial_number"]) == (
        tag, "Quillon", "Tomara 64", "QT-1001",
    )  # fmt: skip
    assert fields["status"] == "in_use"
    assert fields["site"].casefold() == "north"
    assert set(shown.rows[0].rest) <= set(unknown)


def test_servicenow_says_what_became_of_a_device():
    rows = listed("servicenow").rows
    assert [row.fields["status"] for row in rows] == ["in_use", "retired", "6", "missing"]
    assert [
        remark.where for remark in listed("servicenow").remarks if "'6' is no word for status" in remark.why
    ] == ["row 4"]
    fields = rows[0].fields
    assert (fields["ip_address"], fields["mac_address"], fields["ae_title"]) == (
        "10.20.30.10",
        "00:1a:2b:3c:4d:5e",
        "CT01",
    )
    assert (fields["os"], fields["os_version"], fields["owner"]) == ("Windows 10", "1809", "Ada Example")
    assert (fields["warranty_end"], fields["department"]) == ("2028-12-31", "Radiology")


def test_nuvolo_says_what_kind_of_device_it_is():
    first, second = (row.fields for row in listed("nuvolo").rows)
    assert (first["modality"], second["modality"], second["status"]) == ("CT", "MR", "retired")
    assert (first["criticality"], first["room"], first["department"]) == ("high", "R1", "Radiology")
    assert (first["software_version"], first["os"], first["next_pm"]) == ("4.2.1", "Windows 10", "2027-05-13")


def test_tms_numbers_its_equipment():
    first, second = (row.fields for row in listed("tms").rows)
    assert (first["modality"], second["modality"], second["status"]) == ("CT", "US", "retired")
    assert (first["install_date"], first["next_pm"], first["warranty_end"]) == (
        "2020-05-13",
        "2027-05-14",
        "2022-05-13",
    )
    assert (first["ip_address"], first["owner"], first["room"]) == ("10.20.30.10", "Imaging", "Room 1")


def test_columns_are_named_as_in_the_table_r5objects():
    first, second = (row.fields for row in listed("r5objects").rows)
    assert (first["site"], first["department"], first["modality"]) == ("NORTH", "RAD", "CT")
    assert (first["install_date"], first["criticality"], second["status"]) == (
        "2020-05-13",
        "high",
        "retired",
    )


def test_medimizer_shortens_its_headings():
    first, second = (row.fields for row in listed("medimizer").rows)
    assert (first["department"], first["room"], first["owner"]) == ("Radiology", "N/1", "Ada")
    assert (first["last_pm"], second["modality"], second["status"]) == ("2026-05-13", "DX", "missing")


def test_a_list_with_common_headings_stays_with_the_general_profile():
    raw = b"Asset No,Manufacturer,Model,Serial No,Dept,Status\nA,Quillon,T,S,R,In Use\n"
    assert preview(raw, profiles=PROFILES).profile == "cmms"


@pytest.mark.parametrize("headings", HEADINGS)
def test_headings_of_other_languages_are_known(headings):
    shown = preview(f"{headings}\nA-1;Quillon;T;S;R;10.0.0.1;in use\n".encode(), profiles=PROFILES)
    assert shown.profile == "cmms"
    assert set(shown.columns.values()) == {
        "asset_tag", "manufacturer", "model", "serial_number", "department", "ip_address", "status",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_knows_no_heading_twice_and_retires_nothing_by_a_number(name):
    profile = OWN[name]
    assert profile.name == name
    assert {"asset_tag", "serial_number", "manufacturer", "model", "status"} <= {
        field for field, _ in profile.headings.values()
    }
    assert {field for field, _ in profile.headings.values()} <= set(FLEET_FIELDS)
    gone = [word for word, value in profile.values["status"].items() if value != "in_use"]
    assert not [word for word in gone if len(word) < 3]
