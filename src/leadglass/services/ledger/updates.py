# SPDX-License-Identifier: Apache-2.0
"""Updates in words: what an update repairs on its device, and which update repairs a finding."""

from collections import defaultdict
from collections.abc import Sequence

from leadglass.planning.updates import REPAIRS
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.vulnerabilities.offers import UPDATE

_NAMED = 4


def with_repairs(view: View, rows: Sequence[Row]) -> list[Row]:
    """Add to findings about updates what each repairs that is open on its device: `repairs`, and a sentence."""
    updates = [row["id"] for row in rows if row["kind"] == UPDATE]
    found: dict[str, list[str]] = defaultdict(list)
    for row in view.ask(REPAIRS, wanted=wanted_texts("id", updates)) if updates else []:
        found[row["id"]].append(row["vulnerability"])
    return [
        {**row, "repairs": found[row["id"]], "note": f"{row['note']} {said(found[row['id']])}".strip()}
        if row["kind"] == UPDATE
        else {**row, "repairs": []}
        for row in rows
    ]


def said(names: Sequence[str]) -> str:
    """Say what is repaired."""
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"It repairs what is open here: {', '.join(names[:_NAMED])}{more}."


def beside(row: Row) -> str:
    """Say behind a vulnerability which update repairs it; "" where none can be had."""
    if (
        row["kind"] != "vulnerability"
        or not row.get("update_label")
        or row["status"] not in {"affected", "unknown"}
    ):
        return ""
    return f"Update available: {row['update_label']} repairs it."
