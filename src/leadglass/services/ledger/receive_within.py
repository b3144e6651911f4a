# SPDX-License-Identifier: Apache-2.0
"""Receive for some sites: inventories that list devices of these sites alone. All else speaks of every site.

A bill of materials describes a model, an advisory and a feed whatever has the weakness, a scanner's export whatever it
saw: who may receive for some sites would change what is known of others. Such a document is refused, and not kept.
"""

import hashlib
from collections.abc import Iterable, Iterator

from leadglass.errors import UnreadableError
from leadglass.formats import fleet_csv, recognise
from leadglass.render.phrases import listed
from leadglass.services.house import House
from leadglass.services.ledger.readers import hinted, profiles
from leadglass.services.ledger.receive import How, Offered, Received, receive
from leadglass.services.ledger.sources import held
from leadglass.services.ledger.view import View
from leadglass.values.sources import Kind

_SHOWN = 5
_ASK = "Nothing of it was kept. Ask somebody who receives for all sites."


def receive_within(view: View, offered: Iterable[Offered], how: How | None = None) -> Iterator[Received]:
    """Receive documents as `receive` does; what would change devices of a site outside the view is told, and not kept."""
    sites, told = view.scope.sites, how or How()
    if sites is None:
        return receive(view.house, offered, told)
    return receive(view.house, offered, told, refused=lambda raw: _refused(view.house, sites, raw, told))


def _refused(house: House, sites: frozenset[str], raw: bytes, how: How) -> str:
    """Say why a document may not be received for these sites alone; empty where it may."""
    sha256 = hashlib.sha256(raw).hexdigest()
    before = next((document.hint for document in held(house, None) if document.sha256 == sha256), "")
    if how.hint and before and how.hint != before:
        return f"It was received already, and is read in another way for all. {_ASK}"
    profile, columns = hinted(how.hint or before)
    found = recognise.recognise(raw, profiles=profiles(house), overrides=columns)
    if found.kind is not Kind.FLEET:
        what = f"{found.standard} {found.version}".strip()
        what = (
            f"{what} and no inventory"
            if found.kind is not Kind.UNKNOWN and what
            else "no inventory that is recognised"
        )
        return f"You receive for {listed(sorted(sites))}, and this is {what}: it would speak of every site. {_ASK}"
    try:
        rows = fleet_csv.read(raw, profile=profile, overrides=columns, profiles=profiles(house)).rows
    except UnreadableError as error:
        return f"{error} {_ASK}"
    foreign = [row.place for row in rows if row.fields.get("site", "") not in sites]
    if not foreign:
        return ""
    places = listed([*foreign[:_SHOWN], *([f"{len(foreign) - _SHOWN:,} more"] if foreign[_SHOWN:] else [])])
    return (
        f"You receive for {listed(sorted(sites))}, and not every row is of there: {places}. Take those rows out, or write"
        f" the site as it is written here. {_ASK}"
    )
