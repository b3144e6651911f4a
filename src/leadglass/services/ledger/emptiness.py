# SPDX-License-Identifier: Apache-2.0
"""Why a listing shows nothing: an empty list must never read as "all is well". Doors put it into their words."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.view import View

_RESTS_ON_DEVICES = frozenset({"findings", "vulnerabilities", "actions"})


class Reason(enum.StrEnum):
    """Why nothing is listed, the deepest reason first."""

    NOTHING_RECEIVED = "nothing received"
    NO_SUCH_SITE = "no such site"
    NO_SUCH_DEVICE = "no such device"
    BEYOND = "beyond the last"
    FILTERED = "none fits"
    NO_DEVICES = "no devices"
    NO_RECORDS = "no records"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Why a listing is empty. `total` counts the rows without the filters `asked`; `flags` are those that widen it."""

    reason: Reason
    total: int = 0
    sites: tuple[str, ...] = ()
    asked: Mapping[str, Any] | None = None
    flags: tuple[str, ...] = ()


def why_empty(
    view: View, listing: str, filters: Mapping[str, Any], *, site: str = "", skip: int = 0
) -> Empty:
    """Say why a listing shows nothing within a view."""
    return next(_reasons(view, listing, filters, site, skip))


def _reasons(view: View, listing: str, filters: Mapping[str, Any], site: str, skip: int) -> Iterator[Empty]:
    """Give the reasons that hold, the deepest first."""
    made = view.snapshot or view.house.tables.current()
    if made is None or not made.documents:
        yield Empty(reason=Reason.NOTHING_RECEIVED)
    devices = page(view, LISTINGS["devices"], Wanted(count=EVERYTHING)).rows if site else ()
    sites = tuple(sorted({row["site"] for row in devices}))
    if site and site not in sites:
        yield Empty(reason=Reason.NO_SUCH_SITE, sites=sites)
    device = filters.get("device", "")
    if device and not _total(view, "devices", {"id": device}):
        yield Empty(reason=Reason.NO_SUCH_DEVICE, asked=filters)
    asked = {name: text for name, text in {**filters, "site": site}.items() if text}
    flags = tuple(name for name, text in asked.items() if text is True)
    if skip and (total := _total(view, listing, asked)):
        yield Empty(reason=Reason.BEYOND, total=total, asked=asked)
    if len(asked) > len(flags) and (total := _total(view, listing, dict.fromkeys(flags, True))):
        yield Empty(reason=Reason.FILTERED, total=total, asked=asked, flags=flags)
    if listing in _RESTS_ON_DEVICES and not _total(view, "devices"):
        yield Empty(reason=Reason.NO_DEVICES)
    if listing in _RESTS_ON_DEVICES and not _total(view, "sources", {"kind": "nvd"}):
        yield Empty(reason=Reason.NO_RECORDS)
    yield Empty(reason=Reason.NONE)


def _total(view: View, listing: str, asked: Mapping[str, Any] | None = None) -> int:
    return page(view, LISTINGS[listing], Wanted(count=1, **(asked or {}))).total
