"""The pairs are what the seeded draw gives, in the columns that their page describes, and repeat no record."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.accuracy.choose import HERE, half, records, sheet, strata, text

COLUMNS = [
    "pair", "component", "version", "cpe", "purl", "kind", "device_hardware", "device_os", "complete_list",
    "vulnerability", "source_file",
]  # fmt: skip
FEEDS = "nvd/feeds-2.0"
LEAST = 320


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


PAIRS = table("pairs.csv")


def runs(sentence: str, length: int) -> set[str]:
    """Every run of so many words of a sentence, without its punctuation."""
    words = re.findall(r"[a-z0-9.]+", sentence.lower())
    return {" ".join(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_the_pairs_are_enough_and_each_has_its_number() -> None:
    assert len(PAIRS) >= LEAST
    assert [row["pair"] for row in PAIRS] == [f"P{number:03}" for number in range(1, len(PAIRS) + 1)]
    assert len(PAIRS) == sum(stratum.draws for stratum in strata())


def test_each_column_is_described_and_holds_its_words() -> None:
    page = (HERE / "README.md").read_text(encoding="utf-8")
    assert list(PAIRS[0]) == COLUMNS
    for column in COLUMNS:
        assert f"`{column}`" in page
    for row in PAIRS:
        assert row["component"] == row["component"].strip() != ""
        assert row["kind"] in {"application", "operating-system", "firmware", "device"}
        assert row["complete_list"] in {"yes", "no", ""}
        assert re.fullmatch(r"CVE-\d{4}-\d{4,}", row["vulnerability"])
        assert not row["purl"] or row["purl"].startswith("pkg:")
        assert not row["cpe"] or row["cpe"].startswith("cpe:/") or row["cpe"].count(":") == 12


def test_no_two_pairs_ask_the_same() -> None:
    asked = [tuple(value for column, value in row.items() if column != "pair") for row in PAIRS]
    assert len(set(asked)) == len(asked)


def test_the_second_reader_has_half_of_the_pairs_and_always_the_same() -> None:
    names = [row["pair"] for row in PAIRS]
    assert half(names) == half(names[::-1])
    assert len(half(names)) == (len(names) + 1) // 2
    assert set(half(names)) < set(names)


@pytest.mark.corpus
def test_the_draw_gives_these_records_and_no_words_of_theirs_are_repeated(corpus: Path) -> None:
    words: dict[str, str] = {}
    wanted = {row["vulnerability"] for row in PAIRS}

    def listened() -> Iterator[tuple[str, dict[str, Any]]]:
        for name, record in records(corpus / FEEDS):
            if record["id"] in wanted:
                words[record["id"]] = text(record)
            yield name, record

    draws = sheet(listened())
    assert [
        (one.number, one.candidate.vulnerability, f"{FEEDS}/{one.candidate.source_file}") for one in draws
    ] == [(row["pair"], row["vulnerability"], row["source_file"]) for row in PAIRS]
    named = {row["pair"]: row["vulnerability"] for row in PAIRS}
    said = [*((row["pair"], row["component"]) for row in PAIRS)]
    assert [pair for pair, ours in said if runs(ours, 8) & runs(words[named[pair]], 8)] == []
