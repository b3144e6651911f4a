# SPDX-License-Identifier: Apache-2.0
"""Statements limited to serial numbers: which single devices they speak of, and which they may.

Claims hold per configuration. A device that a list of serial numbers names, or may name, has one more component, which
tells it apart (`own_parts.of_unit`); what the list is about counts where that component is.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from leadglass.services.ledger.models_named import asked, catalogue
from leadglass.services.ledger.own_parts import of_unit
from leadglass.services.ledger.target import Target
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.serials import Serials, plain, read
from leadglass.vulnerabilities.statement_queries import LIMITED, SERIALS, UNITS
from leadglass.vulnerabilities.statements import IDENTITY, Judged

SERIAL = "serial number"
"""What is missing where a device states none and a document speaks of some."""

OTHERS = "devices with other serial numbers are not meant"
"""Why a limited statement is not applied to the rest of a model."""

_UNSTATED = "serial number not stated"
_SAID = {Truth.TRUE: "in", Truth.UNKNOWN: "perhaps in", Truth.FALSE: "not in"}


def units(
    bench: Workbench,
    devices: Sequence[tuple[str, str, str]],
    models: Sequence[Row],
    answers: Sequence[Answer],
) -> Mapping[str, tuple[str, ...]]:
    """Give the words that tell devices apart, by device; only of models that a limited product may be.

    `devices` are (device, product, serial number).
    """
    lists = _lists(bench.rows(LIMITED), models, answers)
    found: dict[str, tuple[str, ...]] = {}
    for device, product, serial in devices:
        if lists.get(product):
            found[device] = tuple(_words(serial, lists[product].values()))
    return found


def _lists(
    limited: Sequence[Row], models: Sequence[Row], answers: Sequence[Answer]
) -> Mapping[str, Mapping[str, Serials]]:
    """Give the lists of serial numbers that may be about each model, by product."""
    found: dict[str, dict[str, Serials]] = defaultdict(dict)
    if not limited:
        return found
    by_product = {row["product_id"]: {**row, "udis": []} for row in models}
    for row in models:
        by_product[row["product_id"]]["udis"] += filter(None, row["udis"])
    find = cache(catalogue(by_product.values(), limited, answers).find)
    for row in limited:
        serials = read(json.loads(row["serials"]))
        if serials:
            for candidate in find(asked(row)):
                found[candidate.product_id][serials.id] = serials
    return found


def _words(serial: str, lists: Iterable[Serials]) -> Iterator[str]:
    judged = dict(_judged(serials, serial) for serials in lists)
    return (word for word, value in sorted(judged.items()) if value is not Truth.FALSE)


class Limits:
    """Narrows the targets of claims to the devices whose serial number is named."""

    def __init__(self, bench: Workbench, *, wanted: bool) -> None:
        self._serials: dict[str, list[str]] = defaultdict(list)
        self._within: dict[str, set[str]] = defaultdict(set)
        for row in bench.rows(SERIALS) if wanted else ():
            self._serials[row["component_id"]].append(row["serial_number"])
        for row in bench.rows(UNITS) if wanted else ():
            self._within[row["component_id"]].add(row["configuration_id"])

    def overlap(self, one: str, other: str) -> bool:
        """Tell whether two of them are of the same devices in part."""
        return bool(self._within.get(one, set()) & self._within.get(other, set()))

    def narrowed(self, serials: Serials | None, targets: Sequence[Target]) -> Iterator[Target]:
        """Give the targets for the devices that are named, or may be; what is no whole device is in doubt."""
        for target in targets:
            if serials is None or target.judged.value is Truth.FALSE:
                yield target
            elif target.whole and not target.unit:
                yield from self._of_units(serials, target)
            else:
                yield _doubted(target, "it speaks of single devices, by their serial numbers")

    def _of_units(self, serials: Serials, target: Target) -> Iterator[Target]:
        judged = dict(_judged(serials, serial) for serial in self._serials[target.component_id])
        for word, value in sorted(judged.items()):
            if value is Truth.FALSE:
                yield replace(target, judged=Judged(value=value, why=OTHERS), asks="")
                continue
            unit = of_unit(word, target.component_id).id
            if unit not in self._within:  # recognised now, and not when devices were told apart
                yield _doubted(target, "its serial numbers were not held against the devices")
            elif value is Truth.TRUE or target.judged.value is Truth.UNKNOWN:
                yield replace(target, unit=unit)
            else:
                missing = SERIAL if word == _UNSTATED else IDENTITY
                why = (
                    "it speaks of serial numbers"
                    if word == _UNSTATED
                    else "its serial number may be one that is named"
                )
                doubt = Judged(value=Truth.UNKNOWN, missing=missing, why=why)
                yield replace(target, unit=unit, judged=doubt, asks="")


def _judged(serials: Serials, serial: str) -> tuple[str, Truth]:
    """Say what a device with this serial number is to a list: the word that tells it apart, and the value."""
    if not plain(serial):
        return _UNSTATED, Truth.UNKNOWN
    value = serials.speak_of(serial)
    return f"serial number {_SAID[value]} list {serials.id}", value


def _doubted(target: Target, why: str) -> Target:
    return replace(target, judged=Judged(value=Truth.UNKNOWN, missing=IDENTITY, why=why), asks="")
