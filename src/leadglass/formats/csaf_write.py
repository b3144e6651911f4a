# SPDX-License-Identifier: Apache-2.0
"""Write our decisions as CSAF 2.0 VEX (OASIS CSAF 2.0, profile 5: 4.5). The same decisions, id and time give the same bytes."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from leadglass.formats.vex_told import Category, Told, arranged, stamp
from leadglass.formats.vex_write import as_json, stated
from leadglass.values.advisories import Status

_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
_GROUPS: Final = {
    Status.AFFECTED: "known_affected",
    Status.FIXED: "fixed",
    Status.NOT_AFFECTED: "known_not_affected",
    Status.UNDER_INVESTIGATION: "under_investigation",
}
_REMEDIATIONS: Final = {
    Category.ACCEPTED_RISK: "no_fix_planned",
    Category.COMPENSATED: "mitigation",
    Category.REMEDY_PLANNED: "none_available",
}
"""3.2.3.12.1: a remedy that is only planned is none that is available."""


def write_csaf(
    said: Iterable[Told],
    *,
    author: str,
    namespace: str,
    id: str,  # noqa: A002
    at: datetime,
    tlp: str = "",
) -> bytes:
    """Write CSAF 2.0. `namespace` is the publisher's URI, `id` its name for the document, `tlp` a label of TLP 1.0."""
    told = arranged(said)
    time = stamp(at)
    revision = {"date": time, "number": "1", "summary": "First version"}
    document = {
        "category": "csaf_vex",
        "csaf_version": "2.0",
        "distribution": {"tlp": {"label": tlp}} if tlp else {},
        "lang": "en",
        "publisher": {"category": "user", "name": author, "namespace": namespace},
        "title": f"Vulnerabilities in equipment, as assessed by {author}",
        "tracking": {
            "current_release_date": time,
            "id": id,
            "initial_release_date": time,
            "revision_history": [revision],
            "status": "final",
            "version": "1",
        },
    }
    groups = groupby(told, lambda one: one.vulnerability)
    return as_json(
        {
            "document": stated(document),
            "product_tree": _tree(told),
            "vulnerabilities": [_vulnerability(name, tuple(group), author) for name, group in groups],
        }
    )


def _tree(said: Sequence[Told]) -> dict[str, Any]:
    """Branches of vendor, product name and version; a product whose maker is not known stands by itself."""
    products = sorted(
        {told.ref: told for told in said}.values(), key=lambda one: (one.maker, one.model, one.ref)
    )
    vendors = groupby((one for one in products if one.maker), lambda one: one.maker)
    branches = [
        {"branches": _models(tuple(group)), "category": "vendor", "name": maker} for maker, group in vendors
    ]
    alone = [_product(one) for one in products if not one.maker]
    return stated({"branches": branches, "full_product_names": alone})


def _models(products: Sequence[Told]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for model, group in groupby(products, lambda one: one.model):
        versions = []
        for one in group:
            if one.version:
                versions.append(
                    {"category": "product_version", "name": one.version, "product": _product(one)}
                )
            else:
                found.append({"category": "product_name", "name": model, "product": _product(one)})
        if versions:
            found.append({"branches": versions, "category": "product_name", "name": model})
    return found


def _product(told: Told) -> dict[str, Any]:
    return stated(
        {
            "name": told.product_name,
            "product_id": told.ref,
            "product_identification_helper": stated({"cpe": told.cpe, "purl": told.purl}),
        }
    )


def _vulnerability(name: str, said: Sequence[Told], author: str) -> dict[str, Any]:
    """One vulnerability and all that is said of it; profile 5 asks for notes, and a reason for each product."""
    status: dict[str, list[str]] = {}
    for told in said:
        status.setdefault(_GROUPS[told.status], []).append(told.ref)
    notes = [{"category": "general", "text": f"What {author} says of {name} in its own equipment."}]
    notes += [
        {"category": "details", "text": told.text, "title": told.product_name}
        for told in said
        if told.text and told.status in {Status.FIXED, Status.UNDER_INVESTIGATION}
    ]
    system = name.partition("-")[0] if "-" in name else author
    return stated(
        {
            "cve": name if _CVE.fullmatch(name) else "",
            "flags": _flags(said),
            "ids": [] if _CVE.fullmatch(name) else [{"system_name": system or author, "text": name}],
            "notes": notes,
            "product_status": dict(sorted(status.items())),
            "remediations": _remediations(said),
            "threats": _threats(said),
        }
    )


def _flags(said: Sequence[Told]) -> list[dict[str, Any]]:
    """3.2.3.5: the justification of what is not affected, one flag for each label."""
    labels: dict[str, list[str]] = {}
    for told in said:
        if told.justification:
            labels.setdefault(told.justification, []).append(told.ref)
    return [{"label": label, "product_ids": refs} for label, refs in sorted(labels.items())]


def _remediations(said: Sequence[Told]) -> list[dict[str, Any]]:
    """6.1.27.10: each affected product has its action statement."""
    return [
        {"category": _REMEDIATIONS[told.category], "details": told.sentence, "product_ids": [told.ref]}
        for told in said
        if told.status is Status.AFFECTED
    ]


def _threats(said: Sequence[Told]) -> list[dict[str, Any]]:
    """6.1.27.9: what is not affected has an impact statement, as text."""
    return [
        {"category": "impact", "details": told.text, "product_ids": [told.ref]}
        for told in said
        if told.status is Status.NOT_AFFECTED and told.text
    ]
