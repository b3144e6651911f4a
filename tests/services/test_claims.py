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


# Publishers speak of many models in one hospital, each time of one model and its own vulnerability. Each model has one
# scanner of version 1.5 (or what is said) and a record about its firmware; a person answers whether to trust.
CASES: dict[str, dict[str, Any]] = {
    "Sura 3": {"said": [{"group": "known_not_affected"}], "trust": "yes"},
    "Nimbra 9": {"said": [{"group": "fixed"}], "trust": "yes"},
    "Rivena 7": {"said": [{"group": "known_not_affected"}], "trust": "no"},
    "Meridon 12": {"version": "2.5", "said": [{"group": "known_not_affected"}]},
    "Corvia 8": {
        "said": [{"group": "known_not_affected"}, {"group": "known_affected", "publisher": "Another CERT"}],
        "trust": "yes",
    },
    "Belmat 6": {
        "said": [{"group": "known_affected", "day": "2026-10-01"}, {"group": "known_not_affected"}],
        "trust": "yes",
    },
    "Oskel 2": {
        "said": [{"group": "known_affected", "day": "2026-10-20"}, {"group": "known_not_affected"}],
        "trust": "yes",
    },
    "Tessan 40": {"said": [{"group": "known_not_affected", "maker": "Quilon"}]},
    "Harwin 11": {"said": [{"group": "known_affected"}]},
    "Dolmer 50": {"status": "retired", "said": [{"group": "known_affected"}]},
}


def cve_of(model: str) -> str:
    return f"CVE-2031-42{[*CASES].index(model):03}"


def papers() -> list[bytes]:
    """The inventory, the records, and what publishers say, each in a document of its own."""
    scanners = [
        {**SCANNER, "asset_tag": model, "model": model, "software_version": case.get("version", "1.5"),
         "status": case.get("status", "in_use")}
        for model, case in CASES.items()
    ]  # fmt: skip
    records = [
        record(cve_of(model), any_of(criterion(f"o:quillon:{model.lower().replace(' ', '_')}_firmware:*", versionEndExcluding="3.0")))
        for model in CASES
    ]  # fmt: skip
    said = [
        csaf(**{"product": model, "cve": cve_of(model), "name": f"{model}-{number}", **one})
        for model, case in CASES.items()
        for number, one in enumerate(case["said"])
    ]
    return [fleet(*scanners), nvd(*records), *said]


class Crowd:
    """What is found and said of each model, as it was listed once."""

    def __init__(self, hospital: Hospital) -> None:
        self.findings, self.statements, self.actions = (
            hospital.list(name) for name in ("findings", "statements", "actions")
        )
        self.asked = [row for row in hospital.list("questions") if row["kind"] == "trust"]

    def found(self, model: str) -> list[dict[str, Any]]:
        return [row for row in self.findings if row["vulnerability"] == cve_of(model)]

    def statuses(self, model: str) -> list[str]:
        return [row["status"] for row in self.found(model)]

    def outcomes(self, model: str) -> list[str]:
        return [row["outcome"] for row in self.statements if row["vulnerability"] == cve_of(model)]

    def trust(self, model: str) -> list[dict[str, Any]]:
        return [row for row in self.asked if row["model"] == model]


@pytest.fixture(scope="module")
def hospital_of_many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Hospital, Crowd, Crowd]:
    """One hospital with all cases, and what it lists before and after people answered whether to trust."""
    hospital = Hospital(tmp_path_factory.mktemp("many") / "home")
    hospital.receive(*papers())
    hospital.assess()
    before = Crowd(hospital)
    for model, case in CASES.items():
        for question in before.trust(model) if "trust" in case else ():
            hospital.answer(str(question["id"]), case["trust"])
    hospital.assess()
    return hospital, before, Crowd(hospital)


@pytest.fixture
def before(hospital_of_many: tuple[Hospital, Crowd, Crowd]) -> Crowd:
    return hospital_of_many[1]


@pytest.fixture
def after(hospital_of_many: tuple[Hospital, Crowd, Crowd]) -> Crowd:
    return hospital_of_many[2]


def test_an_advisory_does_not_repeat_what_a_record_says(before: Crowd) -> None:
    assert before.statuses("Harwin 11") == ["affected"]
    assert before.outcomes("Harwin 11") == ["applied"]


@pytest.mark.parametrize(("model", "status"), [("Sura 3", "not_affected"), ("Nimbra 9", "fixed")])
def test_a_statement_silences_once_its_publisher_is_trusted(
    before: Crowd, after: Crowd, model: str, status: str
) -> None:
    assert before.statuses(model) == ["affected"]
    assert before.outcomes(model) == ["waits: trust in the publisher missing"]
    (asked,) = before.trust(model)
    assert (asked["settles"], asked["subject"].partition("|")[0]) == (1, "Quillon PSIRT")
    assert after.trust(model) == []
    assert after.statuses(model) == [status]
    product = f"Quillon {model}"
    assert {row["deed"] for row in before.actions if row["product"] == product} & {"update", "contain"}
    assert not [
        row for row in after.actions if row["product"] == product and row["deed"] in {"update", "contain"}
    ]
    assert after.outcomes(model) == ["applied"]


def test_no_means_that_the_finding_stays(after: Crowd) -> None:
    assert after.trust("Rivena 7") == []
    assert after.statuses("Rivena 7") == ["affected"]


def test_trust_is_answered_by_yes_or_no(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(RECORD), csaf("known_not_affected"))
    hospital.assess()
    question = next(row for row in hospital.list("questions") if row["kind"] == "trust")
    with pytest.raises(UsageError, match="yes or no"):
        hospital.answer(question["id"], "perhaps")


def test_a_statement_about_another_version_silences_nothing(before: Crowd) -> None:
    assert before.statuses("Meridon 12") == ["affected"]
    assert before.outcomes("Meridon 12") == ["not applied: 2.5 is not among them"]


def test_publishers_that_contradict_each_other_silence_nothing(before: Crowd, after: Crowd) -> None:
    assert before.trust("Corvia 8")
    assert after.statuses("Corvia 8") == ["affected"]
    assert set(after.outcomes("Corvia 8")) == {
        "applied",
        "not applied: Another CERT says that it is affected",
    }


def test_a_later_word_of_the_same_publisher_outweighs_its_earlier_one(after: Crowd) -> None:
    assert after.statuses("Belmat 6") == ["not_affected"]


def test_an_earlier_word_does_not(before: Crowd, after: Crowd) -> None:
    assert before.trust("Oskel 2")
    assert after.statuses("Oskel 2") == ["affected"]


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


def test_an_unsure_name_never_silences(before: Crowd) -> None:
    assert before.statuses("Tessan 40") == ["affected"]
    assert before.outcomes("Tessan 40")[0].startswith("waits: product identity missing")


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


def test_what_was_silenced_says_why_to_the_document(
    hospital_of_many: tuple[Hospital, Crowd, Crowd], after: Crowd
) -> None:
    (finding,) = after.found("Sura 3")
    _, steps = explain(hospital_of_many[0].view(), finding["id"])
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


def test_a_retired_device_hears_nothing(before: Crowd) -> None:
    assert before.statuses("Dolmer 50") == []


def test_every_column_of_a_claim_is_filled(before: Crowd) -> None:
    (row,) = [one for one in before.statements if one["vulnerability"] == cve_of("Harwin 11")]
    assert {"named", "publisher", "outcome", "rule", "basis", "confidence", "sha256", "place"} <= set(row)
