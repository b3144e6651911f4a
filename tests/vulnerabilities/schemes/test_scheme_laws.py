# SPDX-License-Identifier: Apache-2.0
"""Laws of the keys of all schemes: total, in one alphabet, prefix-free, apart by scheme, with bounds that hold."""

import random
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadglass.vulnerabilities import versions
from leadglass.vulnerabilities.comparison import WORD
from leadglass.vulnerabilities.schemes import STRANGE, Scheme, bounds, is_of, is_valid, key
from leadglass.vulnerabilities.versions import LONGEST, is_inverted
from tests.vulnerabilities.schemes.grammars import GRAMMARS, Draws

EVERY = st.sampled_from(Scheme)
OWN = st.sampled_from([scheme for scheme in Scheme if scheme is not Scheme.GENERIC])
LONGEST_KEY = 1_300
SOURCES = st.integers(0, 2**32)


@st.composite
def versions_of(draw, scheme, count=2):
    """Versions of one scheme: siblings, each with a beginning in common, and a stranger now and then."""
    first = Draws(random.Random(draw(SOURCES)))
    found = [GRAMMARS[scheme](first)]
    for _ in range(count - 1):
        kept = first.made[: draw(st.integers(0, len(first.made)))]
        found.append(GRAMMARS[scheme](Draws(random.Random(draw(SOURCES)), kept)))
    if draw(st.integers(0, 9)) == 0:
        found[-1] = draw(st.text(max_size=24))
    return tuple(found)


@st.composite
def cases(draw, schemes=EVERY, count=2):
    scheme = draw(schemes)
    return scheme, *draw(versions_of(scheme, count))


def test_every_scheme_has_a_grammar():
    assert set(GRAMMARS) == set(Scheme)


@given(EVERY, st.text(max_size=300))
@example(Scheme.DPKG, "\ud800 1.0 \x00")
@example(Scheme.PEP440, "1.\N{ARABIC-INDIC DIGIT FIVE}")
@example(Scheme.MAVEN, "a1" * 128)
@example(Scheme.SEMVER, "1.0." + "9" * 10_000)
@example(Scheme.NPM, "1.0.0-" + "9" * 250)
@example(Scheme.DPKG, "1" + "+" * 255)
@example(Scheme.DPKG, "9" * 10_000 + ":1")
def test_any_text_has_a_short_key_between_the_end_signs(scheme, text):
    written = key(scheme, text)
    assert 0 < len(written) <= LONGEST_KEY
    assert all("!" < letter < "~" for letter in written)


@given(cases(OWN))
def test_a_text_that_is_not_of_its_scheme_is_told_by_the_first_character(case):
    scheme, *texts = case
    for text in texts:
        written = key(scheme, text)
        assert written[:1] == STRANGE or (is_valid(scheme, text) and is_of(scheme, written))
        if scheme is not Scheme.LETTERS_LATER:
            assert is_valid(scheme, text) == (written[:1] != STRANGE)


def test_what_is_not_of_a_scheme_is_told_as_what_begins_with_a_word_is():
    assert STRANGE == WORD == versions.key("rc1")[:1]


@given(cases())
def test_no_key_begins_another(case):
    scheme, one, other = case
    left, right = key(scheme, one), key(scheme, other)
    assert left == right or not right.startswith(left)


@given(OWN, OWN, st.data())
def test_keys_of_two_schemes_are_apart(scheme, other, data):
    one, another = (key(each, data.draw(versions_of(each, 1))[0]) for each in (scheme, other))
    if STRANGE not in (one[0], another[0]):
        assert (one[0] == another[0]) == (scheme is other)
        assert is_of(scheme, one)
        assert is_of(other, one) == (scheme is other)
        assert not is_of(Scheme.GENERIC, one)


END = st.sampled_from((None, None, "including", "excluding"))


@given(cases(count=3), END, END)
def test_a_key_lies_in_the_bounds_where_both_ends_agree(case, start, end):
    scheme, version, low, high = case
    ends = [None] * 4
    if start:
        ends[0 if start == "including" else 1] = low
    if end:
        ends[2 if end == "including" else 3] = high
    at, from_, to = (key(scheme, text) for text in (version, low, high))
    above = (
        not start
        or at > from_
        or (start == "including" and at == from_)
        or (low == "0" and start == "including")
    )
    below = not end or at < to or (end == "including" and at == to)
    lo, hi = bounds(scheme, *ends)
    assert (lo <= at < hi) == (above and below)


@given(cases())
def test_a_range_is_inverted_where_it_holds_nothing(case):
    scheme, low, high = case
    lo, hi = bounds(scheme, low, None, None, high)
    assert is_inverted(lo, hi) == (
        key(scheme, low) >= key(scheme, high) and (low != "0" or scheme is Scheme.GENERIC)
    )


@pytest.mark.parametrize("scheme", [scheme for scheme in Scheme if scheme is not Scheme.GENERIC])
def test_a_start_of_0_is_before_every_version(scheme):
    assert bounds(scheme, "0", None, None, None) == ("", "~")


@pytest.mark.parametrize("scheme", Scheme)
def test_open_ends_are_of_every_scheme(scheme):
    assert is_of(scheme, "")
    assert is_of(scheme, "~")


@pytest.mark.parametrize("scheme", [scheme for scheme in Scheme if scheme is not Scheme.GENERIC])
def test_a_text_that_is_too_long_is_of_no_scheme(scheme):
    text = GRAMMARS[scheme](Draws(random.Random(1))) + "1" * LONGEST
    assert key(scheme, text)[0] == STRANGE


@pytest.mark.slow
@pytest.mark.parametrize("scheme", Scheme)
def test_no_key_of_many_versions_begins_another(scheme):
    source = random.Random(2031)
    keys = sorted({key(scheme, GRAMMARS[scheme](Draws(source))) for _ in range(50_000)})
    assert len(keys) > 20
    assert [(one, other) for one, other in pairwise(keys) if other.startswith(one)] == []
