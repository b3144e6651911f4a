# SPDX-License-Identifier: Apache-2.0
"""Draw the records of the third set, by the same reading of feeds as the first, with another seed and no record twice.

Half of the components are those of `listed.csv`, as bills of materials list them: a record is drawn for each among all
that name its product, from the year on in which that version came out: older ones hardly ever affect it. For the others the strata of imaging are drawn again, and a person states the component.
"""

import random
import re
import sys
from collections.abc import Callable, Iterable, Mapping
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


Feeds = Iterable[tuple[str, dict[str, Any]]]
"""Records with the names of their files."""
Sheet = list[tuple[str, str, str, str]]
"""Per number what it is drawn for, the record and its file."""
Strata = Callable[[dict[str, Any]], Iterable[str]]
"""The strata of imaging that a record belongs to."""


def sheet(feeds: Feeds) -> Sheet:
    """The draw of the third set."""
    names = [one.name for one in strata()]
    taken = {row["vulnerability"] for row in table("pairs.csv")}
    return draw(
        feeds, taken, edition="third", seed=SEED, letter="T", draws=IMAGING,
        strata_of=lambda record: (names[at] for at, _ in candidates(record, "")),
    )  # fmt: skip


def draw(
    feeds: Feeds, taken: set[str], *, edition: str, seed: str, letter: str, draws: Mapping[str, int], strata_of: Strata
) -> Sheet:  # fmt: skip
    """Draw a record for each component that is listed for a set, then from strata of imaging; none of `taken`."""
    listed = [row for row in table("listed.csv") if row["set"] == edition]
    patterns = [re.compile(row["products"]) for row in listed]
    by_component: list[set[Named]] = [set() for _ in listed]
    by_stratum: dict[str, set[Named]] = {name: set() for name in draws}
    for source_file, record in feeds:
        if record["id"] in taken or record.get("vulnStatus") == "Rejected":
            continue
        for product in products(record):
            for at, pattern in enumerate(patterns):
                if pattern.fullmatch(product) and int(record["id"][4:8]) >= int(listed[at]["since"]):
                    by_component[at].add((record["id"], source_file))
        for name in strata_of(record):
            if name in by_stratum:
                by_stratum[name].add((record["id"], source_file))
    lot = _lot(seed, taken)
    drawn = [
        (row["component"], found) for row, found in zip(listed, map(lot, by_component), strict=True) if found
    ]
    drawn += [(name, found) for name in draws for _ in range(draws[name]) if (found := lot(by_stratum[name]))]
    return [(f"{letter}{number:03}", what, *found) for number, (what, found) in enumerate(drawn, 1)]


def products(record: dict[str, Any]) -> set[str]:
    """What a record names as vulnerable, as part, vendor and product."""
    return {
        ":".join(attributes(match["criteria"])[:3]).replace("\\", "")
        for configuration in record.get("configurations", [])
        for node in configuration["nodes"]
        for match in node.get("cpeMatch", [])
        if match["vulnerable"]
    }


def _lot(seed: str, taken: set[str]) -> Callable[[set[Named]], Named | None]:
    """Draw from pools one after the other, no record twice."""

    def one_of(pool: set[Named]) -> Named | None:
        left = sorted(one for one in pool if one[0] not in taken)
        if not left:
            return None
        found = random.Random(f"{seed}/{len(taken)}").choice(left)
        taken.add(found[0])
        return found

    return one_of


if __name__ == "__main__":
    for number in sheet(records(Path(sys.argv[1]) if len(sys.argv) > 1 else FEEDS)):
        print(*number, sep="\t")
