# SPDX-License-Identifier: Apache-2.0
"""Claims: every statement of a publisher held against the fleet, with what it is applied to or why it is not.

Part of the step match; makes the tables claim and distribution_data. Nothing is dropped: a statement that fits nothing has
a row too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from leadglass.errors import UnreadableError
from leadglass.fleet.queries import MODELS
from leadglass.services.ledger import package_claims
from leadglass.services.ledger.contradictions import SILENCING, contradicted
from leadglass.services.ledger.limited import Limits
from leadglass.services.ledger.models_named import asked, catalogue
from leadglass.services.ledger.own_parts import DEVICE
from leadglass.services.ledger.package_claims import Packages
from leadglass.services.ledger.target import Target
from leadglass.values.cpe import Cpe
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.purl import Purl
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities import serials
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.components import LINE, REPAIRED
from leadglass.vulnerabilities.distributions import of_package
from leadglass.vulnerabilities.schemes import Choice
from leadglass.vulnerabilities.statement_queries import (
    AROUND,
    AT_HAND,
    CLAIMS,
    GIVEN,
    HERE,
    LISTED,
    NAMED,
    PACKAGES,
    SAID,
    SPOKEN,
    STATED,
)
from leadglass.vulnerabilities.statements import (
    IDENTITY,
    MEANING,
    TRUST,
    Judged,
    label,
    of_distribution,
    package_key,
    rule,
    speaks_of,
    stated_order,
    versions_of,
)

_NAME, _PACKAGE = "CPE name of the document", "package URL of the document"
_OF_RECORDS = frozenset({"component identity", REPAIRED})
"""Doubts about what records call a component."""

_SILENCES = 0.85
"""From here on a model is named without a fault in its name or its maker's; below, a person confirms before it silences."""


def claims(bench: Workbench, answers: Sequence[Answer], schemes: Choice) -> Any:
    """Give the table claim: what was held against the fleet, and what was set aside as it cannot be about it."""
    made = Claims(bench, answers, schemes)
    held = (TABLES["claim"], list(made.rows()))
    bench.put("distribution_data", bench.run(AT_HAND, given={"named": made.given["named"]}))
    return bench.run(CLAIMS, given={**made.given, "held": held})


class Claims:
    """Holds statements against the components of the fleet; what people answered counts."""

    def __init__(self, bench: Workbench, answers: Sequence[Answer], schemes: Choice) -> None:
        self._schemes = schemes
        self._told = {
            (answer.kind, answer.subject): answer.affirms for answer in answers if not answer.device_id
        }
        self._selves: dict[str, list[Row]] = defaultdict(list)
        self._by_product: dict[str, dict[str, Row]] = defaultdict(dict)
        self._by_package: dict[str, dict[str, Row]] = defaultdict(dict)
        anybody = bench.rows(SPOKEN)
        self._packages = Packages(bench.rows(PACKAGES) if anybody else ())
        for row in bench.rows(LISTED) if anybody else ():
            self._index(row)
        keys = sorted(self._by_package.keys() | self._packages.keys())
        named = bench.run(NAMED, given={"wanted": wanted_texts("package", keys)}) if anybody else ()
        spoken = bench.run(STATED) if anybody else ()
        self.given = {"named": (GIVEN["named"], named), "spoken": (GIVEN["spoken"], spoken)}
        """What documents name and state, for those who ask on."""
        self._said = bench.rows(SAID, given=self.given) if anybody else []
        here = bench.rows(HERE, given={"named": self.given["named"]}) if self._said else []
        self._named = {(row["sha256"], row["number"]): row for row in here}
        self._around: dict[str, list[Row]] = defaultdict(list)
        silencing = any(row["status"] in SILENCING for row in self._said)
        for row in bench.rows(AROUND) if silencing else []:
            self._around[row["component_id"]].append(row)
        models = bench.rows(MODELS) if self._said else []
        # Many documents name one product: it is looked for once
        named = [row for row in self._named.values() if not _is_package(row)]
        self._find_models = cache(catalogue(models, named, answers).find)
        self._targets: dict[tuple[str, int], list[Target]] = {}
        self._limits = Limits(bench, wanted=any(row["serials"] != "[]" for row in self._named.values()))

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
        """Give the rows of the table claim, but for those of statements that cannot be about the fleet."""
        listed = {(said["sha256"], said["number"]) for said in self._said if said["record"]}
        settled = package_claims.settled([*self._claims()])
        return iter(contradicted(settled, listed, self._limits.overlap))

    def _claims(self) -> Iterator[tuple[Row, Target | None]]:
        for said in self._said:
            found = list(self._pairs(said))
            for target, on in found:
                yield self._claim(said, target, on), target
            if not found:
                yield _row(said, outcome="not applied: no such product in the fleet"), None

    def _pairs(self, said: Row) -> Iterator[tuple[Target, Target | None]]:
        """Targets of the named product; of a component within a product, each with its device.

        What silences a component does so per model, as trust is given for a model.
        """
        if said["on_product"] is not None:
            part = said["product"] if said["component"] is None else said["component"]
            within = self._targets_of(said["sha256"], part)
            about = self._targets_of(said["sha256"], said["on_product"])
            for on in self._narrowed(self._named[said["sha256"], said["product"]], about):
                yield from ((target, on) for target in within)
            return
        for target in self._targets_of(said["sha256"], said["product"]):
            if target.whole or target.voice or said["status"] not in SILENCING:
                yield target, None
            else:
                yield from ((target, _device(row, target)) for row in self._around[target.component_id])

    def _targets_of(self, sha256: str, number: int) -> list[Target]:
        key = (sha256, number)
        if key not in self._targets:
            named = self._named[key]
            self._targets[key] = list(self._narrowed(named, [*self._find(named)]))
        return self._targets[key]

    def _narrowed(self, named: Row, targets: Sequence[Target]) -> Iterator[Target]:
        """Leave of the targets the devices whose serial numbers a product names, where it names some."""
        return self._limits.narrowed(serials.read(json.loads(named["serials"])), targets)

    def _find(self, named: Row) -> Iterator[Target]:
        yield from self._packages.targets(named)
        if named["distribution"]:
            return
        understood = versions_of(named)
        stated, distributed = stated_order(named, self._schemes), of_distribution(named)
        models = list(self._models(named))
        sure = any(confidence >= LINE for _, _, confidence in models)
        for listed, basis in self._components(named, by_cpe=not sure):
            version = _version(listed) if basis == _PACKAGE else listed["version"]
            judged = speaks_of(understood, version, lacks=listed["lacks"] or "version", stated=stated)
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
                identity = f"{label(named)}|{product_id}"
                if confidence < LINE and judged.value is not Truth.FALSE:
                    judged = Judged(value=Truth.UNKNOWN, missing=IDENTITY, why=basis)
                    subject = identity
                yield Target(component_id=own["component_id"], product_id=product_id, whole=True, judged=judged,
                             asks=subject if judged.missing in {IDENTITY, MEANING} else "", basis=basis,
                             confidence=confidence, identity=identity)  # fmt: skip

    def _components(self, named: Row, *, by_cpe: bool) -> Iterable[tuple[Row, str]]:
        """Components by CPE name, where the name is not that of a whole device, and by package URL of an ecosystem."""
        found: dict[str, tuple[Row, str]] = {}
        if named["cpe"] and by_cpe:
            try:
                cpe = Cpe.parse(named["cpe"])
            except UnreadableError:
                cpe = None
            listed = self._by_product.get(f"{cpe.part}:{cpe.product_key}", {}) if cpe else {}
            found |= {name: (row, _NAME) for name, row in listed.items()}
        if named["purl"] and of_package(named["purl"]) is None:
            listed = self._by_package.get(package_key(named["purl"]), {})
            found |= {name: (row, _PACKAGE) for name, row in listed.items()}
        return found.values()

    def _models(self, named: Row) -> Iterator[tuple[str, str, float]]:
        """The models of the fleet that a name may stand for: (product, basis, confidence). A person's word counts."""
        for candidate in () if _is_package(named) else self._find_models(asked(named)):
            said = self._told.get(("product", f"{label(named)}|{candidate.product_id}"))
            if said is None:
                yield candidate.product_id, candidate.basis, candidate.confidence
            elif said:
                yield candidate.product_id, "a person's answer", 1.0

    def _claim(self, said: Row, target: Target, on: Target | None) -> Row:
        judged = target.judged
        if on and on.judged.value < judged.value:
            judged = on.judged
        about, status = on or target, target.status or said["status"]
        if status in SILENCING and judged.value is Truth.TRUE:
            target, judged = _sure_enough(target, on, judged)
        trust, lacks = _trust(said, target, about)
        trusted = self._told.get(("trust", trust))
        silencing = status in SILENCING and judged.value is Truth.TRUE
        if judged.value is Truth.FALSE:
            outcome = f"not applied: {judged.why}"
        elif judged.value is Truth.UNKNOWN:
            outcome = f"waits: {judged.missing} missing" + (f" ({judged.why})" if judged.why else "")
        elif silencing and trusted is False:
            outcome = "not applied: a person said that this publisher does not count here"
        elif silencing and trusted is None:
            outcome = f"waits: {lacks} missing"
        elif status in SILENCING | {"affected"}:
            outcome = "applied"
        else:
            outcome = "shown: it settles nothing yet"
        words = {"rule": package_claims.told(said, target, status)} if target.told else {}
        return _row(
            said, status=status, product_id=about.product_id, component_id=target.component_id,
            on_id=(on.unit or on.component_id) if on else target.unit, whole=target.whole, value=int(judged.value),
            trusted=bool(trusted), missing=lacks if silencing and trusted is None else judged.missing,
            confidence=target.confidence, outcome=outcome, basis=target.basis,
            asks=trust if silencing and trusted is None else target.asks, **words,
        )  # fmt: skip


def _is_package(named: Row) -> bool:
    """Tell whether a document speaks of a package alone: no model of a device is meant."""
    return bool(named["package"] or named["distribution"])


def _version(listed: Row) -> str:
    """Give a package's version as its own URL states it: a CPE name beside it may write it otherwise."""
    try:
        return Purl.parse(listed["purl"]).version or str(listed["version"])
    except UnreadableError:
        return str(listed["version"])


def _trust(said: Row, target: Target, about: Target) -> tuple[str, str]:
    """Name the subject of trust and what is missing: a distribution's data counts for all models, all else for one."""
    if target.voice:
        return f"{package_claims.voice(said, target)}|{target.voice}", package_claims.TRUST
    return f"{said['publisher']}|{about.product_id}", TRUST


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


def _row(said: Row, **found: object) -> Row:
    named = " ".join(filter(None, (label(said), said["version"]))) or said["ref"]
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
