# SPDX-License-Identifier: Apache-2.0
"""Receive: bytes -> kept document, receipt, reading. The same bytes twice are the same source.

Order of durability: bytes, then receipt (from here on it counts as received), then what it says. A reading that
a crash prevented is made by the next assessment.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from leadglass.errors import LeadglassError, UnreadableError
from leadglass.formats import archives
from leadglass.services.house import House
from leadglass.services.ledger.apart import Apart
from leadglass.services.ledger.read import uncollected
from leadglass.values.ports import Documents
from leadglass.values.sources import Receipt, Remark

MOST_BYTES = 512 << 20
"""The largest document that is taken: it is read in memory."""

_BATCH, _BATCH_BYTES = 200, 192 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Something to receive: a name to show and a way to its bytes. What could not be opened is a `fault`."""

    path: str
    stream: BinaryIO | None = None
    fault: str = ""
    opener: Path | None = None

    def opened(self) -> "Offered":
        """Open what is named by `opener`; what the system refuses becomes the fault."""
        if self.opener is None:
            return self
        try:
            return Offered(path=self.path, stream=self.opener.open("rb"))
        except OSError as error:
            return Offered(path=self.path, fault=f"It cannot be opened ({error.strerror}).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one document. `taken` counts by type; an empty `sha256` means that nothing was kept."""

    path: str
    sha256: str = ""
    size: int = 0
    kind: str = "unknown"
    standard: str = ""
    version: str = ""
    taken: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    already_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How documents are to be read and marked: publisher, TLP, and for fleet lists profile and column map."""

    publisher: str = ""
    tlp: str = "CLEAR"
    profile: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def hint(self) -> str:
        """Write profile and columns into the receipt, so that a rebuild reads alike."""
        told = {"profile": self.profile, "map": dict(self.columns)}
        return json.dumps(told, sort_keys=True) if self.profile or self.columns else ""


def _taken(_raw: bytes) -> str:
    """Refuse nothing."""
    return ""


def receive(
    house: House,
    offered: Iterable[Offered],
    how: How | None = None,
    *,
    refused: Callable[[bytes], str] = _taken,
) -> Iterator[Received]:
    """Receive documents; archives are opened, their members received each by itself.

    Told is only what has settled on the disk: documents are kept in batches, so that many small ones cost little.
    `refused` says of a document's bytes why it is not to be kept, or nothing.
    """
    how = how or How()
    found = documents(offered)
    apart = Apart(house)
    while True:
        settled: list[Received] = []
        size = 0
        with uncollected(), house.documents.batch() as batch:
            for item in found:
                settled.append(
                    item if isinstance(item, Received) else _document(house, batch, apart, item, how, refused)
                )
                size += settled[-1].size
                if len(settled) >= _BATCH or size >= _BATCH_BYTES:
                    break
            apart.finish()
        if not settled:
            return
        yield from (_told(house, one) if one.sha256 else one for one in settled)


def documents(offered: Iterable[Offered]) -> Iterator[Received | archives.Member]:
    """Open what is offered, archives too; what cannot be opened is told."""
    for item in offered:
        if item.stream is None:
            yield Received(path=item.path, remarks=(Remark(where="", why=item.fault),))
            continue
        try:
            for member in archives.members(item.stream, item.path, limits=archives.Limits(member=MOST_BYTES)):
                yield Received(path=item.path, remarks=(member,)) if isinstance(member, Remark) else member
        except UnreadableError as error:
            yield Received(path=item.path, remarks=(Remark(where="", why=str(error)),))
        finally:
            item.stream.close()


def _document(
    house: House,
    batch: Documents,
    apart: Apart,
    member: archives.Member,
    how: How,
    refused: Callable[[bytes], str],
) -> Received:
    """Keep, acknowledge, have it read."""
    try:
        raw = member.stream.read()
        if why := refused(raw):
            return Received(path=member.path, remarks=(Remark(where="", why=why),))
        sha256, size, known = batch.keep(io.BytesIO(raw), limit=MOST_BYTES)
    except LeadglassError as error:
        return Received(path=member.path, remarks=(Remark(where="", why=str(error)),))
    batch.acknowledge(
        Receipt(
            sha256=sha256,
            name=member.path,
            size=size,
            received=house.clock(),
            by=house.person,
            clock=house.clock_kind,
            publisher=how.publisher,
            tlp=how.tlp,
            hint=how.hint,
        )
    )
    if how.hint or not house.tables.has_reading(sha256):
        apart.read(sha256, raw, hint=how.hint)
    return Received(path=member.path, sha256=sha256, size=size, already_known=known)


def _told(house: House, one: Received) -> Received:
    """Add what its reading says."""
    about = house.tables.about(one.sha256)
    remarks = about["remarks"]
    taken = about["taken"]
    return replace(
        one,
        kind=str(about["kind"]),
        standard=str(about["standard"]),
        version=str(about["version"]),
        taken=taken if isinstance(taken, dict) else {},
        remarks=tuple(Remark(where=where, why=why) for where, why in remarks)
        if isinstance(remarks, list)
        else (),
    )
