# SPDX-License-Identifier: Apache-2.0
"""A site's own tables replace the shipped ones whole; a bad one is refused with its file and line."""

import csv
import io
import itertools

import pytest

from leadglass.errors import UnreadableError
from leadglass.risk import load, place, weigh
from leadglass.risk.policies import FILES, HEADINGS, shipped
from leadglass.risk.ssvc import EXPOSURE, MISSION, OUTCOME, SAFETY


def test_the_shipped_tables_are_whole_and_in_the_standards_words():
    made = load({})
    assert {safety for safety, _ in made.safety.values()} <= set(SAFETY)
    assert {mission for mission, _ in made.mission.values()} <= set(MISSION)
    assert {exposure for exposure, _ in made.exposure.values()} <= set(EXPOSURE)
    assert {tier for tier, _ in made.tiers.values()} <= {1, 2, 3, 4}
    assert set(made.clocks) == set(OUTCOME)
    modalities = {modality for modality, _ in made.safety}
    assert modalities <= set(made.tiers) | {"*"}
    for modality in modalities:
        assert {lost for named, lost in made.safety if named == modality} == {
            "integrity",
            "availability",
            "confidentiality",
        }


def test_clocks_of_a_graver_outcome_are_never_longer():
    clocks = [load({}).clocks[outcome] for outcome in OUTCOME]
    for lesser, graver in itertools.pairwise(clocks):
        assert graver.triage <= lesser.triage
        assert lesser.contain is None or graver.contain <= lesser.contain
        assert lesser.remedy is None or graver.remedy <= lesser.remedy


@pytest.mark.parametrize("name", FILES)
def test_a_copy_of_a_shipped_table_changes_nothing(name):
    assert load({name: shipped(name)}) == load({})
    assert load({name: "\ufeff" + shipped(name).replace("\n", "\r\n")}) == load({}), (
        "as a spreadsheet saves it"
    )


def test_a_sites_own_table_replaces_the_shipped_one_whole():
    own = "modality,tier,why\nUS,1,used in the trauma room\n*,4,everything else\n"
    made = load({"tiers.csv": own})
    assert made.tiers == {"US": (1, "used in the trauma room"), "*": (4, "everything else")}
    assert made.safety == load({}).safety


def test_a_sites_own_clocks_are_named():
    own = 'name = "Harbor"\nversion = "3"\n' + "".join(f"[{outcome}]\ntriage = 5\n" for outcome in OUTCOME)
    made = load({"clocks.toml": own})
    assert made.clocks_name == "Harbor 3"
    assert {clock.contain for clock in made.clocks.values()} == {None}


def edited(name: str, line: int, text: str) -> dict[str, str]:
    """A shipped table with one line replaced."""
    lines = shipped(name).splitlines()
    lines[line - 1] = text
    return {name: "\n".join(lines)}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"safety.csv": ""}, ["policies/safety.csv", "line 1", "modality,lost,safety,sentence"]),
        ({"tiers.csv": "modality;tier;why\n*;1;x\n"}, ["policies/tiers.csv", "line 1", "modality,tier,why"]),
        (edited("safety.csv", 3, "CT,availability,awful,x"), ["policies/safety.csv", "line 3", "'awful'", "marginal"]),
        (edited("safety.csv", 3, "CT,uptime,marginal,x"), ["policies/safety.csv", "line 3", "'uptime'", "availability"]),
        (edited("mission.csv", 4, "WS,maybe,degraded,x"), ["policies/mission.csv", "line 4", "'maybe'"]),
        (edited("mission.csv", 4, "WS,yes,degraded,one of {number}"), ["policies/mission.csv", "line 4", "{count}"]),
        (edited("mission.csv", 4, "WS,yes,degraded,{"), ["policies/mission.csv", "line 4", "{modality}"]),
        (edited("tiers.csv", 2, "XA,5,x"), ["policies/tiers.csv", "line 2", "'5'", "1, 2, 3, 4"]),
        (edited("tiers.csv", 3, "XA,2,x"), ["policies/tiers.csv", "line 3", "second row", "XA"]),
        (edited("exposure.csv", 2, "public,*,wide open,x"), ["policies/exposure.csv", "line 2", "'wide open'"]),
        (edited("exposure.csv", 2, "pubic,*,open,x"), ["policies/exposure.csv", "line 2", "'pubic'"]),
        (edited("exposure.csv", 3, "private,Quay,open,it is open, really"), ["policies/exposure.csv", "line 3", "quotes"]),
        (edited("weaknesses.csv", 5, "CWE-59"), ["policies/weaknesses.csv", "line 5"]),
        ({"tiers.csv": "modality,tier,why\nCT,1,x\n"}, ["policies/tiers.csv", "'*'"]),
        ({"clocks.toml": "[immediate\n"}, ["policies/clocks.toml", "line 1"]),
        ({"clocks.toml": "[immediate]\ntriage = 1\n"}, ["policies/clocks.toml", "triage"]),
        ({"clocks.toml": shipped("clocks.toml").replace("contain = 2", "contain = -2")}, ["[immediate] contain", "0 to 3650"]),
        ({"clocks.toml": shipped("clocks.toml").replace("contain = 2", "contain = true")}, ["[immediate] contain"]),
        ({"clocks.toml": shipped("clocks.toml").replace("contain = 2", "contian = 2")}, ["[immediate] contian", "no clock"]),
        ({"clocks.toml": shipped("clocks.toml").replace("triage = 60", "")}, ["[defer] needs 'triage'"]),
        ({"tier.csv": shipped("tiers.csv")}, ["policies/tier.csv", "tiers.csv"]),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_in_a_sentence_with_file_and_line(own, said):
    with pytest.raises(UnreadableError) as caught:
        load(own)
    sentence = str(caught.value)
    assert all(word in sentence for word in said), sentence
    assert sentence.endswith(".")


def test_a_text_over_two_lines_counts_as_a_spreadsheet_counts_it():
    own = 'modality,tier,why\nCT,1,"over\ntwo lines"\nUS,7,x\n'
    with pytest.raises(UnreadableError, match="line 4"):
        load({"tiers.csv": own})


def test_no_table_that_is_taken_makes_weighing_fail():
    """Tables with the fewest rows that are allowed still weigh every device."""
    bare = {
        "safety.csv": "modality,lost,safety,sentence\n" + "".join(f"*,{lost},marginal,x\n" for lost in ("integrity", "availability", "confidentiality")),
        "mission.csv": "modality,alone,mission,why\n*,yes,degraded,x\n*,no,degraded,x\n",
        "tiers.csv": "modality,tier,why\n*,2,x\n",
        "exposure.csv": "evidence,site,exposure,why\n",
        "weaknesses.csv": "cwe,effect\n",
    }  # fmt: skip
    made = load(bare)
    for modality in ("CT", ""):
        told = place({"modality": modality, "ip_address": "10.1.1.1"}, peers=1, policies=made)
        assert told.exposure == "open"
        assert weigh("active", "yes", "CIA", told, made).outcome in OUTCOME


def test_sentences_of_the_tables_are_plain_words():
    for name in HEADINGS:
        for row in csv.DictReader(io.StringIO(shipped(name))):
            sentence = row.get("sentence") or row.get("why") or row["effect"]
            assert sentence == sentence.strip()
            assert not sentence.endswith(".")
            assert sentence.replace("{count}", "").replace("{modality}", "").isprintable()
