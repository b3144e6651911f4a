# SPDX-License-Identifier: Apache-2.0
"""Preview: how an inventory would be read, before anything is taken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leadglass.errors import UnreadableError
from leadglass.formats import fleet_csv, recognise
from leadglass.services.house import House
from leadglass.services.ledger.readers import profiles
from leadglass.services.ledger.receive import How, Offered, Received, documents
from leadglass.values.sources import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """How one document would be read; `why` says why it would not be, as an inventory."""

    path: str
    preview: fleet_csv.Preview | None = None
    why: str = ""


def preview(house: House, offered: Iterable[Offered], how: How) -> Iterator[Previewed]:
    """Show profile, mapping and first rows of each document; archives are opened."""
    for item in documents(offered):
        if isinstance(item, Received):
            yield Previewed(path=item.path, why=item.remarks[0].why)
            continue
        try:
            yield _previewed(house, item.path, item.stream.read(), how)
        except UnreadableError as error:
            yield Previewed(path=item.path, why=str(error))


def _previewed(house: House, path: str, raw: bytes, how: How) -> Previewed:
    """UnreadableError where no profile fits, with the columns found."""
    known = profiles(house)
    found = recognise.recognise(raw, profiles=known, overrides=how.columns)
    if found.kind not in {Kind.FLEET, Kind.UNKNOWN}:
        what = f"{found.standard} {found.version}".strip()
        return Previewed(
            path=path, why=f"This is {what}, no inventory: a preview shows how inventories are read."
        )
    if found.kind is Kind.UNKNOWN and found.standard not in {"text", "CSV"}:
        return Previewed(path=path, why=found.why)
    shown = fleet_csv.preview(raw, profile=how.profile or None, overrides=dict(how.columns), profiles=known)
    return Previewed(path=path, preview=shown)
