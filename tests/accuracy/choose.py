# SPDX-License-Identifier: Apache-2.0
"""Draw the records that the pairs of `pairs.csv` are about: seeded, by strata, from feeds in the layout of NVD API 2.0.

Nothing of Leadglass is used here, so that the choice knows nothing of what it will measure.
"""

import csv
import json
import lzma
import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

SEED = "pairs of imaging devices, first edition"
HERE = Path(__file__).parent
FEEDS = Path("../shared/data/nvd/feeds-2.0")
PLACES = ("within",) * 9 + ("without",) * 7 + ("untold",) * 4
"""Where the component is to stand, in twentieths: 45 % within, 35 % just outside, 20 % with a fact missing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stratum:
    """One row of `strata.csv`: what is drawn, from which years, how often."""

    name: str
    first: int
    last: int
    products: re.Pattern[str]
    shape: str
    draws: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One criterion of a record; without criterion for a record that has none."""

    vulnerability: str
    source_file: str
    criterion: str = ""
    bounds: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """One number of the sheet: what a person is to state a component for, and where it should stand."""

    number: str
    stratum: str
    place: str
    candidate: Candidate


@cache
def strata() -> tuple[Stratum, ...]:
    """The table of strata."""
    with (HERE / "strata.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Stratum(
                name=row["stratum"],
                first=int(row["years"][:4]),
                last=int(row["years"][5:]),
                products=re.compile(row["products"]),
                shape=row["shape"],
                draws=int(row["draws"]),
            )
            for row in csv.DictReader(lines)
        )


@lru_cache(maxsize=1 << 16)
def attributes(criterion: str) -> list[str]:
    """The eleven attributes of a formatted string (NISTIR 7695, 6.2); an escaped colon does not divide."""
    return re.split(r"(?<!\\):", criterion)[2:]


def bounds(match: dict[str, Any]) -> str:
    """The bounds of a criterion in the order from, to."""
    words = {"versionStartIncluding": ">=", "versionStartExcluding": ">", "versionEndIncluding": "<=",
             "versionEndExcluding": "<"}  # fmt: skip
    return " ".join(f"{sign} {match[key]}" for key, sign in words.items() if key in match)


def leading(version: str) -> list[int]:
    """The leading numbers of a version, enough to see that a range is written upside down."""
    return [int(part) for part in re.findall(r"\d+", re.split(r"[^0-9.]", version)[0])]


def inverted(match: dict[str, Any]) -> bool:
    """Whether the upper bound of a range lies under its lower one, by their leading numbers."""
    low = match.get("versionStartIncluding", match.get("versionStartExcluding", ""))
    high = match.get("versionEndIncluding", match.get("versionEndExcluding", ""))
    return bool(low and high) and leading(low) > leading(high)


def shaped(shape: str, match: dict[str, Any], node: dict[str, Any], configuration: dict[str, Any]) -> bool:
    """Whether a criterion has the shape that a stratum asks for."""
    if not match["vulnerable"]:
        return False
    version, update, *rest = attributes(match["criteria"])[3:]
    nodes = configuration["nodes"]
    ranged = bool(bounds(match))
    shapes = {
        "vulnerable": True,
        "range": ranged,
        "exact": version not in {"*", "-"} and not ranged,
        "update": update not in {"*", "-"},
        "edition": any(value not in {"*", "-"} for value in rest),
        "star": version == "*" and not ranged,
        "dash": version == "-",
        "and": configuration.get("operator") == "AND" and len(nodes) > 1,
        "negated": any(one.get("negate") for one in [*nodes, configuration]),
        "node and": node["operator"] == "AND",
        "inverted": inverted(match),
    }
    return shapes[shape]


def text(record: dict[str, Any]) -> str:
    """The English description."""
    return next((one["value"] for one in record.get("descriptions", []) if one["lang"] == "en"), "")


def plain(record: dict[str, Any]) -> Iterator[int]:
    """The strata that a record without configuration belongs to, by its status and its words."""
    shape = "rejected" if record.get("vulnStatus") == "Rejected" else "bare"
    words = text(record).replace("\n", " ")
    return (at for at, one in enumerate(strata()) if one.shape == shape and one.products.search(words))


@lru_cache(maxsize=1 << 18)
def by_product(product: str) -> tuple[int, ...]:
    """The strata whose products include one, written as part, vendor and product."""
    return tuple(
        at
        for at, one in enumerate(strata())
        if one.shape not in {"rejected", "bare"} and one.products.fullmatch(product)
    )


def candidates(record: dict[str, Any], source_file: str) -> Iterator[tuple[int, Candidate]]:
    """What of a record the strata may draw, each with the place of its stratum in the table."""
    asked = strata()
    configurations = record.get("configurations", [])
    year = int(record["id"][4:8])
    found = [
        (at, match, node, configuration)
        for configuration in configurations
        for node in configuration["nodes"]
        for match in node.get("cpeMatch", [])
        for at in by_product(":".join(attributes(match["criteria"])[:3]))
    ]
    for at, match, node, configuration in found:
        if asked[at].first <= year <= asked[at].last and shaped(asked[at].shape, match, node, configuration):
            yield (
                at,
                Candidate(
                    vulnerability=record["id"],
                    source_file=source_file,
                    criterion=match["criteria"],
                    bounds=bounds(match),
                ),
            )
    for at in plain(record) if not configurations else ():
        if asked[at].first <= year <= asked[at].last:
            yield at, Candidate(vulnerability=record["id"], source_file=source_file)


def records(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every record with the name of its file, feed by feed."""
    for path in sorted(folder.glob("nvdcve-2.0-*.json.xz")):
        for item in json.loads(lzma.decompress(path.read_bytes()))["vulnerabilities"]:
            yield path.name, item["cve"]


def drawn(stratum: Stratum, pool: dict[str, list[Candidate]], taken: set[str]) -> Iterator[Candidate]:
    """Records at random, one criterion of each; where records run short, further criteria of the same ones."""
    lot = random.Random(f"{SEED}/{stratum.name}/{stratum.shape}")
    names = [name for name in sorted(pool) if name not in taken]
    lot.shuffle(names)
    orders = {name: lot.sample(pool[name], k=len(pool[name])) for name in names[: stratum.draws]}
    taken.update(orders)
    rounds = (order[turn] for turn in range(stratum.draws) for order in orders.values() if turn < len(order))
    yield from islice(rounds, stratum.draws)


def sheet(feeds: Iterable[tuple[str, dict[str, Any]]]) -> list[Draw]:
    """All draws from records with the names of their files, in an order that tells nothing of stratum and place."""
    pools: list[dict[str, list[Candidate]]] = [{} for _ in strata()]
    for source_file, record in feeds:
        for at, one in candidates(record, source_file):
            pools[at].setdefault(record["id"], []).append(one)
    taken: set[str] = set()
    lines = [
        (stratum.name, one)
        for stratum, pool in zip(strata(), pools, strict=True)
        for one in drawn(stratum, pool, taken)
    ]
    lot = random.Random(SEED)
    places = [PLACES[number % len(PLACES)] for number in range(len(lines))]
    lot.shuffle(lines)
    lot.shuffle(places)
    return [
        Draw(number=f"P{number:03}", stratum=name, place=place, candidate=one)
        for number, ((name, one), place) in enumerate(zip(lines, places, strict=True), 1)
    ]


def half(pairs: list[str]) -> list[str]:
    """The pairs for a second reader: every other one of a seeded order."""
    return sorted(random.Random(f"{SEED}/second reader").sample(sorted(pairs), k=(len(pairs) + 1) // 2))


def main(words: list[str]) -> None:
    """Print the sheet of draws, or with the word `half` the pairs of the second reader."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    if words == ["half"]:
        with (HERE / "pairs.csv").open(encoding="utf-8", newline="") as lines:
            out.writerows([pair] for pair in half([row["pair"] for row in csv.DictReader(lines)]))
        return
    out.writerow(["pair", "stratum", "place", "vulnerability", "source_file", "criterion", "bounds"])
    for draw in sheet(records(Path(words[0]) if words else FEEDS)):
        one = draw.candidate
        out.writerow([draw.number, draw.stratum, draw.place, one.vulnerability, one.source_file, one.criterion,
                      one.bounds])  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
