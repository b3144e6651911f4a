# SPDX-License-Identifier: Apache-2.0
"""A bill of materials describes the devices that its subject fits; anything less certain says what is missing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.fleet import maker_key, model_key
from leadglass.fleet.boms import BomHead, Boms, link

DAY = datetime(2026, 11, 2, 7, tzinfo=UTC)
SERIAL = "urn:uuid:6b1f9f5e-0000-4000-8000-000000000001"


def bom(
    version: str = "1.5",
    *,
    maker: str = "Quillon Medical GmbH",
    model: str = "Tomara 64",
    day: int = 0,
    serial: str = "",
    name: str = "",
):
    """A bill of materials of a model."""
    sha256 = (name or f"{maker}{model}{version}{day}").encode().hex().ljust(64, "0")[:64]
    return BomHead(
        sha256=sha256,
        serial_number=serial,
        maker=maker,
        model=model,
        version=version,
        received=DAY + timedelta(days=day),
        created=None,
    )


def found(
    *boms: BomHead,
    named: str = "",
    version: str = "1.5",
    maker: str = "quillon",
    model: str = "tomara 64",
    **more: object,
):
    return link(Boms(boms), named=named, maker=maker, model=model, version=version, **more)


def test_maker_model_and_version_of_the_subject_make_it_certain():
    told = found(bom("1.4"), bom("1.5"), bom("1.5", model="Tomara 128"))
    assert told.bom == bom("1.5")
    assert (told.doubt, told.why) == ("", "maker, model and version are those of its subject")


@pytest.mark.parametrize("version", ["1.5", " 1.5 ", "V1.5", "v1.5"])
def test_a_version_is_the_same_with_a_v_in_front_or_space_around_it(version):
    assert found(bom("1.5"), version=version).doubt == ""


@pytest.mark.parametrize("version", ["1.5.1", "1.50", "15", "vision"])
def test_a_list_of_another_version_says_nothing(version):
    told = found(bom("1.5"), version=version)
    assert (told.bom, told.doubt) == (None, "software list")
    assert told.why == f"it is known for version 1.5 only, not for {version}"


def test_a_list_without_a_version_is_not_taken_for_one_of_this_version():
    told = found(bom(""))
    assert (told.bom, told.doubt) == (None, "software list")
    assert told.why == "it is known without a version only, not for 1.5"


def test_without_the_devices_version_the_newest_list_is_taken_in_doubt():
    told = found(bom("1.5", day=1), bom("1.6", day=2), version="")
    assert told.bom == bom("1.6", day=2)
    assert told.doubt == "software version"


def test_of_two_lists_of_one_version_the_newest_counts():
    assert found(bom(day=1), bom(day=3), bom(day=2)).bom == bom(day=3)


@pytest.mark.parametrize(
    ("maker", "model"),
    [("belmarq", "tomara 64"), ("quillon", "tomara 128"), ("quillon", ""), ("", "tomara 64")],
)
def test_another_maker_or_model_has_no_list(maker, model):
    told = found(bom(), maker=maker, model=model)
    assert (told.bom, told.doubt, told.why) == (
        None,
        "software list",
        "no bill of materials describes this model",
    )


def test_a_maker_that_a_person_called_the_same_counts():
    assert found(bom(maker="Quilon"), maker="quillon").bom is None
    assert found(bom(maker="Quilon"), maker="quillon", same=("quilon",)).bom is not None


def test_a_list_that_names_no_maker_fits_by_its_model():
    assert found(bom(maker="")).bom is not None
    assert found(bom(maker="", model="Quillon Tomara 64")).bom is not None


@pytest.mark.parametrize("named", [SERIAL, SERIAL.upper(), SERIAL.removeprefix("urn:uuid:"), f" {SERIAL} "])
def test_what_the_inventory_names_by_serial_number_is_taken_whatever_its_subject(named):
    told = found(bom(), bom(model="other", serial=SERIAL), named=named)
    assert told.bom == bom(model="other", serial=SERIAL)
    assert (told.doubt, told.why) == ("", "the inventory names it")


def test_what_the_inventory_names_by_hash_is_taken():
    assert found(bom(), named=bom().sha256.upper()).bom == bom()


def test_of_revisions_with_one_serial_number_the_newest_counts():
    revisions = [bom(day=day, serial=SERIAL) for day in (2, 3, 1)]
    assert found(*revisions, named=SERIAL).bom == revisions[1]


def test_a_list_that_is_named_but_was_not_received_is_missing_even_where_another_fits():
    told = found(bom(), named="urn:uuid:00000000-0000-4000-8000-00000000ffff")
    assert (told.bom, told.doubt) == (None, "software list")
    assert "not received" in told.why


@pytest.mark.parametrize("named", ["", " ", "urn:uuid:"])
def test_an_empty_name_names_nothing(named):
    told = found(bom(model="other"), bom(), named=named)
    assert told.bom == bom()


def test_lists_of_a_model_are_found_whatever_their_version():
    boms = Boms([bom("1.4"), bom("1.6", maker=""), bom("1.5"), bom(model="x")])
    assert boms.of_model(maker="quillon", model="tomara 64") == [bom("1.4"), bom("1.6", maker=""), bom("1.5")]


@given(
    st.lists(
        st.builds(
            bom,
            version=st.sampled_from(["1", "2"]),
            maker=st.sampled_from(["", "Quillon", "Quilon", "Belmarq AG"]),
            model=st.sampled_from(["", "Tomara 64", "Quillon Tomara 64", "Vara"]),
        ),
        max_size=12,
    ),
    st.sampled_from(["", "quillon", "belmarq"]),
    st.sampled_from(["", "tomara 64", "vara"]),
    st.sampled_from([(), ("quilon",)]),
)
def test_what_is_looked_up_is_what_each_list_held_against_the_model_gives(heads, maker, model, same):
    fits = [
        head
        for head in heads
        if model
        and model_key(head.model, head.maker or maker) == model
        and (not head.maker or maker_key(head.maker) in {maker, *same})
    ]
    assert Boms(heads).of_model(maker=maker, model=model, same=same) == fits
