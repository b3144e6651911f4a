# SPDX-License-Identifier: Apache-2.0
"""The desk of one feed: fetch, hold against the standard that is expected, receive, then move the cursor.

The order is what makes it safe: a cursor is written only after what it stands for was kept, acknowledged and read.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from leadglass.errors import FetchError, NotFoundError, NotServedError, RefusedError, UnreadableError
from leadglass.formats import recognise
from leadglass.planning.feeds import Policy
from leadglass.services.house import House
from leadglass.services.ledger.receive import How, Offered, Received, receive
from leadglass.values.cursors import Cursor, Gap
from leadglass.values.ports import Web
from leadglass.values.web import Request, Response

_IN_A_ROW = 3  # each was tried several times, with pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a feed is: `done` of `total` (0: not known yet) of `what`."""

    feed: str
    label: str
    done: int
    total: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document that was held against its standard and may be received."""

    name: str
    raw: bytes
    publisher: str = ""


class Desk:
    """What a feed works with: its row of the table, its addresses, its cursor. `full`: fetch all again."""

    def __init__(self, house: House, web: Web, name: str, policy: Policy, *, full: bool = False) -> None:
        self.house, self.policy, self.name, self.full = house, policy, name, full
        self.label = str(policy["label"])
        stated = house.settings.get(str(policy["variable"]), "").strip()
        self.is_own_address = bool(stated)
        self.address = (stated or str(policy["address"])).rstrip("/")
        self._web = web
        self._now = house.clock()
        self.new = self.taken = 0
        self.newest = ""  # the newest time that the content states, where a feed has one
        self._remarks: list[str] = []
        self._failures = 0
        known = house.cursors.read(name) or Cursor(feed=name)
        if known.error and not known.source:  # a damaged cursor
            self._remarks.append(known.error)
        # Another server has another clock and other pages; what hangs on an address of its own stays.
        same = known.source in ("", self.address) or policy.get("standard") == "CSAF"
        self.cursor = replace(known, source=self.address, position=known.position if same else {})
        self._gaps = {gap.what: gap for gap in known.gaps if same}

    @property
    def position(self) -> dict[str, Any]:
        """A copy of what the cursor stands at."""
        return dict(self.cursor.position)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps that are open."""
        return tuple(self._gaps.values())

    def step(self, done: int, total: int, what: str) -> Step:
        """Tell how far it is."""
        return Step(feed=self.name, label=self.label, done=done, total=total, what=what)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        like: Mapping[str, Any] | None = None,
        pace: float | None = None,
    ) -> Response:
        """Fetch. `like` has the `etag` and `modified` of what is there, to be told "unchanged"."""
        self._agree(url)
        like = like or {}
        asked = Request(
            url=url,
            most=int(self.policy["most"]) << 20,
            pace=float(self.policy["pace"]) if pace is None else pace,
            headers=headers or {},
            etag=str(like.get("etag", "")),
            modified=str(like.get("modified", "")),
            hosts=frozenset(self.policy["hosts"]),
        )
        try:
            response = self._web.get(asked)
        except NotServedError:
            raise
        except FetchError:
            self._failures += 1
            raise
        self._failures = 0
        return response

    def _agree(self, url: str) -> None:
        """Refuse an address without TLS that no setting but a document names: it could lead to this machine."""
        parts = urlsplit(url)
        stated = {urlsplit(one)[:2] for one in self.address.split()}
        if parts.scheme != "https" and parts[:2] not in stated:
            raise self.refuse(
                f"{self.label} names the address {url[:200]}, which is not https.", "Ask its publisher."
            )

    @property
    def is_out_of_reach(self) -> bool:
        """Tell whether requests failed one after the other, so that it makes no sense to go on."""
        return self._failures >= _IN_A_ROW

    def paper(self, name: str, raw: bytes, *, publisher: str = "") -> Paper:
        """Hold bytes against what this feed brings. RefusedError where they are something else."""
        found = recognise.recognise(raw)
        if found.kind != self.policy["kind"] or found.standard != self.policy.get("standard", found.standard):
            raise RefusedError(
                f"{self.label} did not send what it should ({name}): {found.why} Nothing of it was taken; what was"
                f" there stays. Open {self.address} by hand: a proxy or a login may stand in between."
            )
        return Paper(name=name, raw=raw, publisher=publisher or str(self.policy["publisher"]))

    def refuse(self, why: str, next_step: str = "Sync again later.") -> RefusedError:
        """Make the sentence of an answer that is not believed."""
        return RefusedError(f"{why} It was not taken; what was there stays. {next_step}")

    def enough(self, number: int, known: int, what: str) -> None:
        """Refuse an answer with too few records: fewer than a whole feed has, or many fewer than ours."""
        if number < int(self.policy["least"]):
            raise self.refuse(
                f"{self.label} lists {number:,} {what}; a whole feed has {self.policy['least']:,} or more."
            )
        if number < known * (1 - float(self.policy["shrink"])):
            raise self.refuse(
                f"{self.label} lists {number:,} {what}, and listed {known:,} before.",
                f"If that is right, raise `shrink` of [{self.name}] in policies/feeds.toml for one sync.",
            )

    def receive(self, papers: Iterable[Paper]) -> list[Received]:
        """Keep, acknowledge and read; all of it has settled on the disk when this returns."""
        got: list[Received] = []
        for paper in papers:  # told apart by publisher, which is one for all but CSAF
            offered = Offered(path=paper.name, stream=io.BytesIO(paper.raw))
            got += receive(self.house, [offered], How(publisher=paper.publisher))
        return self._counted(got)

    def receive_all(self, papers: list[Paper]) -> list[Received]:
        """Receive many papers of one publisher together, which waits for the disk seldom."""
        offered = (Offered(path=paper.name, stream=io.BytesIO(paper.raw)) for paper in papers)
        publisher = papers[0].publisher if papers else ""
        return self._counted(list(receive(self.house, offered, How(publisher=publisher))))

    def _counted(self, got: list[Received]) -> list[Received]:
        for one in got:
            if not one.sha256 or (not one.taken and one.remarks):
                raise self.refuse(
                    f"{self.label}: {one.path} could not be kept or read: {one.remarks[0].why}",
                    "See: leadglass remarks",
                )
            if not one.already_known:
                self.new += 1
                self.taken += sum(one.taken.values())
        return got

    def has(self, sha256: str) -> bool:
        """Tell whether a document is still kept."""
        try:
            self.house.documents.open(sha256).close()
        except (NotFoundError, ValueError):
            return False
        return True

    def save(self, position: Mapping[str, Any]) -> None:
        """Move the cursor: only after what it stands for was received."""
        self.cursor = replace(self.cursor, position=dict(position), tried_at=self._now, gaps=self.gaps)
        self.house.cursors.write(self.cursor)

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """Try a part of the feed. A fault becomes a gap, that the next sync tries again; success closes it."""
        try:
            yield
        except (FetchError, UnreadableError) as error:
            self.miss(what, str(error))
        else:
            self.mend(what)

    def mend(self, what: str) -> None:
        """Close a gap, if there is one."""
        self._gaps.pop(what, None)

    def miss(self, what: str, why: str) -> None:
        """Note a gap; one that is known keeps its beginning."""
        known = self._gaps.get(what)
        self._gaps[what] = Gap(what=what, why=why, since=known.since if known else self._now)

    def forget(self, unwanted: Callable[[str], bool]) -> None:
        """Drop gaps of what the feed does not have any more."""
        self._gaps = {what: gap for what, gap in self._gaps.items() if not unwanted(what)}

    def remark(self, text: str) -> None:
        """Tell something that a person should know and that makes the feed no less complete."""
        if text not in self._remarks:
            self._remarks.append(text)

    def close(self, error: str = "") -> Cursor:
        """End the sync: complete where there was no error and no gap is left."""
        gaps = self.gaps
        self.cursor = replace(
            self.cursor,
            tried_at=self._now,
            completed_at=self.cursor.completed_at if error or gaps else self._now,
            gaps=gaps,
            error=error or (gaps[0].why if gaps else ""),
            remarks=tuple(self._remarks),
        )
        self.house.cursors.write(self.cursor)
        return self.cursor
