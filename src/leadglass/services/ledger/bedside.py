# SPDX-License-Identifier: Apache-2.0
"""A section per device, like a chart at the bedside: who it is, what it runs, what is wrong, what is being done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from leadglass.services.ledger.cards import device_line
from leadglass.services.ledger.listings import why
from leadglass.services.ledger.view import View, standing
from leadglass.values.overview import ComponentRow, DeviceFact, DeviceSection, FindingRow, State
from leadglass.values.query import Query
from leadglass.values.scope import Row

_MOST_COMPONENTS = 60
_WORST_FIRST = (State.ACT_NOW, State.CONTAIN, State.PLAN, State.UNKNOWN, State.WATCH, State.SETTLED)

ALL_FACTS = Query(
    name="facts of all devices",
    tables=("device_fact", "device"),
    columns=("device_id", "field", "value", "basis", "since", "by", "place"),
    sql="""
SELECT f.device_id, f.field, f.value, f.basis, f.since, f.by, f.place
FROM device_fact f JOIN device d ON d.device_id = f.device_id WHERE f.counts ORDER BY f.device_id, f.field
""",
)

ALL_COMPONENTS = Query(
    name="components of all devices",
    tables=("device", "configuration_component", "component", "source"),
    params=("most",),
    columns=("device_id", "name", "version", "document", "place", "total"),
    sql="""
WITH listed AS (
  SELECT d.device_id, c.component_id, c.version, min(l.listed) AS name, min(s.name) AS document, min(l.place) AS place
  FROM device d JOIN configuration_component l ON l.configuration_id = d.configuration_id
  JOIN component c ON c.component_id = l.component_id AND c.part <> 'u' JOIN source s ON s.sha256 = l.sha256 GROUP BY 1, 2, 3),
named AS (SELECT device_id, name, version, min(document) AS document, min(place) AS place FROM listed GROUP BY 1, 2, 3),
ranked AS (SELECT *, count(*) OVER (PARTITION BY device_id) AS total,
  row_number() OVER (PARTITION BY device_id ORDER BY lower(name), version, place) AS place_in_line FROM named)
SELECT device_id, name, version, document, place, total FROM ranked WHERE place_in_line <= $most
ORDER BY device_id, place_in_line
""",
)


def sections(
    view: View, devices: Sequence[Row], states: Mapping[str, Mapping[State, int]], findings: Sequence[Row]
) -> tuple[DeviceSection, ...]:
    """Make the sections of all devices; `findings` are rows of planning.overview.TOP_FINDINGS."""
    facts, components, found = _by_device(view.ask(ALL_FACTS)), _by_device(view.ask(ALL_COMPONENTS, most=_MOST_COMPONENTS)), (
        _by_device(findings)
    )  # fmt: skip
    decided: dict[str, list[str]] = defaultdict(list)
    for decision in view.decisions():
        state = "holds" if standing(decision, view.today) else "expired, open again"
        until = f" until {decision.until}" if decision.until else ""
        for name in {finding[2:12] for finding in decision.findings}:
            decided["D-" + name].append(
                f"{decision.kind.value} of {decision.target} by {decision.owner}{until} ({state}): {decision.reason}"
            )
    return tuple(
        _section(
            device, states.get(device["device_id"], {}), facts[device["device_id"]], components[device["device_id"]],
            found[device["device_id"]], decided[device["device_id"]],
        )
        for device in devices
    )  # fmt: skip


def _by_device(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["device_id"]].append(row)
    return groups


def _section(
    device: Row, states: Mapping[State, int], facts: Sequence[Row], components: Sequence[Row], findings: Sequence[Row],
    decisions: Sequence[str],
) -> DeviceSection:  # fmt: skip
    state = next((s for s in _WORST_FIRST if states.get(s)), State.SETTLED)
    return DeviceSection(
        device=device_line(device),
        state=state,
        summary=_summary(device, states),
        facts=tuple(
            DeviceFact(
                name=f["field"].replace("_", " "), value=f["value"], source=_said(f), since=f["since"].date()
            )
            for f in facts
        ),
        components=tuple(
            ComponentRow(name=c["name"], version=c["version"], source=f"{c['document']}, {c['place']}")
            for c in components
        ),
        components_total=components[0]["total"] if components else 0,
        findings=tuple(_finding(row) for row in findings),
        findings_total=findings[0]["total"] if findings else 0,
        actions=tuple(dict.fromkeys(row["action_id"] for row in findings if row["action_id"])),
        unknowns=tuple(
            dict.fromkeys(row["note"] for row in findings if row["note"] and row["status"] == "unknown")
        ),
        decisions=tuple(decisions),
    )


def _said(fact: Row) -> str:
    if fact["basis"] == "document":
        return f"{fact['by']}, {fact['place']}"
    return f"{fact['by']} said so" + (f": {fact['place']}" if fact["place"] else "")


def _summary(device: Row, states: Mapping[State, int]) -> str:
    if device["state"] == "retired":
        return "Retired: no action is raised."
    told = [f"{states[state]} {state.value}" for state in _WORST_FIRST if states.get(state)]
    where = "The newest inventory of its site no longer lists it. " if device["state"] == "missing" else ""
    if not told:
        return where + "No finding is open: every record at hand was held against what is known of it."
    return f"{where}Open findings: {', '.join(told)}."


def _finding(row: Row) -> FindingRow:
    state = {
        "contain": State.ACT_NOW if row["outcome"] == "immediate" else State.CONTAIN, "update": State.PLAN,
        "service": State.PLAN, "watch": State.WATCH, "ask": State.UNKNOWN, "disclose": State.UNKNOWN,
    }.get(row["deed"], State.WATCH if row["status"] == "under_investigation" else State.SETTLED)  # fmt: skip
    component = f"{row['component']} {row['version']}".strip()
    return FindingRow(
        id=row["id"], state=State.SETTLED if row["decision"] else state, status=row["status"],
        vulnerability=row["vulnerability"], component=component, why=why(row),
        source=f"{row['sha256'][:12]}, {row['place']}" if row["sha256"] else "",
    )  # fmt: skip
