# SPDX-License-Identifier: Apache-2.0
"""Search across all that is listed: ids, asset tags, serial numbers, vulnerabilities, models, components, documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leadglass.services.ledger.listings import LISTINGS, Wanted, page
from leadglass.services.ledger.names import called
from leadglass.services.ledger.view import View
from leadglass.values.scope import Row

_MOST = 5
_VULNERABILITY = re.compile(r"(?:[A-Z][A-Z0-9]*-)+[A-Z0-9-]*", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{8,64}")
_BY_ID = {"A-": "actions", "Q-": "questions", "F-": "findings"}
_BY_WORDS = ("devices", "products", "components", "questions", "sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What one listing has for some words: the first rows, how many there are, and the filter that lists them all."""

    listing: str
    rows: tuple[Row, ...]
    total: int
    filter: str
    exact: bool = False


def search(view: View, text: str) -> tuple[Hits, ...]:
    """Find what words may mean, within what the view sees. What they name exactly comes first; nothing for no words."""
    told = text.strip()
    found = [hits for hits in _hits(view, told) if hits.rows] if told else []
    return tuple(sorted(found, key=lambda hits: not hits.exact))


def _hits(view: View, told: str) -> Iterator[Hits]:
    tagged = page(view, LISTINGS["devices"], Wanted(id=told, count=_MOST))
    yield Hits(listing="devices", rows=tagged.rows, total=tagged.total, filter="id", exact=True)
    if listing := _BY_ID.get(told[:2].upper()):
        yield _listed(view, listing, "id", told[:2].upper() + told[2:], exact=True)
        return
    for kind, key in (("products", "P-"), ("components", "C-")):
        if told[:2].upper() == key:
            yield _listed(view, kind, "id", key + told[2:], exact=True)
    if _VULNERABILITY.fullmatch(told):
        named = called(view, told.upper())
        hits = _listed(view, "vulnerabilities", "id", named)
        yield Hits(
            listing=hits.listing,
            rows=hits.rows,
            total=hits.total,
            filter="id",
            exact=any(row["id"] == named for row in hits.rows),
        )
    if _HASH.fullmatch(told):
        yield _listed(view, "sources", "id", told, exact=True)
    for listing in _BY_WORDS:
        if not (listing == "devices" and tagged.rows):
            hits = _listed(view, listing, "text", told)
            yield _one_device(hits, told) if listing == "devices" else hits


def _one_device(hits: Hits, told: str) -> Hits:
    """See whether words are the asset tag or the serial number of one device, however they are written."""
    named = [
        row
        for row in hits.rows
        if told.casefold() in {row["asset_tag"].casefold(), row["serial_number"].casefold()}
    ]
    if len(named) != 1 or hits.total > _MOST:
        return hits
    return Hits(listing=hits.listing, rows=tuple(named), total=1, filter=hits.filter, exact=True)


def _listed(view: View, listing: str, filter_: str, told: str, *, exact: bool = False) -> Hits:
    asked: dict[str, Any] = {filter_: told}
    got = page(view, LISTINGS[listing], Wanted(count=_MOST, **asked))
    return Hits(listing=listing, rows=got.rows, total=got.total, filter=filter_, exact=exact)
