# SPDX-License-Identifier: Apache-2.0
"""Work orders both ways: one per action and device whatever fails, and what comes back is proposed, never done."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from leadglass.errors import BusyError, FetchError, RefusedError, UnreadableError, UsageError
from leadglass.services.jobs.kinds import exchange
from leadglass.services.ledger.view import View
from leadglass.services.orders import orders, settle
from leadglass.services.orders.profile import profiles
from leadglass.values.orders import OrderLine
from leadglass.values.scope import Scope
from tests.hospital import Hospital, any_of, criterion, fleet, nvd, record
from tests.servicenow import PASSWORD, Desk, servicenow

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
FIRMWARE = any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("LEADGLASS_ORDERS_PASSWORD", PASSWORD)
    with servicenow() as made:
        yield made


def two_scanners(hospital: Hospital) -> None:
    """Two scanners at one site, which one action is about."""
    scanners = [{**SCANNER, "asset_tag": f"CT-{number}"} for number in (1, 2)]
    hospital.receive(fleet(*scanners), nvd(record("CVE-2031-41001", FIRMWARE)))
    hospital.assess()


@pytest.fixture
def ours(begin: Callable[..., Hospital], desk: Desk) -> Hospital:
    """Two scanners at one site; work orders go to the desk."""
    return begin(two_scanners).with_policy("orders.toml", desk.table())


def action(ours: Hospital) -> str:
    return str(ours.list("actions")[0]["id"])


def lines(ours: Hospital) -> dict[str, OrderLine]:
    return {line.device: line for line in settle.listed(ours.view())}


@pytest.fixture
def opened(ours: Hospital) -> Hospital:
    """Both work orders are open at the desk."""
    orders.want(ours.view(), action(ours))
    assert orders.send(ours.view()).opened == 2
    return ours


def test_an_action_opens_one_work_order_per_device_however_often_it_is_sent(
    opened: Hospital, desk: Desk
) -> None:
    assert orders.want(opened.view(), action(opened)) == []
    again = orders.send(opened.view())
    assert (again.opened, again.found) == (0, 0)
    first, second = desk.orders.values()
    assert {first["asset"], second["asset"]} == {"CT-1", "CT-2"}
    assert first["correlation_id"] != second["correlation_id"]
    assert first["short_description"] == opened.list("actions")[0]["title"]
    assert {line.number for line in lines(opened).values()} == {"WO0000001", "WO0000002"}
    assert all(key.startswith("Basic ") for key in desk.keys)


@pytest.mark.parametrize("fault", ["lost", "cut", "html"])
def test_a_work_order_whose_answer_was_lost_is_found_and_not_opened_again(
    ours: Hospital, desk: Desk, fault: str
) -> None:
    orders.want(ours.view(), action(ours))
    desk.faults.extend(["", fault])  # it is sought, and opened
    with pytest.raises((FetchError, RefusedError)):
        orders.send(ours.view())
    assert len(desk.orders) == 1
    moved = orders.send(ours.view())
    assert (moved.found, moved.opened) == (1, 1)
    assert len(desk.orders) == 2
    assert {line.state for line in lines(ours).values()} == {"open"}


@pytest.mark.parametrize(
    ("fault", "why"),
    [("401", "does not let us in (401)"), ("429", "left alone for 30 seconds"), ("500", "answered 500")],
)
def test_a_desk_that_refuses_is_asked_again_later(ours: Hospital, desk: Desk, fault: str, why: str) -> None:
    orders.want(ours.view(), action(ours))
    desk.faults.extend(["", fault])
    with pytest.raises(FetchError) as said:
        orders.send(ours.view())
    assert why in str(said.value)
    assert PASSWORD not in str(said.value)
    # whether it was opened is not known: nothing is opened within five minutes, and each once after that
    assert orders.send(ours.view()).waiting == 1
    ours.clock.moment += timedelta(minutes=6)
    assert orders.send(ours.view()).opened == 1
    assert len(desk.orders) == 2


def test_a_search_that_fails_opens_nothing(ours: Hospital, desk: Desk) -> None:
    orders.want(ours.view(), action(ours))
    for fault in ("500", "cut", "html"):
        desk.faults.append(fault)
        with pytest.raises((FetchError, RefusedError)):
            orders.send(ours.view())
    assert desk.orders == {}
    assert "POST" not in desk.asked


def test_two_at_once_do_not_send(ours: Hospital) -> None:
    with ours.house.alone("work orders in another system"), pytest.raises(BusyError):
        orders.send(ours.view())


def test_a_closed_work_order_is_proposed_and_a_person_confirms(opened: Hospital, desk: Desk) -> None:
    for number in desk.orders:
        desk.close(number, u_installed_version="2.0", close_notes="service report 7")
    assert orders.take(opened.view()).closed == 2
    opened.assess()
    assert opened.house.register.words() == []  # nothing is said by itself
    assert opened.list("actions")[0]["state"] == "open"
    line = lines(opened)["CT-1"]
    assert line.question.startswith("It was closed with version 2.0; here 1.5 is known. Which one runs?")
    _, proofs = settle.confirm(opened.view(), line.key, version="", proof="", why="")
    assert proofs == {}  # one is left
    _, proofs = settle.confirm(opened.view(), lines(opened)["CT-2"].key, version="", proof="", why="")
    assert sorted(proofs.values()) == ["WO0000001: service report 7", "WO0000002: service report 7"]
    assert {(word.field, word.value) for word in opened.house.register.words()} == {
        ("software_version", "2.0")
    }
    opened.assess()
    assert {line.question for line in lines(opened).values()} == {""}
    assert opened.house.register.decisions() == []


def test_what_is_closed_there_and_still_found_here_is_asked_about(opened: Hospital, desk: Desk) -> None:
    desk.close("WO0000001", u_installed_version="1.5", close_notes="restarted")
    orders.take(opened.view())
    line = next(line for line in lines(opened).values() if line.number == "WO0000001")
    settle.confirm(opened.view(), line.key, version="", proof="", why="")
    opened.assess()
    line = next(line for line in lines(opened).values() if line.number == "WO0000001")
    assert "still has open findings" in line.question


def test_what_is_gone_or_twice_there_is_asked_about_and_comes_back(opened: Hospital, desk: Desk) -> None:
    lost = desk.orders.pop("WO0000001")
    desk.orders["WO0000009"] = {**desk.orders["WO0000002"], "number": "WO0000009"}
    assert orders.take(opened.view()).gone == 1
    assert orders.take(opened.view()).gone == 0
    questions = {line.state: line.question for line in lines(opened).values()}
    assert questions["gone"].startswith("It was there, and is no more")
    assert questions["twice"] == "It stands there as WO0000002, WO0000009. Close all but one of them there."
    desk.orders["WO0000001"] = lost
    orders.take(opened.view())
    assert "gone" not in {line.state for line in lines(opened).values()}


def test_what_is_opened_again_there_is_open_again_here_and_what_is_put_away_stays_closed(
    opened: Hospital, desk: Desk
) -> None:
    for number in desk.orders:
        desk.close(number, u_installed_version="2.0", close_notes="report")
    assert orders.take(opened.view()).closed == 2
    desk.orders["WO0000001"]["state"] = "2"
    del desk.orders["WO0000002"]
    moved = orders.take(opened.view())
    assert (moved.closed, moved.gone) == (0, 0)
    assert {line.number: line.state for line in lines(opened).values()} == {
        "WO0000001": "open", "WO0000002": "closed",
    }  # fmt: skip


def test_a_desk_that_answers_what_was_not_asked_is_not_believed(opened: Hospital, desk: Desk) -> None:
    for order in desk.orders.values():
        order["correlation_id"] = "x"
    desk.faults.append("html")
    with pytest.raises(RefusedError):
        orders.take(opened.view())
    assert {line.state for line in lines(opened).values()} == {"open"}


def test_a_closed_order_without_version_or_proof_needs_them_from_a_person(
    opened: Hospital, desk: Desk
) -> None:
    desk.close("WO0000001")
    orders.take(opened.view())
    with pytest.raises(UsageError, match="Say which version runs"):
        settle.confirm(opened.view(), "WO0000001", version="", proof="", why="")
    with pytest.raises(UsageError, match="not closed"):
        settle.confirm(opened.view(), "WO0000002", version="2.0", proof="seen", why="")
    word, _ = settle.confirm(opened.view(), "WO0000001", version="2.0", proof="seen on the console", why="")
    assert (word.version, word.proof) == ("2.0", "seen on the console")


def test_who_sees_another_site_sees_no_work_order_of_this_one(opened: Hospital, desk: Desk) -> None:
    desk.close("WO0000001", u_installed_version="2.0", close_notes="done")
    orders.take(opened.view())
    stranger: View = replace(opened.view(), scope=Scope.all().narrowed("North"))
    assert settle.listed(stranger) == []
    with pytest.raises(UsageError, match="you do not see"):
        settle.confirm(stranger, "WO0000001", version="", proof="", why="")


def test_the_job_sends_and_takes(ours: Hospital, desk: Desk) -> None:
    orders.want(ours.view(), action(ours))
    assert exchange(ours.view(), "", lambda: False).said == "2 opened, 0 found there, 0 closed, 0 gone"
    desk.close("WO0000001", u_installed_version="2.0", close_notes="done")
    assert exchange(ours.view(), "", lambda: False).said == "0 opened, 0 found there, 1 closed, 0 gone"


def test_by_file_out_and_back(ours: Hospital, desk: Desk) -> None:
    orders.want(ours.view(), action(ours))
    made = orders.export(ours.view())
    rows = list(csv.DictReader(io.StringIO(made.raw.decode("utf-8-sig"))))
    assert (made.orders, [row["Asset Tag"] for row in rows]) == (2, ["CT-1", "CT-2"])
    # what we ask to be shown stands apart from what they say: else our own words would come back as their proof
    assert rows[0]["Evidence Required"]
    assert "Completion Notes" not in rows[0]
    assert orders.export(ours.view()).orders == 0
    assert orders.export(ours.view(), action(ours)).raw == made.raw  # the same keys, if it is wanted again
    assert orders.send(ours.view()).opened == 0  # what went by file is not opened elsewhere
    told = "External Reference;Work Order;Status;Installed Version;Completion Notes\r\n"
    told += f"{rows[0]['External Reference']};77;Completed;2.0;report\r\n"
    told += f"{rows[1]['External Reference']};78;In progress;;\r\nO-strange;79;Completed;9;x\r\n;80;Open;;\r\nshort\r\n"
    moved = orders.take_file(ours.view(), told.encode())
    assert (moved.closed, [remark.where for remark in moved.remarks]) == (1, ["row 6", "79"])
    assert orders.take_file(ours.view(), told.encode()).closed == 0
    assert {line.device: (line.number, line.state) for line in settle.listed(ours.view())} == {
        "CT-1": ("77", "closed"), "CT-2": ("78", "open"),
    }  # fmt: skip
    assert desk.orders == {}


def test_a_file_holds_no_formula(ours: Hospital) -> None:
    ours.receive(fleet({**SCANNER, "asset_tag": "=cmd()"}))
    ours.assess()
    orders.want(ours.view(), action(ours))
    rows = list(csv.DictReader(io.StringIO(orders.export(ours.view()).raw.decode("utf-8-sig"))))
    assert "'=cmd()" in {row["Asset Tag"] for row in rows}


def test_an_export_without_keys_says_what_it_misses(ours: Hospital) -> None:
    with pytest.raises(UnreadableError, match="no column 'External Reference'"):
        orders.take_file(ours.view(), b"Work Order,Status\r\n1,Open\r\n")


@pytest.mark.parametrize(
    "table",
    ["[servicenow]\nurls = 'x'", "[servicenow]\nclosed = [3]", "[servicenow", "[csv.headings]\nkey = 1"],
)
def test_a_table_that_cannot_be_read_says_so(table: str) -> None:
    with pytest.raises(UnreadableError, match=r"policies/orders\.toml"):
        profiles(table)
