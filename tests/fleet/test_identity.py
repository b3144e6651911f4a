# SPDX-License-Identifier: Apache-2.0
"""Makers and models as inventories write them: one spelling for one maker, and no two makers made one."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.fleet.identity import distance, maker_key, model_key, near, shown, words

DEMO = Path(__file__).parents[2] / "demo/fleet"

ONE_MAKER = [
    ["Quillon Medical GmbH", "QUILLON MEDICAL", "Quillon", " quillon  medical gmbh ", "Quillon Medical Systems, Inc."],
    ["Norrfeld Imaging AB", "NORRFELD IMAGING", "Norrfeld", "Norrfeld Imaging A.B."],
    ["Siemens Healthineers AG", "SIEMENS", "Siemens Healthcare GmbH", "Siemens Medical Systems"],
    ["Société Générale d'Imagerie S.A.", "SOCIETE GENERALE D'IMAGERIE SA", "Societe Generale d Imagerie S.A.S."],
    ["Esaote S.p.A.", "ESAOTE SPA", "Esaote"],
    ["Sonderborg Medical A/S", "Sonderborg"],
    ["Agfa N.V.", "AGFA NV", "Agfa Healthcare"],
    ["Straße Röntgen KG", "STRASSE RONTGEN", "Strasse Röntgen"],
    ["Kanto Medical K.K.", "Kanto Co., Ltd."],
]  # fmt: skip
MANY_MAKERS = ["Quillon", "Belmarq Health", "Norrfeld Imaging", "Tessaly Ultrasound", "Kelvanta Nuclear", "Ardenvale Angio Systems",
               "Marlowe Archive Systems", "Brindlecore Software", "Siemens", "Philips", "GE Healthcare", "Canon Medical", "Hologic",
               "Fujifilm", "Carestream", "Medtronic", "Varian", "Elekta", "島津製作所", "キヤノンメディカル", "Аксион", "Ørsted Medico"]  # fmt: skip


@pytest.mark.parametrize("spellings", ONE_MAKER, ids=lambda spellings: spellings[0])
def test_spellings_of_one_maker_share_a_key(spellings):
    assert len({maker_key(text) for text in spellings}) == 1


def test_different_makers_do_not_share_a_key_in_any_script():
    keys = {maker_key(text): text for text in MANY_MAKERS}
    assert len(keys) == len(MANY_MAKERS)
    assert "" not in keys


def test_a_name_of_common_words_alone_stays_itself():
    assert maker_key("Medical Imaging Systems Ltd") == "medical imaging systems"
    assert maker_key("Imaging Solutions") != maker_key("Medical Systems")


def test_no_name_is_no_maker():
    assert maker_key("") == maker_key(" - ") == ""


@pytest.mark.parametrize(
    ("text", "maker", "key"),
    [
        ("Tomara 64", "Quillon Medical GmbH", "tomara 64"),
        ("Quillon Tomara-64", "QUILLON MEDICAL", "tomara 64"),
        ("QUILLON MEDICAL TOMARA 64", "Quillon", "tomara 64"),
        ("Tomara 64", "", "tomara 64"),
        ("Quillon", "Quillon", "quillon"),
        ("Positra PET/CT", "Kelvanta Nuclear", "positra pet ct"),
        ("Aurika 1.5T", "Norrfeld Imaging AB", "aurika 1 5t"),
    ],
)
def test_a_model_is_named_without_its_maker_in_front(text, maker, key):
    assert model_key(text, maker) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tomara 64", "Tomara 128"), ("Aurika 1.5T", "Aurika 15T"), ("Pellar 5", "Pellar 9"), ("Imaging Suite", "Medical Suite"), ("Lumo DR", "Lumo Mobile")],
)  # fmt: skip
def test_different_models_stay_apart(one, other):
    assert model_key(one, "Quillon Medical") != model_key(other, "Quillon Medical")


# Slips of the pen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quilon Medical GmbH", "Quillon Medical GmbH"),
        ("Philips", "Phillips"),
        ("Belmraq", "Belmarq"),
        ("Brindelcore Software", "Brindlecore Software Ltd"),
    ],
)
def test_a_slip_of_the_pen_is_near(one, other):
    assert near(maker_key(one), maker_key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("quillon", "quillon"),
        ("agfa", "aga"),
        ("canon", "kanon"),
        ("siemens", "sirona"),
        ("hologic", "hologram"),
        ("medtronic", "biotronic"),
        ("ge", "gm"),
    ],
)
def test_other_makers_are_not(one, other):
    assert not near(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("canon", "canon precision"), ("philips", "philips medizin systeme"), ("ge", "ge vingmed")],
)
def test_a_name_with_words_behind_it_is_asked_about_and_never_joined(one, other):
    assert maker_key(one) != maker_key(other)
    assert near(maker_key(one), maker_key(other))


@pytest.mark.parametrize(("one", "other"), [("ge", "gehealth"), ("canon", "precision canon"), ("", "ge")])
def test_a_beginning_within_a_word_is_no_name(one, other):
    assert not near(one, other)


def test_no_two_makers_of_the_demo_are_near_save_its_slip():
    named = set()
    for path, delimiter in ((DEMO / "harbor-clinic.csv", ","), (DEMO / "harbor-group-cmms.csv", ";")):
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("cp1252")), delimiter=delimiter)
        named |= {row.get("manufacturer") or row.get("Mfr") or "" for row in rows}
    keys = {maker_key(text) for text in named} - {""}
    doubts = {frozenset((one, other)) for one in keys for other in keys if near(one, other)}
    assert doubts == {frozenset(("quilon", "quillon"))}
    assert len(keys) <= 10, "the rest of the dirt is one spelling each"


# Laws

NAMES = st.text(alphabet="abcé -.&/ÖQ", max_size=12)
SHORT = st.text(alphabet="abcd", max_size=7)


@given(NAMES)
def test_a_key_is_the_key_of_itself(text):
    assert maker_key(maker_key(text)) == maker_key(text)
    assert " ".join(words(" ".join(words(text)))) == " ".join(words(text))


@given(NAMES, NAMES)
def test_case_and_outer_space_change_no_key(maker, model):
    assert maker_key(f" {maker.upper()} ") == maker_key(maker)
    assert model_key(f" {model.upper()} ", maker.upper()) == model_key(model, maker)


@given(SHORT, SHORT)
def test_distance_is_symmetric_and_zero_for_equals_only(one, other):
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@given(SHORT, st.integers(0, 6), st.sampled_from("abcde"))
def test_one_edit_is_one_step_away(text, place, letter):
    place = min(place, len(text))
    assert distance(text, text[:place] + letter + text[place:]) == 1
    if place < len(text):
        assert distance(text, text[:place] + text[place + 1 :]) == 1
        assert distance(text, text[:place] + "e" + text[place + 1 :]) == 1
    if place + 1 < len(text) and text[place] != text[place + 1]:
        assert distance(text, text[:place] + text[place + 1] + text[place] + text[place + 2 :]) == 1


@given(SHORT, SHORT)
def test_nearness_is_mutual_and_never_of_equals(one, other):
    assert near(one, other) == near(other, one)
    assert not near(one, one)


# What is shown


def test_the_most_frequent_spelling_is_shown_then_the_one_not_in_capitals():
    assert shown(["QUILLON", "Quillon", "QUILLON"]) == "QUILLON"
    assert shown(["QUILLON", "Quillon"]) == "Quillon"
    assert shown(["Quillon Medical", "Quillon"]) == "Quillon"
    assert shown(["", ""]) == shown([]) == ""


@given(st.lists(st.sampled_from(["", "Quillon", "QUILLON", "quillon", "Q"]), max_size=6), st.randoms())
def test_what_is_shown_is_one_of_the_spellings_whatever_their_order(spellings, chance):
    mixed = list(spellings)
    chance.shuffle(mixed)
    assert shown(mixed) == shown(spellings)
    assert shown(spellings) in {*spellings, ""}
