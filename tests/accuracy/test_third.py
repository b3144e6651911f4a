"""The third set is what its seeded draw gives, shares no record with the others, and has one label with a reason each."""

import re
from pathlib import Path

import pytest

from tests.accuracy.choose import records
from tests.accuracy.tables import table
from tests.accuracy.test_first_reader import MISSING
from tests.accuracy.test_pairs import COLUMNS, FEEDS, PAIRS
from tests.accuracy.third import sheet

THIRD = table("third_pairs.csv")
LABELS = table("third_reader.csv")
LEAST = 100


def test_the_set_is_large_enough_and_shares_no_record_with_the_others() -> None:
    assert len(THIRD) >= LEAST
    assert [row["pair"] for row in THIRD] == [f"T{number:03}" for number in range(1, len(THIRD) + 1)]
    assert list(THIRD[0]) == COLUMNS
    named = [row["vulnerability"] for row in THIRD]
    assert len(set(named)) == len(named)
    assert not {row["vulnerability"] for row in PAIRS} & set(named)


def test_no_cpe_name_gives_a_component_away() -> None:
    assert {row["cpe"] for row in THIRD} == {""}


def test_each_pair_has_a_label_and_a_reason_and_an_answer_from_before() -> None:
    assert [row["pair"] for row in LABELS] == [row["pair"] for row in THIRD]
    assert [row["pair"] for row in table("third_said.csv")] == [row["pair"] for row in THIRD]
    for row in LABELS:
        assert (row["missing"] in MISSING) == (row["label"] == "unknown"), row
        assert re.fullmatch(r"\S.{8,}[.]", row["reason"]), row


def test_listed_components_stand_as_they_are_listed() -> None:
    listed = {(row["component"], row["version"], row["purl"]) for row in table("listed.csv")}
    assert all((row["component"], row["version"], row["purl"]) in listed for row in THIRD[:59])


@pytest.mark.corpus
def test_the_draw_gives_these_records(corpus: Path) -> None:
    drawn = [(number, name, f"{FEEDS}/{file}") for number, _, name, file in sheet(records(corpus / FEEDS))]
    assert drawn == [(row["pair"], row["vulnerability"], row["source_file"]) for row in THIRD]
