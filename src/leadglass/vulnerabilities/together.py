# SPDX-License-Identifier: Apache-2.0
"""Judge what records join by AND or negate on one configuration, in Kleene's three values, criterion by criterion.

What `joint` and `queries.CONFIGURATION_FINDINGS` do for all configurations at once takes the engine longer to plan than
this takes for one. The rows are the same: tests hold the two against each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.values.scope import Row
from leadglass.vulnerabilities.applicability import Knowledge
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.singly import STATUS, Met, key_of, place_of

_WHOLE: Final = ("hardware model", "operating system", "software list")
"""What is missing of a configuration as a whole, in the order in which it is told."""
READ: Final = ("nth", "alone", "of_configuration", "of_node", "node_operator", "node_inverted", "joined", "inverted", "part",
                "by_product")  # fmt: skip
"""The columns of criterion_now that are read."""


@dataclass(slots=True)
class _Node:
    """A node: the values of its criteria by their numbers, and what is missing where one of them is unknown."""

    conjunct: bool
    inverted: bool
    values: dict[int, Truth] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)

    @property
    def value(self) -> Truth:
        """Join the criteria."""
        value = min(self.values.values()) if self.conjunct else max(self.values.values())
        return ~value if self.inverted else value


@dataclass(slots=True)
class _Configured:
    """A configuration of a record: its nodes by their numbers."""

    conjunct: bool
    inverted: bool
    nodes: dict[int, _Node] = field(default_factory=dict)

    @property
    def value(self) -> Truth:
        """Join the nodes."""
        values = [node.value for node in self.nodes.values()]
        value = min(values) if self.conjunct else max(values)
        return ~value if self.inverted else value


def findings(
    met: Iterable[Met], components: Iterable[Row], criteria: pa.Table, configuration: Row
) -> Iterator[Row]:
    """Give what records with AND or negation say of the components of one configuration (CONFIGURATION_FINDINGS).

    `configuration` is its row of the table configuration; `criteria` are at least those that stand beside what was met.
    """
    claims = _claims(one for one in met if not one.row["alone"])
    suspect = {one.row["of_configuration"] for one in claims if _is_suspect(one)}
    speaking = [one for one in claims if one.row["of_configuration"] in suspect]
    own = {row["by_product"] for row in components}
    shapes = _shapes(criteria, suspect, speaking, own, configuration)
    best: dict[tuple[int, int], tuple[tuple[int, int, int], Met]] = {}
    for one in filter(_is_suspect, speaking):
        value = _value(one, shapes[one.row["of_configuration"]])
        pack = 2 - value, *one.pack[1:]
        place = one.component["number"], one.row["of_record"]
        if place not in best or pack < best[place][0]:
            best[place] = pack, one
    for (against, *_), one in best.values():
        value = Truth(2 - against)
        missing = _missing(one, shapes[one.row["of_configuration"]]) if value is Truth.UNKNOWN else ""
        yield {
            **key_of(one.component, one.row["vulnerability"]), "status": STATUS[value], "class": one.operand.label,
            "missing": missing, "rule": f"{one.criterion} and what it runs on", "sha256": one.row["sha256"],
            "place": place_of(one.row), "configuration_id": configuration["configuration_id"],
        }  # fmt: skip


def _claims(met: Iterable[Met]) -> list[Met]:
    """Of what is said of a component and a criterion twice, as that is negated, take what is the truest."""
    found: dict[tuple[int, int], Met] = {}
    for one in met:
        place = one.component["number"], one.row["nth"]
        if place not in found or one.pack < found[place].pack:
            found[place] = one
    return list(found.values())


def _own(one: Met) -> Truth:
    """A negated criterion speaks for the record by as much as it is false."""
    return ~one.operand.value if one.criterion.negated else one.operand.value


def _is_suspect(one: Met) -> bool:
    return one.criterion.vulnerable and _own(one) is not Truth.FALSE


def _value(one: Met, shape: _Configured) -> Truth:
    node = shape.nodes[one.row["of_node"]].value
    return min(shape.value, ~node if shape.inverted else node, _own(one))


def _shapes(
    criteria: pa.Table,
    wanted: Collection[int],
    speaking: Sequence[Met],
    own: Collection[int],
    configuration: Row,
) -> Mapping[int, _Configured]:
    """Give the configurations of records with all of their criteria, each judged on the components, or as absent."""
    knowledge = Knowledge(
        hardware=configuration["knows_hardware"],
        system=configuration["knows_system"],
        software=configuration["knows_software"],
    )
    heard: dict[int, list[Met]] = defaultdict(list)
    for one in speaking:
        heard[one.row["nth"]].append(one)
    shapes: dict[int, _Configured] = {}
    among = pc.is_in(criteria["of_configuration"], value_set=pa.array(list(wanted), pa.int64()))
    chosen = criteria.select(READ).filter(pc.and_(among, pc.invert(criteria["alone"])))
    for row in zip(*(chosen[name].to_pylist() for name in READ), strict=True):
        nth, _, number, of_node, operator, node_inverted, joined, inverted, part, product = row
        shape = shapes.setdefault(number, _Configured(joined == "AND", inverted))
        node = shape.nodes.setdefault(of_node, _Node(operator == "AND", node_inverted))
        node.values[nth], node.missing[nth] = _operand(
            heard.get(nth, ()), knowledge, part, known=product in own
        )
    return shapes


def _operand(met: Sequence[Met], knowledge: Knowledge, part: str, *, known: bool) -> tuple[Truth, str]:
    """Judge a criterion: by the component that speaks most for it; where none is of its product, by what is known."""
    if met:
        value = max(one.operand.value for one in met)
        waits = (one.operand.missing for one in met if one.operand.value is Truth.UNKNOWN)
        return value, min(waits, default="")
    return (Truth.FALSE, "") if known else knowledge.absent(part)


def _missing(one: Met, shape: _Configured) -> str:
    """Name the facts that all have to be known: alternatives to the component's own criterion are none."""
    own = shape.nodes[one.row["of_node"]]
    facts = {one.operand.missing if one.operand.value is Truth.UNKNOWN else ""}
    for node in shape.nodes.values():
        # In other nodes where all count, in its own where all do; negated, a criterion has to be false for all
        beside = (
            shape.conjunct != shape.inverted if node is not own else one.criterion.negated or own.conjunct
        )
        if beside and node.value is Truth.UNKNOWN:
            facts |= {
                node.missing[nth]
                for nth, value in node.values.items()
                if value is Truth.UNKNOWN
                and (node is not own or one.criterion.negated or nth != one.row["nth"])
            }
    others = sorted(facts - {"", *_WHOLE})
    return ", ".join([*(fact for fact in _WHOLE if fact in facts), *others[:1], *others[1:][-1:]])
