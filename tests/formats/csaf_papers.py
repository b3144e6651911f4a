"""Invented CSAF 2.0 documents: one that no test complains of, and how to change it at a place."""

import copy
import json
from typing import Any

GONE = object()

HASH = "0f1e2d3c4b5a6978" * 4
BASE = "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def advisory() -> dict[str, Any]:
    """Make an advisory of a maker of viewers, in which everything is in order."""
    return {
        "document": {
            "aggregate_severity": {"namespace": "https://viewer.example/severity", "text": "high"},
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "distribution": {"tlp": {"label": "WHITE", "url": "https://www.first.org/tlp/"}},
            "lang": "en",
            "notes": [{"category": "summary", "text": "The viewer trusts too much.", "title": "Summary"}],
            "publisher": {
                "category": "vendor",
                "name": "Viewer Works",
                "namespace": "https://viewer.example",
            },
            "references": [
                {"category": "self", "summary": "This", "url": "https://viewer.example/csaf/vw-2024_1.json"},
                {"category": "external", "summary": "More", "url": "https://viewer.example/vw"},
            ],
            "title": "Too much trust in the viewer",
            "tracking": {
                "aliases": ["VWA-1"],
                "current_release_date": "2024-05-07T10:00:00Z",
                "generator": {"date": "2024-05-07T10:00:00Z", "engine": {"name": "pen", "version": "1"}},
                "id": "VW-2024:1",
                "initial_release_date": "2024-05-06T10:00:00+02:00",
                "revision_history": [
                    {"date": "2024-05-06T10:00:00+02:00", "number": "1", "summary": "First"},
                    {"date": "2024-05-07T10:00:00Z", "number": "2", "summary": "Second"},
                ],
                "status": "final",
                "version": "2",
            },
        },
        "product_tree": _tree(),
        "vulnerabilities": [_vulnerability()],
    }


def _tree() -> dict[str, Any]:
    helper = {
        "cpe": "cpe:2.3:a:viewer_works:viewer:4.2:*:*:*:*:*:*:*",
        "hashes": [{"file_hashes": [{"algorithm": "sha256", "value": HASH}], "filename": "viewer.so"}],
        "model_numbers": ["V-42"],
        "purl": "pkg:generic/viewer@4.2",
    }
    version = {
        "category": "product_version",
        "name": "4.2",
        "product": {"name": "Viewer 4.2", "product_id": "P-1", "product_identification_helper": helper},
    }
    name = {"branches": [version], "category": "product_name", "name": "Viewer"}
    return {
        "branches": [{"branches": [name], "category": "vendor", "name": "Viewer Works"}],
        "full_product_names": [
            {"name": "Box", "product_id": "P-2", "product_identification_helper": {"skus": ["B-1"]}},
            {"name": "Box 2", "product_id": "P-3", "product_identification_helper": {"skus": ["B-2"]}},
        ],
        "product_groups": [{"group_id": "G-1", "product_ids": ["P-2", "P-3"], "summary": "Boxes"}],
        "relationships": [
            {
                "category": "installed_on",
                "full_product_name": {
                    "name": "Viewer on Box",
                    "product_id": "P-4",
                    "product_identification_helper": {"serial_numbers": ["S-1"]},
                },
                "product_reference": "P-1",
                "relates_to_product_reference": "P-2",
            }
        ],
    }


def _vulnerability() -> dict[str, Any]:
    cvss_3 = {
        "attackVector": "NETWORK",
        "baseScore": 9.8,
        "baseSeverity": "CRITICAL",
        "vectorString": f"CVSS:3.1/{BASE}",
        "version": "3.1",
    }
    cvss_2 = {"baseScore": 10.0, "vectorString": "AV:N/AC:L/Au:N/C:C/I:C/A:C", "version": "2.0"}
    return {
        "cve": "CVE-2024-99999",
        "cwe": {"id": "CWE-20", "name": "Improper Input Validation"},
        "flags": [{"group_ids": ["G-1"], "label": "vulnerable_code_not_present"}],
        "ids": [{"system_name": "tickets", "text": "VW-7"}],
        "involvements": [{"date": "2024-05-01T10:00:00Z", "party": "vendor", "status": "completed"}],
        "notes": [{"category": "description", "text": "A name is not checked."}],
        "product_status": {"known_affected": ["P-1", "P-4"], "known_not_affected": ["P-2", "P-3"]},
        "remediations": [
            {"category": "vendor_fix", "details": "Install 4.3.", "product_ids": ["P-1", "P-4"]}
        ],
        "scores": [{"cvss_v2": cvss_2, "cvss_v3": cvss_3, "products": ["P-1", "P-4"]}],
        "threats": [{"category": "impact", "details": "Box has no viewer.", "product_ids": ["P-2"]}],
        "title": "Unchecked name",
    }


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """Give the advisory with other values at some places; GONE takes a key away, "-" appends to a list."""
    document = advisory()
    for place, value in changes.items():
        *above, last = place.split("/")[1:]
        node: Any = document
        for step in above:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if isinstance(node, list):
            if last == "-":
                node.append(copy.deepcopy(value))
            else:
                node[int(last)] = value
        elif value is GONE:
            del node[last]
        else:
            node[last] = copy.deepcopy(value)
    return document


def written(document: Any) -> bytes:
    """Write a document with its keys in alphabetical order."""
    return json.dumps(document, sort_keys=True).encode()
