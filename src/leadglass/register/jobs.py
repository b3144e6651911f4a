# SPDX-License-Identifier: Apache-2.0
"""The table of jobs (values.jobs.Jobs): taken, renewed and given back by conditional updates, each of them alone.

Every update names the lease that it is about: what somebody else took over is not touched.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from leadglass.register import boot, models, storable  # noqa: F401 - boot first: models need Django
from leadglass.register.ledger import Register
from leadglass.values.jobs import Job

_TRIES = 20  # so many others may be faster at the same job before a look is given up


class JobBook:
    """Jobs in a register. What is written here is outside of any change: it tells nobody anything."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def plan(self, kind: str, key: str, *, due: datetime, every: timedelta) -> None:
        """See that there is such a job; one that is there keeps when it is due, unless it now comes more often."""
        self._register.connect()
        seconds, due = int(every.total_seconds()), storable.moment(due)
        row = models.Job(kind=kind, key=key, due=due, every_seconds=seconds)
        models.Job.objects.bulk_create([row], ignore_conflicts=True)
        one = models.Job.objects.filter(kind=kind, key=key)
        one.exclude(every_seconds=seconds).update(every_seconds=seconds)
        # Also where a clock once ran ahead: nothing is due later than its turn
        one.filter(attempts=0, due__gt=due + every).update(due=due + every)

    def drop(self, kind: str, key: str) -> None:
        """Let a job come no more."""
        self._register.connect()
        models.Job.objects.filter(kind=kind, key=key).delete()

    def wake(self, kind: str, key: str, *, at: datetime) -> None:
        """Let a job be due at a moment, or earlier."""
        self._register.connect()
        one = models.Job.objects.filter(kind=kind, key=key, due__gt=storable.moment(at))
        one.update(due=storable.moment(at))

    def take(self, by: str, *, now: datetime, lease: timedelta) -> Job | None:
        """Take the job that is due the longest and that nobody has; None where there is none."""
        self._register.connect()
        now = storable.moment(now)
        # A lease further ahead than a lease can be is one of a clock that ran ahead: it ends a lease from now
        models.Job.objects.filter(lease_until__gt=now + lease).update(lease_until=now + lease)
        free = models.Job.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), due__lte=now)
        for _ in range(_TRIES):
            row = free.order_by("due", "id").first()
            if row is None:
                return None
            mine = free.filter(id=row.id, lease=row.lease)
            until = now + lease
            if mine.update(lease=F("lease") + 1, leased_by=by, lease_until=until, attempts=F("attempts") + 1):
                return _job(models.Job.objects.get(id=row.id))
        return None

    def renew(self, job: Job, *, until: datetime) -> bool:
        """Have a job for longer. False where somebody else took it."""
        return self._write(job, lease_until=storable.moment(until))

    def finish(self, job: Job, *, due: datetime, at: datetime, said: str) -> bool:
        """Give back a job that went well. False where somebody else took it."""
        return self._back(job, due, attempts=0, last_error="", said=said, done_at=storable.moment(at))

    def fail(self, job: Job, *, due: datetime, error: str) -> bool:
        """Give back a job that failed, with the sentence why. False where somebody else took it."""
        return self._back(job, due, last_error=error)

    def put_back(self, job: Job, *, due: datetime) -> bool:
        """Give back a job that was not done, as if it had not been taken."""
        return self._back(job, due, attempts=F("attempts") - 1)

    def all(self) -> list[Job]:
        """Give every job, by kind and key."""
        self._register.connect()
        return [_job(row) for row in models.Job.objects.order_by("kind", "key")]

    def release(self) -> None:
        """Close this thread's connection."""
        self._register.close()

    def _back(self, job: Job, due: datetime, **fields: Any) -> bool:
        return self._write(job, due=storable.moment(due), lease_until=None, leased_by="", **fields)

    def _write(self, job: Job, **fields: Any) -> bool:
        self._register.connect()
        own = models.Job.objects.filter(
            kind=job.kind, key=job.key, lease=job.lease, leased_by=job.leased_by, lease_until__isnull=False
        )
        return bool(own.update(**fields))


def _job(row: models.Job) -> Job:
    return Job(
        kind=row.kind,
        key=row.key,
        due=row.due,
        every=timedelta(seconds=row.every_seconds or 0),
        lease=row.lease,
        lease_until=row.lease_until,
        leased_by=row.leased_by,
        attempts=row.attempts,
        error=row.last_error,
        said=row.said,
        done_at=row.done_at,
    )
