# SPDX-License-Identifier: Apache-2.0
"""Collect what could not be read: the first remarks in full, and how many more there were."""

from collections import Counter

from leadglass.values.sources import Remark


class Remarks:
    """Remarks of one document. Beyond `limit` of one `sort` they are only counted."""

    def __init__(self, limit: int = 100) -> None:
        self._limit = limit
        self._taken: list[Remark] = []
        self._seen: Counter[str] = Counter()

    def add(self, where: str, why: str, *, sort: str = "remarks") -> None:
        """Remark on a place. `sort` says in the plural what kind of remark it is."""
        self._seen[sort] += 1
        if self._seen[sort] <= self._limit:
            self._taken.append(Remark(where=where, why=why))

    def take(self) -> tuple[Remark, ...]:
        """Give what was remarked since the last call."""
        taken, self._taken = tuple(self._taken), []
        return taken

    def finish(self) -> tuple[Remark, ...]:
        """Give the rest, and a remark for each sort that was only counted from some point on."""
        counted = [
            Remark(where="document", why=f"{number - self._limit:,} more {sort} like those above.")
            for sort, number in self._seen.items()
            if number > self._limit
        ]
        self._seen.clear()
        return self.take() + tuple(counted)
