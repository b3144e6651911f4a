# SPDX-License-Identifier: Apache-2.0
"""Read CSV exports of discovery suites, and tables of AE titles (DICOM PS3.8) from archives, by mapping profiles.

The profiles are data: `profiles/discovery.toml`. What tells such a list from an inventory is written there, too: a
heading that only the suite has, or one that says when a device was seen. Nothing is evaluated; unknown columns are kept.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from leadglass.errors import UnreadableError
from leadglass.formats.dates import DateForm, read_dates
from leadglass.formats.json_text import Buffer, moment
from leadglass.formats.mapping import heading_key, word_key
from leadglass.formats.remarks import Remarks
from leadglass.formats.table_rows import Table, body, find, text_of
from leadglass.values.sightings import (
    Noticed,
    Sighting,
    Sightings,
    Software,
    ae_title,
    ip_address,
    mac_address,
    once,
)

FIELDS: Final = (
    "address", "mac", "hostname", "ae_title", "maker", "model", "serial", "modality", "software_version", "os", "os_version",
    "os_cpe", "seen_at", "port", "software", "vulnerability", "severity", "title",
)  # fmt: skip
"""What a column may stand for."""

_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE)
_LISTED: Final = re.compile(r"[\s,;|\[\]'\"]+")
_ITEMS: Final = re.compile(r"\s*[,;|]\s*")
_PORT: Final = re.compile(r"[0-9]{1,5}(?:/[a-z]{2,8})?", re.IGNORECASE)
_NAME: Final = re.compile(
    r"(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){0,10}\.?"
)
_EPOCH: Final = re.compile(r"[0-9]{10}(?:[0-9]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A profile: field and preference by heading. Of each group in `tells` one heading must stand in the list.

    A list with a heading in `refuses` is none of this suite: it is an inventory. `hosts_by_name` tells that names of
    hosts may stand where addresses do.
    """

    name: str
    version: int
    title: str
    tool: str
    headings: Mapping[str, tuple[str, int]]
    tells: tuple[frozenset[str], ...]
    refuses: frozenset[str]
    hosts_by_name: bool
    dates: tuple[DateForm, ...]
    months: Mapping[str, int]
    not_stated: frozenset[str]


def parse_suites(text: str) -> tuple[Suite, ...]:
    """Parse a file of profiles; `profiles/discovery.toml` shows how it is written."""
    try:
        table = tomllib.loads(text)
        return tuple(_suite(suite, table) for suite in table["suites"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(
            f"The profiles of discovery suites are not written as such: {error}. Compare them with discovery.toml."
        ) from error


@cache
def shipped() -> tuple[Suite, ...]:
    """Give the profiles that Leadglass ships, in order of preference."""
    return parse_suites((files("leadglass.formats") / "profiles" / "discovery.toml").read_text("utf-8"))


def recognised(text: str, suites: Sequence[Suite] = ()) -> Suite | None:
    """Give the suite that a text is an export of, None where it is none: ask this before `headings.look`."""
    found = find(text, lambda keys: _best(keys, suites or shipped())[1])
    return _best(found.keys, suites or shipped())[0] if found else None


def read(raw: Buffer, *, suites: Sequence[Suite] = ()) -> Sightings:
    """Read an export by the profile that knows most of its headings, of equals the first.

    Rows about one device are one sighting. Of a date without a time the beginning of the day counts, in UTC; one that
    may mean two days stays in `rest`. Raises `UnreadableError` for a list that no profile knows.
    """
    remarks, suites = Remarks(), suites or shipped()
    table = find(text_of(raw, remarks), lambda keys: _best(keys, suites)[1])
    suite = _best(table.keys, suites)[0] if table else None
    if table is None or suite is None:
        names = ", ".join(one.title for one in suites)
        raise UnreadableError(
            f"This list is no export of a tool that Leadglass knows ({names}). Export it with the addresses and with "
            "the time when each device was seen, or receive it as an inventory."
        )
    return _Reading(suite, table, remarks).read()


def _best(keys: Sequence[str], suites: Sequence[Suite]) -> tuple[Suite | None, int]:
    fitting = [(suite, len(_columns(keys, suite))) for suite in suites if _fits(set(keys), suite)]
    return max(fitting, key=lambda one: one[1], default=(None, 0))


def _fits(keys: set[str], suite: Suite) -> bool:
    return not keys & suite.refuses and all(keys & group for group in suite.tells)


def _columns(keys: Sequence[str], suite: Suite) -> dict[int, str]:
    """Give each field its column: that of the heading which the profile prefers."""
    best: dict[str, tuple[int, int]] = {}
    for column, key in enumerate(keys):
        field, rank = suite.headings.get(key, ("", 0))
        if field and (field not in best or rank < best[field][0]):
            best[field] = (rank, column)
    return {column: field for field, (_, column) in best.items()}


class _Reading:
    """One list while it is read."""

    def __init__(self, suite: Suite, table: Table, remarks: Remarks) -> None:
        self._suite, self._table, self._remarks = suite, table, remarks
        self._columns = _columns(table.keys, suite)
        self._others = [column for column in range(len(table.keys)) if column not in self._columns]

    def read(self) -> Sightings:
        """Take all rows; those about one device together."""
        seen: dict[tuple[object, ...], Sighting] = {}
        times: dict[tuple[object, ...], str] = {}
        for number, cells in body(self._table, self._remarks):
            one, time = self._row(number, cells)
            if not one.names_something:
                why = "No address, name, AE title or serial number is stated: it was left out."
                self._remarks.add(f"row {number}", why, sort="rows without a device")
                continue
            key = (one.serial, one.macs, one.addresses, one.ae_titles, one.hostname.casefold())
            seen[key] = _together(seen[key], one) if key in seen else one
            times[key] = time or times.get(key, "")
        read = self._times(times.values())
        listed = tuple(_dated(one, times[key], read) for key, one in seen.items())
        self._remark_on_columns()
        return Sightings(
            tool=self._suite.tool,
            scanned_at=max((one.seen_at for one in listed if one.seen_at), default=None),
            sightings=listed,
            remarks=self._remarks.finish(),
        )

    def _row(self, number: int, cells: Sequence[str]) -> tuple[Sighting, str]:
        said = dict.fromkeys(FIELDS, "")
        for column, field in self._columns.items():
            said[field] = "" if word_key(cells[column]) in self._suite.not_stated else cells[column]
        place = f"row {number}"
        rest = {self._named(column): cells[column] for column in self._others if cells[column]}
        macs = self._each("mac", said["mac"], mac_address, place)
        hostname = _LISTED.split(said["hostname"].strip("[]'\" "))[0].rstrip(".")
        if not said["address"] and ip_address(hostname):
            said["address"], hostname = hostname, ""
        elif self._suite.hosts_by_name and not hostname and _NAME.fullmatch(said["address"]):
            said["address"], hostname = "", said["address"]
        addresses = self._each("address", said["address"], ip_address, place)
        titles = self._titles(said["ae_title"], place)
        system = said["os"] if said["os_version"] in said["os"] else f"{said['os']} {said['os_version']}"
        one = Sighting(
            place=place,
            tool=self._suite.tool,
            addresses=addresses,
            macs=macs,
            hostname=hostname,
            ae_titles=titles,
            maker=said["maker"],
            model=said["model"],
            serial=said["serial"],
            modality=said["modality"],
            software_version=said["software_version"],
            os=system.strip(),
            os_cpe=said["os_cpe"],
            software=tuple(Software(name=text) for text in once(_ITEMS.split(said["software"]))),
            ports=once(port for port in _LISTED.split(said["port"]) if _PORT.fullmatch(port)),
            vulnerabilities=tuple(self._noticed(said, place)),
            rest=rest,
        )
        return one, said["seen_at"]

    def _each(self, what: str, cell: str, form: Any, place: str) -> tuple[str, ...]:
        """Take the addresses of a cell, which may be a list."""
        whole = form(cell)
        listed = [whole] if whole else [form(text) for text in _LISTED.split(cell)]
        if cell and not any(listed):
            why = f"'{cell[:40]}' is no {what} of one device; it was not taken."
            self._remarks.add(place, why, sort="addresses that were not read")
        return once(listed)

    def _titles(self, cell: str, place: str) -> tuple[str, ...]:
        listed = [text.strip("[]'\" ") for text in re.split(r"[;,|]", cell)]
        for text in listed:
            if text and not ae_title(text):
                why = f"'{text[:40]}' is no AE title: those have 16 characters at most."
                self._remarks.add(place, why, sort="AE titles that were not read")
        return once(map(ae_title, listed))

    def _noticed(self, said: Mapping[str, str], place: str) -> Iterator[Noticed]:
        for vulnerability in once(found.upper() for found in _CVE.findall(said["vulnerability"])):
            yield Noticed(
                vulnerability=vulnerability, title=said["title"], severity=said["severity"], place=place
            )

    def _named(self, column: int) -> str:
        return self._table.headings[column] or f"column {column + 1}"

    def _times(self, texts: Any) -> dict[str, datetime]:
        """Read the times of all rows together: what one proves of the order of day and month counts for the others."""
        told = list(dict.fromkeys(filter(None, texts)))
        read = {text: time for text in told if (time := _time(text))}
        days = read_dates([text for text in told if text not in read], self._suite.dates, self._suite.months)
        for text in told:
            if text in days.dates:
                read[text] = datetime.fromisoformat(days.dates[text]).replace(tzinfo=UTC)
            elif text not in read:
                meant = " or ".join(days.ambiguous.get(text, ()))
                why = f"'{text[:40]}' may mean {meant}" if meant else f"'{text[:40]}' is no time"
                self._remarks.add("document", f"{why}; it is kept as text.", sort="times that were not read")
        return read

    def _remark_on_columns(self) -> None:
        unknown = [f"'{self._named(column)[:40]}'" for column in self._others[:20]]
        if unknown:
            more = f" and {len(self._others) - 20} more" if len(self._others) > 20 else ""
            why = f"Columns that stand for no field are kept as they are: {', '.join(unknown)}{more}."
            self._remarks.add(f"row {self._table.row}", why)


def _time(text: str) -> datetime | None:
    """Read an ISO 8601 time, or seconds or milliseconds since 1970."""
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    return moment(text) if re.match(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}", text) else None


def _dated(one: Sighting, text: str, read: Mapping[str, datetime]) -> Sighting:
    if not text or text in read:
        return replace(one, seen_at=read.get(text))
    return replace(one, rest=one.rest | {"seen": text})


def _together(first: Sighting, then: Sighting) -> Sighting:
    """Take two rows about one device as one; of what both state the later counts."""
    return replace(
        then,
        place=first.place,
        maker=then.maker or first.maker,
        model=then.model or first.model,
        modality=then.modality or first.modality,
        software_version=then.software_version or first.software_version,
        os=then.os or first.os,
        os_cpe=then.os_cpe or first.os_cpe,
        software=tuple(dict.fromkeys(first.software + then.software)),
        ports=once(first.ports + then.ports),
        vulnerabilities=first.vulnerabilities + then.vulnerabilities,
        rest=first.rest | then.rest,
    )


def _suite(said: Mapping[str, Any], common: Mapping[str, Any]) -> Suite:
    headings: dict[str, tuple[str, int]] = {}
    for field, variants in said["headings"].items():
        if field not in FIELDS:
            raise ValueError(f"there is no field '{field[:40]}', the fields are {', '.join(FIELDS)}")
        for rank, variant in enumerate(variants):
            headings.setdefault(heading_key(variant), (field, rank))
    return Suite(
        name=said["name"],
        version=int(said.get("version", 1)),
        title=said["title"],
        tool=said["tool"],
        headings=headings,
        tells=tuple(frozenset(map(heading_key, group)) for group in said["tells"]),
        refuses=frozenset(map(heading_key, said.get("refuses", ()))),
        hosts_by_name=bool(said.get("hosts_by_name", False)),
        dates=tuple(map(DateForm.parse, common["dates"])),
        months={month.casefold(): int(number) for month, number in common["months"].items()},
        not_stated=frozenset(map(word_key, common["not_stated"])),
    )
