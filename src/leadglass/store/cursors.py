# SPDX-License-Identifier: Apache-2.0
"""Keep the cursors of feeds: `feeds/<feed>.json` under the home, replaced whole; the lock of those who sync."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from leadglass.store import locks
from leadglass.store.log import canonical
from leadglass.values.cursors import Cursor

_FORMAT = 1


class CursorStore:
    """The cursors of a home: `leadglass.values.ports.Cursors`. Who writes holds `syncing`."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "feeds"
        self._lock = home / "feeds.lock"

    def read(self, feed: str) -> Cursor | None:
        """Give the cursor; None where there is none. A damaged one counts as lost, and says so as its error."""
        try:
            stored = json.loads((self._folder / f"{feed}.json").read_bytes())
            if stored.pop("format") == _FORMAT and stored["feed"] == feed:
                return msgspec.convert(stored, Cursor)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass  # told below
        return Cursor(
            feed=feed,
            error=f"The file feeds/{feed}.json is damaged or of another release: everything is fetched again.",
        )

    def write(self, cursor: Cursor) -> None:
        """Store a cursor: written aside, synchronised, renamed; so it is the old one or the new one, never half."""
        place = self._folder / f"{cursor.feed}.json"
        draft = self._folder / f".{cursor.feed}.json"
        with locks.told(f"The cursor of the feed {cursor.feed}", "What was fetched is kept."):
            if not self._folder.is_dir():
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                locks.fsync(self._folder.parent)
            draft.unlink(missing_ok=True)  # a crash left it
            locks.create(draft, [canonical({"format": _FORMAT, **msgspec.to_builtins(cursor)})])
            locks.fsync(draft)
            draft.rename(place)
            locks.fsync(self._folder)

    @contextmanager
    def syncing(self, *, wait: float = 60.0) -> Iterator[None]:
        """Hold the lock of those who sync; BusyError after `wait` seconds."""
        with locks.hold(self._lock, wait=wait, why="sync the feeds"):
            yield
