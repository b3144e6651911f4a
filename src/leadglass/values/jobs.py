# SPDX-License-Identifier: Apache-2.0
"""Jobs: what is to be done when, who does it now, and what came of it the last time."""

import enum
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class Doing(enum.StrEnum):
    """How a job stands. The value is its word."""

    RUNNING = "running"
    DUE = "due"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do when it is due, again and again. Times are aware, in UTC.

    `lease` counts how often it was taken: who writes of a job names the lease that she took, and what a later one took
    over she can write no more. `attempts` and `error` are those since it went well the last time (`done_at`).
    """

    kind: str
    key: str
    due: datetime
    every: timedelta
    lease: int = 0
    lease_until: datetime | None = None
    leased_by: str = ""
    attempts: int = 0
    error: str = ""
    said: str = ""
    done_at: datetime | None = None

    @property
    def name(self) -> str:
        """Give kind and key in one."""
        return f"{self.kind} {self.key}".strip()

    def stands(self, now: datetime) -> Doing:
        """Tell how it stands at a moment."""
        if self.lease_until is not None and self.lease_until > now:
            return Doing.RUNNING
        if self.error:
            return Doing.FAILED
        return Doing.DUE if self.due <= now else Doing.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of a job: a sentence; the jobs that are due for it now, by kind and key; an `error` where part of it failed."""

    said: str
    wakes: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The manners of a worker: how long a lease holds, how long it waits between looks, and after what failed."""

    lease: timedelta
    look: timedelta
    first_pause: timedelta
    longest_pause: timedelta
    every: dict[tuple[str, str], timedelta] = field(default_factory=dict)
    """How often each job comes, by kind and key; zero is never."""

    def pause(self, attempts: int) -> timedelta:
        """Say how long to wait after so many failures in a row: twice as long each time, up to the longest."""
        doubled = self.first_pause * (1 << min(max(attempts - 1, 0), 20))
        return min(doubled, self.longest_pause)


class Jobs(Protocol):
    """The table of jobs. It is bookkeeping: no history tells of it, no backup holds it."""

    def plan(self, kind: str, key: str, *, due: datetime, every: timedelta) -> None:
        """See that there is such a job; one that is there keeps when it is due, unless it now comes more often."""

    def drop(self, kind: str, key: str) -> None:
        """Let a job come no more."""

    def wake(self, kind: str, key: str, *, at: datetime) -> None:
        """Let a job be due at a moment, or earlier."""

    def take(self, by: str, *, now: datetime, lease: timedelta) -> Job | None:
        """Take the job that is due the longest and that nobody has; None where there is none."""

    def renew(self, job: Job, *, until: datetime) -> bool:
        """Have a job for longer. False where somebody else took it."""

    def finish(self, job: Job, *, due: datetime, at: datetime, said: str) -> bool:
        """Give back a job that went well. False where somebody else took it."""

    def fail(self, job: Job, *, due: datetime, error: str) -> bool:
        """Give back a job that failed, with the sentence why. False where somebody else took it."""

    def put_back(self, job: Job, *, due: datetime) -> bool:
        """Give back a job that was not done, as if it had not been taken."""

    def all(self) -> list[Job]:
        """Give every job, by kind and key."""

    def release(self) -> None:
        """Close this thread's connection."""


Alone = Callable[[str], AbstractContextManager[bool]]
"""Hold the name of a job on this machine for a block: False where a living process holds it. It dies with its holder."""
