# SPDX-License-Identifier: Apache-2.0
"""Draw the house that web.py measures: devices by an inventory, their software by bills of materials, every NVD year.

Components are applications that records name. Most are drawn evenly, some as often as criteria name their product, so that
each has about ten findings. What is drawn is received and assessed by the services, as anybody's documents are.
"""

import csv
import json
import os
import random
import sys
import time
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assess_fleet import COLUMNS, MAKERS, MODALITIES, SYSTEMS

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
SEED = 20261129
RELEASES = 5  # software versions of a model
OFTEN = 0.065  # of the components: their product is drawn as often as criteria name it
BESIDE = 0.3  # of the components: a version beside one that records name
SITES = 60

NAMED = """
SELECT product, count(*) AS criteria, list(DISTINCT version ORDER BY version) FILTER (WHERE class = 'exact') AS versions
FROM criterion WHERE vulnerable AND part = 'a' GROUP BY 1 ORDER BY 1
"""


def components(rows: list[dict[str, Any]], count: int, rng: random.Random) -> list[tuple[str, str]]:
    """Draw products with a version, each pair once."""
    weights = [row["criteria"] for row in rows]
    often = iter(rng.choices(rows, weights, k=count * 2))
    made: dict[tuple[str, str], None] = {}
    while len(made) < count:
        row = next(often) if rng.random() < OFTEN else rng.choice(rows)
        version = rng.choice(row["versions"] or ["1.0"])
        if rng.random() < BESIDE or not row["versions"]:
            version = f"{version}.{rng.randrange(40)}"
        made[row["product"], version] = None
    drawn = list(made)
    rng.shuffle(drawn)
    return drawn


def models(count: int, rng: random.Random) -> list[tuple[Any, ...]]:
    """Draw models: maker, name, modality, versions, system."""
    return [
        (rng.choice(MAKERS), f"Model {rng.choice('ABCDEFG')}{number}", rng.choice(MODALITIES),
         [f"{release}.{rng.randrange(10)}" for release in range(1, RELEASES + 1)], rng.choice(SYSTEMS))
        for number in range(count)
    ]  # fmt: skip


def boms(drawn: list[tuple[str, str]], made: list[tuple[Any, ...]]) -> Iterator[tuple[str, bytes]]:
    """Deal the components out: a bill of materials (CycloneDX 1.5) for each version of each model."""
    versions = [(maker, model, version) for maker, model, _, told, _ in made for version in told]
    for number, (maker, model, version) in enumerate(versions):
        inside = [
            {"type": "library", "name": product.partition(":")[2], "version": release,
             "cpe": f"cpe:2.3:a:{product}:{release}:*:*:*:*:*:*:*"}
            for product, release in drawn[number :: len(versions)]
        ]  # fmt: skip
        head = {"type": "device", "name": model, "version": version, "supplier": {"name": maker}}
        told = {
            "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{maker} {model} {version}')}",
            "metadata": {"component": head}, "components": inside,
        }  # fmt: skip
        yield f"bom-{number:05}.cdx.json", json.dumps(told).encode()


def write_inventory(path: Path, count: int, made: list[tuple[Any, ...]], rng: random.Random) -> None:
    """Draw the inventory; of one device in twenty it does not say the version."""
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for number in range(count):
            maker, model, modality, versions, (system, release) = rng.choice(made)
            writer.writerow(
                (f"A{number:07}", maker, model, f"S{number:08}", rng.choice(versions) if rng.random() < 0.95 else "",
                 system, release, modality, f"Site {rng.randrange(SITES)}", "Radiology", f"R{rng.randrange(40)}",
                 rng.choice(("high", "low", "")), "Biomed", maker if rng.random() < 0.5 else "ServCo", "in use", "")
            )  # fmt: skip


def build(home: str, devices: int, parts: int, sheets: int) -> None:
    """Build the house in this process: prints how long each step took."""
    from leadglass import compose
    from leadglass.services.ledger.assess import assess
    from leadglass.services.ledger.receive import Offered, receive
    from leadglass.values.query import Query

    house = compose.build(Path(home))

    def take(*paths: Path) -> None:
        began = time.perf_counter()
        for got in receive(house, (Offered(path=path.name, opener=path).opened() for path in paths)):
            assert got.taken, got
        print(
            f"received {paths[0].name} and {len(paths) - 1} more: {time.perf_counter() - began:.0f} s",
            flush=True,
        )

    take(*sorted((CORPUS / "nvd/feeds-2.0").glob("*.xz")))
    bench = house.tables.workbench([receipt.sha256 for receipt in house.documents.receipts()])
    named = Query(name="drawn", tables=("criterion",), columns=("product", "criteria", "versions"), sql=NAMED)
    rng = random.Random(SEED)
    rows = [row for row in bench.rows(named) if all(sign not in row["product"] for sign in '\\*?"')]
    for row in rows:
        row["versions"] = [one for one in row["versions"] or () if one.replace(".", "").isalnum()]
    bench.close()
    made = models(max(sheets // RELEASES, 1), rng)
    folder = Path(home) / "drawn"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "boms.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in boms(components(rows, parts, rng), made):
            packed.writestr(name, raw)
    write_inventory(folder / "fleet.csv", devices, made, rng)
    take(folder / "boms.zip", folder / "fleet.csv")
    began = time.perf_counter()
    told = {part.table: part.rows for part in assess(house).parts}
    print(
        f"assessed: {time.perf_counter() - began:.0f} s; {told['device']:,} devices, {told['component']:,} components,"
        f" {told['configuration']:,} configurations, {told.get('component_finding', 0):,} findings of components,"
        f" {told['told_configuration']:,} of configurations, {told['deed']:,} actions, {told['question']:,} questions"
    )
    print("tables:", json.dumps(told))


if __name__ == "__main__":
    build(sys.argv[1], *map(int, sys.argv[2:5]))
