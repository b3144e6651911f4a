# SPDX-License-Identifier: Apache-2.0
"""Which device of the fleet a sighting is of: by serial number, MAC address, AE title with address, name, address.

Never by an AE title alone, for they are given twice, and never by an IP address alone, for they are handed on (DHCP,
NAT): such a match is a question. Nothing is resolved silently: where two devices fit, or a fact speaks against, it is a
doubt below `makers.SURE`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from leadglass.fleet.makers import kin, maker_of
from leadglass.values.sightings import Sighting, ip_address, mac_address, once

SERIAL, MAC, AE_AND_ADDRESS, HOSTNAME, ADDRESS, AE_TITLE = (
    "serial number", "MAC address", "AE title and address", "host name", "IP address", "AE title",
)  # fmt: skip

_CONFIDENCE: Final = {
    SERIAL: 0.98,
    MAC: 0.95,
    AE_AND_ADDRESS: 0.9,
    HOSTNAME: 0.85,
    ADDRESS: 0.7,
    AE_TITLE: 0.5,
}
_SERIAL_WITHOUT_MAKER: Final = 0.9
_AGAINST: Final = 0.4  # something that both sides state differs
_TWO_FIT: Final = 0.5
_SHOWN: Final = 3
_OWN: Final = frozenset({SERIAL, MAC})  # these belong to a device; addresses and names are given to it

_ADDRESS_LIKE: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_NO_SERIAL: Final = frozenset(
    {"notapplicable", "notavailable", "notspecified", "tobefilledbyoem", "systemserialnumber", "defaultstring", "unknown",
     "none", "123456789", "0123456789", "1234567890", "chassisserialnumber", "serialnumber"}
)  # fmt: skip
_NO_HOST: Final = frozenset({"localhost", "unknown", "none", "host", "workgroup", "desktop", "user"})
_NO_AE: Final = frozenset({"ANY", "ANY-SCP", "ANYSCP", "ANY-SCU", "UNKNOWN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeable:
    """What the fleet knows of a device that a tool may see as well, as texts; "" and () are not stated."""

    device_id: str
    serial: str = ""
    maker: str = ""
    macs: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    hostname: str = ""
    ae_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A sighting and a device that it may be of. `device_id` is "" where the fleet has none; `why` is a sentence."""

    device_id: str
    sighting: Sighting
    basis: str
    confidence: float
    why: str


@dataclass(slots=True)
class _Hit:
    """A device that something of a sighting fits, by which bases, and what speaks against it.

    It is `denied` where the maker or the serial number that both sides state differs.
    """

    device: Placeable
    bases: dict[str, float] = field(default_factory=dict)
    against: list[str] = field(default_factory=list)
    denied: bool = False

    @property
    def basis(self) -> str:
        return max(self.bases, key=lambda one: self.bases[one])

    @property
    def confidence(self) -> float:
        """The strongest basis counts; a second one that agrees takes half of the doubt that is left."""
        strongest = max(self.bases.values())
        agreed = strongest if len(self.bases) == 1 else 1 - (1 - strongest) / 2
        return round(min(agreed, _AGAINST) if self.against else agreed, 3)


def place(sightings: Iterable[Sighting], devices: Iterable[Placeable]) -> tuple[Placed, ...]:
    """Say of each sighting which device it is of. Where several fit, each is named, all as doubts.

    A device that only the IP address points to, or that has another serial number or maker, gives way to one that its own
    serial number or MAC address names: lists of addresses grow old. A sighting that fits no device is given back with none.
    """
    fleet = _Fleet(devices)
    return tuple(placed for one in sightings for placed in _placed(one, fleet))


class _Fleet:
    """The devices by what tells them."""

    def __init__(self, devices: Iterable[Placeable]) -> None:
        self.by: dict[str, dict[str, list[Placeable]]] = {
            basis: defaultdict(list) for basis in (SERIAL, MAC, HOSTNAME, ADDRESS, AE_TITLE)
        }
        for device in devices:
            self._add(SERIAL, (_serial(device.serial),), device)
            self._add(MAC, map(mac_address, device.macs), device)
            self._add(HOSTNAME, (_host(device.hostname),), device)
            self._add(ADDRESS, map(ip_address, device.addresses), device)
            self._add(AE_TITLE, (_ae(device.ae_title),), device)

    def _add(self, basis: str, keys: Iterable[str], device: Placeable) -> None:
        for key in once(keys):
            self.by[basis][key].append(device)


def _placed(sighting: Sighting, fleet: _Fleet) -> Iterator[Placed]:
    hits = sorted(_hits(sighting, fleet), key=lambda hit: (-hit.confidence, hit.device.device_id))
    owned = [hit for hit in hits if _OWN & hit.bases.keys() and not hit.against]
    weaker = [hit for hit in hits if len(owned) == 1 and hit is not owned[0] and _gives_way(hit)]
    fitting = [hit for hit in hits if hit not in weaker]
    elsewhere = [f"the inventory gives its {hit.basis} to {hit.device.device_id}" for hit in weaker]
    for hit in fitting:
        doubts = list(hit.against)
        confidence = hit.confidence
        if len(fitting) > 1:
            confidence = min(confidence, _TWO_FIT)
            doubts.append(f"{len(fitting)} devices fit")
        doubts += elsewhere[:_SHOWN]
        yield Placed(
            device_id=hit.device.device_id,
            sighting=sighting,
            basis=hit.basis,
            confidence=confidence,
            why=_why(hit, doubts),
        )
    if not fitting:
        yield Placed(device_id="", sighting=sighting, basis="", confidence=0.0, why=_nowhere(sighting))


def _gives_way(hit: _Hit) -> bool:
    """Say whether a device is out where another one is named by its own serial number or MAC address."""
    return hit.denied or hit.basis == ADDRESS


def _hits(sighting: Sighting, fleet: _Fleet) -> Iterable[_Hit]:
    """Give every device that something fits, with all that fits and all that speaks against it."""
    hits: dict[str, _Hit] = {}
    for basis, keys in _keys(sighting).items():
        for key in keys:
            for device in fleet.by[basis].get(key, ()):
                hit = hits.setdefault(device.device_id, _Hit(device))
                hit.bases[basis] = _CONFIDENCE[basis]
    for hit in hits.values():
        if {ADDRESS, AE_TITLE} <= hit.bases.keys():
            del hit.bases[ADDRESS], hit.bases[AE_TITLE]
            hit.bases[AE_AND_ADDRESS] = _CONFIDENCE[AE_AND_ADDRESS]
        _weigh(hit, sighting)
    return hits.values()


def _keys(sighting: Sighting) -> Mapping[str, tuple[str, ...]]:
    return {
        SERIAL: once([_serial(sighting.serial)]),
        MAC: sighting.macs,
        HOSTNAME: once([_host(sighting.hostname)]),
        ADDRESS: sighting.addresses,
        AE_TITLE: once(map(_ae, sighting.ae_titles)),
    }


def _weigh(hit: _Hit, sighting: Sighting) -> None:
    """Look for what speaks against a hit: another maker, serial number, MAC address, domain."""
    device = hit.device
    if SERIAL in hit.bases:
        same = _same_maker(device.maker, sighting.maker)
        if same is None:
            hit.bases[SERIAL] = _SERIAL_WITHOUT_MAKER
        elif not same:
            hit.denied = True
            hit.against.append(f"the tool says the maker is {sighting.maker}, the inventory {device.maker}")
    elif _serial(device.serial) and _serial(sighting.serial):
        hit.denied = True
        hit.against.append(
            f"the tool says the serial number is {sighting.serial}, the inventory {device.serial}"
        )
    own = set(once(map(mac_address, device.macs)))
    if own and sighting.macs and MAC not in hit.bases and SERIAL not in hit.bases:
        hit.against.append(f"its MAC address is {sighting.mac}, the inventory says {min(own)}")
    here, there = _domain(device.hostname), _domain(sighting.hostname)
    if HOSTNAME in hit.bases and here and there and here != there:
        hit.against.append(f"the domains differ: {there} and {here}")


def _same_maker(one: str, other: str) -> bool | None:
    """Compare two makers by our table, kin included; None where one is not stated."""
    left, right = ({name.key for name in maker_of(text)} for text in (one, other))
    if not left or not right:
        return None
    return bool(left & right) or any(kin(key) & right for key in left)


def _serial(text: str) -> str:
    """Write a serial number without case and punctuation; "" for what many devices state alike."""
    bare = "".join(filter(str.isalnum, text.casefold()))
    if len(bare) < 4 or len(set(bare)) == 1 or bare in _NO_SERIAL or _ADDRESS_LIKE.fullmatch(text.strip()):
        return ""
    return bare


def _host(text: str) -> str:
    """Give the first label of a host name; "" for one that many hosts have."""
    bare = text.strip().rstrip(".").casefold()
    label = bare.partition(".")[0]
    return "" if label in _NO_HOST or _ADDRESS_LIKE.fullmatch(bare) else label


def _domain(text: str) -> str:
    return text.strip().rstrip(".").casefold().partition(".")[2]


def _ae(text: str) -> str:
    title = text.strip()
    return "" if title.upper() in _NO_AE else title


def _why(hit: _Hit, doubts: list[str]) -> str:
    fits = " and ".join(sorted(hit.bases, key=lambda one: -hit.bases[one]))
    if hit.bases.keys() == {ADDRESS}:
        doubts = [*doubts, "an address alone may have been handed on"]
    if hit.bases.keys() == {AE_TITLE}:
        doubts = [*doubts, "an AE title alone may be given twice"]
    return f"By {fits}" + (f"; {'; '.join(doubts)}." if doubts else ".")


def _nowhere(sighting: Sighting) -> str:
    said = (
        sighting.serial, sighting.mac, sighting.ae_title, sighting.hostname, *sighting.addresses[:1],
    )  # fmt: skip
    shown = ", ".join(filter(None, said))
    return f"No device of the fleet has {shown}." if shown else "Nothing is stated by which to find it."
