"""The verbs that change or keep something, on the demo: say, decide, history, report, status, rebuild."""

from pathlib import Path

from tests.cli.shell import DEMO, Shell

KEV = (DEMO / "feeds" / "kev-extract.json").read_bytes()


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


def test_a_report_tells_what_a_scanner_saw(told: Shell, tmp_path: Path) -> None:
    assert told("report", tmp_path / "report.html").code == 0
    assert "Nessus says to have found it on this device" in (tmp_path / "report.html").read_text(
        encoding="utf-8"
    )


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


def test_an_action_that_vanishes_with_a_decision_waits_to_be_closed(demo: Shell) -> None:
    action = next(
        row
        for row in demo.rows("actions")
        if row["devices"][0]["device"] == "CT-102" and row["deed"] == "contain"
    )
    said = ("--owner", "A. Chair", "--reason", "moved to zone 4")
    assert demo("decide", action["id"], "--kind", "accept", "--until", "2026-12-01", *said).code == 0
    assert demo("say", "CT-102", "model", "Tomara 64", "--why", "type plate").code == 0
    told = demo("assess", "--top", "0").out
    assert f"{action['id']}: Nothing asks for this any more" in told
    assert f"Close it: leadglass decide {action['id']} --kind close" in told
    closed = demo("decide", action["id"], "--kind", "close", "--proof", "type plate", *said)
    assert closed.code == 0
    assert action["id"] not in demo("assess", "--top", "0").out
