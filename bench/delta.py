# SPDX-License-Identifier: Apache-2.0
"""Answer 500 changed CVEs on a drawn fleet: from the bytes of a feed to the published snapshot, by stage.

The fleet is that of assess_fleet.py, each of its 20,000 devices as often as it takes. The records are real ones of NVD,
drawn from all years, with another end of their ranges and a later lastModified, as its feed of changes would bring them.
"""

import argparse
import json
import lzma
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assess_fleet import write_fleet

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
SEED = 20261128
DRAWN_FROM = 20_000


_VECTORS = ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N")


def rescored(cve: dict[str, Any], vector: str) -> None:
    """Give a record another score, and every second range no end: all that is summed from it moves."""
    for metric in cve.get("metrics", {}).get("cvssMetricV31", ()):
        metric["cvssData"]["vectorString"] = vector
    for number, match in enumerate(
        match
        for configuration in cve.get("configurations", ())
        for node in configuration["nodes"]
        for match in node["cpeMatch"]
    ):
        if number % 2 and "versionEndExcluding" in match:
            match["versionEndExcluding"] = "99999"


def write_change(path: Path, count: int, seed: int, *, moving: bool = False) -> None:
    """Draw records of all years and change them; `moving`: in score and reach, whatever they were."""
    chance = random.Random(seed)
    kept: list[dict[str, Any]] = []
    for paper in sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz")):
        feed = json.loads(lzma.decompress(paper.read_bytes()))
        head = {name: value for name, value in feed.items() if name != "vulnerabilities"}
        kept += chance.sample(feed["vulnerabilities"], min(len(feed["vulnerabilities"]), count))
    drawn = chance.sample(kept, count)
    for number, record in enumerate(drawn):
        cve = record["cve"]
        if moving:
            rescored(cve, _VECTORS[(seed + number) % 2])
        cve["lastModified"] = f"2027-01-{1 + seed % 28:02}T00:00:{number % 60:02}.000"
        for configuration in cve.get("configurations", ()):
            for node in configuration["nodes"]:
                for match in node["cpeMatch"]:
                    if "versionEndExcluding" in match and chance.random() < 0.5:
                        match["versionEndExcluding"] += ".1"
    path.write_text(
        json.dumps(
            {
                **head,
                "resultsPerPage": count,
                "totalResults": count,
                "startIndex": 0,
                "vulnerabilities": drawn,
            }
        )
    )


def timed(owner: Any, name: str, told: Counter[str], label: Callable[..., str]) -> None:
    """Add up the seconds that calls of a function take."""
    run = getattr(owner, name)

    def measured(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return run(*given, **named)
        finally:
            told[label(*given)] += time.perf_counter() - began

    setattr(owner, name, measured)


def answer(home: str, *papers: str) -> None:
    """Receive and assess in a process of its own; prints JSON."""
    from leadglass import compose
    from leadglass.services.ledger import act, assess, delta
    from leadglass.services.ledger.receive import Offered, receive
    from leadglass.store.bench import Workbench

    house = compose.build(Path(home))
    told: Counter[str] = Counter()
    for owner, name in ((assess, "gather"), (assess, "make"), (assess, "follow"), (delta, "put_sources"),
                        (delta, "put_remarks"), (delta, "_recognised"), (delta, "_match"), (delta, "offers"), (delta, "_weigh"),
                        (delta, "act_again"), (act, "_count_again"), (act, "_sum_again"), (act, "_rank"),
                        (act, "_ask_again"), (act, "_ask")):  # fmt: skip
        timed(owner, name, told, lambda *_, name=name: name.lstrip("_"))
    if os.environ.get("LEADGLASS_BENCH_QUERIES"):
        for name in ("put", "make", "lay", "run", "rows", "before"):
            timed(
                Workbench,
                name,
                told,
                lambda _, of, *_given, name=name: f"    {name} {getattr(of, 'name', of)}",
            )
    wall, cpu = time.perf_counter(), time.process_time()
    for got in receive(house, (Offered(path=Path(one).name, opener=Path(one)).opened() for one in papers)):
        assert got.taken, got
    received = time.perf_counter() - wall
    made = assess.assess(house)
    print(json.dumps({
        "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "stages": {"receive": received, **told},
        "rows": Counter({part.table: part.rows for part in made.parts}), "layers": max(part.layer for part in made.parts),
    }))  # fmt: skip


def multiply(home: str, times: str) -> None:
    """Publish the same snapshot with each device so many times: the configurations stay, the devices grow."""
    from leadglass import compose
    from leadglass.services.ledger.act import sum_all
    from leadglass.services.ledger.delta import _FLEET, _LAYERED
    from leadglass.values.query import Query
    from leadglass.values.tables import TABLES

    house = compose.build(Path(home))
    current = house.tables.current()
    bench = house.tables.workbench(current.documents, current)
    kept = {part.table for part in current.parts}
    bench.keep(*{*_FLEET, *_LAYERED, *kept})
    for name in ("device", "device_finding", "told_device"):
        columns = tuple(column.name for column in TABLES[name].columns)
        told = ", ".join(
            "device_id || '-' || n AS device_id" if one == "device_id" else one for one in columns
        )
        sql = f"SELECT {told} FROM {name} CROSS JOIN (SELECT unnest(range({int(times)})) AS n) r"
        bench.make(name, Query(name=f"more of {name}", tables=(name,), columns=columns, sql=sql))
    sum_all(bench)
    made = bench.manifest(
        receipts=current.receipts, register=current.register, policies="", made_at=house.clock(), as_of=None
    )
    house.tables.publish(made)
    bench.close()
    print("{}")


def run(*words: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def shown(label: str, told: dict[str, Any]) -> None:
    print(
        f"{label}: {told['wall']:.2f} s wall, {told['cpu']:.2f} s of processor time; load {os.getloadavg()[0]:.1f}"
    )
    for name, seconds in told["stages"].items():
        print(f"  {name}: {seconds:.2f} s")


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--devices", type=int, default=20_000)
    asked.add_argument("--times", type=int, default=1, help="each device so many times, in the tables alone")
    asked.add_argument("--records", type=int, default=500)
    asked.add_argument(
        "--moving", action="store_true", help="each record has another score, and reaches further"
    )
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--home", default="", help="a folder to keep, and to go on with")
    said = asked.parse_args()
    if not CORPUS.is_dir():
        print(f"skipped: no public documents at {CORPUS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = said.home or f"{folder}/home"
        if not Path(home).exists():
            paper = Path(folder) / "fleet.csv"
            write_fleet(paper, said.devices)
            feeds = [str(path) for path in sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz"))]
            shown("all new", run("answer", home, *feeds, str(paper)))
        if said.times > 1:
            run("multiply", home, str(said.times))
        for number in range(said.rounds):
            change = Path(folder) / f"change-{number}.json"
            write_change(change, said.records, SEED + time.time_ns() % 10_000, moving=said.moving)
            told = run("answer", home, str(change))
            shown(f"{said.records} changed records", told)
    rows = told["rows"]
    print(f"{rows['device']:,} devices in {rows['configuration']:,} configurations; {rows['deed']:,} actions,"
          f" {rows['question']:,} questions; layer {told['layers']}")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["answer"]:
        answer(*sys.argv[2:])
    elif sys.argv[1:2] == ["multiply"]:
        multiply(*sys.argv[2:])
    else:
        main()
