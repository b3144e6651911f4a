# SPDX-License-Identifier: Apache-2.0
"""A process of its own that takes jobs until there are none: `job_actor.py HOME URL NAME`, one line per job."""

import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from register_doubles import START

from leadglass.register.jobs import JobBook
from leadglass.register.open import open_register


def main():
    home, url, name = sys.argv[1:4]
    with closing(open_register(Path(home), url, clock=lambda: START, log=None)) as register:
        book = JobBook(register)
        while (job := book.take(name, now=START, lease=timedelta(minutes=5))) is not None:
            print(job.key, flush=True)


main()
