# SPDX-License-Identifier: Apache-2.0
"""What runs by itself: the feeds and their ages, the jobs and what they failed with, the notices that went out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from leadglass.planning.feeds import feeds
from leadglass.render.grid import mark
from leadglass.render.markup import Child, element, when
from leadglass.render.phrases import count
from leadglass.render.spans import span
from leadglass.render.spans import when as off
from leadglass.services import catalogue
from leadglass.services.jobs.catalogue import JOBS, SENT_NOTICES
from leadglass.services.ledger.status import Freshness
from leadglass.values.jobs import Doing, Job
from leadglass.values.notices import Sent
from leadglass.values.overview import FeedState, State
from leadglass.values.scope import Permission
from leadglass.web.access import call, view
from leadglass.web.door import house
from leadglass.web.pages import thing
from leadglass.web.pages.settings import asking
from leadglass.web.signed_in import may_everywhere, signed_in

_LATE = timedelta(minutes=5)
_SENT = 50
_STATES = {
    FeedState.FRESH: (State.SETTLED, gettext_noop("fresh")),
    FeedState.STALE: (State.CONTAIN, gettext_noop("stale")),
    FeedState.MISSING: (State.CONTAIN, gettext_noop("never came")),
}
_KINDS = {
    "sync": gettext_noop("Fetch the feed %s"),
    "assess": gettext_noop("Assess what changed"),
    "notices": gettext_noop("Tell who is told %s"),
    "orders": gettext_noop("Exchange work orders"),
    "sweep": gettext_noop("Remove what nothing names any more"),
}
_DOING = {
    Doing.RUNNING: gettext_noop("running"),
    Doing.DUE: gettext_noop("due"),
    Doing.FAILED: gettext_noop("failed"),
    Doing.WAITING: gettext_noop("waiting"),
}


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Show feeds, jobs, and to who audits the notices."""
    today, now = view(request).today, house().clock()
    told = call(request, catalogue.FRESHNESS) if house().tables.current() else None
    jobs = call(request, JOBS)
    audits = may_everywhere(request, Permission.AUDIT)
    sent = call(request, SENT_NOTICES, _SENT) if audits else []
    return render(
        request,
        "leadglass/settings/running.html",
        {
            **asking.frame(request, "running"),
            "feeds": _feeds(told, today) if told else None,
            "failed_feeds": told.warnings if told else (),
            "jobs": _jobs(jobs, now) if jobs else None,
            "failed": sum(bool(job.error) for job in jobs),
            "late": sum(_is_late(job, now) for job in jobs),
            "audits": audits,
            "sent": _sent(sent, today),
            "unsent": [job.error for job in jobs if job.kind == "notices" and job.error],
        },
    )


def _feeds(told: Freshness, today: date) -> Any:
    cursors: Mapping[str, Any] = told.cursors
    last = {name: cursor.completed_at for name, cursor in cursors.items()}
    names = list(told.records)
    rows = []
    for name, feed in zip(names, told.feeds, strict=True):
        state, word = _STATES[feed.state]
        cursor = cursors.get(name)
        fault = (cursor.error or (_("It left gaps.") if cursor.gaps else "")) if cursor else ""
        rows.append((
            feed.name,
            element("span", mark(state, word=False), " ", _(word)),
            _age(feed.age_days, feed.limit_days),
            when(last[name], today) if last.get(name) else _("never by itself"),
            " ".join(filter(None, (fault, told.errors.get(name, "")))) or "-",
        ))  # fmt: skip
    heads = (_("Feed"), _("State"), _("Age"), _("Last whole sync"), _("What went wrong"))
    return thing.grid(heads, rows, about=_("Feeds and their ages"))


def _age(age: int | None, limit: int) -> str:
    after = _("stale after %s") % count(limit, "day")
    return after if age is None else f"{count(age, 'day')}, {after}"


def _jobs(jobs: Sequence[Job], now: datetime) -> Any:
    heads = (_("What"), _("State"), _("Due"), _("Comes every"), _("Done last"), _("What it said"))
    return thing.grid(heads, _job_rows(jobs, now), about=_("What is done without a person"))


def _job_rows(jobs: Sequence[Job], now: datetime) -> Iterator[tuple[Child, ...]]:
    order = (Doing.FAILED, Doing.RUNNING, Doing.DUE, Doing.WAITING)
    for job in sorted(jobs, key=lambda one: (order.index(one.stands(now)), one.kind, one.key)):
        doing = job.stands(now)
        said = _(_KINDS[job.kind]) if job.kind in _KINDS else job.name
        known = feeds(house().policies).get(job.key, {}) if job.kind == "sync" else {}
        yield (
            said % known.get("label", job.key) if "%s" in said else said,
            element("span", mark(_state(doing, late=_is_late(job, now)), word=False), " ", _(_DOING[doing])),
            off(job.due, now),
            span(job.every),
            off(job.done_at, now) if job.done_at else _("never"),
            _failed(job) if job.error else job.said or "-",
        )


def _state(doing: Doing, *, late: bool) -> State:
    if doing is Doing.FAILED or late:
        return State.CONTAIN
    return State.SETTLED if doing is Doing.WAITING else State.WATCH


def _failed(job: Job) -> str:
    return _("%(times)s in a row: %(error)s") % {"times": count(job.attempts, "time"), "error": job.error}


def _is_late(job: Job, now: datetime) -> bool:
    """Tell whether a job should have been done long ago: then perhaps no worker runs."""
    return job.stands(now) is Doing.DUE and now - job.due > 2 * job.every + _LATE


def _sent(sent: Sequence[Sent], today: date) -> Any:
    if not sent:
        return None
    rows = ((when(one.at, today), one.receiver, one.cadence, one.subject) for one in sent)
    return thing.grid(
        (_("When"), _("To whom"), _("How often"), _("What")), rows, about=_("Notices that were sent")
    )
