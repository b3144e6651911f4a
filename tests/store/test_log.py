# SPDX-License-Identifier: Apache-2.0
"""The log is a chain: what was appended stays, and what was changed shows."""

import errno
import hashlib
import itertools
import json
import math
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadglass.errors import StateError
from leadglass.store.log import START, TORN, ChainLog

MORNING = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)

APPENDER = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from leadglass.store.log import ChainLog
log = ChainLog(Path(sys.argv[1]), lambda: datetime.now(UTC))
for n in itertools.count() if sys.argv[2] == "0" else range(int(sys.argv[2])):
    print(log.append("decision", {"n": n, "why": "x" * (n % 700)}), flush=True)
"""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(st.text(), json_values, max_size=4)


def make_log(path: Path) -> ChainLog:
    minutes = itertools.count()
    return ChainLog(path, lambda: MORNING + timedelta(minutes=next(minutes)))


def written(path: Path, count: int) -> ChainLog:
    log = make_log(path)
    for n in range(count):
        log.append("receive", {"name": f"fleet-{n}.csv", "rows": n})
    return log


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(), bodies), max_size=6))
def test_what_is_appended_is_read_back_in_order_and_chained(tmp_path_factory, said):
    log = make_log(tmp_path_factory.mktemp("law") / "log.jsonl")
    digests = [log.append(kind, body) for kind, body in said]
    entries = list(log.entries())
    assert [(entry["kind"], entry["body"]) for entry in entries] == said
    assert [entry["previous"] for entry in entries] == [START, *digests][: len(said)]
    assert [entry["n"] for entry in entries] == list(range(1, len(said) + 1))
    assert log.verify() == len(said)
    assert log.head() == (len(said), digests[-1] if digests else START)


def test_an_entry_is_a_line_that_anybody_can_check(tmp_path):
    written(tmp_path / "log.jsonl", 2)
    entry = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[1])
    digest = entry.pop("digest")
    assert entry["at"] == "2026-03-01T07:31:00+00:00"
    plain = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(plain).hexdigest() == digest


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_any_changed_byte_breaks_the_chain(tmp_path_factory, place, flip):
    path = tmp_path_factory.mktemp("flip") / "log.jsonl"
    log = written(path, 4)
    raw = bytearray(path.read_bytes())
    place %= len(raw) - 1  # the last newline: without it the last line counts as torn, see below
    raw[place] ^= flip
    if raw[place] == 0:
        raw[place] = ord("?")  # zeros at the end are what a power cut leaves, see below
    path.write_bytes(raw)
    with pytest.raises(StateError, match="is broken") as caught:
        log.verify()
    number = bytes(raw[:place]).count(b"\n") + 1
    assert f"at entry {number}:" in str(caught.value)


@pytest.mark.parametrize("order", [(0, 2), (0, 2, 1), (1, 2), (0, 1, 1, 2), (1, 0, 2)])
def test_a_missing_moved_or_doubled_entry_is_named(tmp_path, order):
    log = written(tmp_path / "log.jsonl", 3)
    lines = (tmp_path / "log.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "log.jsonl").write_bytes(b"".join(lines[n] for n in order))
    first = next(n for n, kept in enumerate(order) if n != kept) + 1
    with pytest.raises(
        StateError, match=f"at entry {first}: it says that it is number {order[first - 1] + 1}"
    ):
        log.verify()


def test_a_rewritten_entry_does_not_fit_the_next(tmp_path):
    path = tmp_path / "log.jsonl"
    written(tmp_path / "other.jsonl", 1)
    log = written(path, 3)
    ChainLog(tmp_path / "forged.jsonl", lambda: MORNING).append("receive", {"name": "never.csv"})
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes((tmp_path / "forged.jsonl").read_bytes() + b"".join(lines[1:]))
    with pytest.raises(StateError, match="at entry 2: it does not follow from the entry before"):
        log.verify()


@pytest.mark.parametrize("line", [b"{}\n", b"[]\n", b"null\n", b"\n", b"\xff\n", b"[" * 100_000 + b"\n"])
def test_a_foreign_line_is_broken_and_no_chain_goes_on_from_it(tmp_path, line):
    path = tmp_path / "log.jsonl"
    log = written(path, 2)
    path.write_bytes(path.read_bytes() + line)
    before = path.read_bytes()
    with pytest.raises(StateError, match="at entry 3: that is no entry"):
        log.verify()
    for use in (log.head, lambda: log.append("receive", {})):
        with pytest.raises(StateError, match="broken at its end: that is no entry"):
            use()
    assert path.read_bytes() == before


def test_a_torn_last_line_is_no_entry_and_the_next_append_says_that_it_was_cut(tmp_path):
    path = tmp_path / "log.jsonl"
    log = written(path, 3)
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start + 1, len(whole)):
        for tail in (b"", b"\0" * 100, b"\0" * 10 + b"\n"):
            path.write_bytes(whole[:end] + tail)
            assert log.verify() == 2
            log.append("decide", {"after": "the crash"})
            assert [entry["kind"] for entry in log.entries()] == ["receive", "receive", TORN, "decide"]
            cut = whole[start:end] + tail
            said = {"bytes": len(cut), "sha256": hashlib.sha256(cut).hexdigest()}
            assert list(log.entries())[2]["body"] == said
            assert log.verify() == 4


def test_a_first_line_that_is_torn_is_cut_too(tmp_path):
    (tmp_path / "log.jsonl").write_bytes(b'{"at"')
    log = make_log(tmp_path / "log.jsonl")
    assert log.head() == (0, START)
    log.append("decide", {})
    assert [entry["kind"] for entry in log.entries()] == [TORN, "decide"]
    assert log.verify() == 2


def test_an_append_returns_when_the_entry_and_the_name_of_the_log_are_on_the_disk(tmp_path, monkeypatch):
    path = tmp_path / "log.jsonl"
    synced, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file)) or fsync(file))
    log = written(path, 1)
    assert [(at.st_ino, at.st_size) for at in synced[:1]] == [(path.stat().st_ino, path.stat().st_size)]
    assert synced[1].st_ino == tmp_path.stat().st_ino
    log.append("decide", {})
    assert [(at.st_ino, at.st_size) for at in synced[2:]] == [(path.stat().st_ino, path.stat().st_size)]


def test_appending_reads_the_end_only(tmp_path, monkeypatch):
    log = written(tmp_path / "log.jsonl", 600)
    read = []
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda *args: read.append(args[1]) or pread(*args))
    log.append("receive", {})
    assert sum(read) < 20_000 < (tmp_path / "log.jsonl").stat().st_size
    assert log.head()[0] == 601


def test_an_entry_longer_than_a_block_is_found_again(tmp_path):
    log = make_log(tmp_path / "log.jsonl")
    log.append("long", {"text": "x" * 50_000})
    log.append("long", {"text": "y" * 50_000})
    log.append("short", {})
    assert log.verify() == log.head()[0] == 3


@pytest.mark.parametrize("body", [{"at": MORNING}, {"x": math.nan}, {"x": {1, 2}}, {1: 1, "a": 2}])
def test_what_json_cannot_say_is_refused_before_anything_is_written(tmp_path, body):
    log = written(tmp_path / "log.jsonl", 1)
    before = (tmp_path / "log.jsonl").read_bytes()
    with pytest.raises((TypeError, ValueError)):
        log.append("receive", body)
    assert (tmp_path / "log.jsonl").read_bytes() == before


def test_what_json_says_otherwise_is_chained_as_it_will_be_read(tmp_path):
    log = make_log(tmp_path / "log.jsonl")
    log.append("x", {"n": {10: 1, 9: (1, 2)}, "s": "\udce9"})
    assert log.verify() == 1
    assert next(log.entries())["body"] == {"n": {"10": 1, "9": [1, 2]}, "s": "\udce9"}


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "log.jsonl"
    log = written(path, 2)
    before = path.read_bytes()
    pwrite = os.pwrite

    def half(descriptor, data, offset):
        if len(data) < 40:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return pwrite(descriptor, data[:-30], offset)

    monkeypatch.setattr(os, "pwrite", half)
    with pytest.raises(
        StateError, match=r"log\.jsonl cannot be written: No space left.*The entry was not made"
    ):
        log.append("receive", {"name": "next.csv"})
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert log.verify() == 2


def test_a_log_that_shrinks_while_it_is_read_is_told(tmp_path):
    path = tmp_path / "log.jsonl"
    log = written(path, 400)
    reading = log.entries()
    next(reading)
    os.truncate(path, 10)
    with pytest.raises(StateError, match="is broken"):
        list(reading)


def test_two_processes_make_one_chain(tmp_path):
    path = tmp_path / "log.jsonl"
    command = [sys.executable, "-c", APPENDER, path, "120"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as one,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as two,
    ):
        told = set((one.communicate()[0] + two.communicate()[0]).split())
    assert (one.returncode, two.returncode) == (0, 0)
    log = make_log(path)
    assert log.verify() == 240
    assert {entry["digest"] for entry in log.entries()} == told


def kill_while_appending(path: Path, kills: int, seed: int) -> tuple[list[str], list[str]]:
    """Kill so many writers; gives what they told as appended, and what of it the log has, each in order."""
    chance, told = random.Random(seed), []
    for _ in range(kills):
        with subprocess.Popen(
            [sys.executable, "-c", APPENDER, path, "0"], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout
            told += [child.stdout.readline().strip() for _ in range(chance.randrange(1, 30))]
            child.kill()
            told += [line.strip() for line in child.stdout if line.endswith("\n")]
        log = make_log(path)
        log.verify()
        known = set(told)
        kept = [entry["digest"] for entry in log.entries() if entry["digest"] in known]
        assert kept == told
    return told, kept


def test_what_was_told_as_appended_outlives_kill_9(tmp_path):
    told, kept = kill_while_appending(tmp_path / "log.jsonl", 5, seed=1)
    assert len(told) >= 5
    assert kept == told


@pytest.mark.slow
def test_what_was_told_as_appended_outlives_a_hundred_kills(tmp_path):
    told, kept = kill_while_appending(tmp_path / "log.jsonl", 100, seed=2)
    assert len(told) >= 100
    assert kept == told
