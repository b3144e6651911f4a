# SPDX-License-Identifier: Apache-2.0
"""The requests of the last day that came under a key, each with its answer: a file per request, whole or not there.

A key is claimed by making its file, which one process alone can do. What was claimed and never answered stays so:
nobody knows whether it had its effect, and under its key it never has it twice.
"""

import hashlib
import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leadglass.errors import BusyError
from leadglass.values.remote import Answered, Kept

KEPT_FOR = 24 * 3600
MOST = 1_000
"""Keys that one person may use within the time that they are kept."""
MOST_BYTES = 8 << 20
"""The largest answer that is kept; of a larger one only that it was given."""


class AnswerStore:
    """Answers below a folder. `clock` gives seconds since 1970."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def claim(self, person: str, key: str, content: str) -> Kept | None:
        """Take a key for a request whose content has this hash; None: it is ours. BusyError where one has too many."""
        place = self._place(person, key)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if place not in (kept := self._swept(place.parent)) and len(kept) >= MOST:
            raise BusyError(
                f"More than {MOST:,} requests of yours came under a key within a day. Send this one without, or later."
            )
        try:
            number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self._known(person, key, content)
        with os.fdopen(number, "w", encoding="ascii") as stream:
            json.dump({"content": content}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        return None

    def keep(self, person: str, key: str, content: str, answer: Answered) -> None:
        """Keep the answer to what was claimed."""
        place = self._place(person, key)
        told: dict[str, Any] = {"content": content, "status": answer.status, "kind": answer.kind}
        if len(answer.raw) <= MOST_BYTES:
            told["raw"] = b64encode(answer.raw).decode("ascii")
        work = place.with_suffix(".part")
        work.write_text(json.dumps(told), encoding="ascii")
        work.replace(place)

    def release(self, person: str, key: str) -> None:
        """Let go of a key: the request had no effect, and may come again."""
        self._place(person, key).unlink(missing_ok=True)

    def _known(self, person: str, key: str, content: str) -> Kept | None:
        place = self._place(person, key)
        try:
            told = json.loads(place.read_text(encoding="ascii") or "{}")
        except FileNotFoundError:  # released meanwhile
            return self.claim(person, key, content)
        same = told.get("content", content) == content  # an empty file: claimed this very moment
        if "status" not in told:
            return Kept(same=same, answer=None)
        raw = b64decode(told["raw"]) if "raw" in told else b""
        return Kept(same=same, answer=Answered(status=told["status"], raw=raw, kind=told["kind"]))

    def _swept(self, folder: Path) -> set[Path]:
        """Remove what is older than a day; give the rest."""
        now, kept = self._clock(), set[Path]()
        for place in folder.glob("*.json"):
            try:
                if now - place.stat().st_mtime > KEPT_FOR:
                    place.unlink(missing_ok=True)
                else:
                    kept.add(place)
            except FileNotFoundError:
                continue
        return kept

    def _place(self, person: str, key: str) -> Path:
        names = [hashlib.sha256(word.encode()).hexdigest() for word in (person, key)]
        return self._folder / names[0] / f"{names[1]}.json"
