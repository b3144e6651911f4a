# SPDX-License-Identifier: Apache-2.0
"""A home with workers: started by the command, listed by the command, killed by their number."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.feeds.reader import POLICY

ROOT = Path(__file__).parents[2]
NONE = "\n".join(f"{name} = 0" for name in ("nvd", "epss", "csaf", "osv", "cve", "eol"))
JOBS = f"""
[worker]
lease_seconds = 3
look_seconds = 0.2
first_pause = 0.02
[sync]
{NONE}
kev = 600
[assess]
"" = 0
[sweep]
"" = 0
"""
"""One feed alone, with a short lease: what a test is about may be had otherwise."""


class Site:
    """A home at which workers are started."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.workers: list[subprocess.Popen[str]] = []
        self.environment = {
            **os.environ, "PYTHONPATH": str(ROOT / "src"), "LEADGLASS_HOME": str(home), "LEADGLASS_DATABASE_URL": url,
            "COLUMNS": "160", "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        self.state("jobs.toml", JOBS)
        self.state("feeds.toml", POLICY)

    def state(self, name: str, text: str) -> None:
        """Write a policy of the site."""
        (self.home / "policies").mkdir(parents=True, exist_ok=True)
        (self.home / "policies" / name).write_text(text, encoding="utf-8")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a verb to its end."""
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "leadglass.cli", *words],
            env=self.environment, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a worker."""
        self.workers.append(
            subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "leadglass.cli", "work", *words],
                env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        return self.workers[-1]

    def jobs(self) -> dict[str, dict[str, Any]]:
        """The jobs by name, as the command lists them."""
        ran = self.command("work", "--list", "--json")
        assert ran.returncode == 0, ran.stderr
        return {f"{job['kind']} {job['key']}".strip(): job for job in json.loads(ran.stdout)}

    def holder(self, name: str) -> subprocess.Popen[str]:
        """The worker that has a job."""
        held = int(self.jobs()[name]["leased_by"].split(":")[1])
        return next(worker for worker in self.workers if worker.pid == held)

    def end(self) -> None:
        """Kill what still lives."""
        for worker in self.workers:
            worker.kill()
            worker.communicate()


def until(true: Callable[[], object], what: str, seconds: float = 90) -> None:
    """Wait for something to come true."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.05)


def asked_to_end(worker: subprocess.Popen[str]) -> str:
    """Ask a worker to end; gives what it said."""
    worker.send_signal(signal.SIGTERM)
    told, faults = worker.communicate(timeout=60)
    assert (worker.returncode, faults) == (0, ""), (worker.returncode, told, faults)
    return told
