# SPDX-License-Identifier: Apache-2.0
"""Read what stands around NVD's records: the paging of the CVE API 2.0, and the .meta files of the yearly feeds."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from leadglass.errors import UnreadableError
from leadglass.formats.json_text import FAULTS, Buffer, moment, unreadable, utf8

_SHA256: Final = re.compile(r"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of an answer. `timestamp` is the server's clock and `newest` the newest lastModified, as it writes both.

    NVD states times without a zone. They are compared with each other and given back as they came, so the zone
    need not be known.
    """

    start: int
    total: int
    timestamp: datetime
    ids: tuple[str, ...]
    newest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a .meta file says of a yearly feed: when it was made, bytes unpacked, and their SHA-256 in lower case."""

    modified: datetime
    size: int
    sha256: str


class _Cve(msgspec.Struct, rename="camel", gc=False):
    id: str = ""
    last_modified: str = ""


class _Item(msgspec.Struct, gc=False):
    cve: _Cve


class _Page(msgspec.Struct, rename="camel", gc=False):
    """The envelope, named as in NVD's schema cve_api_json_2.0; what we do not name is skipped."""

    results_per_page: int
    start_index: int
    total_results: int
    timestamp: str
    vulnerabilities: list[_Item]


_PAGE: Final = msgspec.json.Decoder(_Page)


def page(raw: Buffer) -> Page:
    """Read the envelope of a page. UnreadableError where it is none, or says of itself what cannot be."""
    try:
        said = _PAGE.decode(utf8(raw))
    except FAULTS as error:
        raise unreadable("The answer of NVD", error) from error
    timestamp = bare(said.timestamp)
    if timestamp is None or said.start_index < 0 or said.total_results < len(said.vulnerabilities):
        raise UnreadableError(
            f"The answer of NVD contradicts itself: {len(said.vulnerabilities):,} records from {said.start_index:,}"
            f" of {said.total_results:,}, made at {said.timestamp[:40]!r}. Ask again."
        )
    modified = (bare(item.cve.last_modified) for item in said.vulnerabilities)
    return Page(
        start=said.start_index,
        total=said.total_results,
        timestamp=timestamp,
        ids=tuple(item.cve.id for item in said.vulnerabilities),
        newest=max((time for time in modified if time), default=None),
    )


def bare(text: str) -> datetime | None:
    """Read a time as NVD writes it, without a zone; one with a zone is brought to UTC first. None if it is no time."""
    time = moment(text)
    return time.replace(tzinfo=None) if time else None


def meta(raw: bytes) -> Meta:
    """Read a .meta file: lines of name:value."""
    text = raw[:4096].decode("ascii", "replace")
    said = dict(line.strip().split(":", 1) for line in text.splitlines() if ":" in line)
    made = moment(said.get("lastModifiedDate", ""))
    size, sha256 = said.get("size", "").strip(), said.get("sha256", "").strip()
    if made is None or not size.isdecimal() or not _SHA256.fullmatch(sha256):
        raise UnreadableError(
            "The .meta file of NVD lacks lastModifiedDate, size or sha256: it is something else. Fetch it again."
        )
    return Meta(modified=made.astimezone(UTC).replace(tzinfo=None), size=int(size), sha256=sha256.lower())
