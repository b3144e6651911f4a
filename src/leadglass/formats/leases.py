# SPDX-License-Identifier: Apache-2.0
"""Read leases of DHCP servers: dhcpd.leases(5) of ISC, the memfile of Kea (CSV), exports of Windows DHCP (CSV).

A lease that is over still tells that a device was there, but its address is another's by now: it is not taken.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.cells import plain
from leadglass.formats.json_text import Buffer
from leadglass.formats.mapping import heading_key
from leadglass.formats.remarks import Remarks
from leadglass.formats.table_rows import SAMPLE, Table, body, find, text_of
from leadglass.values.sightings import Sighting, Sightings, ip_address, mac_address, once

MOST_LEASES: Final = 1_000_000

_MOST_WORDS: Final = 40  # of one statement; real ones have a handful
_WHAT: Final = "The list of leases"
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([{};])|(#[^\n]*)|([^\s"{};#]+)|(")', re.DOTALL)
_ISC: Final = re.compile(
    r"^[ \t]*lease6?[ \t]+[0-9a-fA-F.:]+[ \t]*\{|^# This lease file was written by isc-dhcp|^server-duid ",
    re.MULTILINE,
)
_ESCAPE: Final = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_KEA_ESCAPE: Final = re.compile(r"&#x([0-9a-fA-F]{2})")
_KEA: Final = frozenset({"address", "hwaddr", "expire"})
_KEA_ACTIVE: Final = "0"
_LATEST: Final = 253_402_300_799  # the end of year 9999

_WINDOWS_OVER: Final = frozenset({"expired", "declined", "offered", "inactive"})


@dataclass(slots=True)
class _Lease:
    """A lease while it is read; the last of an address counts."""

    place: str
    address: str = ""
    mac: str = ""
    hostname: str = ""
    seen_at: datetime | None = None
    over: bool = False
    unusable: bool = False
    rest: dict[str, str] = field(default_factory=dict)


def recognised(text: str) -> str:
    """Name the server whose leases a text lists: "ISC DHCP", "Kea DHCP", "Windows DHCP"; "" where it lists none."""
    if _ISC.search(text[:SAMPLE]):
        return "ISC DHCP"
    table = _table(text)
    if table is None:
        return ""
    return "Kea DHCP" if _kea_score(table.keys) else "Windows DHCP"


def read(raw: Buffer) -> Sightings:
    """Read a list of leases, of whichever server. Of several entries for an address the last one counts."""
    remarks, rest = Remarks(), Counter[str]()
    text = text_of(raw, remarks)
    tool, table = recognised(text), _table(text)
    if not tool:
        raise UnreadableError(
            f"{_WHAT} was not read: it is neither a dhcpd.leases of ISC, nor a memfile of Kea, nor an export of Windows "
            "DHCP with the columns IPAddress and ClientId. Export it again."
        )
    if tool == "ISC DHCP" or table is None:
        return _finish(tool, _isc(text, remarks, rest), remarks, rest)
    row = _kea if tool == "Kea DHCP" else _windows
    return _finish(tool, _rows(table, row, remarks, rest), remarks, rest)


def _table(text: str) -> Table | None:
    return find(text, lambda keys: max(_kea_score(keys), _windows_score(keys)))


def _finish(tool: str, leases: Iterator[_Lease], remarks: Remarks, rest: Counter[str]) -> Sightings:
    """Keep the last lease of each address that says something of a device."""
    current: dict[str, _Lease] = {}
    for number, lease in enumerate(leases):
        if number >= MOST_LEASES:
            raise BoundError(f"{_WHAT} has more than {MOST_LEASES:,} entries. Export it in parts.")
        if lease.address in current:
            rest["earlier entries of an address"] += 1
            del current[lease.address]  # so that the leases stay in the order of their places
        current[lease.address] = lease
    seen = tuple(_sighting(tool, lease) for lease in _of_devices(current, remarks, rest))
    if not seen:
        remarks.add("document", "The list holds no lease that names a device.")
    return Sightings(
        tool=tool,
        scanned_at=max((one.seen_at for one in seen if one.seen_at), default=None),
        sightings=seen,
        rest=dict(rest),
        remarks=remarks.finish(),
    )


def _of_devices(current: Mapping[str, _Lease], remarks: Remarks, rest: Counter[str]) -> Iterator[_Lease]:
    for lease in current.values():
        if lease.unusable:
            rest["addresses that were given up"] += 1
        elif not lease.mac and not lease.hostname:
            why = "Neither a MAC address nor a name is stated: it was left out."
            remarks.add(lease.place, why, sort="leases without a device")
        else:
            if lease.over:
                rest["leases that are over, taken without their address"] += 1
            yield lease


def _sighting(tool: str, lease: _Lease) -> Sighting:
    return Sighting(
        place=lease.place,
        tool=tool,
        seen_at=lease.seen_at,
        addresses=() if lease.over else once([lease.address]),
        macs=once([lease.mac]),
        hostname=lease.hostname,
        rest=lease.rest,
    )


def _isc(text: str, remarks: Remarks, rest: Counter[str]) -> Iterator[_Lease]:
    """Read dhcpd.leases(5): `lease ADDRESS { statements }`; other declarations are passed over."""
    lease: _Lease | None = None
    depth, newlines, position = 0, 1, 0
    for words, mark, start in _statements(text):
        if mark == "{":
            depth += 1
            if depth == 1:
                newlines, position = newlines + text.count("\n", position, start), start
                lease = _begun(words, f"line {newlines}", remarks, rest)
        elif mark == ";" and lease is not None and depth == 1:
            _state(lease, words, remarks)
        elif mark == "}":
            depth = max(0, depth - 1)
            if depth == 0 and lease is not None:
                yield lease
                lease = None
    if depth:
        raise UnreadableError(
            f"{_WHAT} ends in the middle of a lease: it was cut off on its way. Copy it again."
        )


def _statements(text: str) -> Iterator[tuple[list[str], str, int]]:
    """Give the words in front of each `{`, `;` and `}`, the mark, and where it stands."""
    words: list[str] = []
    for token in _TOKEN.finditer(text):
        quoted, mark, comment, word, cut = token.groups()
        if cut:
            raise UnreadableError(
                f"{_WHAT} has a quotation mark that is never closed: it was cut off. Copy it again."
            )
        if mark:
            yield words, mark, token.start()
            words = []
        elif comment is None and len(words) < _MOST_WORDS:
            words.append(_unescape(quoted) if quoted is not None else word)


def _begun(words: list[str], place: str, remarks: Remarks, rest: Counter[str]) -> _Lease | None:
    kind = words[0] if words else "nothing"
    if kind != "lease" or len(words) < 2:
        rest[f"declarations of {kind[:20]}"] += 1
        return None
    address = ip_address(words[1])
    if not address:
        remarks.add(place, f"'{words[1][:40]}' is no address.", sort="leases without an address")
        return None
    return _Lease(place, address)


def _state(lease: _Lease, words: list[str], remarks: Remarks) -> None:
    """Take a statement of a lease, as the manual page dhcpd.leases(5) lists them."""
    match words:
        case ["hardware", _, mac]:
            lease.mac = mac_address(mac)
        case ["client-hostname", hostname]:
            lease.hostname = hostname
        case ["binding", "state", state]:
            lease.over = state in {"free", "expired", "released", "backup"}
            lease.unusable = state == "abandoned"
        case ["cltt" | "starts" as which, *told]:
            time = _isc_time(told)
            if time is None and told != ["never"]:
                why = f"'{' '.join(told)[:40]}' is no time."
                remarks.add(lease.place, why, sort="times that were not read")
            elif time and (which == "cltt" or lease.seen_at is None):
                lease.seen_at = time
        case ["set", "vendor-class-identifier", "=", told]:
            lease.rest["vendor class"] = told
        case _:
            pass


def _isc_time(told: list[str]) -> datetime | None:
    """Read "2 2026/11/17 10:00:00" (always UTC), or "epoch 1794909600"."""
    if len(told) >= 2 and told[0] == "epoch":
        return _epoch(told[1])
    try:
        return datetime.strptime(" ".join(told[1:3]), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _unescape(quoted: str) -> str:
    return plain(
        _ESCAPE.sub(lambda found: chr(int(found[1], 8) & 0xFF) if len(found[1]) == 3 else found[1], quoted)
    )


def _epoch(text: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) > _LATEST:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def _kea_score(keys: Sequence[str]) -> int:
    return 10 if _KEA.issubset(keys) else 0


def _windows_score(keys: Sequence[str]) -> int:
    meanings = {_meanings()[key] for key in keys if key in _meanings()}
    return len(meanings) if {"address", "mac"} <= meanings else 0


@cache
def _meanings() -> Mapping[str, str]:
    """Read what the headings of Windows mean, by heading."""
    text = (files("leadglass.formats") / "profiles" / "windows_dhcp.toml").read_text("utf-8")
    return {
        heading_key(heading): meaning
        for meaning, headings in tomllib.loads(text).items()
        for heading in headings
    }


_Row = Callable[[Mapping[str, str], str, Remarks], _Lease]


def _rows(table: Table, lease: _Row, remarks: Remarks, rest: Counter[str]) -> Iterator[_Lease]:
    for number, cells in body(table, remarks):
        row, place = dict(zip(table.keys, cells, strict=True)), f"row {number}"
        found = lease(row, place, remarks)
        if found.address:
            yield found
        else:
            remarks.add(place, "No address is stated: it was left out.", sort="rows without an address")
            rest["rows without an address"] += 1


def _kea(row: Mapping[str, str], place: str, remarks: Remarks) -> _Lease:
    lifetime, expire, state = row.get("validlifetime", ""), row["expire"], row.get("state", _KEA_ACTIVE)
    renewed = None
    if re.fullmatch(r"[0-9]{1,12}", expire) and re.fullmatch(r"[0-9]{1,12}", lifetime):
        renewed = _epoch(str(int(expire) - int(lifetime)))  # a lease is renewed for its whole lifetime
    if renewed is None:
        remarks.add(place, f"'{expire[:40]}' is no end of a lease.", sort="times that were not read")
    hostname = _KEA_ESCAPE.sub(lambda found: chr(int(found[1], 16)), row.get("hostname", ""))
    return _Lease(
        place,
        ip_address(row["address"]),
        mac_address(row["hwaddr"]),
        plain(hostname).rstrip("."),
        renewed,
        # An entry of lifetime 0 takes the lease back; states: 0 assigned, 1 declined, 2 reclaimed, 3 released.
        over=state != _KEA_ACTIVE or lifetime == "0",
        unusable=state == "1",
    )


def _windows(row: Mapping[str, str], place: str, _remarks: Remarks) -> _Lease:
    said: dict[str, str] = {}
    for key, cell in row.items():
        if key in _meanings() and cell:
            said.setdefault(_meanings()[key], cell)
    state = said.get("state", "").casefold()
    rest = {name: said[key] for name, key in (("lease ends", "ends"), ("description", "note")) if key in said}
    return _Lease(
        place,
        ip_address(said.get("address", "")),
        mac_address(said.get("mac", "")),
        said.get("hostname", "").rstrip("."),
        over=state in _WINDOWS_OVER,
        unusable=state == "declined",
        rest=rest,
    )
