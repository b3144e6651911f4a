# SPDX-License-Identifier: Apache-2.0
"""Write links: of a row of a table or a product of records, in the version and ecosystem that records compare."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from leadglass.values.purl import Purl
from leadglass.vulnerabilities.comparison import ECOSYSTEMS
from leadglass.vulnerabilities.components import Link, split_update, upstream
from leadglass.vulnerabilities.likeness import is_own
from leadglass.vulnerabilities.packages import Package
from leadglass.vulnerabilities.relatives import Row
from leadglass.vulnerabilities.wording import Name, in_years, without_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A row of tables/aliases.csv: how a name or purl is called by records; `pkg:maven/group/*` is a whole group."""

    kind: str
    name: str
    supplier: str
    part: str
    product: str


def without_build_revision(made: Iterable[Link]) -> Iterator[Link]:
    """The same in the version that the maker released, where a build system's revision stands behind it: '2.6-r0'."""
    for one in made:
        plain = without_revision(one.version)
        if one.product and plain != one.version:
            yield replace(one, version=plain, basis=f"{one.basis}, without the revision of the build")


def is_projects(one: Link) -> bool:
    """Tell whether the vendor of a link is called as the product, as projects are."""
    vendor, _, word = one.product.partition(":")
    return is_own(vendor, [word])


def beside(row: Row, told: Name) -> Link:
    """Doubt a product for one use, where the name says nothing of a use."""
    basis = "records name this for one use beside the product of the name"
    return of_product(row[0], f"{row[1]}:{row[2]}", told.version, basis, 0.5, told)


def of_package(one: Package, version: str) -> Link:
    """Link by a row of the table of packages."""
    return of_product(
        one.part, one.product, version, f"package name '{one.pattern}' in the table of packages", 0.95
    )


def own_version(version: str, package: Purl | None) -> str:
    """Give the version that the maker released, of a package by its URL."""
    return upstream(package.type, package.version or version) if package else version


def in_release(made: Link, release: str) -> Link:
    """The same, in the version that records write with a word of the name: '9_series'."""
    return replace(made, version=release, named=True)


def in_ecosystem(made: Link, package: Purl | None) -> Link:
    """Fill in what records call the ecosystem of a package, as its target software, where nothing else is stated."""
    target = ECOSYSTEMS.get(package.type, "") if package else ""
    if not target or made.qualifiers or not made.product:
        return made
    return replace(made, qualifiers=f"*|*|*|{target}|*|*")


def of_alias(alias: Alias, version: str, basis: str, confidence: float, told: Name | None = None) -> Link:
    """Link by a row of the table of aliases."""
    return of_product(alias.part, alias.product, version, basis, confidence, told)


def of_product(
    part: str, product: str, version: str, basis: str, confidence: float, told: Name | None = None
) -> Link:
    """Link to a product of records; what the name tells of update and platform counts too."""
    update = split_update(version)[1] or (told.update if told else "") or "*"
    return Link(
        part=part,
        product=product,
        version=in_years(product, version),
        update=update,
        qualifiers=told.qualifiers if told else "",
        basis=basis,
        confidence=confidence,
    )
