# SPDX-License-Identifier: Apache-2.0
"""The records that the pairs name, and others with names like theirs, as documents of NVD's API 2.0.

The others make the catalogue of names a real one: for every product of the feeds whose words all stand in a
component or a device of the pairs, the first record that names it is taken too.
"""

import json
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FEEDS = "nvd/feeds-2.0"
_BETWEEN = re.compile(rb',?(?=\{"cve":\{"id":")')
_ID = re.compile(rb'\{"cve":\{"id":"(CVE-[\d-]+)"')
_NAME = re.compile(rb'"criteria":"cpe:2\.3:([aoh]:(?:[^:\\"]|\\\\.)+:(?:[^:\\"]|\\\\.)+):')
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """Documents by the name of their file; how many records the pairs name, and how many stand beside them."""

    documents: Mapping[str, bytes]
    named: int
    beside: int


def words(text: str) -> frozenset[str]:
    """Words and numbers of a name, in lower case."""
    return frozenset(_WORD.findall(text.lower()))


def read(corpus: Path, wanted: Iterable[str], names: Iterable[str]) -> Feeds:
    """Take the records `wanted`, and one of each product that `names` may mean."""
    asked, spoken = frozenset(wanted), frozenset(map(words, names))
    seen: set[bytes] = set()
    documents, named, beside = {}, 0, 0
    for path in sorted((corpus / FEEDS).glob("nvdcve-2.0-*.json.xz")):
        taken = []
        for name, raw in records(path):
            own = name in asked
            fresh = {key for key in set(_NAME.findall(raw)) - seen if _may_mean(key, spoken)}
            seen |= fresh
            if own or fresh:
                taken.append(raw)
                named, beside = named + own, beside + (not own)
        documents[f"{FEEDS}/{path.name}"] = _document(taken)
    return Feeds(documents=documents, named=named, beside=beside)


def records(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every record of a feed, as it is written there, with its id."""
    for piece in _BETWEEN.split(lzma.decompress(path.read_bytes())):
        found = _ID.match(piece)
        if found:
            yield found[1].decode(), piece[: piece.rindex(b"}}") + 2]


@lru_cache(maxsize=1 << 18)
def _may_mean(key: bytes, spoken: frozenset[frozenset[str]]) -> bool:
    """Whether all words of a product stand in one of the names."""
    product = words(key.decode().replace("\\", "").rpartition(":")[2])
    return bool(product) and any(product <= name for name in spoken)


def _document(taken: list[bytes]) -> bytes:
    """A document of the API around records."""
    head = {
        "resultsPerPage": len(taken), "startIndex": 0, "totalResults": len(taken), "format": "NVD_CVE",
        "version": "2.0", "timestamp": "2026-11-01T00:00:00.000",
    }  # fmt: skip
    return json.dumps(head).encode()[:-1] + b',"vulnerabilities":[' + b",".join(taken) + b"]}"
