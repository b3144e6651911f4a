# SPDX-License-Identifier: Apache-2.0
"""DuckDB as the engine of the tables: bounded, offline, and scoped before anything is joined."""

import re
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from leadglass.errors import StateError
from leadglass.values.query import Query
from leadglass.values.scope import Row, Scope
from leadglass.values.tables import TABLES, Table

# What DuckDB warns of is meant: see `Session.run`
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)

_SQL_TYPES = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}
_SPILL = "spill"
_RESTING = 4  # sessions that wait for a question at most
_BATCH = 16_384  # rows at once of an answer that is not held whole
_GROUP = 65_536  # rows at once of an answer that is kept in a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Parquet files whose rows count, save those about vulnerabilities that the files of `hides` name."""

    files: tuple[str, ...]
    hides: tuple[str, ...] = ()


Files = Callable[[str], Sequence[Layer]]
"""Gives the layers of a table by its name, the lowest first; none where it has no rows."""


def spill(folder: Path) -> Path:
    """Give the place below a folder of tables for what does not fit into memory."""
    return folder / _SPILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """How much of the machine the tables may take."""

    memory: str = "512MB"
    threads: int = 2

    def start(self, folder: Path) -> duckdb.DuckDBPyConnection:
        """Start DuckDB for the files below a folder: no network, no other path, no settings changed later."""
        connection = duckdb.connect(
            config={
                "memory_limit": self.memory,
                "threads": self.threads,
                "temp_directory": str(spill(folder)),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "preserve_insertion_order": False,
            }
        )
        connection.execute(f"SET allowed_directories = ['{_quoted(str(folder.resolve()))}']")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection


class Desk:
    """Sessions over the files below one folder, on one DuckDB that starts with the first of them.

    To start it takes longer than most questions, and to define the tables of a session as long as many. Sessions do not
    see each other's views; one over a snapshot, which never changes, rests until the next question about that snapshot.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._lock = threading.Lock()
        self._started: duckdb.DuckDBPyConnection | None = None
        self._resting: list[tuple[str, Scope, Session]] = []

    def open(self, files: Files, scope: Scope) -> "Session":
        """Open a session over Parquet files per table, restricted to the scope."""
        spill(self._folder).mkdir(parents=True, exist_ok=True)
        with self._lock:
            if self._started is None:
                self._started = self._engine.start(self._folder)
            return Session(self._started.cursor(), files, scope, spill(self._folder))

    def close(self) -> None:
        """Stop DuckDB, if it was started."""
        with self._lock:
            while self._resting:
                self._resting.pop()[2].close()
            if self._started is not None:
                self._started.close()
                self._started = None

    @contextmanager
    def session(self, files: Files, scope: Scope, snapshot: str = "") -> Iterator["Session"]:
        """Give a session while the block runs: one that rests over this snapshot, or a new one."""
        session = self._woken(snapshot, scope) or self.open(files, scope)
        try:
            yield session
        except BaseException:
            session.close()
            raise
        self._rest(snapshot, scope, session)

    def _woken(self, snapshot: str, scope: Scope) -> "Session | None":
        with self._lock:
            for at, (name, seen, session) in enumerate(self._resting):
                if (name, seen) == (snapshot, scope):
                    del self._resting[at]
                    return session
        return None

    def _rest(self, snapshot: str, scope: Scope, session: "Session") -> None:
        over = [session]
        with self._lock:
            if snapshot and self._started is not None:
                self._resting.append((snapshot, scope, session))
                over = [self._resting.pop(0)[2] for _ in self._resting[_RESTING:]]
        for one in over:
            one.close()


class Defined:
    """Which layers each table of a session has, looked up once, and which tables its engine was told of."""

    def __init__(self, files: Files) -> None:
        self._look = files
        self._found: dict[str, Sequence[Layer]] = {}
        self._defined: set[str] = set()

    def _files(self, name: str) -> Sequence[Layer]:
        if name not in self._found:
            self._found[name] = self._look(name)
        return self._found[name]

    def define(self, name: str, layers: Sequence[Layer]) -> None:
        """Say which layers a table consists of."""
        self._found[name] = layers
        self._defined.discard(name)


class Session(Defined):
    """One connection with a view of its own per table; tables are defined when a query first names them."""

    most = 750_000
    """Rows that a slice of a spool may become."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, files: Files, scope: Scope, folder: Path
    ) -> None:
        super().__init__(files)
        self._connection = connection
        self._scope = scope
        self._folder = folder

    def _view(self, table: Table) -> None:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        layers = self._files(table.name)
        for name in table.derived_from:
            if name not in self._defined:
                self._view(TABLES[name])
        # A snapshot of an earlier release may have kept what is worked out now
        if layers:
            body = " UNION ALL ".join(_rows(columns, layer) for layer in layers)
        elif table.derived:
            body = table.derived
        else:
            nulls = ", ".join(f'CAST(NULL AS {_SQL_TYPES[c.type]}) AS "{c.name}"' for c in table.columns)
            body = f"SELECT {nulls} WHERE false"
        if table.scoped and self._scope.sites is not None:
            sites = ", ".join(f"'{_quoted(site)}'" for site in sorted(self._scope.sites)) or "NULL"
            body = f'SELECT * FROM ({body}) WHERE "{table.scoped}" IN ({sites})'
        text = f"CREATE OR REPLACE TEMP VIEW {table.name} AS {body}"
        # The text of one with files is of this home alone
        self._connection.execute(text if layers else _parsed(text))
        self._defined.add(table.name)

    def run(self, query: Query, relations: Mapping[str, pa.Table], params: Mapping[str, Any]) -> pa.Table:
        """Run a query; unknown or missing parameters and relations are a fault of the caller.

        It is planned once: a relation (`sql`) plans it for its types too, which takes longer than to copy an answer.
        """
        with self._ready(query, relations, params) as used:
            if used is None:
                return pa.table({name: pa.nulls(0) for name in query.columns})
            return self._connection.execute(_parsed(query.sql), used).to_arrow_table()

    def rows(self, query: Query, relations: Mapping[str, pa.Table], params: Mapping[str, Any]) -> list[Row]:
        """Run a query whose answer is read row by row."""
        with self._ready(query, relations, params) as used:
            if used is None:
                return []
            answer = self._connection.execute(_parsed(query.sql), used)
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    @contextmanager
    def batches(
        self,
        query: Query,
        relations: Mapping[str, pa.Table],
        params: Mapping[str, Any],
        *,
        order: Sequence[str],
    ) -> Iterator[Iterable[pa.RecordBatch]]:
        """Run a query whose answer is larger than memory may be: batches of its rows in an order, while the block runs.

        It is planned twice, once for its types: nothing else gives an answer that is not held whole.
        """
        with self._ready(query, relations, params) as used:
            if used is None:
                yield ()
                return
            if not order:
                yield self._reader(query.sql, used)
                return
            with ExitStack() as kept:
                try:
                    answer = self._reader(_ordered(f"({query.sql})", order), used)
                except duckdb.OutOfMemoryException:
                    # Joins hold what they join while their answer is sorted: apart, each has all the memory to itself
                    place = kept.enter_context(TemporaryDirectory(dir=self._folder))
                    answer = self._reader(_ordered(self._kept(query.sql, used, Path(place)), order), {})
                yield answer

    def _reader(self, sql: str, used: Mapping[str, Any], rows: int = _BATCH) -> pa.RecordBatchReader:
        return self._connection.sql(_parsed(sql), params=used).to_arrow_reader(rows)

    def _kept(self, sql: str, used: Mapping[str, Any], folder: Path) -> str:
        """Write an answer to a file as it comes; gives how SQL reads it."""
        place = folder / "answer.parquet"
        found = self._reader(sql, used, _GROUP)
        with pq.ParquetWriter(place, found.schema, compression="lz4") as writer:
            for batch in found:
                writer.write_batch(batch)
        return _read([str(place)])

    @contextmanager
    def _ready(
        self, query: Query, relations: Mapping[str, pa.Table], params: Mapping[str, Any]
    ) -> Iterator[dict[str, Any] | None]:
        """Give the parameters that the text names while its tables and relations are there; None: no row can come."""
        if not answerable(query, relations, params, self._files):
            yield None
            return
        for name in query.tables:
            if name not in self._defined:
                self._view(TABLES[name])
        for name, relation in relations.items():
            self._connection.register(name, relation)
        try:
            yield {name: value for name, value in params.items() if re.search(rf"\${name}\b", query.sql)}
        except (duckdb.OutOfMemoryException, OSError) as error:
            if "Out of Memory" not in str(error):
                raise
            raise _no_room(query) from error
        finally:
            for name in relations:
                self._connection.unregister(name)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def _no_room(query: Query) -> StateError:
    return StateError(
        f"The question '{query.name}' needs more memory than the tables may take. Nothing was changed."
        f" Give them more with LEADGLASS_MEMORY=2GB, and ask again."
    )


def _ordered(rows: str, order: Sequence[str]) -> str:
    return f"SELECT * FROM {rows} ORDER BY {', '.join(order)}"


@lru_cache(maxsize=512)
def _parsed(sql: str) -> duckdb.Statement:
    """Parse the text of a query, once in this process: that takes longer than to plan and answer it over a small table."""
    (statement,) = duckdb.extract_statements(sql)
    return statement


def _rows(columns: str, layer: Layer) -> str:
    """Read a layer as SQL."""
    hidden = (
        f" ANTI JOIN (SELECT vulnerability FROM {_read(layer.hides)}) USING (vulnerability)"
        if layer.hides
        else ""
    )
    return f"SELECT {columns} FROM {_read(layer.files)}{hidden}"


def _read(files: Sequence[str]) -> str:
    return f"read_parquet([{', '.join(chr(39) + _quoted(name) + chr(39) for name in files)}])"


def answerable(
    query: Query, relations: Mapping[str, pa.Table], params: Mapping[str, Any], files: Files
) -> bool:
    """Tell whether a query can have rows; unknown or missing parameters and relations are a fault of the caller."""
    if set(params) != set(query.params) or set(relations) != set(query.given):
        raise ValueError(f"query {query.name}: wants {query.params} and {query.given}")
    empty = {name for name, relation in relations.items() if not relation.num_rows}
    return not any(name in empty if name in relations else not files(name) for name in query.needs)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
