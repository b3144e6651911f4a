# SPDX-License-Identifier: Apache-2.0
"""Keep a lease while a job is done: a thread renews it, thrice in the time that it holds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from leadglass.errors import LeadglassError
from leadglass.values.jobs import Job, Jobs, Rhythm
from leadglass.values.ports import Clock


@contextmanager
def keeping(jobs: Jobs, job: Job, told: Rhythm, clock: Clock) -> Iterator[None]:
    """Renew the lease of a job until the block ends, or until somebody else took it."""
    over = threading.Event()

    def renew() -> None:
        try:
            while not over.wait(told.lease.total_seconds() / 3):
                try:
                    if not jobs.renew(job, until=clock() + told.lease):
                        return
                except LeadglassError:
                    continue  # the register is busy: the lease holds for two more tries
        finally:
            jobs.release()

    thread = threading.Thread(target=renew, name=f"lease of {job.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
