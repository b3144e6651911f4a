# SPDX-License-Identifier: Apache-2.0
"""Hold a few components against criteria, pair by pair with the readable definition (`comparison.compare`).

What `hits.HITS` and `queries.COMPONENT_FINDINGS` do for millions at once takes the engine longer to plan than this takes.
The rows are the same: tests hold the two against each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.values.cpe import HARDWARE
from leadglass.values.ids import finding_key
from leadglass.values.scope import Row
from leadglass.vulnerabilities.comparison import UNLIKE, UNSOUND, Criterion, Operand, Part, Truth, compare
from leadglass.vulnerabilities.hits import CLASSES
from leadglass.vulnerabilities.worded import DISAGREE

STATUS: Final = {Truth.TRUE: "affected", Truth.UNKNOWN: "unknown", Truth.FALSE: "not_affected"}
_CODE: Final = {name: code for code, name in enumerate(CLASSES)}
_OUTSIDE: Final = "outside"
_LACKED: Final = {
    "": 0, "whether both versions are the same": 2, UNLIKE: 3, "version in the record": 4, UNSOUND: 5, "update": 7,
    "service pack": 8, "edition": 9,
}  # fmt: skip
"""What is missing by its place in the list of `hits`; two more are the component's own words."""
_VERSION_LACKED, _DOUBTED = 1, 6
_NUMBERED: Final = ("vulnerability", "nth", "of_record", "of_configuration", "of_node", "alone", "vulnerable")
READ: Final = (
    *_NUMBERED, "by_product", "sha256", "record", "configuration", "node", "number", "joined", "inverted", "node_operator",
    "node_inverted", "part", "product", "class", "version", "norm", "update_", "qualifiers", "lo", "hi", "lo_text", "hi_text",
)  # fmt: skip
"""The columns of criterion_now that are read."""


@dataclass(frozen=True, slots=True)
class Met:
    """A component and a criterion that speaks of it, judged: rows of component and criterion_now, and what came out."""

    component: Row
    row: Row
    criterion: Criterion
    operand: Operand

    @property
    def pack(self) -> tuple[int, int, int]:
        """Order judgements: of several of one record the least counts (`hits.packed`)."""
        return 2 - self.operand.value, _CODE[self.operand.label], self.row["nth"]

    @property
    def hit(self) -> Row:
        """Give it as a row of the relation hit."""
        return {
            **{name: self.row[name] for name in _NUMBERED}, "c": self.component["number"], "spread": 1,
            "negated": self.criterion.negated, "code": _CODE[self.operand.label], "value": int(self.operand.value),
            "lacks_code": self._lacks(),
        }  # fmt: skip

    def _lacks(self) -> int:
        if self.operand.value is not Truth.UNKNOWN:
            return 0
        if self.operand.label == "version_missing":
            return _VERSION_LACKED
        return _LACKED.get(self.operand.missing, _DOUBTED)


def meet(components: Iterable[Row], criteria: pa.Table) -> list[Met]:
    """Hold components against the criteria of their products; what is false is left away, save where it is negated."""
    by_product: dict[tuple[str, str], list[tuple[Row, Part]]] = defaultdict(list)
    for row in components:
        if row["product"]:
            by_product[row["part"], row["product"]].append((row, _part(row)))
    found = []
    for row in _that_may_meet(criteria, [row for some in by_product.values() for row, _ in some]):
        criterion = _criterion(row)
        for component, part in by_product.get((criterion.part, criterion.product), ()):
            found += [
                Met(component, row, criterion, one) for one in _judged(part, criterion, alone=row["alone"])
            ]
    return found


def _judged(part: Part, criterion: Criterion, *, alone: bool) -> Iterator[Operand]:
    operand = compare(part, criterion)
    if operand is None:
        return
    if operand.label and (operand.value or criterion.negated):
        yield operand
    # Where a criterion is negated, a version that is outside of it says something
    if not alone and (criterion.inverted or criterion.node_inverted):
        yield replace(operand, value=Truth.FALSE, missing="", label=_OUTSIDE)


def _that_may_meet(criteria: pa.Table, components: Sequence[Row]) -> list[Row]:
    """Leave out what names a version that none of the components has: of most products that is nearly all."""
    exact = pc.and_(pc.equal(criteria["class"], "exact"), pc.invert(_negated(criteria)))
    named = _among(
        criteria["norm"], pa.string(), {row[name] for row in components for name in ("norm", "base")}
    )
    alike = _among(criteria["lo"], pa.string(), {row["key"] for row in components})
    unknown = _among(
        criteria["by_product"], pa.int64(), {row["by_product"] for row in components if not row["key"]}
    )
    # Of a model that is named, another version may be that of the hardware (`comparison`)
    models = {row["by_product"] for row in components if row["part"] == HARDWARE and row["named"]}
    model = _among(criteria["by_product"], pa.int64(), models)
    own = _among(criteria["by_product"], pa.int64(), {row["by_product"] for row in components})
    kept = pc.and_(own, pc.or_(pc.invert(exact), pc.or_(named, pc.or_(alike, pc.or_(unknown, model)))))
    return criteria.select(READ).filter(kept).to_pylist()  # type: ignore[no-any-return]


def _negated(criteria: pa.Table) -> Any:
    return pc.or_(criteria["inverted"], criteria["node_inverted"])


def _among(column: Any, kind: Any, values: Collection[Any]) -> Any:
    return pc.is_in(column, value_set=pa.array(list(values), kind))


def findings(
    met: Iterable[Met], components: Sequence[Row], left_out: Sequence[Row], worded: Iterable[Row]
) -> Iterator[Row]:
    """Give what records say of components that one criterion decides alone, or words (COMPONENT_FINDINGS)."""
    best: dict[tuple[int, int], Met] = {}
    speaking: set[tuple[int, str]] = set()
    for one in met:
        if one.operand.value:
            speaking.add((one.component["number"], one.row["vulnerability"]))
            if one.row["alone"]:
                place = one.component["number"], one.row["of_record"]
                best[place] = min(one, best.get(place, one), key=lambda one: one.pack)
    for one in best.values():
        yield {
            **key_of(one.component, one.row["vulnerability"]), "status": STATUS[one.operand.value],
            "class": one.operand.label, "missing": one.operand.missing, "rule": str(one.criterion),
            "sha256": one.row["sha256"], "place": place_of(one.row),
        }  # fmt: skip
    by_number = {row["number"]: row for row in components}
    for row in (*_passed(components, left_out, speaking), *worded):
        yield {
            **key_of(by_number[row["c"]], row["vulnerability"]), "status": "unknown", "class": "words",
            **{name: row[name] for name in ("missing", "rule", "sha256", "place")},
        }  # fmt: skip


def key_of(component: Row, vulnerability: str) -> Row:
    """Name a finding of a vulnerability on a component."""
    name = component["component_id"]
    key = finding_key("vulnerability", name, vulnerability)
    return {"finding_key": key, "component_id": name, "vulnerability": vulnerability}


def _passed(
    components: Iterable[Row], left_out: Iterable[Row], speaking: Collection[tuple[int, str]]
) -> Iterator[Row]:
    """Give the components of which words speak alone, as criteria leave out their versions (`worded.PASSED`)."""
    said: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in left_out:
        said[row["part"], row["product"]].append(row)
    for component in components:
        first: dict[str, list[Row]] = {}
        for row in said.get((component["part"], component["product"]), ()) if component["key"] else ():
            if _within(component, row):
                held = first.setdefault(row["vulnerability"], [row])
                if row["nth"] < held[0]["nth"]:
                    first[row["vulnerability"]] = [row]
                elif row is not held[0] and row["nth"] == held[0]["nth"]:
                    held.append(row)
        for vulnerability, rows in first.items():
            if (component["number"], vulnerability) not in speaking:
                for row in rows:
                    rule = f"{row['words']} in words alone"
                    yield {**row, "c": component["number"], "missing": DISAGREE, "rule": rule}


def _within(component: Row, said: Row) -> bool:
    """Tell whether a version is in a range of words."""
    if said["line"]:
        # A release that has another name (Windows) is written in the version itself
        text = component["base"] if component["named"] else component["norm"]
        return bool(f"{text}.".startswith(f"{said['low']}."))
    key, high = component["key"], said["high"]
    return bool(said["low"] <= key and (key < high or (not said["excluded"] and key == high)))


def _part(row: Mapping[str, Any]) -> Part:
    names = ("component_id", "part", "product", "name", "version", "norm", "base", "key", "qualifiers", "named", "lacks",
             "doubt")  # fmt: skip
    return Part(update=row["update_"], **{name: row[name] for name in names})


def _criterion(row: Row) -> Criterion:
    names = ("configuration", "node", "number", "joined", "inverted", "node_operator", "node_inverted", "vulnerable", "part",
             "product", "version", "norm", "qualifiers", "lo", "hi", "lo_text", "hi_text")  # fmt: skip
    return Criterion(kind=row["class"], update=row["update_"], **{name: row[name] for name in names})


def place_of(row: Row) -> str:
    """Say where a criterion stands in its document."""
    return (
        f"vulnerabilities[{row['record']}].cve.configurations[{row['configuration']}].nodes[{row['node']}]"
        f".cpeMatch[{row['number']}]"
    )
