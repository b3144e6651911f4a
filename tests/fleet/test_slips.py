# SPDX-License-Identifier: Apache-2.0
"""Words that may be one: one edit apart, or shortened; the lexicon finds what a comparison of each with each finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.fleet.slips import Lexicon, at_an_end, one_slip, shortened

WORDS = st.text(alphabet="abc", max_size=6)


@pytest.mark.parametrize(
    ("one", "other"),
    [("optima", "ptima"), ("optima", "opptima"), ("optima", "optoma"), ("optima", "opitma")],
)
def test_a_slip_is_a_letter_left_out_added_replaced_or_swapped(one, other):
    assert one_slip(one, other)
    assert one_slip(other, one)


def test_what_is_equal_or_further_away_is_no_slip():
    assert not one_slip("optima", "optima")
    assert not one_slip("optima", "optmai2")
    assert not one_slip("optima", "otpiam")


def test_a_shortened_word_is_the_beginning_of_the_other():
    assert shortened("inn", "innova")
    assert shortened("innova", "inn")
    assert not shortened("in", "innova"), "an initial says too little"
    assert not shortened("nova", "innova")
    assert not shortened("innova", "innova")


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("evolution", "revolution", True),
        ("prime", "primo", True),
        ("emotion", "emotions", True),
        ("miseq", "niseq", True),
        ("optima", "optma", False),
        ("optima", "opitma", False),
    ],
)
def test_models_part_at_an_end(one, other, told):
    assert at_an_end(one, other) == at_an_end(other, one) == told


@given(st.lists(WORDS, max_size=12), WORDS)
def test_the_lexicon_finds_what_comparing_each_finds(words, word):
    lexicon = Lexicon(words)
    assert lexicon.slips(word) == {other for other in words if one_slip(word, other)}
    assert lexicon.shortened(word) == {other for other in words if shortened(word, other)}
