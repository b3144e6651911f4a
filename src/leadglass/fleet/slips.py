# SPDX-License-Identifier: Apache-2.0
"""Words that may be one: a slip of the pen, or a word shortened; found without comparing each with each.

No standard rules this. A slip is one edit: a letter left out, added, replaced, or two neighbours swapped (Damerau).
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from leadglass.fleet.identity import distance

LEAST = 3
"""A word shortened to fewer letters is an initial, and says too little."""


@lru_cache(maxsize=200_000)
def one_slip(one: str, other: str) -> bool:
    """Whether two words are exactly one edit apart."""
    return one != other and abs(len(one) - len(other)) < 2 and distance(one, other) == 1


def shortened(one: str, other: str) -> bool:
    """Whether one of two words is the beginning of the other ('Inn' and 'Innova')."""
    short, long = sorted((one, other), key=len)
    return len(short) >= LEAST and one != other and long.startswith(short)


def at_an_end(one: str, other: str) -> bool:
    """Whether two words part at their first or last letter only.

    Models do so ('Evolution' and 'Revolution', 'Prime' and 'Primo'), slips of the pen seldom.
    """
    short, long = sorted((one, other), key=len)
    return long[:-1] in {short, short[:-1]} or long[1:] in {short, short[1:]}


class Lexicon:
    """Words, to find those that a given one may be: one edit away, or shortened.

    Two words one edit apart share the word, or the word without one of its letters; so they meet in `_around`.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words: list[str] = []
        self._known: set[str] = set()
        self._around: dict[str, list[str]] = defaultdict(list)
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        """Take a word up."""
        if word in self._known:
            return
        self._known.add(word)
        insort(self._words, word)
        for key in _around(word):
            self._around[key].append(word)

    def slips(self, word: str) -> set[str]:
        """The words that are one edit away."""
        near = {other for key in _around(word) for other in self._around.get(key, ())}
        return {other for other in near if one_slip(word, other)}

    def shortened(self, word: str) -> set[str]:
        """The words that begin with this one, and those that it begins with."""
        if len(word) < LEAST:
            return set()
        found = {word[:length] for length in range(LEAST, len(word))} & self._known
        for other in self._words[bisect_left(self._words, word) :]:
            if not other.startswith(word):
                break
            found.add(other)
        return found - {word}


@lru_cache(maxsize=50_000)
def _around(word: str) -> frozenset[str]:
    return frozenset((word, *(word[:at] + word[at + 1 :] for at in range(len(word)))))
