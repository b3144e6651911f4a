# SPDX-License-Identifier: Apache-2.0
"""The rows of the catalogue about what is done without a person, and what was told of it."""

from typing import Any

from leadglass.services.jobs.work import jobs, plan, work
from leadglass.services.notices.sent import sent_notices
from leadglass.services.service import Service
from leadglass.values.scope import Permission

JOBS = Service(
    name="jobs", meaning="List what is done without a person: running, due, failed, waiting.",
    permission=Permission.READ, function=jobs,
)  # fmt: skip
PLAN = Service(
    name="plan", meaning="See that the jobs of the table are there.",
    permission=Permission.ADMIN, function=plan, everywhere=True,
)  # fmt: skip
DO_JOB = Service(
    name="do_job", meaning="Do one job that is due, under a lease.",
    permission=Permission.ADMIN, function=work, everywhere=True,
)  # fmt: skip
SENT_NOTICES = Service(
    name="sent_notices", meaning="List the notices that were sent last.",
    permission=Permission.AUDIT, function=sent_notices, everywhere=True,
)  # fmt: skip

OF_JOBS: tuple[Service[..., Any], ...] = (JOBS, PLAN, DO_JOB, SENT_NOTICES)
"""All of them, in the order in which they are listed."""
