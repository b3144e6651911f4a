# SPDX-License-Identifier: Apache-2.0
"""OSV records: names, ranges from events, what stays a text, and what is told."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import osv
from leadglass.values.advisories import Status, VersionRange
from tests.formats.mutations import edited, edits, overwritings, overwritten, unsound

PAPERS = Path(__file__).parents[1] / "papers" / "osv"
ONE = (PAPERS / "invented-ghsa.json").read_bytes()
LINES = (PAPERS / "invented.jsonl").read_bytes()


def record(*ranges, **more):
    affected = [{"package": {"ecosystem": "npm", "name": "quill"}, "ranges": list(ranges)}]
    return json.dumps({"id": "X-1", "modified": "2031-01-01T00:00:00Z", "affected": affected} | more).encode()


def semver(*events):
    return {"type": "SEMVER", "events": [{name: version} for name, version in events]}


def test_a_record_speaks_under_the_cve_id_that_it_is_known_by():
    said = osv.read(ONE)
    (described,) = said.described
    assert (said.id, said.category, said.revision) == ("GHSA-2031-aaaa-bbbb", "osv", "1.7.0")
    assert described.vulnerability == "CVE-2031-40001"
    assert described.aliases == ("GHSA-2031-aaaa-bbbb", "PYSEC-2031-7")
    assert [vector[:8] for vector in described.vectors] == ["CVSS:4.0", "CVSS:3.1"]
    assert (described.cwes, described.withdrawn) == (("CWE-787",), False)
    assert described.description == "An image with odd rows\nwrites outside of its buffer."
    assert (described.published, said.updated) == (
        datetime(2031, 2, 1, tzinfo=UTC),
        datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC),
    )
    assert said.rest == {
        "related": 1, "references": 1, "severities without a CVSS vector": 1, "ranges of git commits": 1,
    }  # fmt: skip


def test_pairs_of_events_are_ranges_and_the_last_may_be_open():
    product = osv.read(ONE).products[0]
    assert (product.name, product.purl, product.family) == ("tomara-codec", "pkg:pypi/tomara-codec", "PyPI")
    assert product.versions == ("1.4.0", "1.4.1", "2.0")
    assert product.ranges == (
        VersionRange(scheme="pypi", upper="1.4.2"),
        VersionRange(scheme="pypi", lower="2.0", upper="2.3", upper_included=True),
        VersionRange(scheme="pypi", lower="3.0"),
    )


def test_events_that_do_not_alternate_stay_a_text():
    said = osv.read(ONE)
    _, debian, viewer = said.products
    assert (debian.version, debian.versioned, debian.ranges) == (
        "introduced 0, introduced 2, fixed 1",
        "",
        (),
    )
    assert viewer.ranges == (VersionRange(scheme="semver", lower="1.0.0", upper="2.0.0"),)
    assert any("do not alternate" in remark.why for remark in said.remarks)
    assert [statement.status for statement in said.statements] == [Status.AFFECTED] * 3


@pytest.mark.parametrize(
    "events",
    [
        [("fixed", "1")],
        [("introduced", "1"), ("fixed", "2"), ("fixed", "3")],
        [("introduced", "1"), ("limit", "2"), ("limit", "3")],
        [("introduced", "1"), ("begun", "2")],
        [("introduced", "")],
        [],
    ],
)
def test_no_range_is_guessed(events):
    (product,) = osv.read(record(semver(*events))).products
    assert product.ranges == ()
    assert product.version


def test_lines_are_records_each_under_its_own_id():
    said = osv.read(LINES)
    assert said.title == "3 records"
    assert [one.vulnerability for one in said.described] == ["DSA-2031-1", "OSV-2031-9", "GO-2031-5"]
    assert [one.withdrawn for one in said.described] == [False, False, True]
    assert [product.ref for product in said.products] == ["line 1: affected[0]", "line 2: affected[0]"]
    assert said.products[0].ranges[0] == VersionRange(scheme="deb", upper="1:2.3-4")
    assert said.products[1].version == "git commits: introduced aa11"
    assert said.rest["affected products of withdrawn records"] == 1
    assert {remark.where: remark.why for remark in said.remarks}["line 4"] == "It has no id."


def test_lists_and_lines_say_the_same():
    lines = LINES.splitlines()
    assert (
        osv.read(b"[" + b",".join(lines) + b"]").described[0].aliases == osv.read(LINES).described[0].aliases
    )


def test_versions_that_cannot_be_read_do_not_widen_to_all():
    raw = record(affected=[{"package": {"ecosystem": "npm", "name": "quill"}, "versions": [1, 2]}])
    (product,) = osv.read(raw).products
    assert product.version == "versions that could not be read"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (ONE[:-90], "cut off"),
        (ONE + b"{", "not valid|follows|cut off"),
        (b'{"id": "X-1", "modified": ""}}', "follows"),
        (b"{}", "no id"),
        (b'{"id": "X-1"}', "neither"),
        (record(schema_version="2.0"), "1.0 to 1.7"),
        (b"[1, 2]", "holds none"),
        (LINES[:-5], "middle of line 4"),
        (b'{"id": ' + b"[" * 5_000, "nested"),
        (b"", "not valid|cut off"),
        (b"\xff\xfe\x00", "UTF-16"),
    ],
)
def test_what_is_no_record_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        osv.read(raw)


def test_too_many_records_are_refused():
    with pytest.raises(BoundError, match="100,000"):
        osv.read(b"{}\n" * 100_001)


def test_what_multiplies_is_bounded(monkeypatch):
    """Forty vulnerabilities in thirty packages are 1,200 statements; a small file could ask for billions."""
    names = [f"CVE-2031-{number:05}" for number in range(40)]
    packages = [{"package": {"ecosystem": "Debian:12", "name": f"p{number}"}} for number in range(30)]
    one = record(affected=packages, upstream=names)
    assert len(osv.read(one).statements) == 1_200
    monkeypatch.setattr(osv, "MOST_STATEMENTS", 1_200)
    assert len(osv.read(one).statements) == 1_200
    with pytest.raises(BoundError, match="more than 1,200 statements"):
        osv.read(one + b"\n" + record(affected=packages[:1], upstream=names[:1]))


def test_a_newer_schema_is_read_and_told():
    assert "1.9" in osv.read(record(semver(("introduced", "1")), schema_version="1.9.0")).remarks[0].why


versions = st.lists(st.integers(0, 50), min_size=1, max_size=6, unique=True).map(sorted)


@given(versions, st.booleans())
def test_alternating_events_are_read_back(bounds, included):
    closing = "last_affected" if included else "fixed"
    events = [("introduced" if at % 2 == 0 else closing, f"{version}.0") for at, version in enumerate(bounds)]
    ranges = osv.read(record(semver(*events))).products[0].ranges
    assert [one.lower for one in ranges] == [f"{version}.0" for version in bounds[::2]]
    assert [one.upper for one in ranges if one.upper] == [f"{version}.0" for version in bounds[1::2]]
    assert {one.upper_included for one in ranges if one.upper} <= {included}


@given(edits, st.sampled_from([ONE, LINES]))
def test_bytes_that_were_changed_on_the_way(changes, raw):
    assert unsound(edited(raw, changes), osv.read) == []


@given(overwritings)
def test_values_of_wrong_types_anywhere(changes):
    assert unsound(overwritten(json.loads(ONE), changes), osv.read) == []


def distributions(name, **more):
    affected = [{"package": {"ecosystem": "Debian:12", "name": "glibc"}, "ranges": []}]
    raw = {"id": name, "modified": "2031-01-01T00:00:00Z", "affected": affected} | more
    said = osv.read(json.dumps(raw).encode())
    return said.described[0].vulnerability, [one.vulnerability for one in said.statements]


@pytest.mark.parametrize(
    ("name", "more", "vulnerability", "spoken"),
    [
        ("DSA-5514-1", {"upstream": ["CVE-2023-4911", "DEBIAN-CVE-2023-4911"]}, "CVE-2023-4911", ["CVE-2023-4911"]),
        ("DEBIAN-CVE-2023-4911", {}, "CVE-2023-4911", ["CVE-2023-4911"]),
        ("DSA-1", {"aliases": ["CVE-2031-40001"], "upstream": ["CVE-2031-40002"]}, "DSA-1", ["CVE-2031-40001", "CVE-2031-40002"]),
        ("DSA-2", {"related": ["CVE-2031-40001"]}, "DSA-2", ["DSA-2"]),
    ],
)  # fmt: skip
def test_a_distributions_record_speaks_of_all_that_it_is_derived_from(name, more, vulnerability, spoken):
    assert distributions(name, **more) == (vulnerability, spoken)


def test_what_is_upstream_of_another_record_names_it_not():
    (described,) = osv.read(record(semver(("introduced", "1")), upstream=["CVE-2031-40001"])).described
    assert described.vulnerability == "X-1"
