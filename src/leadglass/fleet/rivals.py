# SPDX-License-Identifier: Apache-2.0
"""All names of models that the fleet and the documents know, to say whether a faulty name may be another's.

A fault is read away only where one model alone is as near, and where the faulty word is known from no other name.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from leadglass.fleet.differences import Difference, between
from leadglass.fleet.makers import maker_of
from leadglass.fleet.slips import Lexicon, shortened
from leadglass.fleet.wording import Wording, own_words, tells, wordings


@dataclass(frozen=True, slots=True)
class _Name:
    makers: frozenset[str]
    wordings: tuple[Wording, ...]


class Names:
    """Names of models, each under its makers. Ids are given by the caller, in the order of adding."""

    def __init__(self) -> None:
        self._names: list[_Name] = []
        self._lexicon = Lexicon()
        self._posted: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._untelling: dict[str, set[int]] = defaultdict(set)
        self._holders: dict[str, set[int]] = defaultdict(set)

    def add(self, makers: Iterable[str], wordings: Sequence[Wording]) -> int:
        """Take a name up, and give its number."""
        number = len(self._names)
        self._names.append(_Name(frozenset(makers), tuple(wordings)))
        for one in wordings:
            for word in (*filter(tells, one.words), *one.numbers):
                self._lexicon.add(word)
                self._holders[word].add(number)
                for maker in self._names[number].makers:
                    self._posted[maker, word].add(number)
            if not any(map(tells, one.words)) and not one.numbers:
                for maker in self._names[number].makers:
                    self._untelling[maker].add(number)
        return number

    def akin(self, one: Wording, makers: Iterable[str]) -> set[int]:
        """The names of these makers that share a word with this one, as it is or faulty; and those that tell nothing."""
        near = {word: {word} | self._near(word) for word in {*one.words, *one.numbers}}
        found: set[int] = set()
        for maker in makers:
            found |= self._untelling.get(maker, set())
            for words in near.values():
                for word in words:
                    found |= self._posted.get((maker, word), set())
        return found

    def _near(self, word: str) -> set[str]:
        if any(sign.isdigit() for sign in word):
            return set()
        return self._lexicon.slips(word) | self._lexicon.shortened(word)

    def alike(self, number: int, one: Wording) -> bool:
        """Whether a name is that of a wording, but for words that every product has."""
        return any(between(one, other).none for other in self._names[number].wordings)

    def has(self, one: Wording, makers: Iterable[str]) -> bool:
        """Whether a name of these makers is that of a wording."""
        return any(self.alike(number, one) for number in self.akin(one, makers))

    def known(self, word: str, *but: Wording) -> bool:
        """Whether a word stands in a name that is none of these."""
        return any(not any(self.alike(number, one) for one in but) for number in self._holders.get(word, ()))

    def beside(self, one: Wording, makers: frozenset[str], *but: Wording) -> Iterator[int]:
        """The names of these makers that are one fault away from this one, and none of those."""
        for number in self.akin(one, makers):
            if self.parted(number, one) and not any(self.alike(number, other) for other in but):
                yield number

    def parted(self, number: int, one: Wording) -> bool:
        """Whether a name is one fault away from a wording."""
        return any(_one_fault(between(one, other)) for other in self._names[number].wordings)


def _one_fault(found: Difference) -> bool:
    return found.numbers and not (found.less or found.more or found.apart) and len(found.faults) == 1


@cache
def published() -> Names:
    """The names of our table of models (tables/models.toml), which hold where no document speaks of a model either."""
    text = resources.files(__package__).joinpath("tables/models.toml").read_text(encoding="utf-8")
    found = Names()
    for maker, models in tomllib.loads(text)["models"].items():
        keys = frozenset(name.key for name in maker_of(maker))
        own = own_words(keys, maker)
        for model in models:
            found.add(keys, tuple(wordings(model, own)))
    return found


def alone(
    named: Wording, known: Wording, makers: frozenset[str], fleet: Names, told: Sequence[Names]
) -> bool:
    """Whether a fault between a document's name and a fleet's can be read away: no third name is as near.

    A name that is told elsewhere is no faulty one. Nor is a word that other names have: where both are such, they are
    two words; and a shorter one that is such is not shortened.
    """
    if any(names.has(known, makers) for names in told):
        return False
    ((one, other),) = between(named, known).faults
    everywhere = (fleet, *told)
    faulty = (min(one, other, key=len),) if shortened(one, other) else (one, other)
    if all(any(names.known(word, named, known) for names in everywhere) for word in faulty):
        return False
    if any(any(True for _ in names.beside(known, makers, named, known)) for names in told):
        return False
    # Where the document's word is the longer one, or is told elsewhere too, the fault is the fleet's; and others of the
    # fleet that are one fault away from it may be faulty in their own way
    theirs = faulty == (other,) or any(names.known(one, named, known) for names in told)
    if theirs:
        return all(fleet.parted(number, named) for number in fleet.beside(known, makers, named, known))
    near = (*fleet.beside(known, makers, named, known), *fleet.beside(named, makers, named, known))
    return not near
