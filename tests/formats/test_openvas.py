# SPDX-License-Identifier: Apache-2.0
"""Reports of OpenVAS and Greenbone: as XML, and as the CSV of results."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import openvas, table_rows
from tests.formats.mutations import edited, edits, unsound

PAPERS = Path(__file__).parents[1] / "papers" / "sightings"
XML, CSV = ((PAPERS / name).read_bytes() for name in ("report.gvm.xml", "results.gvm.csv"))


def result(inner):
    """The answer to a question for results, with one."""
    return f"<get_results_response status='200'><result><host>10.0.0.9</host>{inner}</result></get_results_response>".encode()


def test_a_host_is_named_by_its_details():
    read = openvas.read(XML)
    host = read.sightings[0]
    assert (read.tool, read.version, read.scanned_at) == (
        "OpenVAS",
        "22.7",
        datetime(2026, 11, 17, 11, 30, tzinfo=UTC),
    )
    assert (host.addresses, host.hostname, host.mac) == (
        ("10.20.30.11",),
        "mr-02.imaging.example",
        "00:1a:2b:3c:4d:61",
    )
    assert (host.os, host.os_cpe) == ("Debian GNU/Linux 11", "cpe:/o:debian:debian_linux:11")
    assert [(one.name, one.version) for one in host.software] == [("openssh", "8.4p1")]
    assert host.ports == ("445/tcp",)


def test_references_give_the_cve_ids_and_the_detection_within_is_no_result():
    first, second = openvas.read(XML).sightings
    assert [one.vulnerability for one in first.vulnerabilities] == ["CVE-2031-0201", "CVE-2031-0202"]
    assert first.vulnerabilities[0].detail.endswith("port 445/tcp, quality of detection 30%")
    assert (first.vulnerabilities[0].severity, first.vulnerabilities[0].place) == ("High", "line 10")
    assert [one.vulnerability for one in second.vulnerabilities] == ["CVE-2031-0203"]
    assert openvas.read(XML).rest == {"log entries": 1}
    assert [remark.where for remark in openvas.read(XML).remarks] == ["line 17"]


def test_ids_in_one_text_are_those_of_older_reports():
    raw = result(
        "<nvt oid='1'><name>Old</name><cve>CVE-2031-0001, CVE-2031-0002</cve></nvt><severity>5.0</severity>"
    )
    found = openvas.read(raw).sightings[0].vulnerabilities
    assert [(one.vulnerability, one.title, one.severity) for one in found] == [
        ("CVE-2031-0001", "Old", "5.0"), ("CVE-2031-0002", "Old", "5.0"),
    ]  # fmt: skip


def test_a_result_without_a_cve_is_kept_unless_it_is_a_log_entry():
    raw = result("<name>Cleartext login</name><threat>Medium</threat>")
    assert [one.title for one in openvas.read(raw).sightings[0].vulnerabilities] == ["Cleartext login"]
    assert openvas.read(result("<threat>Log</threat>")).sightings[0].vulnerabilities == ()


def test_the_csv_says_the_same():
    read = openvas.read(CSV)
    (host,) = read.sightings
    assert (host.place, host.addresses, host.ports) == ("row 2", ("10.20.30.11",), ("445/tcp",))
    assert host.seen_at == datetime(2026, 11, 17, 10, 21, tzinfo=UTC)
    assert [(one.vulnerability, one.title) for one in host.vulnerabilities] == [
        ("CVE-2031-0201", 'Invented: old "file" sharing'), ("CVE-2031-0202", 'Invented: old "file" sharing'),
    ]  # fmt: skip
    assert read.rest == {"log entries": 1}
    assert [remark.where for remark in read.remarks] == ["row 4"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read(encoding):
    assert openvas.read(CSV.decode().encode(encoding)).sightings == openvas.read(CSV).sightings
    assert openvas.read(XML.decode().encode(encoding)).sightings == openvas.read(XML).sightings


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"<html/>", "its root is 'html'"),
        (b"<report name='tests'><package/></report>", "neither hosts nor results"), (b"IP,Port\n10.0.0.1,1\n", "neither XML nor a CSV"), (b"", "neither XML"),
     (b"<!DOCTYPE report><report/>", "DOCTYPE"), (XML[:900], "ends in the middle|not well-formed")],
)  # fmt: skip
def test_what_is_no_report_is_said(raw, said):
    with pytest.raises(UnreadableError, match=said):
        openvas.read(raw)


def test_bounds_are_kept(monkeypatch):
    monkeypatch.setattr(openvas, "MOST_HOSTS", 1)
    with pytest.raises(BoundError, match="hosts"):
        openvas.read(XML)
    monkeypatch.setattr(table_rows, "MOST_ROWS", 2)
    with pytest.raises(BoundError, match="rows"):
        openvas.read(CSV)


@pytest.mark.parametrize("paper", [XML, CSV], ids=["XML", "CSV"])
@given(edits)
def test_law_bytes_that_were_changed_give_sightings_or_our_error(paper, changes):
    assert unsound(edited(paper, changes), openvas.read) == []
