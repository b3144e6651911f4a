# SPDX-License-Identifier: Apache-2.0
"""Keys of versions: readable examples of vendors' strings, and laws against a direct comparison."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadglass.vulnerabilities.versions import LONGEST, bounds, clean, is_inverted, key, norm
from tests.oracles.libversion import compare

PIECES = (
    *("0", "00", "1", "01", "2", "9", "10", "17763", "99999999999999999999999999", "0.0.0", ".0"),
    *(".", "-", "_", "+", "(", ")", "~", "..", " "),
    *("a", "b", "p", "R", "SP", "iop", "alpha", "Beta", "rc", "RC", "pre", "prerelease", "post", "postfix"),
    *("patch", "pat", "pos", "PL", "errata", "plx", "erratas", "alphas", "pr", "su", "x"),
)
PRINTABLE = st.text(alphabet=string.printable[:95], max_size=24)
VERSIONS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
ANY = VERSIONS | PRINTABLE | st.text(max_size=24)


@st.composite
def siblings(draw, count=2):
    """Versions that begin alike, as the versions of one product do: where they part is where an order goes wrong."""
    stem = draw(VERSIONS)
    return tuple(stem + draw(ANY) for _ in range(count))


def sign(left, right):
    return (left > right) - (left < right)


# Examples


OLDER_AND_NEWER = [
    ("Windows Server 2019", "10.0.17763.2686", "10.0.17763.2803"),
    ("Windows 10, two releases", "10.0.17763.2686", "10.0.19041.1"),
    ("OpenSSL, letters after a release", "1.0.2", "1.0.2k"),
    ("OpenSSL, letters among themselves", "1.0.2k", "1.0.2u"),
    ("OpenSSL, alpha before beta", "3.0.0-alpha17", "3.0.0-beta1"),
    ("OpenSSL, beta before the release", "3.0.0-beta2", "3.0.0"),
    ("Log4j, a beta is not the release", "2.0-beta9", "2.0"),
    ("Log4j, numbers are not texts", "2.3.1", "2.12.2"),
    ("DCMTK, a dated snapshot", "3.6.1", "3.6.1_20121102"),
    ("DCMTK, the release after it", "3.6.1_20121102", "3.6.2"),
    ("Java", "1.8.0_291", "1.8.0_301"),
    ("Tomcat, a milestone", "9.0.0.M1", "9.0.0"),
    ("Debian's kernel", "5.10.0-21", "5.10.0-22"),
    ("SQL Server", "13.0.5108.50", "13.0.6300.2"),
    ("Cisco, a patch level", "12.5(1)", "12.5(1.10000.22)"),
    ("Siemens, baselines", "VB30A", "VB40B"),
    ("Siemens, letters of a baseline", "VE11C", "VE11E"),
    ("Philips, releases", "R5.4.1", "R5.7.1.1"),
    ("A known later word", "4.2", "4.2pl1"),
    ("A later word before the next number", "4.2-patch3", "4.2.1"),
    ("A known early word is no suffix", "1.0prerelease", "1.0"),
    ("nor is another", "1.0RC", "1.0"),
    ("An early word that is not quite known is one", "1.0", "1.0rcs"),
    ("A known later word is no suffix", "1.0errata", "1.0.1"),
    ("Nearly a later word", "4.2.pat3", "4.2"),
    ("Numbers longer than a machine word", "2" + "0" * 39, "2" + "0" * 38 + "10"),
]

AS_LIBVERSION_HAS_IT = [
    ("Juniper: a word that is not known comes before the release", "15.1x49-d160", "15.1"),
    ("Cisco: the same", "12.5(1)su6", "12.5(1)"),
    ("Cisco NX-OS: the same", "7.0(3)i7(4)", "7.0(3)"),
    ("OpenSSH: p2 is read as a pre-release", "7.2p2", "7.2"),
    ("Siemens: a hotfix comes before its baseline", "VB30A_HF02", "VB30A"),
]

ONE_IN_ORDER = [
    ("zeros that are not written", "1", "1.0.0"),
    ("leading zeros", "4.02", "4.2"),
    ("separators", "1.0-2", "1_0.2"),
    ("upper case", "2.0-RC1", "2.0-rc1"),
    ("only the first letter of a word counts", "4.0.5_iop", "4.0.5_ipr"),
    ("nothing at all is zero", "", "0"),
]


@pytest.mark.parametrize(("what", "older", "newer"), OLDER_AND_NEWER + AS_LIBVERSION_HAS_IT)
def test_an_older_version_has_a_smaller_key(what, older, newer):
    assert key(older) < key(newer), what
    assert compare(older, newer) == -1, what


@pytest.mark.parametrize(("what", "one", "other"), ONE_IN_ORDER)
def test_versions_without_an_order_have_one_key(what, one, other):
    assert key(one) == key(other), what
    assert compare(one, other) == 0, what


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("", "."),
        ("1.0", "B1."),
        ("1.0-rc1", "B1-BrB1."),
        ("1.0.12", "B10YC12."),
        ("1.0a", "B10Y_a."),
        ("1.patch2", "B1@pB2."),
        ("10.0.17763.2686", "C100YF17763E2686."),
    ],
)
def test_a_key_is_written_as_documented(version, written):
    assert key(version) == written


# The order


@given(siblings() | st.tuples(ANY, ANY))
@example(("1.0a1", "1.0a"))
@example(("1", "1" + ".0" * 25 + ".a"))
def test_keys_sort_as_a_direct_comparison_does(pair):
    left, right = pair
    assert sign(key(left), key(right)) == compare(left, right)


@given(siblings() | st.tuples(ANY, ANY))
def test_no_key_begins_another(pair):
    left, right = map(key, pair)
    assert left == right or not right.startswith(left)


def test_numbers_of_every_length_are_in_order():
    keys = [key("9" * length) for length in range(LONGEST + 1)]
    assert keys == sorted(set(keys))


def test_zeros_of_every_count_are_in_order():
    most = LONGEST // 2
    before_a_word = [key("0." * zeros + "a") for zeros in range(most)]
    before_a_number = [key("0." * zeros + "1") for zeros in range(most)]
    assert before_a_word == sorted(set(before_a_word))
    assert before_a_number == sorted(set(before_a_number), reverse=True)
    assert before_a_word[-1] < key("0") < before_a_number[-1]


# Any text


@given(st.text(max_size=300))
@example("\ud800 1.0 \x00")
@example("a1" * LONGEST)
@example("0." * 5000 + "1")
@example("7" * 10_000)
@example("é" * 10_000)
def test_any_text_has_a_short_key_in_its_own_alphabet(text):
    written = key(text)
    assert len(written) <= 641
    assert set(written) <= set(string.ascii_letters + string.digits + "-.@_")


def test_the_end_signs_lie_outside_of_the_alphabet():
    assert all("!" < letter < "~" for letter in string.ascii_letters + string.digits + "-.@_")


@given(ANY)
def test_what_lies_beyond_the_longest_text_does_not_count(tail):
    head = "1.2" + "." * (LONGEST - 3)
    assert key(head + tail) == key("1.2")


def test_the_last_character_of_the_longest_text_counts():
    assert key("." * 255 + "1") == key("1")
    assert key("." * 256 + "1") == key("0")


def test_digits_and_letters_of_other_scripts_separate():
    assert key("1\N{ARABIC-INDIC DIGIT FIVE}2\N{KELVIN SIGN}3") == key("1.2.3")


# Ranges


END = st.none() | VERSIONS


@given(siblings(count=5), st.tuples(*[st.booleans()] * 4))
def test_a_key_lies_in_the_bounds_where_every_end_agrees(versions, closed):
    version, *ends = versions
    start_including, start_excluding, end_including, end_excluding = (
        end if is_closed else None for end, is_closed in zip(ends, closed, strict=True)
    )
    agreed = (
        (start_including is None or compare(version, start_including) >= 0)
        and (start_excluding is None or compare(version, start_excluding) > 0)
        and (end_including is None or compare(version, end_including) <= 0)
        and (end_excluding is None or compare(version, end_excluding) < 0)
    )
    lo, hi = bounds(start_including, start_excluding, end_including, end_excluding)
    assert (lo <= key(version) < hi) == agreed


@given(siblings(), st.booleans(), st.booleans())
def test_a_range_is_inverted_exactly_where_a_direct_comparison_says_so(pair, start_inside, end_inside):
    start, end = pair
    lo, hi = bounds(
        start if start_inside else None,
        None if start_inside else start,
        end if end_inside else None,
        None if end_inside else end,
    )
    order = compare(start, end)
    assert is_inverted(lo, hi) == (order > 0 or (order == 0 and not (start_inside and end_inside)))


@given(END)
def test_a_range_with_an_open_end_is_never_inverted(end):
    assert bounds(None, None, None, None) == ("", "~")
    assert not is_inverted(*bounds(end, None, None, None))
    assert not is_inverted(*bounds(None, end, None, None))
    assert not is_inverted(*bounds(None, None, end, None))
    assert not is_inverted(*bounds(None, None, None, end))


def test_a_range_of_one_version_is_not_inverted():
    lo, hi = bounds("2.1", None, "2.1", None)
    assert lo <= key("2.1.0") < hi
    assert not is_inverted(lo, hi)


def test_junipers_range_is_inverted_and_kept():
    lo, hi = bounds("15.1", None, None, "15.1x49-d160")
    assert (lo, hi) == (key("15.1"), key("15.1x49-d160"))
    assert is_inverted(lo, hi)


# Cleaned and normalised


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (r"7.0\(3\)i7\(4\)", "7.0(3)i7(4)"),
        (r"1.0\\2", r"1.0\2"),
        ("v2.4.1", "2.4.1"),
        ("V2.4.1", "2.4.1"),
        (" v11.00 ", "11.00"),
        ("vb30a", "vb30a"),
        ("v", "v"),
        ("vv1", "vv1"),
        ("1v2", "1v2"),
        ("", ""),
    ],
)
def test_clean_takes_off_what_surrounds_a_version(text, cleaned):
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("11", "11.0"),
        ("11", "11.00"),
        ("1.02", "1.2"),
        ("v3.6.1", "3.6.1"),
        ("VB30A", "vb30a"),
        ("0", "00.0"),
        ("1\\-2", "1-2"),
    ],
)
def test_one_norm_for_names_of_one_version(one, other):
    assert norm(one) == norm(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("4.0.5_iop", "4.0.5_ipr"),
        ("1.0-rc1", "1-rc1"),
        ("10", "1"),
        ("1.0.1", "1.1"),
        ("1.10", "1.1"),
        ("1.2", "1-2"),
    ],
)
def test_two_norms_for_names_of_two_versions(one, other):
    assert norm(one) != norm(other)


@given(ANY)
@example("0" * LONGEST + "1")
@example("1" + ".0" * LONGEST + ".1")
@example("1.\N{KELVIN SIGN}\N{LATIN SMALL LETTER SHARP S}2")
def test_a_norm_keeps_the_key(text):
    assert key(norm(text)) == key(clean(text))


@given(siblings() | st.tuples(PRINTABLE, PRINTABLE))
@example(("1.0", "01"))
def test_one_norm_means_one_key(pair):
    one, other = map(clean, pair)
    assert norm(pair[0]) != norm(pair[1]) or key(one) == key(other)


@given(
    numbers=st.lists(st.integers(0, 99999), min_size=1, max_size=5),
    word=st.sampled_from(["", "a", "-rc1", "_SP2", "su6"]),
    zeros=st.integers(0, 3),
)
def test_a_norm_ignores_the_ways_to_write_a_number(numbers, word, zeros):
    plain = ".".join(map(str, numbers)) + word
    dirty = " v" + ".".join("0" * zeros + str(number) for number in numbers) + word.upper() + ".0" * zeros
    assert norm(dirty) == norm(plain)
