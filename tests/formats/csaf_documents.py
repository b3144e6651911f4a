# SPDX-License-Identifier: Apache-2.0
"""CSAF documents made of words: a head that nothing is missing in, and the pieces that a test is about."""

import json
from collections.abc import Mapping
from typing import Any

from leadglass.formats import csaf
from leadglass.values.advisories import Advisory

CVE = "CVE-2031-41001"
V2 = "AV:N/AC:L/Au:N/C:C/I:C/A:C"
V30 = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"

HELPER: dict[str, Any] = {
    "cpe": "cpe:2.3:h:quillon:tomara_64:-:*:*:*:*:*:*:*",
    "model_numbers": ["T64-*"],
    "serial_numbers": ["7001", "7002"],
    "skus": ["QM-64"],
    "sbom_urls": ["https://quillon.example/tomara.cdx.json"],
    "x_generic_uris": [
        {"namespace": "https://quillon.example/ns", "uri": "urn:quillon:tomara"},
        {"namespace": "https://quillon.example/ns", "uri": "urn:quillon:64"},
    ],
    "hashes": [
        {
            "filename": "tomara.img",
            "file_hashes": [
                {"algorithm": "sha256", "value": "ab" * 32},
                {"algorithm": "sha512", "value": ""},
            ],
        }
    ],
}
"""What identifies a product, save for its package URLs: those are written otherwise in 2.0 and in 2.1."""


def document(
    *,
    version: str = "2.0",
    tree: Mapping[str, Any] | None = None,
    vulnerabilities: list[Any] | None = None,
    category: str = "csaf_security_advisory",
    **head: Any,
) -> dict[str, Any]:
    """Make a document; `head` are further keys of `document`."""
    said: dict[str, Any] = {
        "document": {
            "category": category,
            "csaf_version": version,
            "title": "Tomara 64: two faults in the image transfer",
            "publisher": {"category": "vendor", "name": "Quillon Medical", "namespace": "https://quillon.example"},
            "distribution": {"tlp": {"label": "CLEAR" if version == "2.1" else "WHITE"}},
            "tracking": {
                "id": "QM-2026-004",
                "status": "final",
                "version": "1.2.0",
                "initial_release_date": "2026-03-01T10:00:00+01:00",
                "current_release_date": "2026-03-09T10:00:00Z",
                "revision_history": [{"date": "2026-03-09T10:00:00Z", "number": "1.2.0", "summary": "Second fault"}],
            },
            **head,
        }
    }  # fmt: skip
    if tree is not None:
        said["product_tree"] = dict(tree)
    if vulnerabilities is not None:
        said["vulnerabilities"] = vulnerabilities
    return said


def read(said: Mapping[str, Any]) -> Advisory:
    """Write a document and read it."""
    return csaf.read(json.dumps(said).encode())


def where(advisory: Advisory, place: str) -> list[str]:
    """Say what is remarked on at a place, or within it."""
    return [remark.why for remark in advisory.remarks if place in remark.where]


def names(*refs: str) -> dict[str, Any]:
    """Make a product tree of names alone."""
    return {"full_product_names": [{"product_id": ref, "name": f"Tomara {ref}"} for ref in refs]}


def branch(category: str, name: str, *branches: Any, product: str = "") -> dict[str, Any]:
    """Make a branch; `product` is the id of the product that it ends in."""
    made: dict[str, Any] = {"category": category, "name": name}
    if branches:
        made["branches"] = list(branches)
    if product:
        made["product"] = {"product_id": product, "name": f"{name} in full"}
    return made


def relation(ref: str, component: str, on: str, category: str = "installed_on") -> dict[str, Any]:
    """Make a product of two others (CSAF 2.0)."""
    return {
        "category": category,
        "product_reference": component,
        "relates_to_product_reference": on,
        "full_product_name": {"product_id": ref, "name": f"{component} on {on}"},
    }


def path(ref: str, component: str, *steps: tuple[str, str]) -> dict[str, Any]:
    """Make a product of a chain of others (CSAF 2.1); a step is a category and a product."""
    return {
        "beginning_product_reference": component,
        "subpaths": [{"category": category, "next_product_reference": on} for category, on in steps],
        "full_product_name": {"product_id": ref, "name": f"{component} within {len(steps)} others"},
    }


def score(key: str, vector: str) -> dict[str, Any]:
    """Make a score of one standard."""
    return {key: {"vectorString": vector, "baseScore": 9.8}}


TREE = names("A", "B", "C") | {"product_groups": [{"group_id": "G", "product_ids": ["A", "B"]}]}
