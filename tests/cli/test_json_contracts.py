"""The JSON that others build on: each field by name and type, valid on standard output alone."""

import re
from datetime import date, datetime
from typing import Any

from leadglass.risk.ssvc import EXPLOITATION
from leadglass.services.ledger.listings import LISTINGS
from leadglass.values.sources import Kind, Voice
from tests import publishers
from tests.cli.shell import DEMO, Shell

HASH = re.compile(r"[0-9a-f]{64}")
ID = {"finding": r"F-[a-z2-7]{10}-[0-9a-f]{12}", "device": r"D-[a-z2-7]{10}", "action": r"A-[a-z2-7]{10}"}


def shaped(value: Any, shape: Any, where: str = "") -> None:
    """Hold a value against a shape: a type, a tuple of types, [shape of each], {field: shape}, or a check."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        assert set(shape) <= set(value), (where, set(shape) - set(value))
        for name, inner in shape.items():
            shaped(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for number, item in enumerate(value):
            shaped(item, shape[0], f"{where}[{number}]")
    elif isinstance(shape, type | tuple):
        kinds = shape if isinstance(shape, tuple) else (shape,)
        assert type(value) in kinds, (where, value)
    else:
        assert shape(value), (where, value)


def a_day(value: Any) -> bool:
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def a_day_or_none(value: Any) -> bool:
    return value is None or a_day(value)


def a_moment(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def a_hash(value: Any) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def an_id(kind: str) -> Any:
    return lambda value: isinstance(value, str) and re.fullmatch(ID[kind], value) is not None


def one_of(*words: str) -> Any:
    return lambda value: value in words


def counts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(k, str) and type(v) is int for k, v in value.items())


REMARKS = [{"where": str, "why": str}]
FINDING = {
    "id": an_id("finding"), "device_id": an_id("device"), "device": str, "site": str, "product": str, "product_id": str,
    "component": str, "component_id": str, "version": str, "vulnerability": str,
    "kind": one_of("vulnerability", "blind", "partly_blind", "maker", "system"), "rule": str,
    "status": one_of("affected", "not_affected", "fixed", "under_investigation", "unknown"), "missing": str, "why": str,
    "class": str, "sources": [{"sha256": a_hash, "place": str}],
    "risk": {"outcome": one_of("immediate", "out-of-cycle", "scheduled", "defer"), "why": str, "known_exploited": a_day_or_none,
             "epss": (float, type(None)), "cvss": (float, type(None)), "patient": str, "privacy": str, "clinical": str},
    "action": str, "decision": str, "decided_until": a_day_or_none,
}  # fmt: skip
ACTION = {
    "rank": int, "id": an_id("action"), "title": str, "deed": one_of("contain", "update", "service", "ask", "disclose", "watch"),
    "devices": [{"device_id": an_id("device"), "device": str, "site": str, "room": str, "department": str, "maker": str,
                 "model": str, "modality": str, "software_version": str, "serial_number": str, "sha256": a_hash, "place": str}],
    "product_id": str, "product": str, "maker": str, "site": str,
    "outcome": one_of("immediate", "out-of-cycle", "scheduled", "defer"), "accountable": str, "remedy_by": str,
    "due_triage": a_day_or_none, "due_contain": a_day_or_none, "due_remedy": a_day_or_none, "clocks": str, "why": str,
    "findings": [an_id("finding")], "vulnerabilities": int, "unknown": int, "alternatives": [str], "proof": str,
    "state": one_of("open", "settled", "vanished"), "decided": int, "decision": str, "owner": str, "decided_until": a_day_or_none,
}  # fmt: skip
STATUS = {
    "snapshot": lambda value: re.fullmatch(r"[0-9a-f]{16}", value) is not None, "made_at": a_moment,
    "feeds": [{"name": str, "records": int, "newest": a_day_or_none, "checked_at": lambda v: v is None or a_moment(v),
               "state": one_of("fresh", "stale", "missing"), "age_days": (int, type(None)), "limit_days": int, "error": str}],
    "counts": dict.fromkeys(("devices", "retired", "missing", "products", "affected", "unknown", "not_affected", "actions",
                             "questions", "documents"), int),
    "damage": REMARKS,
}  # fmt: skip
RECEIVED = {
    "path": str, "sha256": lambda value: value == "" or a_hash(value), "size": int,
    "kind": one_of(*(kind.value for kind in Kind)), "standard": str, "version": str, "taken": counts,
    "remarks": REMARKS, "already_known": bool,
}  # fmt: skip


STATEMENT = {
    "vulnerability": str, "stated_as": str,
    "status": one_of("affected", "not_affected", "fixed", "under_investigation", "unknown"), "named": str, "publisher": str,
    "outcome": lambda value: re.match(r"applied$|waits: |not applied: |shown: ", value) is not None, "product": str,
    "component": str, "version": str, "rule": str, "note": str, "justification": str, "trusted": bool, "missing": str,
    "basis": str, "confidence": float, "stated": lambda value: value is None or a_moment(value), "document": str,
    "sha256": a_hash, "place": str,
}  # fmt: skip
VULNERABILITY = {
    "id": str, "aliases": [str], "covers": [str], "part_of": [str], "state": one_of("", "rejected", "disputed", "withdrawn"),
    "title": str, "description": str, "published": lambda value: value is None or a_moment(value),
    "modified": lambda value: value is None or a_moment(value), "affected": int, "unknown": int, "not_affected": int,
    "fixed": int, "outcome": one_of("", "immediate", "out-of-cycle", "scheduled", "defer"), "cvss": (float, type(None)),
    "severity": str, "vector": str, "scored_by": one_of("", *Voice), "exploitation": one_of("", *EXPLOITATION),
    "exploitation_why": str, "sentence": str, "known_exploited": a_day_or_none, "ransomware": bool,
    "epss": (float, type(None)),
    "sources": [{"publisher": str, "kind": one_of("kev", "epss", *Voice), "name": str, "state": str,
                 "modified": lambda value: value is None or a_moment(value), "sha256": a_hash, "place": str}],
}  # fmt: skip
COMPLAINT = {
    "number": str,
    "level": one_of("schema", "mandatory", "optional", "informative"),
    "place": str,
    "why": str,
}
GRAVEST = ("affected", "unknown", "not_affected", "fixed")
VERDICT = {"standard": str, "version": str, "complaints": [COMPLAINT], "valid": bool, "remarks": REMARKS}
CHECKED = {"path": str, "standard": str, "version": str, "by": str, "why": str}


def test_receive(shell: Shell, tmp_path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"\0" * 100)
    ran = shell(
        "receive", DEMO / "fleet", DEMO / "sboms", DEMO / "feeds", junk, tmp_path / "absent", "--json"
    )
    assert (ran.code, ran.err) == (1, "")
    told = ran.json
    shaped(told, [RECEIVED])
    folders = [path for name in ("fleet", "sboms", "feeds") for path in (DEMO / name).iterdir()]
    assert len(told) == len([path for path in folders if not path.name.startswith(".")]) + 2
    by_name = {one["path"].rpartition("/")[2]: one for one in told}
    cmms = by_name["harbor-group-cmms.csv"]
    assert (cmms["kind"], cmms["taken"], cmms["already_known"]) == ("fleet", {"devices": 50}, False)
    shaped(cmms["changes"], {"new": [[str]], "missing": [[str]], "changed": [dict], "same": int})
    assert len(cmms["changes"]["new"]) == 50
    assert any("'Cost Centre'" in remark["why"] for remark in cmms["remarks"])
    assert (by_name["absent"]["sha256"], by_name["absent"]["taken"]) == ("", {})
    assert by_name["junk"]["sha256"]
    assert by_name["nvd-extract.json"]["taken"] == {"vulnerabilities": 252, "criteria": 2813}
    assert by_name["tomara-64-1.5.cdx.json"]["version"] == "1.4"
    (again,) = shell("receive", DEMO / "fleet" / "harbor-clinic.csv", "--json").json
    assert again["already_known"] is True


def test_findings(assessed: Shell) -> None:
    rows = assessed.rows("findings")
    shaped(rows, [FINDING])
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["status"] for row in rows} == {"affected", "not_affected", "unknown"}
    known = {row["sha256"] for row in assessed.rows("sources")}
    actions = {row["id"] for row in assessed.rows("actions")}
    for row in rows:
        assert row["id"].startswith("F-" + row["device_id"][2:])
        assert {source["sha256"] for source in row["sources"]} <= known
        assert row["why"].endswith((".", "?"))
        assert bool(row["missing"]) == (row["status"] == "unknown"), row["id"]
        assert row["action"] in actions or row["status"] == "not_affected", row["id"]


def test_statements(told: Shell) -> None:
    rows = told.rows("statements")
    shaped(rows, [STATEMENT])
    assert {row["outcome"].partition(":")[0] for row in rows} == {"applied", "waits", "not applied"}
    known = {row["sha256"] for row in told.rows("sources")}
    for row in rows:
        assert row["sha256"] in known
        assert (row["missing"] != "") == row["outcome"].startswith("waits"), row
        assert 0 <= row["confidence"] <= 1
        assert (row["confidence"] > 0) == (row["basis"] != ""), row


def test_vulnerabilities(told: Shell) -> None:
    rows = told.rows("vulnerabilities")
    shaped(rows, [VULNERABILITY])
    found: dict[str, dict[str, str]] = {}
    for row in told.rows("findings"):
        if row["vulnerability"]:
            devices = found.setdefault(row["vulnerability"], {})
            gravest = min(devices.get(row["device_id"], "fixed"), row["status"], key=GRAVEST.index)
            devices[row["device_id"]] = gravest
    assert {row["id"] for row in rows} == set(found)
    known = {row["sha256"] for row in told.rows("sources")}
    for row in rows:
        devices = list(found[row["id"]].values())
        assert {name: row[name] for name in GRAVEST} == {name: devices.count(name) for name in GRAVEST}, row[
            "id"
        ]
        assert row["sources"]
        assert {source["sha256"] for source in row["sources"]} <= known
        assert (row["cvss"] is None) == (row["scored_by"] == "")
    every = told.rows("vulnerabilities", "--all")
    shaped(every, [VULNERABILITY])
    assert every[: len(rows)] == rows
    assert {row["id"] for row in every} >= {"CVE-2031-41002"}, "no device here has the product"
    shaped(
        told("show", "CVE-2031-41003", "--json").json,
        VULNERABILITY | {"differences": [str], "order": [str], "trust": str, "documents": [dict], "findings": [FINDING],
                         "said": [{"publisher": str, "kind": one_of(*Voice), "score": (float, type(None)), "counts": [str],
                                   "published": lambda value: value is None or a_moment(value), "sha256": a_hash}],
                         "ranges": [{"component": str, "version": str, "publisher": str, "versions": str, "here": str,
                                     "counts": bool, "sha256": a_hash, "place": str}]},
    )  # fmt: skip


def test_check(shell: Shell) -> None:
    folder = shell.home.with_name("offered")
    folder.mkdir()
    broken = publishers.csaf("known_affected", refs=("P1", "P9"))
    papers = {
        "sound": publishers.csaf("known_affected"),
        "broken": broken,
        "list": publishers.letter("Q", "T"),
        "junk": b"\0\1\2",
    }
    for name, raw in papers.items():
        (folder / name).write_bytes(raw)
    ran = shell("check", folder, "--json")
    assert (ran.code, ran.err) == (1, "")
    shaped(ran.json, [CHECKED])
    judged = {one["path"].rpartition("/")[2]: one for one in ran.json}
    assert set(judged) == set(papers)
    for name, one in judged.items():
        if name == "junk":
            assert (one["verdict"], one["by"]) == (None, "")
            assert one["why"]
        else:
            shaped(one["verdict"], VERDICT)
            assert one["verdict"]["valid"] == (name != "broken")
            assert one["by"]
    assert not (shell.home / "documents").exists() or not list((shell.home / "documents").rglob("*.json"))


def test_actions_and_assess(assessed: Shell) -> None:
    rows = assessed.rows("actions")
    shaped(rows, [ACTION])
    assert rows == assessed.rows("assess")
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    listed = {row["id"]: row["action"] for row in assessed.rows("findings")}
    for row in rows:
        assert {listed[finding] for finding in row["findings"]} == {row["id"]}
        assert {device["site"] for device in row["devices"]} == {row["site"]}
        assert (row["due_contain"] is not None) == (row["deed"] == "contain")
        assert row["due_remedy"] is None  # no maker has approved one
        assert row["alternatives"]
        assert row["proof"]
    assert sum(len(row["findings"]) for row in rows) == sum(bool(action) for action in listed.values())


def test_status(assessed: Shell) -> None:
    ran = assessed("status", "--json")
    shaped(ran.json, STATUS)
    assert {feed["name"]: feed["state"] for feed in ran.json["feeds"]} == {
        "Inventory": "fresh", "NVD": "fresh", "CISA KEV": "fresh", "EPSS": "stale",
    }  # fmt: skip
    rows = assessed.rows("findings")
    for status in ("affected", "unknown", "not_affected"):
        assert ran.json["counts"][status] == sum(row["status"] == status for row in rows)
    assert ran.json["counts"]["actions"] == len(assessed.rows("actions"))
    assert ran.json["counts"]["questions"] == len(assessed.rows("questions"))


def test_a_feed_that_came_damaged_says_so_in_its_error(demo: Shell) -> None:
    whole = (DEMO / "feeds" / "kev-extract.json").read_bytes()
    demo("receive", "-", given=whole[:3000], LEADGLASS_NOW="2026-11-21T08:00:00+00:00")
    demo("assess")
    errors = {feed["name"]: feed["error"] for feed in demo("status", "--json").json["feeds"]}
    assert "ends in the middle" in errors["CISA KEV"]
    assert errors["NVD"] == ""
    assert "The last document for CISA KEV could not be read" in demo("status").out


def test_json_is_valid_where_there_is_nothing(shell: Shell) -> None:
    shell("assess")
    for verb in (*LISTINGS, "assess", "history"):
        ran = shell(verb, "--json")
        assert (ran.code, ran.json) == (0, []), verb
        assert "leadglass " in ran.err, verb
    ran = shell("status", "--json")
    shaped(ran.json, STATUS)
    assert (ran.code, {feed["state"] for feed in ran.json["feeds"]}) == (1, {"missing"})


def test_decide_history_and_rebuild(demo: Shell) -> None:
    action = demo.rows("actions")[0]
    said = ("--kind", "accept", "--owner", "A. Chair", "--reason", "moved to zone 4", "--until", "2026-12-01")
    made = demo("decide", action["id"], *said, "--json").json
    shaped(made, {"id": str, "kind": one_of("accept"), "target": str, "findings": [str], "owner": str, "reason": str,
                  "until": a_day, "by": str, "at": a_moment, "proof": str})  # fmt: skip
    assert sorted(made["findings"]) == sorted(action["findings"])
    (entry, *_) = demo("history", "--json").json
    shaped(entry, {"change": {"number": int, "by": str, "at": a_moment, "origin": str, "why": str, "digest": str,
                              "previous": str}, "table": str, "key": str, "before": str, "after": str})  # fmt: skip
    assert (entry["table"], entry["key"]) == ("decision", made["id"])
    shaped(
        demo("rebuild", "--json").json,
        {"before": str, "after": str, "equal": bool, "differing": [str], "rows": counts},
    )
