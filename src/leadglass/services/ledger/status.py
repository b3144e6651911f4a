# SPDX-License-Identifier: Apache-2.0
"""Status: the age of each feed and what is stale, and how much there is of everything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from leadglass.planning.feeds import Policy, feeds
from leadglass.planning.overview import COUNTS
from leadglass.planning.queries import SOURCES
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.order_conflicts import asked
from leadglass.services.ledger.view import View
from leadglass.values.cursors import Cursor
from leadglass.values.overview import FeedAge, FeedState
from leadglass.values.scope import Row
from leadglass.values.sources import Remark

_LISTED = {"questions": "questions", "documents": "sources"}
"""By count the listing that it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Feeds with their ages, counts, and the snapshot that they belong to."""

    snapshot: str
    made_at: datetime
    feeds: tuple[FeedAge, ...]
    records: dict[str, int]
    errors: dict[str, str]
    cursors: Mapping[str, Cursor]
    counts: Row
    damage: tuple[Remark, ...]

    @property
    def stale(self) -> tuple[FeedAge, ...]:
        """The feeds that are stale or never came."""
        return tuple(feed for feed in self.feeds if feed.state is not FeedState.FRESH)

    @property
    def gapped(self) -> tuple[str, ...]:
        """The feeds whose last sync was not complete."""
        return tuple(name for name, cursor in self.cursors.items() if cursor.gaps or cursor.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old the feeds are: as a part of `Status`."""

    feeds: tuple[FeedAge, ...]
    records: dict[str, int]
    errors: dict[str, str]
    cursors: Mapping[str, Cursor]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say which feeds need somebody: stale, missing, or not complete when they were synced last."""
        stale = [feed.sentence for feed in self.feeds if feed.state is not FeedState.FRESH]
        failed = [
            f"The last sync of {name} failed: {cursor.error}"
            if cursor.error
            else f"The last sync of {name} left gaps."
            for name, cursor in self.cursors.items()
            if cursor.gaps or cursor.error
        ]
        return (*stale, *failed)


def freshness(view: View) -> Freshness:
    """Tell how old each feed is. StateError before the first assessment."""
    # Whoever asks, of whatever sites: how old a feed is says nothing of a device
    asked = view.ask(SOURCES, id="", kind="", text="", count=EVERYTHING, skip=0)
    sources = [{**row, "taken": json.loads(row["taken"])} for row in asked]
    ages, records, errors, cursors = [], {}, {}, {}
    for name, policy in feeds(view.house.policies).items():
        cursor = None if view.as_of else view.house.cursors.read(name)
        if policy.get("optional") and cursor is None:  # nobody asked for it
            continue
        own = [row for row in sources if _is_of(row, name, policy)]
        if cursor:
            cursors[name] = cursor
        good = [row for row in own if sum(row["taken"].values())]
        records[name] = sum(sum(row["taken"].values()) for row in good)
        errors[name] = _error(view, own, good)
        synced = cursor.completed_at if cursor and policy.get("optional") else None
        ages.append(_age(policy["label"], policy["limit"], good, view.today, synced))
    return Freshness(feeds=tuple(ages), records=records, errors=errors, cursors=cursors)


def status(view: View) -> Status:
    """Tell how fresh everything is. StateError before the first assessment."""
    counts = counted(view, "questions", "documents")
    manifest = view.snapshot or view.house.tables.current()
    told = freshness(view)
    return Status(
        snapshot=manifest.id if manifest else "", made_at=manifest.made_at if manifest else view.moment,
        feeds=told.feeds, records=told.records, errors=told.errors, cursors=told.cursors, counts=counts,
        damage=tuple(view.house.documents.damage()),
    )  # fmt: skip


def counted(view: View, *names: str) -> Row:
    """Count what there is. Of what no table keeps apart by site, `names` are counted as they are listed within a view."""
    counts = view.ask(COUNTS)[0]
    if view.scope.sites is None:
        ordered = {row["id"] for row in asked(view)} if "questions" in names else ()
        return {**counts, "questions": counts["questions"] + len(ordered)}
    seen = {name: page(view, LISTINGS[_LISTED[name]], Wanted(count=1)).total for name in names}
    return {**counts, **seen}


def _is_of(row: Row, name: str, policy: Policy) -> bool:
    """Tell whether a document is one of a feed."""
    return bool(
        row["kind"] == policy.get("kind", name) and row["standard"] == policy.get("standard", row["standard"])
    )


def _error(view: View, own: list[Row], good: list[Row]) -> str:
    """What the latest document of a feed failed with, if it came after the last good one."""
    last_good = max((row["received"] for row in good), default=None)
    failed = [row for row in own if row not in good and (last_good is None or row["received"] > last_good)]
    if not failed:
        return ""
    last = max(failed, key=lambda row: row["received"])
    return str(view.house.tables.about(last["sha256"])["why"])


def _age(label: str, limit: int, good: list[Row], today: date, synced: datetime | None) -> FeedAge:
    """Tell the age of what is there. A feed that speaks seldom is as old as its last complete sync (`synced`)."""
    if not good:
        return FeedAge(
            name=label, newest=None, checked_at=None, age_days=None, limit_days=limit, state=FeedState.MISSING,
            sentence=f"{label} never came: nothing that it would tell is known.",
        )  # fmt: skip
    newest = max(row["newest"] or row["received"].date() for row in good)
    newest = max(newest, synced.date()) if synced else newest
    age = (
        today - min(newest, max(synced or row["received"] for row in good).date())
    ).days  # no content is newer than its receipt
    state = FeedState.FRESH if age <= limit else FeedState.STALE
    told = f"{label} is of today"
    if age > 0:
        told = f"{label} is 1 day old" if age == 1 else f"{label} is {age} days old"
    sentence = told + ("." if state is FeedState.FRESH else f"; more than {limit} is stale.")
    return FeedAge(
        name=label, newest=newest, checked_at=max(row["received"] for row in good), age_days=age, limit_days=limit,
        state=state, sentence=sentence,
    )  # fmt: skip
