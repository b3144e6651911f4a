# SPDX-License-Identifier: Apache-2.0
"""Read what CSAF product trees say between products: relationships (2.0, 3.2.2.4), paths (2.1), groups (3.2.2.3)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec
from msgspec import Raw

from leadglass.errors import BoundError
from leadglass.formats.csaf_fields import NO_RAW, WHAT, Fields
from leadglass.formats.csaf_products import DEEPEST, FULL_PRODUCT_NAME, LONGEST_NAME, Line, Products
from leadglass.values.advisories import NamedProduct

_PLACE: Final = "product_tree"


class _Tree(msgspec.Struct):
    branches: Raw = NO_RAW
    full_product_names: Raw = NO_RAW
    product_groups: Raw = NO_RAW
    relationships: Raw = NO_RAW  # 2.0
    product_paths: Raw = NO_RAW  # 2.1


class _Relationship(msgspec.Struct):
    category: Raw = NO_RAW
    product_reference: Raw = NO_RAW
    relates_to_product_reference: Raw = NO_RAW
    full_product_name: Raw = NO_RAW


class _Path(msgspec.Struct):
    beginning_product_reference: Raw = NO_RAW
    subpaths: Raw = NO_RAW
    full_product_name: Raw = NO_RAW


class _Subpath(msgspec.Struct):
    category: Raw = NO_RAW
    next_product_reference: Raw = NO_RAW


class _Group(msgspec.Struct):
    group_id: Raw = NO_RAW
    product_ids: Raw = NO_RAW


_TREE: Final = msgspec.json.Decoder(_Tree)
_RELATIONSHIP: Final = msgspec.json.Decoder(_Relationship)
_PATH: Final = msgspec.json.Decoder(_Path)
_SUBPATH: Final = msgspec.json.Decoder(_Subpath)
_GROUP: Final = msgspec.json.Decoder(_Group)


class ProductTree:
    """The product tree of one document: its products in order, and what an id of a product or a group stands for."""

    def __init__(self, fields: Fields, raw: Raw) -> None:
        self._fields = fields
        self._products = Products(fields)
        self._groups: dict[str, tuple[str, ...]] = {}
        tree = fields.object(_TREE, raw, _PLACE) or _Tree()
        self._products.walk(tree.branches, f"{_PLACE}.branches")
        place = f"{_PLACE}.full_product_names"
        for here, full in fields.objects(FULL_PRODUCT_NAME, tree.full_product_names, place):
            self._products.take(full, here, Line())
        self._read_relationships(tree.relationships)
        self._read_paths(tree.product_paths)
        # A relation may name what stands later in the document: all are held together at the end.
        self._hold()
        self._read_groups(tree.product_groups)

    @property
    def products(self) -> tuple[NamedProduct, ...]:
        """All products, in the order of the document; those of relations after the others."""
        return tuple(self._products.listed)

    def name(self, ref: str) -> str:
        """Give the name of a product, or the id itself where there is none."""
        product = self._products.named.get(ref)
        return product.name if product and product.name else ref

    def products_of(self, raw: Raw, place: str) -> Iterator[tuple[str, str]]:
        """Take a list of product ids, each with its place.

        An id that the tree does not have is remarked on and given as it stands.
        """
        for at, ref in enumerate(self._fields.texts(raw, place)):
            here = f"{place}[{at}]"
            product = self._products.named.get(ref)
            if product:
                yield here, product.ref  # one text of it, however often it is named
            elif ref in self._groups:
                why = f"'{ref[:60]}' is a product group where a product belongs: its products were taken."
                self._fields.remarks.add(here, why, sort="groups in place of products")
                yield from ((here, member) for member in self._members(ref))
            elif ref:
                why = f"The product tree has no product '{ref[:60]}'."
                self._fields.remarks.add(here, why, sort="unknown products")
                yield here, ref

    def products_of_groups(self, raw: Raw, place: str) -> Iterator[tuple[str, str]]:
        """Take a list of group ids as the products of these groups, each with its place."""
        for at, group in enumerate(self._fields.texts(raw, place)):
            here = f"{place}[{at}]"
            if group and group not in self._groups:
                why = f"The product tree has no group '{group[:60]}'."
                self._fields.remarks.add(here, why, sort="unknown groups")
            yield from ((here, member) for member in self._members(group))

    def _members(self, group: str) -> tuple[str, ...]:
        members = self._groups.get(group, ())
        self._fields.mention(len(members))
        return members

    def _read_relationships(self, raw: Raw) -> None:
        text = self._fields.text
        for here, one in self._fields.objects(_RELATIONSHIP, raw, f"{_PLACE}.relationships"):
            place = f"{here}.full_product_name"
            full = self._fields.object(FULL_PRODUCT_NAME, one.full_product_name, place)
            if full is None:
                why = "A relationship that names no product of its own was left out."
                self._fields.remarks.add(here, why, sort="relationships left out")
                continue
            component = text(one.product_reference, f"{here}.product_reference")
            on = text(one.relates_to_product_reference, f"{here}.relates_to_product_reference")
            relation = text(one.category, f"{here}.category")
            if not (component and on and relation):
                why = "The relationship does not say of all: what, on what, and how."
                self._fields.remarks.add(here, why, sort="relationships half stated")
            self._products.take(full, place, Line(), component=component, on=on, relation=relation)

    def _read_paths(self, raw: Raw) -> None:
        text = self._fields.text
        for here, path in self._fields.objects(_PATH, raw, f"{_PLACE}.product_paths"):
            start = text(path.beginning_product_reference, f"{here}.beginning_product_reference")
            steps = [
                (at, text(step.category, f"{at}.category"), text(step.next_product_reference, f"{at}.next_product_reference"))
                for at, step in self._fields.objects(_SUBPATH, path.subpaths, f"{here}.subpaths")
            ]  # fmt: skip
            place = f"{here}.full_product_name"
            full = self._fields.object(FULL_PRODUCT_NAME, path.full_product_name, place)
            if full is None:
                why = "A product path that names no product of its own was left out."
                self._fields.remarks.add(here, why, sort="relationships left out")
                continue
            if not (start and steps and all(category and ref for _, category, ref in steps)):
                why = "The product path does not say of all: what, on what, and how."
                self._fields.remarks.add(here, why, sort="relationships half stated")
            ref = text(full.product_id, f"{place}.product_id")
            on = self._chain(ref, steps) if ref and steps else ""
            relation = steps[0][1] if steps else ""
            self._products.take(full, place, Line(), component=start, on=on, relation=relation)

    def _chain(self, path: str, steps: list[tuple[str, str, str]]) -> str:
        """Give the id of what the beginning of a path is on.

        Where the path goes on from there, that is a product of its own: leaving steps out would say more than
        the document does.
        """
        if len(steps) > DEEPEST:
            raise BoundError(f"{WHAT} has a product path of more than {DEEPEST} steps. It was not read.")
        on = steps[-1][2]
        name = self.name(on)
        for number in range(len(steps) - 1, 0, -1):
            place, relation, _ = steps[number]
            component = steps[number - 1][2]
            name = f"{self.name(component)} {relation} {name}"[:LONGEST_NAME]
            ref = f"{path} subpaths[{number}]"
            self._products.keep(
                NamedProduct(place=place, ref=ref, name=name, component=component, on=on, relation=relation)
            )
            on = ref
        return on

    def _hold(self) -> None:
        """Remark on relations to products that are not there, and undo one of each circle (6.1.3)."""
        listed, named = self._products.listed, self._products.named
        for product in listed:
            for field, ref in (("component", product.component), ("on", product.on)):
                if ref and ref not in named:
                    why = f"The product tree has no product '{ref[:60]}', which {product.ref[:60]} names as {field}."
                    self._fields.remarks.add(product.place, why, sort="unknown products of relations")
        circular = _circular(named)
        for at, product in enumerate(listed):
            if product.ref in circular and named[product.ref] is product:
                why = f"{product.ref[:60]} is made of itself by way of others: its relation was not taken."
                self._fields.remarks.add(product.place, why, sort="circles of products")
                listed[at] = named[product.ref] = replace(product, component="", on="", relation="")

    def _read_groups(self, raw: Raw) -> None:
        for here, group in self._fields.objects(_GROUP, raw, f"{_PLACE}.product_groups"):
            name = self._fields.text(group.group_id, f"{here}.group_id")
            members = tuple(ref for _, ref in self.products_of(group.product_ids, f"{here}.product_ids"))
            if name and name not in self._groups:
                self._groups[name] = members
                continue
            why = f"The group '{name[:60]}' is there already" if name else "A group without a group_id"
            self._fields.remarks.add(here, f"{why}: this one was left out.", sort="groups left out")


def _circular(named: dict[str, NamedProduct]) -> set[str]:
    """Find, for each circle of relations, the product that closes it; relations upon relations are bounded."""
    circular: set[str] = set()
    depths: dict[str, int] = {}
    for start, product in named.items():
        stack = [start] if product.component or product.on else []
        opened: set[str] = set()
        while stack:
            ref = stack[-1]
            parts = [part for part in (named[ref].component, named[ref].on) if part in named]
            waiting = [part for part in parts if part not in depths]
            if ref in depths:
                stack.pop()
            elif any(part in opened or part == ref for part in waiting):
                circular.add(ref)
                depths[ref] = 0
            elif waiting:
                opened.add(ref)
                stack.extend(waiting)
            else:
                depths[ref] = 1 + max((depths[part] for part in parts), default=0)
                if depths[ref] > DEEPEST:
                    raise BoundError(
                        f"{WHAT} has relations upon relations, more than {DEEPEST} deep. It was not read."
                    )
    return circular
