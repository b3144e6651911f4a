# SPDX-License-Identifier: Apache-2.0
"""Read reports of Nessus (.nessus, NessusClientData_v2): the hosts that were scanned, and what was found on each."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import xml_text
from leadglass.formats.json_text import Buffer
from leadglass.formats.remarks import Remarks
from leadglass.formats.stated import Texts
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

TOOL: Final = "Nessus"
MOST_HOSTS: Final = 100_000

_WHAT: Final = "The Nessus report"
_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE)
_SEVERITIES: Final = ("info", "low", "medium", "high", "critical")
_ABOUT_THE_SCAN: Final = "19506"  # the plugin that tells of the scan itself
_VERSION: Final = re.compile(r"Nessus version\s*:\s*([0-9][0-9.]{0,20})")


def read(raw: Buffer) -> Sightings:
    """Read a report of version 2. A check that names no CVE is kept from severity low on, the others are counted."""
    root = xml_text.root(raw, _WHAT)
    if name(root) != "NessusClientData_v2":
        raise UnreadableError(
            f"This XML is no Nessus report: its root is {name(root)[:40]!r}, not 'NessusClientData_v2'. "
            "Export the scan again as .nessus (version 2)."
        )
    return _Reading().read(root)


class _Reading:
    """One report while it is read."""

    def __init__(self) -> None:
        self._remarks = Remarks()
        self._texts = Texts(self._remarks)
        self._rest: Counter[str] = Counter()
        self._version = ""

    def read(self, root: Element) -> Sightings:
        """Take all hosts of all reports of the document."""
        hosts = [host for report in _within(root, "Report") for host in _within(report, "ReportHost")]
        if len(hosts) > MOST_HOSTS:
            raise BoundError(
                f"{_WHAT} lists {len(hosts):,} hosts; Leadglass reads {MOST_HOSTS:,}. Export it in parts."
            )
        if not hosts:
            self._remarks.add("Report", "The report lists no host: nothing was scanned, or nothing answered.")
        seen = tuple(self._host(host) for host in hosts)
        return Sightings(
            tool=TOOL,
            version=self._version,
            scanned_at=max((one.seen_at for one in seen if one.seen_at), default=None),
            sightings=seen,
            rest=dict(self._rest),
            remarks=self._remarks.finish(),
        )

    def _host(self, host: Element) -> Sighting:
        place = f"line {xml_text.line(host)}"
        listed = self._texts.take(host.get("name"), place)
        tags = dict(self._tags(host))
        cpes = [text.partition(" ->")[0].strip() for key, text in tags.items() if key.startswith("cpe")]
        address = ip_address(tags.get("host-ip", "")) or ip_address(listed)
        if not address and not listed:
            self._remarks.add(place, "Neither an address nor a name is stated.", sort="hosts without a name")
        items = list(_within(host, "ReportItem"))
        noticed = tuple(found for item in items for found in self._noticed(item))
        return Sighting(
            place=place,
            tool=TOOL,
            seen_at=self._seen_at(tags, place),
            addresses=once([address]),
            macs=once(map(mac_address, re.split(r"[\s,;]+", tags.get("mac-address", "")))),
            hostname=self._hostname(tags, listed, address),
            os=tags.get("operating-system", "") or tags.get("os", ""),
            os_cpe=next(filter(is_system, cpes), ""),
            software=_software(cpes),
            ports=once(map(self._port, items)),
            vulnerabilities=noticed,
        )

    def _tags(self, host: Element) -> Iterator[tuple[str, str]]:
        for properties in _within(host, "HostProperties"):
            for tag in _within(properties, "tag"):
                yield (tag.get("name") or "")[:100], self._texts.take(tag.text, f"line {xml_text.line(tag)}")

    def _hostname(self, tags: dict[str, str], listed: str, address: str) -> str:
        named = (tags.get("host-fqdn", ""), tags.get("netbios-name", ""), tags.get("host-rdns", ""), listed)
        # The name of a workgroup may stand before that of the computer: WORKGROUP\CT-01.
        texts = (text.rpartition("\\")[2] for text in named)
        return next((text for text in texts if text and text != address and not ip_address(text)), "")

    def _seen_at(self, tags: dict[str, str], place: str) -> datetime | None:
        for key in ("HOST_END_TIMESTAMP", "HOST_START_TIMESTAMP"):
            text = tags.get(key, "")
            if re.fullmatch(r"[0-9]{1,11}", text):
                return datetime.fromtimestamp(int(text), UTC)
        for key in ("HOST_END", "HOST_START"):
            time = _c_time(tags.get(key, ""))
            if time:
                why = f"'{tags[key][:40]}' has no time zone: it was read as UTC."
                self._remarks.add(place, why, sort="times without a zone")
                return time
        self._remarks.add(
            place, "No time is stated: when it was seen is unknown.", sort="hosts without a time"
        )
        return None

    def _port(self, item: Element) -> str:
        port = self._texts.take(item.get("port"), f"line {xml_text.line(item)}")
        protocol = self._texts.take(item.get("protocol"), f"line {xml_text.line(item)}")
        return f"{port}/{protocol}".strip("/") if port not in {"", "0"} else ""

    def _noticed(self, item: Element) -> Iterator[Noticed]:
        place = f"line {xml_text.line(item)}"
        plugin = self._texts.take(item.get("pluginID"), place)
        title = self._texts.take(item.get("pluginName"), place)
        severity = self._severity(item, place)
        self._learn_version(item, plugin)
        port = self._port(item)
        detail = ", ".join(
            filter(None, (f"plugin {plugin}" if plugin else "", f"port {port}" if port else ""))
        )
        stated = [self._texts.take(cve.text, place) for cve in _within(item, "cve")]
        for text in stated:
            if not _CVE.fullmatch(text):
                self._remarks.add(place, f"'{text[:40]}' is no CVE id.", sort="ids that were not read")
        ids = once(text.upper() for text in stated if _CVE.fullmatch(text))
        if not ids and severity in {"", "info"}:
            self._rest["checks for information"] += 1
            return
        for vulnerability in ids or ("",):
            yield Noticed(
                vulnerability=vulnerability, title=title, severity=severity, place=place, detail=detail
            )

    def _severity(self, item: Element, place: str) -> str:
        text = self._texts.take(item.get("severity"), place)
        if text in {"0", "1", "2", "3", "4"}:
            return _SEVERITIES[int(text)]
        if text:
            self._remarks.add(place, f"'{text[:40]}' is no severity.", sort="severities that were not read")
        return ""

    def _learn_version(self, item: Element, plugin: str) -> None:
        if plugin == _ABOUT_THE_SCAN and not self._version:
            for output in _within(item, "plugin_output"):
                found = _VERSION.search((output.text or "")[:10_000])
                self._version = found[1].rstrip(".") if found else ""


def _software(cpes: list[str]) -> tuple[Software, ...]:
    return tuple(dict.fromkeys(found for found in map(software_of, cpes) if found))


def _c_time(text: str) -> datetime | None:
    try:
        return datetime.strptime(" ".join(text.split()), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _within(element: Element, wanted: str) -> Iterator[Element]:
    return (child for child in element if name(child) == wanted)
