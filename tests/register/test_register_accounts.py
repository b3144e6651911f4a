# SPDX-License-Identifier: Apache-2.0
"""Accounts in the register: grants and invitations, and that two persons stand behind an approval, by whatever road."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from leadglass.errors import NotFoundError, PermissionDeniedError, UsageError
from leadglass.register import models
from leadglass.register.accounts import AccountBook
from leadglass.values.accounts import Account, AccountKind, Grant
from leadglass.values.people import Approval, Decision, DecisionKind

AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
ADA = Account(number=0, username="ada", name="Ada Chair", email="", kind=AccountKind.PERSON, active=True)


def decision(by="ada", name="X-1", asks="it covers what is known to be exploited"):
    return Decision(
        id=name, kind=DecisionKind.ACCEPT, target="A-1", findings=("F-1",), owner="Ada", reason="no other scanner",
        until=date(2027, 1, 31), by=by, at=AT, asks=asks,
    )  # fmt: skip


def approval(by="bo", name="X-1"):
    return Approval(decision_id=name, by=by, why="seen on the device", at=AT)


def decided(register, **more):
    with register.change("ada", "decide"):
        register.decide(decision(**more))


def test_a_decision_that_asks_waits_until_another_person_approves(register):
    decided(register)
    (waiting,) = register.decisions()
    assert waiting.waits
    with register.change("bo", "approve"):
        register.approve(approval())
    (stands,) = register.decisions()
    assert (stands.waits, stands.approved_by) == (False, "bo")
    with register.change("bo", "a doubt"):
        register.withdraw_approval("X-1")
    assert register.decisions()[0].waits
    assert register.verify() == 3


def test_what_waited_on_a_day_is_told_of_that_day(register):
    decided(register)
    with register.change("bo", "approve"):
        register.approve(
            Approval(decision_id="X-1", by="bo", why="seen on the device", at=AT + timedelta(days=2))
        )
    assert register.decisions(AT + timedelta(days=1))[0].waits
    assert not register.decisions(AT + timedelta(days=3))[0].waits


def test_a_decision_that_asks_for_nothing_stands(register):
    decided(register, asks="")
    assert not register.decisions()[0].waits


@pytest.mark.parametrize(
    ("who_decides", "who_approves"),
    [("ada", "ada"), ("ada", "Ada"), ("os:ada", "ada"), ("ada", "os:ada"), ("ada", "os:bo")],
)
def test_nobody_approves_her_own_decision_and_the_command_line_none(register, who_decides, who_approves):
    decided(register, by=who_decides)
    with pytest.raises(PermissionDeniedError, match="another person"), register.change("ada", "approve"):
        register.approve(approval(by=who_approves))
    assert register.decisions()[0].waits


def run(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


NOW = "'2026-11-02 08:00:00'"
ROADS = {
    "raw insert": (
        'INSERT INTO register_approval (decision_id, "by", why, at) VALUES (%s, %s, %s, ' + NOW + ")",
        ("X-1", "ada", "me"),
    ),
    "the decision is given away afterwards": (
        "UPDATE register_decision SET \"by\" = 'carl' WHERE id = %s",
        ("X-1",),
    ),
    "it asks for nothing any more": ("UPDATE register_decision SET asks = '' WHERE id = %s", ("X-1",)),
}


@pytest.mark.parametrize("road", ROADS)
def test_no_road_leads_to_an_approval_of_ones_own(register, road):
    decided(register)
    statement, params = ROADS[road]
    with pytest.raises(PermissionDeniedError, match="another person"), register.change("ada", road):
        run(statement, *params)
    assert register.decisions()[0].waits


APPROVED_ROADS = {
    "an approval is put under her name": (
        "UPDATE register_approval SET \"by\" = 'ada' WHERE decision_id = %s",
        ("X-1",),
    ),
    "the decision grows": ("UPDATE register_decision SET findings = %s WHERE id = 'X-1'", ('["F-1","F-2"]',)),
    "the decision is prolonged": (
        "UPDATE register_decision SET until = '2036-01-01' WHERE id = %s",
        ("X-1",),
    ),
}


@pytest.mark.parametrize("road", APPROVED_ROADS)
def test_what_was_approved_is_not_altered(register, road):
    decided(register)
    with register.change("bo", "approve"):
        register.approve(approval())
    statement, params = APPROVED_ROADS[road]
    with pytest.raises(PermissionDeniedError, match="another person"), register.change("ada", road):
        run(statement, *params)
    with register.change("ada", "withdraw"):
        register.withdraw_decision("X-1")
    assert register.decisions() == []


def test_an_approval_is_not_taken_over_by_a_later_decision(register):
    decided(register, by="bo")
    with register.change("ada", "approve"):
        register.approve(approval(by="ada"))
    with register.change("ada", "remove"):
        models.Decision.objects.all().delete()
    with pytest.raises(PermissionDeniedError, match="another person"):
        decided(register, by="ada")


def test_a_name_is_one_account_however_it_is_written(register):
    book = AccountBook(register)
    with book.change("os:root", "make", origin="cli"):
        book.make(ADA)
    with pytest.raises(UsageError, match="already"), book.change("os:root", "make", origin="cli"):
        book.make(Account(number=0, username="ADA", name="", email="", kind=AccountKind.PERSON, active=True))
    assert book.account("ADA").username == "ada"
    with pytest.raises(NotFoundError), book.change("os:root", "off", origin="cli"):
        book.switch("bo", active=False)


def test_secrets_are_in_the_dump_and_never_in_the_history(register, opened, tmp_path, fresh_or_none):
    book = AccountBook(register)
    with book.change("os:root", "make", origin="cli"):
        made = book.make(ADA)
        book.set_passphrase("ada", "wobbly lantern quietly orbits")
        book.grant(Grant(username="ada", role="viewer", site="", by="os:root", why="new", at=AT))
        Authenticator.objects.create(user_id=made.number, type="totp", data={"secret": "SEEDSEEDSEED"})
    told = "".join(entry.before + entry.after for entry in register.history(None, limit=99, offset=0)[0])
    kept = models.User.objects.get().password
    assert kept.startswith("scrypt$")
    assert kept not in told
    assert "SEEDSEEDSEED" not in told
    assert register.verify() == 1

    dump = io.BytesIO()
    register.dump(dump)
    assert b"SEEDSEEDSEED" in dump.getvalue()
    dump.seek(0)
    other = opened(tmp_path / "other", fresh_or_none)
    other.load(dump)
    assert other.verify() == 1
    assert Authenticator.objects.get().data == {"secret": "SEEDSEEDSEED"}
    assert AccountBook(other).protected() == {"ada"}
    assert [grant.role for grant in AccountBook(other).grants("ada")] == ["viewer"]


@pytest.fixture
def fresh_or_none(vendor, request):
    """Another empty register of the same kind."""
    return request.getfixturevalue("fresh_url")() if vendor == "postgresql" else ""
