"""kill -9 at random points of receive, publish, decide: nothing promised is lost, no half snapshot is read."""

import hashlib
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from leadglass.services.ledger.rebuild import rebuild
from tests.hospital import START, Clock, Hospital


def actor(home: Path, number: int) -> subprocess.Popen[str]:
    """Start the actor, which says what it promises."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.actor", str(home), str(number)],
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(home: Path, number: int, words: int, delay: float) -> list[tuple[str, str]]:
    """Run the actor, kill it `delay` seconds after so many words; returns what it promised."""
    worker = actor(home, number)
    assert worker.stdout is not None
    told = [worker.stdout.readline() for _ in range(words)]
    time.sleep(delay)
    worker.send_signal(signal.SIGKILL)
    told += worker.stdout.readlines()
    worker.wait()
    worker.stdout.close()
    return [(word, name) for line in told if line.endswith("\n") for word, name in [line.split()]]


def longest(home: Path, number: int) -> tuple[int, float]:
    """Let one actor live until it has decided; gives its words until then, and the longest time between two of them."""
    worker = actor(home, number)
    assert worker.stdout is not None
    told = [(worker.stdout.readline(), time.monotonic())]
    while not told[-1][0].startswith("decided"):
        assert worker.poll() is None
        told.append((worker.stdout.readline(), time.monotonic()))
    worker.kill()
    worker.wait()
    worker.stdout.close()
    return len(told), max(later - sooner for (_, sooner), (_, later) in pairwise(told))


def check(home: Path, promised: dict[str, set[str]], number: int) -> None:
    """Hold the home against all promises made so far."""
    hospital = Hospital(home, Clock(START + timedelta(days=400 + number)))
    house = hospital.house
    receipts = {receipt.sha256 for receipt in house.documents.receipts()}
    assert promised["received"] <= receipts
    for name in receipts:
        with house.documents.open(name) as stream:
            assert hashlib.sha256(stream.read()).hexdigest() == name
    manifest = house.tables.current()
    if promised["published"]:
        assert manifest is not None
    for part in manifest.parts if manifest else ():
        content = (home / "tables" / "parts" / f"{part.sha256}.parquet").read_bytes()
        assert hashlib.sha256(content).hexdigest() == part.sha256
    assert promised["decided"] <= {decision.id for decision in house.register.decisions()}
    house.register.verify()
    house.log.verify()
    if manifest:
        assert hospital.list("devices")


def rounds(home: Path, kills: int) -> dict[str, set[str]]:
    """Kill so many workers, holding the home against their promises each time; gives the promises.

    A kill comes within each step alike, however slow the machine is that day: it is drawn behind which word it comes.
    """
    chance = random.Random(20261121)
    promised: dict[str, set[str]] = {"received": set(), "published": set(), "decided": set()}
    words, most = longest(home, 0)
    for number in range(1, kills + 1):
        for word, name in killed(home, number * 7, chance.randint(1, words), chance.uniform(0.0, most)):
            promised[word].add(name)
        check(home, promised, number)
    return promised


def settled(home: Path) -> tuple[str, ...]:
    """Assess after all the deaths, make the tables again, and name those that differ."""
    hospital = Hospital(home, Clock(START + timedelta(days=900)))
    hospital.assess()
    return rebuild(hospital.house).differing


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    promised = rounds(tmp_path / "home", 100)
    assert all(promised.values())
    assert settled(tmp_path / "home") == ()
