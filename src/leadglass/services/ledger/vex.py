# SPDX-License-Identifier: Apache-2.0
"""Our decisions as a VEX document that others can read: OpenVEX 0.2.0, CycloneDX 1.6 or CSAF 2.0.

A hospital's decision never says "not affected" or "fixed": an accepted or compensated risk is one of an affected
product, and what was closed is told with its proof.
"""

import enum
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadglass.errors import NotFoundError, UsageError
from leadglass.formats.csaf_write import write_csaf
from leadglass.formats.vex_told import Category, Told
from leadglass.formats.vex_write import write_cyclonedx, write_openvex
from leadglass.planning.findings import FINDINGS
from leadglass.services.ledger.listings import EVERYTHING
from leadglass.services.ledger.view import View
from leadglass.values.people import Decision, DecisionKind
from leadglass.values.scope import Row

_CATEGORIES = {DecisionKind.ACCEPT: Category.ACCEPTED_RISK, DecisionKind.COMPENSATE: Category.COMPENSATED,
               DecisionKind.CLOSE: Category.COMPENSATED}  # fmt: skip
_NO_FILTER = ("device", "component", "status", "kind", "id", "action", "text", "vulnerability")
_Key = tuple[str, str, str, str]


class Form(enum.StrEnum):
    """The standards that a VEX document may be written in."""

    OPENVEX = "openvex"
    CYCLONEDX = "cyclonedx"
    CSAF = "csaf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A VEX document, and how many statements it makes from how many decisions."""

    raw: bytes
    statements: int
    decisions: int


def vex(view: View, form: Form, *, author: str = "", namespace: str = "", product: str = "") -> Written:
    """Write the decisions that stand today. NotFoundError where none does, UsageError where the author is missing."""
    author = author or view.house.organisation
    if not author:
        raise UsageError("A VEX document has an author: --author 'Harbor Imaging Group'.")
    if form is Form.CSAF and not namespace:
        raise UsageError(
            "A CSAF document names its publisher by an address: --namespace https://hospital.example."
        )
    decisions = {decision.id: decision for decision in view.decisions()}
    rows = view.ask(FINDINGS, **dict.fromkeys(_NO_FILTER, ""), product=product, count=EVERYTHING, skip=0)
    decided = [row for row in rows if row["vulnerability"] and row["decision"]]
    if not decided:
        raise NotFoundError(
            "No decision stands that a VEX document could tell. Decide first: leadglass decide"
        )
    told = list(_told(rows, decided, decisions))
    name = uuid.uuid5(uuid.NAMESPACE_URL, "|".join((author, view.moment.isoformat(), *map(repr, told))))
    match form:
        case Form.OPENVEX:
            raw = write_openvex(told, author=author, id=f"urn:uuid:{name}", at=view.moment)
        case Form.CYCLONEDX:
            raw = write_cyclonedx(told, author=author, id=f"urn:uuid:{name}", at=view.moment)
        case Form.CSAF:
            raw = write_csaf(told, author=author, namespace=namespace, id=f"LG-{name}", at=view.moment)
    return Written(raw=raw, statements=len(told), decisions=len({row["decision_id"] for row in decided}))


def _told(rows: Sequence[Row], decided: Sequence[Row], decisions: Mapping[str, Decision]) -> list[Told]:
    """One statement per product, version and vulnerability; it says on how many of its devices it was decided."""
    devices: dict[_Key, set[str]] = defaultdict(set)
    for row in rows:
        devices[_key(row)].add(row["device_id"])
    covered: dict[_Key, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in decided:
        covered[_key(row)][row["decision_id"]].add(row["device_id"])
    known = {_key(row) for row in decided if row["status"] != "unknown"}
    return [
        _statement(
            key, [(decisions[name], len(of)) for name, of in sorted(names.items())], len(devices[key]), known=key in known
        )
        for key, names in sorted(covered.items())
    ]  # fmt: skip


def _key(row: Row) -> _Key:
    return row["maker"], row["model"] or "model not known", row["software_version"], row["vulnerability"]


def _statement(key: _Key, decided: Sequence[tuple[Decision, int]], devices: int, *, known: bool) -> Told:
    """Tell one product. Where it is not known whether it is affected, no decision makes it known."""
    maker, model, version, vulnerability = key
    kinds = {_CATEGORIES[decision.kind] for decision, _ in decided}
    accepted = Category.ACCEPTED_RISK in kinds
    until = [decision.until for decision, _ in decided if decision.until]
    return Told(
        vulnerability=vulnerability, maker=maker, model=model, version=version,
        category=Category.UNDER_INVESTIGATION if not known
        else Category.ACCEPTED_RISK if accepted else Category.COMPENSATED,
        text="; ".join(_reason(decision, number, devices) for decision, number in decided),
        by=", ".join(dict.fromkeys(decision.owner for decision, _ in decided)), until=min(until, default=None),
        at=max(decision.at for decision, _ in decided),
    )  # fmt: skip


def _reason(decision: Decision, number: int, devices: int) -> str:
    proof = f" (proof: {decision.proof})" if decision.proof else ""
    return f"{decision.kind.value} on {number} of {devices} devices: {decision.reason}{proof}"
