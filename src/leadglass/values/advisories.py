# SPDX-License-Identifier: Apache-2.0
"""What publishers say of products and vulnerabilities: CSAF, OpenVEX, CycloneDX VEX, OSV, CVE records, product lists.

As written: nothing here is brought to our own names or compared. `place` is where in the document it stands.
"""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime

from leadglass.values.sources import Remark


class Status(enum.StrEnum):
    """What is said of a product and a vulnerability (OpenVEX 0.2 statuses; CSAF 3.2.3.9 groups them alike)."""

    AFFECTED = "affected"
    NOT_AFFECTED = "not_affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRange:
    """A range of versions that the standard itself states as one; an empty bound is open, as texts.

    `scheme` is the versioning scheme in the words of vers ("semver", "deb", "maven", ...), "" where none is stated.
    """

    scheme: str = ""
    lower: str = ""
    lower_included: bool = True
    upper: str = ""
    upper_included: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedProduct:
    """A product as a document names it. `ref` is the document's own id of it (CSAF product_id, a purl, a bom-ref).

    `version` is the text as written; `versioned` says what the document calls it: "version", "range", or "" where it
    does not say. `ranges` and `versions` are stated by standards with structured ranges (OSV, CVE records).
    `component` and `on` are refs of a relationship: `component` is installed on, or part of, `on`.
    """

    place: str
    ref: str
    name: str
    maker: str = ""
    family: str = ""
    product: str = ""
    version: str = ""
    versioned: str = ""
    cpe: str = ""
    purl: str = ""
    models: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    udis: tuple[str, ...] = ()
    hashes: tuple[tuple[str, str], ...] = ()
    ranges: tuple[VersionRange, ...] = ()
    versions: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    component: str = ""
    on: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a document says of one product (`product` is a ref) and one vulnerability.

    `group` is the document's own word (CSAF "first_fixed", CycloneDX "resolved_with_pedigree"), `justification` its
    label, `impact` and `action` its texts. `stated` is when, where the statement says so by itself. `record` is the id of
    the database's record that it is part of (OSV, CVE records), "" where the document is no such record.
    """

    place: str
    vulnerability: str
    product: str
    status: Status
    group: str = ""
    justification: str = ""
    impact: str = ""
    action: str = ""
    stated: datetime | None = None
    record: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What a publisher offers against a vulnerability. `category` in CSAF's words (3.2.3.12.1): vendor_fix, mitigation, ..."""

    place: str
    vulnerability: str
    category: str
    text: str
    url: str = ""
    products: tuple[str, ...] = ()
    since: date | None = None
    restart: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A vulnerability as a document describes it. `vectors` are CVSS vectors, the newest standard first.

    `vulnerability` is its CVE id where one is stated, else the publisher's own id; `aliases` are all other ids.
    `ssvc` are decision points stated by a coordinator ("exploitation=active"), `withdrawn` tells a rejected one, `disputed`
    one that somebody contests. `record` is the id of the database's record that says so, `publisher` who says it where
    that is not the publisher of the document, `kind` what sort of source that is (values.sources.Voice), where known.
    """

    place: str
    vulnerability: str
    aliases: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    vectors: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    exploited: bool = False
    ssvc: tuple[str, ...] = ()
    withdrawn: bool = False
    disputed: bool = False
    record: str = ""
    publisher: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """A document that speaks of products and vulnerabilities, whatever its standard.

    `id` is the publisher's name for it, `category` what it calls itself ("csaf_security_advisory", "csaf_vex", "vex",
    "osv", "recall"), `revision` its version text, `role` what its publisher is in its own words (CSAF 3.2.1.8.1: "vendor",
    "coordinator", ...). `rest` counts, by kind, what was seen and not taken.
    """

    id: str
    category: str
    title: str = ""
    publisher: str = ""
    role: str = ""
    revision: str = ""
    tlp: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    supersedes: tuple[str, ...] = ()
    products: tuple[NamedProduct, ...] = ()
    described: tuple[Described, ...] = ()
    statements: tuple[Statement, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    rest: dict[str, int] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
