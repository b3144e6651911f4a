# SPDX-License-Identifier: Apache-2.0
"""What did not change is used again, and the tables are those that a rebuild makes from nothing."""

import random

import pytest

from leadglass.services.ledger.rebuild import rebuild
from tests.hospital import Hospital, all_of, any_of, criterion, fleet, nvd, record
from tests.laws import draws

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
OPENSSL = "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"


def index_of(hospital: Hospital) -> tuple[str, str]:
    (part,) = [one for one in hospital.house.tables.current().parts if one.table == "criterion_now"]
    return part.sha256, part.basis


def a_record(chance: random.Random, number: int) -> dict:
    """Draw a record about the firmware with its hardware, or about a library, in a version that differs."""
    below = chance.choice(("1.2", "1.6", "2.0"))
    firmware = criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding=below)
    library = criterion("a:openssl:openssl:*", versionEndExcluding=chance.choice(("1.0.2a", "1.0.2u")))
    how = chance.choice((
        all_of([firmware], [criterion("h:quillon:tomara_64:-", vulnerable=False)]), any_of(library), any_of(firmware, library),
    ))  # fmt: skip
    return record(f"CVE-2031-4100{number}", how, modified=f"2026-10-{chance.randint(10, 28)}T10:00:00.000")


def test_criteria_are_put_in_order_once_however_the_fleet_changes(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), nvd(a_record(random.Random(1), 1)))
    hospital.assess()
    first = index_of(hospital)
    assert first[1]
    hospital.clock.pass_days(1)
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}, SCANNER))
    hospital.assess()
    assert index_of(hospital) == first
    hospital.clock.pass_days(1)
    hospital.receive(nvd(a_record(random.Random(2), 2)))
    hospital.assess()
    assert index_of(hospital)[0] != first[0]
    assert index_of(hospital)[1] != first[1]


def test_a_record_that_is_received_again_counts_as_the_later_one(hospital: Hospital) -> None:
    """Of two records modified at one time the one received last counts, so that receiving again is a change."""
    low, high = (
        nvd(record("CVE-2031-41001", any_of(criterion("a:openssl:openssl:*", versionEndExcluding=end))))
        for end in ("1.0.2a", "1.0.2u")
    )
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), low)
    hospital.clock.pass_days(1)
    hospital.receive(high)
    hospital.assess()
    assert set(hospital.statuses("CVE-2031-41001").values()) == {"affected"}
    hospital.clock.pass_days(1)
    hospital.receive(low)
    hospital.assess()
    assert hospital.statuses("CVE-2031-41001") == {}


@pytest.mark.parametrize("seed", draws(1, 8))
def test_after_any_deltas_the_tables_are_those_of_a_rebuild(hospital: Hospital, seed: int) -> None:
    chance = random.Random(seed)
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), nvd(*(a_record(chance, n) for n in range(5))))
    hospital.assess()
    for _ in range(4):
        hospital.clock.pass_days(1)
        if chance.random() < 0.4:
            hospital.receive(
                fleet(
                    *({**SCANNER, "cpe": chance.choice((OPENSSL, ""))} for _ in range(chance.randint(1, 3)))
                )
            )
        else:
            hospital.receive(nvd(*(a_record(chance, chance.randint(0, 7)) for _ in range(1))))
        hospital.assess()
    kept = hospital.house.tables.current()
    assert sum(part.rows for part in kept.parts if part.table == "criterion_now") > 4
    made = rebuild(hospital.house)
    assert (made.differing, made.after.id) == ((), kept.id)
