# SPDX-License-Identifier: Apache-2.0
"""Decisions under the names of today: what was decided follows where an alias brings a vulnerability to another id.

The register keeps what was written. What is read here has the new names beside it, for one snapshot.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from leadglass.planning.renamed import MOVED_ON, RENAMED
from leadglass.values.people import Decision
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.tables import Column, Table

IDS = Table(
    name="wanted",
    writer="given",
    meaning="ids that are asked about",
    columns=(Column("id", "text"),),
    sort=(),
)

Ask = Callable[[Query, tuple[Table, Sequence[Row]]], Sequence[Row]]
"""Asks a query of a snapshot that wants ids."""


def followed(decisions: Sequence[Decision], ask: Ask) -> list[Decision]:
    """Give the decisions in their order, each with the ids by which its findings and its vulnerability go now."""
    moved = _now(ask, MOVED_ON, (finding for decision in decisions for finding in decision.findings))
    named = _now(ask, RENAMED, (decision.vulnerability for decision in decisions))
    if not moved and not named:
        return list(decisions)
    return [
        replace(
            decision,
            findings=tuple(dict.fromkeys((*decision.findings, *_all(moved, decision.findings)))),
            vulnerability=named.get(decision.vulnerability, [decision.vulnerability])[0],
        )
        for decision in decisions
    ]


def moved_on(findings: Sequence[str], ask: Ask) -> dict[str, str]:
    """Give the ids of today of findings that have another one."""
    return {old: now[0] for old, now in _now(ask, MOVED_ON, findings).items()}


def about(decisions: Sequence[Decision], ask: Ask, name: str) -> list[str]:
    """Name the decisions about a finding or a vulnerability, under whatever name of it they were written."""
    now = followed(decisions, ask)
    targets = _now(ask, RENAMED, [name, *(decision.target for decision in decisions)])

    def today(text: str) -> str:
        return targets.get(text, [text])[0]

    return [
        decision.id
        for decision in now
        if name in decision.findings or today(name) in {today(decision.target), decision.vulnerability}
    ]


def _now(ask: Ask, query: Query, ids: Iterable[str]) -> dict[str, list[str]]:
    """Give the ids of today of those that have another one."""
    wanted = [{"id": name} for name in sorted(set(filter(None, ids)))]
    found: dict[str, list[str]] = defaultdict(list)
    for row in ask(query, (IDS, wanted)) if wanted else ():
        found[row["id"]].append(row["now"])
    return dict(found)


def _all(moved: dict[str, list[str]], findings: Iterable[str]) -> Iterable[str]:
    return (now for finding in findings for now in moved.get(finding, ()))
