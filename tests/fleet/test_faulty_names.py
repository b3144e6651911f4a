# SPDX-License-Identifier: Apache-2.0
"""Names with a slip of the pen or a shortened word, in the model or in the maker: which are read, which are asked about."""

import pytest

from leadglass.fleet.naming import LINKED, Catalogue, Known, Named
from tests.fleet.search import found

# Slips


@pytest.mark.parametrize(
    ("product", "model"),
    [
        ("Tomara 64", "Tomarra 64"),
        ("Discovery XR656", "Discoveyr XR656"),
        ("Optima 320", "Optim 320"),
        ("VxWorks network stack", "VxWorks netwrok stack"),
        ("DreamMapper", "DramMapper"),
        ("Horizon Lumo", "Horzion Lumo"),
        ("MiniSeq Control Software", "MiniSeq Control Softwarre"),
    ],
)
def test_a_slip_in_one_long_word_is_read_where_all_else_is_the_same(product, model):
    assert found("Quillon", product, model) == {model: (0.8, "slip")}
    assert found("Quillon", model, product) == {product: (0.8, "slip")}


@pytest.mark.parametrize(
    ("product", "model", "why"),
    [
        ("Xcelera", "Xcelrea", "one short word alone"),
        ("Aplio Prime", "Aplio Primo", "parts at its last letter, where models part"),
        ("Lumo Evolution", "Lumo Revolution", "parts at its first"),
        ("Tomara 64", "Tommarra 64", "two slips"),
        ("Tomara Pellar", "Tomarra Pelllar", "two words"),
        ("Tomara Plus", "Tomara Pluss", "an edition"),
        ("Pyxis Xs", "Pyxis Xss", "a short word"),
    ],
)
def test_other_slips_are_asked_about(product, model, why):
    assert found("Quillon", product, model)[model][0] < LINKED, why


def test_a_slip_as_near_to_a_third_model_is_asked_about():
    assert found("Quillon", "Tomara 64", "Tomarra 64")["Tomarra 64"] == (0.8, "slip")
    for third in ("Tomarrax 64", "Tonarra 64"):
        both = found("Quillon", "Tomara 64", "Tomarra 64", third)
        assert both["Tomarra 64"] == (0.65, "near"), third
    assert found("Quillon", "Tomara 64", "Tomarra 64", spoken=["Tomarka 64"])["Tomarra 64"][0] < LINKED


def test_what_a_document_names_is_no_slip_of_another_name():
    assert found("Quillon", "Tomara 64", "Tomarra 64", spoken=["Tomarra 64"])["Tomarra 64"] == (0.65, "near")


def test_two_words_that_other_names_have_too_are_two_words():
    assert found("Quillon", "Eclipse VR", "Ellipse VR")["Ellipse VR"] == (0.8, "slip")
    said = ["Eclipse DR", "Ellipse DR"]
    assert found("Quillon", "Eclipse VR", "Ellipse VR", spoken=said)["Ellipse VR"] == (0.65, "near")


def test_two_faulty_spellings_of_a_name_that_documents_know_are_both_read():
    said = ["Tomara 64", "Tomara 128"]
    assert found("Quillon", "Tomara 64", "Tomarra 64", "Tomaara 64", spoken=said) == {
        "Tomarra 64": (0.8, "slip"),
        "Tomaara 64": (0.8, "slip"),
    }


# Shortened words


def test_a_shortened_word_is_linked_by_its_number_and_asked_about_without_or_where_two_fit():
    assert found("Quillon", "Innova 313-IQ", "Inn. 313-IQ")["Inn. 313-IQ"] == (0.8, "short")
    assert found("Quillon", "Innova IQ", "Inn. IQ")["Inn. IQ"] == (0.65, "near")
    two = found("Quillon", "Inn 3100", "Innova 3100", "Innsbruck 3100")
    assert {confidence for confidence, _ in two.values()} == {0.65}


def test_a_shortened_word_in_front_is_read_and_one_at_the_end_is_asked_about():
    """What stands in front names a line of models, what stands behind tells the model."""
    assert found("Quillon", "BodyGuard Twins", "BodyG. Twins")["BodyG. Twins"] == (0.8, "short")
    assert found("Quillon", "BrightSpeed Neckar", "BrightSpeed Neck.")["BrightSpeed Neck."] == (0.65, "near")
    assert found("Quillon", "Lumo Monitor 7", "Lumo Mon. 7")["Lumo Mon. 7"] == (0.8, "short")
    assert found("Quillon", "Monitor", "Mon.")["Mon."] == (0.65, "near"), "nothing else tells"


@pytest.mark.parametrize(
    ("product", "model"),
    [
        ("MAGNETOM Avantofit", "MAGNETOM Avanto"),
        ("Skyrafit 3T", "Skyra 3T"),
        ("Data module compactplus 313", "Data module compact 313"),
        ("Protecta 313", "Pro 313"),
        ("PETrace 800", "PET 800"),
    ],
)
def test_a_word_without_its_edition_is_not_shortened(product, model):
    assert found("Quillon", product, model)[model][0] < LINKED


def test_two_shortenings_of_one_word_are_both_read():
    assert found("Quillon", "Innova 3100", "Inno 3100", "Inn. 3100") == {
        "Inno 3100": (0.8, "short"),
        "Inn. 3100": (0.8, "short"),
    }


# Makers


@pytest.mark.parametrize(
    "maker",
    ["Phillips", "Phliips", "hilips", "Philips Haelthcare", "Philips Medical Systms", "Philps GmbH & Co. KG"],
)
def test_a_slip_in_the_makers_name_is_read_where_the_model_is_the_same(maker):
    portal = "IntelliSpace Portal 8.0"
    (linked,) = Catalogue([Known(product_id="P", maker="Philips", model=portal)]).find(
        Named(maker=maker, product=portal)
    )
    assert (linked.confidence, linked.basis) == (0.8, "model")
    assert linked.why.endswith("The maker's name is one slip of the pen away.")
    assert found("Philips", portal, portal, of=maker) == {portal: (0.8, "model")}


@pytest.mark.parametrize(
    ("maker", "product", "model", "why"),
    [
        ("Phillips", "IntelliSpace Portal 8.0", "IntelliSpce Portal 8.0", "a slip in the model too"),
        ("Phillips", "IntelliSpace Portal", "IntelliSpace Portal Neckar", "another model"),
        ("Phillips", "Ultrasound CX", "Ultrasound CX", "two letters tell too little"),
        ("Philips Precision", "IntelliSpace Portal 8.0", "IntelliSpace Portal 8.0", "another house, perhaps"),
    ],
)
def test_a_doubted_maker_makes_a_question_else(maker, product, model, why):
    (confidence, _) = found(maker, product, model, of="Philips")[model]
    assert 0.4 < confidence < LINKED, why


def test_two_slips_or_a_slip_of_two_makers_are_a_question():
    assert found("Medtrnoicc", "Tomara 64", "Tomara 64", of="Medtronic") == {"Tomara 64": (0.7, "model")}
    assert found("Baxer", "Tomara 64", "Tomara 64", of="Baxter") == {"Tomara 64": (0.7, "model")}


def test_what_people_said_of_makers_counts():
    known = [Known(product_id="P", maker="Philips", model="IntelliSpace Portal 8.0")]
    named = Named(maker="Phillips", product="IntelliSpace Portal 8.0")
    (linked,) = Catalogue(known, {"phillips": "philips"}).find(named)
    assert linked.confidence == 0.95
    for pair in (("phillips", "philips"), ("philips", "phillips")):
        (asked,) = Catalogue(known, apart=[pair]).find(named)
        assert asked.confidence == 0.4
