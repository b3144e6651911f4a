"""A list that calls itself incomplete denies nothing: what it does not name is unknown, not absent."""

import json
from typing import Any

import pytest

from leadglass.services.ledger.explain import explain
from tests.hospital import Hospital, all_of, bom, criterion, fleet, nvd, record

DEVICE = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
TOGETHER = all_of(
    [criterion("a:berlios:slim:1.3.6")],
    [criterion("a:gnu:glibc:*", vulnerable=False, versionStartIncluding="2.17")],
)


def slim(aggregate: str) -> bytes:
    listed = json.loads(
        bom(
            "Tomara 64",
            "1.5",
            [{"name": "slim", "version": "1.3.6", "cpe": "cpe:2.3:a:berlios:slim:1.3.6:*:*:*:*:*:*:*"}],
        )
    )
    if aggregate:
        listed["compositions"] = [{"aggregate": aggregate}]
    return json.dumps(listed).encode()


def said(hospital: Hospital) -> list[tuple[str, str]]:
    return [(row["status"], row["missing"]) for row in hospital.list("findings", kind="vulnerability")]


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("", ("not_affected", "")),
        ("complete", ("not_affected", "")),
        ("incomplete", ("unknown", "software list")),
        ("unknown", ("unknown", "software list")),
    ],
)
def test_what_an_incomplete_list_does_not_name_is_unknown(
    hospital: Hospital, aggregate: str, expected: tuple[str, str]
) -> None:
    hospital.receive(fleet(DEVICE), slim(aggregate), nvd(record("CVE-2026-1000", TOGETHER)))
    hospital.assess()
    assert said(hospital) == [expected]


def test_a_list_with_gaps_is_told_as_a_finding_and_a_complete_one_is_not(hospital: Hospital) -> None:
    hospital.receive(fleet(DEVICE), slim("incomplete"))
    hospital.assess()
    told: list[dict[str, Any]] = hospital.list("findings", kind="partly_blind")
    assert [row["missing"] for row in told] == ["software list"]
    assert "software" not in hospital.list("devices")[0]["knows"].split()


def test_a_record_without_criteria_is_unknown_for_the_component_that_its_words_name(
    hospital: Hospital,
) -> None:
    bare = record("CVE-2026-1001")
    bare["cve"]["descriptions"] = [
        {"lang": "en", "value": "Mirth Connect before 4.4.1 runs what anybody sends."}
    ]
    listed = bom("Tomara 64", "1.5", [{"name": "Mirth Connect", "version": "4.4.0"}])
    hospital.receive(fleet(DEVICE), listed, nvd(bare))
    hospital.assess()
    assert said(hospital) == [("unknown", "criteria in the record")]
    told = hospital.list("findings", kind="vulnerability")[0]
    assert told["rule"] == "mirth connect in words alone"


def test_explain_says_that_the_record_has_no_criteria_yet(hospital: Hospital) -> None:
    bare = record("CVE-2026-1001")
    bare["cve"]["descriptions"] = [
        {"lang": "en", "value": "Mirth Connect before 4.4.1 runs what anybody sends."}
    ]
    listed = bom("Tomara 64", "1.5", [{"name": "Mirth Connect", "version": "4.4.0"}])
    hospital.receive(fleet(DEVICE), listed, nvd(bare))
    hospital.assess()
    finding = hospital.list("findings", kind="vulnerability")[0]["id"]
    told = {step.title: step for step in explain(hospital.view(), finding)[1]}
    assert "no criteria yet" in told["Record"].text
    assert told["Record"].place == "vulnerabilities[0].cve.descriptions"
