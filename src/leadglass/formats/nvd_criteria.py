# SPDX-License-Identifier: Apache-2.0
"""Read the nodes of NVD CVE API 2.0 configurations into columns, each different cpeMatch once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Final

from leadglass.errors import UnreadableError
from leadglass.formats.nvd_schema import Configuration, Match, Node
from leadglass.formats.remarks import Remarks
from leadglass.values.cpe import qualifiers, split, unbind

_CPE_CACHE: Final = 131_072

_PARTS: Final = frozenset("aoh*-")
_ALL_ANY: Final = "*:*:*:*:*:*"
_FIELD: Final = r"[!-9;-\[\]-~]+"  # printable ASCII but the colon and the backslash
# A name in which nothing is quoted, missing or odd, as most are: cut all at once.
_PLAIN: Final = re.compile(
    rf"cpe:2\.3:([aoh*-]):({_FIELD}:{_FIELD}):({_FIELD}):({_FIELD}):"
    rf"(\*:\*:\*:\*:\*:\*|{_FIELD}:{_FIELD}:{_FIELD}:{_FIELD}:{_FIELD}:{_FIELD})"
).fullmatch
# The same with quoted characters: its eleven fields, quoted as they came.
_QUOTED: Final = re.compile("cpe:2\\.3:" + ":".join([r"((?:[!-9;-\[\]-~]++|\\[!-~])++)"] * 11)).fullmatch

NODE: Final = (
    "vulnerability", "record", "configuration", "node", "joined", "inverted", "node_operator", "node_inverted",
)  # fmt: skip
_OF_NAME: Final = ("part", "product", "version", "update_", "qualifiers")
MATCH: Final = (
    "vulnerable", *_OF_NAME, "start_including", "start_excluding", "end_including", "end_excluding",
)  # fmt: skip

Columns = dict[str, list[Any]]
Name = tuple[str, str, str, str, str]


class _Names(dict[str, Name]):
    """The names of criteria, by criteria: feeds repeat them, and so do their years."""

    def __missing__(self, criteria: str) -> Name:
        lowered = criteria.lower()
        plain = _PLAIN(lowered)
        if plain:
            part, product, version, update, rest = plain.groups()
            name = (
                part,
                product,
                version,
                update,
                "" if rest == _ALL_ANY else qualifiers(tuple(rest.split(":"))),
            )
        else:
            name = _any_name(lowered)
        if len(self) >= _CPE_CACHE:
            self.clear()
        self[criteria] = name
        return name


_NAMES: Final = _Names()


def _any_name(criteria: str) -> Name:
    quoted = _QUOTED(criteria)
    fields = tuple(map(unbind, quoted.groups() if quoted else split(criteria)))
    part, vendor, product, version, update = fields[:5]
    if part not in _PARTS:
        raise UnreadableError(f"The part of a CPE name is a, o or h, not {part[:20]!r}.")
    return part, f"{vendor}:{product}", version, update, qualifiers(fields[5:])


class _Numbers(dict[Match, int]):
    """Numbers the different cpeMatches of a batch as they come: one stands there three times."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[Name] = []

    def __missing__(self, match: Match) -> int:
        self.names.append(_NAMES[match.criteria])
        number = self[match] = len(self)
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Criteria as a normal form: what belongs to a node stands once, and so does a cpeMatch.

    `node` has the nodes by NODE, and as `criteria` how many each has, one at least. Of these, node by node, `number`
    is the order in the node and `stated` the row in `match`, which has each different cpeMatch by MATCH.
    """

    node: Columns
    number: list[int]
    stated: list[int]
    match: Columns

    def written_out(self) -> Iterator[tuple[str, list[Any]]]:
        """Give the columns with a row for each criterion."""
        counts = self.node["criteria"]
        for name in NODE:
            yield name, list(chain.from_iterable(map(repeat, self.node[name], counts)))
        yield "number", self.number
        for name, column in self.match.items():
            yield name, [column[row] for row in self.stated]


class Gathering:
    """The criteria of a batch under construction: nodes are gathered, and moved into columns many at a time."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._waiting: list[tuple[str, int, int, int, str, bool, str, bool, Node]] = []
        self._numbers = _Numbers()
        self._node: Columns = {name: [] for name in (*NODE, "criteria")}
        self._number: list[int] = []
        self._stated: list[int] = []

    def __len__(self) -> int:
        return len(self._stated)

    def add(self, vulnerability: str, record: int, configurations: list[Configuration]) -> None:
        """Take the configurations of a record."""
        for index, configuration in enumerate(configurations):
            joined, inverted = configuration.operator, configuration.negate
            self._waiting += [
                (vulnerability, record, index, number, joined, inverted, node.operator, node.negate, node)
                for number, node in enumerate(configuration.nodes)
            ]

    def give(self) -> Criteria:
        """Give what was gathered."""
        self.move()
        matches = list(self._numbers)
        names = zip(*self._numbers.names, strict=True) if matches else ((),) * len(_OF_NAME)
        return Criteria(
            node=self._node,
            number=self._number,
            stated=self._stated,
            match={
                "vulnerable": [match.vulnerable for match in matches],
                **dict(zip(_OF_NAME, map(list, names), strict=True)),
                "start_including": [match.versionStartIncluding for match in matches],
                "start_excluding": [match.versionStartExcluding for match in matches],
                "end_including": [match.versionEndIncluding for match in matches],
                "end_excluding": [match.versionEndExcluding for match in matches],
            },
        )

    def move(self) -> None:
        """Move the nodes that wait into the columns."""
        numbers = self._numbers
        counts = [len(node[-1].cpeMatch) for node in self._waiting]
        if 0 in counts or any(node[-1].children for node in self._waiting):
            self._remark_on_nodes()
        try:
            stated = [numbers[match] for node in self._waiting for match in node[-1].cpeMatch]
            self._number += chain.from_iterable(map(range, counts))
            self._stated += stated
        except UnreadableError:
            counts = [self._leave_out(*node) for node in self._waiting]
        if 0 in counts:
            self._waiting = [node for node, count in zip(self._waiting, counts, strict=True) if count]
            counts = [count for count in counts if count]
        self._node["criteria"] += counts
        for name, values in zip(NODE, zip(*self._waiting, strict=True), strict=False):
            self._node[name] += values
        self._waiting = []

    def _leave_out(self, vulnerability: str, record: int, index: int, number: int, *rest: Any) -> int:
        """Move a node, and leave out criteria whose names cannot be read, with a remark each; count the others."""
        *_, node = rest
        before = len(self._stated)
        for position, match in enumerate(node.cpeMatch):
            try:
                self._stated.append(self._numbers[match])
                self._number.append(position)
            except UnreadableError as error:
                place = f"{_place(record, index, number)}.cpeMatch[{position}]"
                self._remarks.add(place, f"{vulnerability}: {error}", sort="criteria that were not read")
        return len(self._stated) - before

    def _remark_on_nodes(self) -> None:
        for vulnerability, record, index, number, *_, node in self._waiting:
            place = _place(record, index, number)
            if not node.cpeMatch:
                why = f"{vulnerability}: this node has no criteria and decides nothing."
                self._remarks.add(place, why, sort="nodes without criteria")
            if node.children:
                why = f"{vulnerability}: only the criteria of this node were taken, not the nodes within it."
                self._remarks.add(place, why, sort="nodes with nodes within")


def _place(record: int, configuration: int, node: int) -> str:
    return f"vulnerabilities[{record}].cve.configurations[{configuration}].nodes[{node}]"
