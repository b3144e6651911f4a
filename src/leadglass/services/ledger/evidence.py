# SPDX-License-Identifier: Apache-2.0
"""What other tools saw, brought to the devices of the fleet: facts, software, and doubts for a person.

Part of the step recognise; writes the table sighted. A tool's word is the weakest: it fills what neither inventory nor
person states. A sighting that may be of several devices is asked about where it would tell something, never guessed.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from leadglass.fleet import Device, Fact
from leadglass.fleet.queries import SIGHTINGS
from leadglass.fleet.sightings import Placeable, Placed, place
from leadglass.services.ledger.own_parts import Seen
from leadglass.services.ledger.sighted import sighting
from leadglass.services.ledger.sources import Held
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.sightings import Sighting
from leadglass.vulnerabilities.components import LINE

TOOL = "tool"
"""The basis of a fact that another tool states."""

PLACED, ASKED, NOWHERE, DENIED, UNSURE = "placed", "asked", "not in the fleet", "not this device", "not sure"
_NEVER = (datetime(1, 1, 1), "")  # noqa: DTZ001 - tables hold UTC without a zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What sightings say: facts and software per device; doubts as (device, subject, why, document, place); remarks."""

    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    software: Mapping[str, Sequence[Seen]] = field(default_factory=dict)
    doubts: Sequence[tuple[str, str, str, str, str]] = ()
    remarks: Sequence[Row] = ()


def gather(
    bench: Workbench, documents: Sequence[Held], devices: Sequence[Device], answers: Sequence[Answer]
) -> Evidence:
    """Place every sighting; what a person answered about one counts."""
    rows = bench.rows(SIGHTINGS)
    if not rows:
        bench.put("sighted", [])
        return Evidence()
    told = {answer.subject: answer.affirms for answer in answers if answer.kind == "sighting"}
    held = {document.sha256: document for document in documents}
    known = {device.id: device for device in devices}
    seen = [sighting(row) for row in rows]
    made: list[tuple[Row, Placed, str]] = []
    row_of = {id(one): row for one, row in zip(seen, rows, strict=True)}
    for placed in place(seen, map(_placeable, devices)):
        row = row_of[id(placed.sighting)]
        made.append((row, *_judged(row, placed, known, told)))
    made = _only_one(made)
    bench.put("sighted", [_row(row, placed, outcome) for row, placed, outcome in made])
    sure = [(row, placed) for row, placed, outcome in made if outcome == PLACED]
    return Evidence(
        facts=_facts(sure, held),
        software=_software(sure),
        doubts=[
            (
                placed.device_id,
                subject(row, placed.device_id),
                _asked(row, placed),
                row["sha256"],
                row["place"],
            )
            for row, placed, outcome in made
            if outcome == ASKED
        ],
        remarks=list(_remarks(made, known)),
    )


def subject(row: Row, device: str) -> str:
    """Name a sighting and a device as the question about them does; the same in a later scan."""
    return f"{_label(row)}, seen by {row['tool']}|{device}"


def _label(row: Row) -> str:
    titles = json.loads(row["ae_titles"])
    texts = (
        row["serial"],
        *row["addresses"].split()[:1],
        row["hostname"],
        *titles[:1],
        *row["macs"].split()[:1],
    )
    return " ".join(list(filter(None, texts))[:2]) or "a device without a name"


def _placeable(device: Device) -> Placeable:
    return Placeable(
        device_id=device.id,
        serial=device.get("serial_number"),
        maker=device.get("manufacturer"),
        macs=(device.get("mac_address"),),
        addresses=(device.get("ip_address"),),
        hostname=device.get("hostname"),
        ae_title=device.get("ae_title"),
    )


def _judged(
    row: Row, placed: Placed, known: Mapping[str, Device], told: Mapping[str, bool]
) -> tuple[Placed, str]:
    """Say what becomes of a placement: a person's answer first, then how sure it is, then whether it is worth asking."""
    if not placed.device_id:
        return placed, NOWHERE
    said = told.get(subject(row, placed.device_id))
    if said is not None:
        told_so = replace(
            placed, basis="a person's answer", confidence=1.0 if said else 0.0, why="A person said so."
        )
        return told_so, PLACED if said else DENIED
    if placed.confidence >= LINE:
        return placed, PLACED
    device = known[placed.device_id]
    tells = row["weaknesses"] or any(
        row[name] and not device.get(name) for name in ("software_version", "os", "model")
    )
    return placed, ASKED if tells else UNSURE


def _only_one(made: Sequence[tuple[Row, Placed, str]]) -> list[tuple[Row, Placed, str]]:
    """Where a person said which device a sighting is of, it is of no other."""
    settled = {id(row) for row, placed, outcome in made if outcome == PLACED and placed.confidence == 1.0}
    return [
        (row, placed, DENIED if id(row) in settled and outcome in {ASKED, UNSURE} else outcome)
        for row, placed, outcome in made
    ]


def _row(row: Row, placed: Placed, outcome: str) -> Row:
    return {
        "number": row["number"], "tool": row["tool"], "seen_at": row["seen_at"], "label": _label(row),
        "device_id": placed.device_id, "outcome": outcome, "basis": placed.basis, "confidence": placed.confidence,
        "why": placed.why, "weaknesses": row["weaknesses"], "software": len(json.loads(row["software"])),
        "sha256": row["sha256"], "place": row["place"],
    }  # fmt: skip


def _facts(sure: Sequence[tuple[Row, Placed]], held: Mapping[str, Held]) -> dict[str, list[Fact]]:
    facts: dict[str, list[Fact]] = defaultdict(list)
    for row, placed in sure:
        document = held[row["sha256"]].last
        since = row["seen_at"].replace(tzinfo=UTC) if row["seen_at"] else document.received
        for name, value in _stated(placed.sighting):
            facts[placed.device_id].append(
                Fact(field=name, value=value, basis=TOOL, since=since, by=f"{row['tool']} ({document.name})",
                     document=row["sha256"], place=row["place"])
            )  # fmt: skip
    return facts


def _stated(one: Sighting) -> Iterator[tuple[str, str]]:
    """The fields of a device that a sighting states."""
    told = {
        "manufacturer": one.maker, "model": one.model, "serial_number": one.serial, "modality": one.modality,
        "software_version": one.software_version, "os": one.os, "cpe": "" if one.os else one.os_cpe,
        "ip_address": one.addresses[0] if one.addresses else "", "mac_address": one.mac, "hostname": one.hostname,
        "ae_title": one.ae_title,
    }  # fmt: skip
    return ((name, value) for name, value in told.items() if value)


def _software(sure: Sequence[tuple[Row, Placed]]) -> dict[str, list[Seen]]:
    """Software per device, of each tool what it saw last."""
    last: dict[tuple[str, str], tuple[datetime, str]] = {}
    for row, placed in sure:
        if row["software"] != "[]":
            key = (placed.device_id, row["tool"])
            last[key] = max(last.get(key, _NEVER), _age(row))
    found: dict[str, list[Seen]] = defaultdict(list)
    for row, placed in sure:
        if last.get((placed.device_id, row["tool"])) == _age(row):
            found[placed.device_id] += [
                Seen(name=part["name"], version=part["version"], cpe=part["cpe"], tool=row["tool"],
                     document=row["sha256"], place=row["place"])
                for part in json.loads(row["software"])
            ]  # fmt: skip
    return found


def _age(row: Row) -> tuple[datetime, str]:
    return row["seen_at"] or _NEVER[0], row["sha256"]


def _asked(row: Row, placed: Placed) -> str:
    many = f"{row['weaknesses']} weaknesses" if row["weaknesses"] != 1 else "one weakness"
    what = (
        f"{row['tool']} says to have found {many} on it" if row["weaknesses"] else "it would tell more of it"
    )
    return f"{_label(row)}, seen by {row['tool']}, may be this device: {what}. {placed.why}"


def _remarks(made: Sequence[tuple[Row, Placed, str]], known: Mapping[str, Device]) -> Iterator[Row]:
    """What nobody would look for: devices that no inventory lists, and retired ones that are still on the network."""
    for row, placed, outcome in made:
        why = ""
        if outcome == NOWHERE:
            why = f"{row['tool']} saw {_label(row)}. {placed.why}"
        elif outcome == PLACED and known[placed.device_id].state == "retired":
            when = f" on {row['seen_at']:%Y-%m-%d}" if row["seen_at"] else ""
            tag = known[placed.device_id].get("asset_tag") or placed.device_id
            why = f"{tag} is retired in the inventory, and {row['tool']} saw it{when}: ask whether it still runs"
        if why:
            yield {"sha256": row["sha256"], "place": row["place"], "why": why}
