"""The fourth and the fifth set are what their seeded draws give and share no record with others; two readers, what stands."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.accuracy import fifth, fourth
from tests.accuracy.agreement import kappa
from tests.accuracy.choose import HERE, records, text
from tests.accuracy.measure import READ_TWICE, labels_of
from tests.accuracy.tables import table
from tests.accuracy.test_first_reader import MISSING
from tests.accuracy.test_pairs import COLUMNS, FEEDS, runs

Rows = list[dict[str, str]]
AS_LISTED = ("component", "version", "purl")
LEAST = 110


@dataclass(frozen=True, kw_only=True)
class Set:
    """A set with its letter, how many of its pairs are listed components, the sets before it, and its draw."""

    name: str
    letter: str
    listed: int
    before: tuple[str, ...]
    sheet: Callable[..., Any]

    def rows(self, what: str) -> Rows:
        return table(f"{self.name}_{what}.csv")

    def section(self) -> str:
        page = (HERE / "README.md").read_text(encoding="utf-8")
        return page.partition(f"## The {self.name} set")[2].partition("\n## ")[0]


SETS = (
    Set(name="fourth", letter="F", listed=71, before=("pairs.csv", "third_pairs.csv"), sheet=fourth.sheet),
    Set(name="fifth", letter="G", listed=67, before=fifth.BEFORE, sheet=fifth.sheet),
)
assert tuple(one.name for one in SETS) == READ_TWICE


@pytest.fixture(params=SETS, ids=READ_TWICE)
def drawn(request: pytest.FixtureRequest) -> Set:
    return request.param


def test_the_set_is_large_enough_and_shares_no_record_with_those_before(drawn: Set) -> None:
    pairs = drawn.rows("pairs")
    assert len(pairs) >= LEAST
    assert [row["pair"] for row in pairs] == [
        f"{drawn.letter}{number:03}" for number in range(1, len(pairs) + 1)
    ]
    assert list(pairs[0]) == COLUMNS
    named = [row["vulnerability"] for row in pairs]
    assert len(set(named)) == len(named)
    assert not {row["vulnerability"] for name in drawn.before for row in table(name)} & set(named)


def test_no_cpe_name_gives_a_component_away(drawn: Set) -> None:
    assert {row["cpe"] for row in drawn.rows("pairs")} == {""}


def test_listed_components_stand_as_they_are_listed(drawn: Set) -> None:
    listed = {
        tuple(row[name] for name in AS_LISTED) for row in table("listed.csv") if row["set"] == drawn.name
    }
    stated = {tuple(row[name] for name in AS_LISTED) for row in drawn.rows("pairs")[: drawn.listed]}
    assert stated <= listed


def test_each_pair_has_a_label_and_a_reason_and_an_answer_from_before(drawn: Set) -> None:
    numbers = [row["pair"] for row in drawn.rows("pairs")]
    assert [row["pair"] for row in drawn.rows("reader")] == numbers
    assert [row["pair"] for row in drawn.rows("said")] == numbers
    for row in [*drawn.rows("reader"), *drawn.rows("second"), *drawn.rows("stands")]:
        assert (row["missing"] in MISSING) == (row["label"] == "unknown"), row
        assert re.fullmatch(r"\S.{8,}[.]", row["reason"]), row


def test_every_second_pair_has_a_second_reader_and_the_page_says_how_far_they_agree(drawn: Set) -> None:
    assert [row["pair"] for row in drawn.rows("second")] == [row["pair"] for row in drawn.rows("pairs")[1::2]]
    first, second = ({row["pair"]: row["label"] for row in drawn.rows(who)} for who in ("reader", "second"))
    agreed = sum(first[pair] == label for pair, label in second.items())
    assert f"{agreed} of {len(second)} labels agree (kappa {kappa(first, second):.3f})" in drawn.section()


def test_what_stands_is_written_for_every_pair_that_the_readers_differ_on_and_for_no_other(
    drawn: Set,
) -> None:
    first = {row["pair"]: row["label"] for row in drawn.rows("reader")}
    differ = {row["pair"]: row["label"] for row in drawn.rows("second") if row["label"] != first[row["pair"]]}
    assert {row["pair"]: row["second"] for row in drawn.rows("stands")} == differ
    for row in drawn.rows("stands"):
        assert row["first"] == first[row["pair"]]
        assert row["label"] in {row["first"], row["second"]}
        assert labels_of(drawn.name)[row["pair"]] == row["label"]


def test_the_page_counts_the_labels_that_stand() -> None:
    counted = Counter(labels_of("fifth").values())
    assert (
        f"{counted['affected']} are *affected*, {counted['not_affected']} *not_affected*, "
        f"{counted['unknown']} *unknown*"
    ) in SETS[1].section()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("aabb", "aabb", 1.0), ("aabb", "abab", 0.0), ("aaaa", "aaaa", 1.0), ("aaab", "aabb", 0.5)],
)
def test_agreement_is_counted_beyond_chance(first: str, second: str, expected: float) -> None:
    both = ({str(at): label for at, label in enumerate(reader)} for reader in (first, second))
    assert kappa(*both) == pytest.approx(expected)


@pytest.mark.corpus
def test_the_draw_gives_these_records_and_no_reason_repeats_their_words(corpus: Path, drawn: Set) -> None:
    pairs = {row["vulnerability"]: row["pair"] for row in drawn.rows("pairs")}
    words: dict[str, str] = {}

    def listened() -> Iterator[tuple[str, dict[str, Any]]]:
        for name, record in records(corpus / FEEDS):
            if record["id"] in pairs:
                words[pairs[record["id"]]] = text(record)
            yield name, record

    found = [(number, name, f"{FEEDS}/{file}") for number, _, name, file in drawn.sheet(listened())]
    assert found == [(row["pair"], row["vulnerability"], row["source_file"]) for row in drawn.rows("pairs")]
    said = [(row["pair"], row["reason"]) for who in ("reader", "second", "stands") for row in drawn.rows(who)]
    assert [pair for pair, reason in said if runs(reason, 7) & runs(words[pair], 7)] == []
