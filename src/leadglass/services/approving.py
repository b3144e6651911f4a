# SPDX-License-Identifier: Apache-2.0
"""Which decisions ask for an approval by another person, by a table that a site may replace."""

import enum
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from leadglass.errors import UnreadableError
from leadglass.services.house import APPROVALS, ROLES, House
from leadglass.services.roles import roles
from leadglass.values.accounts import AccountKind
from leadglass.values.people import DecisionKind
from leadglass.values.scope import Permission

ACT_NOW = "immediate"
"""The outcome of the decision tables that asks for acting now."""


class When(enum.StrEnum):
    """What makes a decision ask for an approval."""

    ALWAYS = "always"
    EXPLOITED = "exploited"
    ACT_NOW = "act_now"


_SAID = {
    When.ALWAYS: "every decision of this kind needs one",
    When.EXPLOITED: "it covers what is known to be exploited",
    When.ACT_NOW: "it covers what asks for acting now",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """When decisions of which kind ask for an approval. `only_with_approvers`: while nobody may approve, none does."""

    when: Mapping[DecisionKind, tuple[When, ...]]
    only_with_approvers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One thing that a decision covers: whether it is known to be exploited, and how urgent it is."""

    exploited: bool
    outcome: str


def approvals(own: str = "") -> Approvals:
    """Give the policy; `own` is a site's own table. UnreadableError where it cannot be read."""
    return _read(own or _shipped())


def may_ask(house: House, kind: DecisionKind) -> bool:
    """Tell whether a decision of this kind could ask for an approval now."""
    policy = approvals(house.policies.get(APPROVALS, ""))
    return bool(policy.when.get(kind)) and (not policy.only_with_approvers or _has_approver(house))


def asked(house: House, kind: DecisionKind, covered: Iterable[Covered]) -> str:
    """Say why a decision asks for an approval; empty where it asks for none."""
    if not may_ask(house, kind):
        return ""
    things = list(covered)
    hits = {
        When.ALWAYS: True,
        When.EXPLOITED: any(thing.exploited for thing in things),
        When.ACT_NOW: any(thing.outcome == ACT_NOW for thing in things),
    }
    policy = approvals(house.policies.get(APPROVALS, ""))
    return ", and ".join(_SAID[when] for when in policy.when[kind] if hits[when])


def _has_approver(house: House) -> bool:
    known = roles(house.policies.get(ROLES, ""))
    approving = {name for name, role in known.items() if Permission.APPROVE in role.permissions}
    holders = {grant.username for grant in house.accounts.grants() if grant.role in approving}
    return any(
        account.active and account.kind is AccountKind.PERSON and account.username in holders
        for account in house.accounts.accounts()
    )


@cache
def _shipped() -> str:
    return (resources.files("leadglass.services.accounts") / "tables" / APPROVALS).read_text(encoding="utf-8")


@cache
def _read(text: str) -> Approvals:
    try:
        told = tomllib.loads(text)
        when = {
            DecisionKind(name): tuple(When(word) for word in row["when"])
            for name, row in told.items()
            if isinstance(row, dict)
        }
    except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(
            f"policies/{APPROVALS} cannot be read ({error}). It lists kinds of decisions ({', '.join(DecisionKind)}), each"
            f" with when = [...] of: {', '.join(When)}. Mend it, or remove it."
        ) from error
    return Approvals(when=when, only_with_approvers=told.get("only_with_approvers", True) is not False)
