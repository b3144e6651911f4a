# SPDX-License-Identifier: Apache-2.0
"""Several processes at one register, and processes that die in the middle."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from register_actor import WORDS_PER_CHANGE
from register_doubles import FileLog

ACTOR = Path(__file__).with_name("register_actor.py")


def begin(deed, home, url, *words):
    command = [sys.executable, "-W", "error", ACTOR, deed, home, url, home / "log.jsonl", *words]
    return subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end(process):
    told, faults = process.communicate(timeout=240)
    assert (process.returncode, faults) == (0, "")
    return told.split()


@pytest.mark.parametrize("number", [40, pytest.param(200, marks=pytest.mark.slow)])
def test_two_writers_and_a_reader_at_once_lose_nothing(opened, tmp_path, url, number):
    home, stop = tmp_path / "home", tmp_path / "stop"
    home.mkdir()
    reader = begin("watch", home, url, stop)
    assert reader.stdout.readline() == "ready\n"
    writers = [begin("count", home, url, number, name) for name in ("Ida Holm", "Jo Berg")]
    try:
        for writer in writers:
            assert end(writer) == ["done"]
    finally:
        stop.touch()
    assert int(end(reader)[0]) <= 2 * number

    log = FileLog(home / "log.jsonl")
    register = opened(home, url, log=log)
    words = register.words()
    assert sorted(int(said.value) for said in words) == list(range(1, 2 * number + 1))
    assert Counter(said.by for said in words) == {"Ida Holm": number, "Jo Berg": number}
    assert register.verify() == 2 * number
    assert [entry["body"]["number"] for entry in log.entries()] == list(range(1, 2 * number + 1))


def test_a_new_home_may_be_opened_by_several_processes_at_once(opened, tmp_path, url):
    home = tmp_path / "home"
    home.mkdir()
    writers = [begin("count", home, url, 3, f"person {number}") for number in range(4)]
    for writer in writers:
        assert end(writer) == ["done"]
    assert opened(home, url, log=FileLog(home / "log.jsonl")).verify() == 12


def settled(opened, home, url, log):
    """Open the register once the killed client's last word has arrived: a server may still be committing it."""
    while True:
        register = opened(home, url, log=log)
        changes = register.verify()
        time.sleep(0.05)
        if register.verify() == changes:
            return register, changes
        register.close()


@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_a_writer_that_is_killed_leaves_whole_changes_only(opened, tmp_path, url, rounds):
    home = tmp_path / "home"
    home.mkdir()
    pauses = random.Random(rounds)
    for _ in range(rounds):
        process = begin("pour", home, url)
        assert process.stdout.readline() == "ready\n"
        time.sleep(pauses.uniform(0, 0.15))
        process.kill()
        told, faults = process.communicate(timeout=60)
        assert faults == ""
        reported = [int(line) for line in told.split("\n")[:-1]]

        log = FileLog(home / "log.jsonl")
        register, changes = settled(opened, home, url, log)
        assert changes >= max(reported, default=0), "a change that was reported as kept is gone"
        assert Counter(int(said.value) for said in register.words()) == dict.fromkeys(
            range(1, changes + 1), WORDS_PER_CHANGE
        )
        assert len(register.devices()) == changes * WORDS_PER_CHANGE
        assert len(register.decisions()) == changes
        assert [entry["body"]["number"] for entry in log.entries()] == list(range(1, changes + 1))
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM leadglass_marker")
                assert cursor.fetchone() == (0,)
        register.close()
    assert changes > 0
