# SPDX-License-Identifier: Apache-2.0
"""Read how a provider distributes its advisories (CSAF 2.0, section 7.1): metadata, ROLIE feeds, directories, hashes."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urljoin

import msgspec

from leadglass.errors import UnreadableError
from leadglass.formats.json_text import FAULTS, Buffer, moment, unreadable, utf8

OPEN: Final = frozenset({"WHITE", "CLEAR", "UNLABELED"})
"""Labels of feeds that anybody may fetch (7.1.4)."""

_MOST: Final = 500_000
_HEX: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the provider (7.1.20): where it lies, and its fingerprint as stated, lower case ("" not stated)."""

    url: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider-metadata.json (7.1.7). `feeds` are ROLIE feeds with their TLP labels, `directories` addresses."""

    publisher: str
    updated: str
    keys: tuple[Key, ...]
    feeds: tuple[tuple[str, str], ...]
    directories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An advisory as listed: its address, when it was updated (ISO 8601 in UTC, "" not stated), hashes, signature."""

    url: str
    updated: str = ""
    hashes: tuple[str, ...] = ()
    signature: str = ""


class _Feed(msgspec.Struct, gc=False):
    url: str
    tlp_label: str = ""


class _Rolie(msgspec.Struct, gc=False):
    feeds: list[_Feed] = []


class _Distribution(msgspec.Struct, gc=False):
    directory_url: str = ""
    rolie: _Rolie | None = None


class _Key(msgspec.Struct, gc=False):
    url: str
    fingerprint: str = ""


class _Publisher(msgspec.Struct, gc=False):
    name: str


class _Metadata(msgspec.Struct, gc=False):
    """Named as in provider_json_schema.json; what we do not name is skipped."""

    canonical_url: str
    metadata_version: str
    last_updated: str
    publisher: _Publisher
    distributions: list[_Distribution] = []
    public_openpgp_keys: list[_Key] = []


_METADATA: Final = msgspec.json.Decoder(_Metadata)
_ROLIE: Final = msgspec.json.Decoder(dict[str, Any])


def provider(raw: Buffer) -> Provider:
    """Read a provider-metadata.json."""
    try:
        said = _METADATA.decode(utf8(raw))
    except FAULTS as error:
        raise unreadable("The provider-metadata.json", error) from error
    if not said.metadata_version.startswith("2."):
        raise UnreadableError(
            f"The provider-metadata.json is of version {said.metadata_version[:20]!r}; Leadglass reads 2.x."
        )
    feeds = [feed for one in said.distributions if one.rolie for feed in one.rolie.feeds]
    return Provider(
        publisher=said.publisher.name,
        updated=said.last_updated,
        keys=tuple(
            Key(url=key.url, fingerprint=key.fingerprint.replace(" ", "").lower())
            for key in said.public_openpgp_keys
        ),
        feeds=tuple((feed.url, feed.tlp_label.upper()) for feed in feeds),
        directories=tuple(one.directory_url for one in said.distributions if one.directory_url),
    )


def rolie(raw: Buffer, base: str) -> tuple[Listed, ...]:
    """Read a ROLIE feed (7.1.15, RFC 8322): the entries with the addresses of document, hashes and signature."""
    try:
        feed = _ROLIE.decode(utf8(raw)).get("feed")
    except FAULTS as error:
        raise unreadable("The ROLIE feed", error) from error
    entries = feed.get("entry") if isinstance(feed, dict) else None
    if not isinstance(entries, list) or len(entries) > _MOST:
        raise UnreadableError("The ROLIE feed has no list of entries: it is something else. Fetch it again.")
    return tuple(_entry(entry, base) for entry in entries)


def _entry(entry: Any, base: str) -> Listed:
    links = [link for link in _list(entry, "link") if isinstance(link, dict)]
    content = entry.get("content") if isinstance(entry, dict) else None
    address = content.get("src") if isinstance(content, dict) else None
    address = address or next(iter(_hrefs(links, "self")), None)
    time = moment(str(entry.get("updated", ""))) if isinstance(entry, dict) else None
    if not isinstance(address, str) or time is None:
        raise UnreadableError(
            f"An entry of the ROLIE feed has no address or no time: {str(entry)[:80]}. Fetch it again."
        )
    return Listed(
        url=urljoin(base, address),
        updated=time.isoformat(),
        hashes=tuple(urljoin(base, href) for href in _hrefs(links, "hash")),
        signature=next((urljoin(base, href) for href in _hrefs(links, "signature")), ""),
    )


def _list(entry: Any, name: str) -> list[Any]:
    found = entry.get(name) if isinstance(entry, dict) else None
    return found if isinstance(found, list) else []


def _hrefs(links: list[dict[str, Any]], relation: str) -> Iterator[str]:
    return (
        link["href"] for link in links if link.get("rel") == relation and isinstance(link.get("href"), str)
    )


def changes(raw: bytes, directory: str) -> tuple[Listed, ...]:
    """Read changes.csv (7.1.13): path and time of each advisory."""
    found = []
    for number, row in enumerate(csv.reader(_lines(raw, "changes.csv")), 1):
        time = moment(row[1]) if len(row) == 2 else None
        if time is None:
            raise UnreadableError(f"Line {number} of changes.csv is no path and time. Fetch it again.")
        found.append(_in_directory(row[0], directory, time.isoformat()))
    return tuple(found)


def index(raw: bytes, directory: str) -> tuple[Listed, ...]:
    """Read index.txt (7.1.12): the path of each advisory."""
    return tuple(
        _in_directory(line.strip(), directory, "") for line in _lines(raw, "index.txt") if line.strip()
    )


def _lines(raw: bytes, name: str) -> list[str]:
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeError as error:
        raise UnreadableError(f"{name} is no text in UTF-8. Fetch it again.") from error
    return lines[:_MOST]


def _in_directory(path: str, directory: str, updated: str) -> Listed:
    """Place a path; hashes and signature lie beside the document (7.1.18, 7.1.19)."""
    if not path.endswith(".json") or ".." in path.split("/") or "://" in path or path.startswith("/"):
        raise UnreadableError(
            f"'{path[:60]}' is no path of an advisory below its directory. Fetch the list again."
        )
    url = f"{directory.rstrip('/')}/{quote(path)}"
    return Listed(url=url, updated=updated, hashes=(f"{url}.sha512", f"{url}.sha256"), signature=f"{url}.asc")


def digest(raw: bytes) -> str:
    """Read a hash file (7.1.18): the hash as hex, then maybe the name. Lower case."""
    word = raw[:4096].decode("ascii", "replace").strip().partition(" ")[0].strip().lower()
    if not _HEX.fullmatch(word):
        raise UnreadableError("The hash file holds no SHA-256 or SHA-512.")
    return word
