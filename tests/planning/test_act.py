# SPDX-License-Identifier: Apache-2.0
"""Groups of findings become ranked actions: one accountable party, its clocks, its proof, its reason."""

import string
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.planning.act import DEED_ORDER, SHOWN, act, deeds
from leadglass.planning.deeds import DEED, DEEDS_RANKED
from leadglass.risk import load
from leadglass.risk.ssvc import OUTCOME
from leadglass.store.tables import TableStore
from leadglass.values.ids import action_id

SINCE = datetime(2026, 11, 2, 7, 30)  # noqa: DTZ001 - tables hold UTC without a zone
POLICIES = load({})
DEEDS = [name for name, table in deeds().items() if isinstance(table, dict)]
RELEASED = {"title_release", "title_part"}
DATED = {"title", "title_undated", "accountable", "remedy_by", "proof", "alternatives"}


def group(deed: str = "contain", outcome: str = "immediate", **told: object) -> dict[str, object]:
    """What one deed resolves at one site, as the query gives it, with the days of its outcome."""
    return {
        "deed": deed, "product_id": "P-tomara64", "site": "Harbor", "findings": 12, "devices": 4, "vulnerabilities": 3,
        "urgency": OUTCOME.index(outcome), "tier": 2, "unknown": 0, "exploited": None, "epss": None, "cvss": None,
        "ransomware": False, "exploited_count": 0, "since": SINCE, "product": "Quillon Tomara 64", "maker": "Quillon",
        "model": "Tomara 64", "servicer": "Harbor Biomed", "outcome": outcome, "vulnerability": "CVE-2031-41001",
        "component_name": "OpenSSL", "component_version": "1.0.2k", "class": "range", "rule": "a:openssl:openssl < 1.0.2u",
        "sentence": "Anyone who reaches it over the network can take it over.", "missing": "", "known_exploited": None,
        "status": "affected", "kind": "vulnerability", "note": "", "sha256": "", "place": "", "risk_why": "",
        "harm_patient": "", "id": "A-1", "rank": 1, "triage_days": POLICIES.clocks[outcome].triage,
        "contain_days": POLICIES.clocks[outcome].contain, "remedy_days": POLICIES.clocks[outcome].remedy,
        "policy": POLICIES.clocks_name, "decided": 0, "decision": "", "owner": "", "assignee": "", "decided_until": None, "updates": 0, "update_label": "", "update_whole": False, "update_why": "", "update_offered": None,
        **told,
    }  # fmt: skip


def only(**told: object) -> dict[str, object]:
    """The action of one group."""
    (made,) = act([group(**told)])
    return made


# Responsibility


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_has_exactly_one_accountable_party(deed):
    party, _, name = only(deed=deed)["accountable"].partition(", ")
    assert party in {"hospital", "maker", "servicer"}
    assert name
    assert not any(f"{other}," in name for other in ("hospital", "maker", "servicer", "and"))


@pytest.mark.parametrize(
    ("deed", "party"),
    [
        ("contain", "hospital, clinical engineering"),
        ("update", "maker, Quillon"),
        ("service", "servicer, Harbor Biomed"),
        ("ask", "hospital, clinical engineering"),
        ("disclose", "maker, Quillon"),
        ("watch", "hospital, information security"),
    ],
)
def test_containment_is_the_hospitals_remedy_the_makers_installation_the_servicers(deed, party):
    assert only(deed=deed)["accountable"] == party


def test_parties_without_a_name_are_still_parties():
    assert only(deed="update", maker="")["accountable"] == "maker, the maker"
    assert only(deed="service", servicer="")["accountable"] == "servicer, the servicer"


# The table of deeds


def test_every_deed_has_a_place_in_the_order_and_all_that_an_action_needs():
    assert sorted(DEEDS) == sorted(DEED_ORDER)
    for deed in DEEDS:
        installs = deed in {"contain", "update", "service"}
        assert set(deeds()[deed]) == DATED | (RELEASED if installs else set())
        assert deeds()[deed]["alternatives"]


def test_every_placeholder_of_the_table_is_filled_in():
    filled = {"maker", "product", "by", "devices", "servicer", "update"}
    for deed in DEEDS:
        for told in deeds()[deed].values():
            for text in told if isinstance(told, list) else [told]:
                assert {
                    name for _, name, _, _ in string.Formatter().parse(text) if name is not None
                } <= filled


@pytest.mark.parametrize(
    ("deed", "party"), [("contain", "Quillon"), ("update", "Quillon"), ("service", "Harbor Biomed")]
)
def test_a_release_that_can_be_had_stands_in_the_title_and_starts_the_clock_of_the_remedy(deed, party):
    offered = SINCE + timedelta(days=3)
    released = {"updates": 2, "update_label": "software 2.0", "update_whole": True, "update_offered": offered}
    made = only(deed=deed, outcome="immediate", update_why="Quillon offers software 2.0.", **released)
    assert f"{party} " in made["title"]
    assert "install software 2.0 and 1 more" in made["title"]
    assert made["due_remedy"] == date(2026, 11, 5) + timedelta(days=14)
    assert made["clocks"].endswith("remedy from 2026-11-05, as software 2.0 can be had")
    assert made["why"].endswith("Quillon offers software 2.0.")


def test_a_release_of_a_component_is_asked_of_the_maker_and_starts_no_clock():
    made = only(deed="service", updates=1, update_label="OpenSSL 1.0.2u", update_offered=SINCE)
    assert made["title"] == (
        "Ask Quillon for an approved update of Quillon Tomara 64 that brings OpenSSL 1.0.2u, to be installed by Harbor Biomed"
    )
    assert made["due_remedy"] is None


@pytest.mark.parametrize("deed", DEEDS)
def test_an_action_fills_every_column_and_leaves_no_brace(deed):
    made = only(deed=deed, outcome="scheduled")
    assert tuple(made) == SHOWN
    for text in (
        *(made[name] for name in ("title", "why", "accountable", "remedy_by", "proof", "clocks")),
        *made["alternatives"],
    ):
        assert text
        assert "{" not in text


# Clocks


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("outcome", OUTCOME)
def test_triage_always_runs_containment_only_for_contain_and_remedy_never_has_a_date(deed, outcome):
    made, days = only(deed=deed, outcome=outcome), POLICIES.clocks[outcome]
    assert made["due_triage"] == date(2026, 11, 2) + timedelta(days=days.triage)
    dated = deed == "contain" and days.contain is not None
    assert made["due_contain"] == (date(2026, 11, 2) + timedelta(days=days.contain) if dated else None)
    assert made["due_remedy"] is None
    assert "2026-11-02" in made["clocks"]
    assert POLICIES.clocks_name in made["clocks"]


def test_the_title_says_by_when_where_there_is_a_date():
    assert only()["title"] == "Contain by Wed 4 Nov - then ask Quillon for a fix"
    assert only(outcome="scheduled")["title"] == "Contain - then ask Quillon for a fix"


def test_a_question_is_titled_by_what_is_missing():
    made = only(deed="ask", outcome="scheduled", status="unknown", missing="hardware model")
    assert made["title"] == "Find out about Quillon Tomara 64: hardware model"


# Why


def test_why_says_what_can_happen_which_rule_and_how_many_more():
    made = only(known_exploited=date(2025, 3, 4), ransomware=True, exploited_count=2)
    assert made["why"] == (
        "Anyone who reaches it over the network can take it over (CVE-2031-41001). Exploited elsewhere since 4 Mar 2025"
        " (CISA KEV), by ransomware too. Why these: OpenSSL 1.0.2k is a:openssl:openssl < 1.0.2u (NVD). The same deed"
        " settles 2 more vulnerabilities, 2 of all known to be exploited."
    )


def test_why_counts_one_more_as_one():
    assert only(vulnerabilities=2)["why"].endswith("The same deed settles 1 more vulnerability.")
    assert "same deed" not in only(vulnerabilities=1)["why"]


def test_why_names_what_is_missing_where_it_is_not_known():
    made = only(deed="ask", status="unknown", missing="version", component_version="", vulnerabilities=1)
    assert (
        "Not known whether it applies: version missing; OpenSSL against a:openssl:openssl < 1.0.2u (NVD)."
        in made["why"]
    )


def test_why_of_a_device_as_a_whole_is_its_note():
    made = only(
        deed="disclose",
        kind="blind",
        note="No bill of materials describes this model: nothing of it can be judged.",
    )
    assert made["why"] == "No bill of materials describes this model: nothing of it can be judged."


# Rank

GROUPS = st.lists(
    st.builds(
        group,
        deed=st.sampled_from(DEED_ORDER),
        outcome=st.sampled_from(OUTCOME),
        tier=st.integers(1, 4),
        exploited=st.sampled_from([None, date(2025, 1, 1)]),
        epss=st.sampled_from([None, 0.0, 0.1, 0.9]),
        cvss=st.sampled_from([None, 0.0, 5.0, 9.8]),
        devices=st.integers(1, 3),
        site=st.sampled_from(["Harbor", "Quay", "St. Mary's"]),
    ),
    max_size=8,
)


def urgency(told: dict[str, object]) -> tuple[object, ...]:
    """Outcome, deed, tier, known exploitation, EPSS, CVSS, devices: the next counts only where those before are equal."""
    return (
        OUTCOME.index(told["outcome"]),
        -DEED_ORDER.index(told["deed"]),
        -told["tier"],
        told["exploited"] is not None,
        told["epss"] or 0,
        told["cvss"] or 0,
        told["devices"],
    )


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A bench on which no deed is kept."""
    made = TableStore(tmp_path_factory.mktemp("ranked"), release="t").workbench([])
    yield made
    made.close()


def ranked(opened, groups, kept=()):
    """Put deeds in their rank, beside others that are kept."""
    opened.put("deed", [{"rank": 0, **row} for row in kept])
    rows = opened.rows(DEEDS_RANKED, given={"fresh": (DEED, groups)})
    return sorted(rows, key=lambda row: row["rank"])


def named(groups):
    """Give each its own product and id."""
    return [
        {**told, "product_id": f"P-{number}", "id": action_id(told["deed"], f"P-{number}", told["site"])}
        for number, told in enumerate(groups)
    ]


@given(GROUPS, st.integers(0, 8))
def test_rank_is_by_one_input_after_the_other_and_never_by_a_sum(opened, groups, kept):
    told = named(groups)
    made = ranked(opened, told[kept:], told[:kept])
    by_id = {one["id"]: one for one in told}
    weights = [urgency(by_id[deed["id"]]) for deed in made]
    assert weights == sorted(weights, reverse=True)
    assert [deed["rank"] for deed in made] == list(range(1, len(groups) + 1))


@given(GROUPS, st.integers(0, 8))
def test_rank_depends_neither_on_the_order_of_the_groups_nor_on_what_was_kept(opened, groups, kept):
    told = named(groups)
    assert ranked(opened, told) == ranked(opened, told[::-1]) == ranked(opened, told[kept:], told[:kept])


def test_what_is_summed_again_stands_in_place_of_what_was_kept(opened):
    (kept,), (fresh,) = named([group(devices=9)]), named([group(devices=1)])
    assert [row["devices"] for row in ranked(opened, [fresh], [kept])] == [1]


def test_no_sum_of_lesser_inputs_outweighs_a_graver_outcome(opened):
    grave = group(deed="ask", outcome="immediate", tier=4, devices=1)
    lesser = group(
        deed="contain",
        outcome="out-of-cycle",
        tier=1,
        exploited=date(2025, 1, 1),
        epss=1.0,
        cvss=10.0,
        devices=3,
    )
    assert [made["deed"] for made in ranked(opened, named([lesser, grave]))] == ["ask", "contain"]
