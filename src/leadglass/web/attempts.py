# SPDX-License-Identifier: Apache-2.0
"""Counts of attempts, in files that the web processes share: what is over goes, and beyond a bound the oldest.

One store for each kind of count, so that who floods one forgets nothing of another: of sign-in (with the codes that were
used), and of the API. Django's own file cache would throw away at random what it has more than 300 of.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache

SIGN_IN, API = "default", "api"
"""Aliases of Django: allauth counts in the first."""

_EVERY = 64
"""Writes between two looks at the folder."""


class Attempts(FileBasedCache):
    """Django's file cache with another rule of what goes. OPTIONS: `MAX_ENTRIES`, and `longest`, seconds that one counts."""

    def __init__(self, folder: str, params: dict[str, Any]) -> None:
        super().__init__(folder, params)
        self._longest = float(params["OPTIONS"]["longest"])
        self._folder = folder
        self._writes = 0

    def _cull(self) -> None:
        self._writes += 1
        if self._writes % _EVERY == 0:
            self.sweep()

    def sweep(self) -> None:
        """Remove what counts no longer; of the rest the oldest, where there are more than are agreed upon."""
        over = time.time() - self._longest
        held = sorted(self._written())
        spare = len(held) - self._max_entries
        for number, (written, path) in enumerate(held):
            if written >= over and number >= spare:
                break
            with contextlib.suppress(FileNotFoundError):
                Path(path).unlink()

    def _written(self) -> Iterator[tuple[float, str]]:
        with os.scandir(self._folder) as folder:
            for entry in folder:
                with contextlib.suppress(FileNotFoundError):  # another process was quicker
                    if entry.name.endswith(self.cache_suffix):
                        yield entry.stat().st_mtime, entry.path


def stores(folder: str) -> dict[str, dict[str, Any]]:
    """Give Django's setting CACHES: where each kind is counted, how many at most, and for how long one counts."""
    return {
        SIGN_IN: _store(f"{folder}/sign-in", most=20_000, longest=900),
        API: _store(f"{folder}/api", most=20_000, longest=120),
    }


def _store(folder: str, *, most: int, longest: int) -> dict[str, Any]:
    return {
        "BACKEND": f"{__name__}.Attempts",
        "LOCATION": folder,
        "OPTIONS": {"MAX_ENTRIES": most, "longest": longest},
    }
