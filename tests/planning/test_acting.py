"""Acting: one accountable party, clocks that can be late only where something can be done, ranks that are never averages."""

import json
import string
from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from leadglass.planning.act import DEED_ORDER, act, deeds
from leadglass.planning.questions import ask, texts
from leadglass.risk import load

POLICIES = load({})
SINCE = datetime(2026, 11, 2, 7, tzinfo=UTC).replace(tzinfo=None)


def group(**said: object) -> dict[str, object]:
    """A group of findings as the query gives it."""
    row: dict[str, object] = {
        "deed": "contain", "product_id": "P-1", "site": "Harbor", "findings": 3, "devices": 2, "vulnerabilities": 2, "urgency": 3,
        "tier": 2, "unknown": 0, "exploited": date(2026, 10, 20), "epss": 0.5, "cvss": 9.8, "ransomware": False,
        "exploited_count": 1, "since": SINCE, "product": "Quillon Tomara 64", "maker": "Quillon", "model": "Tomara 64",
        "servicer": "", "outcome": "immediate", "vulnerability": "CVE-2031-41001", "component_name": "tomara firmware",
        "component_version": "1.5", "rule": "o:quillon:tomara_firmware < 2.0", "sentence": "Anyone can give commands.",
        "missing": "", "known_exploited": date(2026, 10, 20), "status": "affected", "kind": "vulnerability", "note": "",
        "sha256": "ab", "place": "x", "risk_why": "", "harm_patient": "",
    }  # fmt: skip
    return {**row, **said}


def acted(*groups: dict[str, object]) -> list[dict[str, object]]:
    return act(groups, POLICIES.clocks, POLICIES.clocks_name)


def test_containment_has_a_date_and_a_remedy_has_none_before_its_approval() -> None:
    (action,) = acted(group())
    assert (action["due_triage"], action["due_contain"], action["due_remedy"]) == (
        date(2026, 11, 3),
        date(2026, 11, 4),
        None,
    )
    assert action["title"] == "Contain by Wed 4 Nov - then ask Quillon for a fix"


def test_only_containment_asks_for_containment() -> None:
    for deed in set(DEED_ORDER) - {"contain"}:
        (action,) = acted(group(deed=deed))
        assert action["due_contain"] is None


def test_every_deed_names_exactly_one_accountable_party() -> None:
    assert set(DEED_ORDER) == set(deeds()) - {"version"}
    for deed in DEED_ORDER:
        (action,) = acted(group(deed=deed, servicer="Medserve"))
        assert str(action["accountable"]).split(",")[0] in {"hospital", "maker", "servicer"}
        assert json.loads(str(action["alternatives"]))


def test_the_reason_names_record_component_rule_and_source() -> None:
    (action,) = acted(group(ransomware=True))
    assert action["why"] == (
        "Anyone can give commands (CVE-2031-41001). Exploited elsewhere since 20 Oct 2026 (CISA KEV), by ransomware too."
        " Why these: tomara firmware 1.5 is o:quillon:tomara_firmware < 2.0 (NVD)."
        " The same deed settles 1 more vulnerabilities, 1 of all known to be exploited."
    )


def test_an_unknown_says_what_is_missing() -> None:
    (action,) = acted(group(deed="ask", status="unknown", missing="hardware model", unknown=3))
    assert "hardware model" in str(action["title"])
    assert "Not known whether it applies: hardware model missing" in str(action["why"])


GROUPS = st.builds(
    group,
    deed=st.sampled_from(DEED_ORDER), urgency=st.integers(0, 3), tier=st.integers(1, 4), site=st.sampled_from(["a", "b", "c"]),
    exploited=st.sampled_from([None, date(2026, 1, 1)]), epss=st.none() | st.floats(0, 1), cvss=st.none() | st.floats(0, 10),
)  # fmt: skip


@given(st.lists(GROUPS, max_size=8, unique_by=lambda row: (row["deed"], row["site"])))
def test_ranks_compare_one_thing_after_the_other(groups: list[dict[str, object]]) -> None:
    ranked = acted(*groups)
    assert [row["rank"] for row in ranked] == list(range(1, len(groups) + 1))
    by_id = {row["id"]: acted(g)[0] and g for g in groups for row in acted(g)}
    order = [by_id[row["id"]] for row in ranked]
    assert [row["urgency"] for row in order] == sorted((row["urgency"] for row in groups), reverse=True)
    for one, other in pairwise(order):
        if one["urgency"] == other["urgency"] and one["deed"] == other["deed"]:
            assert one["tier"] <= other["tier"]


def test_ranking_does_not_depend_on_the_order_of_findings() -> None:
    groups = [group(site=site, tier=tier) for site, tier in (("a", 2), ("b", 1), ("c", 2))]
    assert acted(*groups) == acted(*reversed(groups))


def lacking(**said: object) -> dict[str, object]:
    row: dict[str, object] = {
        "missing": "software version", "subject": "", "product_id": "P-1", "maker": "Quillon", "model": "Tomara 64",
        "component_id": "C-1", "component_name": "openssl", "component_version": "", "device_id": "D-1",
        "record_product": "openssl:openssl", "record_part": "a", "findings": 2,
    }  # fmt: skip
    return {**row, **said}


def test_one_question_gathers_what_one_answer_settles() -> None:
    questions, members = ask([lacking(), lacking(device_id="D-2", findings=3)], frozenset())
    (question,) = questions
    assert (question["settles"], question["devices"], question["rank"]) == (5, 2, 1)
    assert {row["device_id"]: row["findings"] for row in members} == {"D-1": 2, "D-2": 3}


def test_the_question_that_settles_most_is_first_and_answered_ones_are_gone() -> None:
    rows = [lacking(), lacking(product_id="P-2", findings=9)]
    questions, _ = ask(rows, frozenset())
    assert [row["product_id"] for row in questions] == ["P-2", "P-1"]
    left, _ = ask(rows, frozenset({questions[0]["id"]}))
    assert [row["product_id"] for row in left] == ["P-1"]


def test_what_nobody_can_answer_is_no_question() -> None:
    assert ask([lacking(missing="version in the record")], frozenset()) == ([], [])


def test_every_placeholder_of_the_tables_is_one_that_is_filled() -> None:
    words = {"maker", "model", "devices", "subject", "where"}
    for table in (t for t in texts().values() if isinstance(t, dict)):
        assert {name for _, name, _, _ in string.Formatter().parse(table["text"]) if name} <= words
        assert table["asked"] in {"maker", "hospital"}
    for table in (t for t in deeds().values() if isinstance(t, dict)):
        for text in (
            table["title"],
            table["accountable"],
            table["remedy_by"],
            table["proof"],
            *table["alternatives"],
        ):
            assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= {
                "maker",
                "product",
                "by",
                "servicer",
            }
