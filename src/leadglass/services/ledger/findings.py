# SPDX-License-Identifier: Apache-2.0
"""Findings as they are listed: why in a sentence, sources, risk side by side, and what waits for approval."""

from leadglass.services.ledger.package_words import with_words
from leadglass.services.ledger.updates import with_repairs
from leadglass.services.ledger.view import View
from leadglass.services.ledger.why import why
from leadglass.values.scope import Row


def findings(view: View, rows: list[Row]) -> list[Row]:
    """Bring findings to their contract: why in a sentence, sources, risk side by side."""
    rows, waiting = with_repairs(view, rows), _waiting(view)
    made = [
        {
            "id": row["id"],
            "device_id": row["device_id"],
            "device": row["device"],
            "site": row["site"],
            "product": row["product"],
            "product_id": row["product_id"],
            "component": row["component"],
            "component_id": row["component_id"],
            "version": row["version"],
            "vulnerability": row["vulnerability"],
            "kind": row["kind"],
            "rule": row["rule"],
            "status": row["status"],
            "missing": row["missing"],
            "why": why(row),
            "class": row["class"],
            "sources": [{"sha256": row["sha256"], "place": row["place"]}] if row["sha256"] else [],
            "risk": {
                "outcome": row["outcome"],
                "why": row["risk_why"],
                "known_exploited": row["known_exploited"],
                "epss": row["epss"],
                "cvss": row["cvss"],
                "patient": row["harm_patient"],
                "privacy": row["harm_privacy"],
                "clinical": row["harm_clinical"],
            },
            "update": row["update_id"],
            "repairs": row["repairs"],
            "action": row["action_id"],
            "decision": row["decision"],
            "decided_until": row["decided_until"],
            "waiting": waiting.get(row["id"]) or waiting.get(row["vulnerability"], ""),
        }
        for row in rows
    ]
    return with_words(view, made)


def _waiting(view: View) -> dict[str, str]:
    """Give the decisions that wait for approval by the findings that they would cover, or the vulnerability of a range."""
    waits = {decision.id for decision in view.decisions() if decision.waits}
    return {
        name: decision.id
        for decision in (view.followed() if waits else ())
        if decision.id in waits
        for name in (*decision.findings, *filter(None, [decision.vulnerability]))
    }
