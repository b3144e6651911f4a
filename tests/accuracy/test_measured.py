"""What the page says of the matcher on the labelled pairs is what is measured, and stays within its bounds."""

from pathlib import Path

import pytest

from tests.accuracy import advisories
from tests.accuracy.measure import (
    LATER,
    Outcome,
    blind,
    figures,
    measure,
    report,
    report_of,
    upper_bound,
)
from tests.accuracy.test_pairs import PAIRS

PAGE = Path("docs/accuracy.md")
UNKNOWN_AT_MOST = 0.15


def outcome(label: str, said: str, *, pair: str = "P001", second: bool = False) -> Outcome:
    return Outcome(pair=pair, second=second, label=label, said=said, missing="", rule="")


@pytest.mark.parametrize(
    ("events", "among", "bound"), [(0, 60, 0.0487), (0, 189, 0.0157), (1, 60, 0.0766), (3, 3, 1.0)]
)
def test_the_bound_is_that_of_clopper_and_pearson(events: int, among: int, bound: float) -> None:
    assert upper_bound(events, among) == pytest.approx(bound, abs=1e-4)


def test_each_way_of_being_wrong_is_counted_apart() -> None:
    counted = figures(
        [
            outcome("affected", "not_affected"),
            outcome("affected", "unknown"),
            outcome("unknown", "not_affected"),
            outcome("not_affected", "affected"),
            outcome("not_affected", "not_affected"),
        ]
    )
    assert counted["wrong not_affected, label affected"] == (1, 2)
    assert counted["wrong not_affected, label unknown"] == (1, 1)
    assert counted["wrong affected, label not_affected"] == (1, 2)
    assert counted["unknown where a person decides"] == (1, 4)
    assert counted["the same answer"] == (1, 5)


@pytest.mark.corpus
def test_the_page_tells_what_is_measured(corpus: Path, tmp_path: Path) -> None:
    feeds, outcomes = measure(tmp_path / "home", corpus)
    assert feeds.named == len({pair["vulnerability"] for pair in PAIRS})
    tuned = [one for one in outcomes if not one.second]
    assert figures(outcomes)["wrong not_affected, label affected"][0] == 0
    for half in (tuned, [one for one in outcomes if one.second]):
        waiting, decided = figures(half)["unknown where a person decides"]
        assert waiting / decided <= UNKNOWN_AT_MOST
    assert report(feeds, outcomes) in PAGE.read_text(encoding="utf-8")


@pytest.mark.corpus
@pytest.mark.parametrize("name", LATER)
def test_the_page_tells_what_is_measured_on_a_later_set(corpus: Path, tmp_path: Path, name: str) -> None:
    found = report_of(name, *measure(tmp_path / "home", corpus, name))
    assert found in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LATER)
def test_the_page_tells_what_was_said_of_a_later_set_before_anybody_looked(name: str) -> None:
    assert blind(name) in PAGE.read_text(encoding="utf-8")


@pytest.mark.corpus
def test_the_page_tells_how_advisories_and_records_agree(corpus: Path, tmp_path: Path) -> None:
    compared = advisories.compare(tmp_path, corpus)
    assert advisories.report(compared) in PAGE.read_text(encoding="utf-8")
