# SPDX-License-Identifier: Apache-2.0
"""What other tools saw of devices: scanners, passive discovery, DHCP servers, tables of AE titles (DICOM PS3.8).

A sighting is evidence of one tool at one time, as the tool writes it. Only addresses are brought to one form, for
they are what sightings and inventories have in common.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from leadglass.errors import UnreadableError
from leadglass.values.cpe import ANY, NA, Cpe
from leadglass.values.sources import Remark

_HEX: Final = re.compile(r"[0-9a-f]{12}")
_BETWEEN: Final = re.compile(r"[:.\-\s]")
_NO_MAC: Final = frozenset({"000000000000", "ffffffffffff"})
_NO_AE: Final = re.compile(r"[\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A weakness that a tool says to have found. `vulnerability` is a CVE id, "" where the tool names none.

    `severity` is the tool's word, `detail` by what it was found (check, port, package, quality of detection).
    """

    vulnerability: str
    title: str
    place: str
    severity: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """Software that a tool says to have found. `cpe` is its CPE name, where the tool gives one."""

    name: str
    version: str = ""
    cpe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One device as one tool saw it; "" and () are not stated. `place` is where in the document it stands.

    `addresses` are IP addresses that it had when it was seen, `macs` and `addresses` in the form of `mac_address` and
    `ip_address`; `ports` are written "443/tcp". `software_version` is that of the device itself. `rest` keeps by
    heading what the tool says beside.
    """

    place: str
    tool: str
    seen_at: datetime | None = None
    addresses: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    hostname: str = ""
    ae_titles: tuple[str, ...] = ()
    maker: str = ""
    model: str = ""
    serial: str = ""
    modality: str = ""
    software_version: str = ""
    os: str = ""
    os_cpe: str = ""
    software: tuple[Software, ...] = ()
    ports: tuple[str, ...] = ()
    vulnerabilities: tuple[Noticed, ...] = ()
    rest: dict[str, str] = field(default_factory=dict)

    @property
    def mac(self) -> str:
        """Give the first MAC address."""
        return self.macs[0] if self.macs else ""

    @property
    def ae_title(self) -> str:
        """Give the first AE title."""
        return self.ae_titles[0] if self.ae_titles else ""

    @property
    def names_something(self) -> bool:
        """Say whether there is anything by which the device could be found again."""
        return bool(self.serial or self.macs or self.ae_titles or self.hostname or self.addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """The export of one tool. `rest` counts, by kind, what was seen and not taken."""

    tool: str
    version: str = ""
    scanned_at: datetime | None = None
    sightings: tuple[Sighting, ...] = ()
    rest: dict[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()


def mac_address(text: str) -> str:
    """Write an EUI-48 as "00:1a:2b:3c:4d:5e"; "" where the text is none, or one that stands for none or for many."""
    bare = _BETWEEN.sub("", text.strip().lower())
    if not _HEX.fullmatch(bare) or bare in _NO_MAC or int(bare[1], 16) & 1:  # IEEE 802: the group bit
        return ""
    return ":".join(bare[start : start + 2] for start in range(0, 12, 2))


def ip_address(text: str) -> str:
    """Write an IP address in its shortest form; "" where the text is none, or one that names no single host."""
    try:
        found = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if found.is_loopback or found.is_unspecified or found.is_multicast or str(found) == "255.255.255.255":
        return ""
    return str(found)


def ae_title(text: str) -> str:
    """Write an AE title without its padding (PS3.5 6.2, AE: 16 characters at most); "" where the text is none."""
    bare = text.strip(" ")
    return "" if len(bare) > 16 or _NO_AE.search(bare) else bare


def once(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the texts that say something, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, texts)))


def software_of(cpe: str) -> Software | None:
    """Name the application that a CPE name stands for; None where it is none, or that of an operating system."""
    try:
        name = Cpe.parse(cpe)
    except UnreadableError:
        return None
    if name.part != "a" or name.product in {ANY, NA}:
        return None
    version = "" if name.version in {ANY, NA} else name.version
    return Software(name=name.product.replace("_", " "), version=version, cpe=str(name))


def is_system(cpe: str) -> bool:
    """Say whether a CPE name is that of an operating system."""
    try:
        return Cpe.parse(cpe).part == "o"
    except UnreadableError:
        return False
