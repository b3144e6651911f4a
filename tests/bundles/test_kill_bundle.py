# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any point of taking or making a bundle: all of it counts or nothing does, and the next run is right."""

import gc
import io
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from leadglass.services.feeds.bundle import Wish, bundle
from leadglass.services.feeds.take import take
from leadglass.store import whole
from tests.bundling import PASSPHRASE, Pair, record
from tests.hospital import Hospital

STEPS = frozenset({"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "tempfile.mkdtemp"})
DOCUMENTS = 12


def in_a_child(work: Callable[[], None], place: Path, step: int | None, report: Path) -> int:
    """Do the work in a child that dies before its `step`-th step on a file below `place`; gives how it ended."""
    gc.collect()
    gc.freeze()  # what earlier tests left is not for the child to let go of: the threads of its engines are not there
    child = os.fork()
    if child:
        gc.unfreeze()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = [step if step is not None else sys.maxsize]

    def die(event: str, arguments: tuple[object, ...]) -> None:
        if event in STEPS and any(str(place) in str(argument) for argument in arguments):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        sys.addaudithook(die)
        work()
        steps = sys.maxsize - left[0]
        report.write_text(str(steps))
        code = 0
    finally:
        os._exit(code)


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Pair, Path, set[str]]:
    """A taker that knows one document of the bundle already."""
    monkeypatch.setattr(whole, "_AT_ONCE", 3)  # so that receipts reach the disk in several goes
    pair = Pair(tmp_path)
    papers = [record(f"CVE-2031-{number}") for number in range(1000, 1000 + DOCUMENTS)]
    pair.maker.receive(*papers)
    pair.taker.receive(papers[0])
    made = pair.bundle()
    names = {one.sha256 for one in made.contents.documents}
    pair.taker.house.register.close()
    return pair, made.path, names


def taking(home: Path, path: Path, pair: Pair) -> Callable[[], None]:
    def work() -> None:
        take(Hospital(home, pair.clock).house, io.BytesIO(path.read_bytes()))

    return work


def kill_while_taking(
    bundled: tuple[Pair, Path, set[str]], tmp_path: Path, kills: int, seed: int
) -> tuple[int, int]:
    """Kill so many takings; gives after how many nothing had come, and after how many everything."""
    pair, path, names = bundled
    home, report = tmp_path / "counted", tmp_path / "steps"
    shutil.copytree(pair.taker.home, home)
    assert in_a_child(taking(home, path, pair), home, None, report) == 0
    steps = int(report.read_text())
    assert steps > 40
    nothing = everything = 0
    chance = random.Random(seed)
    for number, step in enumerate(chance.sample(range(steps), min(kills, steps))):
        home = tmp_path / f"home-{number}"
        shutil.copytree(pair.taker.home, home)
        assert in_a_child(taking(home, path, pair), home, step, report) == -signal.SIGKILL
        hospital = Hospital(home, pair.clock)  # the next opening of the home
        store = hospital.house.documents
        brought = {receipt.sha256 for receipt in store.receipts() if receipt.way} & names
        assert brought in (set(), names), f"half taken at step {step}"
        nothing, everything = nothing + (not brought), everything + bool(brought)
        assert store.damage(thorough=True) == []
        taken = take(hospital.house, io.BytesIO(path.read_bytes()))
        assert taken.again == bool(brought)
        received = [receipt.sha256 for receipt in store.receipts() if receipt.way]
        assert set(received) >= names
        assert len(received) == len(set(received)) == DOCUMENTS + 1  # each once, and the signed list
        store.sweep(now=pair.clock() + timedelta(days=9))
        assert not any((home / "pending").iterdir())
        assert {path.stem for path in home.glob("documents/*/*")} == {r.sha256 for r in store.receipts()}
        hospital.house.register.close()
        shutil.rmtree(home)
    return nothing, everything


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_kills_leave_all_or_nothing(bundled: tuple[Pair, Path, set[str]], tmp_path: Path) -> None:
    nothing, everything = kill_while_taking(bundled, tmp_path, kills=100, seed=2)
    assert nothing
    assert everything
    assert nothing + everything == 100


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_while_a_bundle_is_made_leave_a_whole_one_or_none(
    bundled: tuple[Pair, Path, set[str]], tmp_path: Path
) -> None:
    pair, _, names = bundled
    report = tmp_path / "steps"

    def making(folder: Path) -> Callable[[], None]:
        def work() -> None:
            bundle(Hospital(folder / "maker", pair.clock).house, folder / "out.tar", Wish(), PASSPHRASE)

        return work

    pair.maker.house.register.close()
    folder = tmp_path / "counted"
    shutil.copytree(pair.maker.home, folder / "maker")
    assert in_a_child(making(folder), folder, None, report) == 0
    chance, seen = random.Random(7), set[bool]()
    for number, step in enumerate(chance.sample(range(int(report.read_text())), 25)):
        folder = tmp_path / f"making-{number}"
        shutil.copytree(pair.maker.home, folder / "maker")
        assert in_a_child(making(folder), folder, step, report) == -signal.SIGKILL
        seen.add((folder / "out.tar").exists())
        if (folder / "out.tar").exists():
            assert names <= _taken(pair, folder)
        made = bundle(Hospital(folder / "maker", pair.clock).house, folder / "next.tar", Wish(), PASSPHRASE)
        assert made.contents.sequence in {2, 3}
        shutil.rmtree(folder)
    assert False in seen


def _taken(pair: Pair, folder: Path) -> set[str]:
    home = folder / "taker"
    shutil.copytree(pair.taker.home, home)
    house = Hospital(home, pair.clock).house
    take(house, io.BytesIO((folder / "out.tar").read_bytes()))
    return {receipt.sha256 for receipt in house.documents.receipts()}
