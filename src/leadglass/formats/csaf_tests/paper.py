# SPDX-License-Identifier: Apache-2.0
"""A CSAF document laid open for its tests: its products, groups, branches and vulnerabilities with their places.

A part of the wrong type is passed over here: the schema has complained about it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from leadglass.formats.csaf_tests.moments import Moment
from leadglass.formats.csaf_tests.numbering import Version

Node = Mapping[str, Any]

AFFECTED: Final = ("first_affected", "known_affected", "last_affected")
FIXED: Final = ("first_fixed", "fixed")
STATUSES: Final = (*AFFECTED, *FIXED, "known_not_affected", "recommended", "under_investigation")

_NOTHING: Final[Node] = {}


class Part(NamedTuple):
    """An object within the document, and the JSON pointer to it."""

    place: str
    node: Node


class Named(NamedTuple):
    """A text within the document, and the JSON pointer to it."""

    place: str
    text: str


class Branch(NamedTuple):
    """A branch of the product tree; `path` are the categories from the root down to it."""

    place: str
    node: Node
    path: tuple[str, ...]


class Revision(NamedTuple):
    """An item of the revision history. `moment` and `version` are None where they cannot be read."""

    place: str
    number: str
    moment: Moment | None
    version: Version | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An opened document. `members` are the product ids of each group."""

    root: Node
    document: Node
    tracking: Node
    category: str | None
    tree: Node
    branches: tuple[Branch, ...]
    products: tuple[Part, ...]
    groups: tuple[Part, ...]
    relationships: tuple[Part, ...]
    vulnerabilities: tuple[Part, ...]
    revisions: tuple[Revision, ...]
    members: Mapping[str, frozenset[str]]

    @classmethod
    def open(cls, root: Node) -> Self:
        """Lay a parsed document open."""
        document, tree = record(root, "document"), record(root, "product_tree")
        tracking = record(document, "tracking")
        branches = tuple(_branches(tree))
        relationships = tuple(records(Part("/product_tree", tree), "relationships"))
        groups = tuple(records(Part("/product_tree", tree), "product_groups"))
        products = [
            *records(Part("/product_tree", tree), "full_product_names"),
            *(inner for part in relationships for inner in _inner(part, "full_product_name")),
            *(inner for branch in branches for inner in _inner(branch, "product")),
        ]
        members: dict[str, frozenset[str]] = {}
        for group in groups:
            key = text(group.node, "group_id")
            if key is not None:
                members.setdefault(key, frozenset(named.text for named in texts(group, "product_ids")))
        return cls(
            root=root,
            document=document,
            tracking=tracking,
            category=text(document, "category"),
            tree=tree,
            branches=branches,
            products=tuple(products),
            groups=groups,
            relationships=relationships,
            vulnerabilities=tuple(records(Part("", root), "vulnerabilities")),
            revisions=tuple(_revisions(tracking)),
            members=members,
        )

    def covered(self, parts: Iterable[Part]) -> set[str]:
        """Give the ids of the products that any of the parts names, itself or by a group."""
        ids: set[str] = set()
        for part in parts:
            ids.update(named.text for named in texts(part, "product_ids"))
            for group in texts(part, "group_ids"):
                ids |= self.members.get(group.text, frozenset())
        return ids

    def named_by_groups(self) -> int:
        """Count the products that groups name in all places where these are referred to: what tests go through."""
        sizes = {key: len(members) for key, members in self.members.items()}
        return sum(
            sizes.get(group.text, 0)
            for key in ("flags", "remediations", "threats")
            for part in self.each(key)
            for group in texts(part, "group_ids")
        )

    def each(self, key: str) -> Iterator[Part]:
        """Give the objects of a list that vulnerabilities hold, such as their remediations."""
        for vulnerability in self.vulnerabilities:
            yield from records(vulnerability, key)

    def hashes(self) -> Iterator[Part]:
        """Give the hashed files of all products."""
        for product in self.products:
            for helper in _inner(product, "product_identification_helper"):
                yield from records(helper, "hashes")


def pointer(key: str) -> str:
    """Write a key as a step of a JSON pointer (RFC 6901, 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def text(node: Node, key: str) -> str | None:
    """Give the text at a key, or None."""
    value = node.get(key)
    return value if isinstance(value, str) else None


def record(node: Node, key: str) -> Node:
    """Give the object at a key, or an empty one."""
    value = node.get(key)
    return value if isinstance(value, dict) else _NOTHING


def records(part: Part | Branch, key: str) -> Iterator[Part]:
    """Give the objects of the list at a key, with their places."""
    value = part.node.get(key)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield Part(f"{part.place}/{key}/{index}", item)


def texts(part: Part, key: str) -> Iterator[Named]:
    """Give the texts of the list at a key, with their places."""
    value = part.node.get(key)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield Named(f"{part.place}/{key}/{index}", item)


def statuses(vulnerability: Part, keys: Iterable[str]) -> Iterator[Named]:
    """Give the product ids under some of the product statuses of a vulnerability."""
    status = Part(f"{vulnerability.place}/product_status", record(vulnerability.node, "product_status"))
    for key in keys:
        yield from texts(status, key)


def scores(vulnerability: Part, *keys: str) -> Iterator[tuple[Part, Part]]:
    """Give each score of a vulnerability with its CVSS objects under these keys."""
    for score in records(vulnerability, "scores"):
        for key in keys:
            for cvss in _inner(score, key):
                yield score, cvss


def _inner(part: Part | Branch, key: str) -> Iterator[Part]:
    value = part.node.get(key)
    if isinstance(value, dict):
        yield Part(f"{part.place}/{key}", value)


def _branches(tree: Node) -> Iterator[Branch]:
    """Walk the branches depth first, in a loop: depth costs no stack."""
    pending = [Branch(place, node, ()) for place, node in records(Part("/product_tree", tree), "branches")]
    pending.reverse()
    while pending:
        place, node, above = pending.pop()
        branch = Branch(place, node, (*above, text(node, "category") or ""))
        yield branch
        pending += [Branch(*part, branch.path) for part in reversed([*records(branch, "branches")])]


def _revisions(tracking: Node) -> Iterator[Revision]:
    for place, node in records(Part("/document/tracking", tracking), "revision_history"):
        number = text(node, "number")
        if number is not None:
            moment = Moment.parse(text(node, "date") or "")
            yield Revision(place, number, moment, Version.parse(number))
