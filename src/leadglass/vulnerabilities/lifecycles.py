# SPDX-License-Identifier: Apache-2.0
"""Release cycles (endoflife.date) and the version of a component: which cycle it is of, what is newer, when support ends.

A cycle is that of a version that begins with its name: 1.0.2 of 1.0.2k, not of 1.0.20; of several the longest. Systems
that records name by a release (windows_10_1809) take their cycles by lifecycle_names.csv. Where a name stands for several
cycles (editions, service packs), what is true of all of them is true, and what is true of some is unknown.
"""

import csv
import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Final

from leadglass.values.query import Query
from leadglass.values.scope import Row

SOON: Final = timedelta(days=365)
"""What ends within this time is noted beforehand."""

_EDITIONS: Final = {
    "ltsc": "lts", "ltsb": "lts", "iot": "iot", "enterprise": "e", "education": "e", "pro": "w", "professional": "w",
    "home": "w",
}  # fmt: skip
"""Words of an edition, and how the names of its cycles say so (10-1809-e-lts)."""
_WORD: Final = re.compile(r"[a-z]+")
_SPECIAL: Final = re.compile(r"(?P<base>\d+(?:\.\d+)*)-[a-z].*", re.IGNORECASE)


class End(enum.Enum):
    """Whether security support has ended on a day."""

    ENDED = "ended"
    EXTENDED = "extended support alone"
    SOON = "ends within a year"
    LATER = "goes on"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """When the support of a version ends: the day where all cycles that it may be of agree, and the cycle that says so."""

    end: End
    day: date | None = None
    why: str = ""
    cycle: Row | None = None


@cache
def named() -> Mapping[str, tuple[str, str, bool]]:
    """Read which product and cycle of endoflife.date products of records are, and whether only where no release is known."""
    text = resources.files(__package__).joinpath("tables/lifecycle_names.csv").read_text(encoding="utf-8")
    return {
        row["product"]: (row["lifecycle"], row["cycle"], row["unversioned"] == "yes")
        for row in csv.DictReader(text.splitlines())
    }


def by_name(cycles: Sequence[Row], name: str, *, every: bool = False) -> list[Row]:
    """Give the cycles of a release by name: itself, and its editions and service packs (10-1809, 10-1809-e-lts).

    What is a release of its own (2012-r2 beside 2012) is among them where `every` one may be meant.
    """
    own = [one for one in cycles if _is_of(one["name"], name)]
    others = [] if every else [cycle for _, cycle, _ in named().values() if cycle.startswith(f"{name}-")]
    return [one for one in own if not any(_is_of(one["name"], other) for other in others)]


def of_edition(cycles: Sequence[Row], text: str) -> list[Row]:
    """Leave the cycles of the edition that a name says ('Windows 10 Enterprise 2019 LTSC'), where there are such."""
    kept = list(cycles)
    for word in _WORD.findall(text.lower()):
        said = [one for one in kept if _EDITIONS.get(word, "") in one["name"].split("-")[1:]]
        kept = said or kept
    return kept


def _is_of(cycle: str, name: str) -> bool:
    return cycle == name or cycle.startswith(f"{name}-")


def by_version(cycles: Sequence[Row], version: str) -> list[Row]:
    """Give the cycles that a version may be of: those with the longest name that it begins with."""
    found: dict[str, list[Row]] = {}
    for one in cycles:
        special = _SPECIAL.fullmatch(one["name"])
        name = special["base"] if special else one["name"]
        if _begins(version, name):
            found.setdefault(name, []).append(one)
    return found[max(found, key=len)] if found else []


def _begins(version: str, name: str) -> bool:
    rest = version[len(name) :]
    return version.lower().startswith(name.lower()) and not rest[:1].isdigit()


def support(cycles: Sequence[Row], today: date) -> Support:
    """Tell whether security support has ended, of all cycles that it may be of. Without a cycle nothing is known."""
    if not cycles:
        return Support(end=End.UNKNOWN, why="endoflife.date lists no release that this version is of")
    ends = [_end(one, today) for one in cycles]
    gravest = min(ends, key=lambda one: (list(End).index(one.end), one.day or date.max))
    if len({one.end for one in ends}) == 1:
        return gravest
    names = ", ".join(str(one["name"]) for one in cycles)
    return Support(
        end=End.UNKNOWN, day=gravest.day, why=f"it may be of {names}, which do not end alike", cycle=gravest.cycle
    )  # fmt: skip


def _end(cycle: Row, today: date) -> Support:
    day, longer = cycle["security_until"], cycle["extended_until"]
    if day is None:
        end = {True: End.ENDED, False: End.LATER}.get(cycle["ended"], End.UNKNOWN)
        return Support(end=end, why="" if end is not End.UNKNOWN else "no end is stated", cycle=cycle)
    if day >= today:
        return Support(end=End.SOON if day - today <= SOON else End.LATER, day=day, cycle=cycle)
    if longer and longer >= today:
        why = f"extended support goes on until {longer}, and whether it was bought is not said"
        return Support(end=End.EXTENDED, day=day, why=why, cycle=cycle)
    return Support(end=End.ENDED, day=max(day, longer or day), cycle=cycle)


# Of each product the document counts that came last
CYCLES = Query(
    name="release cycles",
    tables=("release_cycle", "source"),
    needs=("release_cycle", "source"),
    columns=("product", "label", "identifiers", "name", "released", "security_until", "extended_until", "ended", "latest",
             "latest_released", "document", "offered", "sha256", "place"),
    sql="""
WITH newest AS (SELECT * FROM (
  SELECT p.product, p.sha256, row_number() OVER (PARTITION BY p.product ORDER BY s.received DESC, p.sha256) AS place_in_line
  FROM (SELECT DISTINCT product, sha256 FROM release_cycle) p JOIN source s ON s.sha256 = p.sha256) ranked
  WHERE place_in_line = 1)
SELECT c.product, c.label, c.identifiers, c.name, c.released, c.security_until, c.extended_until, c.ended, c.latest,
  c.latest_released, s.name AS document, s.first_received AS offered, c.sha256, c.place
FROM release_cycle c JOIN newest n ON n.product = c.product AND n.sha256 = c.sha256 JOIN source s ON s.sha256 = c.sha256
ORDER BY c.product, c.place
""",
)  # fmt: skip
"""The release cycles of each product, from the document that came last."""

SNAPSHOT_DAY = Query(
    name="day of the newest document",
    tables=("source",),
    columns=("day",),
    sql="SELECT CAST(max(received) AS DATE) AS day FROM source",
)
"""The day that a snapshot is of. Not that of the clock: tables made again from the same documents are the same."""
