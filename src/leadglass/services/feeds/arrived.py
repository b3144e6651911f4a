# SPDX-License-Identifier: Apache-2.0
"""What came by bundles before, as receipts tell it: documents, bundles, and the last number of each key."""

from collections.abc import Mapping
from dataclasses import dataclass

from leadglass.services.house import House
from leadglass.values.bundles import MANIFEST, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Hashes of documents that are here or were erased here, and of those that one way brought; bundles taken."""

    documents: frozenset[str]
    erased: frozenset[str]
    bundles: frozenset[str]
    brought: frozenset[str]
    numbers: Mapping[str, int]

    def last(self, key: str) -> int:
        """Give the highest number that was taken from a key; 0 where none was."""
        return self.numbers.get(key, 0)


def arrived(house: House, by: str) -> Arrived:
    """Read the receipts; `by` is the way whose documents are named.

    A bundle was taken where its signed list has a receipt: all of its receipts count together.
    """
    documents, bundles, brought, numbers = set[str](), set[str](), set[str](), dict[str, int]()
    for receipt in house.documents.receipts():
        documents.add(receipt.sha256)
        way = Way.parse(receipt.way) if receipt.way else None
        if way is None:
            continue
        if receipt.way == by:
            brought.add(receipt.sha256)
        if receipt.member == MANIFEST:
            bundles.add(way.bundle)
            numbers[way.key] = max(way.sequence, numbers.get(way.key, 0))
    return Arrived(
        documents=frozenset(documents), erased=frozenset(stone.sha256 for stone in house.documents.tombstones()),
        bundles=frozenset(bundles), brought=frozenset(brought), numbers=numbers,
    )  # fmt: skip
