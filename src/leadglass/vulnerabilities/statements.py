# SPDX-License-Identifier: Apache-2.0
"""Statements of publishers (CSAF, VEX, OSV, product lists) held against one component in three values.

A statement speaks of a product in versions as its publisher writes them. Judged is only what is understood.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadglass.errors import UnreadableError
from leadglass.values.cpe import ANY, NA, Cpe
from leadglass.values.purl import Purl
from leadglass.values.scope import Row
from leadglass.values.vers import Interval
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.ranges import is_version
from leadglass.vulnerabilities.schemes import Choice, Scheme, bounds, is_valid, key, shipped
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


CUSTOM = "custom"
"""The scheme of ranges that are a maker's own (CVE Record Format 5, `versionType`): read as carefully as prose."""

_DISTRIBUTIONS = frozenset({"alpine", "alpm", "apk", "deb", "ebuild", "rpm"})
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_RUN = re.compile(r"[-_.]+")


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
    """Compare by sort keys alone, as ranges of records are: in the stated scheme where all versions are of it.

    Where one is not, the generic rules tell what lies within. What lies outside by them is FALSE only among plain numbers,
    which all schemes order alike.
    """
    plain = clean(version)
    if not is_version(plain):
        return Truth.UNKNOWN
    if norm(version) in map(norm, understood.exact):
        return Truth.TRUE
    ends = [(clean(one.lower), clean(one.upper), one) for one in understood.intervals]
    named = {plain, *(end for *both, _ in ends for end in both)} - {"", LOWEST}
    scheme = stated if all(is_valid(stated, text) for text in named) else Scheme.GENERIC
    at = key(scheme, plain)
    if scheme is not Scheme.GENERIC and any(key(scheme, clean(text)) == at for text in understood.exact):
        return Truth.TRUE
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
    return Truth.FALSE if scheme is stated or _are_numbers(named) else Truth.UNKNOWN


def _are_numbers(texts: Iterable[str]) -> bool:
    return all(map(_NUMBERS.fullmatch, texts))


def stated_order(named: Row, schemes: Choice | None = None) -> Scheme | None:
    """Give the scheme in which a named product's ranges, or its list of versions, are stated; None where none are.

    None are also those of a maker's own scheme. What is a distribution's is judged by `repairs`, where its release is known;
    else it is in doubt whatever its order (`of_distribution`), and compared by the generic scheme.
    """
    of_purl = (schemes or shipped()).of_purl
    types = {one["scheme"] for one in json.loads(named["ranges"])}
    if CUSTOM in types:
        return None
    if not types:
        listed = named["package"] and json.loads(named["versions"])
        return of_purl(named["package"].partition("/")[0]) if listed else None
    return of_purl(types.pop()) if len(types) == 1 and not of_distribution(named) else Scheme.GENERIC


def of_distribution(named: Row) -> bool:
    """Tell whether the ranges are of a distribution's own versions."""
    return any(one["scheme"] in _DISTRIBUTIONS for one in json.loads(named["ranges"]))


def package_key(purl: str) -> str:
    """Reduce a package URL to what names the package: type, namespace, name; "" where it is none.

    PyPI takes runs of `-`, `_` and `.` for one (PEP 503), NuGet letters of either case.
    """
    try:
        package = Purl.parse(purl)
    except UnreadableError:
        return ""
    name = _RUN.sub("-", package.name) if package.type == "pypi" else package.name
    return f"{package.type}/{package.namespace}/{name.lower() if package.type == 'nuget' else name}"


def label(named: Row) -> str:
    """Name a product as a question does: maker and product, without its version."""
    return " ".join(filter(None, (named["maker"], named["product_name"] or named["name"])))


def rule(row: Mapping[str, str], named: str) -> str:
    """Say a statement in words."""
    status = {
        "affected": "is affected", "not_affected": "is not affected", "fixed": "is repaired",
        "under_investigation": "is being looked into",
    }.get(row["status"], "is of unknown status")  # fmt: skip
    label = f" ({row['justification']})" if row["justification"] else ""
    return f"{row['publisher'] or 'a publisher'} says that {named} {status}{label}"
