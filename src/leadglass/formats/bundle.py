# SPDX-License-Identifier: Apache-2.0
"""Read and write the signed list of a bundle: `leadglass-bundle/1`, JSON (RFC 8259) within a DSSE envelope."""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.values.bundles import FORMAT, Contents, bundle_id

MOST_BYTES = 128 << 20
"""The largest list that is read, envelope included."""

MOST_DOCUMENTS = 250_000
"""Documents and program files of one bundle."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_MOST_MEMBER = 8 << 30  # what the size of a ustar header can say


def write(contents: Contents) -> bytes:
    """Write the list, the payload of the envelope."""
    return msgspec.json.encode(contents)


def read(payload: bytes) -> Contents:
    """Read the list. UnreadableError where it is none, is of another format, or contradicts itself."""
    try:
        told = msgspec.json.decode(payload, type=Contents)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableError(
            f"The list of the bundle cannot be read ({error}). Ask for a new one."
        ) from error
    if told.format != FORMAT:
        raise UnreadableError(
            f"The bundle is of the format '{told.format[:40]}', and this release reads {FORMAT}."
            " Install the release that made it."
        )
    if len(told.documents) + len(told.program) + len(told.needs) > MOST_DOCUMENTS:
        raise BoundError(
            f"The bundle lists more than {MOST_DOCUMENTS:,} files. Ask for it in parts, by kind."
        )
    for why in _faults(told):
        raise UnreadableError(
            f"The list of the bundle contradicts itself: {why}. Ask its maker for a new one."
        )
    return told


def _faults(told: Contents) -> Iterator[str]:
    moments = (told.created, told.expires, *(one.received for one in told.documents))
    if any(not _is_aware(moment) for moment in moments):
        yield "a time has no zone"
    elif told.expires <= told.created:
        yield "it expires before it was made"
    elif told.id != bundle_id(told.key, told.sequence, told.created):
        yield "its id is not that of its key, number and time"
    if told.sequence < 1:
        yield "its number is below 1"
    if told.base is None and told.needs:
        yield "it needs documents of no base"
    if told.base is not None and told.base.sequence >= told.sequence:
        yield "its base is newer than itself"
    yield from _faults_of_members(told)


def _faults_of_members(told: Contents) -> Iterator[str]:
    members = told.members()
    hashes = [*(sha256 for _, _, sha256 in members), *told.needs, told.key]
    if not all(_SHA256.fullmatch(sha256) for sha256 in hashes):
        yield "a hash is none"
    if any(not 0 <= size < _MOST_MEMBER for _, size, _ in members):
        yield "a size is below 0 or beyond 8 GiB"
    if len({name for name, _, _ in members}) != len(members):
        yield "a file is listed twice"
    if {one.sha256 for one in told.documents} & set(told.needs):
        yield "it brings what it needs"
    # A path never leads out: names of documents are hashes, those of the program are plain.
    if not all(_FILE.fullmatch(one.name) for one in told.program):
        yield "a file of the program has a name that is none"


def _is_aware(moment: datetime) -> bool:
    return moment.utcoffset() is not None
