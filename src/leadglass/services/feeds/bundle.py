# SPDX-License-Identifier: Apache-2.0
"""Bundle: write public documents, and perhaps the program, into one signed file; whole or not at all."""

import hashlib
import io
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import BinaryIO

import zstandard

from leadglass.errors import StateError, UsageError
from leadglass.formats import bundle_tar
from leadglass.services.feeds.before import before
from leadglass.services.feeds.program import program
from leadglass.services.feeds.selection import Selected, select
from leadglass.services.feeds.signing import sign
from leadglass.services.house import House
from leadglass.values.bundles import FORMAT, MANIFEST, Base, Contents, ProgramFile, bundle_id

_LEVEL = 3  # of Zstandard
_MOST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a bundle is to hold. `since` is a bundle's file or id, or a day; `source` a checkout of the program."""

    kinds: Sequence[str] = ()
    tlp: str = ""
    since: str = ""
    source: Path | None = None
    days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A bundle that was written: its list, where it lies, and what stayed here for which reason."""

    path: Path
    size: int
    sha256: str
    contents: Contents
    left_out: Mapping[str, int]

    @property
    def kinds(self) -> Mapping[str, int]:
        """Documents by kind."""
        return Counter(one.kind for one in self.contents.documents)


def bundle(house: House, target: Path, wish: Wish, passphrase: str) -> Bundled:
    """Write a bundle. StateError where the file exists, no key was made, or nothing would be in it."""
    if target.exists():
        raise StateError(f"{target} exists and is not overwritten. Name another file.")
    if not 1 <= wish.days <= _MOST_DAYS:
        raise UsageError(f"A bundle is good for 1 to {_MOST_DAYS} days.")
    if house.key.public() is None:
        raise StateError("This home has no key to sign with. Make one: leadglass feeds key")
    selected = select(house, wish.kinds, wish.tlp)
    base = before(house, wish.since) if wish.since else None
    with ExitStack() as stack:
        files: Mapping[ProgramFile, Path] = {}
        if wish.source is not None:
            (house.home / "incoming").mkdir(exist_ok=True)  # what a crash leaves there is swept
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=house.home / "incoming")))
            files = program(house, wish.source, work)
        sequence = stack.enter_context(house.made.next())
        contents = _contents(house, selected, base, tuple(files), sequence, wish.days)
        envelope = sign(house, contents, passphrase)
        house.made.begin(sequence, envelope)
        size, sha256 = _write(target, _members(house, contents, envelope, files))
        house.made.finish(sequence)
    house.log.append("bundle", {"id": contents.id, "sequence": sequence, "sha256": sha256, "size": size})
    return Bundled(path=target, size=size, sha256=sha256, contents=contents, left_out=selected.left_out)


def _contents(
    house: House,
    selected: Selected,
    base: Contents | None,
    files: tuple[ProgramFile, ...],
    sequence: int,
    days: int,
) -> Contents:
    """List what goes in: all, or beside a base what it does not bring."""
    there = {one.sha256 for one in base.documents} | set(base.needs) if base else set[str]()
    documents = tuple(one for one in selected.documents if one.sha256 not in there)
    needs = tuple(one.sha256 for one in selected.documents if one.sha256 in there)
    if not documents and not files:
        raise StateError(_nothing(selected, base))
    key, created = house.key.public(), house.clock().astimezone(UTC)
    if key is None:
        raise StateError("The key of this home is gone. Restore it from a backup.")
    return Contents(
        format=FORMAT, id=bundle_id(key.keyid, sequence, created), key=key.keyid, created=created,
        expires=created + timedelta(days=days), publisher=house.organisation, sequence=sequence,
        base=Base(id=base.id, sequence=base.sequence) if base else None, needs=needs, documents=documents, program=files,
    )  # fmt: skip


def _nothing(selected: Selected, base: Contents | None) -> str:
    if base and selected.documents:
        return f"Nothing is new since the bundle {base.id}: there is nothing to carry. Receive feeds first."
    reasons = ", ".join(f"{number:,} {why}" for why, number in selected.left_out.items())
    told = f" Left out: {reasons}." if reasons else ""
    return f"No public document is here that may go into a bundle.{told} Receive feeds first: leadglass receive PATH"


def _members(
    house: House, contents: Contents, envelope: bytes, files: Mapping[ProgramFile, Path]
) -> Iterator[tuple[str, int, BinaryIO]]:
    """Give every member in the order of the list, each open while its turn lasts."""
    yield MANIFEST, len(envelope), io.BytesIO(envelope)
    for document in contents.documents:
        with house.documents.open(document.sha256) as stream:
            yield f"documents/{document.sha256}", document.size, stream
    for file, path in files.items():
        with path.open("rb") as stream:
            yield f"program/{file.name}", file.size, stream


def _write(target: Path, members: Iterator[tuple[str, int, BinaryIO]]) -> tuple[int, str]:
    """Write the tar beside the target, packed unless it is called .tar, and rename it when it is on the disk."""
    work = target.with_name(f".{target.name}.part")
    try:
        with work.open("xb") as file:
            hashed = _Hashed(file)
            if target.suffix == ".tar":
                bundle_tar.write(hashed, members)
            else:
                packer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
                with packer.stream_writer(hashed, closefd=False) as packed:  # type: ignore[arg-type] # it writes
                    bundle_tar.write(packed, members)
            file.flush()
            os.fsync(file.fileno())
        work.rename(target)
    except OSError as error:
        raise StateError(f"{target} cannot be written ({error.strerror}). Name another place.") from error
    finally:
        work.unlink(missing_ok=True)
    return hashed.size, hashed.digest.hexdigest()


class _Hashed:
    """A file that is written, with the size and the hash of what went into it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write on."""
        self.size += len(data)
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Leave it to the end."""
