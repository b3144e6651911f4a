# SPDX-License-Identifier: Apache-2.0
"""Documents are kept as they came, count once they are acknowledged, and tell when they are damaged."""

import errno
import hashlib
import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from leadglass.errors import (
    BoundError,
    NotFoundError,
    PermissionDeniedError,
    StateError,
    UnreadableError,
    UsageError,
)
from leadglass.store import documents
from leadglass.store.documents import DocumentStore, Tombstone
from leadglass.values.sources import Receipt

MORNING = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
LIMIT = 1 << 30
FLEET = b"asset_tag,manufacturer,model\nCT-014,Aurelian,Halo 64\n"
FLEET_SHA = hashlib.sha256(FLEET).hexdigest()


def receipt_of(content: bytes, received: datetime = MORNING, name: str = "fleet.csv") -> Receipt:
    return Receipt(
        sha256=hashlib.sha256(content).hexdigest(),
        name=name,
        size=len(content),
        received=received,
        by="os:mara",
    )


def keep(store: DocumentStore, content: bytes) -> tuple[str, int, bool]:
    return store.keep(io.BytesIO(content), limit=LIMIT)


def receive(store: DocumentStore, content: bytes, received: datetime = MORNING) -> str:
    keep(store, content)
    receipt = receipt_of(content, received)
    store.acknowledge(receipt)
    return receipt.sha256


def place_of(home: Path, sha256: str) -> Path:
    return home / "documents" / sha256[:2] / f"{sha256}.zst"


def leftovers(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file() and path.name != "documents.lock")


@pytest.fixture
def store(tmp_path):
    return DocumentStore(tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(1, 12_000))
def test_what_is_kept_is_read_back_the_same(tmp_path_factory, seed, times):
    store, content = DocumentStore(tmp_path_factory.mktemp("law")), seed * times
    sha256, size, known = keep(store, content)
    assert (sha256, size, known) == (hashlib.sha256(content).hexdigest(), len(content), False)
    assert store.read(sha256) == content
    with store.open(sha256) as stream:
        assert b"".join(iter(lambda: stream.read(70_001), b"")) == content


def test_a_document_lies_packed_under_the_hash_of_its_plain_bytes(store, tmp_path):
    sha256 = receive(store, FLEET)
    raw = place_of(tmp_path, sha256).read_bytes()
    assert zstandard.ZstdDecompressor().decompressobj().decompress(raw) == FLEET
    assert place_of(tmp_path, sha256).stat().st_mode & 0o222 == 0


def test_a_receipt_is_a_small_file_that_anybody_can_read(store, tmp_path):
    receive(store, FLEET)
    (path,) = (tmp_path / "receipts" / "2026" / "03").iterdir()
    suffix = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert path.name == f"2026-03-01T073000.000000Z-{FLEET_SHA[:16]}-{suffix}.json"
    said = json.loads(path.read_text())
    assert (said["sha256"], said["received"], said["by"]) == (FLEET_SHA, "2026-03-01T07:30:00Z", "os:mara")


def test_the_same_bytes_are_known_once_they_were_acknowledged(store, tmp_path):
    assert keep(store, FLEET)[2] is False
    assert keep(store, FLEET)[2] is False  # nobody was told that they are received
    store.acknowledge(receipt_of(FLEET))
    assert keep(store, FLEET) == (FLEET_SHA, len(FLEET), True)
    assert keep(DocumentStore(tmp_path), FLEET)[2] is True


def test_what_another_process_acknowledged_is_known(store, tmp_path):
    receive(store, b"first")  # the store has looked at the receipts by now
    assert keep(store, b"first")[2] is True
    receive(DocumentStore(tmp_path), FLEET)
    assert keep(store, FLEET)[2] is True


def test_a_document_beyond_the_limit_leaves_nothing(store, tmp_path):
    with pytest.raises(BoundError, match="larger than 52 bytes; nothing of it was kept"):
        store.keep(io.BytesIO(FLEET), limit=len(FLEET) - 1)
    assert leftovers(tmp_path) == []
    assert store.keep(io.BytesIO(FLEET), limit=len(FLEET))[1] == len(FLEET)


def test_a_source_that_breaks_leaves_nothing(store, tmp_path):
    class Broken(io.RawIOBase):
        def read(self, _):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(UnreadableError, match="cannot be read to its end: Input/output error"):
        store.keep(Broken(), limit=LIMIT)
    assert leftovers(tmp_path) == []


def test_a_receipt_without_its_bytes_is_refused(store):
    with pytest.raises(NotFoundError, match="No document"):
        store.acknowledge(receipt_of(FLEET))
    assert list(store.receipts()) == []


def test_a_time_of_receipt_has_a_zone(store):
    keep(store, FLEET)
    with pytest.raises(UsageError, match="no time zone"):
        store.acknowledge(receipt_of(FLEET, datetime(2026, 3, 1)))  # noqa: DTZ001
    assert list(store.receipts()) == []


def test_receipts_come_in_order_of_time_and_hash(store):
    contents = [bytes([65 + n]) for n in range(12)]
    for n, content in enumerate(contents):
        receive(store, content, MORNING + timedelta(days=40 * (n % 3), microseconds=n % 2))
    found = list(store.receipts())
    assert len(found) == 12
    assert [(one.received, one.sha256) for one in found] == sorted(
        (one.received, one.sha256) for one in found
    )
    middle = MORNING + timedelta(days=40)
    assert list(store.receipts(until=middle)) == [one for one in found if one.received <= middle]
    assert list(store.receipts(until=MORNING - timedelta(seconds=1))) == []


def test_a_receipt_in_another_zone_stands_where_its_moment_is(store):
    receive(store, b"later", MORNING)
    receive(store, b"earlier", (MORNING - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=9))))
    assert [one.received for one in store.receipts()] == [MORNING - timedelta(minutes=1), MORNING]


def test_the_same_receipt_twice_is_one_and_another_is_another(store):
    receipt = receipt_of(FLEET)
    keep(store, FLEET)
    store.acknowledge(receipt)
    store.acknowledge(receipt)
    assert list(store.receipts()) == [receipt]
    store.acknowledge(replace(receipt, publisher="Aurelian"))
    assert {one.publisher for one in store.receipts()} == {"", "Aurelian"}


def test_a_file_name_that_is_no_utf_8_is_kept_in_the_receipt(store):
    receipt = receipt_of(FLEET, name=os.fsdecode(b"CT-014\xff.csv"))
    keep(store, FLEET)
    store.acknowledge(receipt)
    assert list(store.receipts()) == [receipt]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"sha256": 3}'])
def test_a_foreign_or_half_file_among_the_receipts_is_named_and_skipped(store, tmp_path, content):
    receive(store, FLEET)
    foreign = tmp_path / "receipts" / "2026" / "03" / "notes.json"
    foreign.write_bytes(content)
    assert list(store.receipts()) == [receipt_of(FLEET)]
    (remark,) = store.damage()
    assert remark.where == "receipts/2026/03/notes.json"
    assert "half written, changed or foreign" in remark.why


def test_receipts_that_cannot_be_read_are_not_taken_for_none(store, monkeypatch):
    receive(store, FLEET)

    def deny(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(os, "scandir", deny)
    with pytest.raises(StateError, match="receipts cannot be read: Permission denied"):
        list(store.receipts())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-10],
        lambda text: text.replace("os:mara", "os:eve"),
        lambda text: text.replace("2026-03-01T07:30:00Z", "2026-03-01T07:30:00"),
        lambda text: text.replace(FLEET_SHA, FLEET_SHA[:16] + "../../../../etc"),
    ],
)
def test_a_receipt_that_was_changed_is_damage(store, tmp_path, change):
    receive(store, FLEET)
    (path,) = (tmp_path / "receipts" / "2026" / "03").iterdir()
    text = change(path.read_text())
    path.unlink()
    path.write_text(text)
    suffix = hashlib.sha256(text.encode()).hexdigest()[:16]
    renamed = path.with_name(f"{path.name.rpartition('-')[0]}-{suffix}.json")
    assert list(store.receipts()) == []
    assert [remark.where for remark in store.damage()] == [str(path.relative_to(tmp_path))]
    path.rename(renamed)  # a forger who knows the layout: only what is a receipt by itself is taken
    assert [one.by for one in store.receipts()] == (["os:eve"] if "os:eve" in text else [])


def test_a_document_that_is_gone_or_damaged_is_named(store, tmp_path):
    gone, hurt = receive(store, b"gone"), receive(store, b"hurt" * 999)
    place_of(tmp_path, gone).unlink()
    place_of(tmp_path, hurt).chmod(0o600)
    place_of(tmp_path, hurt).write_bytes(b"nothing packed")
    assert [remark.where for remark in store.damage()] == [f"documents/{gone}"]
    found = {remark.where: remark.why for remark in store.damage(thorough=True)}
    assert "No document" in found[f"documents/{gone}"]
    assert "is damaged on the disk" in found[f"documents/{hurt}"]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_changed_byte_on_the_disk_is_read_as_the_document(tmp_path_factory, place, flip):
    home = tmp_path_factory.mktemp("flip")
    store = DocumentStore(home)
    sha256 = receive(store, FLEET)
    path = place_of(home, sha256)
    raw = bytearray(path.read_bytes())
    raw[place % len(raw)] ^= flip
    path.unlink()
    path.write_bytes(raw)
    try:
        said = store.read(sha256).decode()  # a few bits of a frame header say nothing of the content
    except StateError as error:
        said = str(error)
    assert said == FLEET.decode() or f"document {sha256[:12]} is damaged" in said


@pytest.mark.parametrize("size", [0, 1, 20, 200_000])
def test_a_truncated_document_is_damaged_before_its_last_piece_is_given(store, tmp_path, size):
    content = os.urandom(300_000)
    sha256 = receive(store, content)
    path = place_of(tmp_path, sha256)
    raw = path.read_bytes()[:size]
    path.unlink()
    path.write_bytes(raw)
    with store.open(sha256) as stream, pytest.raises(StateError, match="from a backup, or receive it"):
        stream.read(1)


def test_the_same_bytes_given_again_mend_a_damaged_document(store, tmp_path):
    sha256 = receive(store, FLEET)
    place_of(tmp_path, sha256).unlink()
    place_of(tmp_path, sha256).write_bytes(b"damaged")
    assert keep(store, FLEET)[2] is True
    assert store.read(sha256) == FLEET


@pytest.mark.parametrize("name", ["", "abc", "../../../etc/passwd", "A" * 64, FLEET_SHA + "\n"])
def test_what_is_no_hash_is_no_document(store, name):
    with pytest.raises(NotFoundError, match="is no SHA-256"):
        store.open(name)


def test_what_is_not_kept_is_not_found(store):
    with pytest.raises(NotFoundError, match="Receive it again, or restore a backup"):
        store.read(FLEET_SHA)


def test_a_closed_stream_lets_go_of_its_file(store):
    sha256 = receive(store, os.urandom(3 << 20))
    stream = store.open(sha256)
    stream.read(10)
    stream.close()
    store.open(sha256).close()  # never read; an open file would be a warning, which is an error here
    with pytest.raises(ValueError, match="closed"):
        stream.read(1)


def test_erased_bytes_leave_a_tombstone_and_do_not_come_back(store, tmp_path):
    sha256 = receive(store, FLEET)
    store.erase(sha256, reason="Names of patients.", by="mara", at=MORNING)
    store.erase(sha256, reason="again", by="eve", at=MORNING + timedelta(days=1))
    sentence = f"{sha256[:12]} was erased on 2026-03-01 by mara: Names of patients. It is not taken in again"
    with pytest.raises(PermissionDeniedError, match=sentence):
        keep(store, FLEET)
    for use in (lambda: store.open(sha256), lambda: store.acknowledge(receipt_of(FLEET))):
        with pytest.raises(NotFoundError, match="was erased on 2026-03-01 by mara"):
            use()
    stone = Tombstone(sha256=sha256, reason="Names of patients.", by="mara", at=MORNING)
    assert store.tombstones() == [stone]
    assert list(store.receipts()) == [receipt_of(FLEET)]
    assert not place_of(tmp_path, sha256).exists()
    assert store.damage(thorough=True) == []


def test_tombstones_come_in_order_of_time(store):
    for n in range(4):
        sha256 = receive(store, bytes([n]))
        store.erase(sha256, reason="retention", by="mara", at=MORNING - timedelta(days=n))
    assert [stone.at for stone in store.tombstones()] == [MORNING - timedelta(days=n) for n in (3, 2, 1, 0)]


@pytest.mark.parametrize(
    "why",
    [{"reason": " "}, {"by": ""}, {"at": datetime(2026, 3, 1)}],  # noqa: DTZ001
)
def test_nothing_is_erased_without_a_reason_a_person_and_a_time(store, why):
    sha256 = receive(store, FLEET)
    with pytest.raises(UsageError, match="say why"):
        store.erase(sha256, **{"reason": "retention", "by": "mara", "at": MORNING, **why})
    assert store.read(sha256) == FLEET


def test_what_was_never_here_is_not_erased(store):
    with pytest.raises(NotFoundError, match="No document"):
        store.erase(FLEET_SHA, reason="retention", by="mara", at=MORNING)
    assert store.tombstones() == []


def test_a_tombstone_that_cannot_be_read_still_stands(store, tmp_path):
    sha256 = receive(store, FLEET)
    store.erase(sha256, reason="retention", by="mara", at=MORNING)
    path = tmp_path / "tombstones" / f"{sha256}.json"
    path.unlink()
    path.write_text("{")
    with pytest.raises(PermissionDeniedError, match="its tombstone cannot be read"):
        keep(store, FLEET)
    assert store.tombstones() == []
    assert [remark.where for remark in store.damage()] == [f"tombstones/{sha256}.json"]


def test_a_batch_counts_at_its_end(store, tmp_path):
    with store.batch() as batch:
        assert batch.keep(io.BytesIO(FLEET), limit=LIMIT) == (FLEET_SHA, len(FLEET), False)
        batch.acknowledge(receipt_of(FLEET))
        assert batch.keep(io.BytesIO(FLEET), limit=LIMIT)[2] is True
        assert batch.read(FLEET_SHA) == FLEET
        assert list(store.receipts()) == []
        with pytest.raises(NotFoundError):
            store.open(FLEET_SHA)
    assert list(store.receipts()) == [receipt_of(FLEET)]
    assert store.read(FLEET_SHA) == FLEET
    assert not any((tmp_path / "incoming").iterdir())


def test_an_error_within_a_batch_drops_it(store, tmp_path):
    def fail():
        with store.batch() as batch:
            receive(batch, FLEET)
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert leftovers(tmp_path) == []


def test_a_long_batch_settles_on_its_way(store, monkeypatch):
    monkeypatch.setattr(documents, "_BATCH", 10)

    def stop_in_the_middle():
        with store.batch() as batch:
            for n in range(23):
                receive(batch, bytes([n]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_in_the_middle()
    assert len(list(store.receipts())) == 20
    assert store.damage(thorough=True) == []


def test_what_is_erased_while_a_batch_waits_stays_erased(store):

    def receive_meanwhile():
        with store.batch() as batch:
            receive(batch, FLEET)
            store.erase(receive(store, FLEET), reason="retention", by="mara", at=MORNING)

    with pytest.raises(PermissionDeniedError, match="was erased"):
        receive_meanwhile()
    with pytest.raises(NotFoundError):
        store.read(FLEET_SHA)
