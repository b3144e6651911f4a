# SPDX-License-Identifier: Apache-2.0
"""Exports of discovery suites and tables of AE titles: told from inventories, mapped, nothing lost without a word."""

import csv
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import sightings_csv, table_rows
from leadglass.formats.mapping import heading_key
from leadglass.formats.sightings_csv import parse_suites, read, recognised, shipped
from leadglass.values.sightings import ae_title, ip_address, mac_address
from tests.formats.mutations import edited, edits, unsound

PAPERS = Path(__file__).parents[1] / "papers"
XDOME, GERMAN, TITLES = (
    (PAPERS / "sightings" / name).read_bytes() for name in ("xdome.csv", "entdeckung.csv", "ae-table.csv")
)

with (PAPERS / "sightings" / "headings.csv").open(encoding="utf-8", newline="") as paper:
    HEADINGS = [
        (row["profile"], row["headings"])
        for row in csv.DictReader(paper)
        if row["profile"] not in {"cmms", "windows_dhcp"}
    ]


def told(read_):
    """Place and words of all remarks but that on columns."""
    return [(one.where, one.why) for one in read_.remarks if "Columns that" not in one.why]


def test_rows_about_one_device_are_one_sighting():
    listed = read(XDOME)
    ct, us = listed.sightings
    assert (listed.tool, ct.place, ct.seen_at) == (
        "Claroty xDome",
        "row 2",
        datetime(2026, 11, 17, 12, tzinfo=UTC),
    )
    assert ct.addresses == ("10.20.30.10", "2001:db8::10")
    assert ct.macs == ("00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5f")
    assert ct.ae_titles == ("CT01", "CT01_WL")
    assert (ct.maker, ct.model, ct.serial, ct.software_version) == (
        "Quillon",
        "Tomara 64",
        "QT-1001",
        "4.2.1",
    )
    assert [(one.vulnerability, one.place) for one in ct.vulnerabilities] == [
        ("CVE-2031-0501", "row 2"), ("CVE-2031-0502", "row 3"), ("CVE-2031-0503", "row 3"),
    ]  # fmt: skip
    assert (us.maker, us.seen_at) == ("", datetime(2026, 11, 17, 10, tzinfo=UTC))
    assert us.rest["risk_score"] == "Low"


def test_headings_of_another_language_are_known():
    listed = read(GERMAN)
    first, last = listed.sightings
    assert (first.hostname, first.addresses, first.mac) == (
        "röntgen-1",
        ("10.20.30.24",),
        "00:1a:2b:3c:4d:74",
    )
    assert (first.os, first.ports, first.seen_at) == (
        "Windows 7",
        ("104", "445"),
        datetime(2026, 11, 17, tzinfo=UTC),
    )
    assert last.rest == {"seen": "neulich"}
    assert told(listed) == [
        ("row 3", "'kein Netz' is no address of one device; it was not taken."),
        ("row 3", "No address, name, AE title or serial number is stated: it was left out."),
        ("row 4", "'ff:ff:ff:ff:ff:ff' is no mac of one device; it was not taken."),
        ("document", "'neulich' is no time; it is kept as text."),
    ]


def test_a_table_of_ae_titles_names_hosts_by_address_or_by_name():
    listed = read(TITLES)
    ct, mr, last = listed.sightings
    assert (ct.ae_title, ct.addresses, ct.ports, ct.modality) == ("CT01", ("10.20.30.10",), ("104",), "CT")
    assert (mr.ae_title, mr.hostname, mr.addresses) == ("MR02", "mr-02.imaging.example", ())
    assert mr.rest == {"Station Name": "MR-ROOM-2", "Description": '=HYPERLINK("x")'}
    assert last.ae_titles == ()
    assert told(listed) == [
        ("row 4", "'THIS_TITLE_IS_TOO_LONG' is no AE title: those have 16 characters at most.")
    ]
    assert read(b"AE Title,Host,Port\nA,10.20.30.1,104\n").sightings[0].addresses == ("10.20.30.1",)


def test_dates_are_read_as_the_other_dates_of_the_list_prove():
    raw = "Hostname,IP,Last Seen\na,10.0.0.1,{}\nb,10.0.0.2,02/03/2026\n"
    by_name = {one.hostname: one for one in read(raw.format("17/11/2026 09:30").encode()).sightings}
    assert by_name["b"].seen_at == datetime(2026, 3, 2, tzinfo=UTC)
    doubtful = read(raw.format("").encode())
    assert doubtful.sightings[1].rest == {"seen": "02/03/2026"}
    assert told(doubtful) == [
        ("document", "'02/03/2026' may mean 2026-02-03 or 2026-03-02; it is kept as text.")
    ]


@pytest.mark.parametrize(("suite", "headings"), HEADINGS)
def test_the_suite_is_told_by_its_headings(suite, headings):
    assert recognised(headings + "\n").name == suite


@pytest.mark.parametrize(
    "path",
    [*sorted((PAPERS / "fleet").glob("*.csv")),
     *(PAPERS / "sightings" / f"{name}.csv" for name in ("servicenow", "nuvolo", "tms", "r5objects", "medimizer"))],
    ids=lambda path: path.name,
)  # fmt: skip
def test_an_inventory_is_no_export_of_a_tool(path):
    text = path.read_bytes().decode("utf-8", "replace")
    assert recognised(text) is None
    with pytest.raises(UnreadableError, match="no export of a tool"):
        read(path.read_bytes())


def test_an_inventory_with_addresses_and_ae_titles_stays_one():
    for headings in ("asset_tag,ae_title,ip_address,port", "Asset No,Model,IP Address,MAC Address",
                     "Hostname,IP Address,Last Seen,Next PM"):  # fmt: skip
        assert recognised(headings + "\n") is None


def test_the_shipped_profiles_give_no_heading_to_two_fields():
    table = tomllib.loads((files("leadglass.formats") / "profiles" / "discovery.toml").read_text("utf-8"))
    for suite in table["suites"]:
        fields = defaultdict(set)
        for field, headings in suite["headings"].items():
            for heading in headings:
                fields[heading_key(heading)].add(field)
        assert {heading: names for heading, names in fields.items() if len(names) > 1} == {}, suite["name"]
    assert len({suite.name for suite in shipped()}) == len(table["suites"])


@pytest.mark.parametrize("text", ["suites = 3", "x", "[[suites]]\nname = 'x'", "dates = []\n[[suites]]\nname='x'\n[suites.headings]\nhue=['a']"])  # fmt: skip
def test_profiles_that_are_not_written_as_such_are_refused(text):
    with pytest.raises(UnreadableError, match=r"discovery\.toml"):
        parse_suites(text)


def test_bounds_are_kept(monkeypatch):
    with pytest.raises(BoundError, match="columns"):
        read(b"Hostname,IP,Last Seen" + b",x" * 300 + b"\n")
    monkeypatch.setattr(table_rows, "MOST_ROWS", 2)
    with pytest.raises(BoundError, match="rows"):
        read(b"Hostname,IP,Last Seen\na,,\nb,,\n")


def test_short_and_long_rows_are_told():
    listed = read(b"Hostname,IP,Last Seen\na\nb,10.0.0.1,,more\n,,\n")
    assert [one.hostname for one in listed.sightings] == ["a", "b"]
    assert [place for place, _ in told(listed)] == ["row 2", "row 3"]


@pytest.mark.parametrize("paper", [XDOME, GERMAN, TITLES], ids=["xDome", "German", "AE titles"])
@given(edits)
def test_law_bytes_that_were_changed_give_sightings_or_our_error(paper, changes):
    assert unsound(edited(paper, changes), read) == []


@given(st.text(max_size=30))
def test_law_addresses_are_in_one_form_or_none(text):
    for form in (mac_address, ip_address, ae_title):
        assert form(form(text)) == form(text)


@pytest.mark.parametrize(
    ("text", "mac"),
    [("001A.2B3C.4D5E", "00:1a:2b:3c:4d:5e"), ("00-1A-2B-3C-4D-5E", "00:1a:2b:3c:4d:5e"), ("01:00:5e:00:00:01", ""),
     ("00:00:00:00:00:00", ""), ("00:1a:2b:3c:4d", ""), ("٠٠1a2b3c4d5e", "")],
)  # fmt: skip
def test_a_mac_address_names_one_device(text, mac):
    assert mac_address(text) == mac


@pytest.mark.parametrize(
    ("text", "address"),
    [("010.1.2.3", ""), ("10.1.2.3", "10.1.2.3"), ("::ffff:10.1.2.3", "10.1.2.3"), ("127.0.0.1", ""), ("0.0.0.0", ""),  # noqa: S104
     ("fe80::1%eth0", "fe80::1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("224.0.0.1", ""), ("10.1.2.3/24", "")],
)  # fmt: skip
def test_an_ip_address_names_one_host(text, address):
    assert ip_address(text) == address


def test_the_fields_of_a_profile_are_those_that_are_read():
    assert {field for suite in shipped() for field, _ in suite.headings.values()} <= set(sightings_csv.FIELDS)
