# SPDX-License-Identifier: Apache-2.0
"""Reports of Nessus: hosts, what names them, and what was found on each."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import nessus
from tests.formats.mutations import edited, edits, unsound

PAPER = (Path(__file__).parents[1] / "papers" / "sightings" / "scan.nessus").read_bytes()


def report(host, attributes='name="10.0.0.9"'):
    """A report with one host."""
    return f"<NessusClientData_v2><Report><ReportHost {attributes}>{host}</ReportHost></Report></NessusClientData_v2>".encode()


def test_a_host_is_named_by_all_that_the_scanner_learnt():
    read = nessus.read(PAPER)
    host = read.sightings[0]
    assert (read.tool, read.version, read.scanned_at) == (
        "Nessus",
        "10.8.3",
        datetime(2026, 11, 17, 12, tzinfo=UTC),
    )
    assert (host.place, host.seen_at) == ("line 5", datetime(2026, 11, 17, 12, tzinfo=UTC))
    assert (host.addresses, host.hostname) == (("10.20.30.10",), "ct-01.imaging.example")
    assert host.macs == ("00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5f")
    assert (host.os, host.os_cpe) == (
        "Microsoft Windows 10 Enterprise LTSC",
        "cpe:/o:microsoft:windows_10_1809",
    )
    assert [(one.name, one.version) for one in host.software] == [("tomara server", "4.2")]
    assert host.ports == ("445/tcp", "104/tcp")


def test_each_cve_of_a_check_is_noticed_once_and_a_check_without_one_is_kept():
    found = nessus.read(PAPER).sightings[0].vulnerabilities
    assert [(one.vulnerability, one.severity, one.place) for one in found] == [
        ("CVE-2031-0101", "critical", "line 24"),
        ("CVE-2031-0102", "critical", "line 24"),
        ("", "medium", "line 26"),
    ]
    assert found[0].detail == "plugin 900001, port 445/tcp"
    assert nessus.read(PAPER).rest == {"checks for information": 3}


def test_what_is_wrong_with_a_host_is_told_with_its_place():
    read = nessus.read(PAPER)
    assert (read.sightings[1].hostname, read.sightings[1].addresses) == ("ws-7.imaging.example", ())
    assert {(remark.where, remark.why) for remark in read.remarks} == {
        ("line 32", "'odd' is no severity."),
        ("line 32", "'not an id' is no CVE id."),
        ("line 29", "'Tue Nov 17  9:00:00 2026' has no time zone: it was read as UTC."),
    }


def test_the_workgroup_in_front_of_a_name_is_not_the_name():
    raw = report('<HostProperties><tag name="netbios-name">WORKGROUP\\CT-9</tag></HostProperties>')
    assert nessus.read(raw).sightings[0].hostname == "CT-9"


def test_a_host_without_a_name_or_a_time_is_told():
    read = nessus.read(report("", ""))
    assert not read.sightings[0].names_something
    assert {remark.why.partition(":")[0] for remark in read.remarks} == {
        "Neither an address nor a name is stated.", "No time is stated",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<NessusClientData/>", "its root is 'NessusClientData'"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + PAPER[21:], "DOCTYPE"),
        (PAPER[:-200], "ends in the middle|not well-formed"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_report_is_said(raw, said):
    with pytest.raises(UnreadableError, match=said):
        nessus.read(raw)


def test_a_report_without_hosts_says_so_and_too_many_are_refused(monkeypatch):
    assert "no host" in nessus.read(b"<NessusClientData_v2/>").remarks[0].why
    monkeypatch.setattr(nessus, "MOST_HOSTS", 1)
    with pytest.raises(BoundError, match="hosts"):
        nessus.read(PAPER)


@given(edits)
def test_law_bytes_that_were_changed_give_sightings_or_our_error(changes):
    assert unsound(edited(PAPER, changes), nessus.read) == []


stated = st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters='<&"'), max_size=9)


@given(
    st.sampled_from(["host-ip", "mac-address", "HOST_END", "HOST_END_TIMESTAMP", "cpe-0", "os"]),
    stated | st.just("9" * 30),
)
def test_law_any_property_gives_a_sighting(name, value):
    raw = report(f'<HostProperties><tag name="{name}">{value}</tag></HostProperties>')
    (host,) = nessus.read(raw).sightings
    assert host.addresses
