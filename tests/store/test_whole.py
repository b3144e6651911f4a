# SPDX-License-Identifier: Apache-2.0
"""Documents that come as one whole count together: after a crash, beside a backup, beside a sweep."""

import hashlib
import io
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leadglass.errors import NotFoundError, PermissionDeniedError, StateError
from leadglass.store import locks, whole
from leadglass.store.whole import WholeStore
from leadglass.values.sources import Receipt

MORNING = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
PAPERS = [f"document {number}".encode() for number in range(7)]


def receipt_of(content: bytes) -> Receipt:
    sha256 = hashlib.sha256(content).hexdigest()
    return Receipt(sha256=sha256, name="f.csv", size=len(content), received=MORNING, by="os:mara")


def take(batch, papers=PAPERS):
    for content in papers:
        batch.keep(io.BytesIO(content), limit=1 << 20)
        batch.acknowledge(receipt_of(content))


def received(store) -> set[str]:
    return {receipt.sha256 for receipt in store.receipts()}


NAMES = {hashlib.sha256(content).hexdigest() for content in PAPERS}


@pytest.fixture
def store(tmp_path: Path) -> WholeStore:
    return WholeStore(tmp_path)


def test_all_count_at_the_end_and_none_before(store: WholeStore, tmp_path: Path) -> None:
    with store.whole() as batch:
        take(batch)
        assert received(store) == set()
        assert not (tmp_path / "documents").exists()
    assert received(store) == NAMES
    assert store.damage(thorough=True) == []
    assert not any((tmp_path / "pending").iterdir())


def test_an_error_leaves_nothing(store: WholeStore, tmp_path: Path) -> None:
    def fail() -> None:
        with store.whole() as batch:
            take(batch)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert received(store) == set()
    assert not any((tmp_path / "incoming").iterdir())


def test_more_than_a_batch_still_counts_at_once(store: WholeStore) -> None:
    many = [b"%d" % number for number in range(1_100)]  # an ordinary batch settles after 1,000
    with store.whole() as batch:
        take(batch, many)
        assert received(store) == set()
    assert len(received(store)) == 1_100


def crash_while_spreading(store: WholeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Die between two receipts that become files."""
    monkeypatch.setattr(whole, "_AT_ONCE", 2)
    spread, calls = WholeStore._spread_some, []

    def die(self, journal, lines):
        calls.append(lines)
        if len(calls) == 3:
            raise KeyboardInterrupt
        spread(self, journal, lines)

    with monkeypatch.context() as patch:
        patch.setattr(WholeStore, "_spread_some", die)
        with pytest.raises(KeyboardInterrupt), store.whole() as batch:
            take(batch)


def test_the_next_opening_finishes_what_counted(
    store: WholeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_while_spreading(store, monkeypatch)
    assert 0 < len(received(store)) < len(NAMES)
    fresh = WholeStore(tmp_path)
    fresh.recover()
    fresh.recover()
    assert received(fresh) == NAMES
    assert not any((tmp_path / "pending").iterdir())


def test_a_sweep_takes_nothing_of_it_for_garbage(
    store: WholeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_while_spreading(store, monkeypatch)
    assert WholeStore(tmp_path).sweep(now=datetime.now(UTC) + timedelta(days=2)) == 0
    assert received(store) == NAMES
    assert store.damage(thorough=True) == []


def test_a_damaged_journal_is_named(store: WholeStore, tmp_path: Path) -> None:
    (tmp_path / "pending").mkdir()
    (tmp_path / "pending" / "a.jsonl").write_bytes(b"{}\n")
    with pytest.raises(StateError, match="pending/ is damaged"):
        store.recover()


def test_who_copies_receipts_waits_until_all_are_there(store: WholeStore, tmp_path: Path) -> None:
    done = threading.Event()

    def taking() -> None:
        with store.whole() as batch:
            take(batch)
        done.set()

    with locks.guard(tmp_path / "documents.lock", shared=True):  # as a backup holds it
        worker = threading.Thread(target=taking)
        worker.start()
        assert not done.wait(0.5)
        assert received(WholeStore(tmp_path)) == set()
    worker.join(30)
    assert received(store) == NAMES


def test_what_was_erased_meanwhile_or_is_not_kept_lets_nothing_in(store: WholeStore) -> None:
    with store.whole() as batch:
        take(batch, PAPERS[:1])
    name = hashlib.sha256(PAPERS[0]).hexdigest()

    def late() -> None:
        with store.whole() as batch:
            take(batch)
            store.erase(name, reason="not ours", by="mara", at=MORNING)

    with pytest.raises(PermissionDeniedError, match="was erased"):
        late()
    assert received(store) == {name}
    with pytest.raises(NotFoundError), store.whole() as batch:
        batch.acknowledge(receipt_of(b"never kept"))
