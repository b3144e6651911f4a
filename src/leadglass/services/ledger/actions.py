# SPDX-License-Identifier: Apache-2.0
"""Actions as they are listed: the numbers of a snapshot, put into words when they are read, with what was decided."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from leadglass.errors import StateError
from leadglass.planning.act import SHOWN, act, sayings
from leadglass.planning.actions import ACTION_BEARERS, ACTION_DEVICES, ACTIONS, ASSIGNED, DEEDS_THERE, SAID
from leadglass.services.ledger.view import View, standing
from leadglass.values.people import Decision, DecisionKind
from leadglass.values.query import Query
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row

_ALL = 1 << 40

_TRIAGE = "CAST(since AS DATE) + CAST(triage_days AS INTEGER)"
_CONTAIN = "CASE WHEN deed = 'contain' THEN CAST(since AS DATE) + CAST(contain_days AS INTEGER) END"
ORDERS = {
    "devices": "devices",
    "findings": "findings",
    "unknown": "unknown",
    "title": "deed",
    "state": "CASE WHEN decided >= findings THEN 9 WHEN deed = 'contain' AND urgency = 3 THEN 0 WHEN deed = 'contain' THEN 1"
    " WHEN deed IN ('update', 'service') THEN 2 WHEN deed = 'watch' THEN 4 ELSE 3 END",
    "due": f"coalesce({_CONTAIN}, {_TRIAGE})",
    "due_contain": _CONTAIN,
    "due_triage": _TRIAGE,
    "assignee": "assignee",
}
"""What actions may be sorted by beside what they show: dates as `planning.act` works them out."""


def said(view: View, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what the query is given beside: who takes actions on; what they say, where a text is sought in it.

    StateError where the snapshot is of a release that kept actions otherwise.
    """
    snapshot = view.snapshot or view.house.tables.current()
    if snapshot and all(part.table != "deed" for part in snapshot.parts):
        raise StateError(
            f"The snapshot {snapshot.id} was made by an earlier release, which kept actions in another way."
            " Run: leadglass assess"
        )
    taken_on = view.house.register.assignments(view.as_of)
    assigned = (ASSIGNED, [{"action_id": one.action_id, "assignee": one.assignee} for one in taken_on])
    if not params["text"]:
        return {"said": (SAID, []), "assigned": assigned}
    all_ = {**params, "text": "", "count": _ALL, "skip": 0}
    rows = view.ask(ACTIONS, **all_, said=(SAID, []), assigned=assigned)
    return {"said": (SAID, list(sayings(rows))), "assigned": assigned}


def actions(view: View, rows: list[Row]) -> list[Row]:
    """Bring actions to their contract: words and dates, devices, finding ids, and what was decided."""
    return _completed(view, rows, _idle(view), ACTION_DEVICES)


def briefly(view: View, rows: list[Row]) -> list[Row]:
    """Do the same for who lists actions, and does not ask for the ids of their findings, which may be tens of thousands.

    They are there all the same where a decision about some of them holds no longer: its note is about them.
    """
    idle = _idle(view)
    return _completed(
        view, rows, idle, ACTION_DEVICES if any(one.findings for one in idle) else ACTION_BEARERS
    )


def _idle(view: View) -> list[Decision]:
    return [decision for decision in view.followed() if not standing(decision, view.today)]


def _completed(view: View, rows: list[Row], idle: Sequence[Decision], of_devices: Query) -> list[Row]:
    members: dict[str, list[Row]] = defaultdict(list)
    wanted = wanted_texts("id", (row["id"] for row in rows))
    for member in view.ask(of_devices, wanted=wanted) if rows else []:
        members[member["action_id"]].append(member)
    return [_action(row, members[row["id"]], idle) for row in act(rows)]


def vanished(view: View) -> list[Row]:
    """Actions that were decided about and that no finding asks for any more: shown until somebody closes them."""
    last: dict[str, Decision] = {}
    for decision in view.decisions():
        if decision.target.startswith("A-") and not decision.waits:
            last[decision.target] = decision
    for row in view.ask(DEEDS_THERE, wanted=wanted_texts("id", last)) if last else ():
        del last[row["id"]]
    return [
        {
            **dict.fromkeys(SHOWN, ""),
            **dict.fromkeys(("due_triage", "due_contain", "due_remedy", "decided_until"), None),
            **dict.fromkeys(("rank", "vulnerabilities", "unknown", "decided"), 0),
            "id": name,
            "title": "Nothing asks for this any more: close it with its proof",
            "why": f"Its findings are gone since {decision.owner} decided ({decision.kind.value}): {decision.reason}",
            "accountable": decision.owner,
            "proof": "what shows why the findings are gone",
            "alternatives": [],
            "devices": [],
            "findings": [],
            "state": "vanished",
            "decision": f"{decision.kind.value} by {decision.owner}",
        }
        for name, decision in sorted(last.items())
        if decision.kind is not DecisionKind.CLOSE
    ]


def _why_not(decision: Decision) -> str:
    """Say why a decision does not hold."""
    told = f"{decision.kind.value} by {decision.owner}"
    if decision.waits:
        return f"{told} waits for approval by another person ({decision.id}): {decision.asks}"
    return f"{told} expired on {decision.until}: open again"


def _action(row: Row, members: Sequence[Row], idle: Sequence[Decision]) -> Row:
    findings = [name for member in members for name in member.get("findings", ())]
    settled = row["decided"] >= row["findings"]
    note = ""
    if row["decided"]:
        until = f" until {row['decided_until']}" if row["decided_until"] else ""
        what = {"accept": "accepted", "compensate": "compensated", "close": "closed"}.get(
            row["decision"], row["decision"]
        )
        note = f"{row['decided']} of {row['findings']} findings {what}{until} by {row['owner']}"
    lapsed = [d for d in idle if d.target == row["id"] or set(d.findings) & set(findings)]
    if lapsed and not settled:
        note = "; ".join(filter(None, (note, _why_not(lapsed[-1]))))
    return {
        **{k: v for k, v in row.items() if k not in {"devices", "findings", "alternatives", "decision"}},
        "devices": [
            {
                k: member[k]
                for k in (
                    "device_id",
                    "device",
                    "site",
                    "room",
                    "department",
                    "maker",
                    "model",
                    "modality",
                    "software_version",
                    "serial_number",
                    "sha256",
                    "place",
                )
            }
            for member in members
        ],
        "findings": findings,
        "alternatives": row["alternatives"],
        "state": "settled" if settled else "open",
        "decision": note,
    }
