# SPDX-License-Identifier: Apache-2.0
"""Mandatory tests of CSAF 2.0 about products and groups: 6.1.1 to 6.1.6, 13, 25, 29 and 31 to 33."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from leadglass.errors import UnreadableError
from leadglass.formats.csaf_tests.findings import Fault, Test, shown
from leadglass.formats.csaf_tests.paper import (
    AFFECTED,
    FIXED,
    STATUSES,
    Named,
    Paper,
    Part,
    record,
    records,
    statuses,
    text,
    texts,
)
from leadglass.values.purl import Purl

RELATED: Final = ("product_reference", "relates_to_product_reference")
REFERRING: Final = ("flags", "remediations", "threats")

_CONTRADICTING: Final = {
    "affected": AFFECTED,
    "not affected": ("known_not_affected",),
    "fixed": FIXED,
    "under investigation": ("under_investigation",),
}
_RANGE: Final = re.compile(r"[<>]|(?<!\S)(?:after|all|before|earlier|later|prior|versions)(?!\S)")


def product_references(paper: Paper) -> Iterator[Named]:
    """Give every product id that stands elsewhere than in its definition."""
    for group in paper.groups:
        yield from texts(group, "product_ids")
    for place, node in paper.relationships:
        for key in RELATED:
            if (reference := text(node, key)) is not None:
                yield Named(f"{place}/{key}", reference)
    for vulnerability in paper.vulnerabilities:
        yield from statuses(vulnerability, STATUSES)
        for score in records(vulnerability, "scores"):
            yield from texts(score, "products")
        for key in REFERRING:
            for part in records(vulnerability, key):
                yield from texts(part, "product_ids")


def _undefined_products(paper: Paper) -> Iterator[Fault]:
    defined = {text(product.node, "product_id") for product in paper.products}
    for place, reference in product_references(paper):
        if reference not in defined:
            yield Fault(place, f"The product tree defines no product with the id {shown(reference)}.")


def _undefined_groups(paper: Paper) -> Iterator[Fault]:
    for key in REFERRING:
        for part in paper.each(key):
            for place, reference in texts(part, "group_ids"):
                if reference not in paper.members:
                    yield Fault(place, f"The product tree defines no group with the id {shown(reference)}.")


def _defined_again(parts: Iterable[Part], key: str, called: str) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for place, node in parts:
        found = text(node, key)
        if found is None:
            continue
        if found in first:
            yield Fault(
                f"{place}/{key}", f"The {called} {shown(found)} is defined before, at {first[found]}."
            )
        first.setdefault(found, f"{place}/{key}")


def _products_defined_again(paper: Paper) -> Iterator[Fault]:
    yield from _defined_again(paper.products, "product_id", "product id")


def _groups_defined_again(paper: Paper) -> Iterator[Fault]:
    yield from _defined_again(paper.groups, "group_id", "group id")


def _circles(paper: Paper) -> Iterator[Fault]:
    """Take away, again and again, the products that rest on nothing made; what remains rests on a circle."""
    made = [
        (part, text(record(part.node, "full_product_name"), "product_id")) for part in paper.relationships
    ]
    rests_on: dict[str, set[str]] = {product: set() for _, product in made if product is not None}
    carries: dict[str, set[str]] = {}
    for part, product in made:
        for reference in (text(part.node, key) for key in RELATED):
            if product is not None and reference in rests_on:
                rests_on[product].add(reference)
                carries.setdefault(reference, set()).add(product)
    free = [product for product, bases in rests_on.items() if not bases]
    while free:
        base = free.pop()
        for product in carries.get(base, ()):
            rests_on[product].discard(base)
            if not rests_on[product]:
                free.append(product)
    for part, product in made:
        if product is not None and rests_on[product]:
            place = f"{part.place}/full_product_name/product_id"
            yield Fault(place, f"The product {shown(product)} is defined, in the end, by itself.")


def _contradictions(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        said: dict[str, str] = {}
        for called, keys in _CONTRADICTING.items():
            for place, product in statuses(vulnerability, keys):
                other = said.setdefault(product, called)
                if other != called:
                    yield Fault(
                        place, f"The product {shown(product)} is said to be {other}, and here {called}."
                    )


def _purls(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.products:
        purl = text(record(node, "product_identification_helper"), "purl")
        if purl is None:
            continue
        try:
            Purl.parse(purl)
        except UnreadableError as error:
            yield Fault(f"{place}/product_identification_helper/purl", str(error))


def _hash_algorithms(paper: Paper) -> Iterator[Fault]:
    for hashed in paper.hashes():
        seen: set[str] = set()
        for place, node in records(hashed, "file_hashes"):
            algorithm = text(node, "algorithm")
            if algorithm is not None and algorithm in seen:
                yield Fault(place, f"The file has a hash by {shown(algorithm)} before.")
            seen.add(algorithm or "")


def _without_product(key: str, called: str, paper: Paper) -> Iterator[Fault]:
    for place, node in paper.each(key):
        if "product_ids" not in node and "group_ids" not in node:
            yield Fault(place, f"The {called} does not say for which products it holds.")


def _remediations_without_product(paper: Paper) -> Iterator[Fault]:
    yield from _without_product("remediations", "remediation", paper)


def _flags_without_product(paper: Paper) -> Iterator[Fault]:
    yield from _without_product("flags", "flag", paper)


def _ranges_as_versions(paper: Paper) -> Iterator[Fault]:
    for place, node, _ in paper.branches:
        name = text(node, "name")
        if node.get("category") == "product_version" and name is not None and _RANGE.search(name.lower()):
            yield Fault(f"{place}/name", f"{shown(name)} is a range of versions, not one version.")


def _justified_twice(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        justified: set[str] = set()
        for flag in records(vulnerability, "flags"):
            # A product that one flag names twice, itself and by a group, is a member of one flag.
            covered = paper.covered([flag])
            for product in sorted(covered & justified):
                yield Fault(flag.place, f"The product {shown(product)} has a justification before.")
            justified |= covered


TESTS: Final = (
    Test("6.1.1", "Each product that is referred to is defined", _undefined_products),
    Test("6.1.2", "No product id is defined twice", _products_defined_again),
    Test("6.1.3", "No product is defined by way of itself", _circles),
    Test("6.1.4", "Each group that is referred to is defined", _undefined_groups),
    Test("6.1.5", "No group id is defined twice", _groups_defined_again),
    Test("6.1.6", "No product has statuses that contradict each other", _contradictions),
    Test("6.1.13", "Package URLs are right", _purls),
    Test("6.1.25", "A file has one hash by each algorithm", _hash_algorithms),
    Test("6.1.29", "Each remediation says for which products", _remediations_without_product),
    Test("6.1.31", "A version is one version, not a range", _ranges_as_versions),
    Test("6.1.32", "Each flag says for which products", _flags_without_product),
    Test("6.1.33", "A product has one justification", _justified_twice),
)
