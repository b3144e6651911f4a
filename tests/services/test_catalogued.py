# SPDX-License-Identifier: Apache-2.0
"""The products held in memory answer what the records answer: the same rows in the same order, and the same book."""

import random
from collections.abc import Sequence

import pytest

from leadglass.fleet.queries import PRODUCTS_LONGER, PRODUCTS_NAMED, VENDORS_NAMED
from leadglass.services.ledger.catalogued import Catalogue
from leadglass.services.ledger.lookups import Lookups, book_of, linked
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.vulnerabilities.book import Book
from tests.hospital import Hospital, any_of, criterion, nvd, record

WORDS = (
    "vara",
    "core",
    "7-zip",
    "x/y",
    "a&b",
    "jackson_databind",
    "core_server",
    "vara-core",
    "vara-core_firmware",
    "éclair",
    "core!",
    "9",
)
VENDORS = ("quillon", "ossel", "core", "a-b")
LONGER = ["vara", "core", "core_server", "x_y", "9", "jackson", "zip", "none"]
JOINED = sorted({word.translate(str.maketrans("", "", "-_&/!")) for word in WORDS} | {"varacore", "none"})


def a_product(chance: random.Random) -> str:
    """Draw a product of records: its name is of one to three words."""
    name = chance.choice("_-").join(chance.sample(WORDS, chance.randint(1, 3)))
    return f"{chance.choice('aoh')}:{chance.choice(VENDORS)}:{name.replace('/', chr(92) + '/').replace('&', chr(92) + '&')}"


def a_view(hospital: Hospital, chance: random.Random) -> View:
    """Assess drawn records."""
    hospital.receive(
        nvd(
            *(
                record(f"CVE-2031-4{n:04}", any_of(*(criterion(f"{a_product(chance)}:1") for _ in range(3))))
                for n in range(60)
            )
        )
    )
    hospital.assess()
    return hospital.view()


def of_records(view: View, words: Sequence[str], longer: Sequence[str], makers: Sequence[str]) -> Book:
    """Make the book as an assessment does: ask the records."""
    found = Lookups()
    found.products(words, view.ask(PRODUCTS_NAMED, wanted=wanted_texts("word", words)))
    found.longer(longer, view.ask(PRODUCTS_LONGER, wanted=wanted_texts("word", longer)))
    found.makers(makers, view.ask(VENDORS_NAMED, wanted=wanted_texts("word", makers)))
    return book_of(list(found.rows()), ())


@pytest.mark.parametrize("seed", range(3))
def test_the_same_products_of_vendors_in_the_same_order(hospital: Hospital, seed: int) -> None:
    view = a_view(hospital, random.Random(seed))
    wanted = wanted_texts("word", [*VENDORS, "none"])
    found = view.ask(VENDORS_NAMED, wanted=wanted)
    assert Catalogue(view, ()).known[VENDORS_NAMED.name]({"wanted": wanted}) == found
    assert found


@pytest.mark.parametrize("seed", range(3))
def test_the_same_book(hospital: Hospital, seed: int) -> None:
    chance = random.Random(seed)
    view = a_view(hospital, chance)
    catalogue = Catalogue(view, ())
    asked = (JOINED, LONGER, ["quillon", "core", "none"])
    held, told = catalogue.book(*asked), of_records(view, *asked)
    assert held._catalogue == told._catalogue
    assert told._catalogue
    names = {*LONGER, *VENDORS, "what nobody asked"}
    assert {name: list(held._longer.get(name, ())) for name in names} == {
        name: told._longer.get(name, []) for name in names
    }
    linked_to = set()
    for _ in range(200):
        words = chance.sample((*WORDS, "Quillon", "Vara", "server", "pro"), chance.randint(1, 3))
        said = {"name": " ".join(words), "version": chance.choice(("", "1.0")), "cpe": "", "purl": "",
                "supplier": chance.choice(("", "Quillon")), "kind": chance.choice(("", "application", "firmware"))}  # fmt: skip
        links = linked(held, said)
        assert links == linked(told, said)
        linked_to |= {one.product for one in links}
    assert len(linked_to) > 10


def test_what_was_not_asked_is_not_found(hospital: Hospital) -> None:
    view = a_view(hospital, random.Random(0))
    book = Catalogue(view, ()).book([], [], [])
    assert (
        linked(book, {"name": "vara", "version": "1", "supplier": "", "cpe": "", "purl": "", "kind": ""})[
            0
        ].product
        == ""
    )
