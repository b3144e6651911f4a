# SPDX-License-Identifier: Apache-2.0
"""Statements of publishers (CSAF, VEX, OSV, product lists) held against one component in three values.

A statement speaks of a product in versions as its publisher writes them. Judged is only what is understood.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from leadglass.errors import UnreadableError
from leadglass.values.cpe import ANY, NA, Cpe
from leadglass.values.purl import Purl
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.vers import Interval
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.ranges import is_version
from leadglass.vulnerabilities.schemes import Scheme, bounds, is_valid, key, scheme_of_purl
from leadglass.vulnerabilities.schemes.orders import LOWEST
from leadglass.vulnerabilities.version_judgement import judge
from leadglass.vulnerabilities.version_texts import Understood, understand
from leadglass.vulnerabilities.versions import clean, is_inverted, norm

MEANING = "meaning of the versions"
"""What is missing where a text of versions cannot be understood."""

IDENTITY = "product identity"
"""What is missing where it is not sure that the named product is the one on the floor."""

TRUST = "trust in the publisher"
"""What is missing where a statement would silence a finding and nobody said that its publisher counts."""


_DISTRIBUTIONS = frozenset({"alpine", "alpm", "apk", "deb", "ebuild", "rpm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whether a statement speaks of a version: its value, what is missing to know, and why in words."""

    value: Truth
    missing: str = ""
    why: str = ""


def versions_of(named: Row) -> Understood:
    """Read which versions a named product stands for: structured ranges, else its version text, else its names."""
    ranges = json.loads(named["ranges"])
    listed = json.loads(named["versions"])
    if ranges or listed:
        intervals = tuple(
            Interval(
                lower=one["lower"], lower_included=one["lower_included"], upper=one["upper"],
                upper_included=one["upper_included"],
            )
            for one in ranges
        )  # fmt: skip
        every = any(not one["lower"] and not one["upper"] for one in ranges)
        return Understood(intervals=intervals, exact=tuple(listed), every=every)
    if named["version"]:
        return understand(named["version"], is_range=named["versioned"] == "range")
    stated = _version_in(named)
    return Understood(exact=(stated,)) if stated else Understood(every=True)


def _version_in(named: Row) -> str:
    """Find the version within a package URL or a CPE name."""
    try:
        if named["purl"]:
            return Purl.parse(named["purl"]).version
        if named["cpe"]:
            version = Cpe.parse(named["cpe"]).version
            return "" if version in {ANY, NA} else version
    except UnreadableError:
        return ""
    return ""


def speaks_of(
    understood: Understood,
    version: str,
    *,
    lacks: str,
    meant: bool | None = None,
    stated: Scheme | None = None,
) -> Judged:
    """Hold a version against those of a statement. `meant` is a person's word on what the text means.

    `stated`: its ranges are stated by the standard as such (OSV, CVE records), and compared strictly in this scheme.
    """
    if meant is not None:
        return Judged(value=Truth.TRUE if meant else Truth.FALSE, why="as a person said")
    if understood.unclear:
        return Judged(value=Truth.UNKNOWN, missing=MEANING, why=understood.unclear)
    if understood.every and not understood.conditions:
        return Judged(value=Truth.TRUE, why="every version is meant")
    if not version:
        return Judged(value=Truth.UNKNOWN, missing=lacks, why="its version is not known")
    value = judge(understood, version) if stated is None else _strictly(understood, version, stated)
    if value is Truth.UNKNOWN:
        why = "; ".join(understood.conditions) or f"{version} is written otherwise"
        return Judged(value=value, missing=MEANING, why=why)
    return Judged(
        value=value, why=f"{version} is {'among them' if value is Truth.TRUE else 'not among them'}"
    )


def _strictly(understood: Understood, version: str, stated: Scheme) -> Truth:
    """Compare by sort keys alone, as ranges of records are: in the stated scheme where all versions are of it."""
    plain = clean(version)
    if not is_version(plain):
        return Truth.UNKNOWN
    if norm(version) in map(norm, understood.exact):
        return Truth.TRUE
    ends = [(clean(one.lower), clean(one.upper), one) for one in understood.intervals]
    named = {plain, *(end for *both, _ in ends for end in both)} - {"", LOWEST}
    scheme = stated if all(is_valid(stated, text) for text in named) else Scheme.GENERIC
    at = key(scheme, plain)
    for lower, upper, one in ends:
        lo, hi = bounds(
            scheme,
            lower if lower and one.lower_included else None,
            lower if lower and not one.lower_included else None,
            upper if upper and one.upper_included else None,
            upper if upper and not one.upper_included else None,
        )
        if is_inverted(lo, hi):
            return Truth.UNKNOWN
        if lo <= at < hi:
            return Truth.TRUE
    return Truth.FALSE


def stated_order(named: Row) -> Scheme | None:
    """Give the scheme in which a named product's ranges are stated; None where it has no such ranges.

    What is a distribution's own is in doubt whatever its order (`of_distribution`), and compared by the generic scheme.
    """
    types = {one["scheme"] for one in json.loads(named["ranges"])}
    if not types:
        return None
    return scheme_of_purl(types.pop()) if len(types) == 1 and not of_distribution(named) else Scheme.GENERIC


def of_distribution(named: Row) -> bool:
    """Tell whether the ranges are of a distribution's own versions, whose order is not read yet."""
    return any(one["scheme"] in _DISTRIBUTIONS for one in json.loads(named["ranges"]))


def package_key(purl: str) -> str:
    """Reduce a package URL to what names the package: type, namespace, name; "" where it is none."""
    try:
        package = Purl.parse(purl)
    except UnreadableError:
        return ""
    return f"{package.type}/{package.namespace}/{package.name}"


def rule(row: Mapping[str, str], named: str) -> str:
    """Say a statement in words."""
    status = {
        "affected": "is affected", "not_affected": "is not affected", "fixed": "is repaired",
        "under_investigation": "is being looked into",
    }.get(row["status"], "is of unknown status")  # fmt: skip
    label = f" ({row['justification']})" if row["justification"] else ""
    return f"{row['publisher'] or 'a publisher'} says that {named} {status}{label}"


SAID = Query(
    name="statements of publishers",
    tables=("statement", "named_product", "advisory", "source", "described", "vulnerability_name"),
    needs=("statement",),
    columns=("sha256", "place", "number", "vulnerability", "stated_as", "overtaken", "status", "grouping",
             "justification", "impact", "action", "stated",
             "advisory", "publisher", "revision", "updated", "received", "product", "ref", "name", "maker", "family",
             "product_name", "version", "versioned", "ranges", "versions", "cpe", "purl", "identifiers", "component",
             "on_product"),
    sql="""
WITH record_now AS (SELECT * FROM (
  SELECT a.category, d.record, d.sha256, d.withdrawn, row_number() OVER (
    PARTITION BY a.category, d.record ORDER BY d.modified DESC, s.received DESC, d.sha256) AS place_in_line
  FROM described d JOIN source s ON s.sha256 = d.sha256 JOIN advisory a ON a.sha256 = d.sha256
  WHERE d.record <> '' AND d.kind <> 'adp') ranked WHERE place_in_line = 1)
SELECT t.sha256, t.place, t.number, coalesce(n.vulnerability, t.vulnerability) AS vulnerability,
  t.vulnerability AS stated_as, CASE WHEN r.withdrawn THEN 'the record was withdrawn'
    WHEN r.sha256 <> t.sha256 THEN 'a newer version of this record was received' ELSE '' END AS overtaken,
  t.status, t.grouping, t.justification, t.impact, t.action,
  coalesce(t.stated, a.updated, a.created) AS stated, a.advisory,
  CASE WHEN a.publisher <> '' THEN a.publisher ELSE s.publisher END AS publisher, a.revision,
  coalesce(a.updated, a.created) AS updated, s.received, t.product, coalesce(p.ref, '') AS ref,
  coalesce(p.name, '') AS name, coalesce(p.maker, '') AS maker, coalesce(p.family, '') AS family,
  coalesce(p.product, '') AS product_name, coalesce(p.version, '') AS version, coalesce(p.versioned, '') AS versioned,
  coalesce(p.ranges, '[]') AS ranges, coalesce(p.versions, '[]') AS versions, coalesce(p.cpe, '') AS cpe,
  coalesce(p.purl, '') AS purl, coalesce(p.identifiers, '[]') AS identifiers, p.component, p.on_product
FROM statement t JOIN advisory a ON a.sha256 = t.sha256 JOIN source s ON s.sha256 = t.sha256
LEFT JOIN named_product p ON p.sha256 = t.sha256 AND p.number = t.product
LEFT JOIN vulnerability_name n ON n.name = t.vulnerability AND n.same
LEFT JOIN record_now r ON r.record = t.record AND r.category = a.category
ORDER BY t.sha256, t.number
""",
)  # fmt: skip
"""Every statement with the product that it names, the document that makes it, and what has overtaken it."""

NAMED = Query(
    name="products that documents name",
    tables=("named_product",),
    needs=("named_product",),
    columns=("sha256", "number", "ref", "name", "maker", "family", "product_name", "version", "versioned", "ranges", "versions",
             "cpe", "purl", "identifiers"),
    sql="""
SELECT sha256, number, ref, name, maker, family, product AS product_name, version, versioned, ranges, versions, cpe, purl,
  identifiers
FROM named_product ORDER BY sha256, number
""",
)  # fmt: skip

AROUND = Query(
    name="devices that have a component",
    tables=("component", "configuration_component", "statement"),
    columns=("component_id", "self", "product"),
    sql="""
SELECT DISTINCT l.component_id, d.component_id AS self, d.product
FROM configuration_component l JOIN configuration_component m ON m.configuration_id = l.configuration_id
JOIN component d ON d.component_id = m.component_id AND d.part = 'd'
WHERE EXISTS (SELECT 1 FROM statement WHERE status IN ('not_affected', 'fixed')) AND l.component_id <> d.component_id
ORDER BY 1, 2
""",
)
"""Around each component the devices, as models in their version, that have it; empty where nothing silences."""

LISTED = Query(
    name="components of the fleet by the names of documents",
    tables=("component", "configuration_component", "bom_component"),
    columns=("component_id", "part", "product", "name", "version", "lacks", "doubt", "purl"),
    sql="""
SELECT DISTINCT c.component_id, c.part, c.product, c.name, c.version, c.lacks, c.doubt, coalesce(b.purl, '') AS purl
FROM component c JOIN configuration_component l ON l.component_id = c.component_id
LEFT JOIN bom_component b ON b.sha256 = l.sha256 AND b.place = l.place
ORDER BY 1, 8
""",
)
"""The components of all devices, with the package URL that their bill of materials gives."""
