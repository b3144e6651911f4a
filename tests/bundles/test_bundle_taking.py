# SPDX-License-Identifier: Apache-2.0
"""Taking a bundle: trusted, in time, in order, on its base; whole; twice is once; receipts say how it came."""

import dataclasses
import hashlib
import io
from datetime import timedelta

import pytest

from leadglass import compose
from leadglass.errors import PermissionDeniedError, StateError, UnreadableError, UsageError
from leadglass.services.feeds.keys import distrust_key, trust_key
from leadglass.services.ledger.news import news
from leadglass.services.ledger.receive import How, Offered, receive
from leadglass.values.news import Turn
from tests.bundling import CVE, SCANNER, Forger, Pair, listed, member, receipts, record
from tests.hospital import START, Hospital, kev


def test_what_came_by_bundle_is_assessed_as_what_was_received(pair: Pair) -> None:
    pair.taker.receive(SCANNER)
    pair.taker.assess()
    pair.maker.receive(record(), kev(CVE))
    taken = pair.take(pair.bundle().path)
    assert (dict(taken.new), dict(taken.known), taken.again) == ({"nvd": 1, "kev": 1}, {}, False)
    pair.taker.assess()
    assert pair.taker.statuses(CVE) == {"CT-014": "affected"}
    assert [item.turn for item in news(pair.taker.view()).items] == [Turn.AFFECTED]


def test_receipts_name_the_bundle_and_what_its_maker_knew(pair: Pair) -> None:
    raw = record()
    list(
        receive(
            pair.maker.house,
            [Offered(path="x/feed.json", stream=io.BytesIO(raw))],
            How(publisher="NVD", tlp="GREEN"),
        )
    )
    pair.clock.pass_days(3)
    made = pair.bundle()
    pair.clock.pass_days(2)
    pair.take(made.path)
    (receipt,) = receipts(pair.taker, raw)
    assert (receipt.publisher, receipt.tlp, receipt.name, receipt.origin) == (
        "NVD",
        "GREEN",
        "feed.json",
        START,
    )
    assert receipt.way == f"bundle {pair.key.keyid} 1 {made.contents.id}"
    assert receipt.received == pair.clock()  # a view of the past shows what was known here by then
    assert pair.taker.house.documents.read(receipt.sha256) == raw


def test_the_signed_list_is_kept_as_a_document(pair: Pair) -> None:
    pair.maker.receive(record())
    pair.take(pair.bundle().path)
    pair.taker.assess()
    (source,) = pair.taker.list("sources", kind="bundle")
    assert (source["standard"], source["version"], source["taken"]) == (
        "Leadglass bundle",
        "1",
        {"documents": 1},
    )


def test_twice_is_once(pair: Pair) -> None:
    pair.maker.receive(record(), kev(CVE))
    path = pair.bundle().path
    pair.take(path)
    before = sorted(p.name for p in pair.taker.home.rglob("receipts/**/*.json"))
    taken = pair.take(path)
    assert (dict(taken.new), dict(taken.known), taken.again) == ({}, {"nvd": 1, "kev": 1}, True)
    assert sorted(p.name for p in pair.taker.home.rglob("receipts/**/*.json")) == before


def test_a_key_that_nobody_trusts_is_refused_with_its_fingerprint_and_the_way_to_trust_it(pair: Pair) -> None:
    pair.maker.receive(record())
    path = pair.bundle().path
    stranger = Hospital(pair.folder / "stranger", pair.clock)
    pair.taker = stranger
    fingerprint = " ".join(pair.key.keyid[n : n + 8] for n in range(0, 64, 8))
    with pytest.raises(PermissionDeniedError, match=f"{fingerprint}.*leadglass feeds trust KEYFILE"):
        pair.take(path)
    trust_key(stranger.house, pair.key.text, name="Group IT")
    assert pair.take(path).maker == "Group IT"
    distrust_key(stranger.house, "Group IT", why="left the group")
    with pytest.raises(PermissionDeniedError):
        pair.take(path)
    assert len(pair.state()[0]) == 2


def test_an_expired_bundle_is_refused_and_one_of_tomorrow_too(pair: Pair) -> None:
    pair.maker.receive(record())
    path = pair.bundle(days=7).path
    pair.clock.pass_days(8)
    with pytest.raises(UnreadableError, match="expired on 2026-11-09"):
        pair.take(path)
    pair.clock.pass_days(-10)
    with pytest.raises(UnreadableError, match="Set the clock of this machine"):
        pair.take(path)
    assert pair.state() == (frozenset(), frozenset())


def test_a_rollback_is_refused_unless_there_is_a_reason(pair: Pair) -> None:
    pair.maker.receive(record())
    old = pair.bundle("old.zst").path
    pair.maker.receive(record("CVE-2031-41002"))
    new = pair.bundle("new.zst").path
    pair.take(new)
    before = pair.state()
    with pytest.raises(
        PermissionDeniedError, match=r"number 1, and number 2 was taken.*--allow-older 'REASON'"
    ):
        pair.take(old)
    assert pair.state() == before
    with pytest.raises(UsageError, match="a reason that another can follow"):
        pair.take(old, allow_older="no")
    assert dict(pair.take(old, allow_older="the newer one was made of a test feed").known) == {"nvd": 1}
    (entry,) = [e for e in pair.taker.house.log.entries() if e["kind"] == "older bundle"]
    assert entry["body"]["why"] == "the newer one was made of a test feed"
    assert pair.take(old).again  # what was taken may be taken again


def test_two_bundles_of_one_number_are_refused(pair: Pair, forger: Forger) -> None:
    one, two = record("CVE-2031-1001"), record("CVE-2031-1002")
    pair.take(forger.bundle(forger.contents([listed(one)]), [member(one)]))
    later = forger.contents([listed(two)], created=forger.created + timedelta(seconds=1))
    with pytest.raises(PermissionDeniedError, match="two were made under one number"):
        pair.take(forger.bundle(later, [member(two)]))


def test_a_delta_without_its_base_says_which_one_is_missing(pair: Pair) -> None:
    pair.maker.receive(record())
    first = pair.bundle()
    pair.maker.receive(record("CVE-2031-41002"))
    delta = pair.bundle("delta.zst", since=first.contents.id)
    with pytest.raises(
        StateError, match=rf"on top of the bundle {first.contents.id} \(number 1\), which was not taken"
    ):
        pair.take(delta.path)
    assert pair.state() == (frozenset(), frozenset())
    pair.take(first.path)
    assert dict(pair.take(delta.path).new) == {"nvd": 1}


def test_a_delta_whose_base_lost_a_document_is_refused_and_one_that_was_erased_is_not_missed(
    pair: Pair,
) -> None:
    lost, erased = record(), kev(CVE)
    pair.maker.receive(lost, erased)
    first = pair.bundle()
    pair.take(first.path)
    pair.maker.receive(record("CVE-2031-41002"))
    delta = pair.bundle("delta.zst", since=first.contents.id)
    name = hashlib.sha256(erased).hexdigest()
    pair.taker.house.documents.erase(name, reason="not ours", by="mara", at=pair.clock())
    (receipt,) = pair.taker.home.glob(f"receipts/*/*/*-{hashlib.sha256(lost).hexdigest()[:16]}-*.json")
    kept = receipt.read_bytes()
    receipt.unlink()
    with pytest.raises(StateError, match="needs 1 documents of the bundle"):
        pair.take(delta.path)
    receipt.parent.joinpath(receipt.name).write_bytes(kept)
    assert dict(pair.take(delta.path).new) == {"nvd": 1}


def test_what_people_erased_here_is_not_taken_again_and_the_rest_is(pair: Pair) -> None:
    gone = kev(CVE)
    pair.taker.receive(gone)
    pair.taker.house.documents.erase(
        hashlib.sha256(gone).hexdigest(), reason="not ours", by="mara", at=pair.clock()
    )
    pair.maker.receive(record(), gone)
    taken = pair.take(pair.bundle().path)
    assert (dict(taken.new), taken.erased) == ({"nvd": 1}, 1)
    assert not (pair.taker.home / "documents" / hashlib.sha256(gone).hexdigest()[:2] / "x").exists()
    assert len(receipts(pair.taker, gone)) == 1


def test_damaged_documents_are_replaced(pair: Pair) -> None:
    raw = record()
    pair.maker.receive(raw)
    path = pair.bundle().path
    pair.take(path)
    sha256 = hashlib.sha256(raw).hexdigest()
    place = pair.taker.home / "documents" / sha256[:2] / f"{sha256}.zst"
    place.chmod(0o600)
    place.write_bytes(b"rotten")
    pair.take(path)
    assert pair.taker.house.documents.read(sha256) == raw


def test_trust_has_a_history(pair: Pair) -> None:
    assert pair.key
    house, made = pair.taker.house, pair.key
    (key,) = house.register.trusted()
    assert (key.name, key.why, key.keyid) == ("Group IT", "met in person", made.keyid)
    with pytest.raises(UsageError, match="trusted already"):
        trust_key(house, pair.key.text, name="Another")
    with pytest.raises(UsageError, match="--name NAME"):
        trust_key(house, pair.key.text, name=" ")
    pair.clock.pass_days(1)
    distrust_key(house, pair.key.keyid[:12])
    assert house.register.trusted() == []
    assert [k.keyid for k in house.register.trusted(START + timedelta(hours=1))] == [key.keyid]
    entries, _ = house.register.history(None, limit=10, offset=0)
    assert [entry.table for entry in entries][:2] == ["trustedkey", "trustedkey"]
    assert entries[0].change.why == "key of Group IT trusted no longer: no reason given"
    house.register.verify()


def test_a_backup_brings_key_and_numbers_along(pair: Pair) -> None:
    pair.maker.receive(record())
    pair.bundle()
    sealed = io.BytesIO()
    pair.maker.house.keep(sealed, "another good passphrase")
    restored = compose.restore(
        io.BytesIO(sealed.getvalue()), pair.folder / "restored", "another good passphrase"
    )
    pair.maker.house = dataclasses.replace(restored, clock=pair.clock)
    assert pair.bundle("two.zst").contents.sequence == 2
    assert restored.key.public() == pair.key
