# SPDX-License-Identifier: Apache-2.0
"""The two snapshots that news compares: the current one, and the one before it, by id, or of a day."""

import re
from datetime import UTC, date, datetime, time

from leadglass.errors import NotFoundError, StateError, UsageError
from leadglass.services.house import House
from leadglass.services.ledger.assess import assess
from leadglass.values.snapshot import Manifest

_SNAPSHOT = re.compile(r"[0-9a-f]{16}")


def earlier(house: House, since: str) -> tuple[Manifest, Manifest]:
    """Give the snapshot to compare with and the current one. "" is the one published before it.

    One that another release made is made again as of its time, so that only documents and answers make a difference.
    """
    current = house.tables.current()
    if current is None:
        raise StateError("Nothing was assessed yet. Run: leadglass receive PATH, then: leadglass assess")
    if since and not _SNAPSHOT.fullmatch(since):
        return assess(house, as_of=_end_of(since, house.clock())), current
    before = house.tables.kept(since) if since else house.tables.previous()
    if before is None and since:
        raise NotFoundError(
            f"The snapshot {since} is no longer kept: the current one and the one before it are."
            " Name a day: leadglass news --since YYYY-MM-DD"
        )
    if before is None:
        raise StateError(
            "There is no snapshot before the current one to compare with."
            " Name a day: leadglass news --since YYYY-MM-DD"
        )
    return (before if before.release == current.release else assess(house, as_of=before.made_at)), current


def _end_of(text: str, now: datetime) -> datetime:
    """Give the end of a day that is past or has come."""
    try:
        if "T" in text:  # a moment: of a snapshot that is no longer kept
            return datetime.fromisoformat(text).astimezone(UTC)
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{text}' is neither a day nor the id of a snapshot. Write a day like 2026-11-21;"
            " ids have 16 hex digits, and status shows the current one."
        ) from None
    if day > now.date():
        raise UsageError(f"{text} lies in the future. Name a past day.")
    return datetime.combine(day, time.max, UTC)
