# SPDX-License-Identifier: Apache-2.0
"""Streams that answer for what they carry: documents under their SHA-256, backups sealed by a passphrase.

Packed: one Zstandard frame (RFC 8878). Sealed: scrypt (RFC 7914) makes the key, ChaCha20-Poly1305 (RFC 8439)
seals chunk after chunk as STREAM (Hoang, Reyhanitabar, Rogaway, Vizar: Online Authenticated-Encryption and
its Nonce-Reuse Misuse-Resistance, 2015): a nonce is 7 bytes of prefix, 4 of counter, 1 for the last chunk.
"""

import hashlib
import hmac
import io
import itertools
import os
import shutil
import struct
import tarfile
import unicodedata
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from leadglass.errors import BoundError, StateError, UnreadableError, UsageError

CHUNK = 1 << 20
"""How much of a document is read at once."""

PASSPHRASE_MINIMUM = 12
"""Characters that a passphrase has at least when a backup is made."""

_MAGIC, _VERSION = b"LGVAULT\n", 1
_FIELDS = struct.Struct(
    ">8sBBBBI16s7s"
)  # magic, version, log2 of scrypt's n, r, p, chunk size, salt, nonce prefix
_COMMITMENT = (
    32  # of the 64 bytes that scrypt gives: says that the passphrase is right, and binds the file to it
)
_CHECK = 16  # bytes of SHA-256 over all before: tells a damaged header from a wrong passphrase
_LENGTH = struct.Struct(">I")  # before each chunk: its sealed length, and whether it is the last
_LAST = 1 << 31
_TAG = 16
_SEALED_CHUNK = 1 << 18
_CHUNK_RANGE = (1 << 16, 1 << 20)


@dataclass(frozen=True, slots=True)
class _Cost:
    """What scrypt costs; RFC 7914 section 2. Memory is 128 * r * n bytes."""

    log_n: int
    r: int
    p: int


_COST = _Cost(17, 8, 1)  # 128 MiB, about half a second
_LOG_N_RANGE = (15, 20)
_MEMORY = 1 << 29  # what a header may ask for at most, in bytes
_P_LIMIT = 4


class Pieces(io.RawIOBase):
    """A readable stream over pieces of bytes; closing it closes what makes them, and their source."""

    def __init__(self, pieces: Generator[bytes, None, None], source: BinaryIO | None = None) -> None:
        super().__init__()
        self._pieces = pieces
        self._source = source
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the current piece goes; 0 at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Stop the generator and close the source."""
        self._pieces.close()
        if self._source is not None:
            self._source.close()
        super().close()


class Packing:
    """The packed pieces of a stream; `digest` and `size` of the plain bytes grow as these pass."""

    def __init__(self, stream: BinaryIO, limit: int, packer: zstandard.ZstdCompressor) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._stream, self._limit, self._packer = stream, limit, packer

    def __iter__(self) -> Iterator[bytes]:
        packing = self._packer.compressobj()
        while chunk := self._read():
            self.digest.update(chunk)
            yield packing.compress(chunk)
        yield packing.flush()

    def _read(self) -> bytes:
        try:
            chunk = self._stream.read(CHUNK)
        except OSError as error:
            why = f"The document cannot be read to its end: {error.strerror or error}."
            raise UnreadableError(f"{why} Nothing of it was kept; give it again.") from error
        self.size += len(chunk)
        if self.size > self._limit:
            why = f"The document is larger than {self._limit:,} bytes; nothing of it was kept."
            raise BoundError(f"{why} Raise the limit, or give it in parts.")
        return chunk


def unpack(source: BinaryIO, sha256: str) -> BinaryIO:
    """Open a packed document. StateError while damaged bytes are read: the last piece waits for the hash."""
    return io.BufferedReader(Pieces(_unpacked(source, sha256), source), CHUNK)


def _unpacked(source: BinaryIO, sha256: str) -> Generator[bytes, None, None]:
    digest, held = hashlib.sha256(), b""
    damaged = StateError(
        f"The document {sha256[:12]} is damaged on the disk: its bytes are not those of its SHA-256. "
        "Restore it from a backup, or receive it from its sender again: that replaces the damaged bytes."
    )
    with zstandard.ZstdDecompressor().stream_reader(source, closefd=False) as reader:
        while True:
            try:
                piece = reader.read(CHUNK)
            except (zstandard.ZstdError, OSError) as error:
                raise damaged from error
            if not piece:
                break
            yield held
            digest.update(piece)
            held = piece
    if digest.hexdigest() != sha256:
        raise damaged
    yield held


def seal(source: BinaryIO, target: BinaryIO, passphrase: str) -> None:
    """Seal all of the source into the target. UsageError where the passphrase is too short."""
    sealer = _Sealer(target, passphrase)
    shutil.copyfileobj(source, sealer, _SEALED_CHUNK)
    sealer.finish()


def unseal(source: BinaryIO, target: BinaryIO, passphrase: str) -> None:
    """Open what `seal` wrote. After an error, what the target has got is genuine but not all: throw it away.

    UsageError for a wrong passphrase; UnreadableError for what is no backup, truncated or damaged.
    """
    target.writelines(_unsealed(source, passphrase))


def backup(parts: Iterable[tuple[str, BinaryIO, int]], target: BinaryIO, passphrase: str) -> None:
    """Seal named parts, each a stream and its size in bytes, as a tar (POSIX.1-2001 pax) into the target.

    A part is copied up to its size, so a log may grow meanwhile; StateError for one that became shorter.
    Until this returns, the target is truncated, and `restore` says so.
    """
    sealer, name = _Sealer(target, passphrase), "The list of parts"
    try:
        with tarfile.open(fileobj=cast(BinaryIO, sealer), mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for name, stream, size in parts:
                if not _is_safe(name):
                    raise UsageError(
                        f'"{name}" cannot name a part. Give a relative path with forward slashes.'
                    )
                member = tarfile.TarInfo(name)
                member.size, member.mode = size, 0o600
                tar.addfile(member, stream)
                tar.members.clear()  # type: ignore[attr-defined] # else the archive remembers every part
        sealer.finish()
    except OSError as error:
        why = f"The backup is not complete: it stopped at {name} or just behind ({error})."
        raise StateError(f"{why} Remove the unfinished file and make the backup again.") from error


def restore(source: BinaryIO, passphrase: str) -> Iterator[tuple[str, BinaryIO]]:
    """Give the names and streams of a backup; read each before the next one. Errors as in `unseal`.

    What comes is genuine, but all of it has come only when the iterator has ended: until then write it aside.
    """
    return _members(io.BufferedReader(Pieces(_unsealed(source, passphrase)), CHUNK))


def _members(plain: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    try:
        with plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            while (member := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined] # as above
                stream = tar.extractfile(member) if member.isreg() and not member.issparse() else None
                if stream is None or not _is_safe(member.name):
                    why = (
                        f'The backup holds "{member.name}", which is no file of a home; it was not restored.'
                    )
                    raise UnreadableError(f"{why} Find out who made this backup, and use another.")
                with stream:
                    yield member.name, cast(BinaryIO, stream)
            while plain.read(CHUNK):  # to its very end: only that tells whether it is whole
                pass
    except tarfile.TarError as error:
        raise UnreadableError(
            f"The backup's list of parts cannot be read ({error}). Use another one."
        ) from error


def _is_safe(name: str) -> bool:
    """Tell whether a name is a plain relative path, which cannot leave the folder it is restored into."""
    path = PurePosixPath(name)
    return (
        name not in {"", "."}
        and str(path) == name
        and not path.is_absolute()
        and ".." not in path.parts
        and not {"\\", "\0", ":"} & set(name)
    )


class _Sealer:
    """What is written here goes sealed into the target; without `finish` it stays truncated."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        words = unicodedata.normalize("NFC", passphrase)
        if len(words) < PASSPHRASE_MINIMUM:
            why = f"The passphrase is shorter than {PASSPHRASE_MINIMUM} characters; nothing was written."
            raise UsageError(f"{why} Take four or more words that nobody says together.")
        salt, self._prefix = os.urandom(16), os.urandom(7)
        fields = _FIELDS.pack(
            _MAGIC, _VERSION, _COST.log_n, _COST.r, _COST.p, _SEALED_CHUNK, salt, self._prefix
        )
        key, commitment = _derive(passphrase, salt, _COST)
        self._header = fields + commitment + hashlib.sha256(fields + commitment).digest()[:_CHECK]
        self._box = ChaCha20Poly1305(key)
        self._target = target
        self._waiting = bytearray()
        self._counter = 0
        target.write(self._header)

    def write(self, data: bytes) -> int:
        """Take bytes; at least one stays waiting, because the last chunk is marked."""
        self._waiting += data
        while len(self._waiting) > _SEALED_CHUNK:
            self._put(bytes(self._waiting[:_SEALED_CHUNK]), is_last=False)
            del self._waiting[:_SEALED_CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk, which may be empty."""
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        sealed = self._box.encrypt(_nonce(self._prefix, self._counter, is_last=is_last), chunk, self._header)
        self._target.write(_LENGTH.pack(len(sealed) | (_LAST if is_last else 0)) + sealed)
        self._counter += 1


def _unsealed(source: BinaryIO, passphrase: str) -> Generator[bytes, None, None]:
    """Check the header and the passphrase now; give the plain chunks as they are asked for."""
    header = _take(source, _FIELDS.size + _COMMITMENT + _CHECK)
    if header[: len(_MAGIC)] != _MAGIC[: len(header)]:
        raise UnreadableError(
            "This is no backup of Leadglass: it begins otherwise. Give the file that was written."
        )
    if len(header) < _FIELDS.size + _COMMITMENT + _CHECK:
        raise _truncated()
    if header[len(_MAGIC)] != _VERSION:
        raise UnreadableError(
            "This backup is of another version of the format. Restore it with a newer release."
        )
    if hashlib.sha256(header[:-_CHECK]).digest()[:_CHECK] != header[-_CHECK:]:
        raise _damaged("its header was changed")
    _, _, log_n, r, p, size, salt, prefix = _FIELDS.unpack_from(header)
    is_agreed = _LOG_N_RANGE[0] <= log_n <= _LOG_N_RANGE[1] and r >= 1 and 1 <= p <= _P_LIMIT
    if not (is_agreed and 128 * r << log_n <= _MEMORY and _CHUNK_RANGE[0] <= size <= _CHUNK_RANGE[1]):
        raise BoundError(
            "This backup asks for more or less work than we agree to. Use one that Leadglass made."
        )
    key, commitment = _derive(passphrase, salt, _Cost(log_n, r, p))
    if not hmac.compare_digest(commitment, header[_FIELDS.size : -_CHECK]):
        raise UsageError("The passphrase is not the one of this backup; nothing was read. Try again.")
    return _chunks(source, ChaCha20Poly1305(key), header, prefix, size)


def _chunks(
    source: BinaryIO, box: ChaCha20Poly1305, header: bytes, prefix: bytes, size: int
) -> Generator[bytes, None, None]:
    for counter in itertools.count():
        frame = _take(source, _LENGTH.size)
        if len(frame) < _LENGTH.size:
            raise _truncated()
        word = int.from_bytes(frame, "big")
        length, is_last = word & ~_LAST, bool(word & _LAST)
        if length > size + _TAG or length < _TAG or (length < size + _TAG and not is_last):
            raise _damaged(f"chunk {counter} has a wrong length")
        sealed = _take(source, length)
        if len(sealed) < length:
            raise _truncated()
        try:
            piece = box.decrypt(_nonce(prefix, counter, is_last=is_last), sealed, header)
        except InvalidTag as error:
            raise _damaged(f"chunk {counter} was changed or moved") from error
        if is_last and source.read(1):
            raise _damaged("something was added behind its end")
        yield piece
        if is_last:
            return


def _derive(passphrase: str, salt: bytes, cost: _Cost) -> tuple[bytes, bytes]:
    """Make the key and its commitment; NFC (UAX 15), because keyboards write an umlaut in two ways."""
    words = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    scrypt = Scrypt(salt=salt, length=32 + _COMMITMENT, n=1 << cost.log_n, r=cost.r, p=cost.p)
    derived = scrypt.derive(words)
    return derived[:32], derived[32:]


def _nonce(prefix: bytes, counter: int, *, is_last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + bytes([is_last])


def _take(source: BinaryIO, size: int) -> bytes:
    """Read exactly `size` bytes, fewer only at the end."""
    taken = b""
    while len(taken) < size and (more := source.read(size - len(taken))):
        taken += more
    return taken


def _truncated() -> UnreadableError:
    return UnreadableError("The backup is truncated: its end is missing. Copy it again, or use another one.")


def _damaged(why: str) -> UnreadableError:
    return UnreadableError(f"The backup is damaged: {why}. Copy it again, or use another one.")
