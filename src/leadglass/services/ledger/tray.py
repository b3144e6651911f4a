# SPDX-License-Identifier: Apache-2.0
"""A tray: the steps run on it as on a bench, over the current snapshot, and what they write is held and never stored.

A table that was put on the tray stands for that of the snapshot, for all later queries of the tray.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from leadglass.services.ledger.view import View
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES

Known = Callable[[Mapping[str, Any]], list[Row]]
"""Answers a query from memory, by the relations that it is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The answer of a query, small enough to be one slice."""

    content: Any

    def slices(self) -> Iterator[Any]:
        """Give it whole; nothing where it is empty."""
        if self.content.num_rows:
            yield self.content


class Tray:
    """The tables of a snapshot with some of them replaced in memory; `known` answers queries by their name itself."""

    def __init__(self, view: View, known: Mapping[str, Known]) -> None:
        self._view = view
        self._known = known
        self._held: dict[str, Any] = {}
        self._arranged: set[str] = set()
        self.documents: tuple[str, ...] = ()

    def rows(self, query: Query, **asked: Any) -> list[Row]:
        """Run a step's query; returns rows, times in UTC without a zone."""
        if query.name in self._known:
            return self._known[query.name](asked.get("given") or {})
        found: list[Row] = self.run(query, **asked).to_pylist()
        return found

    def run(self, query: Query, *, given: Mapping[str, Any] | None = None, **params: Any) -> Any:
        """Run a step's query; returns an Arrow table."""
        held = [name for name in query.tables if name in self._held]
        asked = replace(
            query,
            tables=tuple(name for name in query.tables if name not in held),
            given=(*query.given, *held),
        )
        shadow = {name: (TABLES[name], self._relation(name)) for name in held}
        return self._ask(asked, {**(given or {}), **shadow}, **params)

    def put(self, name: str, content: Any) -> int:
        """Hold a table in place of that of the snapshot; returns its rows."""
        self._held[name] = content if hasattr(content, "num_rows") else list(content)
        self._arranged.discard(name)
        return int(content.num_rows) if hasattr(content, "num_rows") else len(self._held[name])

    def holds(self, name: str) -> bool:
        """Tell whether a table was put on the tray."""
        return name in self._held

    def add(self, name: str, content: Iterable[Row]) -> None:
        """Hold a table of the snapshot with rows beside its own."""
        self.put(name, [*self.rows(whole(name)), *content])

    def make(
        self, name: str, query: Query, batches: Iterable[Mapping[str, Any]] | None = None, **asked: Any
    ) -> int:
        """Hold what a query gives; asked in batches, there is one at most of a device."""
        rows: list[Row] = []
        for one in [asked] if batches is None else batches:
            rows += self.rows(query, **one)
        return self.put(name, rows)

    @contextmanager
    def spool(self, query: Query, *, by: str, **asked: Any) -> Iterator[Slice]:
        """Run a query whose answer is read in the order of a column."""
        yield Slice(content=self.run(query, **asked).sort_by(by))

    def _relation(self, name: str) -> Any:
        """Give a held table as Arrow has it: brought there once, and only where a query reads it."""
        if name not in self._arranged:
            columns = tuple(column.name for column in TABLES[name].columns)
            query = Query(name=name, tables=(), given=(name,), columns=columns, sql=f"SELECT * FROM {name}")
            self._held[name] = self._ask(query, {name: (TABLES[name], self._held[name])})
            self._arranged.add(name)
        return self._held[name]

    def _ask(self, query: Query, given: Mapping[str, Any], **params: Any) -> Any:
        view = self._view
        return view.house.tables.relation(query, view.scope, snapshot=view.snapshot, given=given, **params)


def whole(name: str) -> Query:
    """Ask for a table as it is."""
    columns = tuple(column.name for column in TABLES[name].columns)
    return Query(name=f"the table {name}", tables=(name,), columns=columns, sql=f"SELECT * FROM {name}")
