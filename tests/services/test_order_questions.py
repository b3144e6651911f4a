"""Conflicts between work orders and what is known here are questions: asked, answered with what follows, taken back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leadglass.errors import NotFoundError, UsageError
from leadglass.planning.orders import ANSWERS
from leadglass.planning.questions import texts
from leadglass.services import catalogue
from leadglass.services.ledger import people
from leadglass.services.ledger.listings import LISTINGS, Wanted, page
from leadglass.services.orders import orders, settle
from tests.hospital import Hospital, any_of, criterion, fleet, nvd, record

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
FIRMWARE = any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"))
HEAD = "External Reference;Work Order;Status;Installed Version;Completion Notes\r\n"


def repairs(ours: Hospital, **wanted: str) -> list[dict[str, Any]]:
    """The actions that are about the vulnerability, and not about what is missing."""
    return [row for row in ours.list("actions", **wanted) if row["deed"] not in {"ask", "disclose"}]


@pytest.fixture
def sent(tmp_path: Path) -> Hospital:
    """Three scanners, two at one site and one at another, each with a work order that went out by a file."""
    made = Hospital(tmp_path / "home")
    scanners = [{**SCANNER, "asset_tag": f"CT-{number}"} for number in (1, 2)]
    made.receive(
        fleet(*scanners, {**SCANNER, "asset_tag": "CT-3", "site": "Coast"}),
        nvd(record("CVE-2031-41001", FIRMWARE)),
    )
    made.assess()
    for row in repairs(made):
        orders.want(made.view(), row["id"])
    orders.export(made.view())
    made.clock.moment += timedelta(hours=1)
    return made


def keys(ours: Hospital) -> dict[str, str]:
    return {line.device: line.key for line in settle.listed(ours.view())}


def back(ours: Hospital, *rows: str) -> None:
    """Take an export; CT-1 in a row stands for the key of its work order."""
    told = "".join(f"{row}\r\n" for row in rows)
    for device, key in keys(ours).items():
        told = told.replace(device, key)
    orders.take_file(ours.view(), (HEAD + told).encode())
    ours.clock.moment += timedelta(hours=1)


def asked(ours: Hospital, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in ours.list("questions", **wanted) if row["kind"] == "order"]


def words(ours: Hospital) -> set[tuple[str, str]]:
    return {(word.field, word.value) for word in ours.house.register.words()}


def states(ours: Hospital) -> dict[str, str]:
    return {line.device: line.state for line in settle.listed(ours.view())}


def test_every_conflict_has_its_text_and_its_answers() -> None:
    facts = {name for name, table in texts().items() if isinstance(table, dict) and table["kind"] == "order"}
    assert facts == set(ANSWERS)
    for fact, takes in ANSWERS.items():
        assert takes.theirs == ("theirs" in texts()[fact]["answers"]), fact
        assert takes.ours == ("ours" in texts()[fact]["answers"]), fact
        assert (takes.version or takes.number) == bool(
            {"version", "number"} & set(texts()[fact]["answers"].split())
        ), fact


def test_one_question_for_all_devices_whose_orders_say_the_same_at_once_among_the_others(
    sent: Hospital,
) -> None:
    assert asked(sent) == []
    back(
        sent,
        "CT-1;71;Completed;2.0;report 1",
        "CT-2;72;Completed;2.0;report 2",
        "CT-3;73;Completed;2.0;report 3",
    )
    at_harbor, at_coast = sorted(asked(sent), key=lambda row: -row["devices"])
    assert (at_harbor["devices"], at_coast["devices"]) == (
        2,
        1,
    )  # an action, and so its question, is of one site
    assert at_harbor["text"] == (
        "Which software version runs on Quillon Tomara 64: 2.0, as the closed work order says, or 1.5, as known here?"
    )
    assert at_harbor["settles"] == len(repairs(sent, site="Harbor")[0]["findings"])
    assert [one["device"] for one in at_harbor["about"]] == ["CT-1", "CT-2"]
    assert [row["id"] for row in asked(sent, site="Coast")] == [at_coast["id"]]
    first = next(row["id"] for row in asked(sent, text="closed work order says", sort="-devices"))
    assert first == at_harbor["id"]
    assert catalogue.STATUS(sent.view()).counts["questions"] == len(sent.list("questions"))
    assert settle.to_settle(sent.view()) == 3


def test_the_order_is_right(sent: Hospital) -> None:
    back(sent, "CT-1;71;Completed;2.0;report 1", "CT-2;72;Completed;2.0;report 2")
    (row,) = asked(sent)
    sent.answer(row["id"], "theirs")
    assert asked(sent) == []
    assert words(sent) == {("software_version", "2.0")}
    assert states(sent) == {"CT-1": "confirmed", "CT-2": "confirmed", "CT-3": "open"}
    assert {answer.device_id for answer in sent.house.register.answers()} == {
        one["device_id"] for one in row["about"]
    }
    sent.assess()
    assert asked(sent) == []  # nothing of the action is open on them
    assert [one["site"] for one in repairs(sent)] == ["Coast"]
    entries, _ = sent.house.register.history(row["id"], limit=10, offset=0)
    assert [entry.change.why for entry in entries][:1] == [f"answer to {row['id']}: {row['text']}"]


def test_what_is_known_here_is_right_and_it_is_asked_anew_when_either_side_says_something_else(
    sent: Hospital,
) -> None:
    back(sent, "CT-1;71;Completed;2.0;report 1")
    (row,) = asked(sent)
    with pytest.raises(UsageError, match="Say why what is known here stays"):
        sent.answer(row["id"], "ours", why=" ")
    sent.answer(row["id"], "ours", why="the console shows 1.5")
    assert asked(sent) == []
    assert (words(sent), states(sent)["CT-1"]) == (set(), "closed")
    line = next(line for line in settle.listed(sent.view()) if line.device == "CT-1")
    assert (line.question, line.asks) == ("", "")
    assert line.answered.startswith("ours, by ")
    assert line.answered.endswith(": the console shows 1.5")
    back(sent, "CT-1;71;Completed;2.0;report 1")  # the same again is no news
    sent.assess()
    assert asked(sent) == []
    back(sent, "CT-1;71;Completed;2.1;report 1")
    assert [one["id"] == row["id"] for one in asked(sent)] == [False]


def test_an_answer_for_one_device_leaves_the_others_asked_about(sent: Hospital) -> None:
    back(sent, "CT-1;71;Completed;2.0;report 1", "CT-2;72;Completed;2.0;report 2")
    (row,) = asked(sent)
    sent.answer(row["id"], "1.9", device="CT-1", why="the console shows 1.9")
    assert words(sent) == {("software_version", "1.9")}
    (left,) = asked(sent)
    assert (left["id"], [one["device"] for one in left["about"]]) == (row["id"], ["CT-2"])
    with pytest.raises(UsageError, match="No work order of CT-1 asks"):
        sent.answer(row["id"], "theirs", device="CT-1")
    sent.answer(
        row["id"], "1.5", why="the console shows 1.5"
    )  # what is known here: the order is not done by that
    assert states(sent) == {"CT-1": "confirmed", "CT-2": "closed", "CT-3": "open"}


@pytest.mark.parametrize("answer", ["theirs", "ours"])
def test_an_answer_is_taken_back_with_what_followed_from_it(sent: Hospital, answer: str) -> None:
    people.say(sent.view(), "CT-1", "software_version", "1.4", why="seen in spring")
    sent.assess()
    back(sent, "CT-1;71;Completed;2.0;report 1")
    before = asked(sent)
    sent.answer(before[0]["id"], answer)
    assert asked(sent) == []
    sent.clock.moment += timedelta(hours=1)
    people.withdraw(sent.view(), before[0]["id"], why="a slip")
    assert asked(sent) == before
    assert (words(sent), states(sent)["CT-1"]) == ({("software_version", "1.4")}, "closed")
    with pytest.raises(NotFoundError):
        people.withdraw(sent.view(), before[0]["id"], why="twice")


def test_an_order_without_version_or_proof_needs_them_from_a_person(sent: Hospital) -> None:
    back(sent, "CT-1;71;Completed;;", "CT-2;72;Completed;2.0;", "CT-3;73;Completed;1.5;")
    sent.receive(fleet({**SCANNER, "asset_tag": "CT-2", "software_version": "2.0"}))
    sent.assess()
    by_device = {row["about"][0]["device"]: row["id"] for row in asked(sent)}
    with pytest.raises(UsageError, match="'theirs' answers nothing here"):
        sent.answer(by_device["CT-1"], "theirs")
    with pytest.raises(UsageError, match=r"Say what shows that 2\.0 runs"):
        sent.answer(by_device["CT-1"], "2.0", why="")
    with pytest.raises(UsageError, match=r"Say what shows that 2\.0 runs"):
        sent.answer(by_device["CT-2"], "theirs", why="")
    assert words(sent) == set()
    assert sent.house.register.answers() == []  # what is refused leaves nothing half done
    sent.answer(by_device["CT-1"], "2.0", why="seen on the console")
    sent.answer(by_device["CT-2"], "theirs", why="report of 7 Nov")
    sent.answer(by_device["CT-3"], "ours", why="not done yet")
    assert states(sent) == {"CT-1": "confirmed", "CT-2": "confirmed", "CT-3": "closed"}
    proofs = {word.device_id: word.proof for word in sent.house.orders.newest() if word.state == "confirmed"}
    assert set(proofs.values()) == {"seen on the console", "report of 7 Nov"}


def test_findings_that_outlive_a_confirmed_order_are_asked_about_and_stay_open(sent: Hospital) -> None:
    back(sent, "CT-1;71;Completed;1.5;restarted")
    (row,) = asked(sent)
    assert row["text"].startswith("Is the work done on Quillon Tomara 64")
    sent.answer(row["id"], "theirs")
    (left,) = asked(sent)
    assert left["text"].startswith("Was the work done on Quillon Tomara 64")
    sent.answer(left["id"], "theirs", why="only one of two patches exists")
    assert asked(sent) == []
    sent.assess()
    assert sent.statuses("CVE-2031-41001")["CT-1"] == "affected"


def test_which_of_two_stays_is_said_once(sent: Hospital) -> None:
    back(sent, "CT-1;71;Open;;", "CT-1;79;Open;;")
    (row,) = asked(sent)
    assert (
        row["text"]
        == "Which work order stays of those that stand under one key for Quillon Tomara 64: 71, 79?"
    )
    with pytest.raises(UsageError, match="'80' answers nothing here"):
        sent.answer(row["id"], "80")
    sent.answer(row["id"], "79")
    assert (asked(sent), states(sent)["CT-1"]) == ([], "open")
    back(sent, "CT-1;71;Completed;2.0;cancelled", "CT-1;79;Open;;")
    assert (asked(sent), states(sent)["CT-1"]) == ([], "open")  # what happens to the other does not count
    back(sent, "CT-1;79;Completed;2.0;report")
    assert states(sent)["CT-1"] == "closed"


def test_an_order_that_nothing_asks_for_is_asked_about(sent: Hospital) -> None:
    back(sent, "CT-1;71;Open;;")
    action = repairs(sent, site="Harbor")[0]["id"]
    sent.decide(action, kind="accept", until=sent.clock().date().replace(month=12))
    found = {row["about"][0]["device"]: row for row in asked(sent)}
    assert found["CT-1"]["text"].startswith("Nothing asks for work order 71 on Quillon Tomara 64 any more")
    assert found["CT-1"]["settles"] == 0
    sent.answer(found["CT-1"]["id"], "ours", why="taken back there")
    assert "CT-1" not in {row["about"][0]["device"] for row in asked(sent)}


def test_who_sees_another_site_is_asked_nothing_of_this_one(sent: Hospital) -> None:
    back(sent, "CT-1;71;Completed;2.0;report 1")
    (row,) = asked(sent)
    coast = sent.view(sites=frozenset({"Coast"}))
    assert page(coast, LISTINGS["questions"], Wanted(id=row["id"])).rows == ()
    with pytest.raises(NotFoundError):
        people.answer(coast, row["id"], "theirs", why="x")
    assert words(sent) == set()


def test_the_past_is_asked_as_it_was(sent: Hospital) -> None:
    before = sent.clock() - timedelta(minutes=1)
    back(sent, "CT-1;71;Completed;2.0;report 1")
    assert len(asked(sent)) == 1
    assert asked(sent, as_of=before) == []


def test_a_confirmed_order_in_a_later_export_is_no_remark(sent: Hospital) -> None:
    back(sent, "CT-1;71;Completed;2.0;report 1")
    (row,) = asked(sent)
    sent.answer(row["id"], "theirs")
    raw = f"{HEAD}{keys(sent)['CT-1']};71;Completed;2.0;report 1\r\n".encode()
    assert orders.take_file(sent.view(), raw).remarks == ()
