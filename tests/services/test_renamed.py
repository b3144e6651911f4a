# SPDX-License-Identifier: Apache-2.0
"""A vulnerability by any of its names: decided by each of them, and followed where it gets its CVE id later."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from leadglass.errors import NotFoundError, UsageError
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.history import history
from leadglass.services.ledger.news import news
from leadglass.services.ledger.rebuild import rebuild
from leadglass.values.news import Turn
from tests.hospital import Hospital, bom, fleet, kev
from tests.services.test_claims import csaf
from tests.services.test_vulnerabilities import (
    CODEC,
    CVE,
    FLEET,
    GHSA,
    OTHER,
    PYSEC,
    SCANNER,
    given,
    of_nvd,
    osv,
)

UNTIL = date(2027, 1, 31)
CSAF_NAME = "QUI-2031-07"
PRODUCT = "quillon:tomara-codec"


def decided(hospital: Hospital, **wanted: Any) -> dict[tuple[str, str], str]:
    return {
        (row["device"], row["vulnerability"]): row["decision"] for row in hospital.list("findings", **wanted)
        if row["vulnerability"]
    }  # fmt: skip


@pytest.fixture
def under_ghsa(begin) -> Hospital:
    """A hospital with a finding that no document gives a CVE id yet."""
    return begin(given, *FLEET, osv(GHSA))


RENAMED = osv(GHSA, CVE, modified="2026-10-20")


def decided_and_renamed(hospital: Hospital, by: str) -> None:
    """A finding that was accepted, by itself or within a range, before a document gave it its CVE id."""
    given(hospital, *FLEET, osv(GHSA))
    if by == "listing":
        hospital.decide(GHSA, until=UNTIL)
    else:
        hospital.decide(PRODUCT, vulnerability=GHSA, until=UNTIL)
    given(hospital, RENAMED)


@pytest.fixture
def renamed(begin) -> Hospital:
    return begin(decided_and_renamed, "listing")


@pytest.fixture
def of_many_names(begin) -> Hospital:
    """A hospital with a finding that documents give four names."""
    return begin(given, *FLEET, of_nvd(), osv(GHSA, CVE, CSAF_NAME), osv(PYSEC, GHSA))


@pytest.mark.parametrize("name", [GHSA, GHSA.lower(), PYSEC, "pysec-2031-7", CVE, CVE.lower(), CSAF_NAME])
def test_any_name_of_a_vulnerability_is_decided_under_its_one_id(of_many_names: Hospital, name: str) -> None:
    made = of_many_names.decide(name, until=UNTIL)
    assert (made.target, len(made.findings)) == (CVE, 1)
    assert decided(of_many_names) == {("CT-1", CVE): "accept"}


@pytest.mark.parametrize("name", [GHSA, GHSA.lower(), PYSEC, CVE, CSAF_NAME])
def test_a_range_is_decided_by_any_name(of_many_names: Hospital, name: str) -> None:
    made = of_many_names.decide(PRODUCT, vulnerability=name, start="1.0", end="1.4", until=UNTIL)
    assert (made.vulnerability, made.target) == (CVE, f"{PRODUCT} {CVE}")
    assert decided(of_many_names) == {("CT-1", CVE): "accept"}


def test_a_name_that_nobody_knows_is_refused(under_ghsa: Hospital) -> None:
    with pytest.raises(UsageError, match="no vulnerability that a document at hand names"):
        under_ghsa.decide(PRODUCT, vulnerability="GHSA-zzzz-zzzz-zzzz", until=UNTIL)
    with pytest.raises(NotFoundError, match="another of its names"):
        under_ghsa.decide("GHSA-zzzz-zzzz-zzzz", until=UNTIL)
    assert under_ghsa.house.register.decisions() == []


def test_a_cve_id_may_be_decided_for_a_range_before_a_document_speaks_of_it(under_ghsa: Hospital) -> None:
    assert under_ghsa.decide(PRODUCT, vulnerability=OTHER, until=UNTIL).vulnerability == OTHER


def test_a_decision_follows_to_the_cve_id_that_comes_later(renamed: Hospital) -> None:
    (made,) = renamed.house.register.decisions()
    assert decided(renamed) == {("CT-1", CVE): "accept"}
    (finding,) = renamed.list("findings", vulnerability=CVE)
    assert finding["id"] not in made.findings
    assert rebuild(renamed.house).differing == ()
    assert decided(renamed) == {("CT-1", CVE): "accept"}


def test_it_follows_through_several_names(hospital: Hospital) -> None:
    given(hospital, *FLEET, osv(PYSEC))
    hospital.decide(PYSEC, until=UNTIL)
    given(hospital, osv(GHSA, PYSEC))
    assert decided(hospital) == {("CT-1", GHSA): "accept"}
    given(hospital, osv(GHSA, PYSEC, CVE, modified="2026-10-20"))
    assert decided(hospital) == {("CT-1", CVE): "accept"}


def test_a_range_follows_too_and_reaches_devices_that_come_later(under_ghsa: Hospital) -> None:
    under_ghsa.decide(PRODUCT, vulnerability=GHSA, start="1.0", end="1.4", until=UNTIL)
    given(under_ghsa, RENAMED, fleet(SCANNER, {**SCANNER, "asset_tag": "CT-2"}))
    assert decided(under_ghsa) == {("CT-1", CVE): "accept", ("CT-2", CVE): "accept"}


def test_listed_findings_do_not_reach_a_device_that_comes_later(under_ghsa: Hospital) -> None:
    under_ghsa.decide(GHSA, until=UNTIL)
    given(under_ghsa, RENAMED, fleet(SCANNER, {**SCANNER, "asset_tag": "CT-2"}))
    assert decided(under_ghsa) == {("CT-1", CVE): "accept", ("CT-2", CVE): ""}


def test_a_new_version_of_the_component_is_open(under_ghsa: Hospital) -> None:
    under_ghsa.decide(GHSA, until=UNTIL)
    newer = {**CODEC, "version": "1.3.5", "purl": "pkg:pypi/tomara-codec@1.3.5", "cpe": ""}
    given(
        under_ghsa,
        osv(GHSA, CVE, modified="2026-10-20"),
        fleet({**SCANNER, "software_version": "1.6"}),
        bom("Tomara 64", "1.6", [newer]),
    )
    assert decided(under_ghsa) == {("CT-1", CVE): ""}


def test_a_decision_that_followed_expires_on_its_day_and_is_told_as_expired(under_ghsa: Hospital) -> None:
    last = under_ghsa.clock().date() + timedelta(days=30)
    under_ghsa.decide(GHSA, until=last)
    given(under_ghsa, RENAMED)
    under_ghsa.clock.pass_days(29)
    assert decided(under_ghsa) == {("CT-1", CVE): "accept"}
    under_ghsa.clock.pass_days(2)
    assert decided(under_ghsa) == {("CT-1", CVE): ""}
    (row,) = [row for row in under_ghsa.list("actions") if row["decision"]]
    assert (row["state"], f"expired on {last}" in row["decision"]) == ("open", True)


@pytest.mark.parametrize("by", ["listing", "range"])
def test_a_decision_that_followed_can_be_withdrawn(begin, by: str) -> None:
    renamed = begin(decided_and_renamed, by)
    assert decided(renamed) == {("CT-1", CVE): "accept"}
    house = renamed.house
    (made,) = house.register.decisions()
    with house.register.change(house.person, "recorded by mistake"):
        house.register.withdraw_decision(made.id)
    assert decided(renamed) == {("CT-1", CVE): ""}


@pytest.mark.parametrize("by", ["listing", "range"])
def test_reopening_under_the_new_name_takes_back_what_was_decided_under_the_old(begin, by: str) -> None:
    renamed = begin(decided_and_renamed, by)
    renamed.clock.pass_days(1)
    renamed.decide(CVE, kind="reopen", reason="the proxy is gone")
    assert decided(renamed) == {("CT-1", CVE): ""}


def test_a_name_that_turns_out_to_be_of_two_cve_ids_is_another_thing(hospital: Hospital) -> None:
    given(hospital, *FLEET, osv(GHSA, CVE))
    hospital.decide(CVE, until=UNTIL)
    given(hospital, osv(GHSA, CVE, OTHER, modified="2026-10-20"))
    assert decided(hospital) == {("CT-1", GHSA): ""}


def test_what_goes_by_its_own_id_still_is_not_handed_to_another(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(), osv(GHSA))
    hospital.decide(CVE, until=UNTIL)
    assert decided(hospital) == {("CT-1", CVE): "accept", ("CT-1", GHSA): ""}


def test_history_tells_what_was_written_under_the_old_name(under_ghsa: Hospital) -> None:
    made = under_ghsa.decide(GHSA, until=UNTIL)
    given(under_ghsa, RENAMED)
    (finding,) = under_ghsa.list("findings", vulnerability=CVE)
    for name in (finding["id"], CVE, GHSA, made.findings[0], made.id):
        told = history(under_ghsa.view(), name)
        assert [entry.key for entry in told.entries] == [made.id], name
        assert GHSA in told.entries[0].after
    assert history(under_ghsa.view(), OTHER).entries == ()
    (register,) = under_ghsa.house.register.decisions()
    assert register == made  # the register keeps what was written
    said = [step.text for step in explain(under_ghsa.view(), finding["id"])[1] if step.title == "Decision"]
    assert len(said) == 1
    assert said[0].endswith("decided when this went by another id")


def test_as_of_a_day_before_the_new_name_the_old_one_is_decided(under_ghsa: Hospital) -> None:
    under_ghsa.decide(GHSA, until=UNTIL)
    then = under_ghsa.clock()
    under_ghsa.clock.pass_days(3)
    given(under_ghsa, RENAMED)
    before = under_ghsa.list("findings", as_of=then, vulnerability=GHSA)
    assert [(row["vulnerability"], row["decision"]) for row in before] == [(GHSA, "accept")]


def test_who_sees_one_site_alone_sees_the_decision_follow_there(renamed: Hospital) -> None:
    view = renamed.view(sites=frozenset({"North Quay"}))
    assert [len(one.findings) for one in view.followed()] == [1]
    assert [len(one.findings) for one in renamed.view().followed()] == [2]


def test_what_was_answered_stays_answered(hospital: Hospital) -> None:
    document = json.loads(csaf("known_affected"))
    (said,) = document["vulnerabilities"]
    del said["cve"]
    said["ids"] = [{"system_name": "Quillon", "text": CSAF_NAME}]
    said["remediations"] = [
        {"category": "vendor_fix", "details": "A repaired release is there.", "product_ids": ["P1"]}
    ]
    given(hospital, fleet(SCANNER), json.dumps(document).encode())
    (asked,) = [row for row in hospital.list("questions") if row["kind"] == "release"]
    hospital.answer(asked["id"], "2.0")
    hospital.assess()
    (update,) = hospital.list("findings", kind="update")
    hospital.decide(update["id"], kind="close", proof="service report 17")
    given(hospital, osv(GHSA, CVE, CSAF_NAME, package="nobody-has-it"))
    assert decided(hospital) == {("CT-1", CVE): ""}
    assert "release" not in {row["kind"] for row in hospital.list("questions")}
    assert [row["decision"] for row in hospital.list("findings", kind="update")] == ["close"]


def test_news_tell_of_the_new_name_and_of_no_repair(renamed: Hospital) -> None:
    assert news(renamed.view()).items == ()


def test_news_of_what_was_renamed_and_changed_is_told_once(under_ghsa: Hospital) -> None:
    given(under_ghsa, osv(GHSA, CVE, modified="2026-10-20"), kev(CVE))
    (item,) = news(under_ghsa.view()).items
    assert (item.turn, item.vulnerability, item.before, item.after) == (
        Turn.CHANGED,
        CVE,
        "affected",
        "affected",
    )
    (finding,) = under_ghsa.list("findings", vulnerability=CVE)
    assert item.finding == finding["id"]


def test_news_of_what_was_renamed_and_repaired_tell_the_repair(under_ghsa: Hospital) -> None:
    given(under_ghsa, osv(GHSA, CVE, modified="2026-10-20", fixed="1.2"))
    (item,) = news(under_ghsa.view()).items
    assert (item.vulnerability, item.before, item.after) == (GHSA, "affected", "")
