# SPDX-License-Identifier: Apache-2.0
"""The products held in memory answer what the records answer: the same rows in the same order."""

import random

import pytest

from leadglass.fleet.queries import PRODUCTS_LONGER, PRODUCTS_NAMED, VENDORS_NAMED
from leadglass.services.ledger.catalogued import Catalogue
from leadglass.values.query import Query
from leadglass.values.schema import wanted_texts
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
    "éclair",
    "core!",
    "9",
)
VENDORS = ("quillon", "ossel", "core", "a-b")


def a_product(chance: random.Random) -> str:
    """Draw a product of records: its name is of one to three words."""
    name = chance.choice("_-").join(chance.sample(WORDS, chance.randint(1, 3)))
    return f"{chance.choice('aoh')}:{chance.choice(VENDORS)}:{name.replace('/', chr(92) + '/').replace('&', chr(92) + '&')}"


@pytest.mark.parametrize("seed", range(3))
def test_the_same_rows_in_the_same_order(hospital: Hospital, seed: int) -> None:
    chance = random.Random(seed)
    records = [
        record(f"CVE-2031-4{n:04}", any_of(*(criterion(f"{a_product(chance)}:1") for _ in range(3))))
        for n in range(60)
    ]
    hospital.receive(nvd(*records))
    hospital.assess()
    view = hospital.view()
    held = Catalogue(view)
    joined = sorted({word.translate(str.maketrans("", "", "-_&/!")) for word in WORDS} | {"varacore", "none"})
    asked: dict[Query, tuple[str, list[str]]] = {
        PRODUCTS_NAMED: ("word", joined),
        PRODUCTS_LONGER: ("word", ["vara", "core", "core_server", "x_y", "9", "jackson", "zip", "none"]),
        VENDORS_NAMED: ("word", [*VENDORS, "none"]),
    }
    for query, (column, words) in asked.items():
        wanted = wanted_texts(column, words)
        of_records = view.ask(query, wanted=wanted)
        assert held.known[query.name]({"wanted": wanted}) == of_records
        assert of_records
