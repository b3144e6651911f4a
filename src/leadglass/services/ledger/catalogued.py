# SPDX-License-Identifier: Apache-2.0
"""The products that records name, held in memory: what `fleet.queries` finds by words, found without reading the records.

Answers VENDORS_NAMED with the same rows, and gives the book that PRODUCTS_NAMED, PRODUCTS_LONGER and VENDORS_NAMED give.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from leadglass.fleet.queries import VENDORS_NAMED
from leadglass.services.ledger.lookups import book_of
from leadglass.services.ledger.tray import Known
from leadglass.services.ledger.view import View
from leadglass.values.people import Answer
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.vulnerabilities.book import Book

_Named = tuple[str, str, str, int]
"""Part, vendor, word, records."""

_PRODUCTS = Query(
    name="products that records name, with how many criteria",
    tables=("criterion",),
    needs=("criterion",),
    columns=("part", "vendor", "word", "records"),
    sql="""
SELECT part, split_part(product, ':', 1) AS vendor, split_part(product, ':', 2) AS word, sum(records)::BIGINT AS records
FROM (SELECT part, product, count(*) AS records FROM criterion GROUP BY 1, 2) p GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""",
)
_WITHOUT = str.maketrans("", "", "-_&/!")
_PLAIN = str.maketrans("-&/", "___")


class Catalogue:
    """The products of the records of a snapshot, by name, by how they begin and end, by vendor."""

    def __init__(self, view: View, answers: Sequence[Answer]) -> None:
        self._empty = book_of((), answers)
        by_name: dict[str, list[_Named]] = defaultdict(list)
        by_vendor: dict[str, list[_Named]] = defaultdict(list)
        plains: list[str] = []
        self._all: list[_Named] = []
        for row in view.ask(_PRODUCTS):
            one = (row["part"], row["vendor"], row["word"], row["records"])
            plain = one[2].translate(_PLAIN)
            by_name[one[2].translate(_WITHOUT)].append(one)
            by_vendor[one[1]].append(one)
            self._all.append(one)
            plains.append(plain)
        # Tuples of texts the collector of cycles passes over; lists it walks through again and again
        self._joined = {word: tuple(rows) for word, rows in by_name.items()}
        self._vendors = {vendor: tuple(rows) for vendor, rows in by_vendor.items()}
        self._forth, self._back = _Ordered(plains), _Ordered(plain[::-1] for plain in plains)

    @property
    def known(self) -> Mapping[str, Known]:
        """Give the answers by the names of the queries."""
        return {VENDORS_NAMED.name: lambda given: list(self._of_vendors(_wanted(given)))}

    def book(self, words: Collection[str], longer: Collection[str], makers: Collection[str]) -> Book:
        """Give a book in which these may be looked up, and no other: words of names, whole names, names of makers."""
        found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        for part, vendor, word, records in sorted(
            one for asked in words for one in self._joined.get(asked, ())
        ):
            if word:
                found[word].append((part, vendor, records))
        return self._empty.over(found, _Longer(self, longer, makers))

    def saying_more(self, name: str) -> list[_Named]:
        """Give the products that begin with a name, or end with one (PRODUCTS_LONGER)."""
        found = {*self._forth.beginning(name), *self._back.beginning(name[::-1])}
        return [self._all[number] for number in sorted(found)]

    def made_by(self, vendor: str) -> list[_Named]:
        """Give the products of a vendor; how many records name them is not said (VENDORS_NAMED)."""
        return sorted((part, vendor, word, 0) for part, _, word, _ in self._vendors.get(vendor, ()) if word)

    def _of_vendors(self, vendors: Iterable[str]) -> Iterator[Row]:
        found = [one for vendor in vendors for one in self._vendors.get(vendor, ())]
        for part, vendor, word, _ in sorted(found):
            yield {"part": part, "vendor": vendor, "word": word}


class _Ordered:
    """Numbers of texts by the order of these."""

    def __init__(self, texts: Iterable[str]) -> None:
        ordered = sorted((text, number) for number, text in enumerate(texts))
        self._texts = [text for text, _ in ordered]
        self._numbers = array("I", (number for _, number in ordered))

    def beginning(self, word: str) -> Sequence[int]:
        """Give the numbers of the texts that begin with a word, with more words behind it."""
        # What begins with 'core_' stands between that and 'core`': the sign behind the underscore
        return self._numbers[bisect_left(self._texts, f"{word}_") : bisect_left(self._texts, f"{word}`")]


class _Longer(Mapping[str, list[_Named]]):
    """What says more than names, or is of makers of these names: found when somebody looks, and only what may be asked."""

    def __init__(self, catalogue: Catalogue, longer: Collection[str], makers: Collection[str]) -> None:
        self._catalogue = catalogue
        self._names = frozenset(longer)
        self._makers = frozenset(makers)
        self._found: dict[str, list[_Named]] = {}

    def __getitem__(self, name: str) -> list[_Named]:
        if name not in self._found:
            if name not in self._names and name not in self._makers:
                raise KeyError(name)
            longer = self._catalogue.saying_more(name) if name in self._names else []
            made = self._catalogue.made_by(name) if name in self._makers else []
            self._found[name] = [*longer, *made]
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names | self._makers)

    def __len__(self) -> int:
        return len(self._names | self._makers)


def _wanted(given: Mapping[str, Any]) -> list[str]:
    """Take the words out of the relation wanted: one column, its rows in any order."""
    table, rows = given["wanted"]
    return sorted({row[table.columns[0].name] for row in rows})
