# SPDX-License-Identifier: Apache-2.0
"""How two names of a model differ: in one faulty word, in words that one of them lacks, in numbers, in kind.

No standard rules this. Numbers are never faulty: another number is another model.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from leadglass.fleet.slips import LEAST, at_an_end, one_slip, shortened
from leadglass.fleet.wording import Key, Wording, edition, is_kind, tells

_MEASURE = re.compile(r"\d+t|\d*[.,]\d+t?")  # '3T', '1.5T' and '3.0' are shared by many models

_SLIP, _LONE, _CUT = 6, 8, 4
"""So many letters has a word at least whose slip is read, one that is all that its name tells, and one cut short of which
no number speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the first of two names has beside the second (`less`: the second says less), and the second beside the first.

    `faults` are pairs of words that may be one. `shared` are telling words and numbers that both have. `kinds` are
    the words for a kind of device that each has alone. `numbers`: the same, in the same order.
    """

    faults: tuple[tuple[str, str], ...]
    less: Key
    more: Key
    shared: frozenset[str]
    numbers: bool
    kinds: tuple[Key, Key]

    @property
    def apart(self) -> bool:
        """Whether each speaks of a kind of device of which the other does not."""
        return all(self.kinds)

    @property
    def none(self) -> bool:
        """Whether both are one name, but for words that every product has."""
        return self.numbers and not (self.faults or self.less or self.more or self.apart)

    @property
    def close(self) -> float:
        """How much of the names is the same: 1 is all."""
        same = len(self.shared) + 0.8 * len(self.faults)
        return same / max(1.0, len(self.shared) + len(self.faults) + len(self.less) + len(self.more))


@lru_cache(maxsize=100_000)
def difference(words: tuple[Key, Key], others: tuple[Key, Key]) -> Difference:
    """Compare two names by their words and numbers."""
    ahead, behind = _beyond(words[0], others[0]), _beyond(others[0], words[0])
    faults = []
    for word in list(ahead):
        other = next((other for other in behind if _faulty(word, other)), None)
        if other is not None:
            faults.append((word, other))
            ahead.remove(word)
            behind.remove(other)
    lacking, having = _beyond(words[1], others[1]), _beyond(others[1], words[1])
    both = {word for word in {*words[0]} & {*others[0]} if tells(word)}
    return Difference(
        faults=tuple(faults),
        less=(*filter(tells, ahead), *lacking),
        more=(*filter(tells, behind), *having),
        shared=frozenset(both | ({*words[1]} & {*others[1]})),
        numbers=words[1] == others[1],
        kinds=(tuple(filter(is_kind, ahead)), tuple(filter(is_kind, behind))),
    )


def between(one: Wording, other: Wording) -> Difference:
    """Compare two worded names."""
    return difference((one.words, one.numbers), (other.words, other.numbers))


def _beyond(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """The words that are not among the others, as often as they are not."""
    left = Counter(words) - Counter(others)
    return [word for word in dict.fromkeys(words) for _ in range(left[word])]


def _faulty(word: str, other: str) -> bool:
    """Whether two words may be one; of two words that tell nothing each is itself."""
    if not (tells(word) or tells(other)):
        return False
    return shortened(word, other) or (max(len(word), len(other)) >= LEAST and one_slip(word, other))


def nested(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one of two sets of words holds the other."""
    return one <= other or other <= one


def compatible(one: Wording, other: Wording, step: int) -> bool:
    """Whether what a step left out of two names goes together: no two modalities, no two kinds of device."""
    modalities = (one.modalities[step], other.modalities[step])
    return (modalities[0] == modalities[1] or not all(modalities)) and nested(
        one.kinds[step], other.kinds[step]
    )


def strong(number: str) -> bool:
    """Whether few models share a number: three signs or more, and no measure."""
    return len(number) > 2 and not _MEASURE.fullmatch(number) and any(sign.isdigit() for sign in number)


def fault(found: Difference, words: Sequence[str]) -> str:
    """Name the fault by which two names are one where no other name is as near: "slip", "short", or "" for none.

    One word alone differs, and another tells the same: a number, a word, or the length of the word itself.
    """
    if not found.numbers or found.less or found.more or any(found.kinds) or len(found.faults) != 1:
        return ""
    ((one, other),) = found.faults
    if edition(one) or edition(other):
        return ""
    if one_slip(one, other) and _slipped(one, other, found):
        return "slip"
    return "short" if shortened(one, other) and _cut(one, other, found, words) else ""


def _slipped(one: str, other: str, found: Difference) -> bool:
    """A slip in a long word; at one of its ends, where models part, only beside a number that few share."""
    if not (one + other).isalpha() or max(len(one), len(other)) < _SLIP:
        return False
    if at_an_end(one, other):
        return any(map(strong, found.shared)) or (bool(found.shared) and not (tells(one) and tells(other)))
    return bool(found.shared) or max(len(one), len(other)) >= _LONE


def _cut(one: str, other: str, found: Difference, words: Sequence[str]) -> bool:
    """A word shortened beside a number that few share, or in front of words that tell the model.

    What a model has behind its name tells it from its siblings ('Avanto', 'Avantofit'), what stands in front of it is
    the name of a line of models.
    """
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) < 2 or edition(long[len(short) :]) or not tells(short):
        return False
    if any(map(strong, found.shared)) or (found.shared and not tells(long)):
        return True
    if len(short) < _CUT:
        return False
    at = next(at for at, word in enumerate(words) if word in {one, other})
    return any(len(word) > 1 and word in found.shared for word in words[at + 1 :])


def suggests(found: Difference, one: Wording, other: Wording) -> str:
    """The step that two names which are not equal suggest; "" where nothing does. All but "number" are questions."""
    if found.none and len(one.numbers) == 1 and not any(found.kinds):
        return "number"  # 'Discovery NM750b' in another order: 'Discovery 750b NM'
    if found.faults and found.numbers and not (found.less or found.more):
        return "near"
    if not (found.shared or found.faults):
        untold = not (other.numbers or any(map(tells, other.words)))
        return "untold" if untold and {*other.words} <= {*one.words} else ""
    if not (found.more or found.apart or _beyond(other.numbers, one.numbers)):
        return "part"
    if not (found.less or _beyond(one.numbers, other.numbers)):
        return "family"
    few = max(len(found.less), len(found.more)) < 2
    return "shared" if any(map(strong, found.shared)) or (found.numbers and one.numbers and few) else ""
