# SPDX-License-Identifier: Apache-2.0
"""A section per device, like a chart at the bedside: who it is, what it runs, what is wrong, what is being done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from leadglass.planning.overview import TOP_FINDINGS
from leadglass.services.ledger.cards import device_line
from leadglass.services.ledger.followed import IDS
from leadglass.services.ledger.view import View, state
from leadglass.services.ledger.why import why
from leadglass.values.overview import ComponentRow, DeviceFact, DeviceSection, FindingRow, State
from leadglass.values.query import Query
from leadglass.values.scope import Row

MOST_DEVICES = 300
"""Sections of devices in one report."""
_MOST_COMPONENTS, _MOST_FINDINGS = 60, 40
_WORST_FIRST = (State.ACT_NOW, State.CONTAIN, State.PLAN, State.UNKNOWN, State.WATCH, State.SETTLED)

FACTS = Query(
    name="facts of some devices",
    tables=("device_fact", "device"),
    given=("wanted",),
    needs=("wanted",),
    columns=("device_id", "field", "value", "basis", "since", "by", "place"),
    sql="""
SELECT f.device_id, f.field, f.value, f.basis, f.since, f.by, f.place
FROM device_fact f JOIN device d ON d.device_id = f.device_id
WHERE f.counts AND d.device_id IN (SELECT id FROM wanted) ORDER BY f.device_id, f.field
""",
)

COMPONENTS = Query(
    name="components of some devices",
    tables=("device", "configuration_component", "component", "source", "namesake"),
    given=("wanted",),
    needs=("wanted",),
    params=("most",),
    columns=("device_id", "name", "version", "document", "place", "spoken_of", "total"),
    sql="""
WITH listed AS (
  SELECT d.device_id, c.component_id, c.version, min(l.listed) AS name, min(s.name) AS document, min(l.place) AS place,
    bool_and(coalesce(n.spoken_of, true)) AS spoken_of
  FROM device d JOIN configuration_component l ON l.configuration_id = d.configuration_id
  JOIN component c ON c.component_id = l.component_id AND c.part <> 'u' JOIN source s ON s.sha256 = l.sha256
  LEFT JOIN namesake n ON n.namesake = c.namesake
  WHERE d.device_id IN (SELECT id FROM wanted) GROUP BY 1, 2, 3),
named AS (SELECT device_id, name, version, min(document) AS document, min(place) AS place, bool_or(spoken_of) AS spoken_of
  FROM listed GROUP BY 1, 2, 3),
ranked AS (SELECT *, count(*) OVER (PARTITION BY device_id) AS total,
  row_number() OVER (PARTITION BY device_id ORDER BY lower(name), version, place) AS place_in_line FROM named)
SELECT device_id, name, version, document, place, spoken_of, total FROM ranked WHERE place_in_line <= $most
ORDER BY device_id, place_in_line
""",
)


def sections(
    view: View, devices: Sequence[Row], states: Mapping[str, Mapping[State, int]], most: int = MOST_DEVICES
) -> tuple[DeviceSection, ...]:
    """Make the sections of devices: of all, or of so many that are worst off, in the order in which they come."""
    shown = _shown(devices, states, most)
    wanted = (IDS, [{"id": device["device_id"]} for device in shown])
    facts = _by_device(view.ask(FACTS, wanted=wanted))
    components = _by_device(view.ask(COMPONENTS, wanted=wanted, most=_MOST_COMPONENTS))
    found = _by_device(view.ask(TOP_FINDINGS, wanted=wanted, most=_MOST_FINDINGS))
    decided: dict[str, list[str]] = defaultdict(list)
    for decision in view.decisions():
        until = f" until {decision.until}" if decision.until else ""
        for name in {finding[2:12] for finding in decision.findings}:
            decided["D-" + name].append(
                f"{decision.kind.value} of {decision.target} by {decision.owner}{until}"
                f" ({state(decision, view.today)}): {decision.reason}"
            )
    return tuple(
        _section(
            device, states.get(device["device_id"], {}), facts[device["device_id"]], components[device["device_id"]],
            found[device["device_id"]], decided[device["device_id"]],
        )
        for device in shown
    )  # fmt: skip


def _shown(devices: Sequence[Row], states: Mapping[str, Mapping[State, int]], most: int) -> Sequence[Row]:
    """Choose the devices that are worst off; a page with a chart of each of thousands is read by nobody."""
    if len(devices) <= most:
        return devices

    def weight(device: Row) -> tuple[Any, ...]:
        counts = states.get(device["device_id"], {})
        return (*(-counts.get(state, 0) for state in _WORST_FIRST), device["tier"], device["device_id"])

    chosen = {device["device_id"] for device in sorted(devices, key=weight)[:most]}
    return [device for device in devices if device["device_id"] in chosen]


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
            ComponentRow(
                name=c["name"],
                version=c["version"],
                source=f"{c['document']}, {c['place']}",
                spoken_of=c["spoken_of"],
            )
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
