# SPDX-License-Identifier: Apache-2.0
"""Match 200,000 distinct components in 5,000 configurations against every NVD year at hand, AND evaluation included.

Beside it the floor: a bare scan and aggregate of the table of criteria, in turn with the match. Prints the ratio of
processor time, and the peak memory of a process that only matches.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
SEED = 20261128
KNOWN, PERTURBED = (
    0.55,
    0.3,
)  # of the components: product that records name; of these: version beside a named one
PER_CONFIGURATION = (50, 600)


def receive(home: str) -> None:
    """Read every year into a home."""
    from leadglass import compose
    from leadglass.services.ledger.receive import Offered, receive

    house = compose.build(Path(home))
    paths = sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz"))
    for got in receive(house, (Offered(path=path.name, opener=path).opened() for path in paths)):
        assert got.taken, got


def drawn(bench: Any, count: int, rng: random.Random) -> list[dict[str, Any]]:
    """Components as inventories would give them, most of them of products that records name."""
    from leadglass.values.ids import component_id
    from leadglass.values.query import Query
    from leadglass.vulnerabilities.components import Link

    named = bench.rows(
        Query(
            name="products",
            tables=("criterion",),
            columns=("part", "product", "versions"),
            sql="SELECT part, product, list(DISTINCT version ORDER BY version) FILTER (WHERE class = 'exact') AS versions"
            " FROM criterion WHERE vulnerable GROUP BY 1, 2 ORDER BY 2, 1",
        )
    )
    made = {}
    while len(made) < count:
        if rng.random() < KNOWN:
            row = rng.choice(named)
            part, product = row["part"], row["product"]
            version = rng.choice(row["versions"] or ["1.0"])
            if rng.random() < PERTURBED or not row["versions"]:
                version = f"{version}.{rng.randrange(40)}"
        else:
            part, product, version = (
                "a",
                f"nobody:thing_{len(made)}",
                f"{rng.randrange(9)}.{rng.randrange(30)}",
            )
        link = Link(part=part, product=product, version=version, basis="drawn", confidence=1.0)
        name = component_id(product, version, part, "")
        made[name] = {
            "component_id": name, "part": part, "product": product, "name": product, "version": version,
            "norm": link.norm, "base": link.base, "key": link.key, "update_": link.update, "named": False, "lacks": "version",
            "doubt": "", "qualifiers": "", "first_seen": datetime(2026, 1, 1, tzinfo=UTC), "basis": "drawn", "confidence": 1.0,
        }  # fmt: skip
    return list(made.values())


def measure(home: str, count: int, configurations: int, rounds: int) -> None:
    """Match in a process of its own, so that peak memory is that of matching."""
    import duckdb  # noqa: F401 - loaded before the clock starts

    from leadglass import compose
    from leadglass.services.ledger.sources import held, put_sources
    from leadglass.values.query import Query
    from leadglass.vulnerabilities import COMPONENT_FINDINGS, CONFIGURATION_FINDINGS

    house = compose.build(Path(home))
    documents = held(house, None)
    bench = house.tables.workbench([one.sha256 for one in documents])
    put_sources(house, bench, documents)
    rng = random.Random(SEED)
    components = drawn(bench, count, rng)
    bench.put("component", components)
    names = [one["component_id"] for one in components]
    members = {
        f"G-{number:05}": rng.sample(names, rng.randint(*PER_CONFIGURATION))
        for number in range(configurations)
    }
    del components, names
    bench.put(
        "configuration",
        [{"configuration_id": name, "knows_software": True, "knows_system": True, "knows_hardware": True,
          "components": len(listed)} for name, listed in members.items()],
    )  # fmt: skip
    bench.put(
        "configuration_component",
        ({"configuration_id": name, "component_id": one, "listed": "", "sha256": "", "place": ""}
         for name, listed in members.items() for one in listed),
    )  # fmt: skip
    del members
    floor = Query(
        name="floor", tables=("criterion",), columns=("n",),
        sql="SELECT count(*) AS n, count(DISTINCT product) AS p, max(lo) AS lo, max(hi) AS hi, max(norm) AS norm"
        " FROM criterion",
    )  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"floor": [], "component": [], "configuration": [], "rows": []}
    for _ in range(rounds):
        for name, query in (
            ("floor", floor),
            ("component", COMPONENT_FINDINGS),
            ("configuration", CONFIGURATION_FINDINGS),
        ):
            wall, cpu = time.perf_counter(), time.process_time()
            rows = bench.run(query).num_rows
            told[name].append((time.process_time() - cpu, time.perf_counter() - wall))
            told["rows"].append(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**told, "before": before, "peak": peak}))


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--components", type=int, default=200_000)
    asked.add_argument("--configurations", type=int, default=5_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--home", default="")
    said = asked.parse_args()
    if not CORPUS.is_dir():
        print(f"skipped: no public documents at {CORPUS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = said.home or f"{folder}/home"
        if not Path(home).exists():
            subprocess.run([sys.executable, __file__, "receive", home], check=True)
        words = ["measure", home, str(said.components), str(said.configurations), str(said.rounds)]
        done = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    least = {name: min(told[name]) for name in ("floor", "component", "configuration")}
    for name, (cpu, wall) in least.items():
        print(f"{name}: {cpu:.2f} s of processor time, {wall:.2f} s wall, the least of {said.rounds}")
    whole = least["component"][0] + least["configuration"][0]
    print(f"{told['rows'][1]:,} findings of components, {told['rows'][2]:,} of configurations")
    print(f"match: {whole / least['floor'][0]:.1f} times the floor; load {os.getloadavg()[0]:.1f}")
    print(f"peak memory {told['peak']:.0f} MiB, {told['before']:.0f} before the first query")


if __name__ == "__main__":
    if sys.argv[1:2] == ["receive"]:
        receive(sys.argv[2])
    elif sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        main()
