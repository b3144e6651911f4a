# SPDX-License-Identifier: Apache-2.0
"""Columnar tables on DuckDB and Parquet: readings per document, snapshots by manifest, one door for queries."""

import hashlib
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from leadglass.errors import NotFoundError, StateError
from leadglass.store.bench import Workbench
from leadglass.store.engine import Desk, Engine, Files, Layer, Session, spill
from leadglass.store.layers import SUPERSEDED, content, layers
from leadglass.store.locks import fsync, hold
from leadglass.store.parquet import arrow, batches, empty, relations, write
from leadglass.store.remembered import Remembered
from leadglass.store.spark import SparkSession
from leadglass.store.spool import Spool
from leadglass.values.query import Query
from leadglass.values.scope import Row, Scope
from leadglass.values.snapshot import Manifest, Part
from leadglass.values.tables import READINGS, TABLES, Table

_KEEP_SUPERSEDED = 3600.0  # seconds that a reader of an older snapshot may still need its parts
_READ = frozenset(table.name for table in READINGS)
_ID = re.compile(r"[0-9a-f]{16}")


class TableStore:
    """Readings, parts and manifests below one folder; implements `values.ports.Tables`."""

    def __init__(
        self,
        folder: Path,
        *,
        release: str,
        engine: Engine | None = None,
        cluster: str = "",
        remembered: Remembered | None = None,
    ) -> None:
        self.folder = folder
        self.release = release
        self._engine = engine or Engine()
        self.cluster = cluster
        self._remembered = remembered
        self._desk = Desk(self._engine, folder)

    # Readings: what one document says, made once per release of the readers.

    def _reading(self, sha256: str, release: str = "") -> Path:
        return self.folder / "readings" / (release or self.release) / sha256[:2] / sha256

    def has_reading(self, sha256: str) -> bool:
        """Tell whether the document was read by this release of the readers."""
        return (self._reading(sha256) / "about.json").exists()

    def holds(self, sha256: str, table: str) -> bool:
        """Tell whether the reading of a document has rows of a table."""
        return (self._reading(sha256) / f"{table}.parquet").exists()

    def write_reading(
        self, sha256: str, tables: Mapping[str, Iterable[Any]], about: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Store what a document says; `tables` maps a name to batches or rows, read to their end one by one.

        `about` is asked last, when all was read. A reading is there whole or not at all.
        """
        final = self._reading(sha256)
        work = final.with_name(f".{final.name}.{uuid.uuid4().hex[:8]}")
        work.mkdir(parents=True)
        try:
            for name, content in tables.items():
                table = TABLES[name]
                write(work / f"{name}.parquet", batches(table, content), table)
            (work / "about.json").write_bytes(msgspec.json.encode(about()))
            for path in work.iterdir():
                fsync(path)
            if not final.exists():
                work.rename(final)
                fsync(final.parent)
        except FileExistsError:
            pass  # another process read the same document: the same bytes give the same reading
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return self.about(sha256)

    def about(self, sha256: str) -> dict[str, Any]:
        """Give the JSON object that was stored with a reading."""
        try:
            raw = (self._reading(sha256) / "about.json").read_bytes()
        except FileNotFoundError:
            raise NotFoundError(f"Document {sha256[:12]} was not read yet. Run: leadglass assess") from None
        found: dict[str, Any] = msgspec.json.decode(raw)
        return found

    def _files(self, manifest: Manifest) -> Files:
        """Tell where a table lies; looked for when a question names it, as a home has many documents."""
        # A snapshot whose schemes of versions were others is read with its own readings, until the next is made
        alike = manifest.release.partition("~")[0] == self.release.partition("~")[0]
        release = manifest.release if alike else self.release

        def files(name: str) -> Sequence[Layer]:
            if name in _READ:
                return self.said(name, manifest.documents, release)
            return self.layers(name, manifest.parts)

        return files

    def said(self, name: str, documents: Iterable[str], release: str = "") -> Sequence[Layer]:
        """Tell where the rows of a reading's table lie, of some documents, as a release of the readers read them."""
        paths = (self._reading(sha256, release) / f"{name}.parquet" for sha256 in documents)
        there = tuple(str(path) for path in paths if path.exists())
        return [Layer(files=there)] if there else []

    def layers(self, name: str, parts: Iterable[Part]) -> Sequence[Layer]:
        """Tell where the rows of a snapshot's table lie, layer by layer, with what hides rows of each."""
        return layers(name, parts, self.place_of)

    # Snapshots: a manifest names parts; publishing renames CURRENT.

    def place_of(self, sha256: str) -> Path:
        """Give the file of a part."""
        return self.folder / "parts" / f"{sha256}.parquet"

    def write_part(self, table: Table, content: pa.Table) -> Part:
        """Store a part under the hash of its bytes, in the table's order."""
        if not content.num_rows:
            return self._write_empty(table)
        ordered = content.sort_by([(name, "ascending") for name in table.sort]) if table.sort else content
        return self.write_ordered(table, [ordered.combine_chunks()])

    def _write_empty(self, table: Table) -> Part:
        """Store a part without rows: most tables of a small home have none, and its bytes are always the same."""
        raw, digest = empty(table)
        parts = self.folder / "parts"
        parts.mkdir(parents=True, exist_ok=True)
        work = parts / f".{uuid.uuid4().hex}"
        try:
            work.write_bytes(raw)
            fsync(work)
            work.rename(self.place_of(digest))
        finally:
            work.unlink(missing_ok=True)
        return Part(table=table.name, sha256=digest, rows=0)

    def write_ordered(self, table: Table, content: Iterable[pa.Table]) -> Part:
        """Store a part whose rows come in the table's order, as many at once as the caller likes."""
        parts = self.folder / "parts"
        parts.mkdir(parents=True, exist_ok=True)
        work = parts / f".{uuid.uuid4().hex}"
        try:
            rows = write(work, content, table)
            fsync(work)
            with work.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            work.rename(self.place_of(digest))
        finally:
            work.unlink(missing_ok=True)
        return Part(table=table.name, sha256=digest, rows=rows)

    def spool(self, content: Iterable[pa.RecordBatch], by: str, most: int) -> Spool:
        """Write rows to a file without a name, below the place for what does not fit into memory."""
        spill(self.folder).mkdir(parents=True, exist_ok=True)
        return Spool(spill(self.folder), content, by, most)

    @contextmanager
    def publishing(self, why: str, *, wait: float = 60.0) -> Iterator[None]:
        """Hold the publisher's lock: one process makes snapshots at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with hold(self.folder / "publish.lock", wait=wait, why=why):
            yield

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the current one: its parts are durable, then one small file is renamed.

        It remembers which one it follows, so that both can be compared until the next one comes.
        """
        fsync(self.folder / "parts")
        before = self.current()
        follows = (before.follows if before.id == manifest.id else before.id) if before else ""
        self.save(replace(manifest, follows=follows))
        work = self.folder / f".CURRENT.{uuid.uuid4().hex[:8]}"
        work.write_text(manifest.id, encoding="ascii")
        fsync(work)
        work.replace(self.folder / "CURRENT")
        fsync(self.folder)

    def save(self, manifest: Manifest) -> None:
        """Store a manifest beside the others; a private one (as of a date) is saved and never published."""
        folder = self.folder / "manifests"
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / f"{manifest.id}.json"
        if manifest.as_of is not None and place.exists():
            place.touch()  # the same content was published: what that one says of its making stays
            return
        work = folder / f".{uuid.uuid4().hex[:8]}"
        work.write_bytes(msgspec.json.encode(manifest))
        fsync(work)
        work.replace(place)
        fsync(folder)

    @contextmanager
    def beside(self) -> Iterator["TableStore"]:
        """Give an empty store beside this one; when the block ends without error it takes this one's place.

        A crash before the exchange leaves the old tables; between its two renames `recover` finishes it.
        """
        folder = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        fresh = TableStore(folder, release=self.release, engine=self._engine, cluster=self.cluster)
        yield fresh
        self._hand_over(fresh)
        (folder / "publish.lock").touch()
        old = self.folder.with_name(f"{self.folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        self.folder.rename(old)
        folder.rename(self.folder)
        fsync(self.folder.parent)
        shutil.rmtree(old, ignore_errors=True)

    def _hand_over(self, fresh: "TableStore") -> None:
        """Give what the fresh store's snapshot follows to it, by links: so both can still be compared."""
        made, before = fresh.current(), self.current()
        if made and before:
            kept = self.previous() if before.id == made.id else before
            for part in kept.parts if kept else ():
                if not fresh.place_of(part.sha256).exists():
                    fresh.place_of(part.sha256).hardlink_to(self.place_of(part.sha256))
            if kept:
                fresh.save(kept)
                fresh.save(replace(made, follows=kept.id))

    def recover(self) -> None:
        """Finish an exchange that a crash interrupted, and remove what it left."""
        new, old = (self.folder.with_name(f"{self.folder.name}.{word}") for word in ("new", "old"))
        if not self.folder.exists() and old.exists():
            (new if (new / "CURRENT").exists() else old).rename(self.folder)

    def current(self) -> Manifest | None:
        """Give the published manifest, or None before the first assessment."""
        try:
            return self._manifest((self.folder / "CURRENT").read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None

    def made(self, table: str, basis: str) -> tuple[Part, ...]:
        """Give the parts of a table that the current snapshot made from this basis, by this release; none without it.

        With them comes what superseded rows of them.
        """
        current = self.current() if basis else None
        if current is None or current.release != self.release:
            return ()
        found = [part for part in current.parts if part.table == table]
        newest = max(found, key=lambda part: part.layer, default=None)
        if newest is None or newest.basis != basis:
            return ()
        found += [part for part in current.parts if part.table == SUPERSEDED]
        return tuple(found) if all(self.place_of(part.sha256).exists() for part in found) else ()

    def previous(self) -> Manifest | None:
        """Give the manifest that was published before the current one, or None where there is none."""
        current = self.current()
        return self.kept(current.follows) if current and current.follows else None

    def kept(self, name: str) -> Manifest | None:
        """Give a manifest by its id while all its parts are kept: the current, the previous, others for an hour."""
        if not _ID.fullmatch(name):  # it names a file
            return None
        try:
            manifest = self._manifest(name)
        except FileNotFoundError:
            return None
        return manifest if all(self.place_of(part.sha256).exists() for part in manifest.parts) else None

    def _manifest(self, name: str) -> Manifest:
        raw = (self.folder / "manifests" / f"{name}.json").read_bytes()
        try:
            return msgspec.json.decode(raw, type=Manifest)
        except msgspec.DecodeError as error:
            raise StateError(f"The snapshot {name} is damaged ({error}). Run: leadglass rebuild") from error

    def sweep(self, *, now: float) -> int:
        """Remove parts and manifests that neither the current nor the previous snapshot names, after an hour."""
        held = [manifest for manifest in (self.current(), self.previous()) if manifest]
        kept = {part.sha256 for manifest in held for part in manifest.parts} | {
            manifest.id for manifest in held
        }
        removed = 0
        for folder in ("parts", "manifests"):
            for path in (self.folder / folder).glob("*"):
                if path.stem not in kept and now - path.stat().st_mtime > _KEEP_SUPERSEDED:
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed

    def content(self, manifest: Manifest, table: str) -> tuple[str, ...]:
        """Name the rows of a table, in whatever layers they lie; equal rows give equal names."""
        parts = [part for part in manifest.parts if part.table == table]
        if not TABLES[table].layered or not any(part.rows for part in parts):
            return tuple(part.sha256 for part in parts if part.rows)
        with self._over(manifest, Scope(sites=None)) as session:
            (row,) = session.rows(content(table), {}, {})
        return tuple(str(value) for value in row.values()) if row["rows"] else ()

    # Queries.

    def workbench(
        self, documents: Sequence[str], follows: Manifest | None = None, *, whole: bool = False
    ) -> Workbench:
        """Open a bench for the steps: the readings of these documents, and the tables made so far.

        What it makes of layered tables is a layer on those of the snapshot that it follows, if there is one.
        """
        return Workbench(self, tuple(documents), follows, whole=whole)

    def session(self, manifest: Manifest, *, whole: bool = False) -> Session | SparkSession:
        """Open a session over all sites for a bench: for a whole assessment on the cluster, where there is one."""
        if whole and self.cluster:
            return SparkSession(self.cluster, spill(self.folder), self._files(manifest))
        return self._desk.open(self._files(manifest), Scope(sites=None))

    def ask(
        self,
        query: Query,
        scope: Scope,
        *,
        snapshot: Manifest | None = None,
        given: Mapping[str, tuple[Table, Sequence[Row]]] | None = None,
        **params: Any,
    ) -> list[Row]:
        """Run a query over a snapshot (the current one by default) within a scope; times come back aware.

        `given` hands in relations that people own (decisions), as a schema and its rows. What is given under the name of
        a table stands for it, in a session that does not outlive the question.
        """
        snapshot = snapshot or self.current()

        def asked() -> list[Row]:
            with self._over(snapshot, scope, alone=not TABLES.keys().isdisjoint(given or ())) as session:
                return [_zoned(row) for row in session.rows(query, relations(given), params)]

        if self._remembered is None or snapshot is None:
            return asked()
        named = f"{snapshot.id} {snapshot.release}"
        return self._remembered.answer(self._remembered.key(named, scope, query, params, given), asked)

    def relation(
        self,
        query: Query,
        scope: Scope,
        *,
        snapshot: Manifest | None = None,
        given: Mapping[str, tuple[Table, Sequence[Row]]] | None = None,
        **params: Any,
    ) -> pa.Table:
        """Run a query as `ask` does, and give what can be handed to another query: columns, not rows."""
        snapshot = snapshot or self.current()

        def asked() -> pa.Table:
            with self._over(snapshot, scope, alone=not TABLES.keys().isdisjoint(given or ())) as session:
                return session.run(query, relations(given), params)

        if self._remembered is None or snapshot is None:
            return asked()
        named = f"{snapshot.id} {snapshot.release}"
        return self._remembered.relation(self._remembered.key(named, scope, query, params, given), asked)

    def arrange(self, table: Table, rows: Iterable[Row]) -> pa.Table:
        """Bring rows into the columns of a table: what many queries are given is brought there once."""
        return arrow(table, rows)

    def _over(
        self, snapshot: Manifest | None, scope: Scope, *, alone: bool = False
    ) -> AbstractContextManager[Session]:
        manifest = snapshot or self.current()
        if manifest is None:
            raise StateError("Nothing was assessed yet. Run: leadglass receive PATH, then: leadglass assess")
        resting = "" if alone else f"{manifest.id} {manifest.release}"
        return self._desk.session(self._files(manifest), scope, resting)


def _zoned(row: Row) -> Row:
    return {k: v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for k, v in row.items()}
