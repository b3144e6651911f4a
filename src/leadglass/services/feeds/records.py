# SPDX-License-Identifier: Apache-2.0
"""What feeds of single records have in common: all of them in one zip, or each one by its address.

Each record is a document of its own: only so a later revision of it outweighs the earlier one.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from leadglass.errors import FetchError, NotServedError, UnreadableError
from leadglass.formats import archives
from leadglass.services.feeds.desk import Desk, Paper, Step
from leadglass.services.ledger.read import uncollected
from leadglass.values.advisories import Advisory
from leadglass.values.sources import Remark
from leadglass.values.web import Response

_TOGETHER = 200
_LARGEST = 64 << 20
_LIMITS = archives.Limits(depth=2, member=_LARGEST, total=64 << 30, members=2_000_000)

Read = Callable[[bytes], Advisory]


def packed(
    desk: Desk, response: Response, name: str, wanted: re.Pattern[str], read: Read, *, prefix: str = ""
) -> Iterator[Step | Advisory]:
    """Receive the records of a zip whose paths are wanted, and give each; any damage refuses the whole zip.

    What was received before the damage showed stays: each is a whole record, and the cursor does not move.
    """
    papers: list[Paper] = []
    number = 0
    with response.stream as stream:
        for member in archives.members(stream, name, _LIMITS):
            path = member.where if isinstance(member, Remark) else member.path
            is_record = wanted.fullmatch(path.rpartition("/")[2])
            if isinstance(member, Remark):
                if is_record or path in ("", name):
                    raise desk.refuse(f"{path or name}: {member.why}")
                continue
            if not is_record:
                continue
            raw = member.stream.read()
            record = _record(desk, f"{prefix}{path.rpartition('/')[2].removesuffix('.json')}", raw, read)
            if record is None:
                continue
            yield record
            papers.append(Paper(name=member.path, raw=raw, publisher=str(desk.policy["publisher"])))
            number += 1
            if len(papers) >= _TOGETHER:
                desk.receive_all(papers)
                papers = []
                yield desk.step(number, 0, f"records of {name}")
    if papers:
        desk.receive_all(papers)
    yield desk.step(number, number, f"records of {name}")


def _record(desk: Desk, name: str, raw: bytes, read: Read) -> Advisory | None:
    """Read one of many; one that cannot be read is a gap, the others are taken."""
    try:
        with uncollected():
            desk.paper(name, raw)
            said = read(raw)
    except UnreadableError as error:
        desk.miss(name, str(error))
        return None
    desk.mend(name)
    return said


def owed(desk: Desk, prefix: str, ids: re.Pattern[str]) -> list[str]:
    """List the records that were missed before, by the names of their gaps."""
    names = (gap.what.removeprefix(prefix) for gap in desk.gaps if gap.what.startswith(prefix))
    return [name for name in names if ids.fullmatch(f"{name}.json")]


def single(
    desk: Desk, ids: Sequence[str], address: Callable[[str], str], read: Read, *, prefix: str = ""
) -> Iterator[Step]:
    """Receive records by their addresses. One that fails is owed: a gap, named by prefix and id, tried again."""
    papers: list[Paper] = []
    for number, name in enumerate(ids, 1):
        if paper := _fetched(desk, name, address(name), read, prefix):
            papers.append(paper)
        if len(papers) >= _TOGETHER:
            desk.receive_all(papers)
            papers = []
            yield desk.step(number, len(ids), "changed records")
    if papers:
        desk.receive_all(papers)
    yield desk.step(len(ids), len(ids), "changed records")


def _fetched(desk: Desk, name: str, address: str, read: Read, prefix: str) -> Paper | None:
    try:
        raw = desk.get(address).body()
        paper = desk.paper(address.rpartition("/")[2], raw)
        said = read(raw)
        if said.id and said.id != name:
            raise desk.refuse(f"{name}: what came is the record {said.id[:40]}.")
    except NotServedError as error:
        desk.miss(f"{prefix}{name}", f"{error} It may have been withdrawn; what was there stays.")
    except (FetchError, UnreadableError) as error:
        desk.miss(f"{prefix}{name}", str(error))
        if desk.is_out_of_reach:
            raise
    else:
        desk.mend(f"{prefix}{name}")
        return paper
    return None
