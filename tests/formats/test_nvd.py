# SPDX-License-Identifier: Apache-2.0
"""NVD documents become columns: every criterion with its place, and one bad record costs one record."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, LeadglassError, UnreadableError
from leadglass.formats import nvd
from leadglass.values.cpe import Cpe

PAPERS = Path(__file__).parents[1] / "papers" / "nvd"
INVENTED, BROKEN = ((PAPERS / f"{name}-2.0.json").read_bytes() for name in ("invented", "broken-records"))


def rows(columns):
    """Columns as a list of dicts."""
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def read(raw):
    """All batches: vulnerabilities, criteria, remarks."""
    batches = list(nvd.batches(raw))
    for batch in batches:
        assert tuple(batch.vulnerability) == nvd.VULNERABILITY
        assert tuple(batch.criterion) == nvd.CRITERION
    return (
        [row for batch in batches for row in rows(batch.vulnerability)],
        [row for batch in batches for row in rows(batch.criterion)],
        [remark for batch in batches for remark in batch.remarks],
    )


def feed(*records, **parts):
    """A feed of these records."""
    return json.dumps(
        {"format": "NVD_CVE", "version": "2.0", "vulnerabilities": list(records), **parts}
    ).encode()


def record(number, *criteria, **match):
    """A record with one node of these criteria."""
    matches = [{"vulnerable": True, "criteria": name, **match} for name in criteria]
    return {"cve": {"id": f"CVE-2031-{number}", "configurations": [{"nodes": [{"cpeMatch": matches}]}]}}


def test_a_record_becomes_a_row():
    vulnerabilities, _, _ = read(INVENTED)
    first = vulnerabilities[0]
    assert first["vulnerability"] == "CVE-2031-40001"
    assert first["published"] == datetime(2031, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    assert first["modified"] == datetime(2031, 1, 2, 22, tzinfo=UTC)
    assert (first["description"], first["state"]) == ("An example.", "Analyzed")
    assert (first["cwe"], first["poc"], first["criteria"], first["record"]) == ("CWE-306 CWE-287", True, 3, 0)


def test_vectors_go_by_who_states_them_each_with_the_newest_standard_first():
    first = read(INVENTED)[0][0]
    assert [vector[:15] for vector in first["vectors"].split()] == [
        "CVSS:3.1/AV:N/A",
        "CVSS:3.0/AV:N/A",
        "AV:N/AC:L/Au:N/",
    ]
    assert [vector[:15] for vector in first["cna_vectors"].split()] == ["CVSS:4.0/AV:N/A", "CVSS:3.1/AV:L/A"]
    assert first["adp_vectors"] == ""


@pytest.mark.parametrize(
    ("source", "kind", "whose"),
    [
        ("nvd@nist.gov", "Secondary", "vectors"),
        ("", "Primary", "vectors"),
        ("psirt@quillon.example", "Primary", "cna_vectors"),
        ("", "Secondary", "cna_vectors"),
        ("134c704f-9b21-4f2e-91b3-4a467353bcc0", "Secondary", "adp_vectors"),
    ],
)
def test_a_vector_belongs_to_the_source_that_is_named(source, kind, whose):
    one = record(40001)
    vector = "AV:N/AC:L/Au:N/C:P/I:P/A:P"
    one["cve"]["metrics"] = {
        "cvssMetricV2": [{"source": source, "type": kind, "cvssData": {"vectorString": vector}}]
    }
    row = read(feed(one))[0][0]
    assert {name: row[name] for name in ("vectors", "cna_vectors", "adp_vectors") if row[name]} == {
        whose: vector
    }


def test_a_record_is_disputed_by_its_tag_or_by_how_its_text_begins():
    tagged, worded, plain = record(40001), record(40002), record(40003)
    tagged["cve"]["cveTags"] = [{"sourceIdentifier": "cve@mitre.org", "tags": ["disputed"]}]
    worded["cve"]["descriptions"] = [{"lang": "en", "value": "** DISPUTED ** Somebody may do something."}]
    plain["cve"]["cveTags"] = [{"sourceIdentifier": "cve@mitre.org", "tags": ["unsupported-when-assigned"]}]
    assert [row["disputed"] for row in read(feed(tagged, worded, plain))[0]] == [True, True, False]


def test_rejected_and_bare_records_are_kept_with_their_state():
    vulnerabilities, _, remarks = read(INVENTED)
    assert [row["state"] for row in vulnerabilities] == ["Analyzed", "Rejected", "Received"]
    assert vulnerabilities[1]["poc"] is False
    assert (vulnerabilities[2]["published"], vulnerabilities[2]["modified"]) == (None, None)
    assert [(remark.where, remark.why) for remark in remarks] == [
        ("vulnerabilities[2].cve.lastModified", "'soon' is no time.")
    ]


def test_criteria_keep_their_place_operators_and_ranges():
    firmware, hardware, kit = read(INVENTED)[1]
    assert (firmware["configuration"], firmware["node"], firmware["number"]) == (0, 0, 0)
    assert (firmware["joined"], firmware["vulnerable"], firmware["product"]) == (
        "AND",
        True,
        "quillon:tomara_firmware",
    )
    assert (firmware["start_including"], firmware["end_excluding"], firmware["end_including"]) == (
        "1.0",
        "2.0",
        None,
    )
    assert (hardware["node"], hardware["vulnerable"], hardware["part"], hardware["version"]) == (
        1,
        False,
        "h",
        "-",
    )
    assert (kit["configuration"], kit["node_operator"], kit["node_inverted"], kit["inverted"]) == (
        1,
        "AND",
        True,
        False,
    )
    assert (kit["product"], kit["version"], kit["update_"]) == ("quillon:c++_kit:pro", "1.0-b", "sp1")
    assert kit["qualifiers"] == "*|de|*|windows|x64|*"
    assert (kit["start_excluding"], kit["end_including"]) == ("0.9", "1.0")


def test_a_bad_record_costs_one_record_and_a_bad_criterion_one_criterion():
    vulnerabilities, criteria, remarks = read(BROKEN)
    assert [row["vulnerability"] for row in vulnerabilities] == ["CVE-2031-40011"]
    assert [(row["product"], row["number"]) for row in criteria] == [("quillon:viewer", 1)]
    assert vulnerabilities[0]["criteria"] == 2
    assert {remark.where for remark in remarks} == {
        "totalResults", "vulnerabilities[0]", "vulnerabilities[1].cve", "vulnerabilities[2].cve.descriptions",
        "vulnerabilities[3].cve.configurations[0].nodes[0].cpeMatch[0]", "vulnerabilities[3].cve.configurations[0].nodes[1]",
        "vulnerabilities[4]", "vulnerabilities[5]",
    }  # fmt: skip


plain = st.text("abcXYZ019_.-", min_size=1, max_size=6)
quoted = st.lists(
    plain | st.sampled_from([r"\+", r"\:", r"\*", r"\?", r"\\", r"\-", "é", "*", "?", "+", "~"]),
    min_size=1,
    max_size=3,
).map("".join)
names = st.tuples(st.sampled_from("aohAOH"), *[quoted | st.sampled_from("*-")] * 10).map(
    lambda fields: "cpe:2.3:" + ":".join(fields)
)


@given(st.lists(names, min_size=1, max_size=5))
def test_names_of_criteria_are_what_parsing_them_gives(criteria):
    _, found, remarks = read(feed(record(40001, *criteria)))
    assert remarks == []
    for row, text in zip(found, criteria, strict=True):
        cpe = Cpe.parse(text)
        assert (row["part"], row["product"], row["version"]) == (cpe.part, cpe.product_key, cpe.version)
        assert (row["update_"], row["qualifiers"]) == (cpe.update, cpe.qualifiers)


@given(st.text(max_size=30) | st.text("cpe:2.3ao*-\\ \t", max_size=30).map("cpe:2.3:".__add__))
def test_a_criterion_is_taken_exactly_if_its_name_can_be_parsed(text):
    try:
        Cpe.parse(text)
        readable = text[:5].lower() != "cpe:/"  # API 2.0 knows no URIs
    except LeadglassError:
        readable = False
    _, found, remarks = read(feed(record(40001, text)))
    assert (len(found), len(remarks)) == ((1, 0) if readable else (0, 1))


def test_batches_end_between_records_and_lose_none():
    many = [record(10_000 + number, *["cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"] * 3) for number in range(9_000)]
    batches = list(nvd.batches(feed(*many)))
    assert len(batches) > 2
    assert max(batch.records for batch in batches) <= 16_384
    assert sum(batch.records for batch in batches) == 9_000
    for batch in batches:
        assert set(batch.criterion["record"]) == set(batch.vulnerability["record"])


def test_a_record_of_too_many_criteria_becomes_a_remark(monkeypatch):
    monkeypatch.setattr(nvd, "MOST_CRITERIA", 2)
    name = "cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"
    vulnerabilities, criteria, remarks = read(feed(record(40001, name, name, name), record(40002, name)))
    assert [row["vulnerability"] for row in vulnerabilities] == ["CVE-2031-40002"]
    assert len(criteria) == 1
    assert "3 criteria" in remarks[0].why


def test_a_long_description_is_cut():
    text = {"cve": {"id": "CVE-2031-40001", "descriptions": [{"lang": "en-US", "value": "x" * 3_000}]}}
    assert len(read(feed(text))[0][0]["description"]) == nvd.LONGEST_DESCRIPTION


def test_nodes_within_nodes_are_told():
    nested = record(40001, "cpe:2.3:a:v:p:1:*:*:*:*:*:*:*")
    nested["cve"]["configurations"][0]["nodes"][0]["children"] = [{"operator": "OR"}]
    assert "nodes within" in read(feed(nested))[2][0].why


def test_an_empty_feed_gives_one_empty_batch():
    (batch,) = nvd.batches(feed())
    assert batch.records == 0
    assert batch.criterion["record"] == []


@pytest.mark.parametrize(
    "wrap", [bytes, memoryview, lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.decode().encode("utf-16")]
)
def test_any_buffer_and_encoding_is_read(wrap):
    assert len(read(wrap(INVENTED))[0]) == 3


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (INVENTED[:-400], "cut off"),
        (INVENTED + b"]", "follows its end"),
        (feed(version="1.1"), "2.0 feeds"),
        (feed(format="MITRE"), "MITRE"),
        (b'{"format": "NVD_CVE", "version": "2.0"}', "vulnerabilities"),
        (b"not json", "not valid JSON"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_sentence(raw, says):
    with pytest.raises(UnreadableError, match=says):
        next(nvd.batches(raw))


def test_a_swarm_of_nothings_and_bottomless_nesting_are_refused():
    swarm = b'{"format":"NVD_CVE","version":"2.0","vulnerabilities":[' + b"1," * (9 << 20) + b"1]}"
    with pytest.raises(BoundError, match="items"):
        next(nvd.batches(swarm))
    with pytest.raises(BoundError, match="nested"):
        next(nvd.batches(b'{"format":"NVD_CVE","version":"2.0","vulnerabilities":' + b"[" * 100_000))


def test_what_many_nodes_state_stands_once():
    name, other = (f"cpe:2.3:a:v:p:{version}:*:*:*:*:*:*:*" for version in (1, 2))
    (batch,) = nvd.batches(feed(record(40001, name, other), record(40002, other, name, name)))
    assert batch.criteria.match["version"] == ["1", "2"]
    assert batch.criterion["version"] == ["1", "2", "2", "1", "1"]
    assert batch.criterion["record"] == [0, 0, 1, 1, 1]
    assert batch.criterion["number"] == [0, 1, 0, 1, 2]
