# SPDX-License-Identifier: Apache-2.0
"""The rows of the catalogue about what is done without a person."""

from typing import Any

from leadglass.services.jobs.work import jobs, plan, work
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

OF_JOBS: tuple[Service[..., Any], ...] = (JOBS, PLAN, DO_JOB)
"""All of them, in the order in which they are listed."""
