# SPDX-License-Identifier: Apache-2.0
"""A bundle that is not what its list says is refused whole, though a trusted key signed it; nothing of it is taken."""

import hashlib
import io
import tarfile
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadglass.errors import BoundError, LeadglassError, PermissionDeniedError, StateError, UnreadableError
from leadglass.formats import bundle as lists
from leadglass.formats import dsse
from leadglass.formats.bundle_tar import header
from leadglass.services.ledger.receive import Offered, receive
from leadglass.store import locks
from leadglass.values.bundles import MANIFEST, Base, bundle_id
from tests.bundling import CVE, SCANNER, Forger, Pair, listed, member, program_file, record, tar
from tests.hospital import bom, kev

ONE, TWO = record("CVE-2031-1001"), record("CVE-2031-1002")


def refused(pair: Pair, raw: bytes, match: str, error: type[LeadglassError] = UnreadableError) -> bool:
    """Tell whether it is refused with that sentence, and leaves nothing behind."""
    with pytest.raises(error, match=match):
        pair.take(raw)
    left = list((pair.taker.home / "incoming").glob("*"))
    return pair.state() == (frozenset(), frozenset()) and not left


def test_a_bundle_written_by_hand_is_taken(pair: Pair, forger: Forger) -> None:
    """So that what is refused below is refused for its fault alone."""
    contents = forger.contents([listed(ONE), listed(TWO)], program=(program_file("install.sh", b"exit 1"),))
    raw = forger.bundle(contents, [member(ONE), member(TWO), ("program/install.sh", b"exit 1")])
    assert dict(pair.take(raw).new) == {"nvd": 2}


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ([member(ONE)], "its end' or another size|cut off"),
        ([], "comes here, but there is"),
        ([member(ONE), member(TWO), member(b"more")], "bytes between its files|behind the end"),
        ([member(ONE), member(ONE), member(TWO)], "comes here, but there is"),
        ([member(TWO), member(ONE)], "comes here, but there is"),
        ([member(ONE), ("documents/../../escape", TWO)], "comes here, but there is"),
        ([member(ONE), (member(TWO)[0], TWO + b" ")], "or another size"),
        ([member(ONE), (member(TWO)[0], TWO[:-1] + b" ")], "its list says"),
    ],
    ids=["missing", "empty", "extra", "doubled", "moved", "escaping", "longer", "changed"],
)
def test_members_are_those_of_the_list(
    pair: Pair, forger: Forger, members: list[tuple[str, bytes]], match: str
) -> None:
    raw = forger.bundle(forger.contents([listed(ONE), listed(TWO)]), members)
    assert refused(pair, raw, match)
    assert refused(pair, zstandard.compress(raw), match)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.XHDTYPE]
)
def test_links_devices_and_extended_headers_are_refused(pair: Pair, forger: Forger, kind: bytes) -> None:
    out = io.BytesIO(tar((MANIFEST, forger.envelope(forger.contents([listed(ONE)])))))
    with tarfile.open(fileobj=out, mode="a", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo(member(ONE)[0])
        info.type, info.linkname, info.size = (
            kind,
            "../../outside",
            len(ONE) if kind == tarfile.XHDTYPE else 0,
        )
        archive.addfile(info, io.BytesIO(ONE))
    assert refused(pair, out.getvalue(), "comes here, but there is")


def test_what_follows_the_end_is_refused(pair: Pair, forger: Forger) -> None:
    raw = forger.bundle(forger.contents([listed(ONE)]), [member(ONE)])
    assert refused(pair, raw + b"x", "behind the end")
    assert refused(pair, raw + bytes(512), "behind the end")
    assert refused(pair, raw[:-1], "cut off")
    assert refused(pair, zstandard.compress(raw) + b"x", "damaged or was cut off")
    assert refused(pair, zstandard.compress(raw) + zstandard.compress(b"x"), "behind the end")


def test_a_file_that_is_no_bundle_is_refused(pair: Pair) -> None:
    assert refused(pair, b"", "cut off")
    assert refused(pair, b"not a tar" * 400, "does not begin with its signed list")
    assert refused(pair, tar(member(ONE)), "does not begin with its signed list")
    assert refused(pair, tar((MANIFEST, b"{}")), "no DSSE envelope")


def test_a_bomb_takes_no_room(pair: Pair, forger: Forger) -> None:
    raw = forger.bundle(forger.contents([listed(ONE)]), [member(ONE)])
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    bomb = (
        packer.compress(raw[:-1024])
        + b"".join(packer.compress(bytes(1 << 20)) for _ in range(600))
        + packer.flush()
    )
    assert len(bomb) < 100_000
    assert refused(pair, bomb, "behind the end|bytes between|bomb")


def test_a_list_beyond_the_bound_is_not_read(pair: Pair) -> None:
    assert refused(pair, header(MANIFEST, lists.MOST_BYTES + 1), "larger than 128 MiB", BoundError)


def test_a_document_beyond_what_is_read_is_refused_before_it_is_kept(pair: Pair, forger: Forger) -> None:
    raw = forger.bundle(forger.contents([listed(ONE, size=(512 << 20) + 1)]), [member(ONE)])
    assert refused(pair, raw, "more than the 512 MiB that are read", BoundError)


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"format": "leadglass-bundle/2"}, "this release reads leadglass-bundle/1"),
        ({"id": "B-aaaaaaaaaaaa"}, "its id is not that of its key"),
        ({"sequence": 0}, "its number is below 1"),
        ({"needs": ("0" * 64,)}, "it needs documents of no base"),
        ({"base": Base(id="B-aaaaaaaaaaaa", sequence=7)}, "its base is newer than itself"),
        ({"documents": (listed(ONE), listed(ONE))}, "a file is listed twice"),
        ({"documents": (listed(ONE, sha256="../etc/passwd"),)}, "a hash is none"),
        ({"documents": (listed(ONE, size=-1),)}, "a size is below 0"),
        ({"program": (program_file("../install.sh", b""),)}, "a name that is none"),
        ({"program": (program_file("a/b", b""),)}, "a name that is none"),
    ],
)  # fmt: skip
def test_a_list_that_contradicts_itself_is_refused(
    pair: Pair, forger: Forger, told: dict[str, object], match: str
) -> None:
    assert refused(pair, forger.bundle(forger.contents(**told), []), match)


def test_times_have_zones_and_an_order(pair: Pair, forger: Forger) -> None:
    naive = forger.created.replace(tzinfo=None)
    assert refused(
        pair,
        forger.bundle(forger.contents(created=naive, id=bundle_id(forger.public.keyid, 1, naive)), []),
        "a time has no zone",
    )
    assert refused(
        pair,
        forger.bundle(forger.contents(expires=forger.created - timedelta(days=1)), []),
        "expires before it was made",
    )


def test_a_signature_is_over_the_type_too(pair: Pair, forger: Forger) -> None:
    contents = forger.contents([listed(ONE)])
    raw = forger.bundle(contents, [member(ONE)], payload_type="application/vnd.in-toto+json")
    assert refused(pair, raw, "no bundle's")


def test_a_list_signed_by_one_key_and_naming_another_is_refused(pair: Pair, forger: Forger) -> None:
    contents = forger.contents([listed(ONE)], key=pair.key.keyid)
    assert refused(pair, forger.bundle(contents, [member(ONE)]), "names another key than the one that signed")


def test_an_envelope_whose_signature_is_of_another_list_is_refused(pair: Pair, forger: Forger) -> None:
    right = dsse.read(forger.envelope(forger.contents([listed(ONE)])))
    wrong = dsse.read(forger.envelope(forger.contents([listed(TWO)])))
    mixed = dsse.Envelope(payload_type=right.payload_type, payload=right.payload, signatures=wrong.signatures)
    assert refused(pair, tar((MANIFEST, dsse.write(mixed)), member(ONE)), "signature of the key .* is wrong")
    bare = dsse.Envelope(payload_type=right.payload_type, payload=right.payload, signatures=())
    assert refused(pair, tar((MANIFEST, dsse.write(bare)), member(ONE)), "not signed", PermissionDeniedError)


@pytest.mark.parametrize(
    "inner", [SCANNER, bom("Tomara 64", "9", [{"name": "zlib", "version": "1"}]), kev(CVE)]
)
def test_a_document_that_is_of_another_kind_than_listed_is_refused(
    pair: Pair, forger: Forger, inner: bytes
) -> None:
    """An inventory under the name of a feed could retire a scanner."""
    raw = forger.bundle(forger.contents([listed(inner)]), [member(inner)])
    assert refused(pair, raw, r"calls feed.json \(.*\) nvd, but it is")


def test_an_inventory_is_refused_even_where_it_is_listed_as_one(pair: Pair, forger: Forger) -> None:
    raw = forger.bundle(forger.contents([listed(SCANNER, kind="fleet")]), [member(SCANNER)])
    assert refused(pair, raw, "fleet, but it is fleet")


def test_a_kind_that_this_release_does_not_know_is_kept_for_a_later_one(pair: Pair, forger: Forger) -> None:
    later = b'{"something": "of next year"}'
    raw = forger.bundle(forger.contents([listed(later, kind="weather")]), [member(later)])
    assert dict(pair.take(raw).new) == {"weather": 1}
    pair.taker.assess()


def test_a_list_with_fields_of_a_later_release_is_read(pair: Pair, forger: Forger) -> None:
    told = msgspec.json.decode(lists.write(forger.contents([listed(ONE)])))
    payload = msgspec.json.encode({**told, "weather": "fair"})
    assert dict(pair.take(forger.bundle(payload, [member(ONE)])).new) == {"nvd": 1}


def test_a_full_disk_leaves_nothing_taken(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.maker.receive(record())
    path = pair.bundle().path

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(locks, "fsync", full)
        with pytest.raises(StateError, match="No space left on device"):
            pair.take(path)
    assert pair.state() == (frozenset(), frozenset())
    assert dict(pair.take(path).new) == {"nvd": 1}


def test_a_bundle_among_other_documents_or_within_an_archive_is_not_opened_unverified(
    pair: Pair, forger: Forger
) -> None:
    raw = forger.bundle(forger.contents([listed(ONE)]), [member(ONE)])
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("stick/one.tar.zst")
        info.size = len(zstandard.compress(raw))
        archive.addfile(info, io.BytesIO(zstandard.compress(raw)))
    offered = [
        Offered(path="a", stream=io.BytesIO(raw)),
        Offered(path="b", stream=io.BytesIO(out.getvalue())),
    ]
    told = list(receive(pair.taker.house, offered))
    assert [(one.sha256, "Receive it by itself" in one.remarks[0].why) for one in told] == [("", True)] * 2
    assert pair.state() == (frozenset(), frozenset())


# Any byte


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, bytes, bytes]:
    pair = Pair(tmp_path_factory.mktemp("flips"))
    pair.maker.receive(ONE, kev(CVE))
    return pair, pair.bundle("plain.tar").path.read_bytes(), pair.bundle("packed.tar.zst").path.read_bytes()


def is_harmless(pair: Pair, damaged: bytes) -> bool:
    """Tell whether it is refused with nothing taken, or taken with the very same documents, each readable."""
    before = pair.state()
    documents = pair.taker.house.documents
    try:
        pair.take(damaged)
    except LeadglassError:
        return pair.state() == before
    names = {receipt.sha256 for receipt in documents.receipts() if receipt.member != MANIFEST}
    return {hashlib.sha256(documents.read(name)).hexdigest() for name in names} == {
        hashlib.sha256(raw).hexdigest() for raw in (ONE, kev(CVE))
    }


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_flipped_byte_is_refused_or_changes_nothing(
    made: tuple[Pair, bytes, bytes], data: st.DataObject
) -> None:
    pair, plain, packed = made
    raw = bytearray(data.draw(st.sampled_from((plain, packed))))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    assert is_harmless(pair, bytes(raw))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_cut_insertion_or_repetition_is_refused_or_changes_nothing(
    made: tuple[Pair, bytes, bytes], data: st.DataObject
) -> None:
    pair, plain, packed = made
    raw = data.draw(st.sampled_from((plain, packed)))
    start, end = sorted((data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, len(raw)))))
    cut = raw[:start] + raw[end:]
    assert is_harmless(
        pair, data.draw(st.sampled_from((cut, raw[:end] + raw[start:], raw[:start] + b"\0\0" + raw[start:])))
    )


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_single_byte_of_a_bundle_counts(made: tuple[Pair, bytes, bytes]) -> None:
    pair, plain, packed = made
    for raw in (packed, plain):
        for place in range(len(raw)):
            damaged = bytearray(raw)
            damaged[place] ^= 1 << place % 8
            assert is_harmless(pair, bytes(damaged))
    assert pair.state()[0] <= {hashlib.sha256(one).hexdigest() for one in (ONE, kev(CVE))} | {
        receipt.sha256 for receipt in pair.taker.house.documents.receipts() if receipt.member == MANIFEST
    }
