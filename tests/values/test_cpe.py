# SPDX-License-Identifier: Apache-2.0
"""CPE names: what they say, how they are written, and that nothing is lost on the way."""

from contextlib import suppress
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import LeadglassError, UnreadableError
from leadglass.values.cpe import ANY, NA, Cpe, qualifiers, split, unbind

FIELDS = tuple(asdict(Cpe(part="a")))

# A field as `Cpe` writes it: a logical value, or characters of which the special ones keep their backslash.
characters = (
    st.characters(exclude_characters="\\", exclude_categories=("Z", "C"))
    .map(str.lower)
    .filter(str.isprintable)
)
texts = st.lists(
    characters | st.sampled_from(["\\*", "\\?", "\\\\", "*", "?", "-", ".", "_"]), min_size=1
).map("".join)
written = st.sampled_from([ANY, NA, "\\-"]) | texts.filter(lambda text: text == text.lower())
cpes = st.builds(Cpe, part=st.sampled_from("aoh*-"), **dict.fromkeys(FIELDS[1:], written))


@given(cpes)
def test_a_name_that_is_written_and_parsed_is_the_same_name(cpe):
    assert Cpe.parse(str(cpe)) == cpe


@given(cpes)
def test_splitting_in_bulk_gives_what_parsing_gives(cpe):
    assert tuple(map(unbind, split(str(cpe)))) == tuple(asdict(cpe).values())


@given(
    st.text()
    | st.text("cpe:2.3/~%\\*?-a", max_size=60).map("cpe:2.3:".__add__)
    | st.text("a:~%012\\*-", max_size=40).map("cpe:/".__add__)
)
def test_any_text_is_a_name_or_an_error_of_ours(text):
    with suppress(LeadglassError):
        cpe = Cpe.parse(text)
        assert Cpe.parse(str(cpe)) == cpe


def test_quoting_is_taken_off_and_put_on_again():
    cpe = Cpe.parse(r"cpe:2.3:a:Foo\\Bar:C\+\+_kit\:pro:1.0\-b:\-:*:*:*:*:*:-")
    assert (cpe.vendor, cpe.product, cpe.version, cpe.update, cpe.other) == (
        r"foo\\bar",
        "c++_kit:pro",
        "1.0-b",
        r"\-",
        NA,
    )
    assert str(cpe) == r"cpe:2.3:a:foo\\bar:c\+\+_kit\:pro:1.0-b:\-:*:*:*:*:*:-"


def test_a_quoted_star_is_text_and_a_bare_one_is_any_value():
    quoted, bare = (Cpe.parse(f"cpe:2.3:a:v:p:{version}:*:*:*:*:*:*:*") for version in (r"\*", "*"))
    assert quoted.version == r"\*"
    assert bare.version == ANY
    assert quoted != bare


def test_punctuation_that_ought_to_be_quoted_is_tolerated():
    assert Cpe.parse("cpe:2.3:a:gtk+:x/y@z:1(2):*:*:*:*:*:*:*") == Cpe.parse(
        r"cpe:2.3:a:gtk\+:x\/y\@z:1\(2\):*:*:*:*:*:*:*"
    )


@pytest.mark.parametrize(
    ("uri", "bound"),
    [
        (
            "cpe:/a:microsoft:internet_explorer:8.0.6001:beta",
            "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
        ),
        (
            "cpe:/a:microsoft:internet_explorer:8.%02:sp%01",
            "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*",
        ),
        (
            "cpe:/a:hp:insight_diagnostics:7.4.0.1570:-:~~online~win2003~x64~",
            "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*",
        ),
        (
            "cpe:/a:foo%5cbar:big%24money_2010:::~~special~ipod_touch~80gb~",
            r"cpe:2.3:a:foo\\bar:big\$money_2010:*:*:*:*:special:ipod_touch:80gb:*",
        ),
        ("cpe:/o:microsoft:windows_7", "cpe:2.3:o:microsoft:windows_7:*:*:*:*:*:*:*:*"),
        ("cpe:/a:v:p:%2d", r"cpe:2.3:a:v:p:\-:*:*:*:*:*:*:*"),
        ("cpe:/a:v:p:1:u:ed:en", "cpe:2.3:a:v:p:1:u:ed:en:*:*:*:*"),
    ],
)
def test_a_cpe_2_2_uri_is_bound_as_2_3(uri, bound):
    assert str(Cpe.parse(uri)) == bound


def test_product_key_and_qualifiers_are_as_the_tables_join_them():
    cpe = Cpe.parse("cpe:2.3:o:microsoft:windows_10_1809:10.0.17763:*:*:*:iot_ltsc:*:x64:*")
    assert cpe.product_key == "microsoft:windows_10_1809"
    assert cpe.qualifiers == "*|*|iot_ltsc|*|x64|*"
    assert Cpe(part="a", vendor="v", product="p").qualifiers == ""
    assert qualifiers(("*", "*", "*", "*", "*", "*")) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("openssl 1.1.1", "begins with neither"),
        ("cpe:2.3:a:openssl:openssl:1.1.1", "11 fields"),
        ("cpe:2.3:a:openssl::1.1.1:*:*:*:*:*:*:*", "11 fields"),
        ("cpe:2.3:x:openssl:openssl:1.1.1:*:*:*:*:*:*:*", "a, o or h"),
        ("cpe:2.3:a:open ssl:openssl:1.1.1:*:*:*:*:*:*:*", "spaces"),
        ("cpe:2.3:a:v:p:*:*:*:*:*:*:*:\\", "backslash"),
        ("cpe:/a:1:2:3:4:5:6:7:8", "more than 7"),
        ("cpe:/a:v:p:1::~a~b~c~d~e~f", "more than five"),
    ],
)
def test_what_is_no_name_is_refused_with_a_sentence(text, says):
    with pytest.raises(UnreadableError, match=says):
        Cpe.parse(text)


@pytest.mark.parametrize("value", ["", "Upper", "a b", "\\a", "a\\", "tab\t", "\\-a"])
def test_a_field_can_be_written_in_one_way_only(value):
    with pytest.raises(UnreadableError, match="vendor"):
        Cpe(part="a", vendor=value)
