"""Decisions: owner, reason, expiry; what they cover; how they resurface; what was known on a day."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from leadglass.errors import NotFoundError, UsageError
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.listings import LISTINGS, Wanted, page
from leadglass.services.ledger.rebuild import rebuild
from tests.hospital import Hospital, all_of, any_of, criterion, fleet, kev, nvd, record
from tests.services.test_road import FIRMWARE, HARDWARE, JOINED, SCANNER


def one_containment(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-014"}), nvd(JOINED), kev("CVE-2031-41001"))
    hospital.assess()


@pytest.fixture
def hospital(begin) -> Hospital:
    return begin(one_containment)


@pytest.fixture
def contained(hospital: Hospital) -> str:
    """The id of the one containment of the hospital."""
    return str(next(row["id"] for row in hospital.list("actions") if row["deed"] == "contain"))


def action(hospital: Hospital, name: str) -> dict[str, object]:
    return next(row for row in hospital.list("actions") if row["id"] == name)


def test_an_acceptance_settles_until_its_last_day_and_then_resurfaces(
    hospital: Hospital, contained: str
) -> None:
    last = hospital.clock().date() + timedelta(days=30)
    hospital.decide(contained, until=last)
    assert action(hospital, contained)["state"] == "settled"
    hospital.clock.pass_days(30)
    assert action(hospital, contained)["state"] == "settled"
    hospital.clock.pass_days(1)
    again = action(hospital, contained)
    assert again["state"] == "open"
    assert f"expired on {last}" in str(again["decision"])


def test_a_finding_that_joins_later_is_open(hospital: Hospital, contained: str) -> None:
    hospital.decide(contained, until=date(2027, 6, 30))
    more = record("CVE-2031-41002", all_of([FIRMWARE], [HARDWARE]))
    hospital.receive(nvd(more), kev("CVE-2031-41001", "CVE-2031-41002"))
    hospital.assess()
    now = action(hospital, contained)
    assert now["state"] == "open"
    decided = {row["vulnerability"]: row["decision"] for row in hospital.list("findings", action=contained)}
    assert decided == {"CVE-2031-41001": "accept", "CVE-2031-41002": ""}


def test_a_range_decision_follows_to_other_devices(hospital: Hospital, contained: str) -> None:
    hospital.decide(
        "quillon:tomara_64_firmware",
        kind="accept",
        vulnerability="CVE-2031-41001",
        start="1.0",
        end="1.6",
        until=date(2027, 1, 31),
    )
    hospital.receive(
        fleet(
            {**SCANNER, "asset_tag": "CT-014"}, {**SCANNER, "asset_tag": "CT-099", "software_version": "1.9"}
        )
    )
    hospital.assess()
    decided = {
        row["device"]: row["decision"] for row in hospital.list("findings", vulnerability="CVE-2031-41001")
    }
    assert decided == {"CT-014": "accept", "CT-099": ""}


SWITCH = "o:cisco:nx-os:{}"
NX_OS = record(
    "CVE-2031-41003",
    any_of(criterion(SWITCH.format("*"), versionStartIncluding="7.0(3)", versionEndExcluding="7.0(3)i7(4)")),
)


def on_switches(hospital: Hospital) -> dict[str, object]:
    """Two devices on a system whose trains come after what they build on; gives what is decided of each."""
    hospital.receive(
        fleet(
            {
                **SCANNER,
                "asset_tag": "SW-1",
                "cpe": "cpe:2.3:o:cisco:nx-os:7.0\\(3\\)i7\\(1\\):*:*:*:*:*:*:*",
            },
            {
                **SCANNER,
                "asset_tag": "SW-2",
                "cpe": "cpe:2.3:o:cisco:nx-os:7.0\\(3\\)i7\\(3\\):*:*:*:*:*:*:*",
            },
        ),
        nvd(NX_OS),
    )
    hospital.assess()
    return {
        row["device"]: row["decision"] for row in hospital.list("findings", vulnerability="CVE-2031-41003")
    }


def test_a_range_decision_is_in_the_order_of_the_products_versions(tmp_path: Path) -> None:
    hospital = Hospital(tmp_path / "switches")
    assert on_switches(hospital) == {"SW-1": "", "SW-2": ""}
    said = {"kind": "accept", "vulnerability": "CVE-2031-41003", "until": date(2027, 1, 31)}
    with pytest.raises(UsageError, match=r"'all' is no version as cisco:nx-os writes them \(scheme cisco"):
        hospital.decide("cisco:nx-os", start="7.0(3)", end="all", **said)
    hospital.decide("cisco:nx-os", start="7.0(3)", end="7.0(3)i7(2)", **said)
    assert on_switches(hospital) == {"SW-1": "accept", "SW-2": ""}


def test_reopening_takes_an_acceptance_back(hospital: Hospital, contained: str) -> None:
    hospital.decide(contained, until=date(2027, 6, 30))
    hospital.clock.pass_days(1)
    hospital.decide(contained, kind="reopen", reason="the port was opened again")
    assert action(hospital, contained)["state"] == "open"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"until": None}, "ends"),
        ({"owner": " "}, "owner"),
        ({"reason": "ok"}, "reason"),
        ({"until": date(2020, 1, 1)}, "past"),
        ({"kind": "close", "until": None}, "proof"),
        ({"kind": "not_affected"}, "statement of the maker"),
    ],
)
def test_a_decision_without_its_parts_is_refused(
    hospital: Hospital, contained: str, said: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        hospital.decide(contained, **{"until": date(2027, 1, 1), **said})
    assert hospital.house.register.decisions() == []


def test_deciding_about_nothing_is_refused(hospital: Hospital, contained: str) -> None:
    with pytest.raises(NotFoundError):
        hospital.decide("A-nosuchthin", until=date(2027, 1, 1))


def test_as_of_answers_with_what_was_known_then(hospital: Hospital, contained: str) -> None:
    then = hospital.clock()
    before = hospital.list("actions")
    hospital.clock.pass_days(7)
    hospital.receive(nvd(record("CVE-2031-41002", all_of([FIRMWARE], [HARDWARE]))))
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-014", "software_version": "2.0"}))
    hospital.assess()
    assert hospital.statuses("CVE-2031-41001") == {}
    assert hospital.list("actions", as_of=then) == before
    assert hospital.statuses("CVE-2031-41001") == {}  # the private snapshot was not published


def test_an_as_of_snapshot_is_equal_to_the_byte(hospital: Hospital, contained: str) -> None:
    published = hospital.house.tables.current()
    then = hospital.clock()
    hospital.clock.pass_days(3)
    hospital.receive(kev("CVE-2031-41001", "CVE-2031-41002"))
    hospital.assess()
    private = hospital.assess(as_of=then)
    assert published is not None
    assert private.parts == published.parts


def test_a_rebuild_gives_the_same_tables(hospital: Hospital, contained: str) -> None:
    question = hospital.list("questions")[0]
    hospital.answer(question["id"], "none")
    hospital.assess()
    made = rebuild(hospital.house)
    assert made.differing == ()
    assert made.before is not None
    assert made.after.id == made.before.id
    assert action(hospital, contained)["state"] == "open"


def test_explaining_leads_to_the_document_and_the_place(hospital: Hospital, contained: str) -> None:
    finding = hospital.list("findings", vulnerability="CVE-2031-41001")[0]
    hospital.decide(contained, until=date(2027, 6, 30))
    row, steps = explain(hospital.view(), finding["id"])
    assert row["id"] == finding["id"]
    said = {step.title: step for step in steps}
    assert said["true"].place.startswith("vulnerabilities[0].cve.configurations[0].nodes[")
    assert said["Decision"].text.startswith("accept by A. Chair, radiology until 2027-06-30 (holds)")
    assert "out-of-cycle" in said["Risk"].text or "immediate" in said["Risk"].text
    assert any("tomara" in step.text for step in steps if step.title == "Component")


def test_history_tells_who_and_why(hospital: Hospital, contained: str) -> None:
    hospital.decide(contained, until=date(2027, 6, 30))
    entries, total = hospital.house.register.history(contained, limit=10, offset=0)
    assert total >= 1
    assert entries[0].change.by == hospital.house.person
    assert "no other scanner this month" in entries[0].change.why
    assert hospital.house.register.verify() >= 2


def test_the_scope_hides_other_sites(tmp_path: Path) -> None:
    hospital = Hospital(tmp_path / "sites")
    hospital.receive(fleet({**SCANNER, "site": "Harbor"}, {**SCANNER, "site": "North Quay"}), nvd(JOINED))
    hospital.assess()
    seen = hospital.view(sites=frozenset({"Harbor"}))
    for name in ("devices", "findings", "actions"):
        assert {row["site"] for row in page(seen, LISTINGS[name], Wanted()).rows} == {"Harbor"}
    assert page(seen, LISTINGS["products"], Wanted()).rows[0]["devices"] == 1
    assert page(seen, LISTINGS["questions"], Wanted()).rows[0]["devices"] == 1
    assert page(seen, LISTINGS["findings"], Wanted(site="North Quay")).rows == ()


def test_criterion_short_names_are_full_cpe_names() -> None:
    assert criterion("a:x:y:1.0")["criteria"] == "cpe:2.3:a:x:y:1.0:*:*:*:*:*:*:*"


def test_an_action_that_vanishes_with_a_decision_stays_until_closed(
    hospital: Hospital, contained: str
) -> None:
    hospital.decide(contained, until=date(2027, 6, 30))
    hospital.clock.pass_days(1)
    hospital.receive(
        fleet(
            {**SCANNER, "asset_tag": "CT-014", "software_version": "2.0"},
            {"manufacturer": "Pellar", "model": "Echo 5", "asset_tag": "US-1"},
        )
    )
    hospital.assess()
    gone = action(hospital, contained)
    assert gone["state"] == "vanished"
    assert "A. Chair, radiology" in str(gone["why"])
    whole = [row["id"] for row in hospital.list("actions")]
    pages = [page(hospital.view(), LISTINGS["actions"], Wanted(count=1, skip=at)) for at in range(len(whole))]
    assert len(whole) > 2
    assert [row["id"] for one_page in pages for row in one_page.rows] == whole
    hospital.decide(contained, kind="close", reason="updated to 2.0", proof="service report 17")
    assert contained not in {row["id"] for row in hospital.list("actions")}
