# SPDX-License-Identifier: Apache-2.0
"""What the verbs that look share: the view of now, or of a date in the past."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from leadglass.compose import build, everything
from leadglass.errors import UsageError
from leadglass.services.ledger.assess import assess
from leadglass.services.ledger.view import View

AsOf = Annotated[
    str, typer.Option("--as-of", help="Answer as of the end of that day: YYYY-MM-DD.", metavar="DATE")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, safe for spreadsheets.")]
Site = Annotated[str, typer.Option(help="Only this site.")]


def moment(text: str) -> datetime | None:
    """Read a date (its end counts) or a time; "" is now."""
    if not text:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date. Write it like 2026-11-21.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def view(home: Path | None, as_of: str = "") -> View:
    """Open the view. One of a date is made anew from what was known by then, and never published."""
    at = moment(as_of)
    house = build(home)
    snapshot = assess(house, as_of=at) if at else None
    return View(house=house, scope=everything(), snapshot=snapshot, as_of=at)


def day(text: str) -> date | None:
    """Read a day; "" is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date. Write it like 2027-01-31.") from None
