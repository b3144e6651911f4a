# SPDX-License-Identifier: Apache-2.0
"""Receive every NVD year, KEV and EPSS into a new home: megabytes of JSON per second, peak memory.

In turn as they lie there, packed by xz, and as plain files (unpacking xz alone takes a quarter of the time), each on
one core and on all.
"""

import json
import lzma
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
MODE = "inside"
ROUNDS = 3


def paths() -> list[Path]:
    return [
        *sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz")),
        *(CORPUS / "kev").glob("cisa-kev*.json"),
        *(CORPUS / "epss").glob("*"),
    ]


def measure(home: str, folder: str, cores: str) -> None:
    """Run in a process of its own, so that peak memory is that of receiving alone."""
    if cores == "one core":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from leadglass import compose
    from leadglass.services.ledger.receive import Offered, receive

    house = compose.build(Path(home))
    given = sorted(Path(folder).iterdir()) if folder else paths()
    wall, cpu = time.perf_counter(), time.process_time()
    size = rows = 0
    for got in receive(house, (Offered(path=path.name, opener=path).opened() for path in given)):
        size += got.size
        rows += got.taken.get("criteria", 0)
        assert got.taken, got
    told = {
        "megabytes": size / 1e6, "criteria": rows, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "beside": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }  # fmt: skip
    print(json.dumps(told))


def unpack(folder: Path) -> None:
    folder.mkdir()
    for path in paths():
        plain = folder / path.name.removesuffix(".xz")
        with (lzma.open if path.suffix == ".xz" else open)(path, "rb") as packed, plain.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)


def run(home: Path, folder: str, cores: str) -> dict[str, float]:
    """Receive in a new process into a new home, and give what it measured."""
    done = subprocess.run(
        [sys.executable, __file__, MODE, str(home), folder, cores], capture_output=True, text=True, check=True
    )
    disk = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
    shutil.rmtree(home)
    return {**json.loads(done.stdout), "disk": disk}


def main() -> None:
    if not CORPUS.is_dir():
        print(f"skipped: no public documents at {CORPUS}")
        return
    with tempfile.TemporaryDirectory() as work:
        unpack(Path(work) / "plain")
        told: dict[tuple[str, str], list[dict[str, float]]] = {}
        for _ in range(ROUNDS):
            for form, folder in (("packed by xz", ""), ("plain JSON", f"{work}/plain")):
                for cores in ("one core", "all cores"):
                    told.setdefault((form, cores), []).append(run(Path(work) / "home", folder, cores))
    one = told["plain JSON", "one core"][0]
    print(f"{one['megabytes']:,.0f} MB of documents, {one['criteria']:,} criteria; limit 60 MB/s on one core")
    for (form, cores), runs in told.items():
        speeds = " ".join(f"{each['megabytes'] / each['wall']:.0f}" for each in runs)
        peak, beside = (max(each[name] for each in runs) for name in ("peak", "beside"))
        more = f", of the largest reading beside {beside:.0f}" if beside else ""
        print(
            f"{form}, {cores}: {speeds} MB/s wall; peak {peak:.0f} MiB{more} (limit 1024), on disk {runs[0]['disk']:.0f} MB"
        )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == [MODE]:
        measure(*sys.argv[2:])
    else:
        main()
