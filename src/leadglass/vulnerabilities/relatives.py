# SPDX-License-Identifier: Apache-2.0
"""Find what records name beside a component's link: its firmware, products for single uses, products of its maker.

The firmware is the same thing by another name. All else is a doubt, and is asked.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from leadglass.errors import UnreadableError
from leadglass.values.purl import Purl
from leadglass.vulnerabilities.components import BACKPORTING, Link, token
from leadglass.vulnerabilities.likeness import MAKERS_LONGEST, joined
from leadglass.vulnerabilities.wording import Name, is_platform, name_of

Row = tuple[str, str, str, int]
"""Part, vendor, product, records."""

MOST = 5
"""So many products are asked about where a name may mean several; a word in more products of one maker tells none."""
_FEW = 10
"""A maker of so many products may be told by a short word."""
_TELLING = 5
"""Letters of a word by which one product of a maker is told from its others."""
_MANY = 150
"""Of a maker of more products one word that is the same tells none."""
_REMEMBERED = 256
_WORD = re.compile(r"[a-z0-9]+")
_DOMAINS = frozenset({"com", "org", "net", "io"})


def as_firmware(made: Sequence[Link], longer: Iterable[Row]) -> list[Link]:
    """The same products where records file the program of a device, or its system, as its firmware."""
    if not made:
        return []
    vendors = {joined(one.product.partition(":")[0]) for one in made}
    known = {
        (joined(vendor), joined(word)): f"{vendor}:{word}"
        for part, vendor, word, _ in longer
        if part == "o" and word.endswith("_firmware") and joined(vendor) in vendors
    }
    found = []
    for one in made:
        vendor, _, word = one.product.partition(":")
        key = known.get((joined(vendor), joined(f"{word}_firmware")), "") if one.part in {"a", "o"} else ""
        if key:
            found.append(replace(one, part="o", product=key, basis=f"{one.basis}, as firmware"))
    return found


def for_uses(vendor: str, word: str, longer: Iterable[Row]) -> list[Row]:
    """Products of a vendor that are named by one of its products and what this is for: 'supportassist_for_home_pcs'.

    Those for a platform are left out: the component says for which it is, or its device does.
    """
    begins = f"{_plain(word)}_for_"
    rows = [
        row
        for row in longer
        if row[1] == vendor and _plain(row[2]).startswith(begins)
        and not is_platform(_plain(row[2]).removeprefix(begins).partition("_")[0])
    ]  # fmt: skip
    return sorted(set(rows), key=lambda row: (-row[3], row))[:MOST]


def makers_asked(name: str, supplier: str, purl: str) -> frozenset[str]:
    """Give how records may write the maker that a name, a supplier or the group of a package tells."""
    try:
        package = Purl.parse(purl) if purl else None
    except UnreadableError:
        package = None
    if package:
        return frozenset(_of_package(package))
    return frozenset(vendor for vendor, _ in (*_in_front(name_of(name, "")), *_of_supplier(supplier)))


def of_maker(
    told: Name, supplier: str, package: Purl | None, products: Mapping[str, Sequence[Row]], parts: str
) -> list[tuple[Row, str]]:
    """Choose among a maker's products those that share a telling word with the name: the likeliest, with the words."""
    group = [(vendor, 0) for vendor in _of_package(package)] if package else []
    places = group if package else [*_in_front(told), *_of_supplier(supplier)]
    found: list[tuple[int, Row, str]] = []
    for vendor, first in places:
        rows = [row for row in products.get(vendor, ()) if row[1] == vendor and row[0] in parts]
        found += _sharing(told.telling(first) - _DOMAINS - {*_WORD.findall(vendor)}, rows)
    found.sort(key=lambda one: (-one[0], one[1]))
    return [(row, words) for shared, row, words in found if shared == found[0][0]][:MOST]


def _sharing(telling: frozenset[str], rows: Sequence[Row]) -> Iterator[tuple[int, Row, str]]:
    """Hold the words of a name against a maker's products; a word that many of these have tells none of them."""
    words, often, products = _words_of(tuple(rows))
    for row, said in words.items():
        shared = sorted(word for word in telling & said if often[word] <= MOST and len(word) > 1)
        alone = any(len(word) >= _TELLING or products <= _FEW for word in shared) and products <= _MANY
        if len(shared) > 1 or alone:
            yield len(shared), row, " ".join(shared)


@lru_cache(maxsize=_REMEMBERED)
def _words_of(rows: tuple[Row, ...]) -> tuple[Mapping[Row, frozenset[str]], Mapping[str, int], int]:
    """Take the products of a maker apart: the words of each, how many have a word, and how many these are."""
    words = {row: frozenset(_WORD.findall(row[2])) for row in rows}
    names = {_plain(row[2]).removesuffix("_firmware"): said for row, said in words.items()}
    return words, Counter(word for said in names.values() for word in said), len(names)


def _in_front(told: Name) -> Iterator[tuple[str, int]]:
    """The first words of a name that may be its maker, as records may write it, and where the rest begins."""
    for last in range(1, min(MAKERS_LONGEST, len(told.words) - 1) + 1):
        yield told.run(0, last), last
        if last > 1:
            yield "".join(told.words[:last]), last


def _of_supplier(supplier: str) -> Iterator[tuple[str, int]]:
    said = token(supplier)
    if said:
        yield said, 0
        yield said.partition("_")[0], 0


def _of_package(package: Purl) -> Iterator[str]:
    """The group of a package, and the first part of a name with dots ('Telerik.Web.UI').

    A distribution makes none of its packages, and those of an npm scope each have releases and records of their own.
    """
    if package.type not in BACKPORTING | {"npm"}:
        if package.namespace:
            yield package.namespace.casefold()
        first, _, rest = package.name.casefold().partition(".")
        if rest and first not in _DOMAINS:
            yield first


def _plain(word: str) -> str:
    return token(word).replace("-", "_")
