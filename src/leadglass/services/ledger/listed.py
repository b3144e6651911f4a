# SPDX-License-Identifier: Apache-2.0
"""What bills of materials list, for all devices that are alike at once: a model has thousands of devices, but few lists."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadglass.fleet.boms import BomLink
from leadglass.services.ledger.completed import Completed
from leadglass.services.ledger.own_parts import Part, Subject, on_system
from leadglass.values.ids import fingerprint
from leadglass.values.scope import Row
from leadglass.vulnerabilities.components import Link
from leadglass.vulnerabilities.distributions import Package, of_package, of_systems, placed

Key = tuple[str, str]
"""Part and product of a component."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Components with their ids, and what one knows of a device that has them (`system`, `hardware`).

    `number` is that of a group which devices alike share; 0 where a device has it alone.
    """

    number: int
    parts: Sequence[tuple[str, Part]]
    ids: frozenset[str]
    knows: frozenset[str]

    @classmethod
    def of(cls, parts: Iterable[Part], number: int = 0) -> "Group":
        """Name the components."""
        named = [(part.id, part) for part in parts]
        return cls(
            number=number,
            parts=named,
            ids=frozenset(name for name, _ in named),
            knows=frozenset(word for _, part in named for word in _knows(part)),
        )

    @property
    def keys(self) -> frozenset[Key]:
        """Part and product of those that have a product."""
        return frozenset((part.link.part, part.link.product) for _, part in self.parts if part.link.product)


NOTHING = Group.of(())


class Made:
    """Components and configurations as they are put together, device by device."""

    def __init__(self, received: Mapping[str, datetime]) -> None:
        self._received = received
        self._noted: set[tuple[str, int]] = set()
        self.parts: dict[str, Part] = {}
        self.seen: dict[str, datetime] = {}
        """When a component was first listed."""
        self.configurations: dict[str, Row] = {}
        self.places: dict[tuple[str, str, str, str], str] = {}
        """Configuration, component, document, place: the name by which it is listed there."""
        self.packages: set[tuple[str, Package]] = set()

    def configuration(self, groups: Sequence[Group], knows: Collection[str]) -> tuple[str, str]:
        """Take a device's components; returns its configuration, and what is known of it."""
        members = sorted(frozenset[str]().union(*(group.ids for group in groups)))
        name = "G-" + fingerprint("configuration", *members, *sorted(knows))
        self.configurations[name] = {
            "configuration_id": name, "knows_software": "software" in knows, "knows_system": "system" in knows,
            "knows_hardware": "hardware" in knows, "components": len(members),
        }  # fmt: skip
        for group in groups:
            self._note(name, group)
        return name, " ".join(sorted(knows))

    def _note(self, configuration: str, group: Group) -> None:
        """Write a group down; one that devices alike share once for a configuration."""
        if (configuration, group.number) in self._noted:
            return
        if group.number:
            self._noted.add((configuration, group.number))
        for name, part in group.parts:
            self.parts.setdefault(name, part)
            when = self._received[part.document]
            self.seen[name] = min(self.seen.get(name, when), when)
            self.places[configuration, name, part.document, part.place] = part.name
            if part.package:
                self.packages.add((name, part.package))


class Lists:
    """The bills of materials of a fleet by their hash, read for devices. Those alike are given the same group."""

    def __init__(self, listed: Mapping[str, Sequence[Row]], completed: Completed) -> None:
        self._listed = listed
        self._completed = completed
        self._made: dict[tuple[object, ...], Group] = {}
        self._releases: dict[tuple[str, ...], Mapping[str, str]] = {}
        self._systems = {
            name: tuple(
                f"{row['name']} {row['version']}" for row in rows if row["kind"] == "operating-system"
            )
            for name, rows in listed.items()
        }

    def of(self, subject: Subject, found: BomLink, system: Sequence[Link], own: Collection[Key]) -> Group:
        """Give the components that the list of a device names, save its own parts (`own`), which say more of themselves."""
        if not found.bom:
            return NOTHING
        rows = self._listed.get(found.bom.sha256, ())
        releases = self._running(subject, found.bom.sha256)
        key = (
            found.bom.sha256, found.doubt, tuple(system), tuple(sorted(releases.items())), subject.product_id,
            frozenset(own), subject.device_id if self._completed.alone(subject.device_id) else "",
        )  # fmt: skip
        if key not in self._made:
            parts = (
                self._completed.part(subject, _part(row, on_system(made, system), found.doubt, releases))
                for row in rows
                for made in row["links"]
                if (made.part, made.product) not in own or not made.product
            )
            self._made[key] = Group.of(parts, number=len(self._made) + 1)
        return self._made[key]

    def _running(self, subject: Subject, name: str) -> Mapping[str, str]:
        """Which release of each distribution runs: by the system that the list names, else by that of the device."""
        return self._of(self._systems.get(name, ())) or self._of((f"{subject.os} {subject.os_version}",))

    def _of(self, systems: tuple[str, ...]) -> Mapping[str, str]:
        if systems not in self._releases:
            self._releases[systems] = of_systems(systems)
        return self._releases[systems]


def _part(row: Row, made: Link, doubt: str, releases: Mapping[str, str]) -> Part:
    package = of_package(row["purl"], row["version"])
    return Part(
        link=made, name=row["name"], document=row["sha256"], place=row["place"], doubt=doubt or made.doubt,
        lacks="operating system" if row["kind"] == "operating-system" else "version",
        package=placed(package, releases) if package else None,
    )  # fmt: skip


def _knows(part: Part) -> Iterable[str]:
    made = part.link
    if made.part == "o" and not _is_firmware(part):
        yield "system"
    if made.basis.startswith("maker and model") or (made.part == "h" and not made.doubt):
        yield "hardware"


def _is_firmware(part: Part) -> bool:
    """An operating system of part 'o' is one that the device runs on, not the device's own firmware."""
    return "firmware" in part.link.product or part.link.basis.startswith(("maker", "firmware"))
