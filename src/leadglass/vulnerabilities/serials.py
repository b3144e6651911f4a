# SPDX-License-Identifier: Apache-2.0
"""Read the serial numbers to which a document limits a product, and hold that of a device against them.

CSAF 2.0, 3.1.3.3.6 (`?` is one character, `*` any number of them); letters and recalls write ranges and words too. What is
not understood leaves a device unknown, never left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from leadglass.values.ids import fingerprint
from leadglass.vulnerabilities.comparison import Truth

LONGEST: Final = 128
"""Characters of a serial number that may be compared; what is longer is none."""

_PARTS: Final = re.compile(r"[,;&|\n]+")
_ALL: Final = re.compile(r"\*+|(?:all|any|every)(?: (?:serial numbers?|serials|units|devices))?")
_RANGE: Final = re.compile(
    r"(?:from )?(\S+)(?: - | ?(?:[\u2013\u2014]|\.{2,3}|\bto\b|\bthrough\b|\bbis\b) ?)(\S+)"
)
_LABEL: Final = re.compile(r"(?:serial (?:number|no\.?)|serial|s/n|sn)[ :.#]*(?=\S*\d)")
_BETWEEN: Final = re.compile(r"[\s./_-]+")
_NUMBERED: Final = re.compile(r"(.*?)(\d+)(\D*)")
_ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")
_ESCAPED: Final = {r"\*": "\ue000", r"\?": "\ue001"}  # 2.1 lets both stand for themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Serials:
    """Serial numbers that a document names: `exact` ones (also `bare`), `patterns`, `ranges`, what is `perhaps` a range.

    `unclear`: some of its text is not understood.
    """

    id: str
    exact: frozenset[str]
    bare: frozenset[str]
    patterns: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]
    perhaps: tuple[tuple[str, str], ...]
    unclear: bool

    def speak_of(self, serial: str) -> Truth:
        """Tell whether a device with this serial number is among them."""
        own = plain(serial)
        if not own:
            return Truth.UNKNOWN
        if self._names(own):
            return Truth.TRUE
        near = own != bare(own) and self._names(bare(own))
        alike = bare(own) in self.bare
        doubted = any(within(own, *ends) is not Truth.FALSE for ends in (*self.perhaps, *self.ranges))
        return Truth.UNKNOWN if near or alike or doubted or self.unclear else Truth.FALSE

    def _names(self, own: str) -> bool:
        return (
            own in self.exact
            or any(like(own, pattern) for pattern in self.patterns)
            or any(within(own, *ends) is Truth.TRUE for ends in self.ranges)
        )


def read(texts: Iterable[str]) -> Serials | None:
    """Read what a document states; None where it names none, or all: then it limits nothing."""
    stated = sorted({" ".join(one.casefold().split()) for text in texts for one in _PARTS.split(text)} - {""})
    if not stated or any(_ALL.fullmatch(one) for one in stated):
        return None
    exact, patterns = set[str](), list[str]()
    ranges, perhaps = list[tuple[str, str]](), list[tuple[str, str]]()
    unclear = False
    for one in (_LABEL.sub("", text, count=1) for text in stated):
        ends = _RANGE.fullmatch(one)
        if ends:
            low, high = plain(ends[1]), plain(ends[2])
            sound = within(low, low, high) is not Truth.FALSE
            unclear = unclear or not sound
            ranges += [(low, high)] if sound else []
            continue
        if "*" in one or "?" in one:
            patterns.append(_BETWEEN.sub("", _marked(one)))
            continue
        exact.add(plain(one))
        perhaps += _perhaps(one)
        unclear = unclear or " " in one or not any(map(str.isdigit, one)) or len(one) > LONGEST
    return Serials(
        id=fingerprint("serials", *stated, length=10), exact=frozenset(exact - {""}),
        bare=frozenset(map(bare, exact - {""})), patterns=tuple(patterns), ranges=tuple(ranges),
        perhaps=tuple(perhaps), unclear=unclear,
    )  # fmt: skip


def _perhaps(one: str) -> Iterator[tuple[str, str]]:
    """Give the ranges that a text may be which is written like one number: '100-150', 'QT64-100-QT64-150', '100/150'."""
    for joint in re.finditer("[-/]", one):
        low, high = plain(one[: joint.start()]), plain(one[joint.end() :])
        if joint[0] == "/":
            yield from ((end, end) for end in (low, high) if any(map(str.isdigit, end)))
        elif high.isdigit() and (stem := low.rstrip("0123456789")) != low:
            yield low, stem + high
        elif within(low, low, high) is not Truth.FALSE:
            yield low, high


def plain(text: str) -> str:
    """Write a serial number without what only parts it; empty where it is none."""
    made = _BETWEEN.sub("", text.casefold())
    return made if len(made) <= LONGEST else ""


def bare(own: str) -> str:
    """Write it without a label and without leading zeros, as some write it: enough to ask, not to know."""
    return _ZEROS.sub("", re.sub(r"\A(?:s/?n|no|nr)(?=\d)", "", own))


def within(own: str, low: str, high: str) -> Truth:
    """Hold a number against two ends: all three are the same but for one number."""
    pieces = [_NUMBERED.fullmatch(one) for one in (own, low, high)]
    if not all(pieces):
        return Truth.FALSE
    (before, number, after), (first, least, rest), (second, most, last) = (
        piece.groups() for piece in pieces if piece
    )
    if not (before == first == second and after == rest == last and int(least) <= int(number) <= int(most)):
        return Truth.FALSE
    return Truth.TRUE if len(least) <= len(number) <= len(most) else Truth.UNKNOWN


def like(own: str, pattern: str) -> bool:
    """Hold a text against a pattern with `?` and `*`, in time that does not grow with what the stars may be."""
    at = star = begun = 0
    starred = False
    place = 0
    while at < len(own):
        sign = pattern[place] if place < len(pattern) else ""
        if sign == "*":
            starred, star, begun, place = True, place, at, place + 1
        elif sign and (sign == "?" or _unmarked(sign) == own[at]):
            at, place = at + 1, place + 1
        elif starred:
            begun += 1
            at, place = begun, star + 1
        else:
            return False
    return not pattern[place:].strip("*")


def _marked(text: str) -> str:
    for escaped, mark in _ESCAPED.items():
        text = text.replace(escaped, mark)
    return text


def _unmarked(sign: str) -> str:
    return next((escaped[1] for escaped, mark in _ESCAPED.items() if mark == sign), sign)
