# SPDX-License-Identifier: Apache-2.0
"""News, as a user reads it: in sentences, by device and vulnerability, with the next step."""

from tests.cli.shell import Shell
from tests.hospital import all_of, criterion, fleet, nvd, record

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
FIRMWARE = criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")
HARDWARE = criterion("h:quillon:tomara_64:-", vulnerable=False)


def test_news_before_a_second_assessment_says_what_to_do(shell: Shell) -> None:
    ran = shell("news")
    assert (ran.code, ran.out) == (3, "")
    assert "leadglass assess" in ran.err
    shell.receive(fleet=fleet(SCANNER))
    shell("assess")
    ran = shell("news")
    assert ran.code == 3
    assert "leadglass news --since" in ran.err


def test_news_tells_each_matter_once_with_its_devices_and_who_is_told(shell: Shell) -> None:
    tags = [{**SCANNER, "asset_tag": f"CT-{n:03}", "room": "2.14" if n < 3 else ""} for n in (1, 2, 3)]
    shell.receive(fleet=fleet(*tags))
    shell("assess")
    shell.receive(feed=nvd(record("CVE-2031-41001", all_of([FIRMWARE], [HARDWARE]))))
    shell("assess")
    ran = shell("news")
    assert ran.code == 0
    assert ": 3 findings newly affected.\n" in ran.out
    assert (
        "Newly affected (3)\n  CT-001 (room 2.14), CT-002 (room 2.14) and CT-003 at Harbor, Quillon Tomara 64: CVE-2031-41001, "
        in ran.out
    )
    assert "Anyone who reaches it over the network can take it over" in " ".join(ran.out.split())
    assert "    Tell: " in ran.out
    assert ran.out.endswith("Next: leadglass actions, leadglass questions\n")
    told = shell("news", "--json").json
    assert told["counts"] == {
        "affected": 3,
        "unknown": 0,
        "update": 0,
        "changed": 0,
        "repaired": 0,
        "gone": 0,
    }
    assert {item["device"] for item in told["items"]} == {"CT-001", "CT-002", "CT-003"}
    assert (told["before"], told["after"]) != ("", "")


def test_news_of_the_demo_since_a_day_before_it_is_everything(demo: Shell) -> None:
    ran = demo("news", "--since", "2026-11-20", "--json")
    assert ran.code == 0
    findings = [row for row in demo.rows("findings") if row["status"] in {"affected", "unknown"}]
    assert {item["finding"] for item in ran.json["items"]} == {row["id"] for row in findings}
    assert {item["turn"] for item in ran.json["items"]} == {"affected", "unknown"}


def test_nothing_moved_is_said(demo: Shell) -> None:
    ran = demo("news", "--since", "2026-11-21")
    assert ran.code == 0
    assert "nothing moved for these devices." in ran.out
