# SPDX-License-Identifier: Apache-2.0
"""Widths and wrapping: no line is wider than asked, and nothing is lost."""

import doctest
import unicodedata
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from leadglass.render import dates, markup, phrases, text

WORDS = st.text(st.sampled_from("aZ7 -(.断層ひ한가\u0301\u0308é\u200d☎\ufe0f😀\tÄ\u1161"), max_size=120)


def cells_apart(line: str) -> int:
    """An upper bound by another road: a wide character is two cells, a mark none, an emoji sign one more."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line
    )


def test_the_examples_in_the_docstrings_hold() -> None:
    for module in (dates, markup, phrases, text):
        assert doctest.testmod(module) == (0, doctest.testmod(module).attempted)


def test_wide_and_combining_characters_are_counted_in_cells() -> None:
    assert text.display_width("断層") == 4
    assert text.display_width("e\u0301\u0308") == 1
    assert text.display_width("☎\ufe0f") == 2
    assert text.display_width("한") == 2
    assert text.display_width("\u1112\u1161\u11ab") == 2  # the same syllable in three letters that join


@example("7 \ufe0f", 2)
@given(WORDS, st.integers(2, 90))
def test_wrapping_keeps_the_width_and_every_character(words: str, width: int) -> None:
    lines = text.wrap(words, width)
    assert all(text.display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())


@given(st.text(st.sampled_from("aZ7 断層ひ\u0301"), max_size=120), st.integers(2, 90))
def test_no_line_is_wider_by_the_other_count(words: str, width: int) -> None:
    assert all(cells_apart(line) <= width for line in text.wrap(words, width))


@given(WORDS, st.integers(3, 40))
def test_fitting_cuts_with_an_ellipsis_and_only_where_it_must(words: str, width: int) -> None:
    fitted = text.fit(words, width)
    assert text.display_width(fitted) <= width
    assert (fitted == text.one_line(words)) == (text.display_width(text.one_line(words)) <= width)


@given(st.text())
def test_cleaned_text_holds_nothing_that_a_terminal_obeys(words: str) -> None:
    line = text.one_line(words)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_days_are_said_short_and_distances_in_words() -> None:
    today = date(2031, 11, 24)
    assert dates.day(date(2031, 11, 3), today) == "Mon 3 Nov"
    assert dates.day(date(2030, 11, 3), today) == "Sun 3 Nov 2030"
    said = [dates.distance(date(2031, 11, day), today) for day in (20, 23, 24, 25, 30)]
    assert said == ["4 days late", "1 day late", "today", "tomorrow", "in 6 days"]
