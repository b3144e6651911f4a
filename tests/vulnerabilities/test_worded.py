"""What a record says in words alone: names where it has no criteria, ranges that its criteria leave out."""

from typing import Any

import pytest

from leadglass.vulnerabilities.schemes import key, scheme_of_product, shipped
from leadglass.vulnerabilities.worded import DISAGREE, NO_CRITERIA, named, passed, ranges


def component(name: str, version: str, *, product: str = "quillon:tomara", number: int = 1) -> dict[str, Any]:
    return {"number": number, "name": name, "version": version, "part": "a", "product": product, "doubt": "",
            "key": key(scheme_of_product(product), version)}  # fmt: skip


def spoken(words: str, name: str, version: str) -> dict[str, Any]:
    return component(name, version) | {
        "vulnerability": "CVE-2026-1000", "description": words, "sha256": "a" * 64, "record": 3,
    }  # fmt: skip


def criterion(end: str = "") -> dict[str, str]:
    return {"vulnerability": "CVE-2026-1000", "product": "quillon:tomara", "hi_text": end}


@pytest.mark.parametrize(
    ("words", "version", "end"),
    [
        ("Tomara from 10.1.0-M7 through 10.1.55 is affected.", "10.1.40", "< 10.1.37"),
        ("All versions of Tomara 7.0.x are affected.", "7.0.5", ""),
        ("Tomara 5.x before 5.4.2 is affected.", "5.4.1", "< 5.4"),
        ("Tomara 2.1.0 and lower is affected.", "2.0.1", ""),
        ("Tomara 6.7 through 6.9 is affected.", "6.9", "< 6.9"),
        ("Tomara before 1.900.14 stops.", "1.900.1", ""),
        ("Tomara prior to version 4.2 stops.", "3.9", ""),
        ("Tomara 9.1.0 to 9.1.7. Older, end of support versions may also be affected.", "8.5.23", "< 9.1.8"),
        ("Tomara 9.1.0 to 9.1.7. Other unsupported versions may be vulnerable.", "8.0", "<= 9.1.7"),
    ],
)
def test_a_version_that_the_words_name_and_no_criterion_has_is_unknown(
    words: str, version: str, end: str
) -> None:
    told = list(passed([spoken(words, "Tomara", version)], [criterion(end)], shipped()))
    assert [row["missing"] for row in told] == [DISAGREE]
    assert told[0]["place"] == "vulnerabilities[3].cve.descriptions"


@pytest.mark.parametrize(
    ("words", "version", "end"),
    [
        ("Tomara before 5.4.2 is affected.", "5.5", "< 5.4.2"),
        ("Tomara 5.x before 5.4.2 and 6.x before 6.1 are affected.", "6.0", "< 6.1"),
        ("Tomara 2.1.0 and earlier is affected.", "2.2", ""),
        ("Tomara 1.5 and Console 3.2 and earlier are affected.", "2.0", "<= 1.5"),
        ("Tomara has a fault.", "2.2", ""),
        ("Tomara before 2.5 stops.", "2.5", ""),
        ("Tomara 1.0.1 before 1.0.1g stops.", "0.9", "< 1.0.1g"),
        ("Tomara 9.1. Older versions may also be affected.", "9.2", "< 9.1.8"),
    ],
)
def test_what_words_and_criteria_both_leave_out_stays_silent(words: str, version: str, end: str) -> None:
    assert list(passed([spoken(words, "Tomara", version)], [criterion(end)], shipped())) == []


def test_all_that_is_older_counts_where_criteria_have_single_releases_alone() -> None:
    words = "Tomara before 2.5, fixed in 2.5.1"
    assert [(one.high, one.excluded, one.below) for one in ranges(words)] == [("2.5", True, True)]
    assert list(passed([spoken(words, "Tomara", "2.4")], [criterion("< 2.3")], shipped())) == []


def named_in(words: str, *names: str, product: str = "quillon:tomara") -> list[tuple[int, str]]:
    records = [{"vulnerability": "CVE-2026-1000", "description": words, "sha256": "a" * 64, "record": 0}]
    listed = [
        component(name, "4.4.0", product=product, number=number) for number, name in enumerate(names, 1)
    ]
    return [(row["c"], row["missing"]) for row in named(records, listed)]


def test_a_record_without_criteria_is_unknown_for_what_its_words_name() -> None:
    words = "NextGen Healthcare Mirth Connect before version 4.4.1 runs what anybody sends."
    assert named_in(words, "Mirth Connect", "Connect", "Mirth Console") == [(1, NO_CRITERIA)]


def test_a_name_of_one_word_counts_where_the_record_begins_with_it() -> None:
    assert named_in("FOG is an imaging suite.", "FOG Project") == [(1, NO_CRITERIA)]
    assert named_in("Thick fog is no vulnerability.", "FOG Project") == []


def test_what_no_criteria_name_is_looked_for_without_its_maker_and_its_edition() -> None:
    words = "Quillon Vela PACS does not ask who somebody is."
    assert named_in(words, "Tarn Vela PACS", "Vela PACS Premium", "Vela Console", product="") == [
        (1, NO_CRITERIA),
        (2, NO_CRITERIA),
    ]
    assert named_in(words, "Tarn Vela PACS") == []


def test_words_of_a_sentence_are_no_name_without_their_capitals() -> None:
    assert named_in("It reads vela pacs as it likes.", "Tarn Vela PACS", product="") == []
