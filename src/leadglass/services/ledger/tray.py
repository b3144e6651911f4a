# SPDX-License-Identifier: Apache-2.0
"""A tray: the steps run on it as on a bench, over the current snapshot, and what they write is held and never stored.

A table that was put on the tray stands for that of the snapshot, for all later queries of the tray.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final

from leadglass.fleet.queries import BOM_COMPONENTS, BOMS, ROWS
from leadglass.planning.tried import TRIED_DEVICE
from leadglass.services.ledger.view import View
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.lifecycles import SNAPSHOT_DAY
from leadglass.vulnerabilities.worded import NAMES

Known = Callable[[Mapping[str, Any]], list[Row]]
"""Answers a query from memory, by the relations that it is given."""

_COPIED: Final = {
    query.name: (table, order)
    for query, table, order in (
        (ROWS, "fleet_row", ("sha256", "line")),
        (BOMS, "bom", ("sha256",)),
        (BOM_COMPONENTS, "bom_component", ("sha256", "number")),
        (TRIED_DEVICE, "device", ()),
        (NAMES, "component", ()),
    )
}
"""Queries that give columns of one table in an order, of wanted documents where these are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The answer of a query, small enough to be one slice."""

    content: Any

    def slices(self) -> Iterator[Any]:
        """Give it whole; nothing where it is empty."""
        if self.content.num_rows:
            yield self.content


class Tray:
    """The tables of a snapshot with some of them replaced in memory; `known` answers queries by their name itself.

    `absent` are tables of which the snapshot has no rows: what needs them is not asked. A query that is given a relation
    under the name of a table reads that in its place.
    """

    def __init__(self, view: View, known: Mapping[str, Known], absent: Iterable[str] = ()) -> None:
        self._view = view
        self._known = known
        self._held: dict[str, Any] = dict.fromkeys(absent, ())
        self._arranged: dict[str, Any] = {}
        self._own: set[str] = set()
        self.documents: tuple[str, ...] = ()

    def rows(self, query: Query, **asked: Any) -> list[Row]:
        """Run a step's query; returns rows, times in UTC without a zone."""
        given = asked.get("given") or {}
        if query.name in self._known:
            return self._known[query.name](given)
        if query.name == SNAPSHOT_DAY.name and "source" in self._own:
            return [{"day": max(_plain(row["received"]) for row in self._held["source"]).date()}]
        if query.name in _COPIED and isinstance(self._held.get(_COPIED[query.name][0]), Sequence):
            return self._copied(query, given)
        if not self._may_answer(query, given):
            return []
        question, relations = self._asked(query, given)
        found = self._view.house.tables.ask(
            question, self._view.scope, snapshot=self._view.snapshot, given=relations, **_params(asked)
        )
        return [_unzoned(row) for row in found]

    def run(self, query: Query, **asked: Any) -> Any:
        """Run a step's query; returns an Arrow table."""
        question, relations = self._asked(query, asked.get("given") or {})
        return self._view.house.tables.relation(
            question, self._view.scope, snapshot=self._view.snapshot, given=relations, **_params(asked)
        )

    def put(self, name: str, content: Any) -> int:
        """Hold a table in place of that of the snapshot; returns its rows."""
        self._held[name] = content if hasattr(content, "num_rows") else list(content)
        self._arranged.pop(name, None)
        self._own.add(name)
        return int(content.num_rows) if hasattr(content, "num_rows") else len(self._held[name])

    def holds(self, name: str) -> bool:
        """Tell whether a table was put on the tray."""
        return name in self._own

    def held(self, name: str) -> list[Row]:
        """Give the rows of a table that was put on the tray."""
        content = self._held[name]
        return content.to_pylist() if hasattr(content, "num_rows") else list(content)

    def arranged(self, name: str) -> Any:
        """Give a table that was put on the tray as Arrow has it; one that was put so, as it is."""
        content = self._held[name]
        return content if hasattr(content, "num_rows") else self._relation(name)

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

    def _copied(self, query: Query, given: Mapping[str, Any]) -> list[Row]:
        table, order = _COPIED[query.name]
        rows: Iterable[Row] = self._held[table]
        if "wanted" in given:
            wanted = {row["sha256"] for row in given["wanted"][1]}
            rows = (row for row in rows if row["sha256"] in wanted)
        ordered = sorted(rows, key=itemgetter(*order)) if order else rows
        return [{name: row.get(name) for name in query.columns} for row in ordered]

    def _may_answer(self, query: Query, given: Mapping[str, Any]) -> bool:
        """Tell whether a query can have rows: what it needs is not held without any."""
        contents = (given[name][1] if name in given else self._held.get(name) for name in query.needs)
        return not any(content is not None and not len(content) for content in contents)

    def _asked(self, query: Query, given: Mapping[str, Any]) -> tuple[Query, Mapping[str, Any]]:
        """Give the question with what is held in place of tables, and the relations that it is given."""
        held = [name for name in query.tables if name in self._held and name not in given]
        rest = tuple(name for name in query.tables if name not in held and name not in given)
        instead = tuple(name for name in query.tables if name in given)
        question = replace(query, tables=rest, given=(*query.given, *instead, *held))
        return question, {**given, **{name: (TABLES[name], self._relation(name)) for name in held}}

    def _relation(self, name: str) -> Any:
        """Give a held table as Arrow has it: brought there once, and only where a query reads it."""
        if name not in self._arranged:
            self._arranged[name] = self._view.house.tables.arrange(TABLES[name], self._held[name])
        return self._arranged[name]


def _params(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name != "given"}


def _unzoned(row: Row) -> Row:
    return {k: _plain(v) if isinstance(v, datetime) else v for k, v in row.items()}


def _plain(moment: datetime) -> datetime:
    """Write a moment as tables have it: in UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def whole(name: str) -> Query:
    """Ask for a table as it is."""
    columns = tuple(column.name for column in TABLES[name].columns)
    return Query(name=f"the table {name}", tables=(name,), columns=columns, sql=f"SELECT * FROM {name}")
