# SPDX-License-Identifier: Apache-2.0
"""A device is a fold: what inventories list and what people say, with a precedence that is written down.

1. What a person said of the device counts before every document; the last word counts.
2. What a person answered for its whole model fills what no inventory states.
3. Of inventories, the newest that states the field counts; an empty cell takes nothing back.
4. What another tool saw fills what is left; of several sightings the last counts.
A device that the newest inventory of its site no longer lists is "missing": never deleted, still assessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leadglass.values.ids import device_id

DEVICE_STATES = ("in_use", "retired", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One row of an inventory, with the document that holds it."""

    fields: Mapping[str, str]
    rest: Mapping[str, str]
    profile: str
    document: str
    name: str
    received: datetime
    place: str

    @property
    def device_id(self) -> str:
        """Name the device by site and asset tag, or by its serial where it has no tag."""
        return device_id(
            self.fields.get("site", ""),
            self.fields.get("asset_tag", ""),
            self.fields.get("serial_number", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement about one field of a device; `counts` marks the one that holds."""

    field: str
    value: str
    basis: str
    since: datetime
    by: str
    document: str = ""
    place: str = ""
    counts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device with all that is said of it. `listing` is the newest row that lists it."""

    id: str
    state: str
    first_seen: datetime
    listing: Listing
    facts: tuple[Fact, ...] = field(default=())

    def get(self, name: str) -> str:
        """Give the value that counts, or "" where nobody states one."""
        return next((fact.value for fact in self.facts if fact.counts and fact.field == name), "")


def fold(listings: Iterable[Listing], words: Mapping[str, Sequence[Fact]]) -> list[Device]:
    """Fold the rows of all inventories to devices, in order of id. `words` maps a device to what people said."""
    rows: dict[str, list[Listing]] = defaultdict(list)
    newest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for listing in listings:
        rows[listing.device_id].append(listing)
        inventory = (listing.profile, listing.fields.get("site", ""))
        newest[inventory] = max(
            newest.get(inventory, (listing.received, "")), (listing.received, listing.document)
        )
    return [_device(name, rows[name], words.get(name, ()), newest) for name in sorted(rows)]


def _device(
    name: str,
    listings: list[Listing],
    said: Sequence[Fact],
    newest: Mapping[tuple[str, str], tuple[datetime, str]],
) -> Device:
    listings.sort(key=lambda row: (row.received, row.document))
    last = listings[-1]
    listed = any(
        newest[row.profile, row.fields.get("site", "")] == (row.received, row.document) for row in listings
    )
    facts = _facts(listings, said)
    status = next((fact.value for fact in facts if fact.counts and fact.field == "status"), "")
    state = "retired" if status.casefold() == "retired" else "in_use" if listed else "missing"
    return Device(id=name, state=state, first_seen=listings[0].received, listing=last, facts=facts)


def _facts(listings: Sequence[Listing], said: Sequence[Fact]) -> tuple[Fact, ...]:
    """Line the statements up, strongest last, and mark the last of each field."""
    stated = [
        Fact(
            field=name,
            value=value,
            basis="document",
            since=row.received,
            by=row.name,
            document=row.document,
            place=row.place,
        )
        for row in listings
        for name, value in row.fields.items()
        if value
    ]
    fields = {fact.field for fact in stated}
    seen = sorted(
        (fact for fact in said if fact.basis == "tool"), key=lambda fact: (fact.since, fact.document)
    )
    weak = sorted(
        (fact for fact in said if fact.basis == "answer" and fact.field not in fields),
        key=lambda fact: fact.since,
    )
    strong = sorted((fact for fact in said if fact.basis == "person"), key=lambda fact: fact.since)
    last: dict[str, int] = {}
    ordered = [*seen, *stated, *weak, *strong]
    for place, fact in enumerate(ordered):
        last[fact.field] = place
    counting = set(last.values())
    return tuple(
        Fact(
            field=fact.field,
            value=fact.value,
            basis=fact.basis,
            since=fact.since,
            by=fact.by,
            document=fact.document,
            place=fact.place,
            counts=place in counting,
        )
        for place, fact in enumerate(ordered)
    )
