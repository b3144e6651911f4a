# SPDX-License-Identifier: Apache-2.0
"""What is told of one configuration of which records alone speak: no statement, no offer.

The same rows as `told.TELL_CONFIGURATIONS` and `tried.TRIED` give then, in the same order; tests hold them against each
other. Of a few hundred findings the engine takes longer to plan the queries than this takes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from leadglass.planning.tried import TRIED
from leadglass.values.scope import Row

_RANK: Final = {"affected": 0, "unknown": 1}
_OF_THREATS: Final[Mapping[str, Any]] = {
    "known_exploited": None, "ransomware": False, "epss": None, "cvss": None, "severity": "", "sentence": "",
}  # fmt: skip
"""What is shown of a threat, and what where nothing is known of it."""


def told(configuration: str, found: Iterable[Row], components: Iterable[Row]) -> list[Row]:
    """Give the rows of told_configuration: of several findings of one thing and vulnerability the gravest.

    `found` are the rows of component_finding and of configuration_finding.
    """
    namesakes = {row["component_id"]: row["namesake"] for row in components}
    best: dict[tuple[str, Any], tuple[Any, Row]] = {}
    for row in found:
        place = row["vulnerability"], namesakes.get(row["component_id"], row["finding_key"])
        order = (
            _RANK.get(row["status"], 2),
            row["rule"],
            row["class"],
            row["sha256"],
            row["place"],
            row["finding_key"],
        )
        if place not in best or order < best[place][0]:
            best[place] = order, row
    beside = {"configuration_id": configuration, "kind": "vulnerability", "why": "", "update_key": ""}
    return [{**row, **beside} for _, row in best.values()]


def tried(rows: Iterable[Row], components: Iterable[Row], threats: Mapping[str, Row]) -> list[Row]:
    """Give what is told beside its components and threats (by vulnerability), the gravest first."""
    called = {row["component_id"]: (row["name"], row["version"]) for row in components}
    return sorted((_beside(row, called, threats.get(row["vulnerability"], {})) for row in rows), key=_gravest)


def renamed(rows: Sequence[Row], components: Iterable[Row]) -> Sequence[Row]:
    """Give what is told (rows of TRIED) with components as a list calls them, in the order of these names."""
    called = {row["component_id"]: row["name"] for row in components}
    if all(called.get(row["component_id"], row["component"]) == row["component"] for row in rows):
        return rows
    own = ({**row, "component": called.get(row["component_id"], row["component"])} for row in rows)
    return sorted(own, key=_gravest)


def _gravest(row: Row) -> Any:
    return (_RANK.get(row["status"], 2), row["known_exploited"] is None, -(row["epss"] or 0), -(row["cvss"] or 0),
            row["vulnerability"], row["component"], row["version"], row["component_id"])  # fmt: skip


def _beside(row: Row, called: Mapping[str, tuple[str, str]], threat: Mapping[str, Any]) -> Row:
    name, version = called.get(row["component_id"], ("", ""))
    shown = {
        field: blank if (value := threat.get(field)) is None else value
        for field, blank in _OF_THREATS.items()
    }
    whole = {**row, **shown, "component": name, "version": version}
    return {column: whole[column] for column in TRIED.columns}
