# SPDX-License-Identifier: Apache-2.0
"""The documents that count at a moment: their receipts, what each is, and its remarks."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from leadglass.services.house import House
from leadglass.services.ledger.apart import Apart
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.sources import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document with its first and latest receipt, and the latest hint on how to read it."""

    sha256: str
    first: Receipt
    last: Receipt
    hint: str = ""


def held(house: House, until: datetime | None) -> list[Held]:
    """List the documents received until a moment whose bytes are kept, in order of hash."""
    found: dict[str, Held] = {}
    for receipt in house.documents.receipts(until=until):
        before = found.get(receipt.sha256)
        found[receipt.sha256] = Held(
            sha256=receipt.sha256,
            first=before.first if before else receipt,
            last=receipt,
            hint=receipt.hint or (before.hint if before else ""),
        )
    erased = {tombstone.sha256 for tombstone in house.documents.tombstones()}
    return [found[name] for name in sorted(found) if name not in erased]


def digest(documents: Sequence[Held]) -> str:
    """Name what the receipts say, as far as tables depend on it."""
    told = [
        (h.sha256, h.first.received.isoformat(), h.last.received.isoformat(), h.last.name, h.hint)
        for h in documents
    ]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def catch_up(house: House, documents: Sequence[Held]) -> None:
    """Read what a crash or a new release left unread."""
    apart = Apart(house)
    for document in documents:
        if not house.tables.has_reading(document.sha256):
            apart.read(document.sha256, house.documents.read(document.sha256), hint=document.hint)
    apart.finish()


def put_sources(house: House, bench: Workbench, documents: Sequence[Held]) -> None:
    """Write the table `source`."""
    sources = []
    for document in documents:
        about = house.tables.about(document.sha256)
        sources.append(
            {
                "sha256": document.sha256, "kind": about["kind"], "standard": about["standard"],
                "version": about["version"], "name": document.last.name, "size": document.last.size,
                "received": document.last.received, "first_received": document.first.received,
                "publisher": document.last.publisher, "tlp": document.last.tlp,
                "newest": date.fromisoformat(about["newest"]) if about["newest"] else None,
                "taken": msgspec.json.encode(about["taken"]).decode(), "remarks": len(about["remarks"]),
            }
        )  # fmt: skip
    bench.put("source", sources)


def put_remarks(house: House, bench: Workbench, documents: Sequence[Held], recognised: Sequence[Row]) -> None:
    """Write the table `remark`: what reading said of each document, and then what recognising did."""
    told = {document.sha256: house.tables.about(document.sha256)["remarks"] for document in documents}
    remarks = [
        {"sha256": sha256, "number": number, "step": "read", "place": where, "why": why}
        for sha256, listed in told.items()
        for number, (where, why) in enumerate(listed)
    ]
    count = Counter({sha256: len(listed) for sha256, listed in told.items()})
    for row in recognised:
        remarks.append({**row, "number": count[row["sha256"]], "step": "recognise"})
        count[row["sha256"]] += 1
    bench.put("remark", remarks)
