# SPDX-License-Identifier: Apache-2.0
"""What a test is (CSAF 2.0, section 6), and what it may find in a document."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from leadglass.formats.csaf_tests.paper import Paper
from leadglass.values.verdict import Level


class Fault(NamedTuple):
    """A place at which the test fails, and why in a sentence."""

    place: str
    why: str


class Doubt(NamedTuple):
    """A place that the test could not judge, and why in a sentence."""

    place: str
    why: str


Find = Callable[[Paper], Iterator[Fault | Doubt]]


@dataclass(frozen=True, slots=True)
class Test:
    """A test: its number in the standard, what a document that passes it has, and the function that finds."""

    __test__ = False

    number: str
    title: str
    find: Find

    @property
    def level(self) -> Level:
        """The subsection of the standard: 6.1 is mandatory, 6.2 optional, 6.3 informative."""
        return _LEVELS[self.number[:3]]


_LEVELS: dict[str, Level] = {"6.1": "mandatory", "6.2": "optional", "6.3": "informative"}


def shown(value: object) -> str:
    """Write a value of a document short enough for a sentence."""
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 80 else text[:79] + "…"
