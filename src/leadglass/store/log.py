# SPDX-License-Identifier: Apache-2.0
"""Append entries to a log of JSON lines (RFC 8259), each chained to the one before by SHA-256 (FIPS 180-4).

An entry is one line of ASCII JSON with sorted keys: `n` (from 1), `at`, `kind`, `body`, `previous` (the
digest of the entry before, 64 zeros for the first) and `digest` (over the same line without `digest`). A
change within the log breaks the chain. Entries cut off at its end only show against a `head()` kept apart.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from typing import Any

from leadglass.errors import StateError
from leadglass.store import locks
from leadglass.values.ports import Clock

START = "0" * 64
"""What the first entry names as the digest before it, and the head of an empty log."""

TORN = "log.torn"
"""The kind of the entry which says that an unfinished line was cut: `bytes`, and their `sha256`."""

_BLOCK = 4096
_NO_ENTRY = (ValueError, TypeError, KeyError, AttributeError, RecursionError)  # what a foreign line may raise


class ChainLog:
    """The log in the file at `path`; `clock` gives each entry its time. Several processes may append."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def append(self, kind: str, body: Mapping[str, Any]) -> str:
        """Append an entry and return its digest; when this returns, the entry is on the disk.

        `body` must be what JSON can say (TypeError or ValueError otherwise). StateError where the last entry
        is broken: a chain is not continued from there.
        """
        said = json.loads(canonical(body))  # as it will be read: keys are text, tuples are lists
        with locks.told(f"The log {self._path.name}", "The entry was not made."):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked(os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as descriptor:
                return self._append(descriptor, kind, said)

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Give all whole entries in order; a line that a crash left unfinished is none."""
        for number, line in enumerate(self._lines(), 1):
            try:
                entry: dict[str, Any] = json.loads(line)
            except _NO_ENTRY as error:
                raise self._broken(number, "that is no entry") from error
            yield entry

    def verify(self) -> int:
        """Recompute the chain and return the number of entries; StateError names the first broken one."""
        number, previous = 0, START
        for number, line in enumerate(self._lines(), 1):
            previous = self._check(line, number, previous)
        return number

    def head(self) -> tuple[int, str]:
        """Give the number of entries and the digest of the last, reading only the end of the file."""
        with self._reading() as descriptor:
            if descriptor is None:
                return 0, START
            return self._judge(_last_line(descriptor, os.fstat(descriptor).st_size)[1])

    def _append(self, descriptor: int, kind: str, body: Any) -> str:
        """Append under the lock; what a crash left unfinished is cut, and an entry of its own says so."""
        size = os.fstat(descriptor).st_size
        end, last = _last_line(descriptor, size)
        n, previous = self._judge(last)
        lines = b""
        if end < size:
            cut = os.pread(descriptor, size - end, end)
            note = {"bytes": len(cut), "sha256": hashlib.sha256(cut).hexdigest()}
            n, previous, lines = self._entry(n, previous, TORN, note)
        _, digest, line = self._entry(n, previous, kind, body)
        self._write(descriptor, end, lines + line)
        return digest

    def _entry(self, n: int, previous: str, kind: str, body: Any) -> tuple[int, str, bytes]:
        """Write the entry after number `n`: its own number, its digest, its line."""
        at = self._clock().astimezone(UTC).isoformat()
        entry = {"n": n + 1, "at": at, "kind": kind, "body": body, "previous": previous}
        digest = hashlib.sha256(canonical(entry)).hexdigest()
        return n + 1, digest, canonical(entry | {"digest": digest}) + b"\n"

    def _write(self, descriptor: int, end: int, lines: bytes) -> None:
        """Put the lines at `end`, cutting what stood there, and wait for the disk."""
        try:
            os.ftruncate(descriptor, end)
            written = 0
            while written < len(lines):
                written += os.pwrite(descriptor, lines[written:], end + written)
            os.fsync(descriptor)
            if end == 0:
                locks.fsync(self._path.parent)  # else a new log could lose its name
        except OSError:
            with suppress(OSError):  # where this fails too, the next append finds a torn line and cuts it
                os.ftruncate(descriptor, end)
            raise

    def _judge(self, last: bytes) -> tuple[int, str]:
        """Check the last line by itself and give its number and digest."""
        if not last:
            return 0, START
        try:
            entry = json.loads(last)
            number, previous = int(entry["n"]), str(entry["previous"])
        except _NO_ENTRY as error:
            raise self._broken("at its end", "that is no entry") from error
        return number, self._check(last, number, previous)

    def _check(self, line: bytes, number: int, previous: str) -> str:
        """Check one line against the number and the digest before it, and return its digest."""
        try:
            entry = json.loads(line)
            digest = entry.pop("digest")
            whole = canonical(entry | {"digest": digest}) == line[:-1]
        except _NO_ENTRY as error:
            raise self._broken(number, "that is no entry") from error
        if entry.get("n") != number:
            raise self._broken(number, f"it says that it is number {entry.get('n')}")
        if entry.get("previous") != previous:
            raise self._broken(number, "it does not follow from the entry before")
        if not whole or hashlib.sha256(canonical(entry)).hexdigest() != digest:
            raise self._broken(number, "its text was changed after it was written")
        return str(digest)

    def _broken(self, number: int | str, why: str) -> StateError:
        where = f"at entry {number}" if isinstance(number, int) else number
        return StateError(
            f"The log {self._path.name} is broken {where}: {why}. "
            "Keep the file as evidence, restore the log from a backup, and find out who changed it."
        )

    def _lines(self) -> Iterator[bytes]:
        """Give the whole lines that stood there when the reading began; appends may go on meanwhile."""
        with self._reading() as descriptor:
            left = _last_line(descriptor, os.fstat(descriptor).st_size)[0] if descriptor is not None else 0
        if left:
            with self._path.open("rb") as file:
                while left:
                    line = file.readline(left)
                    if not line:
                        raise self._broken("at its end", "it became shorter while it was read")
                    left -= len(line)
                    yield line

    @contextmanager
    def _reading(self) -> Iterator[int | None]:
        """Keep appends out for a moment; None where there is no log yet."""
        if not self._path.exists():
            yield None
            return
        with self._locked(os.O_RDONLY, fcntl.LOCK_SH) as descriptor:
            yield descriptor

    @contextmanager
    def _locked(self, flags: int, lock: int) -> Iterator[int]:
        descriptor = os.open(self._path, flags | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, lock)
            yield descriptor
        finally:
            os.close(descriptor)


def canonical(value: Any) -> bytes:
    """Write JSON in one way only: sorted keys, no spaces, ASCII (a lone surrogate of a file name passes)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _last_line(descriptor: int, size: int) -> tuple[int, bytes]:
    """Find where the last whole line ends, and that line; what stands behind it was torn by a crash.

    A crash leaves a prefix of a line, or zeros where bytes had not reached the disk. An entry is neither.
    """
    end = _after_newline(descriptor, size)
    while end:
        start = _after_newline(descriptor, end - 1)
        line = os.pread(descriptor, end - start, start)
        if b"\0" not in line:
            return end, line
        end = start
    return 0, b""


def _after_newline(descriptor: int, end: int) -> int:
    """Look backwards from `end` for a newline, block by block; give the place after it, or 0."""
    while end > 0:
        start = max(0, end - _BLOCK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
