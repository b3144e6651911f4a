# SPDX-License-Identifier: Apache-2.0
"""What the verbs that look share: options, the view of now or of a date in the past, and why a listing is empty."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from leadglass.cli import output
from leadglass.compose import build, elsewhere, everything
from leadglass.errors import UsageError
from leadglass.services import catalogue
from leadglass.services.ledger import emptiness
from leadglass.services.ledger.emptiness import Empty, Reason
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.view import View
from leadglass.values.remote import Address
from leadglass.values.scope import Page

AsOf = Annotated[
    str, typer.Option("--as-of", help="Answer as of the end of that day: YYYY-MM-DD.", metavar="DATE")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, safe for spreadsheets.")]
Site = Annotated[str, typer.Option(help="Only this site.", metavar="NAME")]


def examples(*calls: str) -> str:
    """Write examples for the end of a verb's help."""
    return "\n".join(["\b", "Examples:", *(f"  leadglass {call}" for call in calls)])


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


def view(where: Path | Address | None, as_of: str = "", site: str = "") -> View:
    """Open the view. One of a date is made anew from what was known by then, and never published."""
    at = moment(as_of)
    if isinstance(where, Address):
        return _elsewhere(where, as_of, site)
    house = build(where)
    if at and at.date() > house.clock().date():
        raise UsageError(
            f"{as_of} lies in the future: nobody knows yet what will be known then. Name a past day."
        )
    scope = everything()
    seen = View(house=house, scope=scope.narrowed(site) if site else scope, as_of=at)
    if at is None:
        return seen
    with output.working(f"Looking back to {as_of}"):
        return replace(seen, snapshot=catalogue.ASSESS(seen, as_of=at))


def _elsewhere(address: Address, as_of: str, site: str) -> View:
    if as_of:
        raise UsageError("--as-of looks back where the ledger lies. Call it there, or leave it out.")
    if site:
        raise UsageError(f"Against a server, list what you want of a site: leadglass actions --site '{site}'")
    return elsewhere(address)


def assessed(seen: View) -> None:
    """Assess, with a sign of life."""
    with output.working("Assessing"):
        catalogue.ASSESS(seen)


def day(text: str) -> date | None:
    """Read a day; "" is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date. Write it like 2027-01-31.") from None


_EMPTY = {
    "devices": "No inventory was read. Receive one: leadglass receive INVENTORY",
    "products": "No inventory was read. Receive one: leadglass receive INVENTORY",
    "components": "Nothing is known of what runs on the devices. Receive SBOMs, or ask for them: leadglass questions",
    "findings": "No record at hand says anything about a device at hand. How fresh the feeds are: leadglass status",
    "vulnerabilities": "No record at hand says anything about a device at hand. All that documents name: leadglass"
    " vulnerabilities --all. How fresh the feeds are: leadglass status",
    "actions": "No finding asks for anything. What that rests on: leadglass status, leadglass remarks",
    "questions": "No missing fact would settle a finding. What could not be judged at all: leadglass remarks",
    "sightings": "No export of another tool was received: a scanner's report, a discovery suite's list, DHCP leases, AE"
    " titles. Receive one: leadglass receive PATH",
    "statements": "No publisher's statement was received. Receive advisories and VEX documents: leadglass receive PATH",
    "remarks": "All that was received could be read and judged.",
    "sources": "Nothing was received. Receive documents: leadglass receive PATH",
}


def why_empty(seen: View, listing: str, filters: Mapping[str, Any], site: str = "", skip: int = 0) -> str:
    """Say why a listing shows nothing, and what to do next: an empty list must never read as "all is well"."""
    whole = replace(seen, scope=everything())

    def ask(name: str, wanted: Wanted) -> Page:
        return catalogue.LISTED[name](whole, wanted)

    return _said(seen, listing, emptiness.why_empty(ask, listing, filters, site=site, skip=skip), site, skip)


def _said(  # noqa: PLR0911 - one line per reason
    seen: View, listing: str, why: Empty, site: str, skip: int
) -> str:
    """Put the reason into a terminal's words."""
    match why.reason:
        case Reason.NOTHING_RECEIVED:
            by_then = f" by {seen.today}" if seen.as_of else ""
            return f"Nothing was received and assessed{by_then}. Next: leadglass receive PATH, then: leadglass assess"
        case Reason.NO_SUCH_SITE:
            known = ", ".join(why.sites) or "none, for no inventory was read"
            return f"No site is called '{site}'. Sites: {known}."
        case Reason.NO_SUCH_DEVICE:
            return (
                f"No device is called '{(why.asked or {}).get('device', '')}'. List them: leadglass devices"
            )
        case Reason.BEYOND:
            return f"There are {why.total:,} {listing}; --skip {skip} goes beyond the last."
        case Reason.FILTERED:
            asked = why.asked or {}
            told = " ".join(f"--{name} '{text}'" for name, text in asked.items() if name not in why.flags)
            whole = " ".join([f"leadglass {listing}", *(f"--{name}" for name in why.flags)])
            return f"None of {why.total:,} {listing} fits {told}. All of them: {whole}"
        case Reason.NO_DEVICES:
            return _EMPTY["devices"]
        case Reason.NO_RECORDS:
            return "No vulnerability records were read: nothing was compared. Receive a feed: leadglass receive FEED"
    return _EMPTY[listing]
