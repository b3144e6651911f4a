# SPDX-License-Identifier: Apache-2.0
"""Match 200,000 distinct components in 5,000 configurations against every NVD year at hand, AND evaluation included.

Beside it the floor: a bare scan and aggregate of the table of criteria, in turn with the match. Prints the ratio of
processor time, and the peak memory of a process that only matches; then the step as an assessment runs it, with what
words alone say, its tables written. A configuration is a device's: one model (firmware
and its hardware, as records pair them), an operating system, and 50 to 600 applications and libraries.
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
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
SEED = 20261128
KNOWN = 0.55  # of the applications: their product is one that records name
PERTURBED = 0.3  # of these: a version beside a named one
MODELS, SYSTEMS = 4_000, 400
PER_CONFIGURATION = (50, 600)

NAMED = """
SELECT part, product, list(DISTINCT version ORDER BY version) FILTER (WHERE class = 'exact') AS versions
FROM criterion WHERE vulnerable GROUP BY 1, 2 ORDER BY 2, 1
"""
PAIRED = """
SELECT DISTINCT h.product AS hardware FROM criterion h JOIN criterion f ON f.sha256 = h.sha256 AND f.record = h.record
WHERE h.part = 'h' AND f.part = 'o' AND f.vulnerable AND f.product = h.product || '_firmware' ORDER BY 1
"""


def receive(home: str) -> None:
    """Read every year into a home."""
    from leadglass import compose
    from leadglass.services.ledger.receive import Offered, receive

    house = compose.build(Path(home))
    paths = sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz"))
    for got in receive(house, (Offered(path=path.name, opener=path).opened() for path in paths)):
        assert got.taken, got


class Fleet:
    """Components as inventories would give them, drawn from what records name."""

    def __init__(self, bench: Any, rng: random.Random) -> None:
        from leadglass.values.query import Query

        def ask(sql: str, *columns: str) -> list[dict[str, Any]]:
            return bench.rows(Query(name="drawn", tables=("criterion",), columns=columns, sql=sql))

        self._rng = rng
        self._versions = {
            (row["part"], row["product"]): row["versions"]
            for row in ask(NAMED, "part", "product", "versions")
        }
        self._of = {part: [product for one, product in self._versions if one == part] for part in "ao"}
        self._paired = [row["hardware"] for row in ask(PAIRED, "hardware")]
        self.made: dict[str, dict[str, Any]] = {}

    def add(self, part: str, product: str, version: str) -> str:
        """Make a component, once."""
        from leadglass.values.ids import component_id
        from leadglass.vulnerabilities.components import Link
        from leadglass.vulnerabilities.index import join_keys

        link = Link(part=part, product=product, version=version, basis="drawn", confidence=1.0)
        name = component_id(product, version, part, "")
        self.made[name] = {
            "component_id": name, "part": part, "product": product, "name": product, "version": version,
            "norm": link.norm, "base": link.base, "key": link.key, "update_": link.update, "named": False, "lacks": "version",
            "doubt": "", "qualifiers": "", "first_seen": datetime(2026, 1, 1, tzinfo=UTC), "basis": "drawn", "confidence": 1.0,
            **join_keys(part, product, norm=link.norm, base=link.base, key=link.key),
        }  # fmt: skip
        return name

    def version(self, part: str, product: str) -> str:
        """Draw a version that records name, or one beside it."""
        named = self._versions.get((part, product)) or ["1.0"]
        version = self._rng.choice(named)
        beside = self._rng.random() < PERTURBED or named == ["1.0"]
        return f"{version}.{self._rng.randrange(40)}" if beside else version

    def model(self) -> list[str]:
        """Draw a device: its firmware and its hardware."""
        hardware = self._rng.choice(self._paired)
        firmware = f"{hardware}_firmware"
        return [self.add("h", hardware, "-"), self.add("o", firmware, self.version("o", firmware))]

    def system(self) -> str:
        """Draw an operating system."""
        product = self._rng.choice(self._of["o"])
        return self.add("o", product, self.version("o", product))

    def application(self) -> str:
        """Draw an application or library, known to records or not."""
        rng = self._rng
        if rng.random() >= KNOWN:
            return self.add("a", f"nobody:thing_{len(self.made)}", f"{rng.randrange(9)}.{rng.randrange(30)}")
        product = rng.choice(self._of["a"])
        return self.add("a", product, self.version("a", product))


def prepare(home: str, count: int, configurations: int) -> None:
    """Draw the fleet and publish it as a snapshot."""
    from leadglass import compose
    from leadglass.services.ledger.sources import held, put_sources
    from leadglass.services.ledger.worded import read_words
    from leadglass.vulnerabilities import CRITERIA_NOW
    from leadglass.vulnerabilities.worded import LEFT_OUT

    house = compose.build(Path(home))
    documents = held(house, None)
    bench = house.tables.workbench([one.sha256 for one in documents])
    put_sources(house, bench, documents)
    cpu = time.process_time()
    bench.make("criterion_now", CRITERIA_NOW)
    index = time.process_time()
    bench.make("left_out", LEFT_OUT, read_words(bench, house.schemes))
    print(json.dumps({"index": index - cpu, "words": time.process_time() - index}))
    rng = random.Random(SEED)
    fleet = Fleet(bench, rng)
    models = [fleet.model() for _ in range(MODELS)]
    systems = [fleet.system() for _ in range(SYSTEMS)]
    applications = []
    while len(fleet.made) < count:
        applications.append(fleet.application())
    numbers = {name: number for number, name in enumerate(sorted(fleet.made))}
    bench.put("component", [{**row, "number": numbers[name]} for name, row in fleet.made.items()])
    bench.put(
        "configuration",
        [{"configuration_id": f"G-{number:05}", "number": number, "knows_software": True, "knows_system": True,
          "knows_hardware": rng.random() < 0.8, "components": 0} for number in range(configurations)],
    )  # fmt: skip
    bench.put(
        "member",
        [{"configuration": number, "component": numbers[name]} for number in range(configurations)
         for name in {*rng.choice(models), rng.choice(systems), *rng.sample(applications, rng.randint(*PER_CONFIGURATION))}],
    )  # fmt: skip
    house.tables.publish(
        bench.manifest(receipts="", register="", policies="", made_at=house.clock(), as_of=None)
    )


FLOOR = """
SELECT count(*) AS n, count(DISTINCT product) AS p, max(lo) AS lo, max(hi) AS hi, max(norm) AS norm FROM criterion
"""
STEPS = ("floor", "hits", "component", "configuration")


def measure(home: str, rounds: int) -> None:
    """Match in a process of its own, so that peak memory is that of matching."""
    from leadglass import compose
    from leadglass.values.query import Query

    house = compose.build(Path(home))
    floor = Query(name="floor", tables=("criterion",), columns=("n",), sql=FLOOR)
    with closing(house.tables.session(house.tables.current())) as session:
        session.run(floor, {}, {})
        before = peak()
        told: dict[str, Any] = {name: [] for name in STEPS}
        for _ in range(rounds):
            wall, cpu = time.perf_counter(), time.process_time()
            session.run(floor, {}, {})
            told["floor"].append((time.process_time() - cpu, time.perf_counter() - wall))
            told["rows"], told["slices"] = matched(house, session, told)
    told |= {"before": before, "peak": peak()}
    print(json.dumps({**told, "made": made(house), "peak_made": peak()}))


def peak() -> float:
    """Give the most memory that this process took, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def matched(
    house: Any, session: Any, told: dict[str, Any], *, together: bool = True
) -> tuple[list[int], int]:
    """Match as `held_against` does, by criteria and left out versions: findings come in their order and are not kept.

    Gives their numbers, and the number of slices; notes processor time and wall time of each part.
    """
    from leadglass.services.ledger.match import by_slice, joined
    from leadglass.store.parquet import relations
    from leadglass.values.tables import TABLES
    from leadglass.vulnerabilities import COMPONENT_FINDINGS, CONFIGURATION_FINDINGS, HITS

    begun = [(time.process_time(), time.perf_counter())]

    def lap(name: str) -> None:
        now = (time.process_time(), time.perf_counter())
        told.setdefault(name, []).append((now[0] - begun[-1][0], now[1] - begun[-1][1]))
        begun.append(now)

    with session.batches(HITS, {}, {}, order=("vulnerability",)) as found:
        spool = house.tables.spool(found, "vulnerability", session.most)
    lap("hits")
    rows = []
    with closing(spool) as hits:
        asked = [("component", COMPONENT_FINDINGS, by_slice(hits, ()))]
        asked += [("configuration", CONFIGURATION_FINDINGS, joined(hits))] if together else []
        for name, query, batches in asked:
            rows.append(0)
            for one in batches:
                params = {key: value for key, value in one.items() if key != "given"}
                order = TABLES[f"{name}_finding"].sort
                with session.batches(query, relations(one["given"]), params, order=order) as found:
                    rows[-1] += sum(batch.num_rows for batch in found)
            lap(name)
        return rows, sum(1 for _ in hits.slices())


def made(house: Any) -> dict[str, float]:
    """Run this part of the step match as an assessment does, its tables written."""
    from leadglass.services.ledger.match import held_against

    current = house.tables.current()
    bench = house.tables.workbench(current.documents, current)
    bench.keep(*{part.table for part in current.parts})
    wall, cpu = time.perf_counter(), time.process_time()
    rows = sum(bench.make(name, query, batches) for name, query, batches in held_against(bench))
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "rows": rows}


def inside(*words: str) -> dict[str, Any]:
    """Run a part of this in a process of its own; what it prints."""
    done = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout or "{}")


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
            inside("receive", home)
        drawn = inside("prepare", home, str(said.components), str(said.configurations))
        told = inside("measure", home, str(said.rounds))
    least = {name: min(told[name]) for name in STEPS}
    print(
        f"made when records come: the index of the criteria {drawn['index']:.2f} s of processor time,"
        f" words {drawn['words']:.2f} s"
    )
    for name, (cpu, wall) in least.items():
        print(f"{name}: {cpu:.2f} s of processor time, {wall:.2f} s wall, the least of {said.rounds}")
    whole = sum(cpu for name, (cpu, _) in least.items() if name != "floor")
    print(
        f"{told['rows'][0]:,} findings of components, {told['rows'][1]:,} of configurations, in {told['slices']} slices"
    )
    print(f"match: {whole / least['floor'][0]:.1f} times the floor; load {os.getloadavg()[0]:.1f}")
    print(f"peak memory {told['peak']:.0f} MiB, {told['before']:.0f} before the first query")
    step = told["made"]
    print(
        f"the step with words, its tables written: {step['cpu']:.2f} s of processor time, {step['wall']:.2f} s wall,"
        f" {step['rows']:,} findings; peak {told['peak_made']:.0f} MiB"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["receive"]:
        receive(sys.argv[2])
    elif sys.argv[1:2] == ["prepare"]:
        prepare(sys.argv[2], *map(int, sys.argv[3:5]))
    elif sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        main()
