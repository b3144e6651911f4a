# SPDX-License-Identifier: Apache-2.0
"""Match: components x records -> findings; and what cannot be judged at all, as findings too.

Writes the tables vulnerability_name, criterion_now, left_out, component_finding, configuration_finding, claim,
distribution_data, device_finding; `offers` writes offer and repair.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow.compute as pc

from leadglass.fleet.fold import Device
from leadglass.fleet.queries import NOTICED
from leadglass.services.ledger.claims import claims as claimed
from leadglass.services.ledger.names import name_all
from leadglass.services.ledger.offers import offers
from leadglass.services.ledger.recognise import Recognised
from leadglass.services.ledger.worded import WORDED, named_in_words, read_words
from leadglass.values.ids import finding_key
from leadglass.values.people import Answer
from leadglass.values.ports import Spooled, Workbench
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.vulnerabilities import COMPONENT_FINDINGS, CONFIGURATION_FINDINGS, CRITERIA_NOW, HIT, HITS
from leadglass.vulnerabilities.schemes import Choice
from leadglass.vulnerabilities.worded import LEFT_OUT

FINDINGS = ("component_finding", "configuration_finding")
"""What criteria decide alone, and what they decide together."""

SEEN = "seen"
"""The class of findings that rest on what another tool saw."""


def match(
    bench: Workbench, found: Recognised, answers: Sequence[Answer], schemes: Choice, records: str = ""
) -> int:
    """Run the step; returns the number of claims. `records` names the documents with records and their receipts."""
    name_all(bench)
    bench.make("criterion_now", CRITERIA_NOW, basis=records)
    bench.make("left_out", LEFT_OUT, read_words(bench, schemes), basis=records)
    for name, query, batches in held_against(bench):
        bench.make(name, query, batches)
    claims = bench.put("claim", claimed(bench, answers, schemes))
    offers(bench, answers, schemes)
    bench.put("device_finding", [*gaps(found), *_noticed(bench.rows(NOTICED))])
    return claims


def held_against(
    bench: Workbench, changed: dict[str, Any] | None = None
) -> Iterator[tuple[str, Query, Iterator[dict[str, Any]]]]:
    """Hold the components against the criteria that the bench sees: tables of findings, each with its query.

    Where it sees those of some vulnerabilities alone, `changed` says of which. Hits lie on the disk in the order of their
    vulnerabilities, and a slice of them is asked at a time: no fleet is so large or so dense that it needs more memory.
    """
    worded = named_in_words(bench, changed)
    with bench.spool(HITS, by="vulnerability") as hits:
        yield FINDINGS[0], COMPONENT_FINDINGS, by_slice(hits, worded)
        yield FINDINGS[1], CONFIGURATION_FINDINGS, joined(hits)


def by_slice(hits: Spooled, worded: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Give what `COMPONENT_FINDINGS` is asked with: hits, and from where to where; the last slice has no end."""
    behind, held = "", list[Any]()
    for some in hits.slices():
        for before in held:
            upto = before["vulnerability"][-1].as_py()
            yield _slice(before, worded, behind, upto)
            behind = upto
        held = [some]
    yield _slice(held[0] if held else (), worded, behind, "")


def joined(hits: Spooled) -> Iterator[dict[str, Any]]:
    """Give what `CONFIGURATION_FINDINGS` is asked with: of each slice what does not decide alone."""
    for some in hits.slices():
        yield {"given": {"hit": (HIT, some.filter(pc.invert(some["alone"])))}}


def _slice(hits: Any, worded: Sequence[Row], behind: str, upto: str) -> dict[str, Any]:
    return {"given": {"hit": (HIT, hits), "worded": (WORDED, worded)}, "behind": behind, "upto": upto}


def gaps(found: Recognised) -> Iterator[Row]:
    """Give what is not known of devices, as findings."""
    yield from _gaps(found)
    yield from _incomplete(found)


def _gaps(found: Recognised) -> Iterator[Row]:
    """A device without a software list is not safe, it is unknown."""
    for name, (missing, why) in sorted(found.unlisted.items()):
        device = found.devices[name]
        blind = not device.get("cpe") and not device.get("os")
        seen = "nothing of it can be judged" if blind else "only what is named otherwise can be judged"
        yield _of_device(
            device,
            kind="blind" if blind else "partly_blind",
            rule="the software of a device is known: bill of materials for the installed version",
            missing=missing,
            why=f"{why[0].upper()}{why[1:]}: {seen}.",
        )
    for name, why in sorted(found.vague.items()):
        yield _of_device(
            found.devices[name],
            kind="system",
            rule="the operating system of a device is known with its release and build",
            missing="operating system",
            why=f"Its operating system is not known well enough: {why}.",
        )
    for name, own, other in found.doubts:
        device = found.devices[name]
        yield _of_device(
            device,
            kind="maker",
            rule="the maker of a device is known",
            missing="maker",
            subject=f"{own}|{other}",
            why=f"'{device.get('manufacturer')}' looks like a slip of the pen for '{other}' ({own});"
            f" records of {other} are not matched.",
        )
    for name, subject, why, document, place in found.doubted:
        yield _finding(
            name,
            kind="sighting",
            rule=f"which device {subject.partition('|')[0]} is",
            missing="sighted device",
            subject=subject,
            why=why,
            sha256=document,
            place=place,
        )


def _incomplete(found: Recognised) -> Iterator[Row]:
    """A list that says of itself that it is not complete denies nothing."""
    for name, words in sorted(found.gapped.items()):
        yield _of_device(
            found.devices[name],
            kind="partly_blind",
            rule="the software list of a device is complete",
            missing="software list",
            why=f"Its bill of materials says of itself that it is not complete ({words}): of what it does not name"
            " nothing is known.",
        )


def _noticed(rows: Iterable[Row]) -> Iterator[Row]:
    """What other tools say to have found, of each once per device; what names no vulnerability is shown and no more."""
    told: set[tuple[str, str]] = set()
    for row in rows:
        what = row["vulnerability"] or row["title"]
        if (row["device_id"], what) in told:
            continue
        told.add((row["device_id"], what))
        when = f" on {row['seen_at']:%Y-%m-%d}" if row["seen_at"] else ""
        detail = f" ({row['detail']})" if row["detail"] else ""
        graded = f", {row['severity'].lower()} by its own scale" if row["severity"] else ""
        yield {
            "finding_key": finding_key("vulnerability" if row["vulnerability"] else "weakness", SEEN, what),
            "device_id": row["device_id"],
            "kind": "vulnerability" if row["vulnerability"] else "weakness",
            "vulnerability": row["vulnerability"],
            "subject": SEEN,
            "status": "affected" if row["vulnerability"] else "under_investigation",
            "missing": "",
            "rule": f"{row['tool']}: {row['title']}",
            "why": f"{row['tool']} says to have found it on this device{when}: {row['title']}{detail}{graded}.",
            "sha256": row["sha256"],
            "place": row["place"],
        }


def _of_device(device: Device, *, kind: str, rule: str, missing: str, why: str, subject: str = "") -> Row:
    """Say what is missing of a device, at the place that lists it."""
    listing = device.listing
    return _finding(
        device.id,
        kind=kind,
        rule=rule,
        missing=missing,
        why=why,
        subject=subject,
        sha256=listing.document,
        place=listing.place,
    )


def _finding(
    device: str, *, kind: str, rule: str, missing: str, why: str, sha256: str, place: str, subject: str = ""
) -> Row:
    return {
        "finding_key": finding_key(kind, device, rule),
        "device_id": device,
        "kind": kind,
        "vulnerability": "",
        "subject": subject,
        "status": "unknown",
        "missing": missing,
        "rule": rule,
        "why": why,
        "sha256": sha256,
        "place": place,
    }
