# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random points of a sync: nothing is lost, no half state is read, the next sync is right."""

import errno
import hashlib
import itertools
import json
import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from leadglass.errors import StateError
from leadglass.store import locks
from leadglass.store.cursors import CursorStore
from leadglass.store.documents import DocumentStore
from tests.feeds.reader import Reader
from tests.feeds.server import Server, serving
from tests.feeds.test_faults import differing, live
from tests.feeds.world import World

FEEDS = ("nvd", "kev", "epss", "csaf", "osv", "cve", "eol")
_ENDLESS = 10**9


class Nursery:
    """A process whose children sync and die."""

    def __init__(self, home: Path, server: Server) -> None:
        self.home, self.server = home, server
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.feeds.actor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, steps: int) -> tuple[int, list[str]]:
        """Let a child sync that dies after so many steps; returns its code and what it promised."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{self.home}\t{self.server.base}\t{steps}\n")
        self.process.stdin.flush()
        promised = []
        for line in self.process.stdout:
            word, name = line.split()
            if word == "ended":
                assert name in ("0", "-9"), name
                return int(name), promised
            promised.append(name)
        raise AssertionError("the process that has the children ended")

    def close(self) -> None:
        self.process.communicate()


def check(home: Path, promised: set[str]) -> None:
    """No half state: every document is whole, each cursor reads, and what it names is kept."""
    store, cursors = DocumentStore(home), CursorStore(home)
    assert store.damage() == []
    received = {receipt.sha256 for receipt in store.receipts()}
    for sha256 in received:
        assert hashlib.sha256(store.read(sha256)).hexdigest() == sha256
    for name in FEEDS:
        cursor = cursors.read(name)
        if cursor is None:
            assert name not in promised
            continue
        assert cursor.position or not cursor.completed_at
        assert "damaged" not in cursor.error
        stated = cursor.position.get("sha256")
        assert stated is None or stated in received
    assert not_before_its_documents(cursors, store)


def not_before_its_documents(cursors: CursorStore, store: DocumentStore) -> bool:
    """NVD's cursor never stands beyond the records that are kept."""
    cursor = cursors.read("nvd")
    paging = cursor.position.get("paging") if cursor else None
    if not cursor or not paging or paging["end"]:
        return True
    said = [
        json.loads(store.read(name))
        for name in {receipt.sha256 for receipt in store.receipts()}
        if store.read(name)[:1] == b"{"
    ]
    ids = {
        item["cve"]["id"] for one in said if one.get("format") == "NVD_CVE" for item in one["vulnerabilities"]
    }
    return len(ids) >= paging["index"]


def rounds(nursery: Nursery, kills: int, seed: int) -> int:
    """Kill so many syncs, each at a random point; between them the world goes on."""
    chance = random.Random(seed)
    died = 0
    longest = 60
    while died < kills:
        code, promised = nursery.run(chance.randrange(longest))
        if code == 0:
            live(nursery.server.world, chance)
            longest = max(longest // 2, 60)
        else:
            died += 1
            longest += 40
        check(nursery.home, set(promised))
    code, promised = nursery.run(_ENDLESS)
    assert code == 0
    assert set(promised) == set(FEEDS)
    return died


@pytest.fixture
def server():
    with serving(World()) as there:
        yield there


@pytest.fixture
def nursery(tmp_path, server):
    made = Nursery(tmp_path / "home", server)
    yield made
    made.close()


def settled(home: Path, server: Server) -> None:
    """After all the deaths one sync is right, and one more finds nothing new."""
    reader = Reader(home, server)
    reader.clock.moment += timedelta(days=900)
    told = reader.sync(*FEEDS)
    assert all(one.complete for one in told.values()), told
    assert {name: one.new for name, one in told.items() if one.new and name != "nvd"} == {}
    assert differing(reader, server.world) == {}


def full_at(monkeypatch, step: int) -> None:
    """Let the disk be full from a step on."""
    real, calls = locks.fsync, itertools.count()

    def fsync(path: Path) -> None:
        if next(calls) >= step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(path)

    monkeypatch.setattr(locks, "fsync", fsync)


@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_a_disk_that_is_full_from_any_step_on_leaves_no_gap(tmp_path, server, monkeypatch, stride):
    server.world.modify("CVE-2031-10003")
    for step in itertools.count(step=stride):
        home = tmp_path / str(step)
        reader = Reader(home, server)
        with monkeypatch.context() as patch:
            full_at(patch, step)
            try:
                whole = reader.one("nvd").complete
            except StateError:
                whole = False
        assert not_before_its_documents(CursorStore(home), DocumentStore(home))
        assert reader.one("nvd").complete
        assert {key for key in differing(reader, server.world) if key[0] == "nvd"} == set()
        if whole:
            break
    assert step > 20


def test_five_kills_of_a_sync_lose_nothing(nursery, server):
    assert rounds(nursery, 5, seed=11) == 5
    settled(nursery.home, server)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_two_hundred_kills_of_a_sync_lose_nothing(nursery, server):
    assert rounds(nursery, 200, seed=12) == 200
    settled(nursery.home, server)
