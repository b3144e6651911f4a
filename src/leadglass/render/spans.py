# SPDX-License-Identifier: Apache-2.0
"""Lengths of time in their largest unit, and how far a moment is from now."""

from datetime import datetime, timedelta

from leadglass.render.wording import spoken


def when(at: datetime, now: datetime) -> str:
    """Say how far a moment is from now."""
    ahead = at > now
    told = span(at - now if ahead else now - at)
    if told == "0 s":
        return spoken("now")
    return spoken(f"in {told}" if ahead else f"{told} ago")


def span(length: timedelta) -> str:
    """Say a length of time in its largest unit."""
    seconds = int(length.total_seconds())
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return f"{seconds // size} {name}"
    return f"{seconds} s"
