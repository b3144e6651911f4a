# SPDX-License-Identifier: Apache-2.0
"""Phrases that the page, the terminal and the letter say in the same words."""

from collections.abc import Sequence
from datetime import date

from leadglass.render.dates import day, distance
from leadglass.render.wording import spoken
from leadglass.values.overview import ActionCard, DeviceLine, Overview

NOT_STATED = "not stated"
_SHOWN = 8


def count(number: int, noun: str, plural: str = "") -> str:
    """Count things.

    >>> count(1, "device"), count(2350, "finding")
    ('1 device', '2,350 findings')
    """
    return spoken(f"{number:,} {noun if number == 1 else plural or noun + 's'}")


def unnamed(number: int, total: int) -> str:
    """Say of how many listed components nothing is known; empty where there are none.

    >>> unnamed(1, 309)
    'Nothing at hand names 1 of 309 components: of it nothing is known, for or against.'
    """
    if not number:
        return ""
    which = "it" if number == 1 else "these"
    return f"Nothing at hand names {number:,} of {count(total, 'component')}: of {which} nothing is known, for or against."


def covered(view: Overview) -> str:
    """Say how much of the fleet could be judged, and what was found."""
    seen = view.coverage
    sites = count(len(view.sites), "site")
    found = listed([f"{n:,} {status.replace('_', ' ')}" for status, n in view.findings.items()] or ["none"])
    return (
        f"{count(seen.total, 'device')} at {sites}: {seen.judged:,} judged in full, {seen.partly:,} in part, "
        f"{seen.blind:,} not at all. Findings: {found}. Unknown is not safe."
    )


def listed(words: Sequence[str]) -> str:
    """List words.

    >>> listed(["CT-014", "CT-015", "CT-022"])
    'CT-014, CT-015 and CT-022'
    """
    told = [spoken(word) for word in words]
    return f" {spoken('and')} ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def device_name(device: DeviceLine) -> str:
    """Name a device by its asset tag, its serial number, or its id: whatever it has."""
    return device.asset_tag or (f"serial {device.serial}" if device.serial else device.id)


def rooms(devices: Sequence[DeviceLine], shown: int = _SHOWN) -> list[tuple[list[DeviceLine], str]]:
    """Group the first devices by room, in the order given: (devices, " (room 2.14)" or nothing)."""
    groups: dict[str, list[DeviceLine]] = {}
    for device in devices[:shown]:
        groups.setdefault(device.room, []).append(device)
    return [(group, f" (room {room})" if room else "") for room, group in groups.items()]


def devices_in_rooms(devices: Sequence[DeviceLine], shown: int = _SHOWN) -> str:
    """Name devices by room: "CT-014 and CT-015 (room 2.14), CT-022"."""
    parts = [listed([device_name(d) for d in group]) + room for group, room in rooms(devices, shown)]
    more = len(devices) - shown
    return ", ".join([*parts, f"{more} more"] if more > 0 else parts)


def software(devices: Sequence[DeviceLine]) -> str:
    """Say which software devices run, and on how many that is not stated."""
    stated = sorted({d.software for d in devices if d.software})
    silent = sum(not d.software for d in devices)
    parts = [f"software {listed(stated)}"] if stated else []
    if silent == len(devices):
        parts.append("software version not stated")
    elif silent:
        parts.append(f"not stated on {silent}")
    return ", ".join(parts)


def serials(devices: Sequence[DeviceLine], shown: int = _SHOWN) -> str:
    """Say serial numbers."""
    said = ", ".join(f"{device_name(d)} {d.serial or NOT_STATED}" for d in devices[:shown])
    more = len(devices) - shown
    return f"{said}, {more} more" if more > 0 else said


def place(card: ActionCard) -> str:
    """Say what and where an action is about: "3 CT - St. Mary's, Harbor"."""
    return f"{len(card.devices)} {card.modality} - {card.site}"


def clocks(card: ActionCard) -> list[tuple[str, date | None]]:
    """List the three clocks of an action with their dates."""
    return [("triage", card.due_triage), ("contain", card.due_contain), ("remedy", card.due_remedy)]


def clocks_said(card: ActionCard, as_of: date) -> str:
    """Say the three clocks: "triage by Mon 24 Nov (today), ..., remedy: no date yet"."""
    return ", ".join(
        f"{name} by {day(due, as_of)} ({distance(due, as_of)})" if due else f"{name}: {_undated(name)}"
        for name, due in clocks(card)
    )


def _undated(clock: str) -> str:
    """A remedy waits for the maker's approval; what has no containment clock does not ask for it."""
    return "no date yet" if clock.startswith("remedy") else "not asked"


def people_said(card: ActionCard) -> list[tuple[str, str]]:
    """Say who contains, who owes the remedy, and what proof closes the action; a gap is said too."""
    return [
        ("Contain" if card.deed == "contain" else "Accountable", card.accountable or "nobody is named"),
        ("Remedy", card.remedy_by or "nobody is named"),
        ("Closed by", card.proof or "no proof is named"),
    ]


def not_here(shown: int, total: int, noun: str, command: str) -> str:
    """Say how many more there are and the command that lists them; nothing where all are shown."""
    more = max(total - shown, 0)
    return f"{count(more, 'more ' + noun)} of {total:,}: {command}" if more else ""
