# SPDX-License-Identifier: Apache-2.0
"""Read reports of OpenVAS and Greenbone (GMP 20 and later): as XML, and as the CSV of results."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import xml_text
from leadglass.formats.json_text import Buffer, moment, utf8
from leadglass.formats.remarks import Remarks
from leadglass.formats.stated import Texts
from leadglass.formats.table_rows import Table, body, find, text_of
from leadglass.formats.xml_text import Element, name
from leadglass.values.sightings import (
    Noticed,
    Sighting,
    Sightings,
    Software,
    ip_address,
    is_system,
    mac_address,
    once,
    software_of,
)

TOOL: Final = "OpenVAS"
MOST_HOSTS: Final = 100_000

_WHAT: Final = "The OpenVAS report"
_ROOTS: Final = frozenset({"report", "get_reports_response", "get_results_response"})
_OURS: Final = frozenset({"host", "results", "result", "gmp", "omp", "scan_start"})
_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE)
_PORT: Final = re.compile(r"([0-9]{1,5})/([a-z]{2,8})", re.IGNORECASE)
_COLUMNS: Final = ("ip", "nvtname", "nvtoid")
_LOG: Final = frozenset({"log", "debug", "0.0", "0", "false positive", "none"})


def read(raw: Buffer) -> Sightings:
    """Read a report, XML or CSV. A result that names no CVE is kept unless it is but a log entry; those are counted."""
    if bytes(utf8(raw)[:400]).lstrip()[:1] == b"<":
        return _OfXml().read(xml_text.root(raw, _WHAT))
    return _read_csv(raw)


@dataclass(slots=True)
class _Host:
    """A host while its results are gathered."""

    place: str
    address: str
    hostname: str = ""
    seen_at: datetime | None = None
    macs: list[str] = field(default_factory=list)
    os: str = ""
    os_cpe: str = ""
    software: dict[Software, None] = field(default_factory=dict)
    ports: dict[str, None] = field(default_factory=dict)
    noticed: list[Noticed] = field(default_factory=list)

    def saw(self, time: datetime | None) -> None:
        """Keep the latest time."""
        if time and (self.seen_at is None or time > self.seen_at):
            self.seen_at = time

    def sighting(self) -> Sighting:
        """Give what was gathered."""
        address = ip_address(self.address)
        return Sighting(
            place=self.place,
            tool=TOOL,
            seen_at=self.seen_at,
            addresses=once([address]),
            macs=once(self.macs),
            hostname=self.hostname or ("" if address else self.address),
            os=self.os,
            os_cpe=self.os_cpe,
            software=tuple(self.software),
            ports=tuple(self.ports),
            vulnerabilities=tuple(self.noticed),
        )


class _Hosts:
    """The hosts of one report, in the order in which they are named."""

    def __init__(self) -> None:
        self.remarks = Remarks()
        self.rest: Counter[str] = Counter()
        self._hosts: dict[str, _Host] = {}

    def host(self, address: str, place: str) -> _Host | None:
        """Give a host, a new one where it is named first; None where no address is stated."""
        if not address:
            self.remarks.add(place, "No host is stated: it was left out.", sort="results without a host")
            return None
        if address not in self._hosts and len(self._hosts) >= MOST_HOSTS:
            raise BoundError(f"{_WHAT} lists more than {MOST_HOSTS:,} hosts. Export it in parts.")
        return self._hosts.setdefault(address, _Host(place, address))

    def notice(self, host: _Host, noticed: Noticed, ids: Sequence[str]) -> None:
        """Keep a result under each of its CVE ids."""
        if not ids and noticed.severity.casefold() in _LOG | {""}:
            self.rest["log entries"] += 1
            return
        for one in ids or ("",):
            host.noticed.append(
                Noticed(
                    vulnerability=one, title=noticed.title, severity=noticed.severity, place=noticed.place,
                    detail=noticed.detail,
                )
            )  # fmt: skip

    def finish(self, version: str = "", scanned_at: datetime | None = None) -> Sightings:
        """Give what was gathered."""
        seen = tuple(host.sighting() for host in self._hosts.values())
        if not seen:
            self.remarks.add(
                "document", "The report names no host: nothing answered, or nothing was scanned."
            )
        return Sightings(
            tool=TOOL,
            version=version,
            scanned_at=scanned_at or max((one.seen_at for one in seen if one.seen_at), default=None),
            sightings=seen,
            rest=dict(self.rest),
            remarks=self.remarks.finish(),
        )


class _OfXml:
    """One XML report while it is read."""

    def __init__(self) -> None:
        self._hosts = _Hosts()
        self._texts = Texts(self._hosts.remarks)

    def read(self, root: Element) -> Sightings:
        """Take the hosts, then the results."""
        if name(root) not in _ROOTS:
            raise UnreadableError(
                f"This XML is no OpenVAS report: its root is {name(root)[:40]!r}, not 'report'. "
                "Export the report again as XML."
            )
        reports = [one for one in root.iter() if name(one) in _ROOTS and len(one)]
        if not any(name(child) in _OURS for report in reports for child in report):
            raise UnreadableError(
                "This XML is no OpenVAS report: it has neither hosts nor results. Export the report again as XML."
            )
        version, ended = "", None
        for report in reports:
            for host in _within(report, "host"):
                self._host(host)
            for gmp in _within(report, "gmp"):
                version = version or self._text(gmp, "version")
            ended = ended or self._time(report, "scan_end") or self._time(report, "scan_start")
        for result in _results(reports):
            self._result(result)
        return self._hosts.finish(version, ended)

    def _host(self, element: Element) -> None:
        place = f"line {xml_text.line(element)}"
        host = self._hosts.host(self._text(element, "ip"), place)
        if host is None:
            return
        host.saw(self._time(element, "end") or self._time(element, "start"))
        for detail in _within(element, "detail"):
            said, value = self._text(detail, "name"), self._text(detail, "value")
            if said == "hostname":
                host.hostname = host.hostname or value
            elif said == "MAC" and mac_address(value):
                host.macs.append(mac_address(value))
            elif said == "best_os_txt":
                host.os = value
            elif said == "best_os_cpe" and is_system(value):
                host.os_cpe = value
            elif said == "App" and (found := software_of(value)):
                host.software[found] = None

    def _result(self, result: Element) -> None:
        place = f"line {xml_text.line(result)}"
        element = next(_within(result, "host"), None)
        if element is None:
            self._hosts.host("", place)
            return
        host = self._hosts.host(self._texts.take(element.text, place), place)
        if host is None:
            return
        host.hostname = host.hostname or self._text(element, "hostname")
        host.saw(self._time(result, "creation_time") or self._time(result, "modification_time"))
        port = self._text(result, "port")
        if _PORT.fullmatch(port):
            host.ports[port.lower()] = None
        nvt = next(_within(result, "nvt"), None)
        oid = self._texts.take(nvt.get("oid"), place) if nvt is not None else ""
        quality = next((self._text(qod, "value") for qod in _within(result, "qod")), "")
        noticed = Noticed(
            vulnerability="",
            title=self._text(result, "name") or (self._text(nvt, "name") if nvt is not None else ""),
            severity=self._text(result, "threat") or self._text(result, "severity"),
            place=place,
            detail=_detail(oid, port, quality),
        )
        self._hosts.notice(host, noticed, self._ids(nvt, oid) if nvt is not None else ())

    def _ids(self, nvt: Element, oid: str) -> tuple[str, ...]:
        """The CVE ids of a test: as references, in one text (GMP 9 and before), or the test's own (CVE scan)."""
        references = (
            self._texts.take(ref.get("id"), f"line {xml_text.line(ref)}")
            for refs in _within(nvt, "refs")
            for ref in _within(refs, "ref")
            if (ref.get("type") or "").lower() in {"cve", "cve_id"}
        )
        return _cves(" ".join((*references, self._text(nvt, "cve"), oid)))

    def _text(self, element: Element, wanted: str) -> str:
        child = next(_within(element, wanted), None)
        return self._texts.take(child.text, f"line {xml_text.line(child)}") if child is not None else ""

    def _time(self, element: Element, wanted: str) -> datetime | None:
        text = self._text(element, wanted)
        time = moment(text) if text else None
        if text and time is None:
            place = f"line {xml_text.line(element)}"
            self._hosts.remarks.add(place, f"'{text[:40]}' is no time.", sort="times that were not read")
        return time


def is_csv(text: str) -> bool:
    """Say whether a text is the CSV of results."""
    return _table(text) is not None


def _table(text: str) -> Table | None:
    return find(text, lambda keys: all(one in keys for one in _COLUMNS))


def _read_csv(raw: Buffer) -> Sightings:
    hosts = _Hosts()
    table = _table(text_of(raw, hosts.remarks))
    if table is None:
        raise UnreadableError(
            f"{_WHAT} was not read: neither XML nor a CSV with the columns IP, NVT Name and NVT OID. "
            "Export the report again as XML, or as CSV Results."
        )
    for number, cells in body(table, hosts.remarks):
        row, place = dict(zip(table.keys, cells, strict=True)), f"row {number}"
        host = hosts.host(row["ip"], place)
        if host is None:
            continue
        host.hostname = host.hostname or row.get("hostname", "")
        host.saw(moment(row.get("timestamp", "")) if row.get("timestamp") else None)
        port = f"{row.get('port', '')}/{row.get('portprotocol', '')}".lower()
        if _PORT.fullmatch(port):
            host.ports[port] = None
        noticed = Noticed(
            vulnerability="",
            title=row["nvtname"],
            severity=row.get("severity", "") or row.get("cvss", ""),
            place=place,
            detail=_detail(row["nvtoid"], port if _PORT.fullmatch(port) else "", row.get("qod", "")),
        )
        hosts.notice(host, noticed, _cves(row.get("cves", "")))
    return hosts.finish()


def _detail(oid: str, port: str, quality: str) -> str:
    said = (f"test {oid}", oid), (f"port {port}", port), (f"quality of detection {quality}%", quality)
    return ", ".join(words for words, value in said if value)


def _cves(text: str) -> tuple[str, ...]:
    return once(found.upper() for found in _CVE.findall(text))


def _results(reports: Sequence[Element]) -> Iterator[Element]:
    """Results stand in a list of a report, or at the top of an answer; those within a result are its detection."""
    for report in reports:
        for child in report:
            if name(child) == "results":
                yield from _within(child, "result")
            elif name(child) == "result":
                yield child


def _within(element: Element, wanted: str) -> Iterator[Element]:
    return (child for child in element if name(child) == wanted)
