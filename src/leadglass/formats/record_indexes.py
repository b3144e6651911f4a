# SPDX-License-Identifier: Apache-2.0
"""Read what says which records changed: OSV's modified_id.csv, and delta.json and deltaLog.json of the CVE list."""

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from leadglass.errors import UnreadableError
from leadglass.formats.json_text import FAULTS, Buffer, moment, unreadable, utf8

_OSV: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,119}")
_CVE: Final = re.compile(r"CVE-([0-9]{4})-([0-9]{4,19})")
_MOST: Final = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A record that changed: its id, and when, as stated (ISO 8601 in UTC)."""

    id: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What one run of the CVE list's publication changed; `at` is its fetchTime."""

    at: datetime
    ids: tuple[str, ...]


def modified(raw: bytes) -> tuple[Changed, ...]:
    """Read modified_id.csv of one ecosystem: time and id in each line. Any other line makes it something else."""
    try:
        rows = list(csv.reader(raw.decode("utf-8").splitlines(), strict=True))
    except (UnicodeError, csv.Error) as error:
        raise UnreadableError(
            f"The list of modified OSV records is no CSV ({error}). Fetch it again."
        ) from error
    found = []
    for number, row in enumerate(rows[:_MOST], 1):
        time = moment(row[0]) if len(row) == 2 else None
        if time is None or not _OSV.fullmatch(row[1]) or ".." in row[1]:
            shown = ",".join(row)[:60]
            raise UnreadableError(
                f"Line {number} of the list of modified OSV records is no time and id: '{shown}'. Fetch it again."
            )
        found.append(Changed(id=row[1], at=time.isoformat()))
    if not raw.endswith(b"\n") and found:
        found.pop()  # a line without its end may be cut, and its record is listed again
    return tuple(found)


class _Change(msgspec.Struct, rename="camel", gc=False):
    cve_id: str


class _Delta(msgspec.Struct, rename="camel", gc=False):
    """A delta, named as the CVE list does; what we do not name is skipped."""

    fetch_time: str
    new: list[_Change] = []
    updated: list[_Change] = []


_LOG: Final = msgspec.json.Decoder(list[_Delta])


def deltas(raw: Buffer) -> tuple[Delta, ...]:
    """Read deltaLog.json, oldest first."""
    try:
        said = _LOG.decode(utf8(raw))
    except FAULTS as error:
        raise unreadable("The log of changes of the CVE list", error) from error
    found = []
    for one in said:
        time = moment(one.fetch_time)
        ids = tuple(change.cve_id for change in (*one.new, *one.updated))
        wrong = [name for name in ids if not _CVE.fullmatch(name)]
        if time is None or wrong:
            raise UnreadableError(
                f"The log of changes of the CVE list names {(wrong or [one.fetch_time])[0][:40]!r}: no CVE id or no"
                " time. Fetch it again."
            )
        found.append(Delta(at=time, ids=ids))
    return tuple(sorted(found, key=lambda one: one.at))


def path(vulnerability: str) -> str:
    """Give the path of a record within the CVE list: year, number in thousands, id."""
    found = _CVE.fullmatch(vulnerability)
    if not found:
        raise UnreadableError(f"{vulnerability[:40]!r} is no CVE id.")
    return f"{found[1]}/{found[2][:-3]}xxx/{vulnerability}.json"
