# SPDX-License-Identifier: Apache-2.0
"""Explain a finding step by step, to the document's hash and the place in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadglass.fleet.queries import FACTS
from leadglass.planning.claims import HEARD, OFFERED
from leadglass.planning.updates import REPAIRS
from leadglass.render.voices import label, standard
from leadglass.risk.queries import EXPLOITATION
from leadglass.services.ledger.listings import LISTINGS, one
from leadglass.services.ledger.opinions import fate
from leadglass.services.ledger.sides import Sides, sides
from leadglass.services.ledger.view import View, state
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.vulnerabilities.applicability import (
    Configured,
    Criterion,
    Knowledge,
    Operand,
    Part,
    Truth,
    judge,
)
from leadglass.vulnerabilities.offers import END_OF_SUPPORT, UPDATE
from leadglass.vulnerabilities.queries import PARTS, RECORD

_WORDS = {Truth.TRUE: "true", Truth.UNKNOWN: "unknown", Truth.FALSE: "false"}
_SHOWN_OPERANDS = 12


QUOTED = "What documents say"
"""The title of the step under which documents speak in their own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an explanation: what was asked, what came out, and where that stands. `depth` indents it."""

    title: str
    text: str
    sha256: str = ""
    place: str = ""
    depth: int = 0


def explain(view: View, name: str) -> tuple[Row, list[Step]]:
    """Give the finding and its steps. NotFoundError and AmbiguousError where the id is none or too short."""
    finding = one(view, LISTINGS["findings"], name)
    steps = [*_device(view, finding)]
    if finding["class"] == "seen":
        cited = finding["sources"][0]
        steps.append(Step(title="Seen", text=finding["why"], sha256=cited["sha256"], place=cited["place"]))
    if finding["kind"] == "vulnerability":
        steps += _component(view, finding)
        steps += _record(view, finding)
        steps += _sources(view, finding)
    steps += _update(view, finding)
    steps += _weighing(view, finding)
    steps += _people(view, finding)
    return finding, steps


def _device(view: View, finding: Row) -> Iterator[Step]:
    facts = {fact["field"]: fact for fact in view.ask(FACTS, device=finding["device_id"]) if fact["counts"]}
    yield Step(title="Device", text=f"{finding['device']} at {finding['site']}: {finding['product']}")
    for name in ("manufacturer", "model", "software_version", "os", "os_version", "cpe", "sbom", "status"):
        if name in facts:
            fact = facts[name]
            said = "said by" if fact["basis"] != "document" else "from"
            yield Step(
                title=name.replace("_", " "),
                depth=1,
                sha256=fact["sha256"],
                text=f"{fact['value']} ({said} {fact['by']})",
                place=fact["place"],
            )
    yield Step(title="Conclusion", text=f"{finding['status']}: {finding['why']}")


def _component(view: View, finding: Row) -> Iterator[Step]:
    for row in view.ask(PARTS, device=finding["device_id"]):
        if row["component_id"] == finding["component_id"]:
            record = row["product"] or "no product of any record"
            doubt = f"; not sure: {row['doubt']}" if row["doubt"] else ""
            yield Step(
                title="Component",
                sha256=row["sha256"],
                place=row["place"],
                text=f"{row['listed']} {row['version'] or '(version not stated)'} is {row['part']}:{record}, because:"
                f" {row['basis']} (confidence {row['confidence']:.2f}{doubt})",
            )


def _record(view: View, finding: Row) -> Iterator[Step]:
    """Judge the record again, operand by operand; this is the same logic that the tables were made with."""
    rows = view.ask(RECORD, vulnerability=finding["vulnerability"])
    listed = view.ask(PARTS, device=finding["device_id"])
    judged = judged_record(rows, listed)
    if not rows and finding["class"] == "words":
        words = f"{finding['vulnerability']} has no criteria yet: its words alone name what it is about"
        cited = finding["sources"][0]
        yield Step(title="Record", text=words, sha256=cited["sha256"], place=cited["place"])
        return
    yield Step(
        title="Record",
        text=f"{finding['vulnerability']} has {_many(len(rows), 'criterion', 'criteria')} in"
        f" {_many(len(judged), 'configuration', 'configurations; one true is enough')}",
        sha256=rows[0]["sha256"] if rows else "",
        place=f"vulnerabilities[{rows[0]['record']}]" if rows else "",
    )
    for number, configured in enumerate(judged):
        if _about(configured, finding["component_id"]):
            yield from _configured(number, configured, rows)


def judged_record(rows: Sequence[Row], listed: Sequence[Row]) -> tuple[Configured, ...]:
    """Judge a record (rows of queries.RECORD) on a device (rows of queries.PARTS)."""
    first = listed[0] if listed else {"knows_hardware": False, "knows_system": False, "knows_software": False}
    knowledge = Knowledge(
        hardware=first["knows_hardware"], system=first["knows_system"], software=first["knows_software"]
    )
    parts = {
        row["component_id"]: Part(
            component_id=row["component_id"],
            part=row["part"],
            product=row["product"],
            name=row["name"],
            version=row["version"],
            norm=row["norm"],
            base=row["base"],
            key=row["key"],
            update=row["update_"],
            qualifiers=row["qualifiers"],
            named=row["named"],
            lacks=row["lacks"],
            doubt=row["doubt"],
            listed=row["listed"],
        )
        for row in listed
        if row["product"]
    }
    return judge([criterion(row) for row in rows], list(parts.values()), knowledge)


def criterion(row: Row) -> Criterion:
    """Bring a row of the table to the value."""
    return Criterion(
        configuration=row["configuration"],
        node=row["node"],
        number=row["number"],
        joined=row["joined"],
        inverted=row["inverted"],
        node_operator=row["node_operator"],
        node_inverted=row["node_inverted"],
        vulnerable=row["vulnerable"],
        part=row["part"],
        product=row["product"],
        kind=row["class"],
        version=row["version"],
        norm=row["norm"],
        update=row["update_"],
        qualifiers=row["qualifiers"],
        lo=row["lo"],
        hi=row["hi"],
        lo_text=row["lo_text"],
        hi_text=row["hi_text"],
    )


def _many(number: int, one_: str, many: str) -> str:
    return f"{number:,} {one_ if number == 1 else many}"


def _about(configured: Configured, component: str) -> bool:
    return any(operand.component_id == component for node in configured.nodes for operand in node.operands)


def _configured(number: int, configured: Configured, rows: Sequence[Row]) -> Iterator[Step]:
    joined = f" {configured.joined} " if len(configured.nodes) > 1 else ""
    shape = f"{len(configured.nodes)} nodes joined by{joined}" if joined else "one node"
    yield Step(title=f"Configuration {number}", text=f"{_WORDS[configured.value]}: {shape}", depth=1)
    for node_number, node in enumerate(configured.nodes):
        negated = "NOT " if node.inverted else ""
        yield Step(
            title=f"node {node_number}",
            depth=2,
            text=f"{_WORDS[node.value]}: {negated}{node.operator} of {len(node.operands)} criteria",
        )
        telling = sorted(node.operands, key=lambda operand: -operand.value)
        for operand in telling[:_SHOWN_OPERANDS]:
            yield _operand(operand, number, node_number, rows)
        if len(telling) > _SHOWN_OPERANDS:
            yield Step(
                title="", text=f"... {len(telling) - _SHOWN_OPERANDS} more, none more telling", depth=3
            )


def _operand(operand: Operand, configuration: int, node: int, rows: Sequence[Row]) -> Step:
    one_ = operand.criterion
    missing = f"; missing: {operand.missing}" if operand.missing else ""
    role = "" if one_.vulnerable else " (context)"
    keys = f" [key range {one_.lo or 'open'} .. {one_.hi}]" if one_.kind in {"range", "inverted"} else ""
    return Step(
        title=_WORDS[operand.value],
        depth=3,
        text=f"{one_}{role}{keys}: {operand.why}{missing}",
        sha256=rows[0]["sha256"],
        place=f"vulnerabilities[{rows[0]['record']}].cve.configurations[{configuration}].nodes[{node}].cpeMatch[{one_.number}]",
    )


def _sources(view: View, finding: Row) -> Iterator[Step]:
    yield Step(title=QUOTED, text="newest first")
    told = sides(view, finding["vulnerability"])
    for row in told.documents:
        if row["carried"]:
            continue
        who = ", ".join(filter(None, (row["publisher"], fate(row))))
        yield Step(
            title=f"{row['document']}, {row['modified'] or row['received']:%Y-%m-%d}",
            text=f"{who}: {row['description'] or row['title']} {row['vectors']}".strip(),
            sha256=row["sha256"],
            place=row["place"],
            depth=1,
        )
    yield from _beside(told, finding)
    yield from _statements(view, finding)


def _beside(told: Sides, finding: Row) -> Iterator[Step]:
    """Lay the sources side by side: score and versions, whose word counts, and where they differ."""
    for row in told.said:
        scored = (
            f"{row['score']} {row['severity']} ({standard(row['vector'])})"
            if row["score"] is not None
            else "no score"
        )
        counts = f"; counts for {', '.join(row['counts'])}" if row["counts"] else ""
        yield Step(
            title=label(row), text=f"{scored}{counts}", sha256=row["sha256"], place=row["place"], depth=1
        )
    for row in told.ranges:
        if row["component_id"] == finding["component_id"]:
            counts = "; counts for versions" if row["counts"] else ""
            text = f"{row['versions']}; {row['version'] or 'ours'}: {row['here']}{counts}"
            yield Step(title=label(row), text=text, sha256=row["sha256"], place=row["place"], depth=1)
    yield from (Step(title="Difference", text=one, depth=1) for one in told.differences)
    if len(told.said) > 1:
        yield Step(title=f"Order of trust ({told.trust})", text=" ".join(told.order), depth=1)


def _statements(view: View, finding: Row) -> Iterator[Step]:
    """What publishers say of it on this device, applied or not."""
    heard = view.ask(HEARD, device=finding["device_id"], vulnerability=finding["vulnerability"])
    for row in heard:
        note = f" '{row['note']}'" if row["note"] else ""
        named = f"recognised by {row['basis']} (confidence {row['confidence']:.2f})"
        yield Step(
            title="Statement",
            text=f"{row['rule']}.{note} {row['outcome'][:1].upper()}{row['outcome'][1:]}; {named}",
            sha256=row["sha256"],
            place=row["place"],
            depth=1,
        )
    for row in view.ask(OFFERED, device=finding["device_id"], vulnerability=finding["vulnerability"]):
        yield Step(
            title="Remedy",
            text=f"{row['category'].replace('_', ' ')}: {row['text']} {row['url']}".strip(),
            sha256=row["sha256"],
            place=row["place"],
            depth=1,
        )
    if not heard:
        yield Step(title="Statement", text="no publisher speaks of it on this device", depth=1)


def _update(view: View, finding: Row) -> Iterator[Step]:
    """What an update is offered by and repairs; or which update repairs this vulnerability."""
    if finding["kind"] in {UPDATE, END_OF_SUPPORT}:
        yield from _component(view, finding)
        cited = next(iter(finding["sources"]), {"sha256": "", "place": ""})
        title = "Offer" if finding["kind"] == UPDATE else "Support"
        yield Step(title=title, text=finding["rule"], sha256=cited["sha256"], place=cited["place"])
        for row in view.ask(REPAIRS, wanted=wanted_texts("id", [finding["id"]])):
            yield Step(
                title="repairs", text=row["vulnerability"], sha256=row["sha256"], place=row["place"], depth=1
            )
    elif finding["update"]:
        update = one(view, LISTINGS["findings"], finding["update"])
        cited = next(iter(update["sources"]), {"sha256": "", "place": ""})
        yield Step(
            title="Update",
            text=f"{update['id']}: {update['why']}",
            sha256=cited["sha256"],
            place=cited["place"],
        )


def _weighing(view: View, finding: Row) -> Iterator[Step]:
    risk = finding["risk"]
    if risk["why"]:
        yield Step(title="Risk", text=risk["why"])
        yield Step(title="patient", text=risk["patient"], depth=1)
        yield Step(title="privacy", text=risk["privacy"], depth=1)
        yield Step(title="clinic", text=risk["clinical"], depth=1)
        (known,) = view.ask(EXPLOITATION, vulnerability=finding["vulnerability"]) or ({},)
        if known:
            yield Step(
                title="exploitation", text=f"{known['exploitation']}: {known['exploitation_why']}", depth=1
            )
        exploited = f"in KEV since {risk['known_exploited']}" if risk["known_exploited"] else "not in KEV"
        epss = f"EPSS {risk['epss']:.3f}" if risk["epss"] is not None else "no EPSS value"
        cvss = f"CVSS {risk['cvss']}" if risk["cvss"] is not None else "not scored"
        yield Step(title="beside it", text=f"{exploited}; {epss}; {cvss}", depth=1)
    if finding["action"]:
        action = one(view, LISTINGS["actions"], finding["action"])
        yield Step(
            title="Action",
            text=f"{action['id']}: {action['title']}; accountable: {action['accountable']}; {action['clocks']}",
        )


def _people(view: View, finding: Row) -> Iterator[Step]:
    written = {d.id: d for d in view.decisions()}
    told = [
        d
        for d in view.followed()
        if finding["id"] in d.findings or (d.vulnerability and d.vulnerability == finding["vulnerability"])
    ]
    for decision in told:
        until = f" until {decision.until}" if decision.until else ""
        renamed = "" if decision == written[decision.id] else "; decided when this went by another id"
        yield Step(
            title="Decision",
            text=f"{decision.kind.value} by {decision.owner}{until} ({state(decision, view.today)}):"
            f" {decision.reason}; recorded by {decision.by}{renamed}",
        )
    if not told:
        yield Step(title="Decision", text="none")
