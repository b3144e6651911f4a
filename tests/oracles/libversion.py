# SPDX-License-Identifier: Apache-2.0
"""Compare two versions directly, by the letter of libversion's doc/ALGORITHM (3.0.4, default flags; or ANY_IS_PATCH).

Slow and plain on purpose: it walks the characters, makes the list of components, pads with zeros and compares one by
one. It has no keys and no patterns, so that it can disagree with `leadglass.vulnerabilities.versions`.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import zip_longest

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS = frozenset("0123456789")


class Rank(IntEnum):
    """Step 2: the ranks, ascending."""

    PRE_RELEASE = 0
    ZERO = 1
    POST_RELEASE = 2
    NONZERO = 3
    LETTER_SUFFIX = 4


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """A component: its rank, and its value within the rank (the number, or the letter's place in the alphabet)."""

    rank: Rank
    value: int


PADDING = Component(Rank.ZERO, 0)


def compare(a: str, b: str, *, any_is_patch: bool = False) -> int:
    """Give -1, 0 or 1 as `a` is older than, equal to or newer than `b` (step 3)."""
    both = (components(text, any_is_patch=any_is_patch) for text in (a, b))
    for left, right in zip_longest(*both, fillvalue=PADDING):
        if left < right:
            return -1
        if left > right:
            return 1
    return 0


def components(text: str, *, any_is_patch: bool = False) -> list[Component]:
    """Give the ranked components of a version (steps 1 and 2). A number has at most 4,300 digits."""
    found: list[Component] = []
    at = 0
    while at < len(text):
        if text[at] in DIGITS:
            end = run_end(text, at, DIGITS)
            value = int(text[at:end])
            found.append(Component(Rank.NONZERO if value else Rank.ZERO, value))
        elif text[at] in LETTERS:
            end = run_end(text, at, LETTERS)
            follows_number = at > 0 and text[at - 1] in DIGITS
            precedes_number = end < len(text) and text[end] in DIGITS
            word = text[at:end].lower()
            rank = word_rank(word, may_be_suffix=follows_number and not precedes_number)
            if any_is_patch and rank is Rank.PRE_RELEASE and not is_early(word):
                rank = Rank.POST_RELEASE
            found.append(Component(rank, ord(word[0])))
        else:
            end = at + 1  # a separator
        at = end
    return found


def word_rank(word: str, *, may_be_suffix: bool) -> Rank:
    """Give the rank of a word; an unknown one is a suffix where it may be, else a pre-release."""
    if is_early(word):
        return Rank.PRE_RELEASE
    if word in ("pl", "errata") or word[:4] == "post" or word[:5] == "patch":
        return Rank.POST_RELEASE
    return Rank.LETTER_SUFFIX if may_be_suffix else Rank.PRE_RELEASE


def is_early(word: str) -> bool:
    """Tell whether a word is known to come before a release."""
    return word in ("alpha", "beta", "rc") or word[:3] == "pre"


def run_end(text: str, start: int, kind: frozenset[str]) -> int:
    """Give the place after the run of characters of one kind that begins at `start`."""
    end = start
    while end < len(text) and text[end] in kind:
        end += 1
    return end
