# SPDX-License-Identifier: Apache-2.0
"""Judge one record on one device, step by step, in three values (NVD CVE API 2.0 `configurations`; NISTIR 7696).

This is the readable definition of what `queries` does for all at once; `explain` prints it, and the tests hold
the two against each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from leadglass.vulnerabilities.comparison import Criterion as Criterion
from leadglass.vulnerabilities.comparison import Operand as Operand
from leadglass.vulnerabilities.comparison import Part as Part
from leadglass.vulnerabilities.comparison import Truth as Truth
from leadglass.vulnerabilities.comparison import compare as compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known of a configuration as a whole: what is not listed is absent only where the list is known."""

    hardware: bool
    system: bool
    software: bool

    def absent(self, part: str) -> tuple[Truth, str]:
        """Judge a criterion that no component speaks to."""
        known, missing = {
            "h": (self.hardware, "hardware model"),
            "o": (self.system, "operating system"),
        }.get(part, (self.software, "software list"))
        return (Truth.FALSE, "") if known else (Truth.UNKNOWN, missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of a configuration with its operands."""

    operator: str
    inverted: bool
    operands: tuple[Operand, ...]

    @property
    def value(self) -> Truth:
        """Join the operands."""
        return _join(self.operator, self.inverted, [operand.value for operand in self.operands])


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A configuration of a record with its nodes; a record is true when one of its configurations is."""

    joined: str
    inverted: bool
    nodes: tuple[Node, ...]

    @property
    def value(self) -> Truth:
        """Join the nodes."""
        return _join(self.joined, self.inverted, [node.value for node in self.nodes])


def _join(operator: str, inverted: bool, values: Sequence[Truth]) -> Truth:
    value = min(values) if operator == "AND" else max(values)
    return ~value if inverted else value


def judge(
    criteria: Iterable[Criterion], parts: Sequence[Part], knowledge: Knowledge
) -> tuple[Configured, ...]:
    """Judge a whole record on one configuration; the record is true when one of the results is."""
    ordered = sorted(criteria, key=lambda c: (c.configuration, c.node, c.number))
    judged = []
    for _, configuration in groupby(ordered, key=lambda c: c.configuration):
        nodes = tuple(
            _node(tuple(node), parts, knowledge) for _, node in groupby(configuration, key=lambda c: c.node)
        )
        first = nodes[0].operands[0].criterion
        judged.append(Configured(joined=first.joined, inverted=first.inverted, nodes=nodes))
    return tuple(judged)


def _node(criteria: Sequence[Criterion], parts: Sequence[Part], knowledge: Knowledge) -> Node:
    operands = tuple(_operand(criterion, parts, knowledge) for criterion in criteria)
    return Node(operator=criteria[0].node_operator, inverted=criteria[0].node_inverted, operands=operands)


def _operand(criterion: Criterion, parts: Sequence[Part], knowledge: Knowledge) -> Operand:
    """Take the component that speaks most for the criterion; where none speaks, what is known of the whole."""
    found = [operand for part in parts if (operand := compare(part, criterion))]
    spoken = [operand for operand in found if operand.label]
    if spoken:
        return min(spoken, key=lambda operand: (-operand.value, operand.missing))
    if found:
        return found[0]
    value, missing = knowledge.absent(criterion.part)
    why = f"{missing} missing" if missing else f"no {criterion.product} on this device"
    return Operand(criterion=criterion, value=value, why=why, missing=missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a record says of one component on one configuration; `missing` are the facts that would settle it."""

    component_id: str
    value: Truth
    missing: frozenset[str] = frozenset()


def conclude(
    criteria: Iterable[Criterion], parts: Sequence[Part], knowledge: Knowledge
) -> dict[str, Verdict]:
    """Say of each component that a vulnerable criterion speaks of what the record means for it.

    A component is affected where its own criterion, the node and the configuration are all true; of several
    such criteria the gravest counts. A record that is true by context alone speaks of no component.
    """
    found: dict[str, Verdict] = {}
    for configured in judge(criteria, parts, knowledge):
        for node in configured.nodes:
            for operand in node.operands:
                for verdict in _verdicts(configured, node, operand.criterion, parts):
                    known = found.get(verdict.component_id)
                    if known is None or verdict.value > known.value:
                        found[verdict.component_id] = verdict
    return found


def _verdicts(
    configured: Configured, node: Node, criterion: Criterion, parts: Sequence[Part]
) -> Iterator[Verdict]:
    """Say what one vulnerable criterion means for each component that it speaks of."""
    shared = min(configured.value, ~node.value if configured.inverted else node.value)
    for part in parts if criterion.vulnerable else ():
        operand = compare(part, criterion)
        if operand is None:
            continue
        value = min(shared, ~operand.value if criterion.negated else operand.value)
        missing: set[str] = set()
        if value is Truth.UNKNOWN:
            missing = {operand.missing, *_lacking(configured, node, criterion)} - {""}
        yield Verdict(component_id=part.component_id, value=value, missing=frozenset(missing))


def _lacking(configured: Configured, node: Node, criterion: Criterion) -> Iterator[str]:
    """Collect the facts that all have to be known: alternatives to the component's own criterion are none."""
    conjunct = node.operator == "AND"
    together = (configured.joined == "AND") != configured.inverted
    for one in configured.nodes:
        for operand in one.operands if one.value is Truth.UNKNOWN else ():
            other = operand.criterion is not criterion
            # Negated, a criterion has to be false for all components
            needed = together if one is not node else criterion.negated or (conjunct and other)
            if needed and operand.value is Truth.UNKNOWN:
                yield operand.missing
