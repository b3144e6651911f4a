# SPDX-License-Identifier: Apache-2.0
"""The products that records name, held in memory: what `fleet.queries` finds by words, found without reading the records.

Answers PRODUCTS_NAMED, PRODUCTS_LONGER and VENDORS_NAMED with the same rows, in the same order.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from leadglass.fleet.queries import PRODUCTS_LONGER, PRODUCTS_NAMED, VENDORS_NAMED
from leadglass.services.ledger.tray import Known
from leadglass.services.ledger.view import View
from leadglass.values.query import Query
from leadglass.values.scope import Row

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
    """The products of the records of a snapshot, by name, by first and last word, by vendor."""

    def __init__(self, view: View) -> None:
        self._joined: dict[str, list[_Named]] = defaultdict(list)
        self._first: dict[str, list[tuple[str, _Named]]] = defaultdict(list)
        self._last: dict[str, list[tuple[str, _Named]]] = defaultdict(list)
        self._vendors: dict[str, list[_Named]] = defaultdict(list)
        for row in view.ask(_PRODUCTS):
            one = (row["part"], row["vendor"], row["word"], row["records"])
            plain = one[2].translate(_PLAIN)
            self._joined[one[2].translate(_WITHOUT)].append(one)
            self._vendors[one[1]].append(one)
            self._first[plain.partition("_")[0]].append((plain, one))
            self._last[plain.rpartition("_")[2]].append((plain, one))

    @property
    def known(self) -> Mapping[str, Known]:
        """Give the answers by the names of the queries."""
        return {
            PRODUCTS_NAMED.name: lambda given: list(self._named(_wanted(given))),
            PRODUCTS_LONGER.name: lambda given: list(self._longer(_wanted(given))),
            VENDORS_NAMED.name: lambda given: list(self._of_vendors(_wanted(given))),
        }

    def _named(self, words: list[str]) -> Iterator[Row]:
        found = [(one, word) for word in words for one in self._joined.get(word, ())]
        for (part, vendor, word, records), asked in sorted(found):
            yield {"asked": asked, "part": part, "vendor": vendor, "word": word, "records": records}

    def _longer(self, names: list[str]) -> Iterator[Row]:
        found = set()
        for name in names:
            begins, ends = f"{name}_", f"_{name}"
            found |= {
                (name, one)
                for plain, one in self._first.get(name.partition("_")[0], ())
                if plain.startswith(begins)
            }
            found |= {
                (name, one)
                for plain, one in self._last.get(name.rpartition("_")[2], ())
                if plain.endswith(ends)
            }
        for name, (part, vendor, word, records) in sorted(found):
            yield {"name": name, "part": part, "vendor": vendor, "word": word, "records": records}

    def _of_vendors(self, vendors: list[str]) -> Iterator[Row]:
        found = [one for vendor in vendors for one in self._vendors.get(vendor, ())]
        for part, vendor, word, _ in sorted(found):
            yield {"part": part, "vendor": vendor, "word": word}


def _wanted(given: Mapping[str, Any]) -> list[str]:
    """Take the words out of the relation wanted: one column, its rows in any order."""
    table, rows = given["wanted"]
    return sorted({row[table.columns[0].name] for row in rows})
