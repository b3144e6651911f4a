# SPDX-License-Identifier: Apache-2.0
"""Draw the records of the third set, by the same reading of feeds as the first, with another seed and no record twice.

Half of the components are those of `listed.csv`, as bills of materials list them: a record is drawn for each among all
that name its product, from the year on in which that version came out: older ones hardly ever affect it. For the others the strata of imaging are drawn again, and a person states the component.
"""

import random
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.accuracy.choose import FEEDS, attributes, candidates, records, strata
from tests.accuracy.tables import table

SEED = "pairs of imaging devices, third set"
IMAGING = {
    "ge": 10, "philips": 12, "siemens": 6, "other makers": 8, "maker platforms": 5, "dicom software": 9,
    "image libraries": 3,
}  # fmt: skip
"""Strata of `strata.csv` that are drawn again, and how often."""

Named = tuple[str, str]
"""A record, and the file where it stands."""


def sheet(feeds: Iterable[tuple[str, dict[str, Any]]]) -> list[tuple[str, str, str]]:
    """Give for each number of the set what it is drawn for, the record and its file."""
    taken = {row["vulnerability"] for row in table("pairs.csv")}
    listed = table("listed.csv")
    patterns = [re.compile(row["products"]) for row in listed]
    by_component: list[set[Named]] = [set() for _ in listed]
    by_stratum: dict[str, set[Named]] = {name: set() for name in IMAGING}
    names = [one.name for one in strata()]
    for source_file, record in feeds:
        if record["id"] in taken or record.get("vulnStatus") == "Rejected":
            continue
        for product in _products(record):
            for at, pattern in enumerate(patterns):
                if pattern.fullmatch(product) and int(record["id"][4:8]) >= int(listed[at]["since"]):
                    by_component[at].add((record["id"], source_file))
        for at, one in candidates(record, source_file):
            if names[at] in by_stratum:
                by_stratum[names[at]].add((one.vulnerability, source_file))
    drawn = [
        (row["component"], found)
        for row, found in zip(listed, map(_lot(taken), by_component), strict=True)
        if found
    ]
    for name, draws in IMAGING.items():
        lot = _lot(taken)
        drawn += [(name, found) for _ in range(draws) if (found := lot(by_stratum[name]))]
    return [(f"T{number:03}", what, *found) for number, (what, found) in enumerate(drawn, 1)]


def _products(record: dict[str, Any]) -> set[str]:
    return {
        ":".join(attributes(match["criteria"])[:3]).replace("\\", "")
        for configuration in record.get("configurations", [])
        for node in configuration["nodes"]
        for match in node.get("cpeMatch", [])
        if match["vulnerable"]
    }


def _lot(taken: set[str]) -> Any:
    """Draw from pools one after the other, no record twice."""

    def draw(pool: set[Named]) -> Named | None:
        left = sorted(one for one in pool if one[0] not in taken)
        if not left:
            return None
        found = random.Random(f"{SEED}/{len(taken)}").choice(left)
        taken.add(found[0])
        return found

    return draw


if __name__ == "__main__":
    for number in sheet(records(Path(sys.argv[1]) if len(sys.argv) > 1 else FEEDS)):
        print(*number, sep="\t")
