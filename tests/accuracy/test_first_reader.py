"""Every pair has one label with its reason, in the words and shares that the page of the pairs describes."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.accuracy.choose import HERE, records, text
from tests.accuracy.test_pairs import FEEDS, PAIRS, runs, table

LABELS = table("first_reader.csv")
MISSING = {
    "version", "update", "hardware", "operating system", "other software", "product", "scope of the record",
}  # fmt: skip
SHARES = {"affected": (0.40, 0.50), "not_affected": (0.30, 0.40), "unknown": (0.15, 0.25)}


def test_each_pair_has_one_label() -> None:
    assert [row["pair"] for row in LABELS] == [row["pair"] for row in PAIRS]
    assert {row["label"] for row in LABELS} == set(SHARES)


def test_an_unknown_names_the_missing_fact_and_nothing_else_does() -> None:
    page = (HERE / "README.md").read_text(encoding="utf-8")
    for row in LABELS:
        assert (row["missing"] in MISSING) == (row["label"] == "unknown"), row
        assert row["missing"] in MISSING | {""}, row
    assert all(f"`{fact}`" in page for fact in MISSING)


def test_a_missing_version_is_not_stated_as_a_whole_one() -> None:
    stated = {row["pair"]: row["version"] for row in PAIRS}
    waiting = [row["pair"] for row in LABELS if row["missing"] == "version"]
    bare = {"P049": "6.1"}  # a release of Windows without its build
    assert [
        pair
        for pair in waiting
        if stated[pair] not in {"", bare.get(pair)} and not re.search(r"x$", stated[pair])
    ] == []


def test_each_reason_is_a_sentence() -> None:
    assert [row["pair"] for row in LABELS if not re.fullmatch(r"\S.{8,}[.]", row["reason"])] == []


def test_the_labels_are_balanced() -> None:
    counted = Counter(row["label"] for row in LABELS)
    for label, (least, most) in SHARES.items():
        assert least <= counted[label] / len(LABELS) <= most, counted


@pytest.mark.corpus
def test_no_reason_repeats_a_sentence_of_its_record(corpus: Path) -> None:
    wanted = {row["vulnerability"] for row in PAIRS}
    words = {record["id"]: text(record) for _, record in records(corpus / FEEDS) if record["id"] in wanted}
    assert set(words) == wanted
    named = {row["pair"]: row["vulnerability"] for row in PAIRS}
    repeated = [row["pair"] for row in LABELS if runs(row["reason"], 7) & runs(words[named[row["pair"]]], 7)]
    assert repeated == []
