# SPDX-License-Identifier: Apache-2.0
"""A bundle: public documents, and perhaps the program, in one signed file for a machine without a network."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from leadglass.values.ids import fingerprint

FORMAT = "leadglass-bundle/1"
PAYLOAD_TYPE = "application/vnd.leadglass.bundle+json"
MANIFEST = "manifest.dsse.json"
"""The first member: the signed list of all others."""

# RFC 8410 section 4: SubjectPublicKeyInfo of an Ed25519 key is this and the 32 bytes of RFC 8032.
_SPKI = bytes.fromhex("302a300506032b6570032100")
_WAY = re.compile(r"bundle ([0-9a-f]{64}) ([0-9]{1,15}) (B-[a-z2-7]{12})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """An Ed25519 public key (RFC 8032): 32 bytes."""

    raw: bytes

    @property
    def der(self) -> bytes:
        """The key as SubjectPublicKeyInfo (RFC 8410)."""
        return _SPKI + self.raw

    @property
    def text(self) -> str:
        """The key as one line: the base64 that stands within a PEM file."""
        return b64encode(self.der).decode("ascii")

    @property
    def keyid(self) -> str:
        """Its fingerprint: SHA-256 of the DER form, 64 hex digits."""
        return hashlib.sha256(self.der).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document of a bundle. `received` (aware, UTC), `publisher` and `tlp` are what its sender's receipt says."""

    sha256: str
    size: int
    name: str
    kind: str
    standard: str
    version: str
    publisher: str
    tlp: str
    received: datetime
    newest: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramFile:
    """A file of the program: a wheel, or what installs the wheels."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The bundle on top of which a delta comes."""

    id: str
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is signed. `key` is the signer's keyid; sequence numbers of one key only grow. Times are aware.

    `base` is None where the bundle stands by itself; else `needs` are documents of the base that still count and
    that the receiver has to have.
    """

    format: str
    id: str
    key: str
    created: datetime
    expires: datetime
    publisher: str
    sequence: int
    base: Base | None
    needs: tuple[str, ...]
    documents: tuple[Listed, ...]
    program: tuple[ProgramFile, ...]

    def members(self) -> list[tuple[str, int, str]]:
        """Every member behind the manifest, in its order: name, size, SHA-256."""
        documents = [(f"documents/{one.sha256}", one.size, one.sha256) for one in self.documents]
        return documents + [(f"program/{one.name}", one.size, one.sha256) for one in self.program]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a document came, as its receipt tells: by which bundle, of which key and number."""

    key: str
    sequence: int
    bundle: str

    def __str__(self) -> str:
        """Give the text that stands in a receipt."""
        return f"bundle {self.key} {self.sequence} {self.bundle}"

    @classmethod
    def parse(cls, text: str) -> "Way | None":
        """Read the text of a receipt; None for one that came by no bundle."""
        match = _WAY.fullmatch(text)
        return cls(key=match[1], sequence=int(match[2]), bundle=match[3]) if match else None


def bundle_id(key: str, sequence: int, created: datetime) -> str:
    """Name a bundle by its signer's key, its number and when it was made."""
    return "B-" + fingerprint("bundle", key, str(sequence), created.isoformat())


class SigningKey(Protocol):
    """The home's own key, and signatures of any."""

    def make(self, passphrase: str) -> PublicKey:
        """Make the key; there is one at most."""

    def public(self) -> PublicKey | None:
        """Give the public half; None where no key was made."""

    def sign(self, message: bytes, passphrase: str) -> bytes:
        """Sign a message with the private half."""

    def verify(self, key: PublicKey, message: bytes, signature: bytes) -> bool:
        """Tell whether a signature is of that key."""


class MadeBundles(Protocol):
    """The signed lists of the bundles that this home made."""

    def next(self) -> AbstractContextManager[int]:
        """Give the number of the next bundle; nobody else makes one within the block."""

    def begin(self, sequence: int, envelope: bytes) -> None:
        """Keep the list of a bundle that is being made."""

    def finish(self, sequence: int) -> None:
        """Let the list count: the bundle is there."""

    def newest_first(self) -> Iterator[bytes]:
        """Give the lists, the newest first."""
