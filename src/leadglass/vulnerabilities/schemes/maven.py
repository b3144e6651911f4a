# SPDX-License-Identifier: Apache-2.0
"""Keys of Maven's versions (ComparableVersion of Maven 3.8; POM Reference, "Version Order Specification").

A version is a list of numbers and words. "-", a change between digits and letters, and a word that ends the version or
stands before digits, open a list within, to the end. At one place sorts, ascending:

    0  an early word            alpha, beta, milestone, rc, snapshot
    1  a list that is early     its first item that says something is early
    2  a zero before what is early;  3  a release word (ga, final, release) before what is early
    4  the end
    5  a release word before what is later;  6  a later word: sp, then every word that is not known
    7  a list that is later;  8  a zero before what is later;  9  a number

Maven's comparison runs in circles where a word meets an early list, or a zero before an early word: "1-final-snapshot"
< "1" < "1-xyz" < "1-final-snapshot". No order has these; here what is early is below the end, always.
"""

import re
from itertools import pairwise
from typing import Final, NamedTuple

from leadglass.vulnerabilities.schemes.steps import number, word

_TEXT: Final = re.compile(r"[$-}]+")
_TOKENS: Final = re.compile(r"[0-9]+|[^-.0-9]+|[-.]")
_SEPARATORS: Final = frozenset("-.")
_SHORT: Final = {"a": "alpha", "b": "beta", "m": "milestone"}
_EARLY: Final = {"alpha": "a", "beta": "b", "milestone": "c", "rc": "d", "cr": "d", "snapshot": "e"}
_RELEASE: Final = frozenset({"", "ga", "final", "release"})
_SP: Final = "sp"
_END: Final = "4"


class _Item(NamedTuple):
    """A number, a word or the opening of a list: its marks before what is early and what is later, its step."""

    early: str
    later: str
    step: str
    sign: int


_ZERO: Final = _Item("2", "8", "", 0)
_RELEASED: Final = _Item("3", "5", "", 0)
_LIST: Final = _Item("1", "7", "", 0)


def key(text: str) -> str | None:
    """Give the key of a version; None where it has characters other than `$` to `}`, or none at all."""
    if not _TEXT.fullmatch(text):
        return None
    items = [item for one in _normal(_lists(text.lower())) for item in (_LIST, *one)][1:]
    steps = [_END]
    sign = 0
    for item in reversed(items):
        sign = item.sign or sign
        steps.append((item.early if sign < 0 else item.later) + item.step)
    return "".join(reversed(steps))


def _lists(text: str) -> list[list[_Item]]:
    """Cut into items, a list within the one before it."""
    lists: list[list[_Item]] = [[]]
    before = "."
    for one, after in pairwise([*_TOKENS.findall(text), ""]):
        if one in _SEPARATORS:
            if before in _SEPARATORS:  # nothing between two separators is the number 0
                lists[-1].append(_ZERO)
            if one == "-":
                lists.append([])
        else:
            if before not in _SEPARATORS or (lists[-1] and one[0] > "9" and not after.startswith(("-", "."))):
                lists.append([])
            lists[-1].append(_item(one, is_before_number=after[:1].isdigit()))
        before = one
    return lists


def _item(text: str, *, is_before_number: bool) -> _Item:
    if text[0].isdigit():
        return _Item("9", "9", number(text), 1) if text.strip("0") else _ZERO
    name = _SHORT.get(text, text) if is_before_number else text
    if name in _EARLY:
        return _Item("0", "0", _EARLY[name], -1)
    if name in _RELEASE:
        return _RELEASED
    return _Item("6", "6", "0" if name == _SP else "1" + word(name), 1)


def _normal(lists: list[list[_Item]]) -> list[list[_Item]]:
    """Take off the zeros and release words that a list ends in, and empty lists at the end."""
    normal: list[list[_Item]] = []
    for one in reversed(lists):
        end = len(one)
        while end and one[end - 1] in {_ZERO, _RELEASED}:
            end -= 1
        if end or normal:
            normal.append(one[:end])
    return normal[::-1] or [[]]
