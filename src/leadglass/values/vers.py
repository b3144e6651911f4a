# SPDX-License-Identifier: Apache-2.0
"""Version ranges in the vers notation: parse, normalise, write, ask (package-url/vers-spec, clause 5, draft of ECMA).

A range is a row of constraints, signposts along the versions of one type: `vers:npm/>=1.0.0|<2.0.0|2.4.1`. How
versions of a type compare is not ours to know: whoever asks gives a `key`, a function from the text of a version
to something that sorts as the versions do.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Self
from urllib.parse import quote, unquote

from leadglass.errors import BoundError, UnreadableError

Key = Callable[[str], Any]
"""From the text of a version to what compares and equals as versions of its type do."""

LONGEST: Final = 100_000
"""Characters of one range that are read."""

LOWER: Final = (">", ">=")
UPPER: Final = ("<", "<=")

_TYPE: Final = re.compile(r"[a-z][a-z0-9.-]*")
_CONSTRAINT: Final = re.compile(r"(>=|<=|!=|<|>|=)?(.*)", re.DOTALL)
_BLANK: Final = re.compile(r"[\s\x00-\x1f]")
_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# 5.3.3.2: these seven, and what is not printable ASCII, are percent-encoded in a version
_PLAIN: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "><=!*|%")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One signpost: a comparator (=, !=, <, <=, >, >=) and a version, decoded."""

    comparator: str = "="
    version: str

    def __post_init__(self) -> None:
        if self.comparator not in ("=", "!=", *LOWER, *UPPER) or not self.version:
            raise UnreadableError(
                f"{self.comparator[:9]!r} with {self.version[:60]!r} is no constraint of versions. "
                "Write a comparator (!=, <, <=, >, >= or none) and a version."
            )

    def __str__(self) -> str:
        return ("" if self.comparator == "=" else self.comparator) + quote(self.version, safe=_PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """All versions between two texts; "" is an open bound. Which versions lie between is a matter of a key."""

    lower: str = ""
    lower_included: bool = True
    upper: str = ""
    upper_included: bool = False

    def __str__(self) -> str:
        ends = []
        if self.lower:
            ends.append((">=" if self.lower_included else ">") + self.lower)
        if self.upper:
            ends.append(("<=" if self.upper_included else "<") + self.upper)
        return " ".join(ends) or "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vers:
    """A range of versions of one type. No constraint at all is the asterisk: every version."""

    type: str
    constraints: tuple[Constraint, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", self.type.lower())
        if not _TYPE.fullmatch(self.type) or self.type == "invalid":  # 5.3.2.1: "invalid" always is
            raise UnreadableError(
                f"{self.type[:40]!r} is no type of versions. Write one such as npm, deb, semver or generic."
            )

    @classmethod
    def parse(cls, text: str, *, strict: bool = False, key: Key | None = None) -> Self:
        """Read a range; what is none is an `UnreadableError`.

        Tolerated unless `strict`: blanks, spare pipes, a written "=", upper case in the scheme and type, percent
        signs that encode nothing or too much. With `strict` and a `key`, the order of the versions is looked at.
        Redundant constraints are read either way, as the tests of the specification ask for: see `simplified`.
        """
        if len(text) > LONGEST:
            raise BoundError(
                f"This range of versions has {len(text)} characters; {LONGEST} are read. Split it."
            )
        plain = text if strict else _BLANK.sub("", text)
        scheme, colon, specifier = plain.partition(":")
        kind, slash, row = specifier.partition("/")
        if not colon or not slash or (scheme if strict else scheme.lower()) != "vers":
            raise UnreadableError(
                f"{text[:80]!r} is no range in the vers notation: it is written vers:type/constraints. "
                "An example: vers:npm/>=1.0.0|<2.0.0"
            )
        if strict:
            _refuse(_faults(kind, row))
        parts = row.split("|") if strict else [part for part in row.split("|") if part]
        if not parts:
            raise UnreadableError(f"{text[:80]!r} names no version. Write one constraint at least, or *.")
        if parts == ["*"]:
            return cls(type=kind)
        made = cls(type=kind, constraints=tuple(map(_constraint, parts)))
        if strict and key is not None and made.sorted(key) != made:
            raise UnreadableError(f"The constraints of {text[:80]!r} are not sorted by version. Sort them.")
        return made

    def __str__(self) -> str:
        """Write the range: `Vers.parse(str(vers)) == vers`; canonical once it is `sorted`."""
        return f"vers:{self.type}/" + ("|".join(map(str, self.constraints)) or "*")

    def sorted(self, key: Key) -> Self:
        """Give the same constraints in the order of their versions; those of one version stay as they are."""
        ordered = sorted(self.constraints, key=lambda constraint: key(constraint.version))
        return replace(self, constraints=tuple(ordered))

    def simplified(self, key: Key) -> Self:
        """Give a range that holds the same versions, sorted, without what others imply.

        Source: "Simplifying constraints" of the specification, how-to-parse.
        """
        kept: list[Constraint] = []
        for now in self.sorted(key).constraints:
            if now in kept:
                continue
            if now.comparator == "!=":
                kept.append(now)
                continue
            last = _last(kept)
            if last is not None and last.comparator in LOWER and now.comparator in ("=", *LOWER):
                continue
            while last is not None and now.comparator in UPPER and last.comparator in ("=", *UPPER):
                kept.remove(last)
                last = _last(kept)
            kept.append(now)
        return replace(self, constraints=tuple(kept))

    def intervals(self, key: Key) -> tuple[Interval, ...]:
        """Give the range as pairs of bounds, in order; a single version is closed at both ends.

        Versions that are excluded (!=) are not in them: see `excluded`. A pair that ends before it begins is an
        `UnreadableError`, never dropped.
        """
        signs = [one for one in self.simplified(key).constraints if one.comparator != "!="]
        if not signs:
            return () if self.type == "none" else (Interval(),)
        return tuple(_pairs(signs, key))

    @property
    def excluded(self) -> tuple[str, ...]:
        """The versions that the range leaves out by name."""
        return tuple(one.version for one in self.constraints if one.comparator == "!=")

    def contains(self, version: str, key: Key) -> bool:
        """Tell whether a version lies in the range.

        A range of exclusions alone holds every other version. Source: "Checking if a version is contained
        within a range" of the specification, how-to-parse.
        """
        asked = key(version)
        if any(asked == key(left_out) for left_out in self.excluded):
            return False
        return any(_within(asked, interval, key) for interval in self.intervals(key))


def datetime_key(version: str) -> datetime:
    """Give the instant that a version of type datetime names (RFC 3339); what names none is unreadable."""
    if _TIME.fullmatch(version):
        try:
            return datetime.fromisoformat(version)
        except ValueError as error:
            raise UnreadableError(
                f"{version[:40]!r} is no time of a calendar ({error}). Correct it."
            ) from error
    raise UnreadableError(f"{version[:40]!r} is no time as RFC 3339 writes it: 2024-01-31T08:00:00Z.")


def lexicographic_key(version: str) -> str:
    """Give what a version of type lexicographic sorts by: its characters, by code point, as they are."""
    return version


def _faults(kind: str, row: str) -> Iterator[str]:
    """Say what keeps this from being canonical, in the order of the specification."""
    if _BLANK.search(kind + row):
        yield "it holds a blank. Write %20 where it belongs to a version"
    if kind != kind.lower():
        yield "its type is not in lower case"
    if row.startswith("|") or row.endswith("|") or "||" in row:
        yield "a pipe stands at its start, at its end, or beside another. Pipes separate constraints"
    for part in filter(None, row.split("|")):
        version = part.lstrip("<>!")
        if version.startswith("=") and part == version:
            yield "'=' is not written: a version alone stands for itself"
        elif _BROKEN_PERCENT.search(part):
            yield "a % encodes nothing. Write %25 for the sign itself"
        elif part != "*" and str(_constraint(part)) != part:
            yield f"{part[:60]!r} is encoded where it need not be, or is not where it must"
        elif kind == "datetime" and not _TIME.fullmatch(version.removeprefix("=")):
            yield f"{part[:60]!r} is no time as RFC 3339 writes it, with T and Z in upper case"


def _refuse(faults: Iterator[str]) -> None:
    for fault in faults:
        raise UnreadableError(f"This range of versions is not canonical: {fault}.")


def _constraint(part: str) -> Constraint:
    found = _CONSTRAINT.fullmatch(part)
    comparator, version = found.groups() if found else (None, part)
    if version == "*":
        raise UnreadableError(f"{part[:20]!r} stands beside other constraints, but * can only stand alone.")
    return Constraint(comparator=comparator or "=", version=unquote(version))


def _last(kept: Sequence[Constraint]) -> Constraint | None:
    return next((one for one in reversed(kept) if one.comparator != "!="), None)


def _pairs(signs: Sequence[Constraint], key: Key) -> Iterator[Interval]:
    """Pair signposts, simplified: an upper one ends what the lower one right before it begins."""
    if signs[0].comparator in UPPER:
        yield Interval(upper=signs[0].version, upper_included=signs[0].comparator == "<=")
    for now, following in pairwise((*signs, None)):
        if now is None or now.comparator in UPPER:
            continue
        if now.comparator == "=":
            yield Interval(lower=now.version, upper=now.version, upper_included=True)
        elif following is None:
            yield Interval(lower=now.version, lower_included=now.comparator == ">=")
        else:
            yield _closed(now, following, key)


def _closed(lower: Constraint, upper: Constraint, key: Key) -> Interval:
    both = lower.comparator == ">=" and upper.comparator == "<="
    if key(lower.version) == key(upper.version) and not both:
        raise UnreadableError(
            f"No version lies between {lower} and {upper}. Ask the publisher which range is meant."
        )
    return Interval(
        lower=lower.version,
        lower_included=lower.comparator == ">=",
        upper=upper.version,
        upper_included=upper.comparator == "<=",
    )


def _within(asked: Any, interval: Interval, key: Key) -> bool:
    if interval.lower:
        lower = key(interval.lower)
        if asked < lower or (asked == lower and not interval.lower_included):
            return False
    if interval.upper:
        upper = key(interval.upper)
        if asked > upper or (asked == upper and not interval.upper_included):
            return False
    return True
