# SPDX-License-Identifier: Apache-2.0
"""Which device a sighting is of: what counts, what is a question, and what speaks against."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.fleet.makers import SURE
from leadglass.fleet.sightings import (
    ADDRESS,
    AE_AND_ADDRESS,
    AE_TITLE,
    HOSTNAME,
    MAC,
    SERIAL,
    Placeable,
    place,
)
from leadglass.values.sightings import Sighting

CT = Placeable(
    device_id="ct", serial="QT-1001", maker="Siemens Healthineers", macs=("00-1A-2B-3C-4D-5E",),
    addresses=("10.20.30.10",), hostname="CT-01.imaging.example", ae_title="CT01",
)  # fmt: skip
MR = Placeable(
    device_id="mr", serial="QM-2002", maker="Philips", macs=("00:1a:2b:3c:4d:61",), addresses=("10.20.30.11",),
    hostname="mr-02", ae_title="MR02",
)  # fmt: skip
FLEET = (CT, MR)


def seen(**facts):
    """A sighting of these facts."""
    return Sighting(place="row 2", tool="tool", **facts)


def one(sighting, fleet=FLEET):
    """The one place of a sighting."""
    (placed,) = place([sighting], fleet)
    assert placed.sighting is sighting
    return placed


@pytest.mark.parametrize(
    ("facts", "device", "basis", "confidence"),
    [
        ({"serial": "qt 1001", "maker": "SIEMENS AG"}, "ct", SERIAL, 0.98),
        ({"serial": "QT1001"}, "ct", SERIAL, 0.9),
        ({"macs": ("00:1a:2b:3c:4d:5e",)}, "ct", MAC, 0.95),
        ({"ae_titles": ("CT01",), "addresses": ("10.20.30.10",)}, "ct", AE_AND_ADDRESS, 0.9),
        ({"hostname": "ct-01"}, "ct", HOSTNAME, 0.85),
        ({"hostname": "MR-02.imaging.example."}, "mr", HOSTNAME, 0.85),
        ({"hostname": "ct-01", "addresses": ("10.20.30.10",)}, "ct", HOSTNAME, 0.925),
        ({"addresses": ("10.20.30.10",)}, "ct", ADDRESS, 0.7),
        ({"ae_titles": ("CT01",)}, "ct", AE_TITLE, 0.5),
        ({"addresses": ("10.20.30.99",)}, "", "", 0.0),
        ({}, "", "", 0.0),
    ],
)
def test_what_tells_a_device(facts, device, basis, confidence):
    placed = one(seen(**facts))
    assert (placed.device_id, placed.basis) == (device, basis)
    assert placed.confidence == pytest.approx(confidence)
    assert placed.why.endswith(".")


def test_an_address_alone_and_an_ae_title_alone_are_questions():
    assert one(seen(addresses=("10.20.30.10",))).confidence < SURE
    assert "handed on" in one(seen(addresses=("10.20.30.10",))).why
    assert one(seen(ae_titles=("CT01",))).confidence < SURE
    assert one(seen(ae_titles=("ANY-SCP",))).device_id == ""


def test_what_no_device_has_is_said():
    assert (
        one(seen(serial="X-9999", addresses=("10.9.9.9",))).why
        == "No device of the fleet has X-9999, 10.9.9.9."
    )
    assert one(seen()).why == "Nothing is stated by which to find it."


def test_two_devices_that_fit_are_two_doubts():
    placed = place([seen(hostname="ct-01", macs=("00:1a:2b:3c:4d:61",))], FLEET)
    assert {one.device_id for one in placed} == {"ct", "mr"}
    assert all(one.confidence <= 0.5 and "2 devices fit" in one.why for one in placed)


def test_two_devices_with_one_mac_address_are_two_doubts():
    twin = Placeable(device_id="twin", macs=("001a2b3c4d5e",))
    placed = place([seen(macs=("00:1a:2b:3c:4d:5e",))], (*FLEET, twin))
    assert sorted(one.device_id for one in placed) == ["ct", "twin"]
    assert all(one.confidence < SURE for one in placed)


def test_an_address_that_was_handed_on_does_not_weaken_a_serial_number():
    placed = one(seen(serial="QT-1001", maker="Siemens", addresses=("10.20.30.11",)))
    assert (placed.device_id, placed.confidence) == ("ct", 0.98)
    assert placed.why == "By serial number; the inventory gives its IP address to mr."


def test_a_serial_number_outweighs_a_mac_address_of_a_device_with_another_one():
    placed = one(seen(serial="QT-1001", maker="Siemens", macs=("00:1a:2b:3c:4d:61",)))
    assert (placed.device_id, placed.confidence) == ("ct", 0.98)
    assert placed.why == "By serial number; the inventory gives its MAC address to mr."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"serial": "QT-1001", "maker": "Philips"}, "the tool says the maker is Philips"),
        ({"hostname": "ct-01", "serial": "ZZ-7777"}, "the tool says the serial number is ZZ-7777"),
        (
            {"addresses": ("10.20.30.10",), "macs": ("00:1a:2b:3c:4d:99",)},
            "its MAC address is 00:1a:2b:3c:4d:99",
        ),
        ({"hostname": "ct-01.other.example"}, "the domains differ: other.example and imaging.example"),
    ],
)
def test_what_speaks_against_makes_a_doubt(facts, said):
    placed = one(seen(**facts))
    assert (placed.device_id, placed.confidence) == ("ct", 0.4)
    assert said in placed.why


@pytest.mark.parametrize(
    "serial",
    ["0000000", "N/A", "To be filled by O.E.M.", "172.16.193.2", "123456789", "System Serial Number", "12"],
)
def test_a_serial_number_that_many_devices_state_tells_none(serial):
    twin = Placeable(device_id="twin", serial=serial)
    assert one(seen(serial=serial), (twin,)).device_id == ""


def test_a_name_that_many_hosts_have_tells_none():
    assert (
        one(
            seen(hostname="localhost.localdomain"), (Placeable(device_id="x", hostname="localhost"),)
        ).device_id
        == ""
    )


texts = st.sampled_from(
    ["", "QT-1001", "CT01", "ct-01", "10.20.30.10", "00:1a:2b:3c:4d:5e", "Philips", "ct-01.x.y"]
) | st.text(max_size=5)
lists = st.lists(texts, max_size=3).map(tuple)
sightings = st.builds(
    seen, serial=texts, maker=texts, macs=lists, addresses=lists, hostname=texts, ae_titles=lists
)


@given(st.lists(sightings, max_size=4))
def test_law_each_sighting_is_placed_and_only_one_device_is_sure(given_):
    placed = place(given_, FLEET)
    assert list(dict.fromkeys(id(each.sighting) for each in placed)) == [id(each) for each in given_]
    for sighting in given_:
        mine = [each for each in placed if each.sighting is sighting]
        assert sum(each.confidence >= SURE for each in mine) <= 1
        assert all(0 <= each.confidence < 1 and bool(each.device_id) == bool(each.basis) for each in mine)
