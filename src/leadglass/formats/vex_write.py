# SPDX-License-Identifier: Apache-2.0
"""Write our decisions as OpenVEX 0.2.0 and as CycloneDX 1.6 VEX (ECMA-424), both JSON. CSAF is written in csaf_write.

The same decisions, id and time give the same bytes.
"""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from leadglass.formats.vex_told import Category, Told, arranged, stamp
from leadglass.values.advisories import Status

_STATES: Final = {
    Status.AFFECTED: "exploitable",
    Status.FIXED: "resolved",
    Status.NOT_AFFECTED: "not_affected",
    Status.UNDER_INVESTIGATION: "in_triage",
}
_RESPONSES: Final = {
    Category.ACCEPTED_RISK: ["will_not_fix"],
    Category.COMPENSATED: ["workaround_available"],
    Category.FIXED: ["update"],
}
_JUSTIFICATIONS: Final = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
"""OpenVEX labels in CycloneDX's words. That an adversary cannot control the code has none: it goes into the detail."""


def write_openvex(said: Iterable[Told], *, author: str, id: str, at: datetime) -> bytes:  # noqa: A002
    """Write OpenVEX 0.2.0. `id` is an IRI. Each decision is a statement of its own."""
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": id,
        "author": author,
        "timestamp": stamp(at),
        "version": 1,
        "statements": [_statement(told) for told in arranged(said)],
    }
    return as_json(document)


def _statement(told: Told) -> dict[str, Any]:
    text = {
        Status.AFFECTED: "action_statement",
        Status.NOT_AFFECTED: "impact_statement",
    }.get(told.status, "status_notes")
    identifiers = {"purl": told.purl, "cpe23": told.cpe}
    return stated(
        {
            "vulnerability": {"name": told.vulnerability},
            "timestamp": stamp(told.at) if told.at else "",
            "products": [stated({"@id": told.ref, "identifiers": stated(identifiers)})],
            "status": told.status.value,
            "supplier": told.maker,
            "justification": told.justification,
            text: told.sentence,
        }
    )


def write_cyclonedx(said: Iterable[Told], *, author: str, id: str, at: datetime) -> bytes:  # noqa: A002
    """Write CycloneDX 1.6. `id` is a urn:uuid, or any IRI, of which the serial number is then made (RFC 9562 5.5)."""
    told = arranged(said)
    components = {one.ref: _component(one) for one in told}
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": _serial(id),
        "version": 1,
        "metadata": {"timestamp": stamp(at), "manufacturer": {"name": author}},
        "components": [components[ref] for ref in sorted(components)],
        "vulnerabilities": [
            {"id": one.vulnerability, "analysis": _analysis(one, at), "affects": [{"ref": one.ref}]}
            for one in told
        ],
    }
    return as_json(document)


def _serial(name: str) -> str:
    try:
        return uuid.UUID(name.removeprefix("urn:uuid:")).urn
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _component(told: Told) -> dict[str, Any]:
    return stated(
        {
            "type": "device",
            "bom-ref": told.ref,
            "supplier": stated({"name": told.maker}),
            "name": told.model,
            "version": told.version,
            "cpe": told.cpe,
            "purl": told.purl,
        }
    )


def _analysis(told: Told, at: datetime) -> dict[str, Any]:
    label = told.justification
    detail = told.sentence
    if label and label not in _JUSTIFICATIONS:
        detail = f"{label}: {detail}" if detail else label
    return stated(
        {
            "state": _STATES[told.status],
            "justification": _JUSTIFICATIONS.get(label, ""),
            "response": _RESPONSES.get(told.category, []),
            "detail": detail,
            "lastUpdated": stamp(told.at or at),
        }
    )


def stated(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not stated."""
    return {name: value for name, value in fields.items() if value not in ("", [], {})}


def as_json(document: dict[str, Any]) -> bytes:
    """Write a document: indented, in the order given, UTF-8."""
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()
