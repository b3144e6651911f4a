# SPDX-License-Identifier: Apache-2.0
"""Leases of DHCP servers: ISC, Kea, Windows."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import leases
from tests.formats.mutations import edited, edits, unsound

PAPERS = Path(__file__).parents[1] / "papers" / "sightings"
ISC, KEA, WINDOWS = (
    (PAPERS / name).read_bytes() for name in ("dhcpd.leases", "kea-leases4.csv", "windows-leases.csv")
)

with (PAPERS / "headings.csv").open(encoding="utf-8", newline="") as paper:
    CONSOLE = [row["headings"] for row in csv.DictReader(paper) if row["profile"] == "windows_dhcp"]


def test_the_last_lease_of_an_address_counts():
    read = leases.read(ISC)
    lease = read.sightings[0]
    assert (read.tool, lease.place, lease.addresses) == ("ISC DHCP", "line 13", ("10.20.30.10",))
    assert (lease.mac, lease.hostname) == ("00:1a:2b:3c:4d:5e", "CT-01")
    assert lease.seen_at == datetime(2026, 11, 17, 9, 0, 1, tzinfo=UTC)
    assert lease.rest == {"vendor class": "MSFT 5.0"}
    assert read.rest["earlier entries of an address"] == 1
    assert read.rest["declarations of failover"] == 1


def test_a_lease_that_is_over_tells_the_device_and_not_its_address():
    over = leases.read(ISC).sightings[1]
    assert (over.mac, over.addresses, over.seen_at) == (
        "00:1a:2b:3c:4d:66",
        (),
        datetime(2026, 11, 17, 9, tzinfo=UTC),
    )
    assert leases.read(ISC).rest["addresses that were given up"] == 1
    assert [(one.mac, one.addresses) for one in leases.read(KEA).sightings[1:]] == [
        ("00:1a:2b:3c:4d:68", ()), ("00:1a:2b:3c:4d:70", ()),
    ]  # fmt: skip
    assert leases.read(WINDOWS).sightings[1].addresses == ()


def test_the_memfile_of_kea_is_read():
    read = leases.read(KEA)
    assert (read.tool, read.scanned_at) == ("Kea DHCP", datetime(2026, 11, 17, 10, tzinfo=UTC))
    assert (read.sightings[0].place, read.sightings[0].hostname) == ("row 3", "ct-01,old")
    assert [(remark.where, remark.why) for remark in read.remarks] == [
        ("row 6", "'soon' is no end of a lease.")
    ]


def test_an_export_of_windows_is_read_below_the_line_of_powershell():
    read = leases.read(WINDOWS)
    first = read.sightings[0]
    assert (read.tool, first.place, first.addresses) == ("Windows DHCP", "row 3", ("10.20.30.10",))
    assert (first.mac, first.hostname) == ("00:1a:2b:3c:4d:5e", "CT-01.imaging.example")
    assert first.rest == {"description": "=CT room 1"}
    assert first.seen_at is None


@pytest.mark.parametrize("headings", CONSOLE)
def test_the_console_of_windows_speaks_the_language_of_its_user(headings):
    raw = headings.replace(";", "\t") + "\tTyp\n10.20.30.40\t001a2b3c4d80\tRÖ-1\tDHCP\n"
    (lease,) = leases.read(raw.encode("utf-16")).sightings
    assert (lease.addresses, lease.mac, lease.hostname) == (("10.20.30.40",), "00:1a:2b:3c:4d:80", "RÖ-1")


@pytest.mark.parametrize("end", [b"lease 10.0.0.1 {\n starts", b'lease 10.0.0.1 { uid "open; }'])
def test_a_list_that_was_cut_off_is_refused(end):
    with pytest.raises(UnreadableError, match="cut off"):
        leases.read(ISC + end)


def test_the_server_is_told_by_the_text():
    told = [leases.recognised(paper.decode()) for paper in (ISC, KEA, WINDOWS, b"Asset No,Model\nA,M\n")]
    assert told == ["ISC DHCP", "Kea DHCP", "Windows DHCP", ""]


def test_what_is_no_list_of_leases_is_said():
    for raw in (b"", b"Asset No,Model\nA,M\n", b"hello"):
        with pytest.raises(UnreadableError, match="neither a dhcpd"):
            leases.read(raw)


def test_what_is_not_taken_is_told():
    read = leases.read(
        b"lease 10.0.0.1 {\n starts soon;\n}\nlease nowhere {\n}\nlease 10.0.0.2 {\n hardware ethernet 0;\n}\n"
    )
    assert read.sightings == ()
    assert [remark.where for remark in read.remarks] == ["line 1", "line 4", "line 1", "line 6", "document"]
    with pytest.raises(UnreadableError, match="IPAddress and ClientId"):
        leases.read(b"IPAddress,Name\n10.0.0.1,x\n")


def test_bounds_are_kept(monkeypatch):
    monkeypatch.setattr(leases, "MOST_LEASES", 2)
    with pytest.raises(BoundError, match="entries"):
        leases.read(ISC)


@pytest.mark.parametrize("paper", [ISC, KEA, WINDOWS], ids=["ISC", "Kea", "Windows"])
@given(edits)
def test_law_bytes_that_were_changed_give_sightings_or_our_error(paper, changes):
    assert unsound(edited(paper, changes), leases.read) == []
