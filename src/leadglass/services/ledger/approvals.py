# SPDX-License-Identifier: Apache-2.0
"""Approve: a second person's yes to a decision that asks for one. Until then the decision covers nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from leadglass.errors import NotFoundError, PermissionDeniedError, UsageError
from leadglass.fleet.queries import DEVICES_WANTED
from leadglass.services.approving import Covered, asked, may_ask
from leadglass.services.ledger.deciding import Deciding
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.view import View
from leadglass.values.people import Approval, Decision, DecisionKind
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row

_LOCAL = "os:"
"""How names of the command line begin."""

_REASON = 5
"""Letters that a reason has at least."""


def asks(view: View, kind: DecisionKind, deciding: Deciding, findings: Sequence[str]) -> str:
    """Say why a decision asks for an approval by another person; empty where it asks for none."""
    if not may_ask(view.house, kind):
        return ""
    return asked(view.house, kind, _covered(view, deciding, findings))


def _covered(view: View, deciding: Deciding, findings: Sequence[str]) -> Iterator[Covered]:
    """Give what is known of the things that a decision covers."""
    if deciding.vulnerability:
        wanted = Wanted(id=deciding.vulnerability, all=True, count=EVERYTHING)
        for row in page(view, LISTINGS["vulnerabilities"], wanted).rows:
            if row["id"] == deciding.vulnerability:
                yield Covered(exploited=bool(row["known_exploited"]), outcome=str(row["outcome"] or ""))
        return
    for row in _rows(view, deciding.target, findings):
        risk = row["risk"]
        yield Covered(exploited=bool(risk["known_exploited"]), outcome=str(risk["outcome"] or ""))


def _rows(view: View, target: str, findings: Sequence[str]) -> list[Row]:
    """Give the findings of a target as they are listed within the view."""
    match target[:2]:
        case "A-":
            wanted = Wanted(action=target, count=EVERYTHING)
        case "F-":
            wanted = Wanted(id=target, count=EVERYTHING)
        case _:
            wanted = Wanted(vulnerability=target, count=EVERYTHING)
    known = set(findings)
    return [row for row in page(view, LISTINGS["findings"], wanted).rows if row["id"] in known]


def awaiting(view: View) -> tuple[Decision, ...]:
    """List the decisions that wait for approval by another person and that lie within one's sites, oldest first."""
    waiting = [decision for decision in view.decisions() if decision.waits]
    if view.scope.sites is None:
        return tuple(waiting)
    places = placed(view, waiting)
    return tuple(decision for decision in waiting if within_places(decision, places))


def approve(view: View, decision: str, *, why: str) -> Decision:
    """Say yes to a decision of another person. PermissionDeniedError for one's own, and where it reaches other sites."""
    house, found = view.house, _decision(view, decision)
    if house.person.startswith(_LOCAL):
        raise PermissionDeniedError(
            "The command line acts as the user of the machine and can never approve. Approve it in the browser, signed in as"
            " another person than who decided."
        )
    if not found.waits:
        raise UsageError(
            f"The decision {found.id} waits for no approval. See `leadglass history {found.id}`."
        )
    if len(why.strip()) < _REASON:
        raise UsageError("An approval has a reason that another can follow. Write one.")
    made = Approval(decision_id=found.id, by=house.person, why=why.strip(), at=house.clock())
    with house.register.change(house.person, f"approve {found.id}: {made.why}", origin=house.origin):
        house.register.approve(made)
    return found


def withdraw_approval(view: View, decision: str, *, why: str) -> Decision:
    """Take the yes to a decision back: it waits again. NotFoundError where none holds."""
    house, found = view.house, _decision(view, decision)
    told = f"approval of {found.id} withdrawn: {why.strip() or 'no reason given'}"
    with house.register.change(house.person, told, origin=house.origin):
        house.register.withdraw_approval(found.id)
    return found


def _decision(view: View, name: str) -> Decision:
    found = next((decision for decision in view.decisions() if decision.id == name), None)
    if found is None or not within(view, found):
        raise NotFoundError(
            f"No decision {name} holds at your sites. Those that wait are listed with the actions."
        )
    return found


def within(view: View, decision: Decision) -> bool:
    """Tell whether all that a decision covers lies within the sites of a view; a range reaches all of them."""
    return view.scope.sites is None or within_places(decision, placed(view, [decision]))


def within_places(decision: Decision, places: Mapping[str, str]) -> bool:
    """Tell whether all that a decision covers is on devices of which the place is known."""
    devices = devices_of(decision)
    return not decision.vulnerability and bool(devices) and devices <= places.keys()


def devices_of(decision: Decision) -> frozenset[str]:
    """Give the devices of the findings that a decision lists: each id names its own (values.ids.finding_id)."""
    return frozenset(f"D-{finding.split('-')[1]}" for finding in decision.findings if finding[:2] == "F-")


def placed(view: View, decisions: Iterable[Decision]) -> dict[str, str]:
    """Give the sites of the devices that decisions cover, as far as the view reaches: device -> site."""
    wanted = sorted(frozenset().union(*map(devices_of, decisions)))
    if not wanted or (view.snapshot or view.house.tables.current()) is None:
        return {}
    rows = view.ask(DEVICES_WANTED, wanted=wanted_texts("id", wanted))
    return {row["device_id"]: row["site"] for row in rows}
