# SPDX-License-Identifier: Apache-2.0
"""Hold a version against what a vendor's text says of versions, in three values (order: versions.key).

Prose is less exact than a record, so that unknown is said where a record would be true or false:

- versions that are written unlike each other up to the place where they differ (U61, L70; R8.0 and 8.0), or
  whose first numbers are of other sizes (9.5 and 2018.2, 2.1 and 4107600010.23);
- a version that says more than the bound that it begins with: "4.12 and prior" may mean 4.12.3 or not, and
  "prior to 3.2" its pre-releases or not;
- a version that says less than an exact one, or than a bound above which it lies;
- a version that lies within, where conditions or other models are named beside.
"""

import re
from collections.abc import Sequence
from enum import Enum, auto
from itertools import zip_longest
from typing import Final

from leadglass.values.vers import Interval
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.version_texts import Understood
from leadglass.vulnerabilities.version_words import line_of, words
from leadglass.vulnerabilities.versions import LONGEST, clean, key

_TOKENS: Final = re.compile(r"[0-9]+|[a-z]+")
_OTHER_SIZE: Final = 3
"""Digits by which first numbers differ that count different things: releases, years, part numbers."""
_DIGIT: Final = re.compile(r"[0-9]")
_SEVERAL: Final = re.compile(r"[*|,;<>]|[.0-9]x\b", re.IGNORECASE)
_LETTERS_AND_DIGITS: Final = re.compile(r"[^a-z0-9]")


class _Relation(Enum):
    """How a version is written beside a bound."""

    EQUAL = auto()
    ALIKE = auto()
    FINER = auto()
    COARSER = auto()
    UNLIKE = auto()


def judge(understood: Understood, version: str, *, model: str = "") -> Truth:
    """Tell whether a version is among those that a text names; `model` is the device's number of a model.

    A text that is unclear, and a version that is none, are unknown; a text that says every version is true of
    whatever is installed. FALSE is said only where each version and each range of the text excludes this one.
    """
    if understood.unclear:
        return Truth.UNKNOWN
    value = Truth.TRUE if understood.every else _among(understood, _installed(version))
    if value is Truth.TRUE and (understood.conditions or not _is_named(model, understood.models)):
        return Truth.UNKNOWN
    return value


def _installed(text: str) -> str:
    """Give the version without words around it; "" where it is none, or stands for several ("3.x")."""
    version = clean(words().lead.sub("", text.strip()))
    several = len(version) > LONGEST or _SEVERAL.search(version)
    return "" if several or not _DIGIT.search(version) else version


def _among(understood: Understood, version: str) -> Truth:
    if not version:
        return Truth.UNKNOWN
    intervals = understood.intervals
    if (
        len(intervals) > 1
    ):  # alternatives of separate lines: those of the version's own line, if there are any
        own = tuple(one for one in intervals if line_of(one.upper or one.lower) == line_of(version))
        intervals = own or intervals
    values = [_within(version, interval) for interval in intervals]
    values += [_same(version, exact) for exact in understood.exact]
    return max(values, default=Truth.UNKNOWN)


def _is_named(model: str, models: Sequence[str]) -> bool:
    return not models or _plain(model) in map(_plain, models)


def _plain(model: str) -> str:
    return _LETTERS_AND_DIGITS.sub("", model.lower())


def _same(version: str, exact: str) -> Truth:
    match _relation(version, exact):
        case _Relation.EQUAL:
            return Truth.TRUE
        case _Relation.ALIKE:
            return Truth.FALSE
    return Truth.UNKNOWN


def _within(version: str, interval: Interval) -> Truth:
    lower = (
        _above(version, interval.lower, included=interval.lower_included) if interval.lower else Truth.TRUE
    )
    upper = (
        _below(version, interval.upper, included=interval.upper_included) if interval.upper else Truth.TRUE
    )
    return min(lower, upper)


def _above(version: str, bound: str, *, included: bool) -> Truth:
    higher = key(version) > key(bound)
    match _relation(version, bound):
        case _Relation.EQUAL:
            return Truth.TRUE if included else Truth.FALSE
        case _Relation.ALIKE:
            return Truth.TRUE if higher else Truth.FALSE
        case _Relation.FINER if higher and included:
            return Truth.TRUE
        case _Relation.COARSER if higher:
            return Truth.TRUE
    return Truth.UNKNOWN


def _below(version: str, bound: str, *, included: bool) -> Truth:
    lower = key(version) < key(bound)
    match _relation(version, bound):
        case _Relation.EQUAL:
            return Truth.TRUE if included else Truth.FALSE
        case _Relation.ALIKE:
            return Truth.TRUE if lower else Truth.FALSE
        case _Relation.FINER if not lower and not included:
            return Truth.FALSE
        case _Relation.COARSER if lower:
            return Truth.TRUE
    return Truth.UNKNOWN


def _relation(version: str, bound: str) -> _Relation:
    """Walk both to the first place where they differ; there they must be numbers, or letters of one series."""
    one, other = _tokens(version), _tokens(bound)
    for place, (mine, theirs) in enumerate(zip_longest(one, other)):
        if mine == theirs:
            continue
        if theirs is None:
            return _Relation.FINER
        if mine is None:
            return _Relation.COARSER
        if isinstance(mine, int) and isinstance(theirs, int):
            apart = place == 0 and abs(len(str(mine)) - len(str(theirs))) >= _OTHER_SIZE
            return _Relation.UNLIKE if apart else _Relation.ALIKE
        ends = place and place + 1 == len(one) == len(other)
        series = isinstance(mine, str) and isinstance(theirs, str) and len(mine) == len(theirs) == 1
        return _Relation.ALIKE if ends and series else _Relation.UNLIKE  # "2.4A", "2.4B"
    return _Relation.EQUAL


def _tokens(version: str) -> list[int | str]:
    """Cut into numbers and words, without zeros at the end, which say nothing ("1.0" is "1")."""
    tokens: list[int | str] = [
        int(token) if token.isdigit() else token for token in _TOKENS.findall(version.lower())
    ]
    while len(tokens) > 1 and tokens[-1] == 0 and isinstance(tokens[-2], int):
        tokens.pop()
    return tokens
