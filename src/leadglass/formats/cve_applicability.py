# SPDX-License-Identifier: Apache-2.0
"""Read cpeApplicability of CVE records (CVE Record Format 5.1): CPE names with ranges, in nodes as NVD has them.

The value has no place for AND and for negation. What is joined by AND is still named as affected, since it may be;
what is negated is named, and nothing is said of it. Both are remarked on.
"""

from collections.abc import Iterator
from typing import Any

from leadglass.formats.tree_fields import Fields
from leadglass.values.advisories import NamedProduct, Statement, Status, VersionRange

GROUP = "cpeApplicability"


def nodes(
    container: dict[str, Any], place: str, vulnerability: str, fields: Fields
) -> Iterator[tuple[NamedProduct, Statement | None]]:
    """Give each CPE name of a container, and what is said of it."""
    for here, configuration in fields.objects(container.get(GROUP), f"{place}.{GROUP}"):
        joined, negated = _operator(configuration, here, fields)
        for spot, node in fields.objects(configuration.get("nodes"), f"{here}.nodes"):
            inner, inner_negated = _operator(node, spot, fields)
            for where, match in fields.objects(node.get("cpeMatch"), f"{spot}.cpeMatch"):
                product = _named(match, where, fields)
                if product is None:
                    continue
                if match.get("vulnerable") is not True or negated or inner_negated:
                    fields.rest["CPE names of which nothing is said"] += 1
                    yield product, None
                    continue
                yield product, Statement(
                    place=where, vulnerability=vulnerability, product=where, status=Status.AFFECTED,
                    group=f"{GROUP} AND" if joined or inner else GROUP, record=vulnerability,
                )  # fmt: skip


def _operator(one: dict[str, Any], place: str, fields: Fields) -> tuple[bool, bool]:
    """Say whether AND joins, and whether it is negated; each is remarked on."""
    joined, negated = one.get("operator") == "AND", one.get("negate") not in (None, False)
    if joined:
        why = "These hold only together (AND); each is named as affected by itself."
        fields.remarks.add(f"{place}.operator", why, sort="nodes joined by AND")
    if negated:
        why = "This is negated: its names were taken, and nothing is said of them."
        fields.remarks.add(f"{place}.negate", why, sort="negated nodes")
    return joined, negated


def _named(match: dict[str, Any], place: str, fields: Fields) -> NamedProduct | None:
    cpe = fields.take(match.get("criteria"), f"{place}.criteria")
    if not cpe:
        fields.remarks.add(place, "No CPE name is stated.", sort="criteria that were not read")
        return None
    start, after, before, last = (
        fields.take(match.get(key), f"{place}.{key}")
        for key in (
            "versionStartIncluding",
            "versionStartExcluding",
            "versionEndExcluding",
            "versionEndIncluding",
        )
    )
    bounds = VersionRange(
        lower=start or after, lower_included=not after or bool(start), upper=before or last,
        upper_included=bool(last) and not before,
    )  # fmt: skip
    return NamedProduct(
        place=place, ref=place, name=cpe, cpe=cpe, ranges=(bounds,) if bounds != VersionRange() else ()
    )
