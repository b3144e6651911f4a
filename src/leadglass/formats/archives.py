# SPDX-License-Identifier: Apache-2.0
"""Open archives and give the documents within, told by content: zip, tar, gzip, xz, zstandard, bzip2.

A path within an archive is only ever a label: nothing is written under it. What is refused or damaged is a
remark, and the others go on where the container allows it.
"""

import io
import re
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.unpacking import (
    DAMAGE,
    MAGIC,
    Bounded,
    FullError,
    Limits,
    Meter,
    Readable,
    damaged,
    unpack,
)
from leadglass.values.bundles import MANIFEST
from leadglass.values.sources import Remark

__all__ = ["Limits", "Member", "members"]

_HEAD: Final = 512
_TAR_MAGIC: Final = (257, b"ustar")
_ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BZIP2_BLOCKS: Final = (b"1AY&SY", b"\x17rE8P\x90")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_BLOCK: Final = 512
_READ_AHEAD: Final = 64 << 10
_HEADERS: Final = 64 << 10  # how much names and attributes of one tar member may take
_AFTER_THE_END: Final = 64 << 20
_DIRECTORY: Final = 64 << 20  # of a zip: 100,000 members need about 10 MiB
_SPOOLED: Final = 16 << 20
_LONGEST_LABEL: Final = 1_024


@dataclass(frozen=True, slots=True)
class Member:
    """A document: its label, and its bytes as a stream to read before the next member is asked for.

    Reading raises `UnreadableError` where the bytes are damaged, `BoundError` where they are too many; the
    iteration goes on after it. A document that is no archive, or is compressed by itself, has the name that
    was given; one in an archive the name, a slash, and its path there.
    """

    path: str
    stream: BinaryIO


Documents = Iterator[Member | Remark]


def members(stream: BinaryIO, name: str, limits: Limits | None = None) -> Iterator[Member | Remark]:
    """Give the documents of a file, which may be one itself. Raises `UnreadableError` for a damaged archive.

    `name` is only shown. Office documents are documents. Links, devices and paths that lead out are refused.
    """
    label, meter = clean_label(name), Meter(limits or Limits())
    try:
        file = stream if stream.seekable() and stream.tell() == 0 else None
        yield from _open(stream, label, meter, 0, file=file)
    except FullError as error:
        yield Remark(where=label, why=str(error))


def clean_label(name: str) -> str:
    """Make a name safe to show: no control characters, no half characters, not too long."""
    text = name.replace("\\", "/").encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:_LONGEST_LABEL])


def _open(
    source: Readable,
    label: str,
    meter: Meter,
    level: int,
    *,
    squeezed: bool = False,
    file: BinaryIO | None = None,
) -> Documents:
    """Give the documents of a stream below `level` archives; `squeezed` where it was compressed.

    `file` is the source where it can be searched.
    """
    whole = Bounded(source, label, meter)
    head = whole.read_fully(_HEAD)
    form = _form(head)
    if form is not None:
        level += not (squeezed and form == "tar")  # a .tar.gz is one archive
        if level > meter.limits.depth:
            why = f"It is an archive below {meter.limits.depth} others and was not opened. Unpack it by hand."
            yield Remark(where=label, why=why)
            return
    again = Bounded(whole, label, meter, head=head)
    if form is None:
        yield _document(again, label, meter)
    elif form == "zip" and file is not None:
        yield from _zip(file, label, meter, level)
    elif form == "zip":
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as copy:
            _spool(again, copy, meter.limits)
            yield from _zip(copy, label, meter, level)
    elif form == "tar":
        yield from _tar(again, label, meter, level)
    else:
        yield from _open(unpack(form, again, label, meter), label, meter, level, squeezed=True)


def _form(head: bytes) -> str | None:
    """Tell an archive by its first bytes; None is a document."""
    if head.startswith(_ZIP_MAGIC):
        return "zip"
    if head[_TAR_MAGIC[0] :].startswith(_TAR_MAGIC[1]):
        return "tar"
    if head.startswith(MAGIC["bzip2"]) and head[4:10] not in _BZIP2_BLOCKS:
        return None  # a text that begins with these letters
    return next((form for form, magic in MAGIC.items() if head.startswith(magic)), None)


def _document(content: Bounded, label: str, meter: Meter) -> Member:
    bounded = Bounded(content, label, meter, most=meter.limits.member)
    return Member(label, io.BufferedReader(bounded, _READ_AHEAD))


def _spool(content: Bounded, copy: IO[bytes], limits: Limits) -> None:
    """Copy a zip that came as a stream: its list of members stands at its end."""
    size = 0
    while piece := content.read(1 << 20):
        size += len(piece)
        if size > limits.member:
            raise BoundError(
                f"A zip that comes as a stream may have {limits.member >> 20} MiB. Unpack it by hand."
            )
        copy.write(piece)
    copy.seek(0)


def _refusal(path: str, size: int, limits: Limits) -> str:
    """Say why a member is not taken, or nothing."""
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(path):
        return "Its path leads out of the archive. It was refused; ask the sender what it is."
    if size > limits.member:
        return f"It says that it is larger than {limits.member >> 20} MiB. It was not unpacked."
    return ""


def _zip(file: IO[bytes], label: str, meter: Meter, level: int) -> Documents:
    try:
        _refuse_large_directory(file)
        archive = zipfile.ZipFile(file)
    except DAMAGE as error:
        raise damaged(label, error) from error
    with archive:
        if _is_office(archive):
            file.seek(0)
            yield _document(Bounded(file, label, meter), label, meter)
            return
        for info in archive.infolist():
            if not info.is_dir():
                meter.member()
                yield from _zip_member(archive, info, f"{label}/{clean_label(info.filename)}", meter, level)


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, meter: Meter, level: int
) -> Documents:
    mode = info.external_attr >> 16
    why = _refusal(info.filename, info.file_size, meter.limits)
    if info.flag_bits & 0x1:
        why = "It is encrypted. Unpack it with its password, then receive what is within."
    elif stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        why = "It is a link or a device, not a file. It was refused."
    elif info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        why = f"It is packed by method {info.compress_type}; Leadglass opens deflate. Pack or unpack it anew."
    if why:
        yield Remark(where=path, why=why)
        return
    try:
        with archive.open(info) as opened:
            content = Bounded(opened, path, meter, packed=lambda: info.compress_size)
            yield from _open(content, path, meter, level)
    except FullError:
        raise
    except UnreadableError as error:
        yield Remark(where=path, why=str(error))
    except DAMAGE as error:
        yield Remark(where=path, why=str(damaged(path, error)))


def _is_office(archive: zipfile.ZipFile) -> bool:
    """Tell an Office document: OPC names its content types, OpenDocument its media type, first of all."""
    names = archive.namelist()
    return "[Content_Types].xml" in names or ("mimetype" in names[:1] and "content.xml" in names)


def _refuse_large_directory(file: IO[bytes]) -> None:
    """Refuse a zip whose list of members alone would fill the memory (APPNOTE 4.3.14 and 4.3.16)."""
    end = file.seek(0, io.SEEK_END)
    start = max(0, end - (1 << 16) - 64)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    sizes = [struct.unpack_from("<I", tail, at + 12)[0]] if 0 <= at <= len(tail) - 22 else []
    locator = tail.rfind(b"PK\x06\x07", 0, max(at, 0))
    if 0 <= locator <= len(tail) - 20:
        file.seek(min(struct.unpack_from("<Q", tail, locator + 8)[0], end))
        record = file.read(56)
        sizes = [struct.unpack_from("<Q", record, 40)[0]] if len(record) == 56 else sizes
    if any(size > _DIRECTORY for size in sizes):
        raise BoundError(
            f"The list of members of this zip is larger than {_DIRECTORY >> 20} MiB. It was not read."
        )
    file.seek(0)


class _Window:
    """The bytes of a tar on their way, with the latest kept in sight, and a bound on how far may be read."""

    def __init__(self, source: Bounded, label: str) -> None:
        self._source = source
        self._label = label
        self._recent = b""
        self._position = 0
        self.end = _HEADERS

    def read(self, size: int) -> bytes:
        """Read on."""
        if self._position > self.end:
            raise BoundError(
                f"{self._label} has a member whose name and attributes are too long. Unpack it by hand."
            )
        piece = self._source.read(size) or b""
        self._position += len(piece)
        self._recent = (self._recent + piece)[-_READ_AHEAD:]
        return piece

    def block(self, position: int) -> bytes:
        """Give the block at a position that was read lately."""
        start = position - (self._position - len(self._recent))
        return self._recent[start : start + _BLOCK] if start >= 0 else b""


def _tar(content: Bounded, label: str, meter: Meter, level: int) -> Documents:
    window = _Window(content, label)
    try:
        archive = tarfile.open(fileobj=window, mode="r|")  # type: ignore[call-overload]  # noqa: SIM115
    except DAMAGE as error:
        raise damaged(label, error) from error
    while True:
        try:
            info = archive.next()
            archive.members = []  # it would remember them all
            window.end = archive.offset + _HEADERS
            if info is None:
                break
        except UnreadableError as error:
            yield Remark(where=label, why=str(error))
            return
        except DAMAGE as error:
            yield Remark(where=label, why=str(damaged(label, error)))
            return
        if info.name == MANIFEST and info.offset == 0:
            why = "This is a bundle: it is verified as a whole. Receive it by itself: leadglass receive FILE"
            yield Remark(where=label, why=why)
            return
        if not info.isdir():
            meter.member()
            yield from _tar_member(archive, info, f"{label}/{clean_label(info.name)}", meter, level)
    yield from _tar_end(archive.offset, content, window, label)


def _tar_member(
    archive: tarfile.TarFile, info: tarfile.TarInfo, path: str, meter: Meter, level: int
) -> Documents:
    why = _refusal(info.name, info.size, meter.limits)
    if not info.isreg() or info.issparse():
        why = "It is a link or a device or has holes, not a plain file. It was refused."
    if why:
        yield Remark(where=path, why=why)
        return
    try:
        opened = archive.extractfile(info)
        if opened is not None:
            yield from _open(Bounded(opened, path, meter), path, meter, level)
    except FullError:
        raise
    except UnreadableError as error:
        yield Remark(where=path, why=str(error))
    except DAMAGE as error:
        yield Remark(where=path, why=str(damaged(path, error)))


def _tar_end(position: int, content: Bounded, window: _Window, label: str) -> Documents:
    """Check that the tar ends in its end mark, and what packs it in its checksum."""
    if window.block(position) != bytes(_BLOCK):
        why = f"{label} has no end mark at byte {position:,}: it was cut off or is damaged. Fetch it again."
        yield Remark(where=label, why=why)
        return
    try:
        for _ in range(_AFTER_THE_END // _READ_AHEAD):
            if not content.read(_READ_AHEAD):
                break
    except UnreadableError as error:
        yield Remark(where=label, why=str(error))
