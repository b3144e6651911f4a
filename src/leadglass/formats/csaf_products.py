# SPDX-License-Identifier: Apache-2.0
"""Read products of CSAF product trees, 2.0 (3.1.2 branches, 3.1.3 full product names) and 2.1.

Branches within branches are walked in a loop, so that depth costs no stack.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from msgspec import Raw

from leadglass.errors import BoundError
from leadglass.formats.csaf_fields import NO_RAW, WHAT, Fields, is_absent
from leadglass.values.advisories import NamedProduct

DEEPEST: Final = 100
MOST_PRODUCTS: Final = 200_000
LONGEST_NAME: Final = 1_024

_SAID_AS: Final = {
    "vendor": "maker",
    "product_family": "family",
    "product_name": "product",
    "product_version": "version",
    "product_version_range": "range",
    "service_pack": "level",
    "patch_level": "level",
    "architecture": "platform",
    "host_name": "platform",
    "language": "platform",
    "legacy": "platform",  # 2.0 only
    "platform": "platform",  # 2.1 only
    "specification": "platform",
}
"""What the name of a branch says, by its category (3.1.2.2)."""


class FullProductName(msgspec.Struct):
    """A full product name, its fields undecoded."""

    name: Raw = NO_RAW
    product_id: Raw = NO_RAW
    product_identification_helper: Raw = NO_RAW


class _Branch(msgspec.Struct):
    category: Raw = NO_RAW
    name: Raw = NO_RAW
    product: Raw = NO_RAW
    branches: Raw = NO_RAW


class _Identified(msgspec.Struct):
    cpe: Raw = NO_RAW
    purl: Raw = NO_RAW  # 2.0
    purls: Raw = NO_RAW  # 2.1
    hashes: Raw = NO_RAW
    model_numbers: Raw = NO_RAW
    serial_numbers: Raw = NO_RAW
    skus: Raw = NO_RAW
    sbom_urls: Raw = NO_RAW
    x_generic_uris: Raw = NO_RAW


class _Hashes(msgspec.Struct):
    file_hashes: Raw = NO_RAW


class _Hash(msgspec.Struct):
    algorithm: Raw = NO_RAW
    value: Raw = NO_RAW


FULL_PRODUCT_NAME: Final = msgspec.json.Decoder(FullProductName)
_BRANCH: Final = msgspec.json.Decoder(_Branch)
_IDENTIFIED: Final = msgspec.json.Decoder(_Identified)
_HASHES: Final = msgspec.json.Decoder(_Hashes)
_HASH: Final = msgspec.json.Decoder(_Hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the branches from the root to a place say."""

    maker: str = ""
    family: str = ""
    product: str = ""
    version: str = ""
    versioned: str = ""
    platforms: tuple[str, ...] = ()

    def extended(self, said: str, name: str) -> "Line":
        """Add one branch. Of makers and versions the inner one is the more exact; names and levels add up."""
        if said == "maker":
            return replace(self, maker=name)
        if said == "family":
            return replace(self, family=_joined(self.family, name))
        if said == "product":
            return replace(self, product=_joined(self.product, name))
        if said == "platform":
            return replace(self, platforms=(*self.platforms, name))
        if said == "level":
            return replace(self, version=_joined(self.version, name), versioned=self.versioned or "version")
        return replace(self, version=name, versioned=said)


class Products:
    """The products of one document: `listed` in its order, `named` by their id."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.listed: list[NamedProduct] = []
        self.named: dict[str, NamedProduct] = {}

    def walk(self, raw: Raw, place: str) -> None:
        """Take the products of all branches, in the order of the document."""
        levels: list[tuple[Line, Iterator[tuple[str, _Branch]]]] = []
        levels.append((Line(), self._fields.objects(_BRANCH, raw, place)))
        while levels:
            line, branches = levels[-1]
            here, branch = next(branches, ("", None))
            if branch is None:
                levels.pop()
                continue
            inner = self._extended(line, branch, here)
            full = self._fields.object(FULL_PRODUCT_NAME, branch.product, f"{here}.product")
            if full is not None:
                self.take(full, f"{here}.product", inner)
            if not is_absent(branch.branches):
                if len(levels) >= DEEPEST:
                    raise BoundError(
                        f"{WHAT} has branches within branches, more than {DEEPEST} deep. It was not read."
                    )
                within = self._fields.objects(_BRANCH, branch.branches, f"{here}.branches")
                levels.append((inner, within))

    def take(
        self,
        full: FullProductName,
        place: str,
        line: Line,
        *,
        component: str = "",
        on: str = "",
        relation: str = "",
    ) -> None:
        """Take one full product name, that stands below these branches, or is a relation of two others."""
        ref = self._fields.text(full.product_id, f"{place}.product_id")
        if not ref:
            why = "A product without a product_id was left out: nothing can be said of it."
            self._fields.remarks.add(place, why, sort="products without an id")
            return
        name = self._fields.text(full.name, f"{place}.name")
        if not name:
            why = f"{ref[:60]}: no name is stated."
            self._fields.remarks.add(f"{place}.name", why, sort="products without a name")
            name = " ".join(part for part in (line.maker, line.family, line.product, line.version) if part)
        product = NamedProduct(
            place=place, ref=ref, name=name, maker=line.maker, family=line.family, product=line.product,
            version=line.version, versioned=line.versioned, platforms=line.platforms,
            component=component, on=on, relation=relation,
        )  # fmt: skip
        self.keep(self._identified(product, full.product_identification_helper, place))

    def keep(self, product: NamedProduct) -> None:
        """Keep a product. Of two with one id, what is said is held of the first (6.1.2 forbids them)."""
        if product.ref in self.named:
            why = f"The id '{product.ref[:60]}' has another product already: what is said of it is held of that one."
            self._fields.remarks.add(product.place, why, sort="ids given twice")
        self.named.setdefault(product.ref, product)
        self.listed.append(product)
        if len(self.listed) > MOST_PRODUCTS:
            raise BoundError(
                f"{WHAT} names more than {MOST_PRODUCTS:,} products. It was not read; ask its publisher for "
                "smaller documents."
            )

    def _extended(self, line: Line, branch: _Branch, place: str) -> Line:
        category = self._fields.text(branch.category, f"{place}.category")
        name = self._fields.text(branch.name, f"{place}.name")[:LONGEST_NAME]
        said = _SAID_AS.get(category)
        if said is None:
            why = f"'{category[:40]}' is no category of a branch: its name '{name[:60]}' was not taken."
            self._fields.remarks.add(f"{place}.category", why, sort="branches of no category")
            return line
        if not name:
            why = "A branch without a name."
            self._fields.remarks.add(f"{place}.name", why, sort="branches without a name")
            return line
        return line.extended(said, name)

    def _identified(self, product: NamedProduct, raw: Raw, place: str) -> NamedProduct:
        fields, place = self._fields, f"{place}.product_identification_helper"
        helper = fields.object(_IDENTIFIED, raw, place)
        if helper is None:
            return product
        purls = (fields.text(helper.purl, f"{place}.purl"), *self._texts(helper.purls, f"{place}.purls"))
        stated = [purl for purl in purls if purl]
        if len(stated) > 1:
            fields.rest["purls after the first of a product"] += len(stated) - 1
        fields.count(helper.sbom_urls, f"{place}.sbom_urls", "addresses of bills of materials")
        fields.count(helper.x_generic_uris, f"{place}.x_generic_uris", "generic identifiers of products")
        return replace(
            product,
            cpe=fields.text(helper.cpe, f"{place}.cpe"),
            purl=stated[0] if stated else "",
            models=self._texts(helper.model_numbers, f"{place}.model_numbers"),
            serials=self._texts(helper.serial_numbers, f"{place}.serial_numbers"),
            skus=self._texts(helper.skus, f"{place}.skus"),
            hashes=tuple(self._hashes(helper.hashes, f"{place}.hashes")),
        )

    def _texts(self, raw: Raw, place: str) -> tuple[str, ...]:
        return tuple(text for text in self._fields.texts(raw, place) if text)

    def _hashes(self, raw: Raw, place: str) -> Iterator[tuple[str, str]]:
        for here, file in self._fields.objects(_HASHES, raw, place):
            for at, one in self._fields.objects(_HASH, file.file_hashes, f"{here}.file_hashes"):
                algorithm = self._fields.text(one.algorithm, f"{at}.algorithm")
                value = self._fields.text(one.value, f"{at}.value")
                if algorithm and value:
                    yield algorithm, value
                else:
                    why = "A hash without an algorithm or a value was left out."
                    self._fields.remarks.add(at, why, sort="hashes left out")


def _joined(outer: str, inner: str) -> str:
    return f"{outer} {inner}".strip()[:LONGEST_NAME]
