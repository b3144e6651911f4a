# SPDX-License-Identifier: Apache-2.0
"""Statements of publishers, held against the fleet: applied, waiting for a person, or listed with the reason why not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from leadglass.errors import UsageError
from leadglass.services.ledger.explain import explain
from tests.hospital import Hospital, any_of, criterion, fleet, nvd, record

CVE = "CVE-2031-41001"
SCANNER = {
    "manufacturer": "Quillon",
    "model": "Tomara 64",
    "software_version": "1.5",
    "asset_tag": "CT-1",
}
RECORD = record(CVE, any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="3.0")))


def csaf(
    group: str, *, product: str = "Tomara 64", versions: str = "< 2.0", publisher: str = "Quillon PSIRT",
    maker: str = "Quillon Medical GmbH", name: str = "QM-1", day: str = "2026-10-02", cve: str = CVE,
) -> bytes:  # fmt: skip
    """A CSAF 2.0 document that says one thing of one product."""
    time = f"{day}T00:00:00Z"
    leaf = {
        "category": "product_version_range", "name": versions,
        "product": {"name": f"{maker} {product} {versions}", "product_id": "P1"},
    }  # fmt: skip
    document = {
        "category": "csaf_vex", "csaf_version": "2.0", "title": "Invented",
        "publisher": {"category": "vendor", "name": publisher, "namespace": "https://quillon.invalid"},
        "tracking": {
            "id": name, "status": "final", "version": "1", "initial_release_date": time, "current_release_date": time,
            "revision_history": [{"date": time, "number": "1", "summary": "first"}],
        },
    }  # fmt: skip
    branch = {"category": "product_name", "name": product, "branches": [leaf]}
    tree = {"branches": [{"category": "vendor", "name": maker, "branches": [branch]}]}
    said = {
        "cve": cve,
        "product_status": {group: ["P1"]},
        "notes": [{"category": "summary", "text": "Invented."}],
    }
    return json.dumps({"document": document, "product_tree": tree, "vulnerabilities": [said]}).encode()


def outcomes(hospital: Hospital) -> list[str]:
    return [row["outcome"] for row in hospital.list("statements")]


def answer(hospital: Hospital, kind: str, value: str) -> dict[str, Any]:
    question = next(row for row in hospital.list("questions") if row["kind"] == kind)
    hospital.answer(str(question["id"]), value)
    hospital.assess()
    assert question["id"] not in {row["id"] for row in hospital.list("questions")}
    return question


def test_an_advisory_alone_makes_a_finding_on_the_versions_that_it_names(hospital: Hospital) -> None:
    fixed = {**SCANNER, "asset_tag": "CT-2", "software_version": "2.0"}
    blank = {**SCANNER, "asset_tag": "CT-3", "software_version": ""}
    other = {**SCANNER, "asset_tag": "CT-4", "model": "Tomara 128"}
    hospital.receive(fleet(SCANNER, fixed, blank, other), csaf("known_affected"))
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-3": "unknown"}
    (finding,) = hospital.list("findings", vulnerability=CVE, device="CT-1")
    assert finding["why"].startswith(
        f"{CVE}: Quillon PSIRT says that Quillon Medical GmbH Tomara 64 < 2.0 is affected"
    )
    assert finding["sources"][0]["place"] == "vulnerabilities[0].product_status.known_affected[0]"
    (unknown,) = hospital.list("findings", vulnerability=CVE, device="CT-3")
    assert unknown["missing"] == "software version"


def test_an_advisory_does_not_repeat_what_a_record_says(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_affected"))
    hospital.assess()
    assert len(hospital.list("findings", vulnerability=CVE)) == 1
    assert outcomes(hospital) == ["applied"]


@pytest.mark.parametrize("group", ["known_not_affected", "fixed"])
def test_a_statement_silences_once_its_publisher_is_trusted(hospital: Hospital, group: str) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf(group))
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert outcomes(hospital) == ["waits: trust in the publisher missing"]
    asked = answer(hospital, "trust", "yes")
    assert (asked["settles"], asked["subject"].partition("|")[0]) == (1, "Quillon PSIRT")
    status = {"known_not_affected": "not_affected", "fixed": "fixed"}[group]
    assert [row["status"] for row in hospital.list("findings", vulnerability=CVE)] == [status]
    assert not [row for row in hospital.list("actions") if row["deed"] in {"update", "contain"}]
    assert outcomes(hospital) == ["applied"]


def test_no_means_that_the_finding_stays(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected"))
    hospital.assess()
    answer(hospital, "trust", "no")
    assert hospital.statuses(CVE) == {"CT-1": "affected"}


def test_trust_is_answered_by_yes_or_no(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected"))
    hospital.assess()
    question = next(row for row in hospital.list("questions") if row["kind"] == "trust")
    with pytest.raises(UsageError, match="yes or no"):
        hospital.answer(question["id"], "perhaps")


def test_a_statement_about_another_version_silences_nothing(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "software_version": "2.5"}), nvd(RECORD), csaf("known_not_affected"))
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert outcomes(hospital) == ["not applied: 2.5 is not among them"]


def test_publishers_that_contradict_each_other_silence_nothing(hospital: Hospital) -> None:
    against = csaf("known_affected", publisher="Another CERT", name="AC-1")
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected"), against)
    hospital.assess()
    answer(hospital, "trust", "yes")
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert set(outcomes(hospital)) == {"applied", "not applied: Another CERT says that it is affected"}


def test_a_later_word_of_the_same_publisher_outweighs_its_earlier_one(hospital: Hospital) -> None:
    first = csaf("known_affected", name="QM-0", day="2026-10-01")
    hospital.receive(fleet(SCANNER), nvd(RECORD), first, csaf("known_not_affected"))
    hospital.assess()
    answer(hospital, "trust", "yes")
    assert hospital.statuses(CVE) == {"CT-1": "not_affected"}


def test_an_earlier_word_does_not(hospital: Hospital) -> None:
    later = csaf("known_affected", name="QM-2", day="2026-10-20")
    hospital.receive(fleet(SCANNER), nvd(RECORD), later, csaf("known_not_affected"))
    hospital.assess()
    answer(hospital, "trust", "yes")
    assert hospital.statuses(CVE) == {"CT-1": "affected"}


def test_of_an_advisory_only_its_newest_revision_counts(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER), csaf("known_affected", day="2026-10-01"), csaf("known_affected", versions="< 1.0")
    )
    hospital.assess()
    assert hospital.statuses(CVE) == {}
    assert set(outcomes(hospital)) == {
        "not applied: a newer revision of this document was received",
        "not applied: 1.5 is not among them",
    }


def test_a_product_that_is_not_here_is_listed_with_the_reason(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), csaf("known_affected", maker="Norrfeld", product="Aurika 3T"))
    hospital.assess()
    assert outcomes(hospital) == ["not applied: no such product in the fleet"]


def test_versions_that_nobody_can_read_are_asked_about(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), csaf("known_affected", versions="units sold in spring"))
    hospital.assess()
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["status"], finding["missing"]) == ("unknown", "meaning of the versions")
    asked = answer(hospital, "versions", "yes")
    assert "units sold in spring" in asked["text"]
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    hospital.answer(str(asked["id"]), "no")
    hospital.assess()
    assert hospital.statuses(CVE) == {}


def test_a_name_that_is_not_sure_is_asked_about(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), csaf("known_affected", maker="Quilon"))
    hospital.assess()
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["status"], finding["missing"]) == ("unknown", "product identity")
    answer(hospital, "product", "yes")
    assert hospital.statuses(CVE) == {"CT-1": "affected"}


def test_an_unsure_name_never_silences(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected", maker="Quilon"))
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert outcomes(hospital)[0].startswith("waits: product identity missing")


SLIPPED = {"product": "Tommara 64", "maker": "Quillon Medical GmbH"}


def test_a_slip_in_a_name_warns_at_once(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), csaf("known_affected", **SLIPPED))
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    (claim,) = hospital.list("statements")
    assert (claim["outcome"], claim["basis"], claim["confidence"]) == ("applied", "slip", 0.8)


@pytest.mark.parametrize("group", ["known_not_affected", "fixed"])
def test_a_slip_in_a_name_silences_only_when_a_person_confirms_it(hospital: Hospital, group: str) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf(group, **SLIPPED))
    hospital.assess()
    waiting = "waits: product identity missing (slip: enough to warn, not to silence)"
    assert waiting in outcomes(hospital)
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    answer(hospital, "product", "yes")
    assert hospital.statuses(CVE) == {"CT-1": "affected"}, "and the publisher has to be trusted"
    answer(hospital, "trust", "yes")
    status = {"known_not_affected": "not_affected", "fixed": "fixed"}[group]
    assert [row["status"] for row in hospital.list("findings", vulnerability=CVE)] == [status]


def test_a_slip_in_a_name_that_a_person_denies_silences_nothing(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected", **SLIPPED))
    hospital.assess()
    answer(hospital, "product", "no")
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert outcomes(hospital) == ["not applied: no such product in the fleet"]


def test_what_one_document_names_is_no_slip_of_what_another_names(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER),
        csaf("known_affected", product="Tommara 64"),
        csaf("known_affected", name="QM-2", versions="< 1.0"),
    )
    hospital.assess()
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["status"], finding["missing"]) == ("unknown", "product identity")


def test_a_faulty_name_beside_the_model_itself_is_asked_about(hospital: Hospital) -> None:
    faulty = {**SCANNER, "asset_tag": "CT-2", "model": "Tomra 64 Scaner"}
    hospital.receive(fleet(SCANNER, faulty), csaf("known_affected"))
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-2": "unknown"}
    answer(hospital, "product", "yes")
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-2": "affected"}


def test_two_makers_that_a_person_keeps_apart_are_not_joined_by_a_slip(hospital: Hospital) -> None:
    scanners = [{**SCANNER, "manufacturer": "Philips"}, {**SCANNER, "manufacturer": "Philips", "asset_tag": "CT-2"},
                {**SCANNER, "manufacturer": "Phillips", "asset_tag": "CT-3"}]  # fmt: skip
    hospital.receive(fleet(*scanners), csaf("known_affected", maker="Philips"))
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-2": "affected", "CT-3": "affected"}
    answer(hospital, "maker", "no")
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-2": "affected", "CT-3": "unknown"}


def test_what_was_silenced_says_why_to_the_document(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected"))
    hospital.assess()
    answer(hospital, "trust", "yes")
    (finding,) = hospital.list("findings", vulnerability=CVE)
    _, steps = explain(hospital.view(), finding["id"])
    told = [step for step in steps if step.title == "Statement"]
    assert told
    assert "Applied" in told[0].text
    assert told[0].place == "vulnerabilities[0].product_status.known_not_affected[0]"


def test_before_the_answer_the_finding_was_open(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected"))
    hospital.assess()
    before = hospital.clock.moment
    hospital.clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    answer(hospital, "trust", "yes")
    then = hospital.list("findings", as_of=before, vulnerability=CVE)
    assert [row["status"] for row in then] == ["affected"]


def test_a_rebuild_claims_the_same(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER), nvd(RECORD), csaf("known_not_affected"), csaf("known_affected", name="QM-9")
    )
    first = hospital.assess()
    again = hospital.assess(again=True)
    assert {part.table: part.sha256 for part in first.parts} == {
        part.table: part.sha256 for part in again.parts
    }


def test_a_retired_device_hears_nothing(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "status": "retired"}), csaf("known_affected"))
    hospital.assess()
    assert hospital.statuses(CVE) == {}


def test_every_column_of_a_claim_is_filled(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), csaf("known_affected"))
    hospital.assess()
    (row,) = hospital.list("statements")
    assert {"named", "publisher", "outcome", "rule", "basis", "confidence", "sha256", "place"} <= set(row)
