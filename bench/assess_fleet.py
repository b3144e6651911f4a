# SPDX-License-Identifier: Apache-2.0
"""Assess a drawn fleet of 20,000 devices of 300 models at 60 sites against every NVD year at hand.

Once when records and inventory are new, and once more after the same inventory came again with one device more: what
depends on records alone is used again then. Prints seconds and the peak memory of the process.
"""

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
SEED = 5
MAKERS = (
    "Siemens",
    "Philips",
    "GE",
    "Canon",
    "Fujifilm",
    "Hologic",
    "Carestream",
    "Agfa",
    "Mindray",
    "Samsung",
)
MODALITIES = ("CT", "MR", "DX", "MG", "US", "XA", "NM", "PT", "PACS", "WS")
SYSTEMS = (
    ("Windows 10", "1809"), ("Windows 10", "10.0.17763.1697"), ("Windows 7", "SP1"), ("Windows XP", "SP3"),
    ("Linux", "4.4.1"), ("Windows Server 2016", ""), ("", ""), ("Windows 10", "21H2"),
)  # fmt: skip
APPLICATIONS = (
    "openssl:openssl:1.0.2k", "apache:log4j:2.14.0", "microsoft:sql_server:2012", "oracle:jre:1.8.0:update_191",
    "apache:tomcat:8.5.30", "adobe:acrobat_reader:11.0.0", "offis:dcmtk:3.6.4", "postgresql:postgresql:9.6.1",
    "openbsd:openssh:7.4", "7-zip:7-zip:16.04",
)  # fmt: skip
COLUMNS = (
    "asset_tag", "manufacturer", "model", "serial_number", "software_version", "os", "os_version", "modality", "site",
    "department", "room", "criticality", "owner", "servicer", "status", "cpe",
)  # fmt: skip


def named(text: str) -> str:
    pieces = ["a", *text.split(":")]
    return "cpe:2.3:" + ":".join(pieces + ["*"] * (11 - len(pieces)))


def write_fleet(path: Path, count: int) -> None:
    """Draw the inventory."""
    rng = random.Random(SEED)
    models = [
        (rng.choice(MAKERS), f"Model {rng.choice('ABCDEFG')}{number}", rng.choice(MODALITIES),
         [f"V{rng.randint(1, 9)}.{rng.randint(0, 9)}" for _ in range(rng.randint(1, 5))], rng.sample(SYSTEMS, 2),
         " ".join(map(named, rng.sample(APPLICATIONS, rng.randint(0, 5)))))
        for number in range(300)
    ]  # fmt: skip
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for number in range(count):
            maker, model, modality, versions, systems, cpes = rng.choice(models)
            system, release = rng.choice(systems)
            version = rng.choice(versions) if rng.random() < 0.8 else ""
            servicer = maker if rng.random() < 0.5 else "ServCo"
            writer.writerow(
                (f"A{number:07}", maker, model, f"S{number:08}", version, system, release, modality,
                 f"Site {rng.randrange(60)}", "Radiology", f"R{rng.randrange(40)}", rng.choice(("high", "low", "")),
                 "Biomed", servicer, "in use", cpes)
            )  # fmt: skip


def assess(home: str, *papers: str) -> None:
    """Receive and assess in a process of its own; prints JSON."""
    from leadglass import compose
    from leadglass.services.ledger import assess as ledger
    from leadglass.services.ledger.receive import Offered, receive

    house = compose.build(Path(home))
    for got in receive(house, (Offered(path=Path(one).name, opener=Path(one)).opened() for one in papers)):
        assert got.taken, got
    wall, cpu = time.perf_counter(), time.process_time()
    made = ledger.assess(house)
    rows = {part.table: part.rows for part in made.parts}
    print(json.dumps({
        "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


def run(*words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "assess", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--devices", type=int, default=20_000)
    said = asked.parse_args()
    if not CORPUS.is_dir():
        print(f"skipped: no public documents at {CORPUS}")
        return
    with tempfile.TemporaryDirectory() as folder:
        feeds = [str(path) for path in sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz"))]
        first, second = Path(folder) / "fleet.csv", Path(folder) / "fleet-again.csv"
        write_fleet(first, said.devices)
        write_fleet(second, said.devices + 1)
        for label, papers in (("all new", [*feeds, str(first)]), ("one device more", [str(second)])):
            told = run(f"{folder}/home", *papers)
            rows = told["rows"]
            print(
                f"{label}: {told['wall']:.0f} s wall, {told['cpu']:.0f} s of processor time, peak {told['peak']:.0f} MiB"
            )
    print(
        f"{rows['device']:,} devices in {rows['configuration']:,} configurations; {rows['told_configuration']:,} findings"
        f" of configurations, {rows['action']:,} actions, {rows['question']:,} questions; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["assess"]:
        assess(*sys.argv[2:])
    else:
        main()
