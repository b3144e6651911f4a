"""The fifth set is what its seeded draw gives and shares no record with the others; two readers, and what stands."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.accuracy.agreement import kappa
from tests.accuracy.choose import HERE, records, text
from tests.accuracy.fifth import BEFORE, sheet
from tests.accuracy.measure import labels_of
from tests.accuracy.tables import table
from tests.accuracy.test_first_reader import MISSING
from tests.accuracy.test_pairs import COLUMNS, FEEDS, runs

FIFTH = table("fifth_pairs.csv")
LABELS = table("fifth_reader.csv")
SECOND = table("fifth_second.csv")
STANDS = table("fifth_stands.csv")
LEAST = 100
LISTED = 67


def test_the_set_is_large_enough_and_shares_no_record_with_the_others() -> None:
    assert len(FIFTH) >= LEAST
    assert [row["pair"] for row in FIFTH] == [f"G{number:03}" for number in range(1, len(FIFTH) + 1)]
    assert list(FIFTH[0]) == COLUMNS
    named = [row["vulnerability"] for row in FIFTH]
    assert len(set(named)) == len(named)
    assert not {row["vulnerability"] for name in BEFORE for row in table(name)} & set(named)


def test_no_cpe_name_gives_a_component_away() -> None:
    assert {row["cpe"] for row in FIFTH} == {""}


def test_listed_components_stand_as_they_are_listed() -> None:
    listed = [
        tuple(row[column] for column in ("component", "version", "purl", "kind", "device_os"))
        for row in table("listed.csv")
        if row["set"] == "fifth"
    ]
    assert listed == [
        tuple(row[column] for column in ("component", "version", "purl", "kind", "device_os"))
        for row in FIFTH[:LISTED]
    ]


def test_each_pair_has_a_label_and_a_reason() -> None:
    assert [row["pair"] for row in LABELS] == [row["pair"] for row in FIFTH]
    for row in [*LABELS, *SECOND, *STANDS]:
        assert (row["missing"] in MISSING) == (row["label"] == "unknown"), row
        assert re.fullmatch(r"\S.{8,}[.]", row["reason"]), row


def test_every_second_pair_has_a_second_reader_and_the_page_says_how_far_they_agree() -> None:
    assert [row["pair"] for row in SECOND] == [row["pair"] for row in FIFTH[1::2]]
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
        assert labels_of("fifth")[row["pair"]] == row["label"]


def test_the_page_counts_the_labels_that_stand() -> None:
    counted = Counter(labels_of("fifth").values())
    page = (HERE / "README.md").read_text(encoding="utf-8")
    section = page.partition("## The fifth set")[2].partition("\n## ")[0]
    assert (
        f"{counted['affected']} are *affected*, {counted['not_affected']} *not_affected*, "
        f"{counted['unknown']} *unknown*"
    ) in section


@pytest.mark.corpus
def test_the_draw_gives_these_records_and_no_reason_repeats_their_words(corpus: Path) -> None:
    pairs = {row["vulnerability"]: row["pair"] for row in FIFTH}
    words: dict[str, str] = {}

    def listened() -> Iterator[tuple[str, dict[str, Any]]]:
        for name, record in records(corpus / FEEDS):
            if record["id"] in pairs:
                words[pairs[record["id"]]] = text(record)
            yield name, record

    drawn = [(number, name, f"{FEEDS}/{file}") for number, _, name, file in sheet(listened())]
    assert drawn == [(row["pair"], row["vulnerability"], row["source_file"]) for row in FIFTH]
    said = [(row["pair"], row["reason"]) for row in [*LABELS, *SECOND, *STANDS]]
    assert [pair for pair, reason in said if runs(reason, 7) & runs(words[pair], 7)] == []
