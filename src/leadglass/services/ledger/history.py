# SPDX-License-Identifier: Apache-2.0
"""What was changed: of one thing, of everything, and whether the record of it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadglass.errors import NotFoundError
from leadglass.services.ledger.show import identity, known
from leadglass.services.ledger.view import View
from leadglass.values.people import HistoryEntry

OTHERS = frozenset({"A-", "C-", "D-", "P-", "Q-", "W-", "X-"})
"""How ids begin that are neither of a finding nor of a vulnerability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Entries of the history, newest first, and the number of all that there are."""

    entries: tuple[HistoryEntry, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """How many changes and log entries were recomputed and found whole."""

    changes: int
    log: int


def history(view: View, name: str, *, count: int = 100, skip: int = 0) -> Changes:
    """Tell what was changed about a device, question, decision, action, finding or vulnerability.

    What was decided when a finding or vulnerability went by another id is told with it, as it was written.
    Who sees some sites alone asks only of what stands in them today: NotFoundError for anything else.
    """
    if view.scope.sites is not None and not known(view, name):
        raise NotFoundError(f"Nothing is called {name}. Give an id as the listings show it.")
    key = identity(view, name)
    also = () if key[:2] in OTHERS or view.house.tables.current() is None else view.decided_about(key)
    return _page(view, key, count, skip, also)


def all_changes(view: View, *, count: int = 100, skip: int = 0) -> Changes:
    """Tell all that was changed."""
    return _page(view, None, count, skip)


def _page(view: View, key: str | None, count: int, skip: int, also: Sequence[str] = ()) -> Changes:
    entries, total = view.house.register.history(key, limit=count, offset=skip, also=also)
    return Changes(entries=tuple(entries), total=total)


def verify(view: View) -> Whole:
    """Recompute the chain of changes and the log. StateError names the first that was tampered with."""
    return Whole(changes=view.house.register.verify(), log=view.house.log.verify())
