# SPDX-License-Identifier: Apache-2.0
"""The verb work: feeds on schedule, assessments after changes, notices, work orders; and what of it failed."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer

from leadglass.cli import columns, output
from leadglass.cli.views import Json, examples, view
from leadglass.compose import HOME_VARIABLE, locate
from leadglass.render.phrases import count
from leadglass.render.spans import span, when
from leadglass.services import catalogue
from leadglass.services.ledger.view import View
from leadglass.values.jobs import Doing, Job


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        "work",
        short_help="Do what is due: feeds, assessments, notices, work orders.",
        epilog=examples("work", "work --once", "work --for 3600", "work --list"),
    )(work_verb)


def work_verb(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do all that is due, once, and end.")] = False,
    seconds: Annotated[
        float, typer.Option("--for", help="End after so many seconds.", metavar="SECONDS", min=0)
    ] = 0.0,
    listed: Annotated[
        bool, typer.Option("--list", help="Show what is due, running, failed; do nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Do the jobs of this home until it is stopped: sync feeds on schedule, assess after each change, tell who is to be told.

    Several may work at once; no job is done by two. Killed, it loses nothing: its job is done again when its lease ends.
    With --once the exit code is 1 where a job failed.
    """
    home = locate(context.obj)
    if listed:
        _list(view(home), json=json)
        return
    told = ["--once"] * once + (["--for", str(seconds)] if seconds else [])
    sys.stdout.flush()
    os.execve(  # noqa: S606 - no shell; the worker takes the place of this process
        sys.executable,
        [sys.executable, "-m", "leadglass.daemons.worker", *told],
        {**os.environ, HOME_VARIABLE: str(home)},
    )


def _list(seen: View, *, json: bool) -> None:
    jobs, now = catalogue.JOBS(seen), seen.house.clock()
    if json:
        output.as_json([as_told(job, now) for job in jobs])
        return
    if not jobs:
        output.say("No worker was started here yet. Start one: leadglass work")
        return
    rows = [
        {"job": job.name, "state": job.stands(now).value, "due": when(job.due, now), "every": span(job.every),
         "last done": when(job.done_at, now) if job.done_at else "never", "said": job.said}
        for job in jobs
    ]  # fmt: skip
    columns.show(rows, tuple(rows[0]), seen.today)
    output.say()
    show_failed(jobs, now)
    late = [
        job
        for job in jobs
        if job.stands(now) is Doing.DUE and now - job.due > 2 * job.every + timedelta(minutes=5)
    ]
    if late:
        output.say(
            f"{count(len(late), 'job')} should have been done long ago: does a worker run? Start one: leadglass work",
            style="state.contain",
        )


def show_failed(jobs: Sequence[Job], now: datetime) -> None:
    """Say which jobs failed the last time, why, and when they are tried again."""
    for job in jobs:
        if job.error:
            output.say(
                f"{job.name} failed {count(job.attempts, 'time')} in a row: {job.error} It is tried again"
                f" {when(job.due, now)}.",
                style="state.contain",
            )


def as_told(job: Job, now: datetime) -> dict[str, object]:
    """Bring a job to its contract."""
    return {
        "kind": job.kind, "key": job.key, "state": job.stands(now).value, "due": job.due,
        "every_seconds": int(job.every.total_seconds()), "leased_by": job.leased_by, "lease_until": job.lease_until,
        "attempts": job.attempts, "error": job.error, "said": job.said, "done_at": job.done_at,
    }  # fmt: skip
