"""Every verb on the demo, as a user without a terminal sees it."""

import csv
import gzip
import io
import lzma
import shutil
import tarfile
from datetime import date
from pathlib import Path

import pytest
import zstandard
from typer.testing import CliRunner

from leadglass.cli.main import app
from leadglass.services.ledger.listings import LISTINGS
from tests.cli.shell import DEMO, Shell

VERBS = (*LISTINGS, "receive", "assess", "show", "explain", "answer", "say", "decide", "history", "letter", "report",
         "status", "rebuild", "backup", "restore")  # fmt: skip
KEV = (DEMO / "feeds" / "kev-extract.json").read_bytes()


# Help.


@pytest.mark.parametrize("verb", VERBS)
def test_help_says_what_a_verb_does_within_80_columns(verb: str) -> None:
    ran = CliRunner(env={"COLUMNS": "80"}).invoke(app, [verb, "--help"])
    assert ran.exit_code == 0
    assert f"leadglass {verb}" in ran.output or f"root {verb}" in ran.output
    prose = ran.output.partition("Examples:")[0]
    assert max(map(len, prose.splitlines())) <= 80
    assert "<str>  " not in ran.output.partition("Options:")[2]


def test_the_list_of_verbs_cuts_no_sentence_off() -> None:
    listed = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["--help"]).output
    lines = [line for line in listed.splitlines() if line.split()[:1] and line.split()[0] in VERBS]
    assert len(lines) == len(VERBS)
    assert all(line.endswith(".") and not line.endswith("on...") for line in lines)


# Receive.


def test_receive_tells_per_document_what_it_is_and_what_was_taken(shell: Shell) -> None:
    ran = shell("receive", DEMO / "sboms" / "pellar-5-2.8.cdx.json", DEMO / "feeds" / "kev-invented.json")
    assert ran.code == 0
    assert "pellar-5-2.8.cdx.json: CycloneDX 1.6\n  taken: 15 components" in ran.out
    assert "CISA KEV 2026.11.16\n  taken: 1 exploited vulnerability\n" in ran.out
    assert "2 documents taken, 2 new. Next: leadglass assess" in ran.out


def test_an_inventory_received_again_shows_new_changed_and_missing(shell: Shell) -> None:
    head = "asset_tag,manufacturer,model,serial_number,software_version,site\n"
    first = f"{head}CT-1,Quillon,Tomara 64,S1,1.5,Nord\nCT-2,Quillon,Tomara 64,S2,1.5,Nord\n"
    second = f"{head}CT-1,Quillon,Tomara 64,S1,2.0,Nord\nCT-3,Quillon,Tomara 64,S3,2.0,Nord\n"
    assert "devices: 2 new" in shell("receive", "-", given=first.encode()).out
    later = shell("receive", "-", given=second.encode(), LEADGLASS_NOW="2026-11-22T07:00:00+00:00").out
    assert "devices: 1 new, 1 changed, 1 missing" in later
    assert "CT-1 (Nord): software_version '1.5' -> '2.0'" in later
    assert "not forgotten: CT-2 (Nord)" in later


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.gz", gzip.compress),
        ("a.xz", lzma.compress),
        ("a.zst", zstandard.ZstdCompressor().compress),
        ("a", bytes),
    ],
    ids=["gzip", "xz", "zstandard", "plain"],
)
def test_a_packed_document_is_the_same_document(shell: Shell, tmp_path: Path, name: str, pack) -> None:
    path = tmp_path / name
    path.write_bytes(pack(KEV))
    assert shell("receive", path).code == 0
    (again,) = shell("receive", "-", "--json", given=KEV).json
    assert (again["already_known"], again["taken"]) == (True, {"exploited vulnerabilities": 68})


@pytest.mark.parametrize("form", ["zip", "gztar"])
def test_the_whole_demo_may_come_as_one_archive(shell: Shell, tmp_path: Path, form: str) -> None:
    archive = shutil.make_archive(str(tmp_path / "demo"), form, DEMO, "feeds")
    told = shell("receive", archive, "--json").json
    assert sorted(one["kind"] for one in told) == ["epss", "kev", "kev", "nvd", "nvd"]
    assert all(one["path"].startswith(archive) for one in told)


def test_a_folder_passes_over_what_begins_with_a_dot(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "post"
    (folder / ".git").mkdir(parents=True)
    (folder / "deep" / "er").mkdir(parents=True)
    for place in (".hidden", ".git/config", "deep/er/kev.json"):
        (folder / place).write_bytes(KEV)
    (one,) = shell("receive", folder, "--json").json
    assert one["path"] == str(folder / "deep" / "er" / "kev.json")


def test_what_cannot_be_opened_is_told_with_what_to_do(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 20)
    for name, said in {
        "absent": "There is no such file. Check the name.",
        "nothing": "The folder holds no file.",
        "lost": "This link leads nowhere.",
        "empty.csv": "The document is empty. Export or fetch it again.",
        "noise": "This is no text.",
    }.items():
        ran = shell("receive", tmp_path / name)
        assert (ran.code, said in ran.out) == (3, True), (name, ran.out)
        assert "Next: leadglass assess" not in ran.out


def test_a_map_gives_a_column_its_meaning_and_the_preview_shows_it_first(shell: Shell) -> None:
    raw = b"Inv. Nr;Firma;Typ;Haus\nCT-1;Quillon;Tomara 64;Nord\n"
    how = ("--map", "Inv. Nr=asset_tag", "--map", "Firma=manufacturer")
    seen = shell("receive", "-", "--preview", *how, given=raw)
    assert seen.code == 0
    assert ["Firma", "manufacturer", "Quillon"] in [line.split() for line in seen.out.splitlines()]
    assert "Nothing was taken." in seen.out
    assert shell("sources").code == 3  # nothing was received, so there is nothing to look at
    assert shell("receive", "-", *how, given=raw).code == 0
    shell("assess")
    (device,) = shell.rows("devices")
    assert (device["asset_tag"], device["product"], device["site"]) == ("CT-1", "Quillon Tomara 64", "Nord")


def test_a_preview_of_no_inventory_says_what_it_is_instead(shell: Shell) -> None:
    ran = shell("receive", "--preview", DEMO / "feeds" / "kev-extract.json")
    assert ran.code == 3
    assert "This is CISA KEV 2025.08.25, no inventory" in ran.out
    both = shell("receive", "--preview", "--json", DEMO / "fleet", DEMO / "feeds" / "kev-extract.json")
    assert both.code == 1
    assert [bool(one["preview"]) for one in both.json] == [True, True, False]


# Look.


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


@pytest.mark.parametrize("name", sorted(LISTINGS))
@pytest.mark.parametrize("columns", ["60", "80"])
def test_a_listing_keeps_to_the_width_and_breaks_no_id(assessed: Shell, name: str, columns: str) -> None:
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
    }.get(name, "id")
    if key:
        length = 12 if key == "sha256" else 19
        assert {str(row[key])[:length] for row in assessed.rows(name, "--top", "12")} <= shown


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_a_listing_says_the_same_as_text_json_and_csv(assessed: Shell, name: str) -> None:
    rows = assessed.rows(name)
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
        "cve-2031-41001": ("Vulnerability ", "Documents (2)", "Findings ("),
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


# Say.


def test_a_word_of_a_person_outweighs_the_inventory(demo: Shell) -> None:
    ran = demo("say", "CT-102", "model", "Tomara 64", "--why", "type plate")
    assert (ran.code, ran.out) == (
        0,
        "Noted: model of CT-102 (Harbor Clinic) is Tomara 64. It counts from the next: leadglass assess\n",
    )
    demo("assess")
    (finding,) = demo.rows("findings", "--device", "CT-102", "--vulnerability", "CVE-2031-41001")
    assert finding["status"] == "affected"
    assert "model of CT-102: type plate" in demo("history", "CT-102").out
    shown = demo("show", "CT-102").out
    assert "model" in shown
    assert "os:" in shown


def test_a_decision_is_recorded_listed_and_expires(demo: Shell) -> None:
    action = demo.rows("actions")[0]
    said = ("--kind", "accept", "--owner", "A. Chair", "--reason", "moved to zone 4", "--until", "2026-12-01")
    ran = demo("decide", action["id"], *said)
    assert ran.code == 0
    assert (
        f"accept of {action['id']} until 2026-12-01, owner A. Chair; covers {len(action['findings'])} findings"
        in ran.out
    )
    (row,) = demo.rows("actions", "--id", action["id"])
    assert (row["state"], row["owner"], row["decided_until"]) == ("settled", "A. Chair", "2026-12-01")
    assert "affected, accepted" in demo("findings", "--action", action["id"]).out
    later = demo("actions", "--id", action["id"], "--json", LEADGLASS_NOW="2026-12-02T07:00:00+00:00").json[0]
    assert (later["state"], "expired on 2026-12-01: open again" in later["decision"]) == ("open", True)
    history = demo("history", action["id"])
    assert f"accept {action['id']}: moved to zone 4" in history.out
    assert "and 1" not in history.out or "more" in history.out


def test_a_decision_about_a_range_counts_what_it_covers_now(demo: Shell) -> None:
    said = (
        "--kind",
        "compensate",
        "--owner",
        "IT",
        "--reason",
        "TLS ends at the proxy",
        "--until",
        "2027-01-31",
    )
    made = demo("decide", "openssl:openssl", "--vulnerability", "cve-2022-0778", "--before", "1.0.2zd", *said)
    decided = [
        row
        for row in demo.rows("findings", "--vulnerability", "CVE-2022-0778")
        if row["decision"] == "compensate"
    ]
    assert decided
    assert f"covers {len(decided)} findings." in made.out
    nothing = demo("decide", "nobody:nothing", "--vulnerability", "CVE-2022-0778", *said)
    assert "covers 0 findings." in nothing.out


def test_history_of_a_large_change_stays_short_and_whole_in_json(assessed: Shell) -> None:
    ran = assessed("history", "--top", "100")
    assert "first listed by an inventory: 62 devices" in ran.out
    assert ran.out.count("\n  device D-") == 5
    entries = assessed("history", "--top", "100", "--json").json
    assert {entry["table"] for entry in entries} == {"device", "site"}
    assert f"and {len(entries) - 5} more rows of this change" in ran.out
    verified = assessed("history", "--verify")
    assert verified.out == "The chain of 1 change is whole; the log of 2 entries is whole.\n"


def test_a_report_is_written_whole_or_not_at_all(assessed: Shell, tmp_path: Path) -> None:
    page = tmp_path / "morning.html"
    ran = assessed("report", page)
    assert (ran.code, f"The report lies in {page}" in ran.out) == (0, True)
    assert page.read_text("utf-8").lower().startswith("<!doctype html>")
    refused = assessed("report", tmp_path / "absent" / "morning.html")
    assert (refused.code, "cannot be written" in refused.err) == (3, True)
    nowhere = assessed("report", tmp_path / "nowhere.html", "--site", "Nowhere")
    assert (nowhere.code, "No site is called 'Nowhere'." in nowhere.err) == (2, True)
    assert sorted(path.name for path in tmp_path.glob("*.html*")) == ["morning.html"]


def test_status_and_rebuild_of_the_demo(demo: Shell) -> None:
    ran = demo("status")
    assert ran.code == 1
    assert "EPSS is 755 days old; more than 7 is stale." in ran.out
    assert "62 devices, 3 retired, 0 missing" in ran.out
    rebuilt = demo("rebuild")
    assert (rebuilt.code, "equal to the byte" in rebuilt.out) == (0, True)
    told = demo("rebuild", "--json").json
    assert (told["equal"], told["differing"], told["before"] == told["after"]) == (True, [], True)


def test_a_feed_dated_in_the_future_grows_old_all_the_same(shell: Shell) -> None:
    future = KEV.replace(b"2025-08-25", b"2099-08-25").replace(b"2025.08.25", b"2099.08.25")
    shell.receive(kev=future)
    shell("assess")
    (feed,) = [
        f
        for f in shell("status", "--json", LEADGLASS_NOW="2026-12-21T07:00:00+00:00").json["feeds"]
        if f["name"] == "CISA KEV"
    ]
    assert (feed["state"], feed["age_days"]) == ("stale", 30)


def test_tar_members_and_the_date_of_today_are_no_trouble(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "two.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("one.json", "two.json"):
            info = tarfile.TarInfo(name)
            info.size = len(KEV)
            archive.addfile(info, io.BytesIO(KEV))
    one, two = shell("receive", path, "--json").json
    assert (one["already_known"], two["already_known"]) == (False, True)
    assert shell("assess", "--as-of", date(2026, 11, 21).isoformat(), "--json").json == []
