# SPDX-License-Identifier: Apache-2.0
"""The kinds of jobs, and what each does. Each may be cut off anywhere and done again: then it does what is left."""

from collections.abc import Callable, Mapping

from leadglass.errors import LeadglassError
from leadglass.planning import feeds
from leadglass.services.feeds.sync import FEEDS, Outcome, sync
from leadglass.services.ledger.assess import assess
from leadglass.services.ledger.view import View
from leadglass.services.notices.tell import tell
from leadglass.services.orders import orders
from leadglass.values.jobs import Came
from leadglass.values.notices import Cadence

Stopped = Callable[[], bool]
"""Tells whether the worker is asked to end: a job that can leaves off where it is, by `StoppedError`."""


class StoppedError(LeadglassError):
    """The worker was asked to end: the job left off, and is to be done again."""

    code = 130


def fetch(view: View, key: str, stopped: Stopped) -> Came:
    """Sync one feed."""
    outcome: Outcome | None = None
    for told in sync(view.house, [key]):
        if isinstance(told, Outcome):
            outcome = told
        elif stopped():
            raise StoppedError(f"The sync of {told.label} left off. It goes on from here the next time.")
    if outcome is None:
        return Came(said="nothing was to be done")
    said = f"{outcome.label}: {outcome.new:,} new documents"
    error = "" if outcome.complete else outcome.error or outcome.gaps[0].why
    return Came(said=said, wakes=(("assess", ""),) if outcome.new else (), error=error)


def reassess(view: View, key: str, stopped: Stopped) -> Came:
    """Assess where documents or words changed since the current snapshot."""
    del key, stopped  # a step of an assessment is not cut off by asking
    house = view.house
    before = house.tables.current()
    if before is None and next(house.documents.receipts(), None) is None:
        return Came(said="nothing was received yet")
    made = assess(house)
    if before is not None and made.id == before.id:
        return Came(said=f"nothing changed since snapshot {made.id}")
    return Came(said=f"snapshot {made.id}", wakes=(("notices", Cadence.AT_ONCE),))


def clean(view: View, key: str, stopped: Stopped) -> Came:
    """Remove what crashes left, and parts of tables that nothing names any more."""
    del key, stopped
    house = view.house
    with house.tables.publishing("sweep"):
        parts = house.tables.sweep(now=house.clock().timestamp())
        documents = house.documents.sweep(now=house.clock())
    return Came(said=f"{parts} parts of tables and {documents} unfinished documents removed")


def notify(view: View, key: str, stopped: Stopped) -> Came:
    """Tell those who are told so often."""
    came = tell(view, Cadence(key), stopped)
    if stopped():  # perhaps not everybody was told: who was is not told again
        raise StoppedError("Notices left off. Whoever was not told is told the next time.")
    return came


def exchange(view: View, key: str, stopped: Stopped) -> Came:
    """Send the work orders that are wanted, and take what is said of those that are open."""
    del key, stopped
    if not orders.configured(view):
        return Came(said="no system takes work orders")
    sent, taken = orders.send(view), orders.take(view)
    return Came(
        said=f"{sent.opened} opened, {sent.found} found there, {taken.closed} closed, {taken.gone} gone"
    )


KINDS: Mapping[str, Callable[[View, str, Stopped], Came]] = {
    "sync": fetch,
    "assess": reassess,
    "notices": notify,
    "orders": exchange,
    "sweep": clean,
}
"""What each kind of the table does."""


def synced(view: View, key: str) -> bool:
    """Tell whether a feed is one that is synced here: of every day, or synced by name before."""
    return key in FEEDS and (_daily(view, key) or view.house.cursors.read(key) is not None)


def _daily(view: View, key: str) -> bool:
    return bool(feeds.synced(view.house.policies)[key]["daily"])
