# SPDX-License-Identifier: Apache-2.0
"""The tables by which a site weighs: shipped defaults, each replaced whole by a site's own copy."""

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from leadglass.errors import UnreadableError
from leadglass.risk import trust
from leadglass.risk.ssvc import EXPOSURE, MISSION, OUTCOME, SAFETY
from leadglass.risk.trust import Trust

HEADINGS = {
    "safety.csv": ["modality", "lost", "safety", "sentence"],
    "mission.csv": ["modality", "alone", "mission", "why"],
    "tiers.csv": ["modality", "tier", "why"],
    "exposure.csv": ["evidence", "site", "exposure", "why"],
    "weaknesses.csv": ["cwe", "effect"],
}
FILES = (*HEADINGS, "clocks.toml", trust.NAME)

LOST = ("integrity", "availability", "confidentiality")
ALONE = ("yes", "no", "*")
EVIDENCE = ("public", "private", "none")


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
    trust: Trust


def shipped(name: str) -> str:
    """Give the text of a default table."""
    return resources.files(__package__).joinpath(f"tables/{name}").read_text(encoding="utf-8")


def load(own: Mapping[str, str]) -> Policies:
    """Read the policies; `own` maps file names to a site's own texts. UnreadableError names file and line."""
    for name in own:
        if name not in FILES:
            raise UnreadableError(
                f"policies/{name}: no table of weighing has this name; they are {', '.join(FILES)}. "
                "Rename the file, or take it away."
            )
    text = {name: own.get(name, shipped(name)) for name in FILES}
    safety = _read(text, "safety.csv", ("modality", "lost"), {"lost": LOST, "safety": SAFETY})
    mission = _read(text, "mission.csv", ("modality", "alone"), {"alone": ALONE, "mission": MISSION})
    tiers = _read(text, "tiers.csv", ("modality",), {"tier": ("1", "2", "3", "4")})
    exposure = _read(text, "exposure.csv", ("evidence", "site"), {"evidence": EVIDENCE, "exposure": EXPOSURE})
    clocks = _toml(text["clocks.toml"])
    made = Policies(
        safety={(key[0], key[1]): (row["safety"], row["sentence"]) for key, row in safety.items()},
        mission={(key[0], key[1]): (row["mission"], row["why"]) for key, row in mission.items()},
        tiers={key[0]: (int(row["tier"]), row["why"]) for key, row in tiers.items()},
        exposure={(key[0], key[1]): (row["exposure"], row["why"]) for key, row in exposure.items()},
        weaknesses={
            key[0]: row["effect"] for key, row in _read(text, "weaknesses.csv", ("cwe",), {}).items()
        },
        clocks={name: _clocks(clocks.get(name), name) for name in OUTCOME},
        clocks_name=f"{clocks.get('name', 'own clocks')} {clocks.get('version', '')}".strip(),
        trust=trust.read(text[trust.NAME]),
    )
    _check_defaults(made)
    return made


def _check_defaults(made: Policies) -> None:
    """Every modality must find a row: what is not named falls to "*"."""
    needed = {
        "safety.csv": all(("*", lost) in made.safety for lost in LOST),
        "mission.csv": all(("*", alone) in made.mission for alone in ("yes", "no")),
        "tiers.csv": "*" in made.tiers,
    }
    for name, there in needed.items():
        if not there:
            raise UnreadableError(
                f"policies/{name}: it needs a row for each case with '*' as modality, for all others."
            )


def _read(
    text: Mapping[str, str], name: str, keys: Sequence[str], allowed: Mapping[str, Sequence[str]]
) -> dict[tuple[str, ...], Mapping[str, str]]:
    """Read a table, row by row under its keys; `allowed` says what may stand in a column."""
    heading = HEADINGS[name]
    lines = csv.reader(io.StringIO(text[name].removeprefix("\ufeff"), newline=""))
    if next(lines, None) != heading:
        raise UnreadableError(f"policies/{name}, line 1: the first line must be '{','.join(heading)}'.")
    read: dict[tuple[str, ...], Mapping[str, str]] = {}
    for cells in lines:
        if not cells:
            continue
        where = f"policies/{name}, line {lines.line_num}"
        if len(cells) != len(heading):
            raise UnreadableError(
                f"{where}: {len(cells)} cells, but '{','.join(heading)}' are {len(heading)}. "
                "Put a text that has a comma in quotes."
            )
        row = dict(zip(heading, cells, strict=True))
        for column, words in allowed.items():
            if row[column] not in words:
                raise UnreadableError(f"{where}: {column} '{row[column]}' is none of {', '.join(words)}.")
        key = tuple(row[column] for column in keys)
        if key in read:
            raise UnreadableError(f"{where}: a second row for {', '.join(key)}. Keep one.")
        if name == "mission.csv":
            _fill(row["why"], where)
        read[key] = row
    return read


def _fill(why: str, where: str) -> None:
    """See that a reason can be filled in."""
    try:
        why.format(modality="", count=0)
    except (LookupError, ValueError, AttributeError):
        raise UnreadableError(
            f"{where}: '{why}' cannot be filled in; {{modality}} and {{count}} may stand in braces, nothing else."
        ) from None


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/clocks.toml: {error}.") from error


def _clocks(table: object, name: str) -> Clocks:
    days = table if isinstance(table, dict) else {}
    for clock, value in days.items():
        if clock not in {"triage", "contain", "remedy"}:
            raise UnreadableError(
                f"policies/clocks.toml: [{name}] {clock} is no clock; they are triage, contain and remedy."
            )
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 3650:
            raise UnreadableError(
                f"policies/clocks.toml: [{name}] {clock} must be whole days from 0 to 3650."
            )
    if "triage" not in days:
        raise UnreadableError(f"policies/clocks.toml: [{name}] needs 'triage' in days.")
    return Clocks(triage=days["triage"], contain=days.get("contain"), remedy=days.get("remedy"))
