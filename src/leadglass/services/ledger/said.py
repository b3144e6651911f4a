# SPDX-License-Identifier: Apache-2.0
"""What an advisory says, as rows of the tables advisory, named_product, statement, remedy, described."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from leadglass.values.advisories import Advisory, NamedProduct
from leadglass.values.scope import Row
from leadglass.values.sources import Voice
from leadglass.vulnerabilities.distributions import Spoken, of_collection, of_ecosystem
from leadglass.vulnerabilities.statements import package_key

OSV, CVE_RECORD = "osv", "cve_record"
"""Categories of documents whose products may be packages."""

_VOICES = {"vendor": Voice.MAKER, "coordinator": Voice.COORDINATOR}
"""What sort of source a publisher is, by the category that it states (CSAF 3.2.1.8.1)."""


def rows(said: Advisory, sha256: str) -> Mapping[str, Iterator[Row]]:
    """Spread an advisory to rows. Products go by number; a statement of an unknown product has none (null)."""
    numbers: dict[str, int] = {}
    for number, product in enumerate(said.products):
        numbers.setdefault(product.ref, number)
    limited = list(_limited(said, sha256))
    return {
        **({"limited_product": iter(limited)} if limited else {}),
        "advisory": iter([_head(said, sha256)]),
        "named_product": (
            _product(number, product, numbers, sha256, said.category)
            for number, product in enumerate(said.products)
        ),
        "statement": _statements(said, numbers, sha256),
        "remedy": _remedies(said, numbers, sha256),
        "described": _described(said, sha256),
    }


def _head(said: Advisory, sha256: str) -> Row:
    return {
        "advisory": said.id, "category": said.category, "title": said.title, "publisher": said.publisher,
        "revision": said.revision, "tlp": said.tlp, "created": said.created, "updated": said.updated,
        "sha256": sha256, "place": "document",
    }  # fmt: skip


def _product(
    number: int, product: NamedProduct, numbers: Mapping[str, int], sha256: str, category: str
) -> Row:
    spoken = _spoken(product, category)
    return {
        "number": number, "ref": product.ref, "name": product.name, "maker": product.maker, "family": product.family,
        "product": product.product, "version": product.version, "versioned": product.versioned,
        "ranges": _json([asdict(one) for one in product.ranges]), "versions": _json(product.versions),
        "cpe": product.cpe, "purl": product.purl, "identifiers": _json(_identifiers(product)),
        "package": _package(product, spoken) if category == OSV else "",
        "distribution": spoken.distribution if spoken else "", "release": spoken.release if spoken else "",
        "component": numbers.get(product.component), "on_product": numbers.get(product.on),
        "sha256": sha256, "place": product.place,
    }  # fmt: skip


def _limited(said: Advisory, sha256: str) -> Iterator[Row]:
    """Give the products that serial numbers limit, each by its own name and by that of the product that it is part of."""
    by_ref: dict[str, NamedProduct] = {}
    for product in said.products:
        by_ref.setdefault(product.ref, product)
    for number, product in enumerate(said.products):
        for named in (product, by_ref.get(product.on)) if product.serials else ():
            if named:
                yield {
                    "number": number, "name": named.name, "maker": named.maker, "family": named.family,
                    "product": named.product, "identifiers": _json(_identifiers(named)),
                    "serials": _json(product.serials), "sha256": sha256, "place": product.place,
                }  # fmt: skip


def _identifiers(product: NamedProduct) -> tuple[str, ...]:
    return (*product.models, *product.skus, *product.serials, *product.udis)


def _spoken(product: NamedProduct, category: str) -> Spoken | None:
    """Tell of which distribution a publisher of packages speaks: its ecosystem, or the collection of a CVE record."""
    if category == OSV:
        return of_ecosystem(product.family, product.product)
    return of_collection(product.family, product.cpe, product.product) if category == CVE_RECORD else None


def _package(product: NamedProduct, spoken: Spoken | None) -> str:
    """Name a package by what components have too. Records of OSV speak of packages alone, never of devices."""
    return f"{spoken.distribution}/{spoken.name}" if spoken else package_key(product.purl)


def _statements(said: Advisory, numbers: Mapping[str, int], sha256: str) -> Iterator[Row]:
    for number, one in enumerate(said.statements):
        yield {
            "number": number, "vulnerability": one.vulnerability, "product": numbers.get(one.product),
            "status": one.status.value, "grouping": one.group, "justification": one.justification,
            "impact": one.impact, "action": one.action, "stated": one.stated, "record": one.record, "sha256": sha256,
            "place": one.place,
        }  # fmt: skip


def _remedies(said: Advisory, numbers: Mapping[str, int], sha256: str) -> Iterator[Row]:
    for number, one in enumerate(said.remedies):
        products = sorted({numbers[ref] for ref in one.products if ref in numbers})
        yield {
            "number": number, "vulnerability": one.vulnerability, "category": one.category, "text": one.text,
            "url": one.url, "since": one.since, "restart": one.restart, "products": _json(products),
            "sha256": sha256, "place": one.place,
        }  # fmt: skip


def _described(said: Advisory, sha256: str) -> Iterator[Row]:
    for one in said.described:
        yield {
            "vulnerability": one.vulnerability, "aliases": " ".join(one.aliases), "title": one.title,
            "description": one.description, "vectors": " ".join(one.vectors), "cwe": " ".join(one.cwes),
            "published": one.published, "modified": one.modified, "exploited": one.exploited,
            "ssvc": " ".join(one.ssvc), "withdrawn": one.withdrawn, "disputed": one.disputed, "record": one.record,
            "publisher": one.publisher or said.publisher, "kind": one.kind or _VOICES.get(said.role, Voice.OTHER),
            "sha256": sha256, "place": one.place,
        }  # fmt: skip


def _json(values: Sequence[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False, sort_keys=True)
