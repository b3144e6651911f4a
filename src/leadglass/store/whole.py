# SPDX-License-Identifier: Apache-2.0
"""Documents that are received together or not at all, whatever kills the process or the power.

Receipts make documents count. Those of one whole are lines of one journal first, `pending/<name>.jsonl`: its
renaming is the one moment from which on all of them count. Each becomes a file of its own then; where a crash
prevents that, the next opening does it.
"""

import itertools
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from leadglass.errors import StateError
from leadglass.store import locks
from leadglass.store.documents import Batch, DocumentStore
from leadglass.store.log import canonical
from leadglass.values.sources import Receipt

_AT_ONCE = 1_000  # receipts between two waits for the disk


class WholeStore(DocumentStore):
    """The documents of a home, where many may also come as one whole."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._pending = home / "pending"

    @contextmanager
    def whole(self) -> Iterator["Whole"]:
        """Take in many documents as one: they count together from the end of the block, or none does."""
        with self.batch(Whole) as batch:
            whole = cast(Whole, batch)
            try:
                yield whole
            finally:
                whole.close()

    def recover(self) -> None:
        """Finish what a crash left of a whole that counts."""
        if any(self._pending.glob("*.jsonl")):
            with self._told(), locks.guard(self._lock):
                for journal in sorted(self._pending.glob("*.jsonl")):
                    self._spread(journal)

    def sweep(self, *, now: datetime) -> int:
        """Finish what is pending, so that its documents are not taken for garbage; then sweep."""
        self.recover()
        return super().sweep(now=now)

    def _spread(self, journal: Path) -> None:
        """Give each receipt of a journal its file, then remove the journal. Doing it twice does it once."""
        with journal.open("rb") as lines:
            for chunk in iter(lambda: list(itertools.islice(lines, _AT_ONCE)), []):
                self._spread_some(journal, chunk)
        journal.unlink()
        locks.fsync(self._pending)

    def _spread_some(self, journal: Path, lines: list[bytes]) -> None:
        drafts = dict[Path, Path]()
        for number, line in enumerate(lines):
            content = line.rstrip(b"\n")
            place = self._receipt_place(_receipt(content, journal), content)
            if not place.exists():
                draft = self._pending / f".{number}"  # alone under the lock; a leftover is of a crash
                draft.unlink(missing_ok=True)
                locks.create(draft, [content])
                drafts[place] = draft
        for draft in drafts.values():
            locks.fsync(draft)
        for place, draft in drafts.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(place)
        self._settle({place.parent for place in drafts})


class Whole(Batch, WholeStore):
    """A batch that settles once, at the end of its block."""

    def __init__(self, home: Path, spool: Path, settled: set[Path], seen: set[str]) -> None:
        super().__init__(home, spool, settled, seen)
        self._pending = home / "pending"
        self._journal = spool / "journal"
        self._lines: BinaryIO | None = None

    def acknowledge(self, receipt: Receipt) -> None:
        """Take a receipt in; it counts with all others of the whole."""
        content = canonical(msgspec.to_builtins(receipt))
        self._receipt_place(receipt, content)
        if receipt.sha256 not in self._kept and not self._place(receipt.sha256).exists():
            raise self._missing(receipt.sha256)
        with self._told():
            self._lines = self._lines or self._journal.open("xb")
            self._lines.write(content + b"\n")
        self._answered.add(receipt.sha256)

    def settle(self) -> None:
        """Make the documents durable, then all receipts count at once. Nobody sweeps or copies them meanwhile."""
        if not self._kept and self._lines is None:
            return
        with self._told():
            for draft in self._kept.values():
                locks.fsync(draft)
            if self._lines is not None:
                self.close()
                locks.fsync(self._journal)
            with locks.guard(self._lock):
                for sha256 in (*self._kept, *self._answered):
                    self._refuse_erased(sha256)
                self._name({self._place(sha256): draft for sha256, draft in self._kept.items()})
                if self._lines is not None:
                    self._commit()
        self._seen.update(sha256[:16] for sha256 in self._answered)
        self._kept.clear()
        self._answered.clear()

    def close(self) -> None:
        """Take no more receipts; those that were taken wait for `settle`."""
        if self._lines is not None:
            self._lines.close()

    def _commit(self) -> None:
        for sha256 in self._answered:
            if not self._place(sha256).exists():  # it may have been swept since we looked
                raise self._missing(sha256)
        self._pending.mkdir(exist_ok=True)
        journal = self._pending / f"{uuid.uuid4().hex}.jsonl"
        self._journal.rename(journal)
        locks.fsync(self._pending)
        locks.fsync(self._home)
        self._lines = None
        self._spread(journal)

    def _settle_when_full(self) -> None:
        """Wait for the end: what is told of a whole before is nothing."""


def _receipt(content: bytes, journal: Path) -> Receipt:
    try:
        return msgspec.convert(json.loads(content), Receipt)
    except (ValueError, msgspec.MsgspecError) as error:
        raise StateError(
            f"The journal {journal.name} under pending/ is damaged ({error}). Remove it, and receive the bundle again."
        ) from error
