# SPDX-License-Identifier: Apache-2.0
"""Say of a finding that waits for a distribution what its data says, that it is silent, or that none is at hand."""

from collections.abc import Sequence

from leadglass.planning.repairs import SPOKEN, WHERE
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.vulnerabilities.components import REPAIRED
from leadglass.vulnerabilities.distributions import distribution, shown


def with_words(view: View, findings: Sequence[Row]) -> list[Row]:
    """Complete the sentence of each finding that waits to know whether the distribution repaired it."""
    ids = sorted({row["component_id"] for row in findings if _waits(row)})
    if not ids:
        return list(findings)
    wanted = wanted_texts("id", ids)
    where = {row["component_id"]: _told(row) for row in view.ask(WHERE, wanted=wanted)}
    spoken = {(row["component_id"], row["vulnerability"]): row for row in view.ask(SPOKEN, wanted=wanted)}
    return [
        {**row, "why": f"{row['why']} {_words(where.get(row['component_id']), spoken.get(_about(row)))}"}
        if _waits(row)
        else row
        for row in findings
    ]


def _waits(row: Row) -> bool:
    """Tell whether it is a vulnerability that waits for the distribution: of updates its data says nothing."""
    return row["kind"] == "vulnerability" and REPAIRED in row["missing"].split(", ")


def _told(row: Row) -> Row:
    """Tell whether it is known under which name the distribution's records would speak of a package."""
    return {**row, "told": bool(row["source"]) or distribution(row["distribution"]).names != "source"}


def _about(row: Row) -> tuple[str, str]:
    return row["component_id"], row["vulnerability"]


def _words(where: Row | None, spoken: Row | None) -> str:
    if spoken:
        return f"{spoken['rule']} ({spoken['outcome']})."
    if where is None:
        return "Of which distribution this package is, is not known here."
    named = shown(where["distribution"], where["release"])
    if not where["release"]:
        return f"Of which release of {where['distribution']} this package is, is not known."
    if where["packages"]:
        unsure = (
            ""
            if where["told"]
            else "; it names source packages, and the list does not say of which one this is built"
        )
        return f"The data of {named} that is at hand does not speak of it in this package{unsure}."
    return f"No data of {named} is at hand: receive its records of OSV."
