# SPDX-License-Identifier: Apache-2.0
"""Rebuild: make the tables again from documents and register, hold them against what was there, and take them."""

from dataclasses import dataclass, replace

from leadglass.services.house import House
from leadglass.services.ledger.assess import gather, make
from leadglass.services.ledger.sources import digest
from leadglass.values.snapshot import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild gave. `differing` names tables whose bytes are not those of before; `before` may be None."""

    before: Manifest | None
    after: Manifest
    differing: tuple[str, ...]


def rebuild(house: House) -> Rebuilt:
    """Read every document again and make every table again, beside the old ones; then exchange them."""
    with house.tables.publishing("rebuild"):
        before = house.tables.current()
        with house.tables.beside() as fresh:
            anew = replace(house, tables=fresh)
            basis = gather(anew, None)
            after = make(anew, basis, digest(basis.documents), None)
            fresh.publish(after)
        house.log.append("rebuild", {"before": before.id if before else "", "after": after.id})
    return Rebuilt(before=before, after=after, differing=_differing(before, after))


def _differing(before: Manifest | None, after: Manifest) -> tuple[str, ...]:
    if before is None:
        return ()
    old = {part.table: part.sha256 for part in before.parts}
    return tuple(part.table for part in after.parts if old.get(part.table) != part.sha256)
