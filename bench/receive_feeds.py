# SPDX-License-Identifier: Apache-2.0
"""Receive every NVD year, KEV and EPSS into a new home on one core: megabytes of JSON per second, peak memory."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
MODE = "inside"


def measure(home: str) -> None:
    """Run in a process of its own, so that peak memory is that of receiving alone."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from leadglass import compose
    from leadglass.services.ledger.receive import Offered, receive

    house = compose.build(Path(home))
    paths = [
        *sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz")),
        *(CORPUS / "kev").glob("cisa-kev*.json"),
        *(CORPUS / "epss").glob("*"),
    ]
    wall, cpu = time.perf_counter(), time.process_time()
    size = rows = 0
    for got in receive(house, (Offered(path=path.name, opener=path).opened() for path in paths)):
        size += got.size
        rows += got.taken.get("criteria", 0)
        assert got.taken, got
    told = {
        "megabytes": size / 1e6, "criteria": rows, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 2**20,
    }  # fmt: skip
    print(json.dumps(told))


def main() -> None:
    if not CORPUS.is_dir():
        print(f"skipped: no public documents at {CORPUS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, MODE, folder + "/home"], capture_output=True, text=True, check=True
        )
        told = json.loads(done.stdout)
        on_disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
    print(
        f"{told['megabytes']:,.0f} MB of documents, {told['criteria']:,} criteria, one core, load {os.getloadavg()[0]:.1f}"
    )
    print(
        f"{told['megabytes'] / told['wall']:.0f} MB/s wall, {told['megabytes'] / told['cpu']:.0f} MB per CPU second"
    )
    print(f"peak memory {told['peak']:.0f} MiB (limit 1024), on disk {on_disk:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == [MODE]:
        measure(sys.argv[2])
    else:
        main()
