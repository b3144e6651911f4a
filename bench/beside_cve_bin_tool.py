# SPDX-License-Identifier: Apache-2.0
"""Match the components of a nation beside cve-bin-tool 3.4: the same feeds, the same machine, in turn.

The peer is installed in an environment of its own and run there by its own code; nothing of it is part of this
project. Its database is filled from the feeds by its own functions, and asked by its own `CVEScanner.get_cves`: once as
it is shipped, once with the index that its question wants. Its cost of a component does not depend on the others,
so it is asked for some; ours is asked for all of them at once, AND evaluation included, which the peer does not do.

Two fleets, as how much there is to find decides the ratio: one whose products are drawn evenly from those that records
name, so that most have few records, and one where a product is drawn as often as criteria name it, as what is
installed everywhere is looked into most.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import match_nation

PEER = "cve-bin-tool==3.4"
PREPARED = {"evenly": "evenly from those that records name", "often": "as often as criteria name them"}
SEED = 34
JOINT = {"evenly"}
"""Fleets that are judged by AND too; of what is named often `--and` asks for it, as it becomes 60 million findings."""

# Run by the peer's interpreter. Of its sources the one for NVD is taken, and nothing is fetched. Its reader of API 2.0
# stops with a fault at a record that has no score; such a record is handed in with the score 0, which it keeps as unknown
FILL = """
import json, logging, lzma, sys
from pathlib import Path
from cve_bin_tool.cvedb import CVEDB
from cve_bin_tool.data_sources.nvd_source import NVD_Source
logging.disable(logging.CRITICAL)
folder, feeds = Path(sys.argv[1]), sorted(Path(sys.argv[2]).glob("*.xz"))
NVD_Source.CACHEDIR = CVEDB.CACHEDIR = folder
source = NVD_Source(nvd_type="api2")
database = CVEDB(sources=[source], cachedir=str(folder), backup_cachedir=str(folder / "backup"), version_check=False)
database.init_database()
none = {"cvssMetricV31": [{"cvssData": {"baseSeverity": "UNKNOWN", "baseScore": 0, "vectorString": ""}}]}
scored = {"cvssMetricV31", "cvssMetricV30", "cvssMetricV2"}
for path in feeds:
    records = json.loads(lzma.decompress(path.read_bytes()))["vulnerabilities"]
    for record in records:
        if not scored & set(record["cve"].get("metrics", ())):
            record["cve"]["metrics"] = none
    database.data = [(source.format_data_api2(records), "NVD")]
    database.populate_db()
"""
ASK = """
import json, logging, sys, time
from cve_bin_tool.cve_scanner import CVEScanner
from cve_bin_tool.util import ProductInfo
logging.disable(logging.CRITICAL)
CVEScanner.dbname = sys.argv[1]
named = json.load(open(sys.argv[2]))
with CVEScanner() as scanner:
    wanted = [ProductInfo(vendor, product, version, "/", "") for vendor, product, version in named]
    wall, cpu = time.perf_counter(), time.process_time()
    for one in wanted:
        scanner.get_cves(one, {"default": {}, "paths": {""}})
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
found = sum(len(data["cves"]) for data in scanner.all_cve_data.values())
print(json.dumps({"cpu": cpu, "wall": wall, "found": found}))
"""
INDEX = "CREATE INDEX asked ON cve_range (vendor, product, version)"


def peer(python: str, program: str, *words: str) -> Any:
    """Run a program in the peer's environment, which is given no home of ours and no network."""
    bare = {
        "PATH": os.environ["PATH"],
        "HOME": words[0] if Path(words[0]).is_dir() else str(Path(words[0]).parent),
    }
    done = subprocess.run(
        [python, "-c", program, *words], capture_output=True, text=True, check=False, env=bare
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout or "{}")


def install(folder: Path) -> str:
    """Install the peer in an environment of its own; its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", PEER], check=True)
    return python


def fill(python: str, folder: Path) -> dict[str, Path]:
    """Fill the peer's database from the feeds; one as shipped, and a copy with the index that its question wants."""
    import sqlite3

    folder.mkdir(exist_ok=True)
    shipped, indexed = folder / "cve.db", folder / "indexed.db"
    if not indexed.exists():
        shipped.unlink(missing_ok=True)
        peer(python, FILL, str(folder), str((match_nation.CORPUS / "nvd/feeds-2.0").resolve()))
        shutil.copy(shipped, indexed)
        with closing(sqlite3.connect(indexed)) as connection:
            connection.execute(INDEX)
            connection.execute("ANALYZE")
    return {"shipped": shipped, "indexed": indexed}


WEIGHED = """
SELECT product, count(*) AS criteria FROM criterion WHERE vulnerable AND part = 'a' GROUP BY 1 ORDER BY 1
"""


def prepare_often(home: str, count: int, configurations: int) -> None:
    """Draw and publish a fleet whose applications are those that criteria name often."""
    from leadglass.values.query import Query

    class Often(match_nation.Fleet):
        """Components as inventories would give them: what is looked into most is installed most."""

        def __init__(self, bench: Any, rng: random.Random) -> None:
            super().__init__(bench, rng)
            weighed = Query(
                name="weighed", tables=("criterion",), columns=("product", "criteria"), sql=WEIGHED
            )
            rows = bench.rows(weighed)
            drawn = rng.choices(
                [row["product"] for row in rows], weights=[row["criteria"] for row in rows], k=1_000_000
            )
            self._of = {**self._of, "a": drawn}

    match_nation.Fleet = Often  # type: ignore[misc]
    match_nation.prepare(home, count, configurations)


def draw(home: str, count: int, target: Path) -> None:
    """Draw some of the fleet's components, as the peer wants them named, and as a table of ours."""
    import pyarrow.parquet as pq

    from leadglass import compose

    house = compose.build(Path(home))
    (part,) = (part for part in house.tables.current().parts if part.table == "component")
    whole = pq.read_table(house.tables.place_of(part.sha256))
    some = sorted(random.Random(SEED).sample(range(whole.num_rows), count))
    drawn = whole.take(some)
    pq.write_table(drawn, house.tables.folder / "drawn.parquet")
    rows = drawn.select(["product", "version"]).to_pylist()
    target.write_text(json.dumps([(*row["product"].split(":", 1), row["version"]) for row in rows]))


def ours(home: str, drawn: str, joint: str) -> None:
    """Match all components of the fleet, or those drawn alone, in a process of its own; AND only where it is asked for."""
    from leadglass import compose
    from leadglass.store.engine import Layer

    house = compose.build(Path(home))
    with closing(house.tables.session(house.tables.current())) as session:
        if drawn:
            session.define("component", [Layer(files=(str(house.tables.folder / "drawn.parquet"),))])
        laps: dict[str, Any] = {}
        rows, _ = match_nation.matched(house, session, laps, together=bool(joint))
    cpu, wall = ([lap[0][place] for lap in laps.values()] for place in (0, 1))
    print(
        json.dumps(
            {
                "alone": sum(cpu[:2]),
                "cpu": sum(cpu),
                "wall": sum(wall),
                "found": sum(rows),
                "peak": match_nation.peak(),
            }
        )
    )


def inside(*words: str) -> dict[str, Any]:
    """Run a part of this in a process of its own; what it prints."""
    done = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def tell(name: str, told: list[dict[str, Any]], count: int) -> float:
    """Print the median of some runs; the processor time of a component, in microseconds."""
    cost = sorted(one["cpu"] / count * 1e6 for one in told)
    wall = sorted(one["wall"] / count * 1e6 for one in told)
    middle = len(told) // 2
    print(
        f"{name}: {cost[middle]:,.1f} microseconds of processor time a component ({cost[0]:,.1f} to {cost[-1]:,.1f}),"
        f" {wall[middle]:,.1f} wall; {told[0]['found']:,} findings of {count:,} components"
    )
    return cost[middle]


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--components", type=int, default=200_000, help="of the fleet")
    asked.add_argument("--drawn", type=int, default=5_000, help="that the peer is asked for, with the index")
    asked.add_argument("--scanned", type=int, default=40, help="that the peer is asked for as shipped")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--and", dest="together", action="store_true", help="judge every fleet by AND too")
    asked.add_argument("--fleets", nargs="+", choices=list(PREPARED), default=list(PREPARED))
    asked.add_argument("--peer", default="", help="interpreter of an environment that has the peer")
    asked.add_argument("--folder", default="", help="keep the home and the peer's database here")
    said = asked.parse_args()
    if not match_nation.CORPUS.is_dir():
        print(f"skipped: no public documents at {match_nation.CORPUS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(said.folder or folder)
        home = str(place / "home")
        python = said.peer or install(place / "peer")
        if not Path(home).exists():
            match_nation.inside("receive", home)
        bases = fill(python, place / "database")
        for fleet in said.fleets:
            print(f"products drawn {PREPARED[fleet]}:")
            inside("prepare", home, str(said.components), fleet)
            draw(home, said.drawn, place / "drawn.json")
            some = json.loads((place / "drawn.json").read_text())
            (place / "scanned.json").write_text(
                json.dumps(some[:: len(some) // said.scanned][: said.scanned])
            )
            beside(python, bases, home, place, said, joint="and" if said.together or fleet in JOINT else "")


def beside(
    python: str, bases: dict[str, Path], home: str, place: Path, said: argparse.Namespace, *, joint: str
) -> None:
    """Ask both of one fleet, in turn, and print."""
    told: dict[str, list[Any]] = {"shipped": [], "indexed": [], "all": [], "drawn": []}
    for _ in range(said.rounds):
        told["indexed"].append(peer(python, ASK, str(bases["indexed"]), str(place / "drawn.json")))
        told["all"].append(inside("ours", home, "", joint))
        told["shipped"].append(peer(python, ASK, str(bases["shipped"]), str(place / "scanned.json")))
        told["drawn"].append(inside("ours", home, "drawn", joint))
    indexed = tell("  cve-bin-tool 3.4 with an index", told["indexed"], said.drawn)
    shipped = tell("  cve-bin-tool 3.4 as shipped", told["shipped"], said.scanned)
    whole = tell("  ours, the whole fleet", told["all"], said.components)
    some = tell("  ours, of a fleet of those alone", told["drawn"], said.drawn)
    alone = sorted(one["alone"] / said.components * 1e6 for one in told["all"])[said.rounds // 2]
    print(f"  ours without AND evaluation, as the peer: {alone:,.1f}, {indexed / alone:,.1f} times faster")
    print(f"  peak of ours: {max(one['peak'] for one in told['all']):,.0f} MiB")
    print(
        f"  faster than with an index: {indexed / whole:,.1f} times; of those alone {indexed / some:,.2f} times"
    )
    print(
        f"  faster than as shipped: {shipped / whole:,.0f} times; load {os.getloadavg()[0]:.1f}", flush=True
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        ours(*sys.argv[2:5])
    elif sys.argv[1:2] == ["prepare"]:
        prepare = prepare_often if sys.argv[4] == "often" else match_nation.prepare
        prepare(sys.argv[2], int(sys.argv[3]), 5_000)
    else:
        main()
