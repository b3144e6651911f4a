# SPDX-License-Identifier: Apache-2.0
"""A lock has one holder, says who it is, and dies with it."""

import errno
import fcntl
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadglass.errors import BusyError, StateError
from leadglass.store import locks

HOLDER = """
import sys
from pathlib import Path
from leadglass.store import locks
with locks.hold(Path(sys.argv[1]), wait=0, why="publish a snapshot"):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold_elsewhere(path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    assert child.stdout.readline() == "held\n"
    return child


def test_the_sentence_names_the_holder_since_when_and_why(tmp_path):
    path = tmp_path / "publish.lock"
    with hold_elsewhere(path) as child:
        with pytest.raises(BusyError) as caught, locks.hold(path, wait=0.1, why="rebuild"):
            raise AssertionError
        child.communicate()
    pattern = (
        rf"Process {child.pid} on \S+ holds publish\.lock since 20\S+ to publish a snapshot; nothing was "
    )
    assert re.match(pattern, str(caught.value))


def test_a_second_hold_in_the_same_process_is_busy_too(tmp_path):
    path, moment = tmp_path / "a.lock", datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    with locks.hold(path, wait=0, why="settle", clock=lambda: moment):
        with pytest.raises(BusyError, match=re.escape("since 2026-03-01T08:00:00+00:00 to settle")):
            locks.hold(path, wait=0, why="settle").__enter__()
        assert f'"pid": {os.getpid()}' in path.read_text()
    assert path.read_text() == ""


def test_who_waits_gets_the_lock_when_the_holder_ends(tmp_path):
    path = tmp_path / "a.lock"
    with hold_elsewhere(path) as child:
        assert child.stdin
        child.stdin.close()
        with locks.hold(path, wait=60, why="go on"):
            assert "go on" in path.read_text()


def test_a_killed_holder_holds_nothing(tmp_path):
    path = tmp_path / "a.lock"
    with hold_elsewhere(path) as child:
        child.kill()
        child.wait()
    assert "publish a snapshot" in path.read_text()  # its note stays and does no harm
    with locks.hold(path, wait=0, why="go on"):
        assert "publish a snapshot" not in path.read_text()


FORKER = """
import os, sys
from pathlib import Path
from leadglass.store import locks
with locks.hold(Path(sys.argv[1]), wait=0, why="begin"):
    child = os.fork()
    if not child:
        sys.stdin.read()
        os._exit(0)
with locks.hold(Path(sys.argv[1]), wait=0, why="go on"):
    print("free", flush=True)
sys.stdin.close()
os.waitpid(child, 0)
"""


def test_a_forked_child_does_not_keep_what_its_parent_let_go(tmp_path):
    command = [sys.executable, "-c", FORKER, tmp_path / "a.lock"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.communicate("")[0] == "free\n"


def test_an_error_within_the_block_lets_go(tmp_path):
    path = tmp_path / "a.lock"
    with pytest.raises(ValueError, match="inside"), locks.hold(path, wait=0, why="fail"):
        raise ValueError("inside")
    with locks.hold(path, wait=0, why="go on"):
        assert path.exists()


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b"\xff", b'{"pid": 1}', b"null"])
def test_a_foreign_note_leaves_the_holder_unnamed(tmp_path, note):
    path = tmp_path / "a.lock"
    path.write_bytes(note)
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match=r"^Another process holds a\.lock; nothing was changed"):
            locks.hold(path, wait=0, why="look").__enter__()
    assert path.read_bytes() == note


def test_a_shared_guard_admits_others_like_it_and_keeps_the_lone_one_out(tmp_path):
    path = tmp_path / "guard"
    with locks.guard(path, shared=True), locks.guard(path, shared=True), path.open() as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
    with locks.guard(path), path.open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)


def test_a_folder_is_abandoned_when_nobody_lives_in_it(tmp_path):
    with locks.inhabit(tmp_path):
        assert not locks.is_abandoned(tmp_path)
    assert locks.is_abandoned(tmp_path)


def test_a_lock_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "a.lock").mkdir()
    with pytest.raises(
        StateError, match=r"The lock a\.lock cannot be written: Is a directory\. Nothing was ch"
    ):
        locks.hold(tmp_path / "a.lock", wait=0, why="look").__enter__()


def test_a_created_file_is_never_written_over(tmp_path):
    locks.create(tmp_path / "a", [b"one ", b"two"])
    assert (tmp_path / "a").read_bytes() == b"one two"
    assert (tmp_path / "a").stat().st_mode & 0o222 == 0
    with pytest.raises(FileExistsError):
        locks.create(tmp_path / "a", [b"three"])


def test_a_full_disk_is_told_in_a_sentence():
    expected = "The home cannot be written: No space left on device. Nothing was kept. Make room"
    with pytest.raises(StateError, match=expected), locks.told("The home", "Nothing was kept."):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
