# SPDX-License-Identifier: Apache-2.0
"""What goes into a bundle: public documents, nothing superseded, nothing beyond its label, never an inventory."""

import io
import json
from collections import Counter
from dataclasses import replace

import pytest

from leadglass.errors import NotFoundError, StateError, UsageError
from leadglass.services.feeds.selection import select
from leadglass.services.ledger.receive import How, Offered, receive
from tests import publishers
from tests.bundling import SCANNER, Pair, record
from tests.hospital import bom, epss, kev


def kinds(pair: Pair, *asked: str, tlp: str = "") -> Counter[str]:
    return Counter(one.kind for one in select(pair.maker.house, asked, tlp).documents)


def test_inventories_never_go_and_bills_of_materials_only_where_they_are_named(pair: Pair) -> None:
    pair.maker.receive(
        SCANNER, bom("Tomara 64", "1.5", [{"name": "zlib", "version": "1"}]), record(), kev("CVE-2031-41001")
    )
    assert kinds(pair) == {"nvd": 1, "kev": 1}
    assert kinds(pair, "bom", "kev") == {"bom": 1, "kev": 1}
    with pytest.raises(UsageError, match="'fleet' never goes into a bundle"):
        select(pair.maker.house, ["fleet"])
    own = replace(
        pair.maker.house,
        policies={"bundle.toml": "[kinds.fleet]\n[tlp]\nlabels=['CLEAR']\ndefault='CLEAR'\nold={}\n"},
    )
    with pytest.raises(UsageError, match="inventories, which never leave"):
        select(own)


def test_what_nobody_could_read_and_a_letter_stay(pair: Pair) -> None:
    cut = record()[:-40]
    pair.maker.receive(cut, record())
    selected = select(pair.maker.house)
    assert [one.kind for one in selected.documents] == ["nvd"]
    assert selected.left_out == {"nothing could be read of it": 1}


def test_a_catalogue_goes_until_newer_ones_say_all_that_it_says(pair: Pair) -> None:
    old = kev("CVE-2031-41001").replace(b"2026-11-01T", b"2026-10-01T")
    other = kev("CVE-2031-41009").replace(b"2026-11-01T", b"2026-09-01T")
    pair.maker.receive(kev("CVE-2031-41001", "CVE-2031-41002"), old, other)
    selected = select(pair.maker.house)
    assert selected.left_out == {"covered by newer ones": 1}
    assert {one.newest.isoformat() for one in selected.documents} == {"2026-11-01", "2026-09-01"}


def test_of_forecasts_the_newest_goes_though_some_vanished(pair: Pair) -> None:
    many = {f"CVE_2031_{number:05}": 0.1 for number in range(1_000, 1_200)}
    today = dict(list(many.items())[1:])
    pair.maker.receive(epss(**many).replace(b"2026-11-01", b"2026-10-31"), epss(**today))
    (one,) = select(pair.maker.house).documents
    assert one.newest.isoformat() == "2026-11-01"


def test_all_records_of_nvd_go(pair: Pair) -> None:
    pair.maker.receive(record(), record(modified="2026-10-20T00:00:00.000"))
    assert kinds(pair) == {"nvd": 2}


@pytest.mark.parametrize(
    ("label", "least"),
    [
        ("CLEAR", "CLEAR"),
        ("GREEN", "GREEN"),
        ("AMBER", "AMBER"),
        ("AMBER+STRICT", "AMBER+STRICT"),
        ("RED", "RED"),
    ],
)
def test_a_label_of_the_receipt_keeps_a_document_here(pair: Pair, label: str, least: str) -> None:
    list(receive(pair.maker.house, [Offered(path="feed", stream=io.BytesIO(record()))], How(tlp=label)))
    order = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
    for most in order:
        goes = order.index(most) >= order.index(least)
        selected = select(pair.maker.house, tlp=most)
        assert len(selected.documents) == goes
        assert selected.left_out == ({} if goes else {"kept here by its TLP label": 1})
    assert len(select(pair.maker.house).documents) == (label in {"CLEAR", "GREEN"})


@pytest.mark.parametrize(
    ("label", "goes"),
    [("WHITE", True), ("GREEN", True), ("AMBER", False), ("RED", False), ("TLP:PINK", False)],
)
def test_a_label_within_a_document_counts_too(pair: Pair, label: str, goes: bool) -> None:
    paper = json.loads(publishers.csaf("known_affected"))
    paper["document"]["distribution"] = {"tlp": {"label": label}}
    pair.maker.receive(json.dumps(paper).encode())
    assert kinds(pair) == ({"advisory": 1} if goes else {})


def test_the_list_tells_nothing_of_our_folders(pair: Pair) -> None:
    list(receive(pair.maker.house, [Offered(path="wards/of/dr-mara/feed.json", stream=io.BytesIO(record()))]))
    (one,) = select(pair.maker.house).documents
    assert one.name == "feed.json"


def test_a_delta_holds_what_is_new_and_names_what_it_needs(pair: Pair) -> None:
    pair.maker.receive(record(), kev("CVE-2031-41001"))
    first = pair.bundle()
    pair.clock.pass_days(1)
    later = record("CVE-2031-41002")
    pair.maker.receive(later)
    for since in (str(first.path), first.contents.id, "2026-11-02"):
        delta = pair.bundle(f"{since.rpartition('/')[2]}-delta.zst", since=since).contents
        assert (delta.base.id, delta.base.sequence) == (first.contents.id, 1)
        assert [one.kind for one in delta.documents] == ["nvd"]
        assert set(delta.needs) == {one.sha256 for one in first.contents.documents}
    with pytest.raises(StateError, match="Nothing is new since"):
        pair.bundle("again.zst", since="2026-11-03")
    with pytest.raises(NotFoundError, match="made no bundle by 2026-10-31"):
        pair.bundle("never.zst", since="2026-10-31")
    with pytest.raises(NotFoundError, match="made no bundle that is called B-"):
        pair.bundle("never.zst", since="B-aaaaaaaaaaaa")
    with pytest.raises(UsageError, match="no file, no id of a bundle"):
        pair.bundle("never.zst", since="last week")


def test_nothing_to_carry_is_said_and_nothing_is_overwritten(pair: Pair) -> None:
    with pytest.raises(StateError, match="No public document is here"):
        pair.bundle()
    pair.maker.receive(record())
    made = pair.bundle()
    with pytest.raises(StateError, match="exists and is not overwritten"):
        pair.bundle()
    with pytest.raises(UsageError, match="1 to 366 days"):
        pair.bundle("two.zst", days=0)
    assert pair.bundle("two.zst").contents.sequence > made.contents.sequence
    assert not list(pair.folder.glob(".*.part"))


def test_a_home_without_a_key_says_how_to_make_one(pair: Pair) -> None:
    pair.maker.receive(record())
    assert pair.key
    (pair.maker.home / "keys" / "bundle.key").unlink()
    with pytest.raises(StateError, match="leadglass feeds key"):
        pair.bundle()
