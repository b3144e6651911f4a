# SPDX-License-Identifier: Apache-2.0
"""The catalogue of exploited vulnerabilities and the forecasts: entries, dates, and what is told."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import epss, kev

PAPERS = Path(__file__).parents[1] / "papers"
CATALOGUE = (PAPERS / "kev" / "invented-kev.json").read_bytes()
SCORES = (PAPERS / "epss" / "invented-epss.csv").read_bytes()


def test_entries_of_the_catalogue_are_taken():
    catalogue = kev.read(CATALOGUE)
    first, second = catalogue.entries
    assert (catalogue.version, catalogue.released) == (
        "2031.02.01",
        datetime(2031, 2, 1, 15, 0, 0, 123400, tzinfo=UTC),
    )
    assert (first.place, first.vulnerability, first.ransomware) == (
        "vulnerabilities[0]",
        "CVE-2031-40001",
        True,
    )
    assert (first.added, first.due) == (date(2031, 1, 20), date(2031, 2, 10))
    assert (second.due, second.ransomware, second.required_action) == (None, False, "Stop using it.")


def test_a_bad_entry_and_a_wrong_count_are_told():
    told = {remark.where: remark.why for remark in kev.read(CATALOGUE).remarks}
    assert "4 entries; it has 3" in told["count"]
    assert "'a while ago' is no date" in told["vulnerabilities[2]"]


def test_entries_of_wrong_types_and_due_dates_that_are_none_are_told():
    catalogue = kev.read(
        b'{"dateReleased": 3, "vulnerabilities": []}'.replace(b"3", b"null").replace(
            b"[]",
            b'[{"cveID": 7, "dateAdded": "2031-01-01"}, {"cveID": "CVE-2031-40001", "dateAdded": "2031-01-01", "dueDate": "soon"}, 5]',
        )
    )
    assert [remark.where for remark in catalogue.remarks] == [
        "dateReleased", "vulnerabilities[0].cveID", "vulnerabilities[1].dueDate", "vulnerabilities[2]",
    ]  # fmt: skip
    assert catalogue.entries[0].due is None


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (CATALOGUE[:-100], "cut off"),
        (CATALOGUE + b"{", "follows"),
        (b"{}", "vulnerabilities"),
        (b'{"vulnerabilities": 3}', "not valid"),
    ],
)
def test_what_is_no_catalogue_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        kev.read(raw)


def test_a_catalogue_of_nothings_is_refused():
    with pytest.raises(BoundError, match="100,000"):
        kev.read(b'{"vulnerabilities": [' + b"1," * 100_000 + b"1]}")


def test_scores_are_taken_in_columns():
    scores = epss.read(SCORES)
    assert (scores.model_version, scores.scored) == ("v2031.01.01", date(2031, 2, 1))
    assert scores.vulnerabilities == ["CVE-2031-40001", "CVE-2031-40004"]
    assert scores.probabilities == [0.9705, 0.00042]
    assert scores.percentiles == [0.9998, 0.05]
    assert scores.lines == [3, 6]


def test_lines_that_are_no_scores_are_told():
    told = {remark.where: remark.why for remark in epss.read(SCORES).remarks}
    assert set(told) == {"line 4", "line 5", "line 7"}
    assert "again" in told["line 7"]


def test_scores_without_their_comment_are_read_and_their_day_is_unknown():
    scores = epss.read(b"cve,epss,percentile\nCVE-2031-40001,0.1,0.2\n")
    assert scores.scored is None
    assert scores.lines == [2]
    assert "of which day" in scores.remarks[0].why


def test_beyond_a_hundred_bad_lines_are_counted():
    scores = epss.read(b"#score_date:2031-02-01\ncve,epss,percentile\n" + b"CVE-1,nan,1\n" * 150)
    assert len(scores.remarks) == 101
    assert scores.remarks[-1].why.startswith("50 more lines")


@pytest.mark.parametrize(
    "raw", [b"", b"cve;epss\n", b"#model_version:v1\nCVE-2031-40001,0.1,0.2\n", b"\xff\xfe\xfd"]
)
def test_what_are_no_scores_is_refused(raw):
    with pytest.raises(UnreadableError):
        epss.read(raw)
