# SPDX-License-Identifier: Apache-2.0
"""Our decisions as VEX: honest, valid, and read next door."""

import json
from datetime import date
from pathlib import Path

import pytest

from leadglass.errors import NotFoundError, UsageError
from leadglass.formats import csaf_tests
from leadglass.services.ledger.vex import Form, vex
from tests.hospital import Hospital, any_of, criterion, fleet, nvd, record

CVE = "CVE-2031-41001"
SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
RECORD = record(CVE, any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="3.0")))
AUTHOR = {"author": "Harbor Imaging Group", "namespace": "https://harbor.invalid"}


def one_of_two_accepted(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER, {**SCANNER, "asset_tag": "CT-2"}), nvd(RECORD))
    hospital.assess()
    first = hospital.list("findings", vulnerability=CVE, device="CT-1")[0]
    hospital.decide(first["id"], until=date(2027, 1, 31))


@pytest.fixture
def decided(begin) -> Hospital:
    return begin(one_of_two_accepted)


@pytest.mark.parametrize("form", Form)
def test_an_accepted_risk_is_one_of_an_affected_product(decided: Hospital, form: Form) -> None:
    made = vex(decided.view(), form, **AUTHOR)
    text = made.raw.decode()
    assert (made.statements, made.decisions) == (1, 1)
    assert "accept on 1 of 2 devices: no other scanner this month" in text
    assert "not_affected" not in text
    told = {
        Form.OPENVEX: '"status": "affected"',
        Form.CYCLONEDX: '"state": "exploitable"',
        Form.CSAF: '"known_affected"',
    }
    assert told[form] in text


def test_the_csaf_form_passes_the_mandatory_tests(decided: Hospital) -> None:
    assert csaf_tests.check(vex(decided.view(), Form.CSAF, **AUTHOR).raw).valid


def test_the_neighbour_reads_it_as_affected_in_every_form_and_nothing_falls_silent(
    decided: Hospital, tmp_path: Path
) -> None:
    neighbour = Hospital(tmp_path / "neighbour")
    for form in Form:
        (got,) = neighbour.receive(vex(decided.view(), form, **AUTHOR).raw)
        assert got.taken["statements"] == 1
    neighbour.receive(fleet({**SCANNER, "asset_tag": "N-7"}), nvd(RECORD))
    neighbour.assess()
    assert neighbour.statuses(CVE) == {"N-7": "affected"}
    statements = neighbour.list("statements")
    assert [row["status"] for row in statements] == ["affected"] * len(Form)


def test_what_is_unknown_stays_unknown_whatever_was_decided(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "software_version": ""}), nvd(RECORD))
    hospital.assess()
    hospital.decide(hospital.list("findings", vulnerability=CVE)[0]["id"], until=date(2027, 1, 31))
    told = json.loads(vex(hospital.view(), Form.OPENVEX, **AUTHOR).raw)
    assert [one["status"] for one in told["statements"]] == ["under_investigation"]


def test_a_decision_that_was_reopened_is_not_told(decided: Hospital) -> None:
    decided.decide(decided.list("findings", vulnerability=CVE, device="CT-1")[0]["id"], kind="reopen")
    with pytest.raises(NotFoundError, match="No decision stands"):
        vex(decided.view(), Form.OPENVEX, **AUTHOR)


def test_an_expired_decision_is_not_told(decided: Hospital) -> None:
    decided.clock.moment = decided.clock.moment.replace(year=2028)
    with pytest.raises(NotFoundError, match="No decision stands"):
        vex(decided.view(), Form.OPENVEX, **AUTHOR)


def test_the_author_and_for_csaf_the_namespace_are_asked_for(decided: Hospital) -> None:
    with pytest.raises(UsageError, match="--author"):
        vex(decided.view(), Form.OPENVEX)
    with pytest.raises(UsageError, match="--namespace"):
        vex(decided.view(), Form.CSAF, author="Harbor")


def test_the_same_decisions_at_the_same_time_give_the_same_bytes(decided: Hospital) -> None:
    assert vex(decided.view(), Form.CSAF, **AUTHOR).raw == vex(decided.view(), Form.CSAF, **AUTHOR).raw
