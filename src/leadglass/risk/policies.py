# SPDX-License-Identifier: Apache-2.0
"""The tables by which a site weighs: shipped defaults, each replaced whole by a site's own copy."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from leadglass.errors import UnreadableError
from leadglass.risk.ssvc import EXPOSURE, MISSION, OUTCOME, SAFETY

FILES = ("safety.csv", "mission.csv", "tiers.csv", "exposure.csv", "weaknesses.csv", "clocks.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Days for one outcome; None where the clock does not run."""

    triage: int
    contain: int | None
    remedy: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What weighing looks up. Keys of modality and site fall back to "*"."""

    safety: Mapping[tuple[str, str], tuple[str, str]]
    mission: Mapping[tuple[str, str], tuple[str, str]]
    tiers: Mapping[str, tuple[int, str]]
    exposure: Mapping[tuple[str, str], tuple[str, str]]
    weaknesses: Mapping[str, str]
    clocks: Mapping[str, Clocks]
    clocks_name: str


def shipped(name: str) -> str:
    """Give the text of a default table."""
    return resources.files(__package__).joinpath(f"tables/{name}").read_text(encoding="utf-8")


def load(own: Mapping[str, str]) -> Policies:
    """Read the policies; `own` maps file names to a site's own texts. UnreadableError names file and line."""
    text = {name: own.get(name, shipped(name)) for name in FILES}
    clocks = _toml(text["clocks.toml"])
    return Policies(
        safety={
            (row["modality"], row["lost"]): (_one_of(row["safety"], SAFETY, "safety.csv"), row["sentence"])
            for row in _rows(text["safety.csv"], "safety.csv", "modality,lost,safety,sentence")
        },
        mission={
            (row["modality"], row["alone"]): (_one_of(row["mission"], MISSION, "mission.csv"), row["why"])
            for row in _rows(text["mission.csv"], "mission.csv", "modality,alone,mission,why")
        },
        tiers={
            row["modality"]: (int(_one_of(row["tier"], ("1", "2", "3", "4"), "tiers.csv")), row["why"])
            for row in _rows(text["tiers.csv"], "tiers.csv", "modality,tier,why")
        },
        exposure={
            (row["evidence"], row["site"]): (_one_of(row["exposure"], EXPOSURE, "exposure.csv"), row["why"])
            for row in _rows(text["exposure.csv"], "exposure.csv", "evidence,site,exposure,why")
        },
        weaknesses={
            row["cwe"]: row["effect"] for row in _rows(text["weaknesses.csv"], "weaknesses.csv", "cwe,effect")
        },
        clocks={name: _clocks(clocks.get(name), name) for name in OUTCOME},
        clocks_name=f"{clocks.get('name', 'own clocks')} {clocks.get('version', '')}".strip(),
    )


def _rows(text: str, name: str, heading: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(text.splitlines()))
    if not rows or ",".join(rows[0]) != heading:
        raise UnreadableError(f"policies/{name}: the first line must be '{heading}'.")
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise UnreadableError(f"policies/{name}, line {number}: wrong number of cells for '{heading}'.")
    return rows


def _one_of(value: str, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        raise UnreadableError(f"policies/{name}: '{value}' is none of {', '.join(allowed)}.")
    return value


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/clocks.toml: {error}.") from error


def _clocks(table: object, name: str) -> Clocks:
    days = table if isinstance(table, dict) else {}
    for clock in ("triage", "contain", "remedy"):
        if clock in days and (not isinstance(days[clock], int) or not 0 <= days[clock] <= 3650):
            raise UnreadableError(f"policies/clocks.toml: [{name}] {clock} must be whole days from 0 to 3650.")
    if "triage" not in days:
        raise UnreadableError(f"policies/clocks.toml: [{name}] needs 'triage' in days.")
    return Clocks(triage=days["triage"], contain=days.get("contain"), remedy=days.get("remedy"))
