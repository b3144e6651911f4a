# SPDX-License-Identifier: Apache-2.0
"""What another tool saw, as rows of the tables sighting and noticed; and back from a row."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from leadglass.values.scope import Row
from leadglass.values.sightings import Sighting, Sightings


def rows(told: Sightings, sha256: str) -> Mapping[str, Iterator[Row]]:
    """Spread an export to rows; weaknesses go by the number of their sighting."""
    return {
        "sighting": (_sighting(number, one, sha256) for number, one in enumerate(told.sightings)),
        "noticed": (
            {
                "number": number, "vulnerability": found.vulnerability, "title": found.title, "severity": found.severity,
                "detail": found.detail, "sha256": sha256, "place": found.place,
            }
            for number, one in enumerate(told.sightings)
            for found in one.vulnerabilities
        ),
    }  # fmt: skip


def _sighting(number: int, one: Sighting, sha256: str) -> Row:
    return {
        "number": number, "tool": one.tool, "seen_at": one.seen_at, "addresses": " ".join(one.addresses),
        "macs": " ".join(one.macs), "hostname": one.hostname, "ae_titles": _json(one.ae_titles), "maker": one.maker,
        "model": one.model, "serial": one.serial, "modality": one.modality, "software_version": one.software_version,
        "os": one.os, "os_cpe": one.os_cpe, "software": _json([asdict(part) for part in one.software]),
        "ports": " ".join(one.ports), "rest": _json(one.rest), "sha256": sha256, "place": one.place,
    }  # fmt: skip


def sighting(row: Row) -> Sighting:
    """Bring a row back to the value, as far as placing it needs."""
    return Sighting(
        place=row["place"], tool=row["tool"], seen_at=row["seen_at"], addresses=tuple(row["addresses"].split()),
        macs=tuple(row["macs"].split()), hostname=row["hostname"], ae_titles=tuple(json.loads(row["ae_titles"])),
        maker=row["maker"], model=row["model"], serial=row["serial"], modality=row["modality"],
        software_version=row["software_version"], os=row["os"], os_cpe=row["os_cpe"],
    )  # fmt: skip


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
