# SPDX-License-Identifier: Apache-2.0
"""Status: the age of each feed and what is stale, and how much there is of everything."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

from leadglass.planning.queries import COUNTS
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.view import View
from leadglass.values.overview import FeedAge, FeedState
from leadglass.values.scope import Row
from leadglass.values.sources import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Feeds with their ages, counts, and the snapshot that they belong to."""

    snapshot: str
    made_at: datetime
    feeds: tuple[FeedAge, ...]
    records: dict[str, int]
    errors: dict[str, str]
    counts: Row
    damage: tuple[Remark, ...]

    @property
    def stale(self) -> tuple[FeedAge, ...]:
        """The feeds that are stale or never came."""
        return tuple(feed for feed in self.feeds if feed.state is not FeedState.FRESH)


def status(view: View) -> Status:
    """Tell how fresh everything is. StateError before the first assessment."""
    counts = view.ask(COUNTS)[0]
    manifest = view.snapshot or view.house.tables.current()
    sources = page(view, LISTINGS["sources"], Wanted(count=EVERYTHING)).rows
    feeds, records, errors = [], {}, {}
    for name, table in _feeds().items():
        own = [row for row in sources if row["kind"] == name]
        good = [row for row in own if sum(row["taken"].values())]
        records[name] = sum(sum(row["taken"].values()) for row in good)
        errors[name] = _error(view, own, good)
        feeds.append(_age(table["label"], table["limit"], good, view.today))
    return Status(
        snapshot=manifest.id if manifest else "", made_at=manifest.made_at if manifest else view.moment,
        feeds=tuple(feeds), records=records, errors=errors, counts=counts,
        damage=tuple(view.house.documents.damage()),
    )  # fmt: skip


def _feeds() -> dict[str, Row]:
    text = resources.files("leadglass.planning").joinpath("tables/feeds.toml").read_text(encoding="utf-8")
    return {name: table for name, table in tomllib.loads(text).items() if isinstance(table, dict)}


def _error(view: View, own: list[Row], good: list[Row]) -> str:
    """What the latest document of a feed failed with, if it came after the last good one."""
    last_good = max((row["received"] for row in good), default=None)
    failed = [row for row in own if row not in good and (last_good is None or row["received"] > last_good)]
    if not failed:
        return ""
    last = max(failed, key=lambda row: row["received"])
    return str(view.house.tables.about(last["sha256"])["why"])


def _age(label: str, limit: int, good: list[Row], today: date) -> FeedAge:
    if not good:
        return FeedAge(
            name=label, newest=None, checked_at=None, age_days=None, limit_days=limit, state=FeedState.MISSING,
            sentence=f"{label} never came: nothing that it would tell is known.",
        )  # fmt: skip
    newest = max(row["newest"] or row["received"].date() for row in good)
    age = (
        today - min(newest, max(row["received"] for row in good).date())
    ).days  # no content is newer than its receipt
    state = FeedState.FRESH if age <= limit else FeedState.STALE
    told = f"{label} is {age} day{'' if age == 1 else 's'} old" if age > 0 else f"{label} is of today"
    sentence = told + ("." if state is FeedState.FRESH else f"; more than {limit} is stale.")
    return FeedAge(
        name=label, newest=newest, checked_at=max(row["received"] for row in good), age_days=age, limit_days=limit,
        state=state, sentence=sentence,
    )  # fmt: skip
