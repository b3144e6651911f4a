# SPDX-License-Identifier: Apache-2.0
"""feeds sync as a user calls it: a sentence for each feed, JSON, exit codes, and what status says afterwards."""

import pytest

from tests.cli.shell import Shell
from tests.feeds.reader import POLICY
from tests.feeds.server import serving
from tests.feeds.world import World
from tests.hospital import fleet


@pytest.fixture
def server():
    with serving(World()) as there:
        yield there


@pytest.fixture
def shell(tmp_path, server):
    home = tmp_path / "home"
    (home / "policies").mkdir(parents=True)
    paceless = POLICY.replace("[nvd]", "[nvd]\npace = 0.0")
    for name in ("kev", "epss", "eol", "osv", "csaf", "cve"):
        paceless = paceless.replace(f"[{name}]", f"[{name}]\npace = 0.0")
    (home / "policies" / "feeds.toml").write_text(paceless, encoding="utf-8")
    return Shell(home, LEADGLASS_NOW="2026-11-02T07:00:00+00:00", **server.settings())


def test_each_feed_says_one_sentence_and_the_next_step(shell):
    ran = shell("feeds", "sync", "kev", "epss")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "CISA KEV is complete and current: 1 new document.",
        "EPSS is complete and current: 1 new document.",
        "Next: leadglass assess",
    ]
    again = shell("feeds", "sync", "kev", "epss")
    assert again.out.splitlines() == [
        "CISA KEV is complete and current: nothing new.",
        "EPSS is complete and current: nothing new.",
    ]


def test_a_feed_that_is_not_complete_gives_code_1_and_says_why(shell, server):
    shell("feeds", "sync", "kev")
    server.faults.append("login")
    ran = shell("feeds", "sync", "kev")
    assert ran.code == 1
    assert (
        "CISA KEV is not complete since 2026-11-02 07:00 UTC: CISA KEV did not send what it should" in ran.out
    )
    assert "It is a web page" in ran.out


def test_content_that_stands_still_gives_code_1(shell):
    ran = shell("feeds", "sync", "epss", LEADGLASS_NOW="2026-11-21T07:00:00+00:00")
    assert ran.code == 1
    assert "19 days old, and more than 7 is stale" in ran.out


def test_an_unknown_feed_gives_code_2(shell):
    ran = shell("feeds", "sync", "nvdd")
    assert (ran.code, ran.out) == (2, "")
    assert "There is no feed 'nvdd'" in ran.err


def test_a_policy_with_a_fault_gives_code_3(shell):
    (shell.home / "policies" / "feeds.toml").write_text("[kev]\nleast = 'many'\n", encoding="utf-8")
    ran = shell("feeds", "sync", "kev")
    assert ran.code == 3
    assert "[kev] least is 'many', which is no int" in ran.err
    (shell.home / "policies" / "feeds.toml").write_text("[kev]\nleats = 1\n", encoding="utf-8")
    assert "[kev] has no 'leats'" in shell("feeds", "sync", "kev").err


def test_json_tells_what_the_sentences_tell(shell, server):
    server.replaced["/csaf/2031/qm-1.json"] = b"{}"
    ran = shell("feeds", "sync", "csaf", "kev", "--json")
    assert ran.code == 1
    kev, csaf = ran.json
    assert (kev["feed"], kev["complete"], kev["new"], kev["taken"], kev["gaps"]) == ("kev", True, 1, 3, [])
    assert (csaf["complete"], csaf["completed_at"], csaf["new"]) == (False, None, 2)
    assert [set(gap) for gap in csaf["gaps"]] == [{"what", "why", "since"}]


def test_status_shows_the_last_complete_sync_and_gaps(shell, server):
    shell("feeds", "sync", "nvd", "kev", "epss", "csaf")
    server.world.advise("qm-1")
    server.replaced["/csaf/2031/qm-1.json"] = b"{}"
    assert shell("feeds", "sync", "csaf").code == 1
    shell.receive(inventory=fleet({"asset_tag": "CT-1"}))
    shell("assess")
    ran = shell("status", "--json")
    assert ran.code == 1
    feeds = {feed["name"]: feed for feed in ran.json["feeds"]}
    assert set(feeds) == {"Inventory", "NVD", "CISA KEV", "EPSS", "CSAF"}
    assert feeds["NVD"]["completed_at"] == "2026-11-02T07:00:00+00:00"
    assert (feeds["NVD"]["gaps"], feeds["NVD"]["records"] > 0) == ([], True)
    (gap,) = feeds["CSAF"]["gaps"]
    assert gap["what"].endswith("/csaf/2031/qm-1.json")
    assert feeds["CSAF"]["error"] == gap["why"]
    told = shell("status")
    assert "The last sync of CSAF was not complete" in told.out
    assert "missing since 2026-11-02" in told.out


def test_sync_is_for_machines_that_see_it_too(shell):
    ran = shell("feeds", "sync", "--help")
    assert ran.code == 0
    for word in ("--full", "--json", "leadglass feeds sync nvd --full"):
        assert word in ran.out
