# SPDX-License-Identifier: Apache-2.0
"""Names of documents against the products of a fleet: what is linked, what is asked, and what tells models apart."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadglass.fleet.naming import LINKED, MOST, STEPS, Catalogue, Known, Named
from leadglass.fleet.wording import each_listed, units
from tests.fleet.search import found

# Links


@pytest.mark.parametrize(
    ("product", "model"),
    [
        ("Tomara 64", "TOMARA-64"),
        ("Optima CT520", "Optima CT 520"),
        ("Pyxis SupplyRoller", "Pyxis Supply Roller"),
        ("2090 CareLink Programmer", "CareLink 2090 Programmer"),
        ("Quillon Tomara 64", "Tomara 64"),
        ("Tomara 64", "QUILLON MEDICAL TOMARA 64"),
        ("Discovery XR656 Plus", "Discovery XR656+"),
        ("Aurika 1.5T", "aurika 1,5T"),
        ("Tomara™ 64", "Tomaraâ„¢ 64"),
        ("Tomara X-Ray 64", "Tomara Xray 64"),
        ("Röntgen Eins", "Rontgen  Eins"),
    ],
)
def test_the_same_words_of_the_same_maker_are_the_model(product, model):
    assert found("Quillon", product, model) == {model: (0.95, "model")}


@pytest.mark.parametrize(
    ("product", "model"),
    [
        ("Lumo Ultrasound System", "Lumo"),
        ("Tomara 64 CT Scanner", "Tomara 64"),
        ("Lumo Software", "Lumo System"),
        ("Connex Spot Monitor (CSM)", "Connex Spot Monitor"),
        ("Lumo", "Lumo (spare)"),
        ("Lumo", "OLD Lumo"),
        ("Lumo", "Lumo Room 3"),
        ("Lumo", "2nd floor Lumo"),
        ("Tomara 64", "Ward 12 Tomara 64"),
        ("Lumo PACS", "Lumo PACS Software"),
        ("Ultrasound Lumo", "Scanner Ultrasound Lumo"),
        ("Invenia ABUS Scan, not including VScan product line", "Invenia ABUS Scan"),
    ],
)
def test_words_that_every_product_has_do_not_count(product, model):
    assert found("Quillon", product, model) == {model: (0.9, "words")}


def test_a_number_with_all_telling_words_is_the_model_beside_words_for_its_kind():
    assert found("Quillon", "IntelliVue MX40 Patient Worn Monitor", "IntelliVue MX40") == {
        "IntelliVue MX40": (0.85, "number")
    }
    assert found("Quillon", "IntelliVue MX40", "IntelliVue MX40 Monitor")["IntelliVue MX40 Monitor"] == (
        0.85,
        "number",
    )


def test_each_of_several_models_is_named():
    text = "Avalon Fetal/Maternal Monitors FM20/FM30/FM40/FM50"
    assert found("Quillon", text, "Avalon FM20", "Avalon FM60", "Avalon FM50") == {
        "Avalon FM20": (0.85, "listed"),
        "Avalon FM50": (0.85, "listed"),
    }
    assert each_listed("PageWriter TC10 TC20 Cardiographs") == (
        "PageWriter TC10 Cardiographs",
        "PageWriter TC20 Cardiographs",
    )
    assert each_listed("Paradigm Veo 554CM and 754CM models") == (
        "Paradigm Veo 554CM models",
        "Paradigm Veo 754CM models",
    )
    assert each_listed("IntelliVue MX800/700") == ("IntelliVue MX800", "IntelliVue MX700")
    assert each_listed("Coronary Tools/Stentboost Live") == each_listed("Tomara 64") == each_listed("") == ()
    assert each_listed(" ".join(f"A{n}/B{n}" for n in range(20))) == (), "so many are no list"


def test_an_identifier_or_a_model_number_is_enough():
    parts = Catalogue(
        [Known(product_id="P", maker="Quillon", model="Tomara 64", also=("04056869000015", "QT-6400"))]
    )
    for named in (
        Named(maker="Quillon", product="Anything", identifiers=("04056869000015",)),
        Named(product="Anything", identifiers=("04056869000015",)),
        Named(maker="QUILLON GmbH", product="Anything", models=("qt 6400",)),
    ):
        (one,) = parts.find(named)
        assert (one.confidence, one.basis) == (0.98, "identifier")
    for named in (
        Named(maker="Belmarq", product="Anything", identifiers=("04056869000015",)),
        Named(product="Anything", models=("QT-6400",)),
    ):
        assert [one.confidence for one in parts.find(named)] == [0.4], (
            "another maker, or none with a number of its own"
        )


def test_words_of_cpe_are_another_spelling():
    parts = Catalogue(
        [Known(product_id="P", maker="Philips", model="ISCV", also=("intellispace_cardiovascular",))]
    )
    (one,) = parts.find(Named(maker="philips", product="IntelliSpace Cardiovascular"))
    assert one.confidence == 0.9


def test_a_model_named_behind_its_family_is_found():
    parts = Catalogue([Known(product_id="P", maker="Philips", model="882471 Gemini TF 64")])
    named = Named(
        maker="Philips", product="Gemini PET/CT Family", name="Gemini PET/CT Family - 882471 Gemini TF 64"
    )
    assert parts.find(named)[0].confidence == 0.95


# Never linked


@pytest.mark.parametrize(
    ("product", "model"),
    [
        ("Tomara 64", "Tomara 128"),
        ("Pellar 5", "Pellar 9"),
        ("Aurika 1.5T", "Aurika 15T"),
        ("Tomara 6 4", "Tomara 64"),
        ("Optima CT580", "Optima CT580RT"),
        ("LOGIQ 5", "LOGIQ 5 Expert"),
        ("Discovery XR656", "Discovery XR656 Plus"),
        ("Discovery XR656", "Discovery XR656+"),
        ("Virtuoso ICD", "Virtuoso II ICD"),
        ("CareLink Monitor", "CareLink Programmer"),
        ("Tomara 64 CT Scanner", "Tomara 64 MR Scanner"),
        ("PET/CT Systems Windows 7", "SPECT/CT Systems Windows 7"),
        ("Vivid products", "Vivid 7"),
        ("LOGIQ, not including LOGIQ 100 Pro", "LOGIQ 100 Pro"),
        ("IntelliBridge Enterprise integration with SureSigns", "SureSigns"),
        ("FACSChorus (HP Z2 G5 workstation)", "FACSChorus (HP Z2 G9 workstation)"),
        ("Tomara 64", "Tomara 46"),
        ("Tomara 64 Plus", "Tomarra 64"),
        ("Tomara 64", "Tomarra 128"),
        ("Tomara Select", "Tomara Selct"),
        ("Tomara 3", "Tomara Room 3"),
        ("Tomara", "Tomara 5th"),
    ],
)
def test_different_models_are_never_linked(product, model):
    for one, other in ((product, model), (model, product)):
        assert all(confidence < LINKED for confidence, _ in found("Quillon", one, other).values())


def test_models_of_another_number_are_not_even_asked_about():
    assert found("Quillon", "Tomara 64", "Tomara 128", "Tomara 32") == {}


# Questions


def test_a_family_another_edition_and_a_slip_are_asked_about():
    assert found("Quillon", "Lumo products", "Lumo 7")["Lumo 7"] == (0.6, "family")
    assert found("Quillon", "Lumo 7", "Lumo 7 Expert")["Lumo 7 Expert"] == (0.6, "family")
    assert found("Quillon", "Lumo 9", "Lumo 7", family="Lumo")["Lumo 7"] == (0.6, "family")
    assert found("Quillon", "Alaris Pump", "Alaris Gateway")["Alaris Gateway"] == (0.6, "family")
    assert found("Quillon", "Alaris", "Alaris Gateway")["Alaris Gateway"] == (0.65, "kind")
    assert found("Quillon", "Lumo 7 Expert", "Lumo 7")["Lumo 7"] == (0.6, "part")
    assert found("Quillon", "Xcelera", "Xcelrea")["Xcelrea"] == (0.65, "near")
    assert found("Quillon", "Discovery 8015X", "Alaris 8015X")["Alaris 8015X"] == (0.5, "shared")
    assert found("Quillon", "Lumo XS Pro", "Lumo XS rPo")["Lumo XS rPo"] == (0.65, "near")


def test_a_name_that_tells_nothing_is_asked_about_weakly():
    assert found("Quillon", "Lumo Telemetry Server", "Telemetry Server") == {
        "Telemetry Server": (0.4, "untold")
    }
    assert found("Quillon", "Lumo Monitor", "Pump") == {}


def test_a_model_that_is_named_elsewhere_is_asked_about_last():
    fleet = [f"Lumo {word}" for word in ("Ebro", "Isar", "Loire", "Meuse", "Neckar", "Oder")]
    asked = found("Quillon", "Lumo", *fleet, spoken=fleet[:5])
    assert len(asked) == MOST
    assert "Lumo Oder" in asked


def test_where_the_model_is_here_no_other_that_is_named_is_asked_about():
    fleet = ("Lumo Isar", "Lumo", "Lumo Isar Neckar")
    assert set(found("Quillon", "Lumo Isar", *fleet)) == set(fleet)
    assert set(found("Quillon", "Lumo Isar", *fleet, spoken=["Lumo Isar", "Lumo Isar Neckar"])) == {
        "Lumo Isar",
        "Lumo",
    }
    assert set(found("Quillon", "Lumo Isar", *fleet[1:], spoken=["Lumo Isar Neckar"])) == set(fleet[1:])


def test_a_name_that_fits_two_models_equally_is_a_question_for_both():
    assert found("Quillon", "Avalon 64", "Avalon 64 Monitor", "Avalon 64 Pump") == {
        "Avalon 64 Monitor": (0.7, "several"),
        "Avalon 64 Pump": (0.7, "several"),
    }
    assert found("Quillon", "Avalon 64", "Avalon 64 Monitor")["Avalon 64 Monitor"][0] == 0.85
    both = [
        Known(product_id=model, maker="Quillon", model=model, also=("QT-1",))
        for model in ("Tomara 64", "Pellar 5")
    ]
    assert {one.confidence for one in Catalogue(both).find(Named(maker="Quillon", models=("QT-1",)))} == {0.7}


def test_another_maker_or_none_is_never_more_than_a_weak_question():
    assert found("Belmarq", "Tomara 64", "Tomara 64") == {"Tomara 64": (0.4, "model")}
    assert found("", "Tomara 64", "Tomara 64") == {"Tomara 64": (0.4, "model")}
    assert found("Belmarq", "Tomara 64 CT", "Tomara 64") == {}


def test_a_business_that_moved_is_linked_a_little_less():
    assert found("Hillrom", "Welch Allyn Connex Spot", "Connex Spot", of="Welch Allyn") == {
        "Connex Spot": (0.9, "model")
    }
    assert found("Canon Medical", "Aquilion ONE", "Aquilion ONE", of="Toshiba") == {
        "Aquilion ONE": (0.9, "model")
    }


def test_a_maker_that_stands_only_in_front_of_the_model_is_read_there():
    assert found("GE Healthcare", "Optima 520", "GE Optima 520", of="") == {"GE Optima 520": (0.95, "model")}
    assert found("GE Healthcare", "Optima 520", "GE Optima 520", of="Gx")["GE Optima 520"][0] == 0.7, (
        "two makers are named"
    )


def test_several_makers_of_one_document_each_count():
    vendors = "ENEA, Green Hills Software, ITRON, IP Infusion, and Wind River"
    assert found(vendors, "VxWorks", "VxWorks", of="Wind River") == {"VxWorks": (0.95, "model")}


def test_questions_are_bounded_and_links_are_not():
    spellings = [f"{'Tomara':_<{n}} 64" for n in range(7, 17)]
    assert len(found("Quillon", "Tomara 64", *spellings)) == 10
    assert len(found("Quillon", "Tomara", *(f"Tomara {n}" for n in range(20)))) == MOST


def test_every_candidate_says_why():
    parts = Catalogue([Known(product_id="P", maker="Toshiba", model="Aquilion 64")])
    (one,) = parts.find(Named(maker="Canon", product="Aquilion 64 CT Scanner"))
    assert (
        one.why
        == 'The same model as "Aquilion 64 CT Scanner" but for words that tell no model apart. The business of one maker went to the other.'
    )
    assert all(sentence.endswith(".") for _, sentence in STEPS.values())


def test_braces_in_a_name_are_text():
    assert found("Quillon", "Tomara {0} {x}", "Tomara {0} {x}") == {"Tomara {0} {x}": (0.95, "model")}


def test_words_are_split_as_they_tell_models_apart():
    assert units("1.5T Brivo MR355+") == ("1.5t", "brivo", "mr355", "plus")
    assert units("CT-520 Monitors") == ("ct", "520", "monitor")
    assert units("Optima™") == ("optima",)


# Laws

WORDS = st.sampled_from(["Tomara", "Pellar", "CT", "64", "128", "System", "Monitor", "II", "Plus", "MX40", "(CSM)", "FM20/FM30", "1.5T",
                         "products", "Quillon", "GE", "Tomarra", "Tomaraa", "Room", "OLD", "+", "Ultrasound", "Tom"])  # fmt: skip
MODELS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(units)
MAKERS = st.sampled_from(
    [
        "Quillon",
        "QUILLON MEDICAL GmbH",
        "Quilon",
        "GE Healthcare",
        "Philips",
        "Phillips",
        "Hillrom",
        "Welch Allyn",
        "Baxter, Philips",
    ]
)
PRODUCTS = st.lists(
    st.tuples(MAKERS, MODELS, st.sampled_from([(), ("4056869",), ("QT-64",)])), max_size=8
).map(
    lambda rows: [
        Known(product_id=f"P{n}", maker=maker, model=model, also=also)
        for n, (maker, model, also) in enumerate(rows)
    ]
)
NAMED = st.builds(Named, maker=st.one_of(MAKERS, st.just("")), product=MODELS, family=st.sampled_from(["", "Tomara", "Tomara products"]),
                  models=st.sampled_from([(), ("QT-64",)]), identifiers=st.sampled_from([(), ("4056869",)]))  # fmt: skip


@given(PRODUCTS, NAMED, st.randoms(use_true_random=False))
def test_the_order_of_the_catalogue_does_not_matter(products, named, random):
    mixed = list(products)
    random.shuffle(mixed)
    assert Catalogue(products).find(named) == Catalogue(mixed).find(named) == Catalogue(products).find(named)


@given(PRODUCTS)
def test_a_product_always_finds_itself(products):
    parts = Catalogue(products)
    for known in products:
        candidates = parts.find(Named(maker=known.maker, product=known.model))
        assert any(
            one.product_id == known.product_id and one.confidence >= STEPS["model"][0] for one in candidates
        )


@settings(max_examples=300)
@given(PRODUCTS, PRODUCTS, NAMED, st.lists(NAMED, max_size=4))
@example(
    products=[
        Known(product_id="P0", maker="Quillon", model="Tomara", also=()),
        Known(product_id="P1", maker="Quillon", model="Tomara Tomara", also=("QT-64",)),
    ],
    more=[Known(product_id="P0", maker="Quillon", model="Tomara", also=("QT-64",))],
    named=Named(
        maker="Quillon", product="Tomara Tomara Tomara", family="", models=("QT-64",), identifiers=()
    ),
    spoken=[Named(maker="Quillon", product="Tomara")],
)
def test_adding_a_product_never_links_another_nor_makes_a_link_surer(products, more, named, spoken):
    """What an identifier told alone hides other candidates; where it tells two, these are asked about, and no more."""
    added = [
        Known(product_id=f"Q{one.product_id}", maker=one.maker, model=one.model, also=one.also)
        for one in more
    ]
    before = {one.product_id: one.confidence for one in Catalogue(products, spoken=spoken).find(named)}
    after = {
        one.product_id: one.confidence for one in Catalogue([*products, *added], spoken=spoken).find(named)
    }
    assert all(
        confidence <= before.get(key, 0.0) or confidence < LINKED
        for key, confidence in after.items()
        if not key.startswith("Q")
    )


@given(PRODUCTS, NAMED)
def test_candidates_are_best_first_and_within_bounds(products, named):
    candidates = Catalogue(products).find(named)
    assert [one.confidence for one in candidates] == sorted(
        (one.confidence for one in candidates), reverse=True
    )
    assert len({one.product_id for one in candidates}) == len(candidates)
    assert sum(one.confidence < LINKED for one in candidates) <= MOST


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_compared_without_fault(one, other):
    parts = Catalogue([Known(product_id="P", maker=one, model=other, also=(one,))])
    assert (
        len(
            parts.find(
                Named(maker=one, product=other, family=one, name=other, models=(one,), identifiers=(other,))
            )
        )
        <= 1
    )
