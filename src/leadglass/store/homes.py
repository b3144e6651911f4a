# SPDX-License-Identifier: Apache-2.0
"""What of a home is worth keeping, into an encrypted backup and out of it: documents, receipts, log, register."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import BinaryIO, Protocol

from leadglass.errors import StateError, UnreadableError
from leadglass.store import locks, vault

KEPT = (
    "log.jsonl", "feeds", "receipts", "tombstones", "documents", "policies", "profiles", "organisation.txt", "keys",
    "bundles",
)  # fmt: skip
"""Files and folders of a home that a backup holds, in this order: what comes meanwhile must not be told of by
something that is copied before it. Tables are made again from them."""

DUMP = "register.jsonl"
_SPOOLED = 64 << 20


class Dumps(Protocol):
    """What writes and reads the register's dump."""

    def dump(self, stream: BinaryIO) -> None:
        """Write everything as JSON lines."""


def backup(home: Path, register: Dumps, target: BinaryIO, passphrase: str) -> int:
    """Write the encrypted backup; returns the number of parts. People may go on working meanwhile.

    Log, then register, then cursors of feeds, then receipts, then documents: the log never knows of a change that the
    dump lacks, no cursor stands beyond what was received, and no receipt comes without its bytes.
    """
    count = 0

    def parts(stack: ExitStack) -> Iterator[tuple[str, BinaryIO, int]]:
        nonlocal count
        for name in KEPT:
            # Receipts of one whole appear one by one: who copies them waits until all of them are there.
            with locks.guard(home / "documents.lock", shared=True) if name == "receipts" else nullcontext():
                for path in _files(home / name):
                    with path.open("rb") as stream:
                        count += 1
                        yield path.relative_to(home).as_posix(), stream, path.stat().st_size
            if name == KEPT[0]:
                spool = tempfile.SpooledTemporaryFile(max_size=_SPOOLED)  # noqa: SIM115 - the stack closes it
                stack.callback(spool.close)
                register.dump(spool)  # type: ignore[arg-type] # a binary stream in all but name
                size = spool.tell()
                spool.seek(0)
                count += 1
                yield DUMP, spool, size  # type: ignore[misc]

    with ExitStack() as stack:
        vault.backup(parts(stack), target, passphrase)
    return count


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif place.is_dir():
        yield from (
            path for path in sorted(place.rglob("*")) if path.is_file() and not path.name.startswith(".")
        )


def restore(source: BinaryIO, home: Path, passphrase: str) -> BinaryIO:
    """Write a backup's parts into an empty home; returns the register's dump. The caller takes care of the rest.

    StateError where the home is not empty; UnreadableError where the backup is damaged or holds what is no part.
    """
    if home.exists() and any(home.iterdir()):
        raise StateError(f"{home} is not empty. Restore into a new folder: leadglass --home NEW restore FILE")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    dump: BinaryIO | None = None
    for name, stream in vault.restore(source, passphrase):
        if name == DUMP:
            dump = io.BytesIO(stream.read())
            continue
        if name.split("/", 1)[0] not in KEPT:
            raise UnreadableError(
                f'The backup holds "{name}", which is no part of a home. Use another backup.'
            )
        place = home / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with place.open("xb") as written:
            while piece := stream.read(1 << 20):
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
    if dump is None:
        raise UnreadableError("The backup holds no register. Use another backup.")
    return dump
