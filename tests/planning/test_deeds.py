# SPDX-License-Identifier: Apache-2.0
"""Deeds and missing facts are summed from configurations; here they are held against the findings of each device."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime
from functools import cache

import pytest

from leadglass.planning import findings as of_findings
from leadglass.values.ids import finding_key
from tests.laws import draws
from tests.planning.test_room_queries import ask, bench, deeds_of, missing_of

STATUSES = ("affected", "affected", "unknown", "not_affected")
OUTCOMES = (("immediate", 3), ("out-of-cycle", 2), ("scheduled", 1), ("defer", 0))
KINDS = (("active", "yes", "CIA"), ("none", "no", "A"), ("poc", "yes", ""))


def day(chance: random.Random) -> datetime:
    return datetime(2026, chance.randint(1, 9), chance.randint(1, 28), tzinfo=UTC)


def a_fleet(seed: int) -> dict[str, list[dict[str, object]]]:
    """Draw devices of a few models, sites, settings and configurations, and what is found on their components."""
    chance = random.Random(seed)
    vulnerabilities = [f"CVE-2031-{n}" for n in range(12)]
    components = [f"C-{n}" for n in range(8)]
    configurations = {f"G-{n}": chance.sample(components, chance.randint(1, 5)) for n in range(4)}
    settings = {f"S-{n}": chance.randint(1, 4) for n in range(3)}
    devices = []
    for number in range(chance.randint(1, 25)):
        model, setting, servicer = (
            chance.randint(1, 2),
            chance.choice(list(settings)),
            chance.choice(("", "Biomed")),
        )
        devices.append({
            "device_id": f"D-{number:010}", "asset_tag": f"T{number}", "site": chance.choice(("Harbor", "Hill")),
            "product_id": f"P-{model}", "product": f"Quillon {model}", "maker": "Quillon", "model": str(model),
            "configuration_id": chance.choice(list(configurations)), "setting_id": setting, "tier": settings[setting],
            "servicer": servicer, "servicer_is_maker": chance.random() < 0.5, "first_seen": day(chance),
            "state": chance.choice(("in_use", "in_use", "in_use", "missing", "retired")),
        })  # fmt: skip
    found = [
        {"finding_key": finding_key("vulnerability", component, name), "component_id": component, "vulnerability": name,
         "status": chance.choice(STATUSES), "class": chance.choice(("range", "exact")), "rule": f"r{chance.randint(1, 3)}"}
        for component in components for name in vulnerabilities if chance.random() < 0.4
    ]  # fmt: skip
    for row in found:
        row["missing"] = (
            chance.choice(("version", "hardware model, version")) if row["status"] == "unknown" else ""
        )
    alone = [
        {"finding_key": finding_key(kind, str(device["device_id"]), kind), "device_id": device["device_id"], "kind": kind,
         "status": "unknown" if kind == "blind" else "affected", "missing": "software list" if kind == "blind" else "",
         "subject": "" if kind == "blind" else "seen",
         "vulnerability": "" if kind == "blind" else chance.choice(vulnerabilities)}
        for device in devices for kind in ("blind", "vulnerability") if chance.random() < 0.3
    ]  # fmt: skip
    threats = [
        {"vulnerability": name, **dict(zip(("exploitation", "automatable", "effects"), chance.choice(KINDS), strict=True)),
         "known_exploited": date(2026, 2, 1) if chance.random() < 0.3 else None, "kev_seen": day(chance),
         "first_seen": day(chance), "epss": chance.choice((None, 0.1, 0.5)), "cvss": chance.choice((None, 5.0, 9.8)),
         "ransomware": chance.random() < 0.2, "sentence": f"About {name}"}
        for name in vulnerabilities if chance.random() < 0.9
    ]  # fmt: skip
    risks = [
        {"exploitation": kind[0], "automatable": kind[1], "effects": kind[2], "setting_id": setting,
         "outcome": outcome, "urgency": urgency, "why": outcome, "harm_patient": "yes"}
        for kind in KINDS for setting in settings for outcome, urgency in [chance.choice(OUTCOMES)]
    ]  # fmt: skip
    return {
        "device": devices,
        "component": [
            {"component_id": name, "name": name, "version": "1", "part": "a", "product": f"v:{name}", "first_seen": day(chance)}
            for name in components
        ],
        "configuration_component": [
            {"configuration_id": name, "component_id": one}
            for name, listed in configurations.items()
            for one in listed
        ],
        "component_finding": found,
        "device_finding": alone,
        "threat": threats,
        "risk": risks,
    }  # fmt: skip


def expected(findings: list[dict], kept: dict[str, list[dict[str, object]]]) -> dict[tuple, dict]:
    """Sum the findings of all devices, one by one. They come in their order, so that the first is the gravest."""
    exploited = {row["vulnerability"] for row in kept["threat"] if row["known_exploited"]}
    groups = defaultdict(list)
    for row in findings:
        if row["deed"]:
            groups[row["deed"], row["product_id"], row["site"]].append(row)
    return {
        place: {
            "findings": len(rows),
            "devices": len({row["device_id"] for row in rows}),
            "vulnerabilities": len({row["vulnerability"] for row in rows} - {""}),
            "exploited_count": len({row["vulnerability"] for row in rows} & exploited),
            "unknown": sum(row["status"] == "unknown" for row in rows),
            "urgency": max(row["urgency"] for row in rows),
            "epss": max((row["epss"] for row in rows if row["epss"] is not None), default=None),
            "cvss": max((row["cvss"] for row in rows if row["cvss"] is not None), default=None),
            **{
                name: rows[0][name]
                for name in ("vulnerability", "status", "outcome", "rule", "class", "missing", "kind")
            },
            "component_name": rows[0]["component"],
        }
        for place, rows in groups.items()
    }


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Of each fleet that was drawn: its tables, findings, deeds and missing facts, asked once."""

    @cache
    def answers(seed):
        kept = a_fleet(seed)
        with bench(tmp_path_factory.mktemp("drawn"), **kept) as opened:
            findings = ask(opened, of_findings.FINDINGS, count=100_000)
            return kept, findings, deeds_of(opened), missing_of(opened)

    return answers


@pytest.mark.parametrize("seed", draws(4, 24))
def test_deeds_are_the_sums_of_the_findings_of_all_devices(asked, seed):
    kept, findings, deeds, _ = asked(seed)
    wanted = expected(findings, kept)
    got = {(row["deed"], row["product_id"], row["site"]): row for row in deeds}
    assert len(got) == len(deeds)
    assert {place: {name: row[name] for name in wanted[place]} for place, row in got.items()} == wanted


def since(row: dict, kept: dict[str, list[dict[str, object]]]) -> datetime:
    """When all of a finding could be known: the device, the component, the record, its place in KEV."""
    by_id = {name: {one[key]: one for one in kept[name]} for name, key in
             (("device", "device_id"), ("component", "component_id"), ("threat", "vulnerability"))}  # fmt: skip
    threat = by_id["threat"].get(row["vulnerability"], {})
    component = by_id["component"].get(row["component_id"], {})
    times = (by_id["device"][row["device_id"]]["first_seen"], component.get("first_seen"), threat.get("first_seen"),
             threat.get("kev_seen"))  # fmt: skip
    return max(time for time in times if time).replace(tzinfo=None)


@pytest.mark.parametrize("seed", draws(4, 24))
def test_clocks_begin_with_the_first_of_the_gravest_findings(asked, seed):
    kept, findings, deeds, _ = asked(seed)
    for deed in deeds:
        place = tuple(deed[name] for name in ("deed", "product_id", "site"))
        rows = [row for row in findings if (row["deed"], row["product_id"], row["site"]) == place]
        top = [since(row, kept) for row in rows if row["urgency"] == deed["urgency"]]
        assert deed["since"] == min(top)


@pytest.mark.parametrize("seed", draws(4, 24))
def test_missing_facts_are_counted_per_device_and_component(asked, seed):
    fleet, findings, _, missing = asked(seed)
    wanted = defaultdict(int)
    for row in findings:
        if row["status"] == "unknown":
            wanted[row["missing"], row["device_id"], row["component_id"]] += 1
    got = defaultdict(int)
    alike = defaultdict(list)
    for row in fleet["device"]:
        if row["state"] != "retired":
            alike[row["configuration_id"], row["product_id"]].append(row["device_id"])
    for row in missing:
        whole = alike[row["configuration_id"], row["product_id"]]
        assert row["many"] in {0, len(whole)}
        for device in whole if row["many"] else [row["device_id"]]:
            got[row["missing"], device, row["component_id"]] += row["findings"]
    assert got == wanted
