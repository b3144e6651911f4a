# SPDX-License-Identifier: Apache-2.0
"""Sync: bring the public feeds to this home and keep them current, right under every fault.

One feed after the other, each by itself: what fails in one stops none. A fault is a sentence in the outcome, stays
in the cursor until it is mended, and `status` shows it. Whatever was here before stays and shows its age.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leadglass.errors import FetchError, NotFoundError, UnreadableError
from leadglass.planning import feeds
from leadglass.planning.feeds import Policy
from leadglass.services.feeds import csaf, cve, eol, epss, kev, nvd, osv
from leadglass.services.feeds.desk import Desk, Step
from leadglass.services.house import House
from leadglass.values.cursors import Cursor, Gap
from leadglass.values.ports import Web

FEEDS: Mapping[str, Callable[[Desk], Iterator[Step]]] = {
    "nvd": nvd.sync,
    "kev": kev.sync,
    "epss": epss.sync,
    "csaf": csaf.sync,
    "osv": osv.sync,
    "cve": cve.sync,
    "eol": eol.sync,
}
"""The feeds, in the order in which they are synced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one feed. `new` documents came, `taken` is how much they told; not `complete`: `error` or `gaps` say why.

    `stale` says in a sentence that all was fetched, and that the publisher itself, or the mirror, stands still.
    """

    feed: str
    label: str
    complete: bool
    new: int
    taken: int
    completed_at: datetime | None
    error: str
    gaps: tuple[Gap, ...]
    remarks: tuple[str, ...]
    stale: str = ""


def sync(house: House, names: Sequence[str] = (), *, full: bool = False) -> Iterator[Step | Outcome]:
    """Sync the feeds named, else those of every day and those synced before: steps, and an outcome for each.

    NotFoundError for a name that is none, before anything is fetched; BusyError where another process syncs.
    """
    table = feeds.synced(house.policies)
    unknown = [name for name in names if name not in FEEDS]
    if unknown:
        raise NotFoundError(f"There is no feed '{unknown[0]}'. Feeds: {', '.join(FEEDS)}.")
    wanted = [name for name in FEEDS if name in names] or _daily(house, table)
    return _synced(house, wanted, table, full=full)


def _daily(house: House, table: Mapping[str, Policy]) -> list[str]:
    return [name for name in FEEDS if table[name]["daily"] or house.cursors.read(name) is not None]


def _synced(
    house: House, names: Sequence[str], table: Mapping[str, Policy], *, full: bool
) -> Iterator[Step | Outcome]:
    with house.cursors.syncing(), house.web() as web:
        for name in names:
            yield from _one(house, web, name, table[name], full=full)


def _one(house: House, web: Web, name: str, policy: Policy, *, full: bool) -> Iterator[Step | Outcome]:
    desk = Desk(house, web, name, policy, full=full)
    error = ""
    try:
        yield from FEEDS[name](desk)
    except (FetchError, UnreadableError) as fault:
        error = str(fault)
    yield _outcome(desk, desk.close(error), house.clock().date())


def _outcome(desk: Desk, cursor: Cursor, today: date) -> Outcome:
    return Outcome(
        feed=desk.name,
        label=desk.label,
        complete=not cursor.error and not cursor.gaps,
        new=desk.new,
        taken=desk.taken,
        completed_at=cursor.completed_at,
        error=cursor.error,
        gaps=cursor.gaps,
        remarks=cursor.remarks,
        stale=_stale(desk, today),
    )


def _stale(desk: Desk, today: date) -> str:
    """Say that the newest content is older than the limit of the table."""
    if not desk.newest:
        return ""
    day = date.fromisoformat(desk.newest[:10])
    age, limit = (today - day).days, int(desk.policy["limit"])
    if age <= limit:
        return ""
    return (
        f"{desk.label} is here as it is published, but its newest content is of {day}: {age} days old, and more than"
        f" {limit} is stale. See whether its publisher, or the mirror at {desk.address}, stands still."
    )
