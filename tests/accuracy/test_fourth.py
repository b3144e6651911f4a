"""The fourth set is what its seeded draw gives and shares no record with the others; two readers, and what stands."""

import re
from pathlib import Path

import pytest

from tests.accuracy.agreement import kappa
from tests.accuracy.choose import HERE, records
from tests.accuracy.fourth import sheet
from tests.accuracy.measure import labels_of
from tests.accuracy.tables import table
from tests.accuracy.test_first_reader import MISSING
from tests.accuracy.test_pairs import COLUMNS, FEEDS, PAIRS

FOURTH = table("fourth_pairs.csv")
LABELS = table("fourth_reader.csv")
SECOND = table("fourth_second.csv")
STANDS = table("fourth_stands.csv")
LEAST = 110
LISTED = 71


def test_the_set_is_large_enough_and_shares_no_record_with_the_others() -> None:
    assert len(FOURTH) >= LEAST
    assert [row["pair"] for row in FOURTH] == [f"F{number:03}" for number in range(1, len(FOURTH) + 1)]
    assert list(FOURTH[0]) == COLUMNS
    named = [row["vulnerability"] for row in FOURTH]
    assert len(set(named)) == len(named)
    assert not {row["vulnerability"] for row in [*PAIRS, *table("third_pairs.csv")]} & set(named)


def test_no_cpe_name_gives_a_component_away() -> None:
    assert {row["cpe"] for row in FOURTH} == {""}


def test_listed_components_stand_as_they_are_listed() -> None:
    listed = {
        (row["component"], row["version"], row["purl"])
        for row in table("listed.csv")
        if row["set"] == "fourth"
    }
    assert all((row["component"], row["version"], row["purl"]) in listed for row in FOURTH[:LISTED])


def test_each_pair_has_a_label_and_a_reason_and_an_answer_from_before() -> None:
    assert [row["pair"] for row in LABELS] == [row["pair"] for row in FOURTH]
    assert [row["pair"] for row in table("fourth_said.csv")] == [row["pair"] for row in FOURTH]
    for row in [*LABELS, *SECOND, *STANDS]:
        assert (row["missing"] in MISSING) == (row["label"] == "unknown"), row
        assert re.fullmatch(r"\S.{8,}[.]", row["reason"]), row


def test_every_second_pair_has_a_second_reader_and_the_page_says_how_far_they_agree() -> None:
    assert [row["pair"] for row in SECOND] == [row["pair"] for row in FOURTH[1::2]]
    first = {row["pair"]: row["label"] for row in LABELS}
    second = {row["pair"]: row["label"] for row in SECOND}
    agreed = sum(first[pair] == label for pair, label in second.items())
    page = (HERE / "README.md").read_text(encoding="utf-8")
    assert f"{agreed} of {len(second)} labels agree (kappa {kappa(first, second):.3f})" in page


def test_what_stands_is_written_for_every_pair_that_the_readers_differ_on_and_for_no_other() -> None:
    first = {row["pair"]: row["label"] for row in LABELS}
    differ = {row["pair"]: row["label"] for row in SECOND if row["label"] != first[row["pair"]]}
    assert {row["pair"]: row["second"] for row in STANDS} == differ
    for row in STANDS:
        assert row["first"] == first[row["pair"]]
        assert row["label"] in {row["first"], row["second"]}
        assert labels_of("fourth")[row["pair"]] == row["label"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("aabb", "aabb", 1.0), ("aabb", "abab", 0.0), ("aaaa", "aaaa", 1.0), ("aaab", "aabb", 0.5)],
)
def test_agreement_is_counted_beyond_chance(first: str, second: str, expected: float) -> None:
    both = ({str(at): label for at, label in enumerate(reader)} for reader in (first, second))
    assert kappa(*both) == pytest.approx(expected)


@pytest.mark.corpus
def test_the_draw_gives_these_records(corpus: Path) -> None:
    drawn = [(number, name, f"{FEEDS}/{file}") for number, _, name, file in sheet(records(corpus / FEEDS))]
    assert drawn == [(row["pair"], row["vulnerability"], row["source_file"]) for row in FOURTH]
