# SPDX-License-Identifier: Apache-2.0
"""Show one thing whole, with what belongs to it. The id tells what it is."""

from typing import Any

from leadglass.errors import NotFoundError
from leadglass.fleet.queries import FACTS
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, one, page
from leadglass.services.ledger.view import View
from leadglass.values.scope import Row
from leadglass.vulnerabilities.queries import DESCRIPTIONS

Related = dict[str, tuple[tuple[str, ...], list[Row]]]

_KINDS = {
    "D-": "devices",
    "P-": "products",
    "C-": "components",
    "F-": "findings",
    "A-": "actions",
    "Q-": "questions",
}


def show(view: View, name: str) -> tuple[str, Row, Related]:
    """Give (kind, fields, related rows by name). NotFoundError where nothing has that id, tag or CVE."""
    if name.upper().startswith("CVE-"):
        return _vulnerability(view, name.upper())
    listing = _KINDS.get(name[:2])
    if listing is None:
        listing = "sources" if len(name) >= 8 and set(name) <= set("0123456789abcdef") else "devices"
    found = one(view, LISTINGS[listing], name)
    return listing.removesuffix("s"), found, _related(view, listing, found)


def _rows(view: View, listing: str, **wanted: Any) -> tuple[tuple[str, ...], list[Row]]:
    shown = LISTINGS[listing]
    return shown.shown, list(page(view, shown, Wanted(count=EVERYTHING, **wanted)).rows)


def _related(view: View, listing: str, row: Row) -> Related:
    match listing:
        case "devices":
            facts = view.ask(FACTS, device=row["device_id"])
            return {
                "facts": (("field", "value", "counts", "basis", "since", "by", "place"), facts),
                "parts": _rows(view, "components", device=row["device_id"]),
                "findings": _rows(view, "findings", device=row["device_id"]),
            }
        case "products":
            return {
                "fleet": _rows(view, "devices", product=row["product_id"]),
                "actions": _rows(view, "actions", product=row["product_id"]),
                "questions": _rows(view, "questions", product=row["product_id"]),
            }
        case "components":
            return {"findings": _rows(view, "findings", component=row["component_id"])}
        case "actions":
            return {"resolves": _rows(view, "findings", action=row["id"])}
        case "sources":
            return {"unjudged": _rows(view, "remarks", id=row["sha256"])}
    return {}


def _vulnerability(view: View, name: str) -> tuple[str, Row, Related]:
    told = view.ask(DESCRIPTIONS, vulnerability=name)
    if not told:
        raise NotFoundError(
            f"No document at hand speaks of {name}. How fresh the feeds are: leadglass status"
        )
    related: Related = {
        "documents": (("document", "modified", "state", "description", "place"), told),
        "findings": _rows(view, "findings", vulnerability=name),
    }
    record = next((row for row in told if row["state"] not in {"exploited", "forecast"}), told[0])
    return (
        "vulnerability",
        {"id": name, "description": record["description"], "cvss": record["vectors"]},
        related,
    )
