# SPDX-License-Identifier: Apache-2.0
"""Work: plan the jobs of the table, take one that is due, do it, and say what came of it.

A lease says who has a job; a lock of this machine, which dies with its holder, says that she lives. So a job whose
worker was killed is taken up when its lease ends, and one whose worker only stood still, with the machine or by a clock
that jumped, is never done by two at once.
"""

import enum
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from leadglass.errors import BusyError, LeadglassError
from leadglass.services.house import JOBS
from leadglass.services.jobs.kinds import KINDS, Stopped, StoppedError, synced
from leadglass.services.jobs.rhythm import rhythm
from leadglass.services.ledger.view import View
from leadglass.values.jobs import Came, Job, Rhythm

Keeping = Callable[[Job], AbstractContextManager[object]]
"""Renews the lease of a job for a block."""
Fault = Callable[[Exception], None]
"""Keeps what went wrong for whoever mends it."""


class End(enum.StrEnum):
    """How a turn ended."""

    DONE = "done"
    FAILED = "failed"
    LATER = "later"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One turn: which job, how it ended, what is said of it, seconds that it took."""

    job: Job
    end: End
    said: str
    seconds: float


def rhythm_of(view: View) -> Rhythm:
    """Give the table of jobs, with what the site states otherwise."""
    return rhythm(view.house.policies.get(JOBS, ""))


def plan(view: View, told: Rhythm) -> list[Job]:
    """See that the jobs of the table are there, and none beside them; gives them."""
    house, now = view.house, view.house.clock()
    wanted = {
        (kind, key): every
        for (kind, key), every in told.every.items()
        if kind in KINDS and every and (kind != "sync" or synced(view, key))
    }
    for (kind, key), every in wanted.items():
        house.jobs.plan(kind, key, due=now, every=every)
    for job in house.jobs.all():
        if (job.kind, job.key) not in wanted:
            house.jobs.drop(job.kind, job.key)
    return house.jobs.all()


def work(
    view: View, *, by: str, told: Rhythm, keeping: Keeping, stopped: Stopped, fault: Fault
) -> Done | None:
    """Do one job that is due; None where there is none. What fails stays as a sentence and is tried again later."""
    house = view.house
    job = house.jobs.take(by, now=house.clock(), lease=told.lease)
    if job is None:
        return None
    with house.alone(job.name) as free:
        if not free:
            house.jobs.put_back(job, due=house.clock() + told.first_pause)
            return Done(job=job, end=End.LATER, said="another worker is at it still", seconds=0.0)
        with keeping(job):
            return _ended(view, job, told, stopped, fault)


def _ended(view: View, job: Job, told: Rhythm, stopped: Stopped, fault: Fault) -> Done:
    began = view.house.clock()
    try:
        came = KINDS[job.kind](view, job.key, stopped)
    except StoppedError as error:
        end, said = _later(view, job, End.STOPPED, str(error), timedelta())
    except BusyError as error:
        end, said = _later(view, job, End.LATER, str(error), told.first_pause)
    except LeadglassError as error:
        end, said = _failed(view, job, told, str(error))
    except Exception as error:  # noqa: BLE001 - whatever a job does, the worker goes on
        fault(error)
        end, said = _failed(
            view, job, told, f"It failed ({type(error).__name__}: {error}). Please report it."
        )
    else:
        end, said = _came(view, job, told, came)
    return Done(job=job, end=end, said=said, seconds=(view.house.clock() - began).total_seconds())


def _later(view: View, job: Job, end: End, said: str, after: timedelta) -> tuple[End, str]:
    view.house.jobs.put_back(job, due=view.house.clock() + after)
    return end, said


def _failed(view: View, job: Job, told: Rhythm, error: str) -> tuple[End, str]:
    due = view.house.clock() + told.pause(job.attempts)
    view.house.jobs.fail(job, due=due, error=error)
    return End.FAILED, error


def _came(view: View, job: Job, told: Rhythm, came: Came) -> tuple[End, str]:
    """Wake what follows first: died we in between, this job would be done again and wake it then."""
    jobs, now = view.house.jobs, view.house.clock()
    for kind, key in came.wakes:
        jobs.wake(kind, key, at=now)
    if came.error:
        return _failed(view, job, told, came.error)
    jobs.finish(job, due=now + job.every, at=now, said=came.said)
    return End.DONE, came.said


def jobs(view: View) -> list[Job]:
    """List the jobs: running, due, failed, waiting; none before a worker was started once."""
    return view.house.jobs.all()
