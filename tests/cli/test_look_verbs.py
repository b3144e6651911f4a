"""The verbs that look, on the demo, as a user without a terminal sees them."""

import csv
import io
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from leadglass.services.ledger.listings import LISTINGS
from tests.cli.shell import Shell


def test_assess_asks_first_and_then_says_what_to_do(assessed: Shell) -> None:
    ran = assessed("assess", "--top", "3")
    assert ran.code == 0
    asked, _, deeds = ran.out.partition("Then do")
    assert "EPSS is 755 days old; more than 7 is stale." in asked
    assert asked.count("Letter: leadglass letter Q-") == 10
    assert deeds.count("Why these: ") == 3
    for said in ("Contain: ", "Remedy: ", "Closed by: ", "Or: ", "Clocks: triage by ", "serials: "):
        assert said in deeds
    assert "3 of 1" in deeds


def test_assess_of_one_site_counts_that_site_alone(assessed: Shell) -> None:
    whole, clinic = (
        assessed("assess", "--top", "1").out,
        assessed("assess", "--site", "Harbor Clinic", "--top", "1").out,
    )
    assert "; 62 devices;" in whole
    assert "; 12 devices;" in clinic
    sites = {row["site"] for row in assessed.rows("assess", "--site", "Harbor Clinic")}
    assert sites == {"Harbor Clinic"}


def test_as_of_a_day_looks_back_and_changes_nothing(assessed: Shell) -> None:
    before = assessed("status", "--json").json["snapshot"]
    ran = assessed("assess", "--as-of", "2026-11-20")
    assert ran.code == 0
    assert ran.out.startswith("As of 2026-11-20 23:59 UTC. Looked at, not published.")
    assert "Nothing was received and assessed by 2026-11-20." in ran.out
    assert len(assessed.rows("devices", "--as-of", "2026-11-21")) == 62
    assert assessed.rows("findings", "--as-of", "2026-11-20") == []
    assert assessed("status", "--json").json["snapshot"] == before


OTHERS = {"statements", "sightings"}
"""Listings of what the demo's home for looking has none of."""


@pytest.fixture(scope="module")
def rows_of(assessed: Shell, told: Shell) -> Callable[[str], list[dict[str, Any]]]:
    """All rows of a listing, asked once."""
    return cache(lambda name: (told if name in OTHERS else assessed).rows(name))


@pytest.mark.parametrize("name", sorted(LISTINGS))
@pytest.mark.parametrize("columns", ["60", "80"])
def test_a_listing_keeps_to_the_width_and_breaks_no_id(
    assessed: Shell, told: Shell, rows_of: Callable[[str], list[dict[str, Any]]], name: str, columns: str
) -> None:
    assessed = told if name in OTHERS else assessed
    ran = assessed(name, "--top", "12", COLUMNS=columns)
    assert ran.code == 0
    table = ran.out.partition("\n\n")[0]
    assert all(len(line) <= int(columns) for line in table.splitlines())
    shown = {word for line in table.splitlines() for word in line.split()}
    key = {
        "products": "product_id",
        "devices": "device_id",
        "components": "component_id",
        "remarks": "",
        "sources": "sha256",
        "statements": "",
        "sightings": "",
    }.get(name, "id")
    if key:
        length = 12 if key == "sha256" else 19
        assert {str(row[key])[:length] for row in rows_of(name)[:12]} <= shown


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_a_listing_says_the_same_as_text_json_and_csv(
    assessed: Shell, told: Shell, rows_of: Callable[[str], list[dict[str, Any]]], name: str
) -> None:
    assessed = told if name in OTHERS else assessed
    rows = rows_of(name)
    table = list(csv.DictReader(io.StringIO(assessed(name, "--csv").out, newline="")))
    assert len(table) == len(rows) > 0
    assert list(table[0]) == list(rows[0])
    assert f" of {len(rows):,} {name}." in assessed(name, "--top", "1").out
    assert assessed.rows(name, "--top", "2", "--skip", "1") == rows[1:3]


def test_top_0_is_all_and_a_terminal_gets_50(assessed: Shell) -> None:
    assert len(assessed.rows("devices", "--top", "0")) == 62
    assert "1 to 50 of 62 devices. More: leadglass devices --skip 50" in assessed("devices").out
    assert "1 to 62 of 62 devices.\n" in assessed("devices", "--top", "0").out


def test_every_filter_narrows_to_what_it_says(assessed: Shell) -> None:
    def only(name: str, option: str, value: str, column: str, wanted: object = None) -> None:
        rows = assessed.rows(name, f"--{option}", value)
        assert rows, (name, option)
        assert {row[column] for row in rows} == {value if wanted is None else wanted}

    only("devices", "modality", "ct", "modality", "CT")
    only("devices", "state", "retired", "state")
    only("devices", "id", "CT-101", "asset_tag")
    only("devices", "site", "Harbor Clinic", "site")
    only("findings", "status", "not affected", "status", "not_affected")
    only("findings", "kind", "blind", "kind")
    only("findings", "vulnerability", "cve-2031-41001", "vulnerability", "CVE-2031-41001")
    only(
        "findings",
        "product",
        "Pellar 5",
        "product",
        assessed.rows("products", "--text", "pellar 5")[0]["maker"] + " Pellar 5",
    )
    only("actions", "deed", "contain", "deed")
    only("questions", "product", "Pellar 5", "model")
    only("sources", "kind", "bom", "kind")
    action = assessed.rows("actions")[0]
    only("findings", "action", action["id"], "action")
    assert sorted(row["id"] for row in assessed.rows("findings", "--action", action["id"])) == sorted(
        action["findings"]
    )
    assert all("openssl" in row["name"].lower() for row in assessed.rows("components", "--text", "openssl"))
    assert assessed.rows("remarks", "--text", "Cost Centre")


def test_every_filter_of_statements_narrows_to_what_it_says(told: Shell) -> None:
    every = told.rows("statements")
    (unheard,) = [row["sha256"] for row in every if "Nimbra" in row["named"]]
    kept = {
        ("--vulnerability", "cve-2031-41002"): lambda row: row["vulnerability"] == "CVE-2031-41002",
        ("--product", "Nimbra"): lambda row: "Nimbra" in row["named"],
        ("--status", "not affected"): lambda row: row["status"] == "not_affected",
        ("--state", "applied"): lambda row: row["outcome"] == "applied",
        ("--state", "not applied"): lambda row: row["outcome"].startswith("not applied"),
        ("--state", "waits"): lambda row: row["outcome"].startswith("waits"),
        ("--text", "nimbra 9"): lambda row: "Nimbra 9" in row["named"],
        ("--id", unheard[:10]): lambda row: row["sha256"] == unheard,
    }
    for words, fits in kept.items():
        assert told.rows("statements", *words) == [row for row in every if fits(row)] != [], words
    nothing = told("statements", "--state", "shown")
    assert (nothing.code, "All of them: leadglass statements" in nothing.out) == (0, True)


def test_a_tag_that_exists_at_several_sites_gives_all_of_them(assessed: Shell) -> None:
    rows = assessed.rows("findings", "--device", "US-007")
    assert {row["site"] for row in rows} == {"Harbor Clinic", "North Quay Hospital", "St. Mary's, Harbor"}
    ran = assessed("show", "US-007")
    assert ran.code == 2
    for device in assessed.rows("devices", "--id", "US-007"):
        assert f"{device['device_id']} ({device['site']})" in ran.err


def test_an_empty_listing_says_why_and_what_next(assessed: Shell) -> None:
    for words, said in (
        (("findings", "--device", "NOPE"), "No device is called 'NOPE'. List them: leadglass devices"),
        (
            ("findings", "--site", "Nowhere"),
            "No site is called 'Nowhere'. Sites: Harbor Clinic, North Quay Hospital",
        ),
        (("assess", "--site", "Nowhere"), "No site is called 'Nowhere'."),
        (("devices", "--skip", "100"), "There are 62 devices; --skip 100 goes beyond the last."),
        (
            ("findings", "--status", "fixed"),
            "findings fits --status 'fixed'. All of them: leadglass findings",
        ),
        (("devices", "--as-of", "2020-01-01"), "Nothing was received and assessed by 2020-01-01."),
    ):
        human, machine = assessed(*words), assessed(*words, "--json")
        assert said in human.out, words
        assert (machine.json, said in machine.err, machine.code, human.code) == ([], True, 0, 0), words
    empty = assessed("findings", "--device", "NOPE", "--csv")
    assert empty.out.split("\r\n") == [",".join(assessed.rows("findings", "--top", "1")[0]), ""]


def test_without_records_an_empty_list_of_actions_is_no_good_news(shell: Shell) -> None:
    shell.receive(fleet=b"asset_tag,manufacturer,model,site,status\nCT-1,Quillon,Tomara 64,Nord,retired\n")
    ran = shell("assess")
    assert "No vulnerability records were read: nothing was compared." in ran.out


def test_show_knows_every_kind_of_thing(assessed: Shell) -> None:
    device = assessed.rows("devices", "--id", "CT-102")[0]
    finding = assessed.rows("findings", "--device", "CT-102", "--vulnerability", "CVE-2031-41001")[0]
    for name, said in {
        "CT-102": ("Device CT-102", "Facts (", "harbor-clinic.csv, row", "Findings ("),
        device["device_id"]: (device["device_id"],),
        device["product_id"]: ("Product P-", "Devices of this product (1)"),
        finding["component_id"]: ("Component C-", "record product: ", "Findings ("),
        finding["id"]: ("missing: hardware model", "Step by step: leadglass explain F-"),
        assessed.rows("actions")[0]["id"]: ("Closed by: ", "Devices (", "Findings that it resolves ("),
        assessed.rows("questions")[0]["id"]: ("Answer: leadglass answer Q-", "Devices (4)"),
        assessed.rows("sources", "--kind", "nvd")[0]["sha256"][:8]: ("Document ", "NVD CVE API", "Remarks ("),
        "cve-2031-41001": ("Vulnerability ", "Documents (3)", "Findings ("),
    }.items():
        ran = assessed("show", name)
        assert ran.code == 0, (name, ran.err)
        assert [word for word in said if word not in ran.out] == [], name
        assert "{'" not in ran.out
        assert assessed("show", name, "--json").json
    nothing = assessed("show", "nope")
    assert (nothing.code, "Nothing is called nope." in nothing.err) == (2, True)


def test_explain_goes_to_the_hash_and_the_place(assessed: Shell) -> None:
    (finding,) = assessed.rows("findings", "--device", "CT-101", "--vulnerability", "CVE-2031-41001")
    assert finding["status"] == "not_affected"
    ran = assessed("explain", finding["id"], COLUMNS="80")
    assert ran.code == 0
    (nvd,) = {source["sha256"] for source in finding["sources"]}
    assert f"[{nvd[:12]} {finding['sources'][0]['place']}]" in ran.out
    told = assessed("explain", finding["id"][:-4], "--json").json
    assert told["finding"]["id"] == finding["id"]
    assert {step["title"] for step in told["steps"]} >= {
        "Device",
        "Conclusion",
        "Component",
        "Record",
        "Decision",
    }
