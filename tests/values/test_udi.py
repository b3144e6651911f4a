# SPDX-License-Identifier: Apache-2.0
"""Device identifiers of the three issuing agencies: their parts, dates and check digits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import LeadglassError, UnreadableError
from leadglass.values.udi import Udi

HIBC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
GS1_CHARACTERS = "ABCXYZabcxyz0123456789!\"%&'*+,-./:;<=>?_"
GTIN = "09506000134352"


def gtin(first: str) -> str:
    """Append the check digit, by its textbook rule: from the left, weights 3, 1, 3, ..."""
    total = sum(
        int(digit) * weight
        for digit, weight in zip(first, "3131313131313", strict=True)
        for weight in [int(weight)]
    )
    return first + str((10 - total % 10) % 10)


def hibc(data: str) -> str:
    """Append the check character of modulo 43."""
    return data + HIBC[sum(HIBC.index(letter) for letter in data) % 43]


gtins = st.text("0123456789", min_size=13, max_size=13).map(gtin)
words = st.text(GS1_CHARACTERS, max_size=20)
days = st.dates(date(2000, 1, 1), date(2075, 12, 31))
udis = st.builds(
    Udi,
    agency=st.just("GS1"),
    device_identifier=gtins,
    serial=words,
    lot=words,
    version=words,
    manufactured=st.one_of(st.none(), days),
    expires=st.one_of(st.none(), days),
    rest=st.dictionaries(
        st.sampled_from(["240", "30", "91"]), st.text("ABC123", min_size=1, max_size=8), max_size=2
    ).map(lambda pairs: tuple(sorted(pairs.items()))),
)
primaries = st.builds(
    "".join,
    st.tuples(
        st.sampled_from("ABHM"),
        st.text("ABC123", min_size=3, max_size=3),
        st.text("ABCXYZ0129", min_size=1, max_size=18),
        st.sampled_from("0129"),
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        f"(01){GTIN}(11)141231(17)150707(10)A213B1(21)1234",
        f"01{GTIN}111412311715070710A213B1\x1d211234",
        f"]d201{GTIN}111412311715070710A213B1\x1d211234",
        f"\x1d01{GTIN}10A213B1<GS>2112341D".replace("1D", "\x1d") + "1114123117150707",
        f"]C1(01){GTIN} (21)1234 (10)A213B1 (11)141231 (17)150707",
    ],
)
def test_gs1_is_read_as_scanned_and_as_printed(text):
    assert Udi.parse(text) == Udi(
        agency="GS1",
        device_identifier=GTIN,
        serial="1234",
        lot="A213B1",
        manufactured=date(2014, 12, 31),
        expires=date(2015, 7, 7),
    )


def test_gs1_software_bears_its_version_and_what_has_no_name_is_kept():
    udi = Udi.parse(f"(01){GTIN}(8012)2.1.0(240)XR-7(10)L1")
    assert (udi.version, udi.lot, udi.rest) == ("2.1.0", "L1", (("240", "XR-7"),))


def test_a_gtin_alone_is_an_identifier_also_a_shorter_one():
    assert Udi.parse(GTIN).device_identifier == GTIN
    assert Udi.parse("9506000134352").device_identifier == GTIN


def test_a_day_of_zeros_is_the_last_of_its_month():
    assert Udi.parse(f"01{GTIN}17240200").expires == date(2024, 2, 29)
    assert Udi.parse(f"01{GTIN}11991200").manufactured == date(1999, 12, 31)


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ("+A123BJC5D6E71", {}),
        ("+A123BJC5D6E71/$$52001510X3", {"expires": date(2020, 1, 15), "lot": "10X3"}),
        ("+A123BJC5D6E71/2001510X3", {"expires": date(2020, 1, 15), "lot": "10X3"}),
        ("+A123BJC5D6E71/$10X3", {"lot": "10X3"}),
        ("+A123BJC5D6E71/$+S99", {"serial": "S99"}),
        ("+A123BJC5D6E71/$$0226L7", {"expires": date(2026, 2, 28), "lot": "L7"}),
        ("+A123BJC5D6E71/$$2011520L7", {"expires": date(2020, 1, 15), "lot": "L7"}),
        ("+A123BJC5D6E71/$$3200115L7", {"expires": date(2020, 1, 15), "lot": "L7"}),
        ("+A123BJC5D6E71/$$420011516L7", {"expires": date(2020, 1, 15), "lot": "L7"}),
        ("+A123BJC5D6E71/$$62001516L7", {"expires": date(2020, 1, 15), "lot": "L7"}),
        ("+A123BJC5D6E71/$$7L7", {"lot": "L7"}),
        ("+A123BJC5D6E71/$$+7S99", {"serial": "S99"}),
        ("+A123BJC5D6E71/$$+3200115S99", {"serial": "S99", "expires": date(2020, 1, 15)}),
        ("+A123BJC5D6E71/$$8123200115L7", {"expires": date(2020, 1, 15), "lot": "L7", "rest": (("quantity", "12"),)}),
        ("+A123BJC5D6E71/$$9001237L7", {"lot": "L7", "rest": (("quantity", "00123"),)}),
        ("+A99912345/$$52001510X3/16D20111212/S77DEFG45",
         {"device_identifier": "A99912345", "expires": date(2020, 1, 15), "lot": "10X3", "serial": "77DEFG45", "manufactured": date(2011, 12, 12)}),
        ("+A123BJC5D6E71/$L7/14D20260731/Q500", {"lot": "L7", "expires": date(2026, 7, 31), "rest": (("Q", "500"),)}),
    ],
)  # fmt: skip
def test_hibc_is_read_in_each_form_of_its_second_part(data, fields):
    expected = Udi(**{"agency": "HIBCC", "device_identifier": "A123BJC5D6E71", **fields})
    assert Udi.parse(hibc(data)) == expected
    assert Udi.parse(f"*{hibc(data)}*") == expected


@pytest.mark.parametrize(
    "text",
    [
        "+A123BJC5D6E71G",
        "+A99912345/$$52001510X33",
        "+A99912345/$$52001510X3/16D20111212/S77DEFG457",
        "+X999123ABC0/$$05191234AB/S5678EDFG/16D20151001A",
        "+X999123ABC0/$$20515191234AB/S5678EDFG/16D20151001I",
        "+X999123ABC0/$$31905151234AB/S5678EDFG/16D20151001J",
        "+X999123ABC0/$$4190515211234AB/S5678EDFG/16D20151001N",
        "+X999123ABC0/$$5191351234AB/S5678EDFG/16D20151001J",
        "+X999123ABC0/$$619135211234AB/S5678EDFG/16D20151001N",
    ],
)
def test_published_identifiers_of_hibc_have_the_check_character_that_is_expected(text):
    udi = Udi.parse(text)
    assert udi.device_identifier in {"A123BJC5D6E71", "A99912345", "X999123ABC0"}
    assert udi.expires is None or udi.expires.year in {2019, 2020}
    assert udi.lot in {"", "10X3", "1234AB"}


def test_the_sample_that_regulators_print_has_no_check_character():
    """The C at its end stands for "check character"; it is found in many a test system."""
    with pytest.raises(UnreadableError, match="'H' is expected"):
        Udi.parse("*+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202C*")


def test_a_blank_may_be_the_check_character_of_hibc():
    data = next(f"+A123B{number}1" for number in range(500) if hibc(f"+A123B{number}1").endswith(" "))
    assert Udi.parse(hibc(data)) == Udi.parse(f"*{data}_*")


def test_iccbba_is_read_with_its_donation():
    udi = Udi.parse("=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123")
    assert udi == Udi(
        agency="ICCBBA",
        device_identifier="A9999XYZ100T0944",
        serial="000025",
        lot="XYZ123",
        donation="A99971312345600",
        expires=date(2014, 2, 1),
        manufactured=date(2013, 2, 1),
    )
    assert Udi.parse("=+06000=/A9999XYZ100T0944").rest == (("compound", "06000"),)
    assert Udi.parse("=)1234567890&)0987654321").lot == "0987654321"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No device identifier"),
        ("hello", "begins none"),
        ("(01)09506000134353", "check digit 3; 2 is expected"),
        ("09506000134353", "check digit 3; 2 is expected"),
        ("(01)9506000134352", "14 characters"),
        (f"(01){GTIN}(17)261331", "no date"),
        (f"(01){GTIN}(10){'L' * 21}", "1 to 20 characters"),
        (f"(01){GTIN}(10)Ü", "of GS1's set"),
        (f"(01){GTIN}(10)L1(10)L2", "says lot twice"),
        ("(21)1234", "no device identifier"),
        ("(5555)1", "no application identifier"),
        ("+A123BJC5D6E71H", "'G' is expected"),
        (hibc("+$$52001510X3"), "no primary data structure"),
        (hibc("+A123BJC5D6E71/$$5200"), "5 digits"),
        (hibc("+A123BJC5D6E71/$$520400L"), "no date"),
        (hibc("+A123BJC5D6E71/$$X"), "no form of date"),
        ("+a123bjc5d6e71G", "characters that no HIBC"),
        ("=/A9999XYZ100T0944=,0025", "no data structure of ISBT"),
        ("=,000025", "no device identifier"),
        ("=/A9999XYZ100T0944=>014400", "no date"),
        ("0" * 500, "no 500 characters"),
    ],
)
def test_what_is_no_identifier_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        Udi.parse(text)


def test_no_identifier_exists_that_is_not_right():
    with pytest.raises(UnreadableError, match="check digit"):
        Udi(agency="GS1", device_identifier="09506000134353")
    with pytest.raises(UnreadableError, match="issues no"):
        Udi(agency="ACME", device_identifier="1")


@given(udis)
def test_what_is_written_is_read_again(udi):
    assert Udi.parse(str(udi)) == udi


@given(udis)
def test_the_scanned_form_says_what_the_printed_one_says(udi):
    parts = [
        ("01", udi.device_identifier),
        ("10", udi.lot),
        ("21", udi.serial),
        ("8012", udi.version),
        *udi.rest,
    ]
    dates = [(ai, f"{day:%y%m%d}") for ai, day in (("11", udi.manufactured), ("17", udi.expires)) if day]
    assert Udi.parse("".join(f"{ai}{value}\x1d" for ai, value in parts + dates if value)) == udi


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_one_changed_digit_of_a_gtin_is_noticed(number, place, step):
    changed = f"{number[:place]}{(int(number[place]) + step) % 10}{number[place + 1 :]}"
    with pytest.raises(UnreadableError, match="is expected"):
        Udi.parse(f"(01){changed}(21)1")


@given(primaries, st.data())
def test_one_changed_character_of_hibc_is_noticed(primary, data):
    text = hibc(f"+{primary}/$L7")
    place = data.draw(st.integers(1, len(text) - 1))
    other = data.draw(st.sampled_from([letter for letter in HIBC if letter != text[place]]))
    with pytest.raises(UnreadableError, match="is expected"):
        Udi.parse(f"{text[:place]}{other}{text[place + 1 :]}")


@given(
    st.one_of(
        st.text(max_size=60),
        st.text("+=/,>}&$()0123456789AB\x1d", max_size=60),
        primaries.map(lambda text: f"+{text}"),
    )
)
def test_whatever_is_read_is_an_identifier_or_a_sentence(text):
    try:
        udi = Udi.parse(text)
    except LeadglassError as error:
        fault = str(error)
    else:
        fault = ""
        assert udi.device_identifier
    assert not fault or fault.endswith((".", "52"))
