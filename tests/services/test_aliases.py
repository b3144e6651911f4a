# SPDX-License-Identifier: Apache-2.0
"""The alias book: answered once, used by every hospital; an answer of our own is never overwritten."""

import json
from pathlib import Path

import pytest

from leadglass.errors import NotFoundError, UnreadableError
from leadglass.services.ledger.aliases import book, take
from tests.hospital import Hospital, bom, criterion, fleet, nvd, record
from tests.hospital import any_of as configuration
from tests.services.test_claims import CVE, SCANNER, answer, csaf


@pytest.fixture
def neighbour(tmp_path: Path) -> Hospital:
    return Hospital(tmp_path / "neighbour")


def asks_about_a_name(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), csaf("known_affected", maker="Quilon"))
    hospital.assess()
    assert [row["kind"] for row in hospital.list("questions") if row["kind"] == "product"]


def test_a_name_that_one_hospital_answered_is_known_to_the_next(
    hospital: Hospital, neighbour: Hospital
) -> None:
    asks_about_a_name(hospital)
    answer(hospital, "product", "yes")
    asks_about_a_name(neighbour)
    told = take(neighbour.view(), book(hospital.view()), why="")
    assert (told.new, told.known, told.differing) == (1, 0, ())
    neighbour.assess()
    assert neighbour.statuses(CVE) == {"CT-1": "affected"}
    again = take(neighbour.view(), book(hospital.view()), why="")
    assert (again.new, again.known) == (0, 1)


def test_an_answer_of_our_own_outweighs_the_book(hospital: Hospital, neighbour: Hospital) -> None:
    asks_about_a_name(hospital)
    answer(hospital, "product", "yes")
    asks_about_a_name(neighbour)
    answer(neighbour, "product", "no")
    told = take(neighbour.view(), book(hospital.view()), why="")
    assert told.new == 0
    assert "ours is no, the book says yes" in told.differing[0]
    neighbour.assess()
    assert neighbour.statuses(CVE) == {}


def test_trust_and_facts_of_devices_stay_at_home(hospital: Hospital) -> None:
    flaw = record("CVE-2026-1005", configuration(criterion("a:acme:frobnicator:1.0")))
    hospital.receive(
        fleet({**SCANNER, "software_version": "1.5"}),
        bom("Tomara 64", "1.5", [{"name": "frobnicator", "version": "1.0"}]),
        nvd(
            flaw,
            record(
                CVE, configuration(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="3.0"))
            ),
        ),
        csaf("known_not_affected"),
    )
    hospital.assess()
    answer(hospital, "trust", "yes")
    with pytest.raises(NotFoundError, match="No name was answered"):
        book(hospital.view())
    answer(hospital, "component", "yes")
    assert [entry["kind"] for entry in json.loads(book(hospital.view()))["entries"]] == ["component"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "alias book"),
        (b"[1]", "alias book"),
        (b'{"form": "other/1", "entries": []}', "no alias book"),
        (b'{"form": "leadglass-aliases/1", "entries": [{"kind": "trust", "subject": "a|b", "value": "yes"}]}', "entries\\[0\\]"),
        (b'{"form": "leadglass-aliases/1", "entries": [{"kind": "maker", "subject": "", "value": "yes"}]}', "lacks"),
        (b'{"form": "leadglass-aliases/1", "entries": [{"kind": "maker", "subject": "a|b", "value": "yes", "x": 1}]}', "x"),
    ],
)  # fmt: skip
def test_what_is_no_book_is_refused_whole(hospital: Hospital, raw: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        take(hospital.view(), raw, why="")
    assert hospital.house.register.answers() == []
