# SPDX-License-Identifier: Apache-2.0
"""A threat in a setting: what is known of the device decides, the worse never weighs less, and the reason is told."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.risk import load, place, weigh
from leadglass.risk.ssvc import AUTOMATABLE, EXPLOITATION, EXPOSURE, HUMAN_IMPACT, OUTCOME, SAFETY

SHIPPED = load({})
PROTECTED = load(
    {"exposure.csv": "evidence,site,exposure,why\nprivate,Harbor,controlled,behind access lists\n"}
)
MODALITIES = ("CT", "MR", "XA", "RF", "DX", "MG", "US", "NM", "PT", "RT", "PACS", "RIS", "WS", "DOSE", "")
EFFECTS = ("", "C", "I", "A", "CI", "CA", "IA", "CIA")


def setting(peers: int = 1, policies=SHIPPED, **facts: str):
    """A setting from what is known of a device."""
    return place({"modality": "CT", "site": "Harbor"} | facts, peers=peers, policies=policies)


# Exposure


def test_a_persons_word_on_exposure_outweighs_every_address():
    told = setting(exposure=" Small ", ip_address="8.8.8.8")
    assert (told.exposure, told.exposure_why) == ("small", "a person said so")
    assert setting(exposure="somewhat", ip_address="8.8.8.8").exposure == "open"


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_an_address_of_the_internet_is_open_whatever_the_site(address):
    assert setting(policies=PROTECTED, ip_address=address).exposure == "open"


def test_a_private_address_is_open_until_the_site_says_what_protects_it():
    assert setting(ip_address="10.40.1.10").exposure == "open"
    told = setting(policies=PROTECTED, ip_address=" 10.40.1.10 ")
    assert (told.exposure, told.exposure_why) == ("controlled", "behind access lists")
    assert setting(policies=PROTECTED, ip_address="10.40.1.10", site="Quay").exposure == "open"


@pytest.mark.parametrize(
    "address",
    ["", "dhcp", "10.40.1", "0.0.0.0", "127.0.0.1", "169.254.7.7", "::1", "224.0.0.1"],  # noqa: S104
)
def test_an_address_that_says_nothing_leaves_it_open(address):
    assert setting(policies=PROTECTED, ip_address=address).exposure == "open"


# Mission, tier, life support


def test_the_only_scanner_of_a_site_is_missed_more_than_one_of_three():
    alone, one_of_three = setting(peers=1), setting(peers=3)
    assert (alone.mission, alone.mission_why) == ("mef failure", "the only CT of this site")
    assert (one_of_three.mission, one_of_three.mission_why) == (
        "mef support crippled",
        "one of 3 CT of this site",
    )


def test_an_archive_stops_the_mission_however_many_there_are():
    assert {setting(peers=peers, modality="PACS").mission for peers in (1, 2, 5)} == {"mission failure"}


def test_a_device_without_modality_is_spoken_of_as_a_device():
    assert setting(modality="").mission_why == "the only device of this site"


@pytest.mark.parametrize("word", ["Y", "yes", "TRUE", "1", "ja", "x"])
def test_life_support_is_of_the_first_tier(word):
    told = setting(modality="US", life_support=word)
    assert (told.life_support, told.tier) == (True, 1)
    assert told.tier_why == "the inventory calls it life supporting"


@pytest.mark.parametrize("word", ["", "N", "no", "unknown"])
def test_nothing_else_is_life_support(word):
    assert not setting(modality="US", life_support=word).life_support


def test_the_inventorys_criticality_raises_the_tier_by_one_and_never_lowers_it():
    plain = setting(modality="US")
    assert (plain.tier, setting(modality="US", criticality="High").tier) == (3, 2)
    assert setting(modality="US", criticality="low") == plain
    assert setting(modality="XA", criticality="high").tier == 1


def test_devices_in_the_same_setting_share_its_id_and_others_do_not():
    assert setting().id == setting().id
    others = {
        setting(peers=2).id,
        setting(modality="MR").id,
        setting(exposure="small").id,
        setting(life_support="y").id,
    }
    assert len(others | {setting().id}) == 5


# Weighing


@pytest.mark.parametrize("modality", MODALITIES)
def test_raising_any_input_never_lowers_the_outcome(modality):
    def urgency(exploitation, automatable, effects, exposure, peers, life_support):
        told = setting(peers, modality=modality, exposure=exposure, life_support=life_support)
        return weigh(exploitation, automatable, effects, told, SHIPPED).urgency

    orders = (EXPLOITATION, AUTOMATABLE, EFFECTS, EXPOSURE, (2, 1), ("no", "yes"))
    weighed = {inputs: urgency(*inputs) for inputs in product(*orders)}
    for inputs, number in weighed.items():
        for at, order in enumerate(orders):
            value = inputs[at]
            raised = (
                [more for more in EFFECTS if set(more) > set(value)]
                if order is EFFECTS
                else order[order.index(value) + 1 :]
            )
            for more in raised:
                assert weighed[(*inputs[:at], more, *inputs[at + 1 :])] >= number, (inputs, more)


@given(
    exploitation=st.sampled_from(EXPLOITATION),
    automatable=st.sampled_from(AUTOMATABLE),
    effects=st.sampled_from(EFFECTS),
    exposure=st.sampled_from(EXPOSURE),
    modality=st.sampled_from(MODALITIES),
)
def test_the_reason_names_every_input_and_the_tables(exploitation, automatable, effects, exposure, modality):
    told = weigh(exploitation, automatable, effects, setting(modality=modality, exposure=exposure), SHIPPED)
    for word in (exploitation, exposure, automatable, told.human_impact, told.safety, told.outcome):
        assert word in told.why
    assert "DT_DP 1.0.0" in told.why
    assert "DT_HI 1.0.0" in told.why
    assert (told.urgency, told.outcome) == (OUTCOME.index(told.outcome), OUTCOME[told.urgency])
    assert told.safety in SAFETY
    assert told.human_impact in HUMAN_IMPACT
    assert (told.harm_privacy == "none told") == ("C" not in effects)


def test_a_lost_secret_stops_no_work():
    told = weigh("none", "no", "C", setting(modality="PACS"), SHIPPED)
    assert told.harm_clinical.startswith("degraded")
    assert told.safety == "negligible"


def test_life_support_that_changes_or_stops_is_critical_at_least():
    told = setting(modality="MG", life_support="yes")
    assert weigh("none", "no", "A", told, SHIPPED).safety == "critical"
    assert weigh("none", "no", "C", told, SHIPPED).safety == "negligible"
    assert (
        weigh("none", "no", "I", setting(modality="RT", life_support="yes"), SHIPPED).safety == "catastrophic"
    )


def test_of_several_harms_the_gravest_counts_with_its_own_sentence():
    told = weigh("none", "no", "CIA", setting(modality="CT"), SHIPPED)
    assert told.safety == "critical"
    assert told.harm_patient == f"critical: {SHIPPED.safety['CT', 'integrity'][1]}"


def test_an_unknown_modality_is_weighed_as_the_table_says_for_all_others():
    told = weigh("none", "no", "I", setting(modality="HOLODECK"), SHIPPED)
    assert told.harm_patient == "critical: its clinical use is not known, so the worse is assumed"
