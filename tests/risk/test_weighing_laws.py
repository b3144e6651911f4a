"""Weighing: the tables are CERT/CC's, worse never counts less, EPSS never lowers, a site's own tables win."""

import json
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.risk import assess, load, place, weigh
from leadglass.risk.policies import shipped
from leadglass.risk.ssvc import (
    AUTOMATABLE,
    EXPLOITATION,
    EXPOSURE,
    HUMAN_IMPACT,
    MISSION,
    OUTCOME,
    SAFETY,
    human_impact,
    outcome,
)
from leadglass.risk.threats import score

POLICIES = load({})
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def test_every_row_of_both_tables_is_there() -> None:
    assert all(outcome(*row) in OUTCOME for row in product(EXPLOITATION, EXPOSURE, AUTOMATABLE, HUMAN_IMPACT))
    assert all(human_impact(*row) in HUMAN_IMPACT for row in product(SAFETY, MISSION))


@pytest.mark.corpus
def test_the_tables_are_those_of_the_publisher(corpus: Path) -> None:
    for name, look in (("ssvc_deployer", outcome), ("ssvc_human_impact", human_impact)):
        table = json.loads((corpus / "tables" / f"{name}.json").read_text())
        words = {
            point["id"]: {v["key"]: v["name"].lower() for v in point["values"]}
            for point in table["decision_points"]
        }
        *inputs, result = [point["id"] for point in table["decision_points"]]
        for row in table["rows"]:
            assert look(*(words[i][row[i]] for i in inputs)) == words[result][row[result]]


def test_raising_any_input_never_lowers_the_outcome() -> None:
    scales = (EXPLOITATION, EXPOSURE, AUTOMATABLE, HUMAN_IMPACT)
    for row in product(*scales):
        for place_, scale in enumerate(scales):
            at = scale.index(row[place_])
            if at + 1 < len(scale):
                worse = (*row[:place_], scale[at + 1], *row[place_ + 1 :])
                assert OUTCOME.index(outcome(*worse)) >= OUTCOME.index(outcome(*row))


def threat(**said: object) -> dict[str, object]:
    row = {
        "vulnerability": "CVE-2026-1000", "vectors": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "cwe": "CWE-306", "poc": False,
        "first_seen": NOW, "added": None, "kev_seen": None, "ransomware": False, "probability": None, "percentile": None,
    }  # fmt: skip
    return {**row, **said}


@given(st.floats(0, 1), st.booleans(), st.booleans())
def test_epss_never_lowers(probability: float, poc: bool, known: bool) -> None:
    said = {"poc": poc, "added": date(2026, 1, 1) if known else None}
    with_, without = assess(threat(**said, probability=probability), {}), assess(threat(**said), {})
    assert EXPLOITATION.index(with_.exploitation) >= EXPLOITATION.index(without.exploitation)
    assert (without.exploitation == "active") == known


@pytest.mark.parametrize(
    ("vector", "points", "effects"),
    [
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7, "C"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "CIA"),
        ("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H", 5.5, "A"),
        ("AV:N/AC:L/Au:N/C:N/I:P/A:N", 5.0, "I"),
        ("rubbish CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3, "C"),
    ],
)
def test_vectors_of_every_standard_are_scored(vector: str, points: float, effects: str) -> None:
    scored = score(vector)
    assert (scored.score, scored.effects) == (points, effects)


def test_without_a_vector_the_worst_is_assumed_and_said() -> None:
    found = assess(threat(vectors=""), {})
    assert (found.cvss, found.effects, found.automatable) == (None, "CIA", "yes")
    assert "Nobody has scored yet" in found.sentence


def test_a_sentence_says_who_can_do_what_and_why() -> None:
    found = assess(threat(), POLICIES.weaknesses)
    assert (
        found.sentence == "Anyone who reaches it over the network can take it over: missing authentication."
    )


def setting(**facts: str):
    return place(
        {"modality": "CT", "site": "Harbor", "ip_address": "10.1.1.1", **facts},
        peers=int(facts.pop("peers", 1)),
        policies=POLICIES,
    )


def test_exposure_is_what_a_person_said_else_assumed_open() -> None:
    assert setting().exposure == "open"
    assert "assumed" in setting().exposure_why
    assert setting(ip_address="").exposure == "open"
    said = setting(exposure="small")
    assert (said.exposure, said.exposure_why) == ("small", "a person said so")


def test_a_site_may_say_what_protects_its_networks() -> None:
    own = load(
        {
            "exposure.csv": "evidence,site,exposure,why\nprivate,Harbor,controlled,access lists\nnone,*,open,x\nprivate,*,open,x\npublic,*,open,x\n"
        }
    )
    facts = {"modality": "CT", "ip_address": "10.1.1.1"}
    assert place({**facts, "site": "Harbor"}, peers=1, policies=own).exposure == "controlled"
    assert place({**facts, "site": "Quay"}, peers=1, policies=own).exposure == "open"


def test_the_only_scanner_of_a_site_weighs_more() -> None:
    alone, one_of = (place({"modality": "CT"}, peers=n, policies=POLICIES) for n in (1, 2))
    assert MISSION.index(alone.mission) > MISSION.index(one_of.mission)
    assert "the only CT" in alone.mission_why


def test_life_support_is_never_less_than_critical_when_it_can_stop() -> None:
    where = place({"modality": "US", "life_support": "yes"}, peers=3, policies=POLICIES)
    assert weigh("none", "no", "A", where, POLICIES).safety == "critical"
    assert where.tier == 1


def test_losing_secrets_alone_stops_no_work() -> None:
    where = place({"modality": "PACS"}, peers=1, policies=POLICIES)
    risk = weigh("none", "no", "C", where, POLICIES)
    assert (risk.safety, risk.human_impact) == ("negligible", "low")
    assert risk.harm_privacy == "images and patient data can be read"


@given(
    st.sampled_from(["", "C", "I", "A", "CI", "CA", "IA", "CIA"]),
    st.sampled_from(["C", "I", "A"]),
    st.sampled_from(["CT", "MR", "US", "PACS", "WS", ""]),
)
def test_losing_more_never_weighs_less(effects: str, more: str, modality: str) -> None:
    where = place({"modality": modality}, peers=1, policies=POLICIES)
    less, all_ = (weigh("active", "yes", lost, where, POLICIES) for lost in (effects, effects + more))
    assert all_.urgency >= less.urgency


def test_an_unknown_modality_is_assumed_the_worse() -> None:
    where = place({}, peers=1, policies=POLICIES)
    assert weigh("none", "no", "I", where, POLICIES).safety == "critical"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("safety.csv", "a,b\n1,2\n", "first line must be"),
        ("safety.csv", "modality,lost,safety,sentence\nCT,integrity,awful,x\n", "'awful' is none of"),
        ("tiers.csv", "modality,tier,why\nCT,9,x\n", "'9' is none of"),
        ("exposure.csv", "evidence,site,exposure,why\nprivate,*,open\n", "line 2"),
        ("clocks.toml", "[immediate\n", "clocks.toml"),
        ("clocks.toml", shipped("clocks.toml").replace("triage = 60", "triage = -1"), "whole days"),
    ],
)
def test_a_broken_policy_is_told_with_its_place(name: str, text: str, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        load({name: text})


@pytest.mark.parametrize("name", ["safety.csv", "mission.csv", "tiers.csv"])
def test_a_policy_without_a_row_for_everything_else_is_refused(name: str) -> None:
    kept = [line for line in shipped(name).splitlines() if not line.startswith("*")]
    with pytest.raises(UnreadableError, match=r"\*"):
        load({name: "\n".join(kept) + "\n"})
