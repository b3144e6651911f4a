# SPDX-License-Identifier: Apache-2.0
"""Answers that a process gave, kept for who asks the same of the same snapshot within the same scope again.

A snapshot never changes, and all else that an answer depends on is in its key: the sites that are seen, the query's text,
its parameters and what it was given. So nobody is shown what another scope saw, and a decision shows at once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from leadglass.values.query import Query
from leadglass.values.scope import Row, Scope

_MOST = 256  # answers
_ROWS = 4_000  # of an answer, and of what it was given
_BYTES = 32 << 20  # of relations
_GIVEN_WHOLE = (list, tuple)


class Remembered:
    """The last answers, the least lately asked forgotten first; safe for several threads."""

    def __init__(self, most: int = _MOST, rows: int = _ROWS) -> None:
        self._most = most
        self._rows = rows
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, list[Row]] = OrderedDict()
        self._relations: OrderedDict[Hashable, pa.Table] = OrderedDict()

    def answer(self, key: Hashable | None, ask: Callable[[], list[Row]]) -> list[Row]:
        """Give the answer that is kept under a key, else ask, and keep what is small; None is never kept.

        Rows are the caller's own: what she does to them reaches nobody else.
        """
        if key is None:
            return ask()
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is not None:
            return _own(found)
        made = ask()
        if len(made) <= self._rows:
            kept = _own(made)
            with self._lock:
                self._kept[key] = kept
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return made

    def relation(self, key: Hashable | None, ask: Callable[[], pa.Table]) -> pa.Table:
        """Give the relation that is kept under a key, which nobody can change, else ask, and keep it if it fits."""
        if key is None:
            return ask()
        with self._lock:
            found = self._relations.get(key)
            if found is not None:
                self._relations.move_to_end(key)
                return found
        made = ask()
        with self._lock:
            self._relations[key] = made
            while sum(one.nbytes for one in self._relations.values()) > _BYTES:
                self._relations.popitem(last=False)
        return made

    def _named(self, rows: Any) -> Hashable | None:
        """Name what a question is given: by all its rows, or by the question whose answer it is; None where it is too much."""
        if isinstance(rows, pa.Table):
            with self._lock:
                return next((key for key, one in self._relations.items() if one is rows), None)
        if not isinstance(rows, _GIVEN_WHOLE) or len(rows) > self._rows:
            return None
        return _said(rows)

    def key(
        self,
        snapshot: str,
        scope: Scope,
        query: Query,
        params: Mapping[str, Any],
        given: Mapping[str, tuple[Any, Any]] | None,
    ) -> Hashable | None:
        """Name a question by all that its answer depends on; None where it was given too much to compare."""
        handed = []
        for name, (table, rows) in sorted((given or {}).items()):
            named = self._named(rows)
            if named is None:
                return None
            handed.append((name, table, named))
        asked = tuple((name, repr(value)) for name, value in sorted(params.items()))
        return (snapshot, scope.sites, query, asked, tuple(handed))


def _own(rows: Sequence[Row]) -> list[Row]:
    """Copy rows as the engine gives them: of what is in them, lists alone can be changed."""
    return [{name: value[:] if type(value) is list else value for name, value in row.items()} for row in rows]


def _said(rows: Sequence[Row]) -> str:
    """Write rows out, so that equal rows alone are written alike."""
    return repr([sorted(row.items()) for row in rows])
