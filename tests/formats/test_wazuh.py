# SPDX-License-Identifier: Apache-2.0
"""Inventories of Wazuh: answers of the API and of the index, documents alone, alerts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import wazuh
from tests.formats.mutations import edited, edits, overwritings, overwritten, unsound

PAPERS = Path(__file__).parents[1] / "papers" / "sightings"
INDEX, API = ((PAPERS / name).read_bytes() for name in ("index.wazuh.json", "api.wazuh.json"))
ALERT = {
    "timestamp": "2026-11-17T10:00:00+0000",
    "agent": {"id": "7", "name": "ws-7", "ip": "10.20.30.17"},
    "data": {
        "vulnerability": {"cve": "CVE-2031-0601", "severity": "Low", "package": {"name": "x", "version": "1"}}
    },
}


def test_documents_of_the_index_are_one_sighting_per_agent():
    read = wazuh.read(INDEX)
    pacs, ris = read.sightings
    assert (read.tool, read.version, read.scanned_at) == (
        "Wazuh",
        "4.9.0",
        datetime(2026, 11, 17, 8, tzinfo=UTC),
    )
    assert (pacs.hostname, pacs.os, pacs.rest) == (
        "pacs-01",
        "Ubuntu 24.04.1 LTS (Noble Numbat)",
        {"agent": "003"},
    )
    assert [(one.vulnerability, one.severity, one.detail) for one in pacs.vulnerabilities] == [
        ("CVE-2031-0301", "High", "package libinvented 1.2-3ubuntu1"), ("CVE-2031-0302", "-", "package othertool 7"),
    ]  # fmt: skip
    assert pacs.vulnerabilities[0].title == "Invented: overflow."
    assert [(one.name, one.version) for one in pacs.software] == [
        ("libinvented", "1.2-3ubuntu1"),
        ("othertool", "7"),
    ]
    assert (ris.hostname, ris.addresses, ris.os) == ("ris-01", ("10.20.30.13",), "Ubuntu 24.04.4")


def test_an_answer_of_the_api_may_hold_agents_packages_and_vulnerabilities():
    read = wazuh.read(API)
    agent, unknown = read.sightings
    assert (agent.hostname, agent.addresses, agent.os) == (
        "ws-05",
        ("10.20.30.15",),
        "Microsoft Windows 10 10.0.17763",
    )
    assert [one.name for one in agent.software] == ["Invented Reader", "libinvented"]
    assert [one.vulnerability for one in agent.vulnerabilities] == ["CVE-2031-0401"]
    assert not unknown.names_something
    assert [(remark.where, remark.why) for remark in read.remarks] == [
        ("data.affected_items[3]", "It is not said of which agent: it can be given to no device.")
    ]


def test_documents_come_alone_in_a_list_or_by_line():
    documents = [hit["_source"] for hit in json.loads(INDEX)["hits"]["hits"]]
    for raw in (json.dumps(documents), "\n".join(map(json.dumps, documents))):
        read = wazuh.read(raw.encode())
        assert [one.hostname for one in read.sightings] == ["pacs-01", "ris-01"]
    assert wazuh.read(json.dumps(documents[0]).encode()).sightings[0].place == "document"


def test_alerts_are_read_and_those_of_what_is_solved_are_counted():
    (agent,) = wazuh.read(json.dumps(ALERT).encode()).sightings
    assert (agent.addresses, agent.seen_at) == (("10.20.30.17",), datetime(2026, 11, 17, 10, tzinfo=UTC))
    assert [one.vulnerability for one in agent.vulnerabilities] == ["CVE-2031-0601"]
    solved = json.loads(json.dumps(ALERT))
    solved["data"]["vulnerability"]["status"] = "Solved"
    read = wazuh.read(json.dumps(solved).encode())
    assert read.sightings[0].vulnerabilities == ()
    assert read.rest == {"vulnerabilities that are solved": 1}


def test_a_document_of_another_kind_is_told_and_one_without_any_of_ours_is_refused():
    raw = json.dumps([ALERT, {"rule": {"id": "1"}, "agent": {"id": "7"}}]).encode()
    assert [remark.where for remark in wazuh.read(raw).remarks] == ["[1]"]
    for other in (b'{"rule": 1}', b'{"hits": {"hits": [{"_source": {"user": "x"}}]}}', b"[]"):
        with pytest.raises(UnreadableError, match="nor documents with agent"):
            wazuh.read(other)


def test_an_empty_answer_has_no_sightings():
    assert wazuh.read(b'{"data": {"affected_items": []}}').sightings == ()
    assert wazuh.read(b'{"hits": {"hits": []}}').sightings == ()


def test_fields_of_wrong_types_are_told_with_their_place():
    raw = json.dumps(
        {"hits": {"hits": [{"_source": {"agent": {"id": 3, "name": "a"}, "vulnerability": {"id": ["x"]}}}]}}
    )
    read = wazuh.read(raw.encode())
    assert {remark.where for remark in read.remarks} == {
        "hits.hits[0]._source.agent.id", "hits.hits[0]._source.vulnerability.id", "hits.hits[0]._source.vulnerability",
    }  # fmt: skip
    assert read.sightings[0].hostname == "a"


def test_bounds_are_kept(monkeypatch):
    monkeypatch.setattr(wazuh, "MOST_AGENTS", 1)
    with pytest.raises(BoundError, match="agents"):
        wazuh.read(INDEX)


@pytest.mark.parametrize("paper", [INDEX, API], ids=["index", "API"])
@given(changes=edits, values=overwritings)
def test_law_whatever_happened_to_a_document_gives_sightings_or_our_error(paper, changes, values):
    assert unsound(edited(paper, changes), wazuh.read) == []
    assert unsound(overwritten(json.loads(paper), values), wazuh.read) == []
