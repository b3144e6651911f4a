# SPDX-License-Identifier: Apache-2.0
"""Which components records without criteria speak of: those whose whole name stands in their words.

The records are taken apart once (`Spoken`), and asked for as many components, as often, as one likes.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import intern

from leadglass.values.scope import Row
from leadglass.vulnerabilities.components import token
from leadglass.vulnerabilities.worded import place_of
from leadglass.vulnerabilities.wording import name_of, words_of

NO_CRITERIA = "criteria in the record"

_MAKERS_LONGEST = 2
_MOST_WORDS = 200
"""So many words of a description are looked through for names."""

_Words = tuple[str, ...]
_Sought = Mapping[str, Mapping[_Words, Sequence[tuple[int, bool]]]]
"""By their first word, names with the numbers of the components that have them, and whether it is their own name."""


class Spoken:
    """Records without criteria, by the words of their descriptions."""

    def __init__(self, records: Iterable[Row]) -> None:
        self._texts = [(record, _text(record["description"])) for record in records]
        having: dict[str, list[int]] = defaultdict(list)
        beginning: dict[str, list[int]] = defaultdict(list)
        for number, (_, text) in enumerate(self._texts):
            beginning[text[0]].append(number)
            for word in set(text):
                having[word].append(number)
        self._having, self._beginning = (
            {word: tuple(numbers) for word, numbers in some.items()} for some in (having, beginning)
        )

    def named(self, components: Iterable[Row]) -> Iterator[Row]:
        """Give the components whose whole name stands in the words of a record without criteria.

        A name of one word counts where the record begins with it: within a sentence it may be any word.
        """
        sought = self._sought(components)
        for record, text in self._that_may_name(sought):
            told: dict[int, str] = {}
            for at, word in enumerate(text):
                for words, numbers in sought[word].items() if word in sought else ():
                    if text[at : at + len(words)] == words and (len(words) > 1 or at == 0):
                        told |= {
                            number: " ".join(words)
                            for number, its_own in numbers
                            if its_own or _is_written_as_a_name(words, record["description"])
                        }
            for number, name in told.items():
                yield _row(number, record, NO_CRITERIA, name)

    def _sought(self, components: Iterable[Row]) -> _Sought:
        by_first: dict[str, dict[_Words, list[tuple[int, bool]]]] = defaultdict(lambda: defaultdict(list))
        seen: set[_Words] = set()
        for row in components:
            if not any(word in self._having for word in words_of(row["name"])[: _MAKERS_LONGEST + 1]):
                continue
            own = _own_names(row)
            for words in _names(row):
                same = ("_".join(words), row["name"], row["version"], row["doubt"], row["part"])
                if same not in seen:  # records may know one listed component under several products
                    seen.add(same)
                    by_first[words[0]][words].append((row["number"], words in own))
        return by_first

    def _that_may_name(self, sought: _Sought) -> Iterable[tuple[Row, _Words]]:
        """Leave out the records that lack a word of each name, where the names are so few that looking is worth it."""
        names = [words for some in sought.values() for words in some]
        if len(names) >= len(self._texts):
            return self._texts
        numbers = {number for words in names for number in self._with_all(words)}
        return (self._texts[number] for number in sorted(numbers))

    def _with_all(self, words: _Words) -> Iterable[int]:
        if len(words) == 1:
            return self._beginning.get(words[0], ())
        rarest, *others = sorted((self._having.get(word, ()) for word in words), key=len)
        found = set(rarest)
        for other in others if found else ():
            found.intersection_update(other)
        return found


def named(records: Iterable[Row], components: Iterable[Row]) -> Iterator[Row]:
    """Ask records once."""
    return Spoken(records).named(components)


def _text(description: str) -> tuple[str, ...]:
    """The words of a description, each kept once however many records have it."""
    return tuple(intern(word.rstrip(".")) for word in token(description).split("_")[:_MOST_WORDS])


def _names(row: Row) -> Iterator[tuple[str, ...]]:
    """The names of a component to look for; of one that no record's criteria name, without its maker in front too."""
    yield from _own_names(row)
    if not row["product"]:
        told = name_of(row["name"], row["version"])
        last = next(at for at in range(1, len(told.words) + 1) if told.is_kind(at) or told.is_edition(at))
        yield from (
            told.words[first:end]
            for end in {last, len(told.words)}
            for first in range(_MAKERS_LONGEST + 1)
            if end - first > 1 and not told.are_kinds(first, end) and (first or end == last)
        )


def _own_names(row: Row) -> tuple[tuple[str, ...], ...]:
    """The words of a component's name without what only repeats its version or says what kind of thing it is."""
    told = name_of(row["name"], row["version"])
    last = next(at for at in range(1, len(told.words) + 1) if told.is_kind(at))
    return (told.words[:last],) if len("".join(told.words[:last])) > 2 else ()


def _is_written_as_a_name(words: tuple[str, ...], description: str) -> bool:
    """Tell whether words stand in a text as names do, each with a capital or a number in front: 'Vue PACS'."""
    found = re.search(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)", description, re.IGNORECASE)
    return found is not None and all(re.match(r"[A-Z0-9]", word) for word in re.findall(r"\w+", found[0]))


def _row(number: int, record: Row, missing: str, what: str) -> Row:
    return {
        "c": number,
        "vulnerability": record["vulnerability"],
        "missing": missing,
        "rule": f"{what} in words alone",
        "sha256": record["sha256"],
        "place": place_of(record),
    }
