# SPDX-License-Identifier: Apache-2.0
"""The bundles that this home made: the signed list of each under its number, so that deltas know what went before."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadglass.store import locks

_NUMBER = re.compile(r"([0-9]{6,15})\.(?:json|draft)")


class MadeBundles:
    """Signed lists in the folder `bundles/` of a home: `leadglass.values.ports.MadeBundles`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def next(self) -> Iterator[int]:
        """Give the number of the next bundle; nobody else makes one within the block."""
        with locks.hold(self._folder / ".making.lock", wait=0, why="make a bundle"):
            numbers = (_NUMBER.fullmatch(path.name) for path in self._folder.iterdir())
            yield 1 + max((int(match[1]) for match in numbers if match), default=0)

    def begin(self, sequence: int, envelope: bytes) -> None:
        """Keep the list of a bundle that is being made: its number is never given again."""
        draft = self._folder / f"{sequence:06}.draft"
        with locks.told("The list of the bundle", "No bundle was made."):
            locks.create(draft, [envelope])
            locks.fsync(draft)
            locks.fsync(self._folder)

    def finish(self, sequence: int) -> None:
        """Let the list count: the bundle is there."""
        with locks.told(
            "The list of the bundle", "The bundle is whole, but no delta can be made on top of it."
        ):
            (self._folder / f"{sequence:06}.draft").rename(self._folder / f"{sequence:06}.json")
            locks.fsync(self._folder)

    def newest_first(self) -> Iterator[bytes]:
        """Give the lists of all bundles that were made, the newest first."""
        for path in sorted(self._folder.glob("*.json"), key=lambda path: int(path.stem), reverse=True):
            yield path.read_bytes()
