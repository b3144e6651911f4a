# SPDX-License-Identifier: Apache-2.0
"""Unpack streams within bounds: gzip (RFC 1952), xz, zstandard (RFC 8878), bzip2; excess is an error."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import zstandard

from leadglass.errors import BoundError, LeadglassError, UnreadableError

DAMAGE: Final = (
    EOFError, OSError, ValueError, IndexError, KeyError, RuntimeError, OverflowError, struct.error,
    zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError,
)  # fmt: skip
"""What the libraries raise on bytes that are not what they say."""

_CHUNK: Final = 1 << 16
_MEMORY: Final = 256 << 20  # of a decompressor: xz -9 needs 65 MiB
_ZSTD_WINDOW: Final = 128 << 20
_ZSTD_CHUNK: Final = 1 << 10  # a frame may repeat one byte 128 KiB long in four bytes, all given back at once

MAGIC: Final = {
    "gzip": b"\x1f\x8b\x08",
    "xz": b"\xfd7zXZ\x00",
    "zstandard": b"\x28\xb5\x2f\xfd",
    "bzip2": b"BZh",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is unpacked: levels of archives in archives, bytes in all and of one member, members in all.

    Beyond `ratio_from` bytes a stream may not unpack to more than `ratio` times its packed size.
    """

    depth: int = 3
    total: int = 8 << 30
    member: int = 2 << 30
    members: int = 100_000
    ratio: int = 400
    ratio_from: int = 64 << 20


class FullError(BoundError):
    """So much was unpacked that nothing more is: this ends all archives of a document."""


class Readable(Protocol):
    """What bytes can be read from; None and b"" are the end."""

    def read(self, size: int = -1, /) -> bytes | None:
        """Give up to `size` bytes."""


class Meter:
    """What was unpacked so far, over all members of all archives within a document."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._unpacked = 0
        self._members = 0

    def unpacked(self, size: int) -> None:
        """Count bytes."""
        self._unpacked += size
        if self._unpacked > self.limits.total:
            raise FullError(
                f"More than {_size(self.limits.total)} come out of this archive. What came before was read; "
                "unpack the rest by hand, in parts."
            )

    def member(self) -> None:
        """Count a member, and refuse to go on where nothing more may be unpacked."""
        self._members += 1
        if self._members > self.limits.members:
            raise FullError(
                f"This archive has more than {self.limits.members:,} members. The first were read; unpack "
                "the rest by hand, in parts."
            )
        self.unpacked(0)


class Bounded(io.RawIOBase):
    """A stream that counts what it gives, and turns damage and excess into errors of ours; these last.

    `head` was read from the source already and is given again. `most` bounds the bytes. `packed` tells how
    many packed bytes went into it: then its bytes count as unpacked, and its ratio is watched.
    """

    def __init__(
        self,
        source: Readable,
        label: str,
        meter: Meter,
        *,
        head: bytes = b"",
        most: int | None = None,
        packed: Callable[[], int] | None = None,
    ) -> None:
        self._source = source
        self._label = label
        self._meter = meter
        self._head = head
        self._most = most
        self._packed = packed
        self._given = 0
        self._failed: LeadglassError | None = None

    def readable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give up to `size` bytes, at least one save at the end; without a size all that is left."""
        if size < 0:
            return b"".join(iter(lambda: self.read(1 << 20), b""))
        if self._failed:
            raise self._failed
        try:
            piece = self._piece(size)
            self._given += len(piece)
            self._check(len(piece))
        except LeadglassError as error:
            self._failed = error
            raise
        except DAMAGE as error:
            self._failed = damaged(self._label, error)
            raise self._failed from error
        return piece

    def readall(self) -> bytes:
        """Give all that is left."""
        return self.read()

    def readinto(self, buffer: Any) -> int:
        """Put bytes into a buffer, and say how many."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def read_fully(self, size: int) -> bytes:
        """Give exactly `size` bytes, or all where there are fewer."""
        pieces, left = [], size
        while left and (piece := self.read(left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        return self._source.read(size) or b""

    def _check(self, size: int) -> None:
        limits = self._meter.limits
        if self._most is not None and self._given > self._most:
            raise BoundError(f"{self._label} is larger than {_size(self._most)}. It was not read.")
        if self._packed is None:
            return
        self._meter.unpacked(size)
        if self._given > limits.ratio_from and self._given > limits.ratio * max(self._packed(), 1):
            raise BoundError(
                f"{self._label} unpacks to more than {limits.ratio} times its size, as only a bomb does. "
                "It was not read."
            )


class Counted:
    """The packed side of a stream: how many bytes were taken from it."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """Take bytes."""
        piece = self._source.read(size) or b""
        self.taken += len(piece)
        return piece


class _Frames:
    """The content of streams or frames that follow each other, as one; the end within one is damage."""

    def __init__(self, source: Counted, magic: bytes, begin: Callable[[], Any], chunk: int) -> None:
        self._source = source
        self._magic = magic
        self._begin = begin
        self._chunk = chunk
        self._frame = begin()
        self._ready = b""
        self._bounded = hasattr(self._frame, "needs_input")

    def read(self, size: int = -1) -> bytes:
        """Give up to `size` bytes, at least one save at the end."""
        while not self._ready:
            data = b""
            if self._frame.eof:
                data = self._frame.unused_data or self._source.read(self._chunk)
                data = data.lstrip(b"\0") if data.strip(b"\0") else b""  # xz pads its streams with zeros
                if not data:
                    return b""
                if not self._magic.startswith(data[: len(self._magic)]):
                    raise EOFError("something else follows its end")
                self._frame = self._begin()
            elif not self._bounded or self._frame.needs_input:
                data = self._source.read(self._chunk)
                if not data:
                    raise EOFError("it ends in the middle")
            self._ready = (
                self._frame.decompress(data, _CHUNK) if self._bounded else self._frame.decompress(data)
            )
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece


def unpack(form: str, source: Readable, label: str, meter: Meter) -> Bounded:
    """Give the content of a compressed stream. `form` is a key of MAGIC."""
    counted = Counted(source)
    content: Any
    if form == "gzip":
        content = gzip.GzipFile(fileobj=counted, mode="rb")  # type: ignore[call-overload]
    elif form == "bzip2":
        content = bz2.BZ2File(counted)  # type: ignore[call-overload]
    elif form == "xz":
        content = _Frames(
            counted, MAGIC[form], lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _MEMORY), _CHUNK
        )
    else:
        frames = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        content = _Frames(counted, MAGIC[form], frames.decompressobj, _ZSTD_CHUNK)
    return Bounded(content, label, meter, packed=lambda: counted.taken)


def damaged(label: str, error: Exception) -> UnreadableError:
    """Say in a sentence that something is not what it says it is."""
    if isinstance(error, OSError) and error.errno is not None:
        return UnreadableError(
            f"{label} cannot be read: {error.strerror}. Check the disk, then receive it again."
        )
    return UnreadableError(
        f"{label} is damaged or was cut off ({error or type(error).__name__}). Fetch it again."
    )


def _size(size: int) -> str:
    return f"{size >> 30} GiB" if size >= 1 << 30 else f"{size >> 20} MiB"
