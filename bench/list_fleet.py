# SPDX-License-Identifier: Apache-2.0
"""List a large fleet: every listing with its filters, the status, the news and the report, each in a process of its own.

On a home that was assessed (`--home`), else on one that is made as `assess_fleet.py` makes it. Prints seconds of wall
clock and of processor time, without the start of the program, and the peak memory of the process. `--beside SRC` asks
another version of the program the same, in turn.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import assess_fleet

PAGE = 50
MANY = 40
LIMIT = 600  # seconds that an answer may take
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "findings": ("findings", {}),
    "findings, from row 1,000,000": ("findings", {"skip": 1_000_000}),
    "findings of a device": ("findings", {"device": "A0000012"}),
    "findings of a product": ("findings", {"product": "Model A"}),
    "findings of a component": ("findings", {"component": "openssl"}),
    "findings of a vulnerability": ("findings", {"vulnerability": "CVE-2020-1971"}),
    "findings that are unknown": ("findings", {"status": "unknown"}),
    "findings of a kind": ("findings", {"kind": "partly_blind"}),
    "findings by words": ("findings", {"text": "over the network"}),
    "findings at a site": ("findings", {"site": "Site 3"}),
    "vulnerabilities": ("vulnerabilities", {}),
    "vulnerabilities of a device": ("vulnerabilities", {"device": "A0000012"}),
    "actions": ("actions", {}),
    "questions": ("questions", {}),
    "devices": ("devices", {}),
    "products": ("products", {}),
    "components": ("components", {}),
    "status": ("", {}),
    "news": ("", {}),
    "report": ("", {}),
}
SLOW = {"report"}
"""Asked for by `--all` alone."""


def ask(home: str, name: str) -> None:
    """Ask one thing in this process; prints JSON."""
    from leadglass import compose
    from leadglass.services.ledger import listings, morning, news, status
    from leadglass.services.ledger.view import View
    from leadglass.values.scope import Scope

    view = View(house=compose.build(Path(home)), scope=Scope.all())
    wall, cpu = time.perf_counter(), time.process_time()
    match name:
        case "status":
            rows = status.status(view).counts["affected"]
        case "news":
            rows = len(news.news(view).items)
        case "report":
            rows = len(morning.overview(view).devices)
        case _:
            listing, filters = ASKED[name]
            wanted = listings.Wanted(count=PAGE, **filters)
            rows = listings.page(view, listings.LISTINGS[listing], wanted).total
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows}
    if name == "findings of a device":
        took["again"] = again(view)
    print(json.dumps({**took, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def again(view: Any) -> float:
    """Ask for the findings of one device after the other in the same process; the median of their processor times."""
    from leadglass.services.ledger import listings

    devices = listings.page(view, listings.LISTINGS["devices"], listings.Wanted(count=MANY)).rows
    took = []
    for device in devices:
        cpu = time.process_time()
        wanted = listings.Wanted(count=PAGE, device=device["device_id"])
        listings.page(view, listings.LISTINGS["findings"], wanted)
        took.append(time.process_time() - cpu)
    return statistics.median(took)


def told(home: str, name: str, source: str) -> str:
    """Ask in a process of its own, of the program in a folder of sources, and say what it took."""
    environment = {**os.environ, "PYTHONPATH": source} if source else None
    try:
        done = subprocess.run(
            [sys.executable, __file__, "ask", home, name], capture_output=True, text=True, check=False,
            timeout=LIMIT, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no answer within {LIMIT} s"
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1]}"
    took = json.loads(done.stdout)
    more = f"; {MANY} devices in one process: {took['again'] * 1000:.0f} ms each" if "again" in took else ""
    return f"{took['wall']:6.2f} s wall {took['cpu']:6.2f} s cpu {took['peak']:5.0f} MiB, {took['rows']:,} in all{more}"


def make(folder: str, devices: int) -> str:
    """Make a home: a drawn fleet, assessed, and once more with one device more, so that there are news."""
    feeds = [str(path) for path in sorted((assess_fleet.CORPUS / "nvd/feeds-2.0").glob("*.xz"))]
    home = f"{folder}/home"
    for count, papers in ((devices, feeds), (devices + 1, [])):
        fleet = Path(folder) / f"fleet-{count}.csv"
        assess_fleet.write_fleet(fleet, count)
        subprocess.run(
            [sys.executable, assess_fleet.__file__, "assess", home, *papers, str(fleet)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return home


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--home", default="", help="a home that was assessed")
    asked.add_argument(
        "--devices", type=int, default=20_000, help="of the home that is made where none is named"
    )
    asked.add_argument("--beside", default="", help="folder of the sources of another version, asked in turn")
    asked.add_argument("--only", default="", help="beginning of what is asked")
    asked.add_argument("--all", action="store_true", help=f"also {', '.join(sorted(SLOW))}")
    said = asked.parse_args()
    if not said.home and not assess_fleet.CORPUS.is_dir():
        print(f"skipped: no public documents at {assess_fleet.CORPUS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = said.home or make(folder, said.devices)
        for name in ASKED:
            if not name.startswith(said.only) or (name in SLOW and not said.all):
                continue
            print(f"{name:28} {told(home, name, '')}", flush=True)
            if said.beside:
                print(f"{'  beside':28} {told(home, name, said.beside)}", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        ask(*sys.argv[2:])
    else:
        main()
