# SPDX-License-Identifier: Apache-2.0
"""Where a fact comes from: the document, its receipt, the place in it, and what could not be judged."""

import enum
from dataclasses import dataclass, field
from datetime import datetime


class Kind(enum.StrEnum):
    """What a document is, as its content says."""

    FLEET = "fleet"
    BOM = "bom"
    NVD = "nvd"
    KEV = "kev"
    EPSS = "epss"
    ADVISORY = "advisory"
    VEX = "vex"
    OSV = "osv"
    CVE = "cve"
    LIFECYCLE = "lifecycle"
    SIGHTINGS = "sightings"
    BUNDLE = "bundle"
    UNKNOWN = "unknown"


class Voice(enum.StrEnum):
    """What sort of source speaks of a vulnerability; the order of trust goes by it."""

    NVD = "nvd"
    CNA = "cna"
    ADP = "adp"
    GHSA = "ghsa"
    OSV = "osv"
    MAKER = "maker"
    COORDINATOR = "coordinator"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that could not be read or judged: `where` in the document, and `why` in a sentence."""

    where: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """When, from where and by whom a document came. Immutable; a reclassification adds another one.

    `received` is aware and in UTC. `clock` is "system", or "stated" where a person gave the time (demo, replay).
    `container` is the SHA-256 of the archive that held the document, `member` its path therein.
    `hint` keeps what the receiver was told for reading (a mapping profile), as key=value words.
    `way` names the bundle that brought it (values.bundles.Way), and `origin` when its sender had received it.
    """

    sha256: str
    name: str
    size: int
    received: datetime
    by: str
    clock: str = "system"
    publisher: str = ""
    tlp: str = "CLEAR"
    container: str = ""
    member: str = ""
    hint: str = ""
    way: str = ""
    origin: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What a document is: kind, standard and the version of that standard, and how sure the look was."""

    kind: Kind
    standard: str = ""
    version: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document as we know it: bytes under a hash, its receipts, and what it was recognised as."""

    sha256: str
    recognition: Recognition
    receipts: tuple[Receipt, ...]
    taken: dict[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
