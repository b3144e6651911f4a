# SPDX-License-Identifier: Apache-2.0
"""The whole flow of the command line with the register on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.conftest import assess_demo
from tests.cli.shell import DEMO, Shell
from tests.postgresql import postgresql

WORDS = "four words nobody says"
pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with postgresql(tmp_path_factory) as started:
        yield started


def fresh(server: Any, name: str) -> str:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url: str = server.get_uri(name)
    return url


def test_the_whole_flow(server: Any, assessed: Shell, tmp_path: Path) -> None:
    url = fresh(server, "flow")
    shell = assess_demo(Shell(tmp_path / "home", LEADGLASS_DATABASE_URL=url))
    assert not list(shell.home.glob("*.sqlite*"))
    assert [row["id"] for row in shell.rows("findings")] == [row["id"] for row in assessed.rows("findings")]
    action = shell.rows("actions")[0]
    said = ("--kind", "accept", "--owner", "A. Chair", "--reason", "moved to zone 4", "--until", "2026-12-01")
    assert shell("decide", action["id"], *said).code == 0
    assert shell("actions", "--id", action["id"], "--json").json[0]["state"] == "settled"
    assert shell("receive", DEMO / "advisories").code == 0
    assert shell("assess", "--json").code == 0
    asked = next(row for row in shell.rows("questions") if row["kind"] == "version")
    assert "Findings now: " in shell("answer", asked["id"], "2.8").out
    assert shell("say", "CT-102", "model", "Tomara 64", "--why", "type plate").code == 0
    assert shell("assess", "--json").code == 0
    assert shell("history", "--verify").code == 0
    assert shell("history", action["id"]).code == 0
    assert len(shell.rows("devices", "--as-of", "2026-11-21")) == 62
    assert shell("explain", shell.rows("findings", "--top", "1")[0]["id"]).code == 0
    assert shell("report", tmp_path / "report.html").code == 0
    assert shell("status").code == 1
    assert shell("rebuild", "--json").json["equal"] is True

    kept = tmp_path / "ledger.backup"
    assert shell("backup", kept, LEADGLASS_PASSPHRASE=WORDS).code == 0
    for name, where in (("postgresql", fresh(server, "restored")), ("sqlite", "")):
        back = Shell(tmp_path / name, LEADGLASS_DATABASE_URL=where)
        ran = back("restore", kept, LEADGLASS_PASSPHRASE=WORDS)
        assert ran.code == 0, ran.err
        for listing in ("devices", "findings", "actions", "questions"):
            assert back.rows(listing) == shell.rows(listing), (name, listing)
        assert (
            back("history", "--json", "--top", "1000").json
            == shell("history", "--json", "--top", "1000").json
        )
        assert back("history", "--verify").code == 0


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2"
    ran = Shell(tmp_path / "home", LEADGLASS_DATABASE_URL=url)("status")
    assert ran.code == 3
    assert "Traceback" not in ran.err
    assert len(ran.err.strip()) > 20


def test_a_register_that_is_in_use_is_not_written_over_by_a_restore(
    server: Any, assessed: Shell, tmp_path: Path
) -> None:
    kept = tmp_path / "ledger.backup"
    assert assessed("backup", kept, LEADGLASS_PASSPHRASE=WORDS).code == 0
    used = Shell(tmp_path / "used", LEADGLASS_DATABASE_URL=fresh(server, "used"))
    assert used("receive", DEMO / "fleet").code == 0
    assert used("assess", "--json").code == 0
    new = Shell(tmp_path / "new", LEADGLASS_DATABASE_URL=used.environment["LEADGLASS_DATABASE_URL"])
    ran = new("restore", kept, LEADGLASS_PASSPHRASE=WORDS)
    assert ran.code in {2, 3}, ran.out
    assert not new.home.exists()
    assert len(used.rows("devices")) == 62
