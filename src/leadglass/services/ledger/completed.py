# SPDX-License-Identifier: Apache-2.0
"""Components as people completed them: a version or an edition that the documents leave open, told in an answer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from leadglass.services.ledger.own_parts import Part, Subject
from leadglass.values.cpe import Cpe
from leadglass.values.people import Answer
from leadglass.vulnerabilities.components import Link, of_cpe, split_update, update_in

_KINDS = {"component-version", "edition"}


class Completed:
    """What was answered about components, found by the component of a model that was asked about."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._about: dict[str, list[Answer]] = defaultdict(list)
        self._alone: set[str] = set()
        for answer in answers:
            if answer.kind in _KINDS:
                self._about[answer.subject].append(answer)
                self._alone.add(answer.device_id)

    def alone(self, device_id: str) -> bool:
        """Tell whether somebody answered for this very device."""
        return device_id in self._alone

    def part(self, subject: Subject, part: Part) -> Part:
        """Complete a component by what was answered about it in this model, or in this device."""
        asked = f"{part.name}|{subject.product_id}|{part.link.part}|{part.link.product}"
        for answer in self._about.get(asked, ()):
            if answer.device_id not in {"", subject.device_id}:
                continue
            if answer.kind == "component-version":
                part = replace(part, link=_versioned(part.link, answer.value))
            else:
                told = of_cpe(Cpe.parse(answer.value), stated_version=part.link.version)
                part = replace(part, link=replace(told, named=part.link.named, basis="a person's answer"))
        return part


def _versioned(made: Link, answer: str) -> Link:
    """Take the version from an answer where none is stated, else the update alone: the list states the version."""
    if not made.version:
        update = split_update(answer)[1] or "*"
        return replace(made, version=answer, update=update, basis=f"{made.basis}; version answered")
    if made.update != "*":
        return made
    return replace(made, update=update_in(answer) or "*", basis=f"{made.basis}; update answered")
