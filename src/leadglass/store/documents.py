# SPDX-License-Identifier: Apache-2.0
"""Keep documents as immutable bytes under their SHA-256 (FIPS 180-4), packed with Zstandard (RFC 8878).

Under the home, which is one file system: `documents/<2 hex>/<sha256>.zst`,
`receipts/<YYYY>/<MM>/<received>-<16 hex of the document's hash>-<16 hex of the receipt's>.json`,
`tombstones/<sha256>.json`, and `incoming/`, where unfinished work lies that nobody reads.
"""

import filecmp
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import zstandard

from leadglass import errors
from leadglass.store import locks
from leadglass.store.log import canonical
from leadglass.store.vault import CHUNK, Packing, unpack
from leadglass.values.sources import Receipt, Remark

# How documents reach the disk. Nothing is changed in place, and each step waits for the one before:
#   1. bytes and receipts are written under incoming/;
#   2. each of these files is fsynced;
#   3. documents are renamed to their names, and the folders that hold these names are fsynced;
#   4. receipts are renamed to theirs, and their folders are fsynced.
# So a name never stands before its content, nor a receipt before its document. A crash before 3 leaves
# garbage in incoming/, one between 3 and 4 documents that nobody was told of (garbage too), one after 4
# nothing to mend. Many small documents cost little: step 2 comes once for all of a batch, the kernel has been
# writing since 1, and a file system with a journal commits that a few times instead of once per file.

_BATCH = 1_000  # documents and receipts that wait at most, so that a crash in a long run loses little work
_LEVEL = 1  # of Zstandard: JSON to a tenth, nearly as fast as it can be hashed
_GARBAGE_AGE = timedelta(hours=1)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RECEIPT = re.compile(r"(?P<order>\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z-(?P<sha256>[0-9a-f]{16}))-[0-9a-f]{16}\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What stays of erased bytes: which, why, by whom, when (aware)."""

    sha256: str
    reason: str
    by: str
    at: datetime


_Read = TypeVar("_Read", Receipt, Tombstone)


class DocumentStore:
    """The documents of a home: `leadglass.values.ports.Documents`. Processes and threads may share a home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._documents = home / "documents"
        self._received = home / "receipts"
        self._tombstones = home / "tombstones"
        self._incoming = home / "incoming"
        self._lock = home / "documents.lock"  # shared while names are given, alone while bytes are taken away
        self._told = partial(locks.told, f"The home {home}", "What was not acknowledged was not kept.")
        self._settled = {home}  # folders whose own name this process has fsynced
        self._seen: set[str] = set()  # first 16 digits of documents that have a receipt; receipts never go

    def keep(self, stream: BinaryIO, *, limit: int) -> tuple[str, int, bool]:
        """Store the bytes durably; return (sha256, size, already known).

        Already known is what has a receipt: bytes that a crash left without one are received as new.
        BoundError beyond `limit` bytes, PermissionDeniedError under a tombstone; either leaves nothing.
        """
        with self.batch() as batch:
            return batch.keep(stream, limit=limit)

    def acknowledge(self, receipt: Receipt) -> None:
        """Add a receipt durably; from here on the document counts as received.

        The same receipt twice is one. NotFoundError where the bytes are not kept.
        """
        with self.batch() as batch:
            batch.acknowledge(receipt)

    @contextmanager
    def batch(self, kind: "type[Batch] | None" = None) -> Iterator["Batch"]:
        """Take in many documents and wait for the disk seldom; an error drops what has not settled."""
        with self._told():
            self._incoming.mkdir(parents=True, exist_ok=True)
            spool = Path(tempfile.mkdtemp(dir=self._incoming))
        try:
            with locks.inhabit(spool):
                batch = (kind or Batch)(self._home, spool, self._settled, self._seen)
                yield batch
                batch.settle()
        finally:
            shutil.rmtree(spool, ignore_errors=True)

    def open(self, sha256: str) -> BinaryIO:
        """Open the plain bytes; NotFoundError where none are kept, StateError while damaged ones are read.

        The last piece is held back until the hash is right: who reads to the end has read what was received.
        """
        return self._open(sha256, self._place(sha256))

    def read(self, sha256: str) -> bytes:
        """Read all of the plain bytes into memory; errors as in `open`."""
        whole = io.BytesIO()
        with self.open(sha256) as stream:
            shutil.copyfileobj(stream, whole, CHUNK)
        return whole.getvalue()

    def receipts(self, *, until: datetime | None = None) -> Iterator[Receipt]:
        """Give all receipts up to a moment, in order of (received, sha256); `damage` names what is none."""
        for found in self._look():
            if isinstance(found, Receipt):
                if until is not None and found.received > until:
                    return
                yield found

    def tombstones(self) -> list[Tombstone]:
        """Give the tombstones in order of (at, sha256)."""
        stones = [stone for stone in self._stones() if isinstance(stone, Tombstone)]
        return sorted(stones, key=lambda stone: (stone.at, stone.sha256))

    def erase(self, sha256: str, *, reason: str, by: str, at: datetime) -> None:
        """Leave a tombstone, then remove the bytes; receipts stay. A second time, the first tombstone stands.

        The tombstone is durable before the bytes go: a crash between leaves bytes that nobody can read or
        give again, for `sweep`.
        """
        if not reason.strip() or not by.strip() or at.tzinfo is None:
            raise errors.UsageError("To erase a document say why, by whom, and when with a time zone.")
        place, tombstone = self._place(sha256), Tombstone(sha256=sha256, reason=reason, by=by, at=at)
        stone = self._stone_place(tombstone)
        with self._told(), locks.guard(self._lock):
            if not stone.exists():
                if not place.exists() and sha256[:16] not in self._prefixes():
                    raise self._missing(sha256)
                draft = self._tombstones / f".{sha256}"  # alone under the lock; a leftover is of a crash
                draft.parent.mkdir(parents=True, exist_ok=True)
                draft.unlink(missing_ok=True)
                locks.create(draft, [_written(tombstone)])
                locks.fsync(draft)
                draft.rename(stone)
            self._settle({stone.parent})
            if place.exists():
                place.unlink()
                self._settle({place.parent})

    def sweep(self, *, now: datetime) -> int:
        """Remove bytes without a receipt and abandoned work, if older than an hour, and what is erased.

        Return how many documents went. Nobody can acknowledge meanwhile.
        """
        oldest, removed = (now - _GARBAGE_AGE).timestamp(), 0
        with self._told(), locks.guard(self._lock):
            received = self._prefixes()
            for path in self._documents.glob("??/*.zst"):
                is_garbage = path.name[:16] not in received and path.stat().st_mtime < oldest
                if is_garbage or self._grave(path.stem):
                    path.unlink()
                    removed += 1
            for spool in self._incoming.glob("*"):
                if spool.stat().st_mtime < oldest and locks.is_abandoned(spool):
                    shutil.rmtree(spool)
        return removed

    def damage(self, *, thorough: bool = False) -> list[Remark]:
        """Name what is foreign, half or gone; `thorough` reads every document to its end."""
        looked = (*self._look(), *self._stones())
        remarks = [found for found in looked if isinstance(found, Remark)]
        for sha256 in sorted({found.sha256 for found in looked if isinstance(found, Receipt)}):
            if self._grave(sha256):
                continue
            try:
                with self.open(sha256) as stream:
                    while thorough and stream.read(CHUNK):
                        pass
            except (errors.StateError, errors.NotFoundError) as error:
                remarks.append(Remark(where=f"documents/{sha256}", why=str(error)))
        return remarks

    def _place(self, sha256: str) -> Path:
        """Give the place of a document; NotFoundError for what is no hash, and so can be no path either."""
        if not _SHA256.fullmatch(sha256):
            raise errors.NotFoundError(f'"{sha256[:64]}" is no SHA-256: it has 64 hex digits in lower case.')
        return self._documents / sha256[:2] / f"{sha256}.zst"

    def _receipt_place(self, receipt: Receipt, content: bytes) -> Path:
        """Give the place of a receipt. Its name ends in a hash of the content, so that a half file shows."""
        self._place(receipt.sha256)  # refuses what is no hash
        if receipt.received.tzinfo is None:
            raise errors.UsageError("The time of receipt has no time zone. Give it one, best UTC.")
        received = receipt.received.astimezone(UTC)
        stamp = received.replace(tzinfo=None).isoformat(timespec="microseconds").replace(":", "")
        name = f"{stamp}Z-{receipt.sha256[:16]}-{hashlib.sha256(content).hexdigest()[:16]}.json"
        return self._received / f"{received.year:04}" / f"{received.month:02}" / name

    def _stone_place(self, stone: Tombstone, _: bytes = b"") -> Path:
        return self._tombstones / f"{stone.sha256}.json"

    def _receipt_paths(self) -> Iterator[Path]:
        """Give every file under receipts/ in order of its path, which is the order of time."""
        for folder, below, names in os.walk(self._received, onerror=_raise):
            below.sort()
            yield from (Path(folder, name) for name in sorted(names))

    def _prefixes(self) -> set[str]:
        """Give the first 16 digits of every document that has a receipt, by the receipts' names alone."""
        matches = (_RECEIPT.fullmatch(path.name) for path in self._receipt_paths())
        return {match["sha256"] for match in matches if match}

    def _look(self) -> Iterator[Receipt | Remark]:
        """Read every file under receipts/ in order; 16 digits order the names, all 64 what they hold."""
        for _, paths in itertools.groupby(self._receipt_paths(), key=_order):
            found = [self._read(path, Receipt, self._receipt_place) for path in paths]
            yield from (one for one in found if isinstance(one, Remark))
            yield from sorted((one for one in found if isinstance(one, Receipt)), key=lambda one: one.sha256)

    def _stones(self) -> Iterator[Tombstone | Remark]:
        for path in sorted(self._tombstones.glob("[!.]*")):
            yield self._read(path, Tombstone, self._stone_place)

    def _read(self, path: Path, kind: type[_Read], place: Callable[[_Read, bytes], Path]) -> _Read | Remark:
        """Read a small file of ours that must stand at its `place`; a Remark where it does not."""
        try:
            content = path.read_bytes()
            value = msgspec.convert(json.loads(content), kind)
            if place(value, content) == path:
                return value
            why = "its content does not agree with its name"
        except (OSError, ValueError, OverflowError, RecursionError, errors.UsageError) as error:
            why = str(error)
        why = f"It is half written, changed or foreign: {why}."
        mend = "Restore it from a backup, or remove it if it is not of Leadglass."
        return Remark(where=str(path.relative_to(self._home)), why=f"{why} {mend}")

    def _grave(self, sha256: str) -> str:
        """Say that and why a document was erased; "" where it was not. An unreadable tombstone counts too."""
        path = self._tombstones / f"{sha256}.json"
        if not path.exists():
            return ""
        stone = self._read(path, Tombstone, self._stone_place)
        if isinstance(stone, Remark):
            return f"The document {sha256[:12]} was erased; its tombstone cannot be read."
        why = f"by {stone.by}: {stone.reason.rstrip('.')}."
        return f"The document {sha256[:12]} was erased on {stone.at:%Y-%m-%d} {why}"

    def _missing(self, sha256: str) -> errors.NotFoundError:
        none = f"No document {sha256[:12]} is kept here. Receive it again, or restore a backup."
        return errors.NotFoundError(self._grave(sha256) or none)

    def _open(self, sha256: str, place: Path) -> BinaryIO:
        if self._grave(sha256):
            raise self._missing(sha256)
        try:
            return unpack(place.open("rb"), sha256)
        except FileNotFoundError as error:
            raise self._missing(sha256) from error
        except OSError as error:
            why = f"The document {sha256[:12]} cannot be read: {error.strerror}."
            raise errors.StateError(f"{why} Give this user read permission, or restore a backup.") from error

    def _settle(self, folders: set[Path]) -> None:
        """Fsync the folders, and once per process those above them up to the home, which hold their names."""
        for folder in sorted(folders):
            locks.fsync(folder)
            for below in (folder, *folder.parents):
                if below in self._settled:
                    break
                locks.fsync(below.parent)
                self._settled.add(below)


class Batch(DocumentStore):
    """The same store, where what is kept and acknowledged counts from `settle`, or the end of the block."""

    def __init__(self, home: Path, spool: Path, settled: set[Path], seen: set[str]) -> None:
        super().__init__(home)
        self._settled, self._seen = settled, seen
        self._drafts = (spool / str(number) for number in itertools.count())
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)
        self._kept: dict[str, Path] = {}
        self._acknowledged: dict[Path, tuple[str, Path]] = {}
        self._answered: set[str] = set()  # what this batch has acknowledged
        self._has_looked = False

    def keep(self, stream: BinaryIO, *, limit: int) -> tuple[str, int, bool]:
        """Take the bytes in, as `DocumentStore.keep` does, without waiting for the disk."""
        with self._told():
            draft = next(self._drafts)
            try:
                packing = Packing(stream, limit, self._packer)
                locks.create(draft, packing)
                sha256 = packing.digest.hexdigest()
                self._refuse_erased(sha256)
                known = self._is_received(sha256)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            if sha256 in self._kept or (known and self._is_intact(sha256, draft)):
                draft.unlink()
            else:
                self._kept[sha256] = draft
                self._settle_when_full()
            return sha256, packing.size, known

    def acknowledge(self, receipt: Receipt) -> None:
        """Take a receipt in, as `DocumentStore.acknowledge` does, without waiting for the disk."""
        content = _written(receipt)
        name = self._receipt_place(receipt, content)
        if receipt.sha256 not in self._kept and not self._place(receipt.sha256).exists():
            raise self._missing(receipt.sha256)
        with self._told():
            draft = next(self._drafts)
            locks.create(draft, [content])
            self._acknowledged[name] = (receipt.sha256, draft)
            self._answered.add(receipt.sha256)
            self._settle_when_full()

    def open(self, sha256: str) -> BinaryIO:
        """Open bytes that are kept, also those that have not settled."""
        return self._open(sha256, self._kept.get(sha256) or self._place(sha256))

    def settle(self) -> None:
        """Make all of it durable and visible, in the order that stands at the head of this module."""
        with self._told():
            for draft in (*self._kept.values(), *(draft for _, draft in self._acknowledged.values())):
                locks.fsync(draft)
            with locks.guard(self._lock, shared=True):
                for sha256 in (*self._kept, *(sha256 for sha256, _ in self._acknowledged.values())):
                    self._refuse_erased(sha256)  # it may have been erased since we looked
                self._name({self._place(sha256): draft for sha256, draft in self._kept.items()})
                for sha256, _ in self._acknowledged.values():
                    if not self._place(sha256).exists():  # it may have been swept since we looked
                        raise self._missing(sha256)
                self._name({place: draft for place, (_, draft) in self._acknowledged.items()})
        self._seen.update(sha256[:16] for sha256, _ in self._acknowledged.values())
        self._kept.clear()
        self._acknowledged.clear()

    def _settle_when_full(self) -> None:
        if len(self._kept) + len(self._acknowledged) >= _BATCH:
            self.settle()

    def _name(self, names: dict[Path, Path]) -> None:
        for name, draft in names.items():
            name.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(name)
        self._settle({name.parent for name in names})

    def _is_received(self, sha256: str) -> bool:
        if sha256 in self._answered:
            return True
        if not self._place(sha256).exists():
            return False
        if sha256[:16] not in self._seen and not self._has_looked:
            self._seen |= self._prefixes()  # another process may have received it
            self._has_looked = True
        return sha256[:16] in self._seen

    def _is_intact(self, sha256: str, draft: Path) -> bool:
        """Compare what is kept with what has just come, both packed: so damaged bytes are replaced."""
        place = self._place(sha256)
        return place.exists() and filecmp.cmp(place, draft, shallow=False)

    def _refuse_erased(self, sha256: str) -> None:
        if grave := self._grave(sha256):
            raise errors.PermissionDeniedError(f"{grave} It is not taken in again; nothing of it was kept.")


def _written(value: Receipt | Tombstone) -> bytes:
    return canonical(msgspec.to_builtins(value))


def _order(path: Path) -> str:
    match = _RECEIPT.fullmatch(path.name)
    return match["order"] if match else path.name


def _raise(error: OSError) -> None:
    """Let a folder that cannot be read be an error, not an empty folder; one not there yet is empty."""
    if not isinstance(error, FileNotFoundError):
        why = f"The folder {error.filename} cannot be read: {error.strerror}."
        raise errors.StateError(f"{why} Give this user read permission, and run this again.") from error
