# SPDX-License-Identifier: Apache-2.0
"""The decisions that asked for another person: those that wait, those that have their yes, and who could give it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from leadglass.services.house import ROLES, House
from leadglass.services.ledger.approvals import devices_of, placed, within_places
from leadglass.services.ledger.view import View
from leadglass.services.roles import access, roles
from leadglass.values.accounts import Access, AccountKind, Grant
from leadglass.values.people import Decision
from leadglass.values.scope import Permission

_LOCAL = "os:"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """A decision that asked for approval; the sites that it reaches (None: all), and the accounts that may approve it.

    Who decided is never among these.
    """

    decision: Decision
    sites: frozenset[str] | None
    approvers: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Say whether it waits."""
        return self.decision.waits


def asked_for(view: View) -> list[AskedFor]:
    """List the decisions at one's sites that asked for another person, those that wait first, each oldest first."""
    found = [decision for decision in view.decisions() if decision.asks]
    if not found:
        return []
    held, places = _approving(view.house), placed(view, found)
    if view.scope.sites is not None:
        found = [decision for decision in found if within_places(decision, places)]
    return sorted((_asked(decision, held, places) for decision in found), key=lambda one: not one.waits)


def _asked(decision: Decision, held: Mapping[str, Access], places: Mapping[str, str]) -> AskedFor:
    sites = _sites(decision, places)
    others = [name for name in held if not same_person(name, decision.by)]
    return AskedFor(
        decision=decision,
        sites=sites,
        approvers=tuple(name for name in others if _reaches(held[name], sites)),
    )


def same_person(name: str, other: str) -> bool:
    """Tell whether two names are of one person, as the register's triggers see it: `os:ada` and `Ada` are."""
    return name.removeprefix(_LOCAL).casefold() == other.removeprefix(_LOCAL).casefold()


def _approving(house: House) -> dict[str, Access]:
    """Give what those may do who may approve somewhere: people alone, and who may sign in."""
    known = roles(house.policies.get(ROLES, ""))
    grants: dict[str, list[Grant]] = defaultdict(list)
    for grant in house.accounts.grants():
        grants[grant.username].append(grant)
    made = {
        account.username: access(grants[account.username], known)
        for account in house.accounts.accounts()
        if account.active and account.kind is AccountKind.PERSON
    }
    return {
        name: held
        for name, held in made.items()
        if Permission.APPROVE in held.scope(Permission.APPROVE).permissions
    }


def _sites(decision: Decision, places: Mapping[str, str]) -> frozenset[str] | None:
    """Name the sites of what a decision covers; a range, and what is of a device that is not known, reaches all."""
    if not within_places(decision, places):
        return None
    return frozenset(places[device] for device in devices_of(decision))


def _reaches(held: Access, sites: frozenset[str] | None) -> bool:
    scope = held.scope(Permission.APPROVE)
    return scope.sites is None or (sites is not None and sites <= scope.sites)
