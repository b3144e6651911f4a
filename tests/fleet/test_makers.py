# SPDX-License-Identifier: Apache-2.0
"""Makers as documents, CPE names and inventories write them: one key each, several in one text, slips as doubts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.fleet.identity import maker_key
from leadglass.fleet.makers import (
    ONE_SLIP,
    SURE,
    brackets,
    kin,
    maker_in_front,
    maker_of,
    makers,
    mend,
    plain,
    split_makers,
)


def sure(text):
    return {name.key for name in maker_of(text) if name.confidence >= SURE}


def doubted(text):
    return {(name.key, name.basis) for name in maker_of(text) if name.confidence < SURE}


# The table


def test_no_spelling_stands_for_two_makers():
    owners: dict[str, set[str]] = {}
    for maker in makers().values():
        for text in (maker.key, *maker.spellings, *maker.cpe):
            owners.setdefault(maker_key(text).replace(" ", ""), set()).add(maker.key)
    assert {text: keys for text, keys in owners.items() if len(keys) > 1} == {}


def test_each_key_is_the_key_of_itself_and_each_successor_is_in_the_table():
    assert [key for key in makers() if maker_key(key) != key] == []
    assert {one for maker in makers().values() for one in maker.now} <= makers().keys()


def test_every_spelling_of_the_table_is_its_maker():
    for maker in makers().values():
        for text in (maker.shown, *maker.spellings, *maker.cpe):
            assert maker.key in sure(text), text


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("GE MEDICAL SYSTEMS", "ge"),
        ("GE Healthcare", "ge"),
        ("General Electric (GE)", "ge"),
        ("gehealthcare", "ge"),
        ("Philips Medical Systems Nederland B.V.", "philips"),
        ("SIEMENS HEALTHINEERS AG", "siemens"),
        ("siemens-healthineers", "siemens"),
        ("Drägerwerk AG & Co. KGaA", "draeger"),
        ("DrÃ¤ger", "draeger"),
        ("Innokas YhtymÃ¤ Oy", "innokas yhtyma"),
        ("Becton, Dickinson and Company (BD)", "bd"),
        ("B.Braun Medical Inc.", "b braun"),
        ("Hill-Rom", "hillrom"),
        ("島津製作所", "shimadzu"),
        ("Philips®", "philips"),
        ("Quillon Medical GmbH", "quillon"),
    ],
)
def test_a_maker_has_one_key_however_it_is_written(text, key):
    assert sure(text) == {key}
    assert doubted(text) == set()


def test_what_the_table_does_not_know_keeps_its_own_key():
    (name,) = maker_of("Quillon Medical GmbH")
    assert (name.basis, name.shown) == ("key", "Quillon Medical GmbH")
    assert maker_of("") == maker_of(" - ") == ()


def test_a_business_that_moved_makes_kin_and_not_one_maker():
    assert "canon" in kin("toshiba")
    assert "toshiba" in kin("canon")
    assert {"hillrom", "baxter"} <= kin("welch allyn"), "through Hillrom"
    assert "dedalus" in kin("agfa")
    assert "merative" in kin("merge")
    assert "alere" not in kin("st jude"), "two businesses of one buyer are not each other"
    assert sure("Toshiba Medical Systems") == {"toshiba"}


# Doubts


@pytest.mark.parametrize(
    ("text", "key"), [("Phillips", "philips"), ("Seimens Healthcare", "siemens"), ("Medtornic", "medtronic")]
)
def test_a_slip_of_the_pen_is_a_doubt_and_never_joined(text, key):
    assert (key, "slip of the pen") in doubted(text)
    assert key not in sure(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Phillips", "philips"),
        ("iemens", "siemens"),
        ("Rcohe", "roche"),
        ("Baxter Haelthcare", "baxter"),
        ("GE Healthcaare", "ge"),
        ("Philips Medical Systms", "philips"),
        ("Becton, Dickineon and Company", "bd"),
        ("Bectton, Dickinson and Company", "bd"),
        ("Medtrnoic plc S.A.", "medtronic"),
    ],
)
def test_one_slip_of_one_maker_is_told_from_other_doubts(text, key):
    slips = [name for name in maker_of(text) if name.confidence >= ONE_SLIP and name.confidence < SURE]
    assert [(name.key, name.basis) for name in slips] == [(key, "slip of the pen")]
    assert len(split_makers(text)) == 1


@pytest.mark.parametrize(
    "text", ["Medtrnoicc", "Baxer", "GGE", "Canon Precision", "Quilon", "Belmarq Health"]
)
def test_two_slips_a_slip_of_two_makers_and_short_names_are_no_such(text):
    assert not [name for name in maker_of(text) if ONE_SLIP <= name.confidence < SURE]


def test_a_maker_of_the_table_is_never_taken_for_a_slip_of_another():
    """A known name is itself, whatever it is near to ('Bayer', 'Baxter')."""
    for maker in makers().values():
        for text in (maker.shown, *maker.spellings):
            assert doubted(text) == set(), text


def test_words_behind_a_maker_are_a_doubt():
    assert doubted("Canon Precision") == {("canon", "words behind")}
    assert sure("Canon Precision") == {"canon precision"}


# Several in one text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Siemens Healthineers, Siemens", ("Siemens Healthineers", "Siemens")),
        ("BMC Medical, 3B Medical", ("BMC Medical", "3B Medical")),
        ("Hillrom and ELI, Baxter International Inc.", ("Hillrom", "ELI", "Baxter International Inc.")),
        ("ENEA, Green Hills Software, ITRON, IP Infusion, and Wind River", ("ENEA", "Green Hills Software", "ITRON", "IP Infusion", "Wind River")),
        ("Agfa/Dedalus", ("Agfa", "Dedalus")),
        ("Quillon GmbH; Norrfeld AB", ("Quillon GmbH", "Norrfeld AB")),
        ("Acme, Inc., Quillon GmbH", ("Acme, Inc.", "Quillon GmbH")),
    ],
)  # fmt: skip
def test_several_makers_are_split(text, parts):
    assert split_makers(text) == parts


@pytest.mark.parametrize(
    "text",
    ["Becton, Dickinson and Company (BD)", "Johnson & Johnson", "SOOIL Developments Co, Ltd.", "Smith and Nephew", "Fisher & Paykel",
     "Sonderborg Medical A/S", "Quillon and Company", "Hamilton Medical AG"],
)  # fmt: skip
def test_one_maker_with_a_comma_or_an_and_stays_one(text):
    assert split_makers(text) == (text,)


def test_an_address_is_no_maker():
    assert split_makers("Siemens Healthcare GmbH, Erlangen, Germany") == ("Siemens Healthcare GmbH",)


def test_brackets_name_the_same_maker_or_its_house():
    assert brackets("General Electric (GE)") == ("General Electric", "GE")
    assert brackets("(USA)") == ("USA",)
    assert sure("Welch Allyn (a Hillrom company)") == {"welch allyn", "hillrom"}
    assert sure("Toshiba Medical Systems (now Canon Medical)") == {"toshiba", "canon"}
    assert sure("Quillon (Germany)") == {"quillon"}


def test_a_maker_in_front_of_a_model_is_named_by_its_longest_spelling():
    assert [name.key for name in maker_in_front("GE Healthcare Optima 520")] == ["ge"]
    assert [name.key for name in maker_in_front("Welch Allyn Connex")] == ["welch allyn"]
    assert maker_in_front("Tomara 64") == ()


# Repair


def test_marks_and_blanks_do_not_count():
    assert plain(" Optima®  CT520(TM)\u00a0Plus™ ") == "Optima CT520 Plus"


@pytest.mark.parametrize("text", ["", "Dräger", "naïve", "Ã", "日本光電", "Ørsted"])
def test_whole_text_is_left_alone(text):
    assert mend(text) == text


def test_a_trade_mark_behind_a_letter_is_repaired_and_a_letter_in_front_of_one_is_left():
    assert mend("Tomaraâ„¢ Plus Â®") == "Tomara™ Plus ®"
    assert mend("Æ™ ß™") == "Æ™ ß™"


NAMES = st.text(alphabet="abcäöüßéñøåÉÖ -.,&()/", max_size=14)


@given(NAMES, st.sampled_from(["cp1252", "latin-1"]))
def test_utf_8_read_as_another_code_is_repaired(text, codec):
    spoiled = "".join(_read(sign, codec) for sign in text)
    assert mend(spoiled) == text


def _read(sign, codec):
    try:
        return sign.encode().decode(codec)
    except UnicodeDecodeError:  # five bytes have no sign in cp1252
        return sign.encode().decode("latin-1")


@given(st.text(max_size=30))
def test_any_text_is_split_and_named_without_fault(text):
    parts = split_makers(text)
    assert len(parts) == len(set(parts))
    names = maker_of(text)
    assert len({name.key for name in names}) == len(names)
    assert all(0 < name.confidence < 1 for name in names)
    assert [name.confidence for name in names] == sorted((name.confidence for name in names), reverse=True)


@given(st.text(max_size=30))
def test_case_changes_no_maker_of_the_table(text):
    for maker in ("GE Healthcare", "Becton, Dickinson and Company (BD)"):
        assert sure(maker.upper()) == sure(maker.lower()) == sure(maker)
    assert brackets(text) == tuple(part for part in brackets(text) if part.strip())
