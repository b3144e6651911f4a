# SPDX-License-Identifier: Apache-2.0
"""Who takes an action on, and what people say beside a thing: words that change no finding and no decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadglass.errors import NotFoundError, UsageError
from leadglass.planning.queries import PRESENT
from leadglass.services.ledger.history import OTHERS
from leadglass.services.ledger.listings import LISTINGS, Wanted, page
from leadglass.services.ledger.view import View
from leadglass.values.people import Assignment, Comment, HistoryEntry
from leadglass.values.scope import Row

LONGEST = 4_000
"""Characters that a comment may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What people said of a thing and what was changed about it, the newest change first, with the number of all."""

    comments: tuple[Comment, ...]
    entries: tuple[HistoryEntry, ...]
    total: int


def assign(view: View, actions: Sequence[str], assignee: str, *, why: str = "") -> list[Row]:
    """Record who takes actions on, all of them or none; an empty assignee lets them go.

    NotFoundError where one is not here, UsageError where nobody has such an account.
    """
    house, name = view.house, assignee.strip()
    account = house.accounts.account(name) if name else None
    if name and not (account and account.active):
        raise UsageError(f"Nobody here has the account {name}. Choose somebody who can sign in.")
    found = listed(view, actions)
    said = f"{name} takes on" if name else "nobody takes on"
    with house.register.change(
        house.person, f"{said} {len(found)} actions: {why.strip() or 'no reason given'}", origin=house.origin
    ):
        for row in found:
            house.register.assign(
                Assignment(
                    action_id=row["id"], assignee=name, by=house.person, why=why.strip(), at=house.clock()
                )
            )
    return found


def listed(view: View, actions: Sequence[str]) -> list[Row]:
    """Find actions by their ids, in the order of their rank. NotFoundError names those that are not here."""
    wanted = list(dict.fromkeys(name for name in actions if name))
    if not wanted:
        raise UsageError("No action is chosen. Choose one or more of the list.")
    rows = page(view, LISTINGS["actions"], Wanted(id=" ".join(wanted), count=len(wanted))).rows
    gone = set(wanted) - {row["id"] for row in rows}
    if gone:
        raise NotFoundError(
            f"Not among the actions that you may do this to: {', '.join(sorted(gone))}. Nothing was changed."
        )
    return list(rows)


def comment(view: View, target: str, text: str) -> Comment:
    """Add a comment to a thing that is listed. UsageError where it says nothing, or too much."""
    told = text.strip()
    if not told or len(told) > LONGEST:
        raise UsageError(f"A comment has 1 to {LONGEST:,} characters; this one has {len(told):,}.")
    _see(view, target)
    house = view.house
    made = Comment(target=target, text=told, by=house.person, at=house.clock())
    with house.register.change(house.person, f"comment on {target}", origin=house.origin):
        house.register.comment(made)
    return made


def beside(view: View, target: str, *, count: int = 10) -> Beside:
    """Give what stands beside a thing, by its whole id: comments, and the newest of what was changed about it.

    NotFoundError where the view has no such thing.
    """
    _see(view, target)
    also = () if target[:2] in OTHERS else view.decided_about(target)
    entries, total = view.house.register.history(target, limit=count, offset=0, also=also)
    return Beside(
        comments=tuple(view.house.register.comments(target, view.as_of)),
        entries=tuple(entries),
        total=total,
    )


def _see(view: View, target: str) -> None:
    """See that a thing is there, within the view's sites. Who sees all may ask of what is gone, too."""
    if view.scope.sites is not None and not _there(view, target):
        raise NotFoundError(f"Nothing is called {target}. Give an id as the listings show it.")


def _there(view: View, target: str) -> bool:
    """Tell whether a thing is there; what a work order asks is in no table."""
    asked = target[:2] == "Q-" and page(view, LISTINGS["questions"], Wanted(id=target, count=1)).total
    return bool(asked or view.ask(PRESENT, id=target))
