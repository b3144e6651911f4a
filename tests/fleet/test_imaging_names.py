# SPDX-License-Identifier: Apache-2.0
"""Scanners and their near names: another scanner is never linked, however close its name is, and however faultily written."""

import random

import pytest

from leadglass.fleet.makers import SURE, maker_of
from leadglass.fleet.naming import LINKED, Catalogue, Known, Named
from tests.fleet.scanners import MODELS, as_written, count, faulty
from tests.laws import THOROUGH


def linked(maker, product, *models, of=None):
    parts = Catalogue(Known(product_id=model, maker=of or maker, model=model) for model in models)
    return {
        one.product_id for one in parts.find(Named(maker=maker, product=product)) if one.confidence >= LINKED
    }


@pytest.mark.parametrize(
    ("maker", "product", "model"),
    [
        ("Siemens", "SOMATOM Force", "SOMATOM Drive"),
        ("Siemens", "SOMATOM Definition Edge", "SOMATOM Edge Plus"),
        ("Siemens", "SOMATOM Definition Edge", "SOMATOM Definition"),
        ("Siemens", "SOMATOM Definition", "SOMATOM Definition AS"),
        ("Siemens", "SOMATOM Definition AS", "SOMATOM Definition AS+"),
        ("Siemens", "SOMATOM go.Up", "SOMATOM go.Top"),
        ("Siemens", "MAGNETOM Vida", "MAGNETOM Sola"),
        ("Siemens", "MAGNETOM Sola", "MAGNETOM Sola Fit"),
        ("Siemens", "MAGNETOM Altea", "MAGNETOM Aera"),
        ("Siemens", "MAGNETOM Skyra", "MAGNETOM Skyrafit"),
        ("Siemens", "MAGNETOM Skyra 3T", "MAGNETOM Skyrafit 3T"),
        ("Siemens", "MAGNETOM Avanto", "MAGNETOM Avantofit"),
        ("Siemens", "MAGNETOM Terra", "MAGNETOM Terra.X"),
        ("Siemens", "Artis zee", "Artis zeego"),
        ("Siemens", "Symbia T", "Symbia T2"),
        ("Siemens", "Symbia S", "Symbia E"),
        ("Siemens", "Mobilett XP", "Mobilett XP Digital"),
        ("GE", "Optima CT660", "Optima CT540"),
        ("GE", "Optima CT580", "Optima CT580RT"),
        ("GE", "Optima CT660", "Revolution CT"),
        ("GE", "Revolution CT", "Revolution EVO"),
        ("GE", "Revolution ACT", "Revolution ACTs"),
        ("GE", "Revolution CT", "Revolution CT ES"),
        ("GE", "SIGNA HDxt", "SIGNA HDxx"),
        ("GE", "Discovery MR750", "Discovery MR750w"),
        ("GE", "Optima MR450w", "Discovery MR450"),
        ("GE", "LOGIQ e", "LOGIQ i"),
        ("GE", "Voluson SWIFT", "Voluson SWIFT+"),
        ("GE", "Innova 3100", "Innova 3100-IQ"),
        ("Philips", "Ingenia 1.5T", "Ingenia 3.0T"),
        ("Philips", "Ingenia 1.5T", "Ingenia 15T"),
        ("Philips", "Ingenia 1.5T", "Achieva 1.5T"),
        ("Philips", "Ingenia", "Ingenuity"),
        ("Philips", "Azurion 7 B20/12", "Azurion 7 B20/15"),
        ("Philips", "Azurion 7 B20/12", "Azurion 7 B20"),
        ("Philips", "Azurion 7 M12", "Azurion 5 M12"),
        ("Philips", "Azurion 7 M20", "Azurion 7 C20"),
        ("Philips", "Allura Xper FD20/10", "Allura Xper FD20"),
        ("Philips", "Allura Xper FD10/10", "Allura Xper FD10"),
        ("Philips", "EPIQ CVx", "EPIQ CVxi"),
        ("Philips", "MR 5300", "CT 5300"),
        ("Philips", "MR 5300", "5300"),
        ("Philips", "Ingenia 1.5T", "Ingenia 1.5T X"),
        ("GE", "Discovery MI", "Discovery MI DR (spare)"),
        ("GE", "Revolution CT Scanner", "Revolution"),
        ("GE", "Definium 5000", "Definium 5000 Mobile"),
        ("Canon", "Aquilion ONE", "Aquilion"),
        ("Canon", "Aquilion Prime", "Aquilion Prime SP"),
        ("Canon", "CXDI-401C", "CXDI-401C Wireless"),
        ("Hologic", "Horizon A", "Horizon"),
        ("Hologic", "Horizon A", "Horizon W"),
        ("Carestream", "DRX-Evolution", "DRX-Revolution"),
        ("Shimadzu", "MobileDaRt Evolution", "MobileArt Evolution"),
        ("Fujifilm", "FCR Capsula X", "FCR Capsula XL"),
    ],
)
def test_near_names_of_two_scanners_are_never_linked(maker, product, model):
    """Each is alone in its fleet, and no document speaks of the other."""
    assert linked(maker, product, model) == set()
    assert linked(maker, model, product) == set()


@pytest.mark.parametrize("maker", MODELS)
def test_a_scanner_finds_itself_among_all_of_its_maker_and_no_other(maker):
    parts = Catalogue(Known(product_id=model, maker=maker, model=model) for model in MODELS[maker])
    for model in MODELS[maker]:
        found = parts.find(Named(maker=maker, product=model))
        assert {one.product_id for one in found if one.confidence >= LINKED} == {model}


def test_a_scanner_that_is_written_faultily_is_never_linked_to_another():
    """Each stands alone in its fleet, so that no name beside it gives it away."""
    rng = random.Random(20_260_901)
    share = 8 if THOROUGH else 16
    pairs, wrong = count(share, faulty(rng), rng)
    assert pairs > 160_000 / share
    assert wrong == []


@pytest.mark.slow
def test_no_scanner_alone_in_its_fleet_is_linked_to_another_name():
    pairs, wrong = count(1, as_written, random.Random(1))
    assert pairs == sum(len(models) * (len(models) - 1) for models in MODELS.values())
    assert wrong == []


def test_faults_in_the_names_of_scanners_are_read():
    assert linked("Siemens", "SOMATOM Force", "SOMTAOM Force") == {"SOMTAOM Force"}
    assert linked("Siemens", "MAGNETOM Vida", "MAGNETON Vida") == set(), "its last letter"
    assert linked("GE", "Revolution EVO", "Revolutoin EVO") == {"Revolutoin EVO"}
    assert linked("GE", "Optima CT660", "Opt. CT660") == {"Opt. CT660"}
    assert linked("Philips", "Azurion 7 M12", "Azuiron 7 M12") == {"Azuiron 7 M12"}
    assert linked("Philips", "Azurion 7 M12", "Azurion 7 M12", of="Phillips") == {"Azurion 7 M12"}


def test_every_maker_of_the_models_is_in_the_table_and_no_model_stands_twice():
    for maker, models in MODELS.items():
        assert [name.basis for name in maker_of(maker) if name.confidence >= SURE] == ["table"], maker
        assert len(set(models)) == len(models)
