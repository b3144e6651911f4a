# SPDX-License-Identifier: Apache-2.0
"""What was told as received outlives kill -9, power cuts and full disks, and two processes may receive at once."""

import errno
import hashlib
import io
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leadglass.errors import NotFoundError, StateError
from leadglass.store import locks
from leadglass.store.documents import DocumentStore
from leadglass.values.sources import Receipt

MORNING = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
FLEET = b"asset_tag,manufacturer,model\nCT-014,Aurelian,Halo 64\n"

RECEIVER = """
import hashlib, io, random, sys
from datetime import UTC, datetime
from pathlib import Path
from leadglass.store.documents import DocumentStore
from leadglass.values.sources import Receipt

store, chance, rounds = DocumentStore(Path(sys.argv[1])), random.Random(int(sys.argv[2])), int(sys.argv[3])

def receive(documents):
    content = b"%d,CT\\n" % chance.randrange(400) * chance.choice((0, 1, 50, 4000)) + chance.randbytes(chance.choice((0, 9000)))
    sha256, size, known = documents.keep(io.BytesIO(content), limit=1 << 20)
    assert sha256 == hashlib.sha256(content).hexdigest()
    documents.acknowledge(Receipt(sha256=sha256, name="f.csv", size=size, received=datetime.now(UTC), by="os:mara"))
    return sha256

while rounds:
    rounds -= 1
    if chance.random() < 0.7:
        print(receive(store), flush=True)
    else:
        with store.batch() as batch:
            received = [receive(batch) for _ in range(chance.randrange(1, 25))]
        print("\\n".join(received), flush=True)
"""


DYING = """
import os, signal, sys
left = int(sys.argv.pop())

def die(event, arguments):
    global left
    left -= event in steps and any(sys.argv[1] in str(argument) for argument in arguments)
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

steps = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "tempfile.mkdtemp"}
sys.addaudithook(die)
"""


def start(home: Path, seed: int, rounds: int = -1) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RECEIVER, str(home), str(seed), str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def whole_documents(home: Path) -> set[str]:
    """Read every file that has a document's name; what is half or damaged raises."""
    store, found = DocumentStore(home), set()
    for path in home.glob("documents/*/*"):
        assert hashlib.sha256(store.read(path.stem)).hexdigest() == path.stem
        found.add(path.stem)
    return found


def check_after_kills(home: Path, kills: int, seed: int) -> DocumentStore:
    """Kill so many receivers, holding the store against what they told each time; gives the store after one that lived."""
    chance = random.Random(seed)
    for number in range(kills):
        told = set()
        with start(home, seed=seed * 1_000 + number) as child:
            assert child.stdout
            told |= {child.stdout.readline().strip() for _ in range(chance.randrange(40))}
            child.kill()
            told |= {line.strip() for line in child.stdout if line.endswith("\n")}
        assert child.returncode == -9
        store = DocumentStore(home)
        assert told <= {receipt.sha256 for receipt in store.receipts()}
        assert store.damage() == []
        for sha256 in told:
            assert hashlib.sha256(store.read(sha256)).hexdigest() == sha256
    with start(home, seed=seed, rounds=20) as child:
        told = set(child.communicate()[0].split())
    assert child.returncode == 0
    store = DocumentStore(home)
    received = {receipt.sha256 for receipt in store.receipts()}
    assert told <= received <= whole_documents(home)
    store.sweep(now=datetime.now(UTC) + timedelta(hours=2))
    assert whole_documents(home) == received
    assert not any((home / "incoming").iterdir())
    return store


def test_nothing_that_was_told_as_received_is_lost_by_kill_9(tmp_path):
    assert check_after_kills(tmp_path, kills=10, seed=1).damage(thorough=True) == []


@pytest.mark.slow
def test_nothing_that_was_told_as_received_is_lost_by_a_hundred_kills(tmp_path):
    assert check_after_kills(tmp_path, kills=100, seed=2).damage(thorough=True) == []


@pytest.mark.slow
def test_a_kill_at_every_single_step_loses_nothing(tmp_path):
    for step in range(1_000):
        home, told = tmp_path / str(step), set()
        home.mkdir()
        command = [sys.executable, "-c", DYING + RECEIVER, str(home), "3", "4", str(step)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            told |= set(child.communicate()[0].split())
        store = DocumentStore(home)
        assert told <= {receipt.sha256 for receipt in store.receipts()} <= whole_documents(home)
        assert store.damage(thorough=True) == []
        if child.returncode == 0:
            break
    assert step > 50
    assert len(told) > 3


@pytest.mark.parametrize("seeds", [(5, 5), (6, 7)])
def test_two_processes_receive_at_once(tmp_path, seeds):
    with start(tmp_path, seeds[0], rounds=40) as one, start(tmp_path, seeds[1], rounds=40) as two:
        told = set((one.communicate()[0] + two.communicate()[0]).split())
    assert (one.returncode, two.returncode) == (0, 0)
    store = DocumentStore(tmp_path)
    assert {receipt.sha256 for receipt in store.receipts()} == told == whole_documents(tmp_path)
    assert store.damage(thorough=True) == []


def receipt_of(content: bytes) -> Receipt:
    sha256 = hashlib.sha256(content).hexdigest()
    return Receipt(sha256=sha256, name="f.csv", size=len(content), received=MORNING, by="os:mara")


def keep(store: DocumentStore, content: bytes) -> str:
    return store.keep(io.BytesIO(content), limit=1 << 20)[0]


def receive(store: DocumentStore, content: bytes) -> str:
    sha256 = keep(store, content)
    store.acknowledge(receipt_of(content))
    return sha256


@pytest.fixture
def store(tmp_path):
    return DocumentStore(tmp_path)


def place_of(home: Path, sha256: str) -> Path:
    return home / "documents" / sha256[:2] / f"{sha256}.zst"


class Disk:
    """A disk that keeps only what was fsynced: contents by inode, and names by folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.contents: set[int] = set()
        self.names: dict[Path, dict[str, int]] = {}

    def fsync(self, path: Path) -> None:
        if path.is_dir():
            self.names[path] = {entry.name: entry.stat().st_ino for entry in path.iterdir()}
        else:
            self.contents.add(path.stat().st_ino)

    def has(self, path: Path) -> int | None:
        """Give the inode that a name leads to after a power cut, if every name on the way to it is there."""
        if path == self.home:
            return path.stat().st_ino
        if self.has(path.parent) is None:
            return None
        return self.names.get(path.parent, {}).get(path.name)


@pytest.mark.parametrize("count", [1, 7])
def test_a_power_cut_at_any_moment_loses_nothing_acknowledged(tmp_path, monkeypatch, count):
    disk, fsync = Disk(tmp_path), locks.fsync
    received = set()

    def power_may_fail_here():
        for path in (path for path in tmp_path.glob("receipts/*/*/*") if disk.has(path)):
            sha256 = json.loads(path.read_bytes())["sha256"]
            assert disk.has(path) in disk.contents
            assert disk.has(place_of(tmp_path, sha256)) in disk.contents
            received.add(sha256)
        for path in (path for path in tmp_path.glob("documents/*/*.zst") if disk.has(path)):
            assert disk.has(path) in disk.contents

    def observe(path):
        fsync(path)
        disk.fsync(path)
        power_may_fail_here()

    monkeypatch.setattr(locks, "fsync", observe)
    store = DocumentStore(tmp_path)
    contents = [f"document {n}".encode() for n in range(count)]
    if count == 1:
        receive(store, contents[0])
    else:
        with store.batch() as batch:
            for content in contents:
                receive(batch, content)
    assert received == {hashlib.sha256(content).hexdigest() for content in contents}


def test_a_full_disk_acknowledges_nothing(store, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(locks, "fsync", full)
        with pytest.raises(
            StateError, match=r"cannot be written: No space left on device\. What was not ackn"
        ):
            receive(store, FLEET)
    assert list(store.receipts()) == []
    assert store.read(receive(store, FLEET)) == FLEET


def test_a_crash_between_tombstone_and_bytes_leaves_nothing_readable(store, tmp_path, monkeypatch):
    sha256 = receive(store, FLEET)
    unlink = Path.unlink

    def die(path, *, missing_ok=False):
        if path.suffix == ".zst":
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", die)
        with pytest.raises(KeyboardInterrupt):
            store.erase(sha256, reason="retention", by="mara", at=MORNING)
    assert place_of(tmp_path, sha256).exists()
    with pytest.raises(NotFoundError, match="was erased"):
        store.read(sha256)
    assert store.sweep(now=datetime.now(UTC)) == 1
    assert not place_of(tmp_path, sha256).exists()


def test_sweep_removes_old_garbage_and_nothing_else(store, tmp_path):
    received = receive(store, FLEET)
    garbage = keep(store, b"nobody was told of this")
    (tmp_path / "incoming" / "tmp_of_a_killed_process").mkdir()
    (tmp_path / "incoming" / "tmp_of_a_killed_process" / "0").write_bytes(b"half")
    now = datetime.now(UTC)
    assert store.sweep(now=now + timedelta(minutes=59)) == 0
    assert store.read(garbage) == b"nobody was told of this"
    with store.batch() as batch:
        keep(batch, b"on its way")
        assert store.sweep(now=now + timedelta(minutes=61)) == 1
        assert len(list((tmp_path / "incoming").iterdir())) == 1
        batch.acknowledge(receipt_of(b"on its way"))
    assert len(list(store.receipts())) == 2
    assert store.read(received) == FLEET
    with pytest.raises(NotFoundError):
        store.read(garbage)
    assert not any((tmp_path / "incoming").iterdir())


def test_what_was_swept_meanwhile_is_not_acknowledged(store):
    keep(store, FLEET)

    def acknowledge_late():
        with store.batch() as batch:
            batch.acknowledge(receipt_of(FLEET))
            assert store.sweep(now=datetime.now(UTC) + timedelta(hours=2)) == 1

    with pytest.raises(NotFoundError, match="Receive it again"):
        acknowledge_late()
    assert list(store.receipts()) == []


MEASURE = """
import re, sys
from pathlib import Path
from leadglass.store.documents import DocumentStore

def peak():  # of this process alone; what getrusage says begins with the peak of its parent
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

class Feed:
    def __init__(self, size):
        self.left, self.line = size, b'{"cve": "CVE-2026-0001", "score": 9.8},' * 30_000
    def read(self, size):
        piece = self.line[: min(size, self.left)]
        self.left -= len(piece)
        return piece

store = DocumentStore(Path(sys.argv[1]))
store.keep(Feed(1_000_000), limit=1 << 40)
before = peak()
sha256, size, known = store.keep(Feed(300_000_000), limit=1 << 40)
with store.open(sha256) as stream:
    while stream.read(1 << 20):
        pass
print(size, peak() - before)
"""


def test_a_large_document_takes_little_memory(tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", MEASURE, tmp_path], capture_output=True, text=True, check=True
    )
    size, grown_kib = map(int, said.stdout.split())
    assert size == 300_000_000
    assert grown_kib < 16 * 1024, grown_kib
