# SPDX-License-Identifier: Apache-2.0
"""Take a bundle: everything in it is verified, then all of its documents count at once, or none does.

Bytes are kept as drafts while they are verified, so that what counts is what was verified, and a stream does. What
was taken before is known from receipts alone: each names the bundle that brought its document.
"""

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from leadglass.errors import BoundError, PermissionDeniedError, StateError, UnreadableError, UsageError
from leadglass.formats import dsse, public_key, recognise
from leadglass.formats.bundle_tar import BundleTar
from leadglass.services.feeds.arrived import Arrived, arrived
from leadglass.services.feeds.selection import rules
from leadglass.services.feeds.signing import opened
from leadglass.services.house import House
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.values.bundles import MANIFEST, Contents, Listed, Way
from leadglass.values.ports import Documents
from leadglass.values.sources import Kind, Receipt

_SKEW = timedelta(days=1)  # by which the clock of the machine that made it may go before ours
_SHORTEST_REASON = 5
_WAIT = 600.0  # seconds: an assessment may be under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a bundle brought: documents new here, known here, and erased here, by kind."""

    contents: Contents
    maker: str
    new: Mapping[str, int]
    known: Mapping[str, int]
    erased: int
    again: bool


def take(house: House, stream: BinaryIO, *, allow_older: str = "") -> Taken:
    """Take a bundle, whole or not at all. `allow_older` is the reason to take one older than the last.

    PermissionDeniedError: signed by nobody that is trusted, or older. StateError: its base is missing.
    UnreadableError: expired, damaged, or not what its list says.
    """
    if allow_older and len(allow_older.strip()) < _SHORTEST_REASON:
        raise UsageError(
            "An older bundle is taken for a reason that another can follow: --allow-older '...'."
        )
    trusted = {key.keyid: key for key in house.register.trusted()}
    tar = BundleTar(stream)
    contents, envelope = opened(
        house, tar.manifest(), {i: public_key.read(k.public) for i, k in trusted.items()}
    )
    _check_sizes(contents)
    _check_time(house, contents)
    way = str(Way(key=contents.key, sequence=contents.sequence, bundle=contents.id))
    here = arrived(house, way)
    _check_order(contents, here, allow_older)
    _check_base(contents, here)
    with house.documents.whole() as batch:
        new, known, erased = _kept(house, batch, tar, contents, here, way)
        tar.end()
        _acknowledge_list(house, batch, envelope, contents, here, way)
        # An assessment sees all of it or nothing, and nobody has taken a newer one meanwhile.
        with house.tables.publishing("take a bundle", wait=_WAIT):
            _check_order(contents, arrived(house, way), allow_older)
            if allow_older and contents.sequence < here.last(contents.key):
                house.log.append(
                    "older bundle", {"id": contents.id, "by": house.person, "why": allow_older.strip()}
                )
            batch.settle()
    again = contents.id in here.bundles
    if not again:
        house.log.append(
            "bundle taken", {"id": contents.id, "key": contents.key, "sequence": contents.sequence}
        )
    return Taken(
        contents=contents, maker=trusted[contents.key].name, new=new, known=known, erased=erased, again=again,
    )  # fmt: skip


def _check_sizes(contents: Contents) -> None:
    large = [one for one in contents.documents if one.size > MOST_BYTES]
    if large:
        raise BoundError(
            f"The bundle holds a document of {large[0].size:,} bytes, more than the {MOST_BYTES >> 20} MiB that are read."
            " Nothing was taken. Ask its maker for it in parts."
        )


def _check_time(house: House, contents: Contents) -> None:
    now = house.clock()
    if contents.expires < now:
        raise UnreadableError(
            f"The bundle {contents.id} expired on {contents.expires:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M}"
            " UTC here. Nothing was taken. Ask for a new one; if the clock here is wrong, set it."
        )
    if contents.created > now + _SKEW:
        raise UnreadableError(
            f"The bundle {contents.id} was made on {contents.created:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M}"
            " UTC here. Nothing was taken. Set the clock of this machine, then receive it again."
        )


def _check_order(contents: Contents, here: Arrived, allow_older: str) -> None:
    """Refuse a rollback: a bundle below the last number of its key, or another of the same number."""
    last = here.last(contents.key)
    if contents.sequence > last or contents.id in here.bundles or (allow_older and contents.sequence < last):
        return
    if contents.sequence == last:
        raise PermissionDeniedError(
            f"Another bundle of the number {last} was taken from this key already: two were made under one number."
            " Nothing was taken. Ask the maker for a new one."
        )
    raise PermissionDeniedError(
        f"The bundle {contents.id} has the number {contents.sequence}, and number {last} was taken from this key"
        " already. Nothing was taken. Take the newest one; if you want the older one, say why: --allow-older 'REASON'"
    )


def _check_base(contents: Contents, here: Arrived) -> None:
    if contents.base is None:
        return
    named = f"{contents.base.id} (number {contents.base.sequence})"
    if contents.base.id not in here.bundles:
        raise StateError(
            f"The bundle {contents.id} comes on top of the bundle {named}, which was not taken here. Nothing was"
            " taken. Receive that one first, or ask for a whole one."
        )
    missing = [sha256 for sha256 in contents.needs if sha256 not in here.documents]
    if missing:
        raise StateError(
            f"The bundle {contents.id} needs {len(missing):,} documents of the bundle {named} that are not here, such as"
            f" {missing[0][:12]}. Nothing was taken. Receive that one again, or ask for a whole one."
        )


def _kept(
    house: House, batch: Documents, tar: BundleTar, contents: Contents, here: Arrived, way: str
) -> tuple[Counter[str], Counter[str], int]:
    """Keep and acknowledge every document while it is verified; of the program only verify it."""
    new, known, erased = Counter[str](), Counter[str](), 0
    public = frozenset(rules(house)["kinds"])
    for one in contents.documents:
        member = tar.member(f"documents/{one.sha256}", one.size)
        try:
            batch.keep(member, limit=one.size)  # type: ignore[arg-type] # a binary stream in all but name
        except PermissionDeniedError:
            erased += 1  # people took it away here; the others come all the same
        _check_hash(one.sha256, member.sha256)
        if one.sha256 in here.erased:
            continue
        _check_kind(batch, one, public)
        (known if one.sha256 in here.documents else new)[one.kind] += 1
        if one.sha256 not in here.brought:
            batch.acknowledge(_receipt(house, one, way))
    for file in contents.program:
        member = tar.member(f"program/{file.name}", file.size)
        while member.read(1 << 20):
            pass
        _check_hash(file.sha256, member.sha256)
    return new, known, erased


def _check_hash(listed: str, found: str) -> None:
    if listed != found:
        raise UnreadableError(
            f"A file of the bundle has the SHA-256 {found[:12]}, and its list says {listed[:12]}: it was changed or"
            " damaged. Nothing was taken. Copy the bundle again."
        )


def _check_kind(batch: Documents, one: Listed, public: frozenset[str]) -> None:
    """Refuse what is no public document: a bundle never changes what is known of the fleet itself."""
    with batch.open(one.sha256) as stream:
        head = stream.read(recognise.LOOKED_AT)
        found = recognise.recognise(head).kind
        if found is Kind.UNKNOWN and len(head) < one.size:
            found = recognise.recognise(head + stream.read()).kind
    if found is Kind.UNKNOWN or (found in public and _alike(found, one.kind)):
        return
    raise UnreadableError(
        f"The list of the bundle calls {one.name} ({one.sha256[:12]}) {one.kind}, but it is {found}. Nothing was"
        " taken. Ask its maker what that is."
    )


def _alike(found: str, listed: str) -> bool:
    """A CycloneDX document is known to be a VEX only when it was read whole."""
    return found == listed or (found, listed) == (Kind.BOM, Kind.VEX)


def _receipt(house: House, one: Listed, way: str) -> Receipt:
    return Receipt(
        sha256=one.sha256, name=one.name, size=one.size, received=house.clock(), by=house.person, clock=house.clock_kind,
        publisher=one.publisher, tlp=one.tlp, member=f"documents/{one.sha256}", way=way, origin=one.received,
    )  # fmt: skip


def _acknowledge_list(
    house: House, batch: Documents, envelope: dsse.Envelope, contents: Contents, here: Arrived, way: str
) -> None:
    """Keep the signed list itself as a document: it shows who vouched for what."""
    raw = dsse.write(envelope)
    sha256, size, _ = batch.keep(io.BytesIO(raw), limit=len(raw))
    if sha256 not in here.brought:
        batch.acknowledge(
            Receipt(
                sha256=sha256, name=f"bundle {contents.sequence}", size=size, received=house.clock(), by=house.person,
                clock=house.clock_kind, publisher=contents.publisher, member=MANIFEST, way=way, origin=contents.created,
            )
        )  # fmt: skip
