# SPDX-License-Identifier: Apache-2.0
"""What feeds that come as one document have in common: asked for only if changed, never older, never much smaller."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from leadglass.errors import RefusedError
from leadglass.formats import archives
from leadglass.services.feeds.desk import Desk, Step
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.values.sources import Remark
from leadglass.values.web import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a document says of itself: its records, how many of them cannot be read, when it was made ("" unknown)."""

    records: int
    unread: int
    made: str
    version: str = ""


def sync(desk: Desk, url: str, name: str, what: str, read: Callable[[bytes], Told]) -> Iterator[Step]:
    """Fetch the document if it changed, and receive it if it is to be believed."""
    before = desk.position
    here = bool(before.get("sha256")) and desk.has(before["sha256"])
    response = desk.get(url, like=before if here and not desk.full else None)
    if response.unchanged:
        desk.newest = str(before["made"])
        yield desk.step(1, 1, what)
        return
    paper = desk.paper(name, unpacked(desk, response, name))
    told = read(paper.raw)
    few = f"{told.unread:,} of {told.records:,} {what} of {desk.label} cannot be read."
    if told.unread > told.records * float(desk.policy["unread"]):
        raise desk.refuse(few)
    if told.unread:
        desk.remark(f"{few} See: leadglass remarks")
    if here and told.made and told.made < before.get("made", ""):
        raise desk.refuse(f"{desk.label} sent what was made on {told.made}; ours is of {before['made']}.")
    desk.enough(told.records, int(before.get("records", 0)) if here else 0, what)
    (received,) = desk.receive([paper])
    desk.newest = told.made
    desk.save({
        "etag": response.etag, "modified": response.modified, "records": told.records, "made": told.made,
        "version": told.version, "sha256": received.sha256,
    })  # fmt: skip
    yield desk.step(1, 1, what)


def unpacked(desk: Desk, response: Response, name: str) -> bytes:
    """Give the one document of an answer, unpacked where it is packed. RefusedError where it is damaged or cut off."""
    with response.stream as stream:
        for member in archives.members(stream, name, archives.Limits(member=MOST_BYTES)):
            if isinstance(member, Remark):
                raise RefusedError(f"{desk.label}: {member.why} What was there stays. Sync again later.")
            return member.stream.read()
    raise desk.refuse(f"{desk.label} sent an archive without content.")


def day(moment: date | datetime | None) -> str:
    """Write a moment so that texts order as moments do."""
    return moment.isoformat() if moment else ""
