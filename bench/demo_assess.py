# SPDX-License-Identifier: Apache-2.0
"""Assess the demo: whole processes, from documents to ranked actions, against the limit of 3 seconds."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
LIMIT = 3.0


def timed(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "leadglass.cli", *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = ["--home", folder]
        received = timed(
            *home, "receive", "demo/fleet", "demo/sboms", "demo/feeds", "demo/advisories", "demo/scans"
        )
        cold, unchanged = [], []
        for _ in range(RUNS):
            shutil.rmtree(Path(folder) / "tables" / "manifests", ignore_errors=True)
            cold.append(timed(*home, "assess"))
            unchanged.append(timed(*home, "assess"))
        report = timed(*home, "report", str(Path(folder) / "report.html"))
    load = os.getloadavg()[0]
    print(f"62 devices, 258 records, load {load:.1f}; medians of {RUNS} runs of the whole process")
    print(f"receive {received:.2f} s, report {report:.2f} s")
    print(
        f"assess {statistics.median(cold):.2f} s (limit {LIMIT}), when nothing changed {statistics.median(unchanged):.2f} s"
    )


if __name__ == "__main__":
    main()
