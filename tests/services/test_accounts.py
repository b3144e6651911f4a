# SPDX-License-Identifier: Apache-2.0
"""Accounts as services: who may invite, what a token permits, when a decision asks for a second person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from leadglass.errors import NotFoundError, PermissionDeniedError, StateError, UnreadableError, UsageError
from leadglass.services.accounts import catalogue, invite, tokens
from leadglass.services.accounts.invite import Inviting
from leadglass.services.accounts.tokens import Issuing
from leadglass.services.approving import Covered, approvals, asked
from leadglass.services.ledger.explain import explain
from leadglass.services.roles import access, roles
from leadglass.values.people import DecisionKind
from leadglass.values.scope import Permission
from tests.hospital import Hospital, fleet, kev, nvd
from tests.services.test_road import JOINED, SCANNER

SECRET = "lg_" + "s" * 43
WORDS = "wobbly lantern quietly orbits seven herons"


def exploited(hospital: Hospital) -> None:
    """One scanner with what is known to be exploited."""
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-014"}), nvd(JOINED), kev("CVE-2031-41001"))
    hospital.assess()


@pytest.fixture
def ours(begin: Callable[..., Hospital]) -> Hospital:
    return begin(exploited)


def made(ours: Hospital, name: str, role: str, site: str = "") -> None:
    secret = f"secret-of-{name}" * 4
    view = ours.view()
    catalogue.INVITE(view, Inviting(secret=secret, username=name, role=role, site=site))
    with ours.house.accounts.change(name, "welcome", origin="test"):
        invite.accept(view, secret, WORDS)


def seen_by(ours: Hospital, name: str, permission: Permission):
    """What a door makes for a person."""
    held = access(ours.house.accounts.grants(name), roles())
    return replace(ours.view(), house=replace(ours.house, person=name), scope=held.scope(permission))


def contain(ours: Hospital) -> str:
    return str(next(row["id"] for row in ours.list("actions") if row["deed"] == "contain"))


def state(ours: Hospital, action: str) -> str:
    return str(next(row["state"] for row in ours.list("actions") if row["id"] == action))


def accept(ours: Hospital, target: str):
    return ours.decide(target, until=ours.clock().date() + timedelta(days=30))


def test_accepting_what_is_exploited_waits_and_says_so_everywhere(ours: Hospital) -> None:
    made(ours, "bo", "approver")
    action = contain(ours)
    decision = accept(ours, action)
    assert "known to be exploited" in decision.asks
    assert state(ours, action) == "open"
    shown = next(row for row in ours.list("actions") if row["id"] == action)
    assert "waits for approval by another person" in shown["decision"]
    finding = next(row for row in ours.list("findings", action=action))
    assert (finding["decision"], finding["waiting"]) == ("", decision.id)
    told = " ".join(step.text for step in explain(ours.view(), finding["id"])[1])
    assert "waits for approval by another person" in told

    bo = seen_by(ours, "bo", Permission.APPROVE)
    assert [waiting.id for waiting in catalogue.AWAITING(bo)] == [decision.id]
    catalogue.APPROVE(bo, decision.id, why="seen on the device")
    assert state(ours, action) == "settled"
    assert catalogue.AWAITING(bo) == ()
    catalogue.WITHDRAW_APPROVAL(bo, decision.id, why="a doubt")
    assert state(ours, action) == "open"


def test_nobody_approves_her_own_and_the_command_line_never(ours: Hospital) -> None:
    made(ours, "bo", "approver")
    decision = accept(ours, contain(ours))
    with pytest.raises(PermissionDeniedError, match="can never approve"):
        catalogue.APPROVE(ours.view(), decision.id, why="it is fine")
    own = accept(replace_person(ours, "bo"), contain(ours))
    with pytest.raises(PermissionDeniedError, match="another person"):
        catalogue.APPROVE(seen_by(ours, "bo", Permission.APPROVE), own.id, why="it is fine")


def replace_person(ours: Hospital, name: str) -> Hospital:
    ours.clock.moment += timedelta(seconds=1)
    ours.house = replace(ours.house, person=name)
    return ours


def test_an_approver_of_another_site_neither_sees_nor_approves_it(ours: Hospital) -> None:
    ours.receive(fleet({**SCANNER, "asset_tag": "CT-014"}, {"asset_tag": "MR-1", "site": "North"}))
    ours.assess()
    made(ours, "bo", "approver")
    made(ours, "nora", "approver", "North")
    decision = accept(ours, contain(ours))
    nora = seen_by(ours, "nora", Permission.APPROVE)
    assert catalogue.AWAITING(nora) == ()
    with pytest.raises(NotFoundError):
        catalogue.APPROVE(nora, decision.id, why="not mine at all")
    made(ours, "harald", "approver", "Harbor")
    catalogue.APPROVE(seen_by(ours, "harald", Permission.APPROVE), decision.id, why="seen on the device")


def test_where_nobody_could_approve_decisions_stand_unless_the_site_says_otherwise(ours: Hospital) -> None:
    action = contain(ours)
    assert accept(ours, action).asks == ""
    assert state(ours, action) == "settled"
    strict = replace(
        ours.house, policies={"approvals.toml": "only_with_approvers = false\n[accept]\nwhen = ['always']"}
    )
    assert asked(strict, DecisionKind.ACCEPT, [Covered(exploited=False, outcome="defer")])
    assert not asked(strict, DecisionKind.CLOSE, [Covered(exploited=True, outcome="immediate")])


@pytest.mark.parametrize(
    "text", ["[nope]\nwhen = ['always']", "[accept]\nwhen = ['never']", "[accept", "[accept]"]
)
def test_a_policy_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"approvals\.toml"):
        approvals(text)


def test_only_who_is_administrator_of_all_sites_gives_roles(ours: Hospital) -> None:
    made(ours, "root", "administrator")
    made(ours, "harald", "administrator", "Harbor")
    invitation = Inviting(secret=SECRET, username="new", role="viewer")
    with pytest.raises(PermissionDeniedError, match="reaches all sites"):
        catalogue.INVITE(seen_by(ours, "harald", Permission.ADMIN), invitation)
    catalogue.INVITE(seen_by(ours, "root", Permission.ADMIN), invitation)
    with pytest.raises(StateError, match="Nobody would be administrator"):
        catalogue.WITHDRAW_GRANT(ours.view(), "root", "administrator")


@pytest.mark.parametrize("name", ["", "a b", "os:root", "break-glass", "-x", "ROOT", "é"])
def test_an_account_has_a_name_that_is_its_own(ours: Hospital, name: str) -> None:
    made(ours, "root", "administrator")
    with pytest.raises(UsageError):
        catalogue.INVITE(ours.view(), Inviting(secret=SECRET, username=name, role="viewer"))


def test_a_link_holds_for_seven_days(ours: Hospital) -> None:
    catalogue.INVITE(ours.view(), Inviting(secret=SECRET, username="new", role="viewer"))
    assert invite.welcome(ours.view(), SECRET).username == "new"
    ours.clock.pass_days(7.1)
    with pytest.raises(NotFoundError, match="older than 7 days"):
        invite.welcome(ours.view(), SECRET)


@pytest.fixture
def feed(ours: Hospital) -> Hospital:
    catalogue.MAKE_SERVICE_ACCOUNT(ours.view(), "feed", "clinical_engineer", site="Harbor")
    return ours


def issue(ours: Hospital, *permissions: str, days: float = 30):
    wanted = Issuing(
        secret=SECRET, username="feed", label="nightly", permissions=permissions, until=ours.clock() + timedelta(days=days)
    )  # fmt: skip
    return catalogue.ISSUE_TOKEN(ours.view(), wanted)


def test_a_token_permits_what_it_and_its_account_do_at_the_sites_of_the_account(feed: Hospital) -> None:
    token = issue(feed, "receive")
    assert SECRET not in repr(token)
    account, held = tokens.admitted(feed.house, SECRET)
    assert account.username == "feed"
    assert held.scope(Permission.RECEIVE).sites == {"Harbor"}
    assert held.scope(Permission.WORK).permissions == frozenset()
    catalogue.WITHDRAW_GRANT(with_root(feed), "feed", "clinical_engineer", site="Harbor")
    assert tokens.admitted(feed.house, SECRET)[1].scope(Permission.RECEIVE).permissions == frozenset()


def with_root(ours: Hospital):
    made(ours, "root", "administrator")
    return ours.view()


def test_a_token_lets_nobody_in_when_it_is_over_withdrawn_or_its_account_is_off(feed: Hospital) -> None:
    issue(feed, "read", days=2)
    feed.clock.pass_days(3)
    with pytest.raises(PermissionDeniedError) as over:
        tokens.admitted(feed.house, SECRET)
    feed.clock.pass_days(-2)
    view = with_root(feed)
    catalogue.SWITCH_ACCOUNT(view, "feed", active=False)
    with pytest.raises(PermissionDeniedError) as off:
        tokens.admitted(feed.house, SECRET)
    catalogue.SWITCH_ACCOUNT(view, "feed", active=True)
    assert tokens.admitted(feed.house, SECRET)
    catalogue.WITHDRAW_TOKEN(view, SECRET)
    with pytest.raises(PermissionDeniedError) as withdrawn:
        tokens.admitted(feed.house, SECRET)
    with pytest.raises(PermissionDeniedError) as unknown:
        tokens.admitted(feed.house, "lg_" + "x" * 43)
    assert len({str(refusal.value) for refusal in (over, off, withdrawn, unknown)}) == 1


def test_a_token_hands_on_no_more_than_its_account_has_and_never_an_approval(feed: Hospital) -> None:
    with pytest.raises(UsageError, match="cannot hand on: admin"):
        issue(feed, "read", "admin")
    with pytest.raises(UsageError, match="within a year"):
        issue(feed, "read", days=366)
    catalogue.GRANT(feed.view(), "feed", "approver")
    with pytest.raises(UsageError, match="cannot hand on: approve"):
        issue(feed, "approve")


def test_the_sealed_account_is_made_anew_and_gets_no_other_role(ours: Hospital) -> None:
    catalogue.BREAK_GLASS(ours.view(), "a" * 30)
    catalogue.BREAK_GLASS(ours.view(), "b" * 30)
    assert [grant.role for grant in ours.house.accounts.grants("break-glass")] == ["administrator"]
    with pytest.raises(UsageError, match="no other role"):
        catalogue.GRANT(ours.view(), "break-glass", "approver")
    with pytest.raises(UsageError, match="24 characters"):
        catalogue.BREAK_GLASS(ours.view(), "short")


def test_a_day_in_the_past_knows_what_waited_then(ours: Hospital) -> None:
    made(ours, "bo", "approver")
    decision = accept(ours, contain(ours))
    then = ours.clock()
    ours.clock.pass_days(2)
    catalogue.APPROVE(seen_by(ours, "bo", Permission.APPROVE), decision.id, why="seen on the device")
    assert [told.waits for told in ours.view(as_of=then).decisions()] == [True]
    assert [told.waits for told in ours.view().decisions()] == [False]
    assert date(2026, 11, 2) <= then.date()
