# SPDX-License-Identifier: Apache-2.0
"""Read CISA's catalogue of known exploited vulnerabilities (JSON, known_exploited_vulnerabilities_schema)."""

import re
from datetime import date
from typing import Final

import msgspec

from leadglass.errors import UnreadableError
from leadglass.formats.json_text import FAULTS, Buffer, items, moment, place_and_reason, unreadable, utf8
from leadglass.formats.remarks import Remarks
from leadglass.values.papers import KevCatalog, KnownExploited

MOST_ENTRIES: Final = 100_000

_ID: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")


class _Entry(msgspec.Struct, rename="camel", gc=False):
    """An entry, named as in the schema; what we do not name is skipped."""

    date_added: str
    cve_id: str = msgspec.field(name="cveID")
    due_date: str | None = None
    known_ransomware_campaign_use: str = ""
    required_action: str = ""
    vulnerability_name: str = ""


class _Catalogue(msgspec.Struct, rename="camel", gc=False):
    vulnerabilities: msgspec.Raw
    catalog_version: str = ""
    date_released: str | None = None
    count: int | None = None


_CATALOGUE: Final = msgspec.json.Decoder(_Catalogue)
_ENTRY: Final = msgspec.json.Decoder(_Entry)


def read(raw: Buffer) -> KevCatalog:
    """Read a catalogue. An entry that cannot be read becomes a remark; the others are read."""
    try:
        catalogue = _CATALOGUE.decode(utf8(raw))
        vulnerabilities = items(catalogue.vulnerabilities, MOST_ENTRIES)
    except FAULTS as error:
        raise unreadable("The catalogue of exploited vulnerabilities", error) from error
    remarks = Remarks()
    listed = len(vulnerabilities)
    if catalogue.count is not None and catalogue.count != listed:
        remarks.add(
            "count", f"The catalogue says that it has {catalogue.count:,} entries; it has {listed:,}."
        )
    released = moment(catalogue.date_released) if catalogue.date_released else None
    if released is None:
        remarks.add("dateReleased", "The catalogue does not say when it was released: its age is unknown.")
    entries = []
    for number, entry in enumerate(vulnerabilities):
        place = f"vulnerabilities[{number}]"
        try:
            entries.append(_known_exploited(place, _ENTRY.decode(entry), remarks))
        except FAULTS as error:
            remarks.add(*place_and_reason(place, error), sort="entries that were not read")
        except UnreadableError as error:
            remarks.add(place, str(error), sort="entries that were not read")
    return KevCatalog(
        version=catalogue.catalog_version,
        released=released,
        listed=listed,
        count=catalogue.count,
        entries=tuple(entries),
        remarks=remarks.finish(),
    )


def _known_exploited(place: str, entry: _Entry, remarks: Remarks) -> KnownExploited:
    vulnerability = entry.cve_id.strip()
    if not _ID.fullmatch(vulnerability):
        raise UnreadableError(f"{entry.cve_id[:40]!r} is no CVE id.")
    added = _day(entry.date_added)
    if added is None:
        raise UnreadableError(f"{vulnerability}: {entry.date_added[:40]!r} is no date.")
    due = _day(entry.due_date) if entry.due_date else None
    if entry.due_date and due is None:
        remarks.add(
            f"{place}.dueDate", f"{entry.due_date[:40]!r} is no date.", sort="dates that were not read"
        )
    return KnownExploited(
        place=place,
        vulnerability=vulnerability,
        added=added,
        due=due,
        ransomware=entry.known_ransomware_campaign_use.strip().lower() == "known",
        required_action=entry.required_action,
        name=entry.vulnerability_name,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
