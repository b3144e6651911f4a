# SPDX-License-Identifier: Apache-2.0
"""How far a feed was synced: where to go on, when it was complete last, and what is missing since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of a feed that could not be fetched or was refused, why, and since when. The next sync tries it again."""

    what: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a feed stands. Times are aware, in UTC, by our own clock; they are shown and never asked with.

    `source` is the address that `position` belongs to; what stands in `position` only the feed knows.
    """

    feed: str
    source: str = ""
    position: Mapping[str, Any] = field(default_factory=dict)
    tried_at: datetime | None = None
    completed_at: datetime | None = None
    gaps: tuple[Gap, ...] = ()
    error: str = ""
    remarks: tuple[str, ...] = ()
