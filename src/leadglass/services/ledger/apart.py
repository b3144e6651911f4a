# SPDX-License-Identifier: Apache-2.0
"""Read large documents in processes of their own, one document each, as many at a time as there are cores.

A reading is whole or absent and reading again is harmless, so a process that fails costs time alone: its document is
read again here, where what is wrong can be told. Each ends with its document, also when this one was killed.
"""

import multiprocessing
import os
import warnings
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Final, NamedTuple

from leadglass.services.house import House
from leadglass.services.ledger.read import read

LARGE: Final = 8 << 20
"""Bytes from which a process costs less than it saves."""

MOST: Final = 4
"""Readings at a time, whatever the number of cores: each holds a document and its columns in memory."""


class _Job(NamedTuple):
    sha256: str
    raw: bytes
    hint: str


class Apart:
    """Readings under way. Where this process may use one core alone, all is read here."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._most = min(len(os.sched_getaffinity(0)), MOST)
        self._under_way: dict[BaseProcess, _Job] = {}

    def read(self, sha256: str, raw: bytes, *, hint: str) -> None:
        """Read a document, here or beside; it is read for sure after `finish`."""
        if self._most < 2 or len(raw) < LARGE:
            read(self._house, sha256, raw, hint=hint)
            return
        if len(self._under_way) >= self._most:
            wait([process.sentinel for process in self._under_way])
            self._collect()
        process = multiprocessing.get_context("fork").Process(
            target=_alone, args=(self._house, sha256, raw, hint), daemon=True
        )
        with warnings.catch_warnings():
            # Python 3.12 warns of threads at a fork: the engines' own, of which a reading needs no lock. By fork
            # the document is shared, not copied.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        self._under_way[process] = _Job(sha256, raw, hint)

    def finish(self) -> None:
        """Wait for all readings."""
        for process in self._under_way:
            process.join()
        self._collect()

    def _collect(self) -> None:
        for process, job in [(one, job) for one, job in self._under_way.items() if not one.is_alive()]:
            del self._under_way[process]
            failed = process.exitcode != 0
            process.close()
            if failed:
                read(self._house, job.sha256, job.raw, hint=job.hint)


def _alone(house: House, sha256: str, raw: bytes, hint: str) -> None:
    """Read, and leave without a word and without what this process would do at its end: the house is its parent's."""
    try:
        read(house, sha256, raw, hint=hint)
    except BaseException:  # noqa: BLE001 - told where it is read again
        os._exit(1)
    os._exit(0)
