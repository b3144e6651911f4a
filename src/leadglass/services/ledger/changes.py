# SPDX-License-Identifier: Apache-2.0
"""What an inventory changes: devices that are new, whose fields changed, and that it no longer lists."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadglass.fleet import Device, Listing, fold
from leadglass.fleet.queries import ROWS
from leadglass.services.house import House
from leadglass.services.ledger.sources import held


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A field of a device as it was stated before and as the new inventory states it."""

    device: str
    site: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetChanges:
    """What a new inventory changes; devices are named by asset tag (or serial) and site."""

    new: tuple[tuple[str, str], ...]
    changed: tuple[Changed, ...]
    missing: tuple[tuple[str, str], ...]
    same: int


def changes(house: House, sha256: str) -> FleetChanges:
    """Hold an inventory that was just received against all that came before it."""
    documents = [h for h in held(house, None) if house.tables.has_reading(h.sha256)]
    fleets = [h for h in documents if house.tables.about(h.sha256)["kind"] == "fleet"]
    receipts = {h.sha256: h.last for h in fleets}
    bench = house.tables.workbench([h.sha256 for h in fleets])
    try:
        listings = [
            Listing(
                fields=json.loads(row["fields"]),
                rest={},
                document=row["sha256"],
                name=receipts[row["sha256"]].name,
                profile=str(house.tables.about(row["sha256"])["profile"]),
                received=receipts[row["sha256"]].received,
                place=row["place"],
            )
            for row in bench.rows(ROWS)
        ]
    finally:
        bench.close()
    before = {device.id: device for device in fold([x for x in listings if x.document != sha256], {})}
    return _held_against(before, [x for x in listings if x.document == sha256])


def _held_against(before: Mapping[str, Device], now: Sequence[Listing]) -> FleetChanges:
    new, changed, same = [], [], 0
    for listing in now:
        device = before.get(listing.device_id)
        if device is None:
            new.append(_name(listing.fields))
            continue
        found = [
            Changed(
                device=_name(listing.fields)[0],
                site=_name(listing.fields)[1],
                field=name,
                before=device.get(name),
                after=value,
            )
            for name, value in listing.fields.items()
            if value and value != device.get(name)
        ]
        changed += found
        same += not found
    inventories = {(listing.profile, listing.fields.get("site", "")) for listing in now}
    listed = {listing.device_id for listing in now}
    missing = [
        _name(device.listing.fields)
        for device in before.values()
        if device.id not in listed
        and device.state != "missing"
        and (device.listing.profile, device.get("site")) in inventories
    ]
    return FleetChanges(new=tuple(new), changed=tuple(changed), missing=tuple(missing), same=same)


def _name(fields: Mapping[str, str]) -> tuple[str, str]:
    return fields.get("asset_tag") or fields.get("serial_number", ""), fields.get("site", "")
