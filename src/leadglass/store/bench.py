# SPDX-License-Identifier: Apache-2.0
"""The bench on which a snapshot is made: what was made so far, what is used again, and layers on top of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from leadglass.store.engine import Layer, Session
from leadglass.store.layers import SUPERSEDED, layers, top
from leadglass.store.parquet import arrow, even, relations
from leadglass.store.spark import SparkSession
from leadglass.store.spool import Spool
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.snapshot import Manifest, Part
from leadglass.values.tables import TABLES, Table

Given = Mapping[str, tuple[Table, Sequence[Row]]]
"""Relations that a query is given, by name: their schema and their rows."""

Batches = Iterable[Mapping[str, Any]]
"""What a query is asked with, one time after the other: `given` and parameters. The answers follow each other in order."""


class Shelf(Protocol):
    """What a bench needs of the store."""

    release: str

    def session(self, manifest: Manifest, *, whole: bool = False) -> Session | SparkSession:
        """Open a session over a snapshot; `whole`: for an assessment of the fleet."""

    def made(self, table: str, basis: str) -> tuple[Part, ...]:
        """Give the parts of a table that the current snapshot made from a basis."""

    def place_of(self, sha256: str) -> Path:
        """Give the file of a part."""

    def said(self, name: str, documents: Iterable[str]) -> Sequence[Layer]:
        """Tell where the rows of a reading's table lie."""

    def spool(self, content: Iterable[pa.RecordBatch], by: str, most: int) -> Spool:
        """Write rows to a file without a name."""

    def write_part(self, table: Table, content: pa.Table) -> Part:
        """Store a part."""

    def write_ordered(self, table: Table, content: Iterable[pa.Table]) -> Part:
        """Store a part whose rows come in order."""


class Workbench:
    """The tables while a snapshot is being made: steps read with `run` and write with `put` and `make`."""

    def __init__(
        self,
        store: Shelf,
        documents: tuple[str, ...],
        follows: Manifest | None = None,
        *,
        whole: bool = False,
    ) -> None:
        self._store = store
        self.documents = documents
        self._follows = follows
        self._earlier: Session | SparkSession | None = None
        self._layer = top(follows.parts) + 1 if follows else 0
        self._made: dict[str, list[Part]] = {}
        empty = Manifest(
            release=store.release,
            documents=documents,
            receipts="",
            register="",
            parts=(),
            made_at=datetime.now(UTC),
        )
        self._session = store.session(empty, whole=whole)

    def run(self, query: Query, *, given: Given | None = None, **params: Any) -> pa.Table:
        """Run a step's query; returns an Arrow table, times in UTC without a zone."""
        return self._session.run(query, relations(given), params)

    def rows(self, query: Query, *, given: Given | None = None, **params: Any) -> list[Row]:
        """Run a step's query; returns rows, times in UTC without a zone."""
        return self._session.rows(query, relations(given), params)

    @contextmanager
    def spool(self, query: Query, *, by: str, given: Given | None = None, **params: Any) -> Iterator[Spool]:
        """Run a step's query whose answer may outgrow memory: rows in the order of a column, to be read in slices."""
        with self._session.batches(query, relations(given), params, order=(by,)) as found:
            spool = self._store.spool(found, by, self._session.most)
        with closing(spool):
            yield spool

    def before(self, query: Query, *, given: Given | None = None, **params: Any) -> pa.Table:
        """Run a query over the snapshot that this one follows."""
        if self._follows is None:
            raise ValueError("this bench follows no snapshot")
        self._earlier = self._earlier or self._store.session(self._follows)
        return self._earlier.run(query, relations(given), params)

    def put(self, name: str, content: Iterable[Row] | pa.Table) -> int:
        """Write a table of the snapshot; later queries of this bench see it. Returns its rows."""
        table = TABLES[name]
        return self._take([self._store.write_part(table, arrow(table, content))])

    def make(
        self, name: str, query: Query, batches: Batches | None = None, *, basis: str = "", **asked: Any
    ) -> int:
        """Write a table of the snapshot from a query as `put` does, never whole in memory. Returns its rows.

        Asked in `batches`, no answer of it needs more room than one; they come in the order of the table. With a `basis`
        that names all that it is made from, the current snapshot's is used again where it has the same.
        """
        kept = self._store.made(name, basis)
        if kept:
            self._layer = top(kept)
            self._take(kept)
            return sum(part.rows for part in kept if part.table == name)
        return self._take([self._written(name, query, [asked] if batches is None else batches, basis)])

    def keep(self, *names: str) -> None:
        """Use tables of the snapshot that this one follows again, as they are."""
        self._take([part for name in names for part in self._kept(name)])

    def same(self, name: str) -> bool:
        """Tell whether a table is, to the byte, that of the snapshot which this one follows."""
        return [part.sha256 for part in self._made[name]] == [part.sha256 for part in self._kept(name)]

    def supersede(self, changed: pa.Table) -> None:
        """Begin a layer: what the tables below say of these vulnerabilities counts no more."""
        table = TABLES[SUPERSEDED]
        part = replace(self._store.write_part(table, arrow(table, changed)), layer=self._layer)
        self._take([*self._kept(SUPERSEDED), part])

    def lay(
        self, name: str, query: Query, batches: Batches | None = None, *, basis: str = "", **asked: Any
    ) -> int:
        """Write a layer of a table on top of the kept ones; until `whole` is called queries see it alone."""
        part = self._written(name, query, [asked] if batches is None else batches, basis)
        self._made[name] = [*self._kept(name), part]
        self.newest(name)
        return part.rows

    def newest(self, *names: str) -> None:
        """Let queries see the highest layer of tables alone."""
        for name in names:
            self._session.define(name, layers(name, self._made[name][-1:], self._store.place_of))

    def whole(self, *names: str) -> None:
        """Let queries see all layers of tables again."""
        for name in names:
            self._show(name)

    def read_only(self, name: str, documents: Iterable[str]) -> None:
        """Let queries see a table of readings as some documents give it, and no other."""
        self._session.define(name, self._store.said(name, documents))

    def rows_of(self, name: str) -> int:
        """Count the rows of a table's parts, also those that later layers hide."""
        return sum(part.rows for part in self._made[name])

    def manifest(
        self, *, receipts: str, register: str, policies: str, made_at: datetime, as_of: datetime | None
    ) -> Manifest:
        """Name what was made."""
        return Manifest(
            release=self._store.release,
            documents=self.documents,
            receipts=receipts,
            register=register,
            policies=policies,
            parts=tuple(part for name in sorted(self._made) for part in self._made[name]),
            as_of=as_of,
            made_at=made_at,
        )

    def close(self) -> None:
        """Let go of the engine."""
        self._session.close()
        if self._earlier:
            self._earlier.close()

    def _kept(self, name: str) -> list[Part]:
        return [part for part in self._follows.parts if part.table == name] if self._follows else []

    def _written(self, name: str, query: Query, batches: Batches, basis: str) -> Part:
        table = TABLES[name]
        found = self._answers(query, batches, table.sort)
        part = self._store.write_ordered(table, even(table, found))
        return replace(part, basis=basis, layer=self._layer if table.layered else 0)

    def _answers(self, query: Query, batches: Batches, order: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for one in batches:
            params = {name: value for name, value in one.items() if name != "given"}
            with self._session.batches(query, relations(one.get("given")), params, order=order) as found:
                yield from found

    def _take(self, parts: Sequence[Part]) -> int:
        named = {part.table for part in parts}
        for name in named:
            self._made[name] = [part for part in parts if part.table == name]
        # What superseded something changes what queries see of every layered table
        for name in self._made if SUPERSEDED in named else named:
            self._show(name)
        return sum(part.rows for part in parts)

    def _show(self, name: str) -> None:
        parts = [*self._made.get(name, ()), *self._made.get(SUPERSEDED, ())]
        self._session.define(name, layers(name, parts, self._store.place_of))
