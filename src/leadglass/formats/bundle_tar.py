# SPDX-License-Identifier: Apache-2.0
"""The tar of a bundle (POSIX.1-1988 ustar), in one form only: its list says every byte, so any other is refused.

Members are plain files of mode 644, user and group 0 without names, time 0, padded with zeros; at the end two
blocks of zeros, and zeros up to a record of 10,240 bytes.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final, cast

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.bundle import MOST_BYTES
from leadglass.formats.unpacking import MAGIC, Bounded, Limits, Meter, Readable, unpack
from leadglass.values.bundles import MANIFEST

_BLOCK: Final = 512
_NAME: Final = 100
_RECORD: Final = 10_240
_PIECE: Final = 1 << 20
_SIZE: Final = slice(124, 136)
_HEAD: Final = 1 << 18  # bytes to look at: a block of Zstandard has 128 KiB at most (RFC 8878 3.1.1.2.4)
_LIMITS: Final = Limits(total=1 << 40, member=1 << 40)  # the signed list bounds what is read; the ratio stays
_DAMAGED: Final = "Copy the bundle again, and compare its SHA-256 with what its maker's machine printed."


def header(name: str, size: int) -> bytes:
    """Give the one header that a member of this name and size has. BoundError where ustar cannot say them.

    Written out, for libraries and their versions differ in the fields that no plain file needs.
    """
    named, prefix = name.encode("ascii", "replace"), b""
    if len(named) > _NAME:
        prefix, _, named = named.partition(b"/")
    if not 0 < len(named) <= _NAME or not 0 <= size < 8**11:
        raise BoundError(
            f"{name[:40]}... has a name or size that the tar of a bundle cannot hold. Leave it out."
        )
    fields = (
        b"0000644",
        b"0000000",
        b"0000000",
        b"%011o" % size,
        b"00000000000",
    )  # mode, user, group, size, time
    front = named.ljust(_NAME, b"\0") + b"".join(field + b"\0" for field in fields)
    back = (b"0" + bytes(_NAME) + b"ustar\00000" + bytes(64) + b"0000000\0" * 2 + prefix).ljust(356, b"\0")
    checksum = sum(front) + 8 * ord(" ") + sum(back)  # as if its own field were blank
    return front + b"%06o\0 " % checksum + back


def looked(stream: BinaryIO) -> tuple[bool, BinaryIO]:
    """Tell whether a stream is a bundle, packed or not; gives it back as it was, to be read from its beginning."""
    head = b""
    while len(head) < _HEAD and (piece := stream.read(_HEAD - len(head))):
        head += piece
    if stream.seekable():
        stream.seek(0)
        return _is_bundle(head), stream
    return _is_bundle(head), cast(BinaryIO, Bounded(stream, "standard input", Meter(_LIMITS), head=head))


def _is_bundle(head: bytes) -> bool:
    """Tell by the first header: it is that of the signed list."""
    try:
        if head.startswith(MAGIC["zstandard"]):
            packed = unpack("zstandard", io.BytesIO(head), "the file", Meter(_LIMITS))
            head = packed.read_fully(_BLOCK)
    except UnreadableError:
        return False
    name, _, _ = head[:100].partition(b"\0")
    return name == MANIFEST.encode("ascii") and head[257:262] == b"ustar"


def write(target: Any, members: Iterable[tuple[str, int, BinaryIO]]) -> None:
    """Write members, each a stream of exactly its size. UnreadableError for one that is shorter or longer."""
    written = 0
    for name, size, stream in members:
        target.write(header(name, size))
        left = size
        while left and (piece := stream.read(min(left, _PIECE))):
            target.write(piece)
            left -= len(piece)
        if left or stream.read(1):
            raise UnreadableError(f"{name} has not the size that its receipt says. Run: leadglass status")
        target.write(bytes(-size % _BLOCK))
        written += _BLOCK + size + -size % _BLOCK
    target.write(bytes(_end(written)))


def _end(position: int) -> int:
    return 2 * _BLOCK + -(position + 2 * _BLOCK) % _RECORD


class BundleTar:
    """The members of a bundle in the order that its list says, read as a stream; UnreadableError for anything else."""

    def __init__(self, stream: Readable) -> None:
        plain = Bounded(stream, "The bundle", Meter(_LIMITS))
        head = plain.read_fully(len(MAGIC["zstandard"]))
        again = Bounded(plain, "The bundle", Meter(_LIMITS), head=head)
        packed = head == MAGIC["zstandard"]
        self._source = unpack("zstandard", again, "The bundle", Meter(_LIMITS)) if packed else again
        self._position = 0

    def manifest(self) -> bytes:
        """Give the signed list, the first member."""
        block = self._take(_BLOCK)
        try:
            size = int(block[_SIZE].rstrip(b"\0 ") or b"0", 8)
        except ValueError:
            size = -1
        if size < 0 or block != header(MANIFEST, size):
            raise UnreadableError(f"The bundle does not begin with its signed list. {_DAMAGED}")
        if size > MOST_BYTES:
            raise BoundError(
                f"The list of the bundle is larger than {MOST_BYTES >> 20} MiB. It was not read."
            )
        raw = self._take(size)
        self._zeros(-size % _BLOCK)
        return raw

    def member(self, name: str, size: int) -> "Member":
        """Give the next member, which has to be this one; read it to its end before the next."""
        return Member(self._pieces(name, size))

    def _pieces(self, name: str, size: int) -> Iterator[bytes]:
        found = self._take(_BLOCK)
        if found != header(name, size):
            there = found[:100].partition(b"\0")[0].decode("ascii", "replace") or "its end"
            raise UnreadableError(
                f"The bundle's list says that {name} comes here, but there is {there[:90]!r} or another size. {_DAMAGED}"
            )
        while size:
            piece = self._take(min(size, _PIECE))
            size -= len(piece)
            yield piece
        self._zeros(-self._position % _BLOCK)

    def end(self) -> None:
        """Check that nothing follows."""
        self._zeros(_end(self._position))
        if self._source.read(1):
            raise UnreadableError(f"Something stands behind the end of the bundle. {_DAMAGED}")

    def _take(self, size: int) -> bytes:
        piece = self._source.read_fully(size)
        self._position += len(piece)
        if len(piece) < size:
            raise UnreadableError(f"The bundle is cut off at byte {self._position:,}. {_DAMAGED}")
        return piece

    def _zeros(self, size: int) -> None:
        if self._take(size).strip(b"\0"):
            raise UnreadableError(f"The bundle holds bytes between its files. {_DAMAGED}")


class Member(io.RawIOBase):
    """A member as a stream; `sha256` is that of what was read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = b""
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The SHA-256 of all bytes that were read so far."""
        return self._digest.hexdigest()

    def readable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give up to `size` bytes, at least one save at the end; without a size all that is left."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        if not self._rest:
            self._rest = next(self._pieces, b"")
            self._digest.update(self._rest)
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece
