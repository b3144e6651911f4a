# SPDX-License-Identifier: Apache-2.0
"""Rebuild: make the tables again from documents and register, hold them against what was there, and take them."""

from dataclasses import dataclass, replace

from leadglass.services.house import House
from leadglass.services.ledger.assess import make
from leadglass.services.ledger.basis import gather
from leadglass.services.ledger.sources import digest
from leadglass.values.snapshot import Manifest
from leadglass.values.tables import TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild gave. `differing` names tables that are not those of before; `before` may be None.

    Tables of `layered` lay in layers: they were compared by their rows, all others by their bytes.
    """

    before: Manifest | None
    after: Manifest
    differing: tuple[str, ...]
    layered: tuple[str, ...] = ()


def rebuild(house: House) -> Rebuilt:
    """Read every document again and make every table again, beside the old ones; then exchange them."""
    with house.tables.publishing("rebuild"):
        before = house.tables.current()
        with house.tables.beside() as fresh:
            anew = replace(house, tables=fresh)
            basis = gather(anew, None)
            after = make(anew, basis, digest(basis.documents), None)
            fresh.publish(after)
            differing = _differing(house, before, anew, after)
        house.log.append("rebuild", {"before": before.id if before else "", "after": after.id})
    return Rebuilt(before=before, after=after, differing=differing, layered=_layered(before))


def _differing(house: House, before: Manifest | None, anew: House, after: Manifest) -> tuple[str, ...]:
    """Hold tables against each other: by their bytes, by their rows where one of them lies in layers."""
    if before is None:
        return ()
    old, new = (
        {part.table: [one.sha256 for one in made.parts if one.table == part.table] for part in made.parts}
        for made in (before, after)
    )
    return tuple(
        name
        for name in new
        if old.get(name) != new[name]
        and house.tables.content(before, name) != anew.tables.content(after, name)
    )


def _layered(before: Manifest | None) -> tuple[str, ...]:
    """Name the tables that lay in layers, or were numbered beside some."""
    parts = before.parts if before else ()
    return tuple(sorted({part.table for part in parts if part.layer and TABLES[part.table].layered}))
