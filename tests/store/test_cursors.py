# SPDX-License-Identifier: Apache-2.0
"""A cursor is the old one or the new one, whatever happens while it is written."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadglass.errors import StateError
from leadglass.store import locks
from leadglass.store.cursors import CursorStore
from leadglass.values.cursors import Cursor, Gap

MORNING = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
OLD = Cursor(feed="nvd", source="https://nvd.example", position={"done": "2026-02-28T00:00:00.000"})
NEW = Cursor(
    feed="nvd", source="https://nvd.example", position={"done": "2026-03-01T00:00:00.000", "paging": {"tail": ["CVE-2026-0001"]}},
    tried_at=MORNING, completed_at=MORNING, gaps=(Gap(what="2019", why="It was cut.", since=MORNING),), error="It was cut.",
    remarks=("One is unsigned.",),
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return CursorStore(tmp_path)


def test_a_cursor_is_read_as_it_was_written(store):
    assert store.read("nvd") is None
    store.write(OLD)
    store.write(NEW)
    assert store.read("nvd") == NEW
    assert store.read("kev") is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"format": 9, "feed": "nvd"}', b'{"format": 1, "feed": "kev"}']
)
def test_what_is_no_cursor_counts_as_lost_and_says_so(store, tmp_path, content):
    store.write(NEW)
    (tmp_path / "feeds" / "nvd.json").chmod(0o600)
    (tmp_path / "feeds" / "nvd.json").write_bytes(content)
    lost = store.read("nvd")
    assert lost is not None
    assert (lost.position, lost.source) == ({}, "")
    assert "everything is fetched again" in lost.error


@pytest.mark.parametrize("call", [1, 2])
def test_a_disk_that_fails_leaves_the_old_cursor_or_the_new(store, monkeypatch, call):
    store.write(OLD)
    calls = []

    def fail(_path: Path) -> None:
        calls.append(1)
        if len(calls) == call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(locks, "fsync", fail)
        with pytest.raises(StateError, match=r"The cursor of the feed nvd cannot be written: No space left"):
            store.write(NEW)
    assert store.read("nvd") == (OLD if call == 1 else NEW)
    store.write(NEW)
    assert store.read("nvd") == NEW


def test_the_bytes_are_on_the_disk_before_their_name_and_the_name_before_it_returns(
    store, tmp_path, monkeypatch
):
    store.write(OLD)
    place, seen = tmp_path / "feeds" / "nvd.json", []
    monkeypatch.setattr(
        locks, "fsync", lambda path: seen.append((path.name, b"2026-03-01" in place.read_bytes()))
    )
    store.write(NEW)
    assert seen == [(".nvd.json", False), ("feeds", True)]


def test_a_draft_that_a_crash_left_is_no_hindrance(store, tmp_path):
    store.write(OLD)
    (tmp_path / "feeds" / ".nvd.json").write_bytes(b'{"form')
    assert store.read("nvd") == OLD
    store.write(NEW)
    assert store.read("nvd") == NEW
