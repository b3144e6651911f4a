# SPDX-License-Identifier: Apache-2.0
"""What is counted by sheet and setting, held on drawn fleets against the findings of each device, one by one."""

import copy
import random
from collections import Counter, defaultdict
from datetime import date

import pytest

from leadglass.planning.actions import ACTION_BEARERS, ACTION_DEVICES
from leadglass.planning.findings import (
    FINDINGS,
    FINDINGS_OF_COMPONENT,
    FINDINGS_OF_DEVICE,
    FINDINGS_OF_VULNERABILITY,
)
from leadglass.planning.news import BORNE, MOVED, STANDS, WEIGHTS
from leadglass.planning.overview import COUNTS, STATES
from leadglass.planning.spread import SOURCES_OF_FINDINGS, spread
from leadglass.planning.sums import TOLD_SUMS
from leadglass.planning.vulnerabilities import TOUCHING, VULNERABILITIES
from leadglass.values.ids import finding_key
from leadglass.values.query import Query
from tests.laws import draws
from tests.planning.test_deeds import KINDS, OUTCOMES, STATUSES, a_fleet
from tests.planning.test_room_queries import GIVEN, ask, bench, decision

FLEETS = draws(2, 24)

PLAIN = Query(
    name="every finding",
    tables=SOURCES_OF_FINDINGS,
    columns=("id", "device_id", "asset_tag", "site", "product_id", "product", "component_id", "component_name", "vulnerability",
             "status", "kind", "sentence", "outcome", "urgency", "tier", "known_exploited", "epss", "cvss", "deed"),
    sql=f"""
WITH {spread()}
SELECT id, device_id, asset_tag, site, product_id, product, component_id, component_name, vulnerability, status, kind,
  sentence, outcome, urgency, tier, known_exploited, epss, cvss, deed FROM weighed
""",
)  # fmt: skip


def a_fleet_with_updates(seed: int):
    """Add offers of updates, of which some repair what was found, and actions for some of the deeds."""
    kept, chance = a_fleet(seed), random.Random(seed)
    names = [str(row["component_id"]) for row in kept["component"]]
    kept["offer"] = [
        {"finding_key": finding_key("update", name, "2"), "kind": "update", "component_id": name, "label": f"{name} 2",
         "status": chance.choice(("affected", "unknown")), "whole": chance.random() < 0.3, "ranked": number, "rule": "2"}
        for number, name in enumerate(names) if chance.random() < 0.5
    ]  # fmt: skip
    kept["repair"] = [
        {"finding_key": offer["finding_key"], "component_id": row["component_id"], "vulnerability": row["vulnerability"],
         "whole": offer["whole"]}
        for offer in kept["offer"] for row in kept["component_finding"]
        if row["component_id"] == offer["component_id"] and chance.random() < 0.4
    ]  # fmt: skip
    kept["deed"] = [
        {"id": f"A-{deed}-{product}-{site}", "deed": deed, "product_id": product, "site": site}
        for deed in ("contain", "update", "service", "ask", "watch") for product in ("P-1", "P-2")
        for site in ("Harbor", "Hill") if chance.random() < 0.8
    ]  # fmt: skip
    return kept


def place(row):
    """The order of everything, as `spread.ORDER` says it."""
    standing = {"affected": 0, "unknown": 1}.get(row["status"], 2)
    return (standing, -row["urgency"], row["tier"], row["known_exploited"] is None, -(row["epss"] or 0), -(row["cvss"] or 0),
            row["vulnerability"], row["id"])  # fmt: skip


def fits(row, wanted, actions) -> bool:
    """The filters, as the help of `leadglass findings` says them."""
    words = f"{row['product']} {row['component_name']} {row['vulnerability']} {row['sentence']}".lower()
    action = actions.get((row["deed"], row["product_id"], row["site"]), "")
    return all(
        not asked
        or {
            "device": asked in (row["device_id"], row["asset_tag"]),
            "product": asked == row["product_id"] or asked.lower() in row["product"].lower(),
            "component": asked == row["component_id"] or asked.lower() in row["component_name"].lower(),
            "vulnerability": asked == row["vulnerability"],
            "status": asked == row["status"],
            "kind": asked == row["kind"],
            "id": row["id"].startswith(asked),
            "action": asked == action,
            "text": asked.lower() in words,
        }[name]
        for name, asked in wanted.items()
    )


def a_filter(chance: random.Random, rows, actions) -> dict[str, str]:
    """Draw a filter of up to three words, most of which some finding has."""
    row = chance.choice(rows)
    words = f"{row['product']} {row['component_name']} {row['vulnerability']} {row['sentence']}"
    start = chance.randrange(len(words))
    drawn = {
        "device": chance.choice((row["device_id"], row["asset_tag"])),
        "product": chance.choice((row["product_id"], row["product"].upper(), "quillon")),
        "component": chance.choice((row["component_id"], row["component_name"].lower(), "c-")),
        "vulnerability": row["vulnerability"],
        "status": row["status"],
        "kind": row["kind"],
        "id": row["id"][: chance.choice((1, 2, 8, 12, 13, 15, 30))],
        "action": chance.choice([*actions.values(), "A-none"]),
        "text": chance.choice((words[start : start + chance.randint(1, 12)].strip(), "no such words")),
    }
    return {name: drawn[name] for name in chance.sample(sorted(drawn), chance.randint(0, 3))}


@pytest.mark.parametrize("seed", FLEETS)
def test_findings_are_filtered_ordered_and_paged_as_if_each_were_written_down(tmp_path, seed):
    kept, chance = a_fleet_with_updates(seed), random.Random(seed)
    actions = {(row["deed"], row["product_id"], row["site"]): row["id"] for row in kept["deed"]}
    with bench(tmp_path, **kept) as opened:
        rows = sorted(ask(opened, PLAIN), key=place)
        for _ in range(25 if rows else 0):
            wanted = a_filter(chance, rows, actions)
            count, skip = chance.choice((1, 3, 10, 1000)), chance.choice((0, 0, 1, 7, 40))
            fitting = [row for row in rows if fits(row, wanted, actions)]
            found = ask(opened, FINDINGS, **wanted, count=count, skip=skip)
            if "device" in wanted:
                assert ask(opened, FINDINGS_OF_DEVICE, **wanted, count=count, skip=skip) == found
            elif wanted.get("id", "").count("-") > 1:
                named = {**wanted, "device": f"D-{wanted['id'].split('-')[1]}"}
                assert ask(opened, FINDINGS_OF_DEVICE, **named, count=count, skip=skip) == found
            if wanted.get("vulnerability"):
                assert ask(opened, FINDINGS_OF_VULNERABILITY, **wanted, count=count, skip=skip) == found
            if wanted.get("component"):
                assert ask(opened, FINDINGS_OF_COMPONENT, **wanted, count=count, skip=skip) == found
            assert [row["id"] for row in found] == [row["id"] for row in fitting[skip : skip + count]], wanted
            assert {row["total"] for row in found} <= {len(fitting)}
            for row, plain in zip(found, fitting[skip:], strict=False):
                assert [row[name] for name in ("outcome", "urgency", "deed", "status")] == [
                    plain[name] for name in ("outcome", "urgency", "deed", "status")
                ]
                assert row["action_id"] == actions.get((row["deed"], row["product_id"], row["site"]), "")


@pytest.mark.parametrize("seed", FLEETS)
def test_devices_of_actions_are_those_on_which_they_settle_a_finding(tmp_path, seed):
    kept = a_fleet_with_updates(seed)
    wanted = [{"id": row["id"]} for row in kept["deed"]]
    with bench(tmp_path, **kept) as opened:
        opened.put("told_sum", opened.run(TOLD_SUMS))
        found = ask(opened, ACTION_DEVICES, given={"wanted": wanted})
        told = ask(opened, ACTION_BEARERS, given={"wanted": wanted})
    assert told == [{name: value for name, value in row.items() if name != "findings"} for row in found]


def state(row) -> str:
    """The state of an open finding, by what it asks for."""
    if row["deed"] == "contain":
        return "act now" if row["outcome"] == "immediate" else "contain"
    return {"update": "plan", "service": "plan", "watch": "watch"}.get(row["deed"], "unknown")


@pytest.mark.parametrize("seed", FLEETS)
def test_counts_and_states_are_those_of_all_findings(tmp_path, seed):
    kept, chance = a_fleet_with_updates(seed), random.Random(seed)
    with bench(tmp_path, **kept) as opened:
        rows = ask(opened, PLAIN)
        some = chance.sample(rows, len(rows) // 4)
        taken = [decision(number, row["id"], kind=chance.choice(("accept", "close", "reopen")))
                 for number, row in enumerate(some)]  # fmt: skip
        (counts,) = ask(opened, COUNTS)
        opened.put("told_sum", opened.run(TOLD_SUMS))
        states = ask(opened, STATES, given={"decision_now": taken})
    settled = {row["finding_id"] for row in taken if row["kind"] != "reopen"}
    wanted = Counter(
        (row["device_id"], "settled" if row["id"] in settled else state(row)) for row in rows if row["deed"]
    )
    assert {(row["device_id"], row["state"]): row["findings"] for row in states} == wanted
    assert counts["unknown"] == sum(row["status"] == "unknown" for row in rows)
    assert counts["not_affected"] == sum(row["status"] == "not_affected" for row in rows)
    assert counts["affected"] == sum(row["status"] == "affected" and row["kind"] != "update" for row in rows)
    assert counts["updates_available"] == sum(
        row["status"] == "affected" and row["kind"] == "update" for row in rows
    )


@pytest.mark.parametrize("seed", FLEETS)
@pytest.mark.parametrize("wanted", [{}, {"product": "P-1"}, {"device": "T0"}])
def test_of_a_vulnerability_each_device_counts_once_by_its_gravest_finding(tmp_path, seed, wanted):
    kept = a_fleet_with_updates(seed)
    with bench(tmp_path, **kept) as opened:
        rows = [row for row in ask(opened, PLAIN) if fits(row, wanted, {}) and row["vulnerability"]]
        touching = opened.run(TOUCHING, **{"device": "", "product": "", **wanted})
        found = ask(opened, VULNERABILITIES, given={"touching": touching}, **{"all": False, **wanted})
    standing = ("affected", "unknown", "not_affected", "fixed")
    gravest = defaultdict(dict)
    urgency = defaultdict(list)
    for row in sorted(rows, key=lambda row: standing.index(row["status"])):
        gravest[row["vulnerability"]].setdefault(row["device_id"], row["status"])
        if gravest[row["vulnerability"]][row["device_id"]] in standing[:2]:
            urgency[row["vulnerability"]].append(row["urgency"])
    assert {row["id"]: ([row[name] for name in standing], row["urgency"]) for row in found} == {
        name: ([Counter(of.values())[one] for one in standing], max(urgency[name], default=None))
        for name, of in gravest.items()
    }


def a_day_later(kept, seed: int):
    """The same fleet, of which some moved: devices, statuses, threats, the policy."""
    later, chance = copy.deepcopy(kept), random.Random(seed)
    for device in later["device"]:
        move(device, chance.choice(later["device"]), chance)
    for row in drawn(later["component_finding"], 0.2, chance):
        row["status"] = chance.choice(STATUSES)
    for row in drawn(later["threat"], 0.2, chance):
        row.update(zip(("exploitation", "automatable", "effects"), chance.choice(KINDS), strict=True))
    for row in drawn(later["risk"], 0.1, chance):
        row["outcome"], row["urgency"] = chance.choice(OUTCOMES)
    for name in ("component_finding", "device_finding", "offer", "repair", "threat"):
        later[name] = drawn(later[name], 0.9, chance)
    return later


def drawn(rows, share: float, chance: random.Random):
    """About this share of rows."""
    return [row for row in rows if chance.random() < share]


def move(device, other, chance: random.Random) -> None:
    """Give a device another's software, another's setting, or another state; or leave it."""
    if chance.random() < 0.3:
        device["configuration_id"] = other["configuration_id"]
    if chance.random() < 0.3:
        device["setting_id"], device["tier"] = other["setting_id"], other["tier"]
    if chance.random() < 0.1:
        device["state"] = chance.choice(("retired", "in_use"))


@pytest.mark.parametrize("seed", FLEETS)
def test_what_moved_is_what_differs_between_the_findings_of_two_snapshots(tmp_path, seed):
    kept = a_fleet_with_updates(seed)
    with bench(tmp_path / "before", **kept) as opened:
        before = {row["id"]: (row["status"], row["outcome"]) for row in ask(opened, PLAIN)}
        stood = {name: opened.run(query) for name, query in
                 (("earlier", STANDS), ("earlier_device", BORNE), ("earlier_weight", WEIGHTS))}  # fmt: skip
    with bench(tmp_path / "after", **(a_day_later(kept, seed) if seed else kept)) as opened:
        after = {row["id"]: (row["status"], row["outcome"]) for row in ask(opened, PLAIN)}
        moved = opened.rows(MOVED, given={name: (GIVEN[name], rows) for name, rows in stood.items()})
    wanted = {
        name: (before.get(name, ("", "")), after.get(name, ("", "")))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
        and {before.get(name, ("",))[0], after.get(name, ("",))[0]} & {"affected", "unknown"}
    }
    got = {
        row["id"]: ((row["before"], row["outcome_before"]), (row["after"], row["outcome"])) for row in moved
    }
    assert (got, len(moved)) == (wanted, len(wanted))
    assert list(got) == sorted(got)
    assert bool(seed) == bool(wanted)


@pytest.mark.parametrize("until", [None, date(2026, 12, 31)])
def test_a_decision_is_shown_with_the_finding_that_it_covers(tmp_path, until):
    kept = a_fleet_with_updates(3)
    with bench(tmp_path, **kept) as opened:
        rows = sorted(ask(opened, PLAIN), key=place)
        chosen = rows[len(rows) // 2]
        taken = {"decision_now": [decision(1, chosen["id"], until=until)]}
        found = ask(opened, FINDINGS, given=taken, skip=len(rows) // 2, count=2)
    assert [(row["id"], row["decision"], row["decided_until"]) for row in found] == [
        (chosen["id"], "accept", until), (rows[len(rows) // 2 + 1]["id"], "", None),
    ]  # fmt: skip
