# SPDX-License-Identifier: Apache-2.0
"""Serial numbers to which a document limits a product: who is meant for sure, who is not, and who may be."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.serials import like, read

YES, PERHAPS, NO = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE


@pytest.mark.parametrize(
    ("texts", "serial", "value"),
    [
        (["QT64-20417"], "QT64-20417", YES),
        (["QT64-20417"], "qt64 20417", YES),
        (["QT64-20417"], "QT64-20418", NO),
        (["QT64-20417"], "QT64-2041", NO),
        (["QT64-100-QT64-150"], "QT64-120", PERHAPS),
        (["QT64-100-QT64-150"], "QT64-160", NO),
        (["A100-150"], "A120", PERHAPS),
        (["100/150"], "150", PERHAPS),
        (["100/150"], "120", NO),
        (["100&101"], "101", YES),
        (["QT64-20417"], "", PERHAPS),
        (["S/N: 20417"], "20417", YES),
        (["20417"], "SN 20417", PERHAPS),
        (["0020417"], "20417", PERHAPS),
        (["20417, 20419; 20420"], "20419", YES),
        (["20417, 20419; 20420"], "20418", NO),
        (["QT64-*"], "QT64-1", YES),
        (["QT64-*"], "QT32-1", NO),
        (["QT64-2041?"], "QT64-20417", YES),
        (["QT64-2041?"], "QT64-2041", NO),
        ([r"QT\*1"], "QT*1", YES),
        ([r"QT\*1"], "QT991", NO),
        (["QT100 - QT200"], "QT100", YES),
        (["QT100 - QT200"], "QT200", YES),
        (["QT100 - QT200"], "QT201", NO),
        (["QT100 - QT200"], "XT150", NO),
        (["from 10001 to 10500"], "10250", YES),
        (["10001 bis 10500"], "10250", YES),
        (["10001..10500"], "10501", NO),
        (["10001-10500"], "10250", PERHAPS),
        (["10001-10500"], "20250", NO),
        (["900 - 1100"], "1000", YES),
        (["900 - 1100"], "01000", PERHAPS),
        (["QT200 - QT100"], "QT150", PERHAPS),
        (["units made before 2019"], "20417", PERHAPS),
        (["20417", "and all later ones"], "20417", YES),
        (["20417", "and all later ones"], "20418", PERHAPS),
        (["20417 and later"], "20417", PERHAPS),
    ],
)
def test_a_serial_number_is_held_against_what_is_stated(texts: list[str], serial: str, value: Truth) -> None:
    stated = read(texts)
    assert stated is not None
    assert stated.speak_of(serial) is value


@pytest.mark.parametrize("texts", [[], [""], ["*"], ["all"], ["All serial numbers"], ["20417", "any"]])
def test_what_names_all_limits_nothing(texts: list[str]) -> None:
    assert read(texts) is None


def test_the_order_in_which_they_are_written_makes_no_other_list() -> None:
    one, other = read(["2", "1"]), read(["1", "2"])
    assert one == other
    assert one != read(["1", "2", "3"])


TEXT = st.text(alphabet="ab12*?-", max_size=12)


@given(TEXT, st.text(alphabet="ab12", max_size=8))
def test_a_pattern_fits_as_its_definition_says(pattern: str, own: str) -> None:
    def fits(text: str, of: str) -> bool:
        if not of:
            return not text
        if of[0] == "*":
            return fits(text, of[1:]) or (bool(text) and fits(text[1:], of))
        return bool(text) and of[0] in ("?", text[0]) and fits(text[1:], of[1:])

    assert like(own, pattern) == fits(own, pattern)


def test_many_stars_cost_no_time() -> None:
    begun = time.process_time()
    stated = read(["*a" * 60 + "b"])
    assert stated is not None
    assert stated.speak_of("a" * 128) is NO
    assert time.process_time() - begun < 1


@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=40))
def test_any_text_is_held_against_any_other(texts: list[str], serial: str) -> None:
    stated = read(texts)
    if stated is not None:
        assert stated.speak_of(serial) in set(Truth)
        assert all(
            stated.speak_of(one) is not NO
            for one in texts
            if one.strip() and "," not in one and ";" not in one
        )
