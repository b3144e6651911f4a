# SPDX-License-Identifier: Apache-2.0
"""Match fleets of several sizes against every NVD year on DuckDB and on a Spark cluster of two workers, in turn.

The cluster is a standalone one on this machine's loopback, a core for each worker; DuckDB has two threads. Counted is
the processor time of all processes that take part: of Spark the driver, its Java, master, workers and executors. The
answers are held against each other, row by row.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import match_nation

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SETTINGS = {"spark.executor.memory": "1g", "spark.driver.memory": "1g", "spark.sql.shuffle.partitions": "8"}
TICKS = os.sysconf("SC_CLK_TCK")


def spent() -> float:
    """Tell the processor time of this process and all below it, those that ended included."""
    parents, used = dict[int, int](), dict[int, float]()
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        number = int(place.parent.name)
        parents[number] = int(fields[1])
        used[number] = sum(map(int, fields[11:15])) / TICKS
    own = {os.getpid()}
    while more := {number for number, parent in parents.items() if parent in own} - own:
        own |= more
    return sum(used.get(number, 0.0) for number in own)


def timed(told: list[tuple[float, float]], work: Callable[[], Any]) -> Any:
    """Do some work; note its processor time and its wall time."""
    wall, cpu = time.perf_counter(), spent()
    found = work()
    told.append((spent() - cpu, time.perf_counter() - wall))
    return found


def matched(session: Any) -> list[Any]:
    """Run the three queries of matching, all hits in one slice: what they give."""
    import pyarrow.compute as pc

    from leadglass.store.parquet import arrow
    from leadglass.vulnerabilities import COMPONENT_FINDINGS, CONFIGURATION_FINDINGS, HITS
    from leadglass.vulnerabilities.worded import WORDED

    hits = session.run(HITS, {}, {})
    whole = {"hit": hits, "worded": arrow(WORDED, [])}
    alone = session.run(COMPONENT_FINDINGS, whole, {"behind": "", "upto": ""})
    joined = session.run(CONFIGURATION_FINDINGS, {"hit": hits.filter(~pc.field("alone"))}, {})
    return [hits, alone, joined]


def sorted_rows(table: Any) -> Any:
    """Bring an answer into one order and one type of numbers."""
    import pyarrow as pa

    whole = [pa.int64() if pa.types.is_integer(field.type) else field.type for field in table.schema]
    plain = table.cast(pa.schema(list(zip(table.column_names, whole, strict=True))))
    return plain.sort_by([(name, "ascending") for name in table.column_names])


def compare(home: str, size: int, address: str, rounds: int) -> None:
    """Match one fleet on both engines, in turn, and print."""
    from leadglass import compose
    from leadglass.store.spark import SparkSession

    house = compose.build(Path(home))
    manifest = house.tables.current()
    told: dict[str, list[tuple[float, float]]] = {"DuckDB": [], "Spark": []}
    start: list[tuple[float, float]] = []
    cluster = SparkSession(address, house.tables.folder / "spill", house.tables._files(manifest))  # noqa: SLF001
    with closing(cluster), closing(house.tables.session(manifest)) as session:
        timed(start, cluster._started)  # noqa: SLF001
        for _ in range(rounds):
            ours = timed(told["DuckDB"], lambda: matched(session))
            theirs = timed(told["Spark"], lambda: matched(cluster))
    for one, other in zip(ours, theirs, strict=True):
        assert sorted_rows(one) == sorted_rows(other.select(one.column_names)), "the engines differ"
    hits, alone, joined = (one.num_rows for one in ours)
    print(f"{size:,} components: {hits:,} hits, {alone:,} and {joined:,} findings, the same rows of both")
    print(f"  start of Spark: {start[0][0]:.1f} s of processor time, {start[0][1]:.1f} s wall")
    for name, runs in told.items():
        cpu, wall = min(runs)
        print(
            f"  {name}: {cpu:.2f} s of processor time, {wall:.2f} s wall, the least of {rounds};"
            f" the first {runs[0][0]:.2f} and {runs[0][1]:.2f} s"
        )
        print(f"    {cpu / size * 1e6:,.1f} microseconds a component, {cpu / hits * 1e6:,.2f} a hit")
    ratio = min(told["Spark"])[0] / min(told["DuckDB"])[0]
    print(f"  Spark takes {ratio:.1f} times the processor time; load {os.getloadavg()[0]:.1f}", flush=True)


def main() -> None:
    """Run and print."""
    from tests.cluster import cluster, lacking

    asked = argparse.ArgumentParser()
    asked.add_argument("--sizes", type=int, nargs="+", default=[20_000, 200_000])
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument("--home", default="", help="a home that has the feeds; its snapshot is made anew")
    said = asked.parse_args()
    why = "" if match_nation.CORPUS.is_dir() else f"no public documents at {match_nation.CORPUS}"
    if why := why or lacking():
        print(f"skipped: {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = said.home or f"{folder}/home"
        if not Path(home).exists():
            match_nation.inside("receive", home)
        with cluster(Path(folder) / "cluster", settings=SETTINGS) as address:
            for size in said.sizes:
                match_nation.inside("prepare", home, str(size), str(max(size // 40, 100)))
                compare(home, size, address, said.rounds)


if __name__ == "__main__":
    main()
