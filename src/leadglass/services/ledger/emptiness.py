# SPDX-License-Identifier: Apache-2.0
"""Why a listing shows nothing: an empty list must never read as "all is well". Doors put it into their words."""

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadglass.services.ledger.listings import EVERYTHING, Wanted
from leadglass.values.scope import Page

_RESTS_ON_DEVICES = frozenset({"findings", "vulnerabilities", "actions"})


Ask = Callable[[str, Wanted], Page]
"""Gives what is wanted of a listing by its name, of a ledger that lies here or elsewhere."""


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


def why_empty(ask: Ask, listing: str, filters: Mapping[str, Any], *, site: str = "", skip: int = 0) -> Empty:
    """Say why a listing shows nothing to who asks."""
    return next(_reasons(ask, listing, filters, site, skip))


def _reasons(ask: Ask, listing: str, filters: Mapping[str, Any], site: str, skip: int) -> Iterator[Empty]:
    """Give the reasons that hold, the deepest first."""
    if not _total(ask, "sources"):
        yield Empty(reason=Reason.NOTHING_RECEIVED)
    if site and not _total(ask, "devices", {"site": site}):
        devices = ask("devices", Wanted(count=EVERYTHING)).rows
        yield Empty(reason=Reason.NO_SUCH_SITE, sites=tuple(sorted({row["site"] for row in devices})))
    device = filters.get("device", "")
    if device and not _total(ask, "devices", {"id": device}):
        yield Empty(reason=Reason.NO_SUCH_DEVICE, asked=filters)
    asked = {name: text for name, text in {**filters, "site": site}.items() if text}
    flags = tuple(name for name, text in asked.items() if text is True)
    if skip and (total := _total(ask, listing, asked)):
        yield Empty(reason=Reason.BEYOND, total=total, asked=asked)
    if len(asked) > len(flags) and (total := _total(ask, listing, dict.fromkeys(flags, True))):
        yield Empty(reason=Reason.FILTERED, total=total, asked=asked, flags=flags)
    if listing in _RESTS_ON_DEVICES and not _total(ask, "devices"):
        yield Empty(reason=Reason.NO_DEVICES)
    if listing in _RESTS_ON_DEVICES and not _total(ask, "sources", {"kind": "nvd"}):
        yield Empty(reason=Reason.NO_RECORDS)
    yield Empty(reason=Reason.NONE)


def _total(ask: Ask, listing: str, asked: Mapping[str, Any] | None = None) -> int:
    return ask(listing, Wanted(count=1, **(asked or {}))).total
