# SPDX-License-Identifier: Apache-2.0
"""A backup opens with its passphrase only, and no change to it goes unseen."""

import hashlib
import io
import os
import struct
import subprocess
import sys
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadglass.errors import BoundError, StateError, UnreadableError, UsageError
from leadglass.store import vault

PASSPHRASE = "harbour lamp seven otters"
HEADER = 39 + 32 + 16
CHUNK = 64
REAL = (vault._COST, vault._LOG_N_RANGE, vault._SEALED_CHUNK, vault._CHUNK_RANGE)


@pytest.fixture(autouse=True, scope="module")
def cheap():
    """Make keys in no time, and chunks so small that short texts have several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "_COST", vault._Cost(4, 8, 1))
        patch.setattr(vault, "_LOG_N_RANGE", (4, 6))
        patch.setattr(vault, "_SEALED_CHUNK", CHUNK)
        patch.setattr(vault, "_CHUNK_RANGE", (16, 1 << 20))
        yield


def seal(plain: bytes, passphrase: str = PASSPHRASE) -> bytes:
    target = io.BytesIO()
    vault.seal(io.BytesIO(plain), target, passphrase)
    return target.getvalue()


def unseal(sealed: bytes, passphrase: str = PASSPHRASE) -> bytes:
    target = io.BytesIO()
    vault.unseal(io.BytesIO(sealed), target, passphrase)
    return target.getvalue()


def frames(sealed: bytes) -> list[bytes]:
    """Cut what follows the header into its chunks, each with its length."""
    found, place = [], HEADER
    while place < len(sealed):
        length = int.from_bytes(sealed[place : place + 4], "big") & 0x7FFFFFFF
        found.append(sealed[place : place + 4 + length])
        place += 4 + length
    return found


def back_up(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    vault.backup(((name, io.BytesIO(said), len(said)) for name, said in parts.items()), target, PASSPHRASE)
    return target.getvalue()


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_what_is_sealed_opens_to_the_same(plain):
    sealed = seal(plain)
    assert unseal(sealed) == plain
    assert len(frames(sealed)) == max(1, -(-len(plain) // CHUNK))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_the_edges_of_chunks_are_kept(size):
    plain = os.urandom(size)
    assert unseal(seal(plain)) == plain


def test_a_source_that_gives_little_at_a_time_is_read_to_its_end():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 5))

    target = io.BytesIO()
    vault.unseal(Slow(seal(b"slow" * 100)), target, PASSPHRASE)
    assert target.getvalue() == b"slow" * 100


def test_two_seals_of_the_same_have_nothing_in_common_but_the_format():
    one, two = seal(b"the same"), seal(b"the same")
    assert one[:16] == two[:16]
    assert one[16:32] != two[16:32]
    assert one[-20:] != two[-20:]
    assert b"the same" not in one
    assert PASSPHRASE.encode() not in one


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_any_changed_byte_is_detected(place, flip):
    sealed = bytearray(seal(b"who decides what by when" * 8))
    place %= len(sealed)
    sealed[place] ^= flip
    with pytest.raises(UnreadableError) as caught:
        unseal(bytes(sealed))
    if place >= 9:
        assert "is damaged" in str(caught.value) or "is truncated" in str(caught.value)


def test_every_truncation_is_called_one():
    sealed = seal(b"who decides what by when" * 8)
    for end in range(len(sealed)):
        with pytest.raises(UnreadableError, match="The backup is truncated: its end is missing"):
            unseal(sealed[:end])


def test_chunks_that_are_swapped_doubled_left_out_or_cut_off_are_detected():
    sealed = seal(os.urandom(4 * CHUNK))
    header, (one, two, three, last) = sealed[:HEADER], frames(sealed)
    assert unseal(header + one + two + three + last) == unseal(sealed)
    for order in (
        (two, one, three, last),
        (one, one, two, three, last),
        (one, three, last),
        (one, two, last),
    ):
        with pytest.raises(UnreadableError, match=r"is damaged: chunk \d was changed or moved"):
            unseal(header + b"".join(order))
    with pytest.raises(UnreadableError, match="is truncated"):
        unseal(header + one + two + three)
    posing = struct.pack(">I", (CHUNK + 16) | 1 << 31) + three[4:]
    with pytest.raises(UnreadableError, match="chunk 2 was changed or moved"):
        unseal(header + one + two + posing)
    with pytest.raises(UnreadableError, match="something was added behind its end"):
        unseal(sealed + b"\n")
    with pytest.raises(UnreadableError, match="chunk 0 has a wrong length"):
        unseal(header + b"\x00\x00\x00\x05" + one)


def test_a_chunk_of_another_backup_is_detected():
    one, two = seal(b"a" * 200), seal(b"a" * 200)
    with pytest.raises(UnreadableError, match="chunk 1 was changed or moved"):
        unseal(one[:HEADER] + frames(one)[0] + b"".join(frames(two)[1:]))


def test_nothing_is_given_of_a_chunk_that_is_not_genuine():
    sealed = bytearray(seal(b"a" * 3 * CHUNK))
    sealed[HEADER + 4 + CHUNK + 16 + 10] ^= 1
    target = io.BytesIO()
    with pytest.raises(UnreadableError):
        vault.unseal(io.BytesIO(sealed), target, PASSPHRASE)
    assert target.getvalue() == b"a" * CHUNK


@pytest.mark.parametrize(
    "other", ["harbour lamp seven otter", "", "Harbour lamp seven otters", "\udce9" * 12]
)
def test_a_wrong_passphrase_is_said_so_and_never_repeated(other):
    with pytest.raises(UsageError, match="The passphrase is not the one of this backup") as caught:
        unseal(seal(b"plain"), other)
    assert not other or other not in str(caught.value)


def test_a_short_passphrase_is_refused_before_anything_is_written():
    target = io.BytesIO()
    with pytest.raises(UsageError, match="shorter than 12 characters; nothing was written") as caught:
        vault.seal(io.BytesIO(b"plain"), target, "eleven char")
    assert "eleven char" not in str(caught.value)
    assert target.getvalue() == b""
    assert unseal(seal(b"plain", "twelve chars"), "twelve chars") == b"plain"


def test_an_umlaut_typed_in_another_way_is_the_same_passphrase():
    assert unseal(seal(b"plain", "Ro\u0308ntgen am Hafen"), "R\u00f6ntgen am Hafen") == b"plain"


def forge(sealed: bytes, place: int, value: bytes) -> bytes:
    """Change the header and make its check right again, as somebody would who knows the format."""
    header = bytearray(sealed[: HEADER - 16])
    header[place : place + len(value)] = value
    return bytes(header) + hashlib.sha256(header).digest()[:16] + sealed[HEADER:]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (9, b"\x03"),  # scrypt's n too small
        (9, b"\x3f"),  # n of 2^63
        (10, b"\x00"),  # r
        (11, b"\x00"),  # p
        (11, b"\xff"),
        (12, b"\x00\x00\x00\x01"),  # chunk size
        (12, b"\x7f\xff\xff\xff"),
    ],
)
def test_a_header_that_asks_for_too_much_is_refused(place, value, monkeypatch):
    def never(*_):
        raise AssertionError("the key was derived before its price was known")

    sealed = forge(seal(b"plain"), place, value)
    monkeypatch.setattr(vault, "_derive", never)
    with pytest.raises(BoundError, match="more or less work than we agree to"):
        unseal(sealed)


def test_memory_is_bounded_over_n_and_r_together(monkeypatch):
    sealed = forge(seal(b"plain"), 10, b"\xff")
    monkeypatch.setattr(vault, "_MEMORY", 128 * 255 * 2**4 - 1)
    with pytest.raises(BoundError):
        unseal(sealed)


def test_a_forged_header_does_not_open():
    with pytest.raises(UsageError, match="not the one of this backup"):
        unseal(forge(seal(b"plain"), 16, b"another salt...."))
    with pytest.raises(UnreadableError, match="chunk 0 was changed or moved"):
        unseal(forge(seal(b"plain"), 32, b"nonce.."))


def test_what_is_no_backup_is_said_so():
    with pytest.raises(UnreadableError, match="This is no backup of Leadglass"):
        unseal(b"PK\x03\x04" + bytes(200))
    with pytest.raises(UnreadableError, match="of another version of the format"):
        unseal(forge(seal(b"plain"), 8, b"\x02"))


def test_the_price_of_a_guess_is_what_we_promise(monkeypatch):
    for name, value in zip(("_COST", "_LOG_N_RANGE", "_SEALED_CHUNK", "_CHUNK_RANGE"), REAL, strict=True):
        monkeypatch.setattr(vault, name, value)
    plain = os.urandom(700_000)
    sealed = seal(plain)
    assert unseal(sealed) == plain
    log_n, r, p, size = struct.unpack_from(">BBBI", sealed, 9)
    assert (log_n >= 15, r, p) == (True, 8, 1)
    assert 1 << 16 <= size <= 1 << 20
    assert vault._LOG_N_RANGE[0] >= 15


def test_the_passphrase_makes_the_key_as_rfc_7914_says():
    key, commitment = vault._derive("pleaseletmein", b"SodiumChloride", vault._Cost(14, 8, 1))
    expected = (
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    )  # RFC 7914 section 12
    assert (key + commitment).hex() == expected


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z\u00e9]{1,60}){0,3}", fullmatch=True),
        st.binary(max_size=900),
        max_size=5,
    )
)
def test_what_is_backed_up_is_restored_the_same(parts):
    restored = {name: stream.read() for name, stream in vault.restore(io.BytesIO(back_up(parts)), PASSPHRASE)}
    assert restored == parts


def test_parts_that_nobody_reads_are_passed_over():
    backup = back_up({"a": b"1" * 50_000, "b": b"2" * 50_000, "c": b"3"})
    assert [name for name, _ in vault.restore(io.BytesIO(backup), PASSPHRASE)] == ["a", "b", "c"]
    parts = vault.restore(io.BytesIO(backup), PASSPHRASE)
    assert next(parts)[1].read(10) == b"1" * 10
    assert next(parts)[1].read() == b"2" * 50_000


def test_a_part_that_grows_meanwhile_is_taken_up_to_its_size():
    target = io.BytesIO()
    vault.backup([("log.jsonl", io.BytesIO(b"one\ntwo\n"), 4)], target, PASSPHRASE)
    assert [stream.read() for _, stream in vault.restore(io.BytesIO(target.getvalue()), PASSPHRASE)] == [
        b"one\n"
    ]


def test_a_part_that_became_shorter_stops_the_backup():
    target = io.BytesIO()
    with pytest.raises(StateError, match=r"stopped at log\.jsonl or just behind .* make the backup again"):
        vault.backup([("a", io.BytesIO(b"a"), 1), ("log.jsonl", io.BytesIO(b"one"), 4)], target, PASSPHRASE)
    with pytest.raises(UnreadableError, match="is truncated"):
        list(vault.restore(io.BytesIO(target.getvalue()), PASSPHRASE))


def test_a_restore_tells_in_the_end_whether_all_has_come():
    backup = back_up({"a": b"1" * 200, "b": b"2" * 200})
    parts, seen = vault.restore(io.BytesIO(backup[:-1]), PASSPHRASE), []
    with pytest.raises(UnreadableError, match="is truncated"):
        seen.extend((name, stream.read()) for name, stream in parts)
    with pytest.raises(UnreadableError, match="added behind its end"):
        list(vault.restore(io.BytesIO(backup + b"more"), PASSPHRASE))


@pytest.mark.parametrize("blocks", range(20))
def test_a_missing_end_is_told_wherever_the_list_of_parts_ends(blocks):
    backup = back_up({"a": bytes(512 * blocks)})
    with pytest.raises(UnreadableError, match="is truncated"):
        list(vault.restore(io.BytesIO(backup[: -len(frames(backup)[-1])]), PASSPHRASE))


def test_the_passphrase_is_checked_before_the_first_part_is_asked_for():
    with pytest.raises(UsageError, match="not the one"):
        vault.restore(io.BytesIO(back_up({})), "another passphrase")


@pytest.mark.parametrize(
    "name", ["", ".", "/etc/passwd", "../up", "a/../../up", "a//b", "a/", "./a", "c:\\x", "c:x", "a\0b"]
)
def test_a_name_that_leaves_the_home_is_refused_both_ways(name):
    with pytest.raises(UsageError, match="cannot name a part"):
        vault.backup([(name, io.BytesIO(b""), 0)], io.BytesIO(), PASSPHRASE)
    if "\0" not in name and name:  # a tar cannot say these
        with pytest.raises(UnreadableError, match="no file of a home"):
            list(vault.restore(io.BytesIO(seal(tar_of(tarfile.TarInfo(name)))), PASSPHRASE))


def tar_of(*members: tarfile.TarInfo) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for member in members:
            tar.addfile(member)
    return plain.getvalue()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_a_member_that_is_no_plain_file_is_refused(kind):
    member = tarfile.TarInfo("documents")
    member.type, member.linkname = kind, "/etc/passwd"
    with pytest.raises(UnreadableError, match='holds "documents", which is no file of a home'):
        list(vault.restore(io.BytesIO(seal(tar_of(tarfile.TarInfo("a"), member))), PASSPHRASE))


def test_what_holds_no_list_of_parts_is_said_so():
    with pytest.raises(UnreadableError, match="list of parts cannot be read"):
        list(vault.restore(io.BytesIO(seal(b"no tar" * 200)), PASSPHRASE))


MEASURE = """
import io, re, sys
from pathlib import Path
from leadglass.store import vault

vault._COST, vault._LOG_N_RANGE = vault._Cost(4, 8, 1), (4, 4)  # else its 128 MiB hide everything else

def peak():  # of this process alone; what getrusage says begins with the peak of its parent
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

class Part:
    def __init__(self, size):
        self.left = size
    def read(self, size=-1):
        piece = bytes(min(size, self.left))
        self.left -= len(piece)
        return piece

def parts():
    for n in range(20_000):
        yield f"receipts/{n:064}.json", Part(300), 300
    yield "documents/large", Part(200_000_000), 200_000_000

with open(sys.argv[1], "w+b") as target:
    vault.backup([("warm", Part(9), 9)], target, "harbour lamp seven otters")
    target.seek(0)
    before = peak()
    vault.backup(parts(), target, "harbour lamp seven otters")
    target.seek(0)
    size = 0
    for name, stream in vault.restore(target, "harbour lamp seven otters"):
        while piece := stream.read(1 << 16):
            size += len(piece)
    print(size, peak() - before)
"""


def test_a_large_backup_takes_little_memory(tmp_path):
    command = [sys.executable, "-c", MEASURE, tmp_path / "backup"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    size, grown_kib = map(int, said.stdout.split())
    assert size == 200_000_000 + 20_000 * 300
    assert grown_kib < 8 * 1024, grown_kib
