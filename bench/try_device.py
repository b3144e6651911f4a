# SPDX-License-Identifier: Apache-2.0
"""Try devices beside a large fleet, in one process that stays: one that the fleet has already, and one of unseen components.

On a home that was assessed (`--home`), else on one that is made as `assess_fleet.py` makes it. Prints the median of
milliseconds of wall clock and of processor time; what is made once, when the process opens the snapshot, stands beside.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import assess_fleet
import list_fleet

from leadglass import compose
from leadglass.services.ledger.trial import Trials, Tried, Trying
from leadglass.services.ledger.view import View
from leadglass.values.query import Query
from leadglass.values.scope import Scope

SAID = ("manufacturer", "model", "software_version", "os", "os_version", "cpe", "modality")
A_DEVICE = Query(
    name="what is known of a device",
    tables=("device_fact", "device"),
    columns=("field", "value"),
    sql="""
SELECT f.field, f.value FROM device_fact f
WHERE f.counts AND f.device_id = (SELECT min(device_id) FROM device WHERE state <> 'retired')
""",
)
UNSEEN = Query(
    name="products that records name and the fleet does not have",
    tables=("criterion_now", "component"),
    params=("count",),
    columns=("product", "version"),
    sql="""
SELECT product, min(version) AS version FROM criterion_now
WHERE part = 'a' AND class = 'exact' AND product NOT IN (SELECT product FROM component)
GROUP BY 1 ORDER BY md5(product) LIMIT $count
""",
)


def a_list(view: View, count: int) -> bytes:
    """Write a bill of materials of products that records name, and that no device has."""
    parts = [
        {
            "type": "library",
            "name": row["product"].partition(":")[2].replace("_", " "),
            "version": row["version"],
        }
        for row in view.ask(UNSEEN, count=count)
    ]
    subject = {"type": "device", "name": "Vara 9", "version": "2.1", "supplier": {"name": "Quillon"}}
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": subject}, "components": parts}
    ).encode()  # fmt: skip


def measure(what: str, runs: int, done: Callable[[], Any]) -> Any:
    """Do it so often, and say what it took."""
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        made = done()
        walls.append(1e3 * (time.perf_counter() - wall))
        cpus.append(1e3 * (time.process_time() - cpu))
    print(
        f"{what:44} {statistics.median(walls):8.1f} ms wall {statistics.median(cpus):8.1f} ms cpu", flush=True
    )
    return made


def told(tried: Tried) -> str:
    """Say what was found."""
    return f"  {len(tried.devices)} devices have it, {len(tried.findings):,} findings, {tried.components} components"


def run(home: str, runs: int, count: int) -> None:
    """Open the snapshot once and try both."""
    view = View(house=compose.build(Path(home)), scope=Scope.all())
    trials = measure("the snapshot opened", 1, lambda: Trials(view))
    facts = {row["field"]: row["value"] for row in view.ask(A_DEVICE)}
    known = Trying(**{name: facts.get(name, "") for name in SAID})
    unseen = Trying(raw=a_list(view, count), name="list")
    for what, trying in (
        ("a device that the fleet has", known),
        (f"a device of {count} unseen components", unseen),
    ):
        trials.of(trying)
        print(told(measure(what, runs, lambda trying=trying: trials.of(trying))))
    print(f"load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--home", default="", help="a home that was assessed")
    asked.add_argument(
        "--devices", type=int, default=20_000, help="of the home that is made where none is named"
    )
    asked.add_argument("--runs", type=int, default=20)
    asked.add_argument("--components", type=int, default=200)
    said = asked.parse_args()
    if not said.home and not assess_fleet.CORPUS.is_dir():
        print(f"skipped: no public documents at {assess_fleet.CORPUS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        run(said.home or list_fleet.make(folder, said.devices), said.runs, said.components)


if __name__ == "__main__":
    main()
