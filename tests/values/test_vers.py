# SPDX-License-Identifier: Apache-2.0
"""The vers notation: constraints, canonical form, intervals, and what a range contains."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, LeadglassError, UnreadableError
from leadglass.values.vers import (
    LONGEST,
    Constraint,
    Interval,
    Vers,
    datetime_key,
    lexicographic_key,
)

COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


printable = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
dotted = st.lists(st.integers(0, 9), min_size=2, max_size=2).map(lambda row: ".".join(map(str, row)))
ranges = st.builds(
    Vers,
    type=st.sampled_from(["npm", "deb", "generic", "all", "a.b-c"]),
    constraints=st.lists(
        st.builds(Constraint, comparator=st.sampled_from(COMPARATORS), version=printable), max_size=5
    ).map(tuple),
)


@st.composite
def sound_ranges(draw):
    """Versions once each, sorted, and comparators that alternate as the specification asks for."""
    versions = draw(
        st.lists(dotted, min_size=1, max_size=7, unique=True).map(lambda row: sorted(row, key=numbers))
    )
    made, inside = [], draw(st.booleans())
    if inside:
        made.append(Constraint(comparator=draw(st.sampled_from(["<", "<="])), version=versions.pop(0)))
    inside = False
    for version in versions:
        comparator = draw(st.sampled_from(["<", "<=", "!="] if inside else [">", ">=", "=", "!="]))
        inside = inside if comparator in {"=", "!="} else not inside
        made.append(Constraint(comparator=comparator, version=version))
    return Vers(type="intdot", constraints=tuple(made))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("vers:npm/>=1.0.0|<2.0.0|2.4.1", "vers:npm/>=1.0.0|<2.0.0|2.4.1"),
        ("VERS:NPM/=1.0", "vers:npm/1.0"),
        (" vers:npm/ >= 1.0 | < 2.0 ", "vers:npm/>=1.0|<2.0"),
        ("vers:npm/||1.0|||2.0|", "vers:npm/1.0|2.0"),
        ("vers:all/*", "vers:all/*"),
        ("vers:all/<V2.1", "vers:all/<V2.1"),
        ("vers:generic/1.0%20SP1|%3C2", "vers:generic/1.0%20SP1|%3C2"),
        ("vers:generic/1%2E0%2B1", "vers:generic/1.0+1"),
        ("vers:datetime/>2024-01-01T00:00:00Z", "vers:datetime/>2024-01-01T00:00:00Z"),
        ("vers:deb/1:2.0~a", "vers:deb/1:2.0~a"),
    ],
)
def test_a_range_is_written_canonically(text, canonical):
    assert str(Vers.parse(text)) == canonical
    assert str(Vers.parse(canonical, strict=True)) == canonical


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("npm/1.0", "no range in the vers notation"),
        ("vers:npm", "no range in the vers notation"),
        ("vers:/1.0", "no type of versions"),
        ("vers:3x/1.0", "no type of versions"),
        ("vers:invalid/1.0", "no type of versions"),
        ("vers:npm/", "names no version"),
        ("vers:npm/|", "names no version"),
        ("vers:npm/>=", "no constraint"),
        ("vers:npm/*|1.0", "can only stand alone"),
        ("vers:npm/>*", "can only stand alone"),
    ],
)
def test_what_is_no_range_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        Vers.parse(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("vers:npm/=1.0", "'=' is not written"),
        ("vers:npm/1.0 |2.0", "a blank"),
        ("vers:npm/1.0\t", "a blank"),
        ("vers:NPM/1.0", "lower case"),
        ("VERS:npm/1.0", "no range"),
        ("vers:npm/1.0||2.0", "a pipe"),
        ("vers:npm/1.0%", "encodes nothing"),
        ("vers:npm/1%2E0", "need not be"),
        ("vers:npm/1.0é", "need not be"),
        ("vers:npm/2.0|1.0", "not sorted"),
        ("vers:npm/", "no constraint"),
    ],
)
def test_what_is_not_canonical_is_refused_where_that_is_asked_for(text, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        Vers.parse(text, strict=True, key=str)


def test_a_range_beyond_reading_is_refused():
    with pytest.raises(BoundError, match="Split it"):
        Vers.parse("vers:npm/" + "1" * LONGEST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vers:intdot/*", ["*"]),
        ("vers:none/*", []),
        ("vers:intdot/!=2.0", ["*"]),
        ("vers:intdot/<=2.0", ["<=2.0"]),
        ("vers:intdot/>2.0", [">2.0"]),
        ("vers:intdot/>=1.0|<2.0|3.0|>4.0", [">=1.0 <2.0", ">=3.0 <=3.0", ">4.0"]),
        ("vers:intdot/<1.0|>=2.0|!=2.5|<3.0", ["<1.0", ">=2.0 <3.0"]),
        ("vers:intdot/>=1.0|<=1.0", [">=1.0 <=1.0"]),
        ("vers:intdot/>=1.4|<1.5|>=1.5", [">=1.4 <1.5", ">=1.5"]),
        # what others imply is left out
        ("vers:intdot/>1.0|>=2.0|2.5|<3.0|<4.0", [">1.0 <4.0"]),
        ("vers:intdot/<1.0|<=2.0|1.5", ["<=2.0"]),
    ],
)
def test_a_range_is_pairs_of_bounds(text, expected):
    assert [str(interval) for interval in Vers.parse(text).intervals(numbers)] == expected


def test_bounds_that_hold_nothing_between_them_are_said():
    with pytest.raises(UnreadableError, match=r"No version lies between >2\.0 and <2\.0"):
        Vers.parse("vers:intdot/>2.0|<2.0").contains("2.0", numbers)


@pytest.mark.parametrize(
    ("text", "within", "without"),
    [
        ("vers:intdot/*", ["0.0", "9.9"], []),
        ("vers:none/*", [], ["0.0", "9.9"]),
        ("vers:intdot/>=1.0|<2.0", ["1.0", "1.9"], ["0.9", "2.0"]),
        ("vers:intdot/>1.0|<=2.0", ["1.1", "2.0"], ["1.0", "2.1"]),
        ("vers:intdot/<1.0|>=2.0|!=2.5", ["0.1", "2.0", "2.6"], ["1.0", "1.5", "2.5"]),
        ("vers:intdot/!=2.0", ["1.0", "3.0"], ["2.0"]),
        ("vers:intdot/1.10", ["1.10"], ["1.1"]),
    ],
)
def test_a_range_contains(text, within, without):
    vers = Vers.parse(text)
    assert [version for version in within if not vers.contains(version, numbers)] == []
    assert [version for version in without if vers.contains(version, numbers)] == []


def test_times_are_compared_as_instants_and_nothing_else_is_a_time():
    assert datetime_key("2024-01-01T00:00:00+02:00") < datetime_key("2023-12-31T23:00:00Z")
    for text in ("2024-01-01", "2024-13-01T00:00:00Z", "2024-01-01t00:00:00z"):
        with pytest.raises(UnreadableError):
            datetime_key(text)
    assert lexicographic_key("A") < lexicographic_key("a")


@given(ranges)
def test_what_is_written_is_read_again(vers):
    assert Vers.parse(str(vers)) == vers
    assert Vers.parse(str(vers), strict=True) == vers


@given(sound_ranges())
def test_a_sound_range_is_canonical_and_simple_already(vers):
    assert Vers.parse(str(vers), strict=True, key=numbers) == vers
    assert vers.simplified(numbers) == vers


@given(sound_ranges(), dotted)
def test_intervals_and_exclusions_say_what_the_range_contains(vers, version):
    intervals = vers.intervals(numbers)
    inside = any(contains(interval, version) for interval in intervals) and version not in vers.excluded
    assert vers.contains(version, numbers) == inside
    ends = [numbers(end) for one in intervals for end in (one.lower, one.upper) if end]
    assert all(one <= other for one, other in pairwise(ends))


@given(
    st.lists(st.builds(Constraint, comparator=st.sampled_from(COMPARATORS), version=dotted), max_size=6),
    dotted,
)
def test_simplifying_changes_no_answer(constraints, version):
    vers = Vers(type="intdot", constraints=tuple(constraints))
    assert answer(vers, version) == answer(vers.simplified(numbers), version)


@given(
    st.one_of(
        st.text(max_size=30), st.text("vers:npm/<>=!|*%12.a", max_size=30).map(lambda rest: f"vers:{rest}")
    ),
    st.booleans(),
)
def test_whatever_is_read_is_a_range_or_a_sentence(text, strict):
    try:
        vers = Vers.parse(text, strict=strict)
    except LeadglassError as error:
        fault = str(error)
    else:
        fault = ""
        assert str(vers).startswith("vers:")
    assert not fault or fault.endswith((".", "2.0.0"))


def contains(interval: Interval, version: str) -> bool:
    asked = numbers(version)
    above = not interval.lower or asked > numbers(interval.lower)
    below = not interval.upper or asked < numbers(interval.upper)
    at_lower = version == interval.lower and interval.lower_included and (below or version == interval.upper)
    at_upper = version == interval.upper and interval.upper_included and (above or version == interval.lower)
    return (above and below) or at_lower or at_upper


def answer(vers, version):
    try:
        return vers.contains(version, numbers)
    except UnreadableError:
        return None
