# SPDX-License-Identifier: Apache-2.0
"""A view: one snapshot within one scope on one day, with the decisions that stand on that day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from leadglass.services.house import House
from leadglass.services.ledger.followed import about, followed, moved_on
from leadglass.values.people import Decision
from leadglass.values.query import Query
from leadglass.values.scope import Row, Scope
from leadglass.values.snapshot import Manifest
from leadglass.values.tables import Column, Table
from leadglass.vulnerabilities.schemes import Choice, is_of

_STANDING = (Column("kind", "text"), Column("owner", "text"), Column("until", "date"), Column("decision_id", "text"),
             Column("number", "int"))  # fmt: skip
_COVERED = Table(
    name="decision_now",
    writer="given",
    meaning="",
    sort=(),
    columns=(Column("finding_id", "text"), *_STANDING),
)
_RANGES = Table(
    name="decision_range",
    writer="given",
    meaning="",
    sort=(),
    columns=(
        Column("vulnerability", "text"), Column("product", "text"), Column("lo", "text"), Column("hi", "text"), *_STANDING,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What listings look at. `snapshot` None is the current one; `as_of` None is now.

    `elsewhere` calls a service, with what it takes, at the house of another machine.
    """

    house: House
    scope: Scope
    snapshot: Manifest | None = None
    as_of: datetime | None = None
    elsewhere: Callable[..., Any] | None = None

    @property
    def moment(self) -> datetime:
        """The moment that the view shows."""
        return self.as_of or self.house.clock()

    @property
    def today(self) -> date:
        """The day of the moment."""
        return self.moment.date()

    def decisions(self) -> list[Decision]:
        """All decisions that were taken by then and not withdrawn, as they were written: expired ones too, oldest first."""
        return self.house.register.decisions(self.as_of)

    def followed(self) -> list[Decision]:
        """The same decisions, with the ids by which what they cover goes in this snapshot."""
        return followed(self.decisions(), self._ask_of_ids)

    def moved_on(self, findings: Sequence[str]) -> Mapping[str, str]:
        """Give the ids by which findings go in this snapshot that went by another before."""
        return moved_on(findings, self._ask_of_ids)

    def decided_about(self, name: str) -> list[str]:
        """Name the decisions about a finding or a vulnerability, under whatever name they were written."""
        return about(self.decisions(), self._ask_of_ids, name)

    def ask(self, query: Query, **params: Any) -> list[Row]:
        """Run a query; the decisions of the day are handed in where it wants them.

        A parameter that the query names as given is a relation: a schema with rows, or with another query's relation.
        """
        given: Mapping[str, tuple[Table, Sequence[Row]]] = {}
        if "decision_now" in query.given:
            given = _relations(self.followed(), self.today, self.house.schemes)
        given = {**given, **{name: params.pop(name) for name in query.given if name in params}}
        return self.house.tables.ask(query, self.scope, snapshot=self.snapshot, given=given, **params)

    def _ask_of_ids(self, query: Query, wanted: tuple[Table, Sequence[Row]]) -> list[Row]:
        return self.ask(query, wanted=wanted)


def standing(decision: Decision, today: date) -> bool:
    """Tell whether a decision holds on a day: neither an expired one, nor one that waits for approval, covers anything."""
    return not decision.waits and (decision.until is None or decision.until >= today)


def state(decision: Decision, today: date) -> str:
    """Say in words whether a decision holds on a day."""
    if standing(decision, today):
        return f"holds, approved by {decision.approved_by}" if decision.asks else "holds"
    return "waits for approval by another person" if decision.waits else "expired, open again"


def _relations(
    decisions: Sequence[Decision], today: date, schemes: Choice
) -> dict[str, tuple[Table, list[Row]]]:
    """Spread the decisions to rows. A `reopen` takes back what was decided before it."""
    covered: list[Row] = []
    ranges: list[Row] = []
    for number, decision in enumerate(decisions):
        if not standing(decision, today):
            continue
        row = {
            "kind": decision.kind.value, "owner": decision.owner, "until": decision.until,
            "decision_id": decision.id, "number": number,
        }  # fmt: skip
        covered += [{**row, "finding_id": finding} for finding in decision.findings]
        scheme = schemes.of_product(decision.product)
        # Keys of another scheme are older than the choice of this one: what they covered is open again
        if decision.vulnerability and is_of(scheme, decision.lo) and is_of(scheme, decision.hi):
            where = {"vulnerability": decision.vulnerability, "product": decision.product}
            ranges.append({**row, **where, "lo": decision.lo, "hi": decision.hi or "~"})
    return {"decision_now": (_COVERED, covered), "decision_range": (_RANGES, ranges)}
