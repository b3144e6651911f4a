# SPDX-License-Identifier: Apache-2.0
"""Try devices beside a large fleet, in one process that stays: known ones, and ones of components that nobody has.

On a home that was assessed (`--home`), else on one that is made as `assess_fleet.py` makes it. Each device of unseen
components has others than those before. Prints the median of milliseconds of wall clock and of processor time; what is
made once (when the process opens the snapshot, and by the first device of each kind) and the memory stand beside.
"""

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
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
DEVICES = Query(
    name="what is known of devices, one of each configuration",
    tables=("device_fact", "device"),
    params=("count",),
    columns=("device_id", "field", "value"),
    sql="""
SELECT f.device_id, f.field, f.value FROM device_fact f
WHERE f.counts AND f.device_id IN (
  SELECT min(device_id) FROM device WHERE state <> 'retired' GROUP BY configuration_id
  ORDER BY md5(configuration_id) LIMIT $count)
ORDER BY 1, 2
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


def some_devices(view: View, count: int) -> list[Trying]:
    """Give devices of the fleet as somebody would describe them, each of another configuration."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for row in view.ask(DEVICES, count=count):
        known[row["device_id"]][row["field"]] = row["value"]
    return [Trying(**{name: facts.get(name, "") for name in SAID}) for facts in known.values()]


def some_lists(view: View, lists: int, count: int) -> list[Trying]:
    """Write bills of materials of products that records name, and that no device has; none is in two of them."""
    rows = view.ask(UNSEEN, count=lists * count)
    made = []
    for begin in range(0, len(rows) - count + 1, count):
        parts = [
            {
                "type": "library",
                "name": row["product"].partition(":")[2].replace("_", " "),
                "version": row["version"],
            }
            for row in rows[begin : begin + count]
        ]
        subject = {"type": "device", "name": "Vara 9", "version": "2.1", "supplier": {"name": "Quillon"}}
        listed = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts}
        raw = json.dumps({**listed, "metadata": {"component": subject}}).encode()
        made.append(Trying(raw=raw, name="list"))
    return made


def measure(what: str, asked: Sequence[Any], done: Callable[[Any], Any]) -> list[Any]:
    """Do it with each, and say what it took; returns what came out."""
    walls, cpus, made = [], [], []
    for one in asked:
        wall, cpu = time.perf_counter(), time.process_time()
        made.append(done(one))
        walls.append(1e3 * (time.perf_counter() - wall))
        cpus.append(1e3 * (time.process_time() - cpu))
    print(
        f"{what:48} {statistics.median(walls):8.1f} ms wall {statistics.median(cpus):8.1f} ms cpu"
        f" (least {min(walls):.1f} and {min(cpus):.1f}) load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return made


def told(tried: Sequence[Tried]) -> str:
    """Say what was found."""
    devices, findings, components = (
        statistics.median(len(numbers) if isinstance(numbers, Sequence) else numbers for numbers in of)
        for of in zip(*((one.devices, one.findings, one.components) for one in tried), strict=True)
    )
    return f"  medians: {devices:g} devices have it, {findings:g} findings, {components:g} components"


def memory() -> str:
    """Say what the process holds, and what it held at most."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"  memory {pages * resource.getpagesize() / 2**20:.0f} MiB, at most {most:.0f} MiB"


def run(home: str, runs: int, count: int) -> None:
    """Open the snapshot once and try both kinds."""
    view = View(house=compose.build(Path(home)), scope=Scope.all())
    known, unseen = some_devices(view, runs + 1), some_lists(view, runs + 1, count)
    (trials,) = measure("the snapshot opened", [view], Trials)
    print(memory())
    measure("the first device that the fleet has", known[:1], trials.of)
    print(told(measure("devices that the fleet has, each the first time", known[1:], trials.of)))
    measure("each again", known[1:], trials.of)
    print(memory())
    measure(f"the first device of {count} unseen components", unseen[:1], trials.of)
    print(told(measure(f"devices of {count} unseen components, each another", unseen[1:], trials.of)))
    print(memory())


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
