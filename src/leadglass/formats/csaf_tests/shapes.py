# SPDX-License-Identifier: Apache-2.0
"""Shapes of JSON, as far as CSAF asks for them: texts, words of a list, numbers, lists and objects.

A shape finds what does not fit it; `extras` finds the keys that it does not name (test 6.2.20).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from leadglass.formats.csaf_tests.findings import Fault, shown


class Shape(Protocol):
    """What a value must be like."""

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        """Find what does not fit."""

    def extras(self, value: Any, place: str) -> Iterator[Fault]:
        """Find the keys that are not named."""


class _Plain:
    """A shape without keys."""

    __slots__ = ()

    def extras(self, value: Any, place: str) -> Iterator[Fault]:
        """Find the keys that are not named."""
        del value, place
        return iter(())


@dataclass(frozen=True, slots=True)
class Text(_Plain):
    """A text of at least `least` characters that `fits`; `called` says in a sentence what it ought to be."""

    called: str = "a text"
    fits: Callable[[str], object] | None = None
    least: int = 0

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        """Find what does not fit."""
        if not isinstance(value, str):
            yield Fault(place, f"Here stands {kind(value)}, but {self.called} is asked for.")
        elif len(value) < self.least:
            yield Fault(
                place, f"The text has {len(value)} characters, but {self.least} or more are asked for."
            )
        elif self.fits is not None and not self.fits(value):
            yield Fault(place, f"{shown(value)} is not {self.called}.")


@dataclass(frozen=True, slots=True)
class Word(_Plain):
    """One of a few words."""

    words: tuple[str, ...]

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        """Find what does not fit."""
        if not isinstance(value, str) or value not in self.words:
            yield Fault(place, f"{shown(value)} is none of the words for this: {', '.join(self.words)}.")


@dataclass(frozen=True, slots=True)
class Number(_Plain):
    """A number between two bounds, both included."""

    least: float
    most: float

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        """Find what does not fit."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Fault(place, f"Here stands {kind(value)}, but a number is asked for.")
        elif not self.least <= value <= self.most:
            yield Fault(place, f"{shown(value)} is not between {self.least:g} and {self.most:g}.")


@dataclass(frozen=True, slots=True)
class Many:
    """A list of at least `least` items of one shape; `unique` allows none of them twice."""

    of: Shape
    least: int = 1
    unique: bool = False

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        """Find what does not fit."""
        if not isinstance(value, list):
            yield Fault(place, f"Here stands {kind(value)}, but a list is asked for.")
            return
        if len(value) < self.least:
            yield Fault(place, f"The list has {len(value)} items, but {self.least} or more are asked for.")
        for index, item in enumerate(value):
            yield from self.of.faults(item, f"{place}/{index}")
        if self.unique:
            yield from _repeated(value, place)

    def extras(self, value: Any, place: str) -> Iterator[Fault]:
        """Find the keys that are not named."""
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from self.of.extras(item, f"{place}/{index}")


@dataclass(frozen=True, slots=True)
class Record:
    """An object: its keys, which of them it must have, and how many keys it has in all."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        """Find what does not fit."""
        if not isinstance(value, dict):
            yield Fault(place, f"Here stands {kind(value)}, but an object is asked for.")
            return
        for key in self.required:
            if key not in value:
                yield Fault(place, f"The key {key} is missing.")
        if len(value) < self.least:
            yield Fault(place, f"The object has {len(value)} keys, but {self.least} or more are asked for.")
        if self.most is not None and len(value) > self.most:
            yield Fault(place, f"The object has {len(value)} keys, but {self.most} at most are asked for.")
        for key, shape in self.fields.items():
            if key in value:
                yield from shape.faults(value[key], f"{place}/{key}")

    def extras(self, value: Any, place: str) -> Iterator[Fault]:
        """Find the keys that are not named."""
        for key, inner in value.items() if isinstance(value, dict) else ():
            shape = self.fields.get(key)
            if shape is None:
                yield Fault(place, f"The standard does not define the key {shown(key)} here.")
            else:
                yield from shape.extras(inner, f"{place}/{key}")


@dataclass(frozen=True, slots=True)
class Nested:
    """A shape that is told later, as it holds itself."""

    told: list[Shape] = field(default_factory=list)

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        """Find what does not fit."""
        yield from self.told[0].faults(value, place)

    def extras(self, value: Any, place: str) -> Iterator[Fault]:
        """Find the keys that are not named."""
        yield from self.told[0].extras(value, place)


def record(least: int = 0, most: int | None = None, /, **fields: Shape) -> Record:
    """Make the shape of an object; a key that ends in _ must be there."""
    named = {key.removesuffix("_"): shape for key, shape in fields.items()}
    required = tuple(key.removesuffix("_") for key in fields if key.endswith("_"))
    return Record(named, required, least, most)


def pattern(called: str, expression: str) -> Text:
    """Make the shape of a text that fits an expression as a whole."""
    return Text(called, re.compile(expression).fullmatch)


def words(text: str) -> Word:
    """Make the shape of one of the words of a text."""
    return Word(tuple(text.split()))


def kind(value: object) -> str:
    """Say what a value of JSON is."""
    if value is None:
        return "nothing (null)"
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "something else"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "a text"),
    (bool, "true or false"),
    ((int, float), "a number"),
    (list, "a list"),
    (dict, "an object"),
)


def _repeated(items: list[Any], place: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        written = json.dumps(item, sort_keys=True)
        if written in seen:
            yield Fault(f"{place}/{index}", f"{shown(item)} stands in this list before.")
        seen.add(written)
