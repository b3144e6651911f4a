# SPDX-License-Identifier: Apache-2.0
"""A snapshot is a manifest: the parts, documents, register revision and release that its answers rest on."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An immutable Parquet file named by the SHA-256 of its bytes.

    `basis` names what it was made from, where a later snapshot with the same basis uses it again. `layer` orders the parts
    of a layered table: what a later one superseded (the table `superseded`) counts no more in it.
    """

    table: str
    sha256: str
    rows: int
    basis: str = ""
    layer: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot consists of. `as_of` is set on private snapshots only; it is aware, in UTC.

    Two manifests with the same `id` give the same answers to the byte: the id leaves out only when it was made,
    and what it `follows`: the id of the snapshot that was published before it.
    """

    release: str
    documents: tuple[str, ...]
    receipts: str
    register: str
    parts: tuple[Part, ...]
    policies: str = ""
    as_of: datetime | None = None
    made_at: datetime
    follows: str = ""

    @property
    def id(self) -> str:
        """Hash everything but `made_at`, `as_of` and `follows`: the content, not the asking."""
        content = [self.release, self.documents, self.receipts, self.register, self.policies, self.parts]
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]

    def basis(self) -> tuple[str, tuple[str, ...], str, str, str]:
        """What the parts were made from; equal bases give equal parts."""
        return (self.release, self.documents, self.receipts, self.register, self.policies)
