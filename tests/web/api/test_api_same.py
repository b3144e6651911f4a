"""The command line says the same, to the byte, of the ledger of a server and of its own."""

import re
import shutil
from datetime import datetime

import pytest

from leadglass import compose
from leadglass.services.api import far
from tests import hospital as papers
from tests.cli.shell import NOW, Shell
from tests.web.api.ledgers import CVE, HARBOR, People, home_of
from tests.web.api.served import served

pytestmark = pytest.mark.service

LOOKS = [
    *(f"{name}{how}" for name in (
        "devices", "products", "components", "findings", "vulnerabilities", "actions", "questions", "statements", "sightings",
        "remarks", "sources") for how in ("", " --json", " --csv")),
    "devices --site Harbor --modality us", "devices --skip 1 --top 2", "devices --site Nowhere", "findings --device HB-001",
    "findings --status affected --top 1", "findings --status safe", "findings --device ZZ", "vulnerabilities --all --csv",
    "show HB-001", "show HB-001 --json", f"show {CVE}", f"show {CVE} --json", "show ZZ", "status", "status --json", "history",
    "history HB-001 --json", "history --verify", "letter Pellar", "watch --list", "orders list", "orders list --json", "assess", "assess --json --top 1",
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A ledger on which people have said something."""
    hospital = home_of(tmp_path_factory.mktemp("same"))
    hospital.decide(CVE, until=hospital.clock().date().replace(month=12))
    return hospital.home


class Both:
    """The same call on two equal homes: here, and by a server."""

    def __init__(self, here, url, token):
        self.here = Shell(here)
        self.there = Shell(None, LEADGLASS_TOKEN=token)
        self.url = url

    def __call__(self, *words, given=b""):
        here = self.here(*words, given=given)
        there = self.there("--server", self.url, *words, given=given)
        return here, there


@pytest.fixture(scope="module")
def both(home, tmp_path_factory):
    """One home for both: for calls that look."""
    shell = Shell(home)
    assert shell("assess").code == 0
    token = issued(home)
    with served(home, LEADGLASS_NOW=NOW) as url:
        yield Both(home, url, token)


def issued(home):
    house = compose.build(home, clock=compose.StatedClock(datetime.fromisoformat(NOW)))
    return People(house).token("administrator", "security_analyst", "auditor", "clinical_engineer")


@pytest.mark.parametrize("call", LOOKS)
@pytest.mark.parametrize("columns", ["80", "160"])
def test_a_look_is_the_same(both, call, columns):
    both.here.environment["COLUMNS"] = both.there.environment["COLUMNS"] = columns
    here, there = both(*call.split())
    assert (there.code, there.raw, there.err) == (here.code, here.raw, here.err)


def test_every_finding_is_explained_alike(both):
    for row in both.here("findings", "--json").json:
        for how in ((), ("--json",)):
            here, there = both("explain", row["id"], *how)
            assert (there.code, there.raw) == (0, here.raw)


def test_a_listing_of_many_pages_is_one(both, monkeypatch):
    monkeypatch.setattr(far, "MOST_ROWS", 1)
    for name in ("devices", "findings", "actions", "sources"):
        here, there = both(name, "--json")
        assert there.raw == here.raw


def masked(text):
    """Without the ids of decisions and snapshots, which tell of the second in which they were made, and of the person."""
    return re.sub(r"\b(X-[0-9a-z]+|[Ss]napshot [0-9a-f]{16}|os:\w+|service-\w+)", "#", text)


def test_what_people_say_and_receive_is_told_alike(home, tmp_path):
    """Two equal homes, the same calls in turn: one here, the other by its server."""
    token = issued(home)
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for place in (mine, theirs):
        shutil.copytree(home, place)
    inventory = tmp_path / "more.csv"
    inventory.write_bytes(
        papers.fleet({"manufacturer": "Quillon", "model": "Tomara 64", "asset_tag": "HB-777", "site": HARBOR})
    )
    broken = tmp_path / "odd.bin"
    broken.write_bytes(b"\0\1\2")
    with served(theirs, LEADGLASS_NOW=NOW) as url:
        both = Both(mine, url, token)
        question = both.here("questions", "--json").json[0]["id"]
        for call in (
            ("say", "HB-001", "room", "1.01", "--why", "seen"),
            ("say", "HB-001", "colour", "red"),
            ("receive", str(inventory)),
            ("receive", str(inventory), str(broken), "--json"),
            ("receive", str(tmp_path / "none")),
            ("receive", "-", "--preview"),
            ("answer", question, "", "--why", "x"),
            ("answer", question, "2.8", "--why", "seen"),
            ("answer", question, "--withdraw", "--why", "a slip"),
            ("decide", CVE, "--kind", "accept", "--owner", "A. Chair", "--reason", "moved to zone 4"),
            (
                "decide",
                CVE,
                "--kind",
                "compensate",
                "--owner",
                "A. Chair",
                "--reason",
                "zone 4",
                "--until",
                "2027-01-31",
            ),
            ("assess", "--top", "2"),
            ("watch", "Novum 9", "--maker", "Quillon"),
            ("watch", "--list"),
            ("findings", "--csv"),
            ("history", "--json"),
        ):
            here, there = both(*call, given=inventory.read_bytes())
            assert (there.code, masked(there.err)) == (here.code, masked(here.err)), (call, there.out)
            if call[0] != "history":
                assert masked(there.out) == masked(here.out), call
        assert [one["change"]["why"] for one in there.json] == [one["change"]["why"] for one in here.json]
        assert {one["change"]["origin"].partition(" lg_")[0] for one in there.json} <= {
            "token",
            "cli",
            "test",
            "local",
        }


def test_work_orders_go_out_and_come_back_alike(home, tmp_path):
    token = issued(home)
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for place in (mine, theirs):
        shutil.copytree(home, place)
    with served(theirs, LEADGLASS_NOW=NOW) as url:
        both = Both(mine, url, token)
        both("assess")
        action = both.here("actions", "--json").json[0]["id"]

        def same(*words):
            here, there = both(*words)
            assert (there.code, masked(there.out), masked(there.err)) == (
                here.code,
                masked(here.out),
                masked(here.err),
            )
            return here

        assert "No system that takes work orders is named" in same("orders", "send", action).err
        assert "No work order was asked for at 'Nowhere'" in same("orders", "list", "--site", "Nowhere").out
        files = [tmp_path / "here.csv", tmp_path / "there.csv"]
        told = [
            shell(*server, "orders", "send", action, "--csv", str(file)).out.replace(str(file), "FILE")
            for shell, server, file in zip(
                (both.here, both.there), ((), ("--server", url)), files, strict=True
            )
        ]
        assert told[0] == told[1]
        assert files[0].read_bytes() == files[1].read_bytes()
        assert same("orders", "send", "--csv", str(files[0])).code != 0
        lines = same("orders", "list", "--json").json
        assert {line["state"] for line in lines} == {"open"}
        key, site = lines[0]["key"], lines[0]["site"]
        assert {line["site"] for line in same("orders", "list", "--site", site, "--json").json} == {site}
        export = tmp_path / "export.csv"
        head = "External Reference;Work Order;Status;Installed Version;Completion Notes"
        export.write_text(f"{head}\n{key};77;Completed;9.9;report 7\n", encoding="utf-8")
        assert "1 newly closed" in same("orders", "take", str(export)).out
        same("orders", "take", str(export), "--json")
        assert "It was closed with version 9.9" in same("orders", "list").out
        question = next(row["id"] for row in same("questions", "--json").json if row["kind"] == "order")
        same("show", question)
        same("answer", question, "ours", "--why", "the console shows another", "--no-assess")
        same("answer", question, "--withdraw", "--why", "a slip", "--no-assess")
        assert "Confirmed: 77, version 9.9." in same("orders", "confirm", key).out
        same("orders", "list", "--json")
        same("orders", "confirm", "O-none")


def test_a_token_of_one_site_shows_that_site_alone(both, home):
    house = compose.build(home, clock=compose.StatedClock(datetime.fromisoformat(NOW)))
    token = People(house).token("viewer", site="Coast")
    told = Shell(None, LEADGLASS_TOKEN=token)("--server", both.url, "devices", "--json")
    assert [row["asset_tag"] for row in told.json] == ["CO-001"]
    refused = Shell(None, LEADGLASS_TOKEN=token)("--server", both.url, "say", "CO-001", "room", "1")
    assert (refused.code, "needs the permission 'answer'" in refused.err) == (2, True)
    gone = Shell(None, LEADGLASS_TOKEN="lg_gone")("--server", both.url, "devices")
    assert "This token does not hold: it expired" in gone.err


def test_a_token_of_one_site_receives_by_the_command_line_what_is_of_that_site(home, tmp_path):
    theirs = tmp_path / "theirs"
    shutil.copytree(home, theirs)
    house = compose.build(theirs, clock=compose.StatedClock(datetime.fromisoformat(NOW)))
    shell = Shell(None, LEADGLASS_TOKEN=People(house).token("clinical_engineer", site=HARBOR))
    device = {"manufacturer": "Quillon", "model": "Tomara 64", "asset_tag": "HB-901", "site": HARBOR}
    papers_ = {"mine.csv": papers.fleet(device), "theirs.csv": papers.fleet({**device, "site": "Coast"})}
    for name, raw in papers_.items():
        (tmp_path / name).write_bytes(raw)
    with served(theirs, LEADGLASS_NOW=NOW) as url:
        mine = shell("--server", url, "receive", str(tmp_path / "mine.csv"))
        other = shell("--server", url, "receive", str(tmp_path / "theirs.csv"))
    assert mine.code == 0, mine.err
    assert "1 device" in mine.out
    assert other.code != 0
    assert "Ask somebody who receives for all sites" in " ".join(other.out.split())
    kept = {receipt.name.rpartition("/")[2] for receipt in house.documents.receipts()}
    assert kept & set(papers_) == {"mine.csv"}
