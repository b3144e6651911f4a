# SPDX-License-Identifier: Apache-2.0
"""Claims: every statement of a publisher held against the fleet, with what it is applied to or why it is not.

Part of the step match; writes the table claim. Nothing is dropped: a statement that fits nothing has a row too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from leadglass.errors import UnreadableError
from leadglass.fleet.naming import Catalogue, Known, Named
from leadglass.fleet.queries import MODELS
from leadglass.services.ledger.own_parts import DEVICE
from leadglass.values.cpe import Cpe
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.udi import Udi
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.components import LINE
from leadglass.vulnerabilities.statements import (
    AROUND,
    IDENTITY,
    LISTED,
    MEANING,
    NAMED,
    SAID,
    TRUST,
    Judged,
    of_distribution,
    package_key,
    rule,
    speaks_of,
    stated_order,
    versions_of,
)

_SILENCING = frozenset({"not_affected", "fixed"})
_NAME, _PACKAGE = "CPE name of the document", "package URL of the document"
REPAIRED = "whether the distribution repaired it"
_OF_RECORDS = frozenset({"component identity", REPAIRED})
"""Doubts about what records call a component."""

_SILENCES = 0.85
"""From here on a model is named without a fault in its name or its maker's; below, a person confirms before it silences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A component that a named product may be, how that was recognised, and whether the versions fit.

    `asks` is the subject of the question that it waits for, `identity` of the one whether it is that product.
    """

    component_id: str
    product_id: str
    whole: bool
    judged: Judged
    asks: str
    basis: str
    confidence: float
    identity: str = ""


class Claims:
    """Holds statements against the components of the fleet; what people answered counts."""

    def __init__(self, bench: Workbench, answers: Sequence[Answer]) -> None:
        self._said = bench.rows(SAID)
        self._named = {(row["sha256"], row["number"]): row for row in bench.rows(NAMED)} if self._said else {}
        self._told = {
            (answer.kind, answer.subject): answer.affirms for answer in answers if not answer.device_id
        }
        listed = bench.rows(LISTED) if self._said else []
        self._selves: dict[str, list[Row]] = defaultdict(list)
        self._by_product: dict[str, dict[str, Row]] = defaultdict(dict)
        self._by_package: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in listed:
            self._index(row)
        self._around: dict[str, list[Row]] = defaultdict(list)
        for row in bench.rows(AROUND) if self._said else []:
            self._around[row["component_id"]].append(row)
        models = bench.rows(MODELS) if self._said else []
        # Many documents name one product: it is looked for once
        self._find_models = cache(_catalogue(models, self._named.values(), answers).find)
        self._targets: dict[tuple[str, int], list[Target]] = {}

    def _index(self, row: Row) -> None:
        if row["part"] == DEVICE:
            if row not in self._selves[row["product"]]:
                self._selves[row["product"]].append(row)
            return
        if row["product"]:
            self._by_product[f"{row['part']}:{row['product']}"][row["component_id"]] = row
        if row["purl"]:
            self._by_package[package_key(row["purl"])][row["component_id"]] = row

    def rows(self) -> Iterator[Row]:
        """Give the rows of the table claim."""
        current = _current(self._said)
        made = []
        for said in self._said:
            if said["overtaken"]:
                made.append(_row(said, outcome=f"not applied: {said['overtaken']}"))
            elif current[said["publisher"], said["advisory"] or said["sha256"]] != said["sha256"]:
                made.append(_row(said, outcome="not applied: a newer revision of this document was received"))
            elif said["product"] is None:
                made.append(
                    _row(said, outcome="not applied: the document does not say which product is meant")
                )
            else:
                made += self._claims(said)
        return iter(_contradicted(made))

    def _claims(self, said: Row) -> Iterator[Row]:
        found = list(self._pairs(said))
        for target, on in found:
            yield self._claim(said, target, on)
        if not found:
            yield _row(said, outcome="not applied: no such product in the fleet")

    def _pairs(self, said: Row) -> Iterator[tuple[Target, Target | None]]:
        """Targets of the named product; of a component within a product, each with its device.

        What silences a component does so per model, as trust is given for a model.
        """
        if said["on_product"] is not None:
            part = said["product"] if said["component"] is None else said["component"]
            within = self._targets_of(said["sha256"], part)
            for on in self._targets_of(said["sha256"], said["on_product"]):
                yield from ((target, on) for target in within)
            return
        for target in self._targets_of(said["sha256"], said["product"]):
            if target.whole or said["status"] not in _SILENCING:
                yield target, None
            else:
                yield from ((target, _device(row, target)) for row in self._around[target.component_id])

    def _targets_of(self, sha256: str, number: int) -> list[Target]:
        key = (sha256, number)
        if key not in self._targets:
            self._targets[key] = list(self._find(self._named[key]))
        return self._targets[key]

    def _find(self, named: Row) -> Iterator[Target]:
        understood = versions_of(named)
        stated, distributed = stated_order(named), of_distribution(named)
        models = list(self._models(named))
        sure = any(confidence >= LINE for _, _, confidence in models)
        for listed, basis in self._components(named, by_cpe=not sure):
            judged = speaks_of(
                understood, listed["version"], lacks=listed["lacks"] or "version", stated=stated
            )
            if distributed and judged.value is not Truth.UNKNOWN:
                judged = Judged(
                    value=Truth.UNKNOWN, missing=REPAIRED, why="its versions are a distribution's own"
                )
            # A package URL says which package it is, whatever product records call it
            doubt = "" if basis == _PACKAGE and listed["doubt"] in _OF_RECORDS else listed["doubt"]
            if doubt and judged.value is not Truth.FALSE:
                judged = Judged(value=Truth.UNKNOWN, missing=doubt, why=judged.why)
            yield Target(component_id=listed["component_id"], product_id="", whole=False, judged=judged, asks="",
                         basis=basis, confidence=1.0)  # fmt: skip
        for product_id, basis, confidence in models:
            for own in self._selves[product_id]:
                subject = f"{named['version']}|{product_id}|{own['version']}"
                meant = self._told.get(("versions", subject))
                judged = speaks_of(
                    understood, own["version"], lacks="software version", meant=meant, stated=stated
                )
                identity = f"{_label(named)}|{product_id}"
                if confidence < LINE and judged.value is not Truth.FALSE:
                    judged = Judged(value=Truth.UNKNOWN, missing=IDENTITY, why=basis)
                    subject = identity
                yield Target(component_id=own["component_id"], product_id=product_id, whole=True, judged=judged,
                             asks=subject if judged.missing in {IDENTITY, MEANING} else "", basis=basis,
                             confidence=confidence, identity=identity)  # fmt: skip

    def _components(self, named: Row, *, by_cpe: bool) -> Iterable[tuple[Row, str]]:
        """Components by CPE name, where the name is not that of a whole device, and by package URL."""
        found: dict[str, tuple[Row, str]] = {}
        if named["cpe"] and by_cpe:
            try:
                cpe = Cpe.parse(named["cpe"])
            except UnreadableError:
                cpe = None
            listed = self._by_product.get(f"{cpe.part}:{cpe.product_key}", {}) if cpe else {}
            found |= {name: (row, _NAME) for name, row in listed.items()}
        if named["purl"]:
            listed = self._by_package.get(package_key(named["purl"]), {})
            found |= {name: (row, _PACKAGE) for name, row in listed.items()}
        return found.values()

    def _models(self, named: Row) -> Iterator[tuple[str, str, float]]:
        """The models of the fleet that a name may stand for: (product, basis, confidence). A person's word counts."""
        for candidate in self._find_models(_asked(named)):
            said = self._told.get(("product", f"{_label(named)}|{candidate.product_id}"))
            if said is None:
                yield candidate.product_id, candidate.basis, candidate.confidence
            elif said:
                yield candidate.product_id, "a person's answer", 1.0

    def _claim(self, said: Row, target: Target, on: Target | None) -> Row:
        judged = target.judged
        if on and on.judged.value < judged.value:
            judged = on.judged
        about = on or target
        if said["status"] in _SILENCING and judged.value is Truth.TRUE:
            target, judged = _sure_enough(target, on, judged)
        trust = f"{said['publisher']}|{about.product_id}"
        trusted = self._told.get(("trust", trust))
        silencing = said["status"] in _SILENCING and judged.value is Truth.TRUE
        if judged.value is Truth.FALSE:
            outcome = f"not applied: {judged.why}"
        elif judged.value is Truth.UNKNOWN:
            outcome = f"waits: {judged.missing} missing" + (f" ({judged.why})" if judged.why else "")
        elif silencing and trusted is False:
            outcome = "not applied: a person said that this publisher does not count here"
        elif silencing and trusted is None:
            outcome = f"waits: {TRUST} missing"
        elif said["status"] in _SILENCING | {"affected"}:
            outcome = "applied"
        else:
            outcome = "shown: it settles nothing yet"
        return _row(
            said, product_id=about.product_id, component_id=target.component_id, on_id=on.component_id if on else "",
            whole=target.whole, value=int(judged.value), trusted=bool(trusted), basis=target.basis,
            missing=TRUST if silencing and trusted is None else judged.missing, confidence=target.confidence,
            asks=trust if silencing and trusted is None else target.asks, outcome=outcome,
        )  # fmt: skip


def _identified(texts: Iterable[str]) -> tuple[str, ...]:
    """The device identifiers within UDIs: what is fixed for a model. A text that is none, or miscounted, gives none."""
    found = set()
    for text in texts:
        try:
            found.add(Udi.parse(text).device_identifier)
        except UnreadableError:
            continue
    return tuple(sorted(found))


def _catalogue(models: Iterable[Row], named: Iterable[Row], answers: Sequence[Answer]) -> Catalogue:
    """The models of the fleet, with all that documents name and what people said of makers."""
    said = [
        (own, other, answer.affirms)
        for answer in answers
        for own, bar, other in [answer.subject.partition("|")]
        if answer.kind == "maker" and bar
    ]
    return Catalogue(
        (
            Known(
                product_id=row["product_id"],
                maker=row["maker"],
                model=row["model"],
                also=_identified(row["udis"] or ()),
            )
            for row in models
        ),
        same={own: other for own, other, yes in said if yes},
        spoken=map(_asked, named),
        apart=[(own, other) for own, other, yes in said if not yes],
    )


def _asked(named: Row) -> Named:
    return Named(
        maker=named["maker"], family=named["family"], product=named["product_name"], name=named["name"],
        models=tuple(json.loads(named["identifiers"])), identifiers=_identified(json.loads(named["identifiers"])),
    )  # fmt: skip


def _sure_enough(target: Target, on: Target | None, judged: Judged) -> tuple[Target, Judged]:
    """What silences asks for a name without a fault: what is read through a slip of the pen waits for a person."""
    for one in filter(None, (on, target)):
        if one.confidence < _SILENCES:
            why = f"{one.basis}: enough to warn, not to silence"
            return replace(target, asks=one.identity), Judged(value=Truth.UNKNOWN, missing=IDENTITY, why=why)
    return target, judged


def _device(row: Row, target: Target) -> Target:
    """A device that has the component: where a statement silences it, it does so there."""
    return Target(
        component_id=row["self"], product_id=row["product"], whole=True, judged=Judged(value=Truth.TRUE), asks="",
        basis=target.basis, confidence=target.confidence,
    )  # fmt: skip


def _label(named: Row) -> str:
    """Name a product as a question does: maker and product, without its version."""
    return " ".join(filter(None, (named["maker"], named["product_name"] or named["name"])))


def _current(said: Sequence[Row]) -> Mapping[tuple[str, str], str]:
    """The document that counts of each advisory: of its revisions the one updated last, then received last."""
    newest: dict[tuple[str, str], Row] = {}
    for row in said:
        key = (row["publisher"], row["advisory"] or row["sha256"])
        known = newest.get(key)
        if known is None or _age(row) > _age(known):
            newest[key] = row
    return {key: row["sha256"] for key, row in newest.items()}


def _age(row: Row) -> tuple[str, str, str]:
    updated = row["updated"].isoformat() if row["updated"] else ""
    return updated, row["received"].isoformat(), str(row["sha256"])


def _row(said: Row, **found: object) -> Row:
    named = " ".join(filter(None, (_label(said), said["version"]))) or said["ref"]
    blank = {
        "product_id": "", "component_id": "", "on_id": "", "whole": False, "value": 0, "trusted": False, "missing": "",
        "asks": "", "basis": "", "confidence": 0.0,
    }  # fmt: skip
    told = {
        key: said[key]
        for key in ("number", "vulnerability", "stated_as", "status", "grouping", "justification", "publisher", "stated",
                    "sha256", "place")
    }  # fmt: skip
    return {
        **blank, **told, "named": named, "note": said["impact"] or said["action"], "rule": rule(said, named), **found,
    }  # fmt: skip


def _contradicted(rows: Sequence[Row]) -> list[Row]:
    """Where another statement says that the same is affected, none silences; a publisher's later word outweighs."""
    harmed: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["outcome"] == "applied" and row["status"] == "affected":
            harmed[_about(row)].append(row)
    made = []
    for row in rows:
        against = [
            other
            for other in harmed[_about(row)]
            if row["outcome"] == "applied"
            and row["status"] in _SILENCING
            and not (other["publisher"] == row["publisher"] and _later(row, other))
        ]
        why = (
            f"not applied: {against[0]['publisher']} says that it is affected" if against else row["outcome"]
        )
        made.append({**row, "outcome": why})
    return made


def _about(row: Row) -> tuple[str, str, str]:
    return row["component_id"], row["on_id"], row["vulnerability"]


def _later(row: Row, other: Row) -> bool:
    return bool(row["stated"] and other["stated"] and row["stated"] > other["stated"])
