# SPDX-License-Identifier: Apache-2.0
"""The table of jobs: what a worker does, and how often; a site's own table states what it wants otherwise."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from leadglass.errors import UnreadableError
from leadglass.services.house import JOBS
from leadglass.values.jobs import Rhythm

_LONGEST = 60 * 24 * 366  # minutes
_LEAST = {"lease_seconds": 3, "look_seconds": 0.1, "first_pause": 0.01, "longest_pause": 0.01}


def rhythm(own: str = "") -> Rhythm:
    """Give how often jobs come; `own` is a site's own table. UnreadableError names its faults."""
    table = _shipped()
    try:
        stated = tomllib.loads(own)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/{JOBS} is no TOML: {error}. Correct it, or remove it.") from error
    joined = {part: {**rows, **_held(part, stated.get(part, {}), rows)} for part, rows in table.items()}
    for part in stated.keys() - table.keys() - {"version"}:
        raise UnreadableError(f"policies/{JOBS}: there is no [{part}]. It has: {', '.join(table)}.")
    manners = joined.pop("worker")
    return Rhythm(
        lease=timedelta(seconds=manners["lease_seconds"]),
        look=timedelta(seconds=manners["look_seconds"]),
        first_pause=timedelta(minutes=manners["first_pause"]),
        longest_pause=timedelta(minutes=manners["longest_pause"]),
        every=dict(_every(joined)),
    )


def _every(table: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[tuple[str, str], timedelta]]:
    for kind, rows in table.items():
        for key, minutes in rows.items():
            yield (kind, key), timedelta(minutes=minutes)


@cache
def _shipped() -> Mapping[str, Mapping[str, float]]:
    text = (resources.files(__package__) / "tables" / JOBS).read_text(encoding="utf-8")
    return {part: rows for part, rows in tomllib.loads(text).items() if isinstance(rows, dict)}


def _held(part: str, rows: Any, shipped: Mapping[str, float]) -> dict[str, float]:
    """Hold what a site states against what stands there."""
    if not isinstance(rows, dict):
        raise UnreadableError(f"policies/{JOBS}: {part} is a part of its own. Write it as [{part}].")
    for name, value in rows.items():
        if name not in shipped:
            known = ", ".join(f'"{key}"' for key in shipped)
            raise UnreadableError(f"policies/{JOBS}: [{part}] has no '{name}'. It has: {known}.")
        right = isinstance(value, int | float) and not isinstance(value, bool)
        if not right or not _LEAST.get(name, 0) <= value <= _LONGEST:
            raise UnreadableError(
                f"policies/{JOBS}: [{part}] {name} is {value!r:.40}. Write a number of"
                f" {_LEAST.get(name, 0)} to {_LONGEST}."
            )
    return dict(rows)
