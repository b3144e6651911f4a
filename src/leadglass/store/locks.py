# SPDX-License-Identifier: Apache-2.0
"""What processes share on one disk: locks that die with their holder (flock), files that outlive a crash."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from leadglass.errors import BusyError, StateError
from leadglass.values.ports import Clock

_POLL = 0.05  # seconds between two tries: flock has no timeout of its own


def _utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def hold(path: Path, *, wait: float, why: str, clock: Clock = _utc_now) -> Iterator[None]:
    """Hold the lock file for the block. `why` completes "holds it to ...", as in "publish a snapshot".

    Waits up to `wait` seconds for another holder, also one in this process; then BusyError names that holder.
    """
    with _opened(path) as descriptor:
        if not _acquire(descriptor, wait):
            raise BusyError(_sentence(path, os.pread(descriptor, 4096, 0)))
        note = {"pid": os.getpid(), "host": socket.gethostname(), "since": clock().isoformat(), "why": why}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(note).encode("ascii"), 0)
        try:
            yield
        finally:
            # The file stays: removing it would let two holders lock two files of one name.
            os.ftruncate(descriptor, 0)


@contextmanager
def guard(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Guard a short section without a note: waits as long as it takes; several may hold it `shared`."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


@contextmanager
def inhabit(folder: Path) -> Iterator[None]:
    """Mark a folder as in use for the block, so that `is_abandoned` says no."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_abandoned(folder: Path) -> bool:
    """Tell whether no living process inhabits the folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _acquire(descriptor, 0)
    finally:
        os.close(descriptor)


def fsync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a new file that is never changed. The kernel begins to write it out; `fsync` waits for that."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o440)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def told(what: str, kept: str) -> Iterator[None]:
    """Turn the disk's errors within the block into a StateError: `what` fails, and what of it is `kept`."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise StateError(
            f"{what} cannot be written: {why}. {kept} Make room or give write permission, and run this again."
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open the lock file, and let go at the end, even where a forked child shares the descriptor."""
    with told(f"The lock {path.name}", "Nothing was changed."):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        yield descriptor
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _acquire(descriptor: int, wait: float) -> bool:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_POLL, left))
        else:
            return True


def _sentence(path: Path, note: bytes) -> str:
    """Say who holds the lock; a note that is not written yet, or is foreign, leaves the holder unnamed."""
    try:
        holder = json.loads(note)
        who = f"Process {holder['pid']} on {holder['host']}"
        since = f" since {holder['since']} to {holder['why']}"
    except (ValueError, TypeError, KeyError):
        who, since = "Another process", ""
    return (
        f"{who} holds {path.name}{since}; nothing was changed. "
        "Wait until it is done, or end that process, and run this again."
    )
