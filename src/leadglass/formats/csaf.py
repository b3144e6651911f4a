# SPDX-License-Identifier: Apache-2.0
"""Read security advisories and VEX documents in CSAF 2.0 and 2.1 (OASIS Common Security Advisory Framework, JSON).

Tolerant of what is seen in the wild: unknown fields are skipped, a field of the wrong type becomes a remark and is
taken as not stated. Whether a document keeps every rule of the standard is not asked here.
"""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Raw

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.csaf_fields import NO_RAW, WHAT, Fields, is_absent
from leadglass.formats.csaf_related import ProductTree
from leadglass.formats.csaf_vulnerabilities import Vulnerabilities
from leadglass.formats.json_text import FAULTS, Buffer, unreadable, utf8
from leadglass.values.advisories import Advisory

VERSIONS: Final = ("2.0", "2.1")
MOST_BYTES: Final = 64 << 20
LABELS: Final = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
STATUSES: Final = ("final", "interim", "draft")

_STATING: Final = ("csaf_security_advisory", "csaf_vex")


class _Csaf(msgspec.Struct):
    document: Raw = NO_RAW
    product_tree: Raw = NO_RAW
    vulnerabilities: Raw = NO_RAW
    x_extensions: Raw = NO_RAW


class _Document(msgspec.Struct):
    csaf_version: Raw = NO_RAW
    category: Raw = NO_RAW
    title: Raw = NO_RAW
    publisher: Raw = NO_RAW
    tracking: Raw = NO_RAW
    distribution: Raw = NO_RAW
    acknowledgments: Raw = NO_RAW
    aggregate_severity: Raw = NO_RAW
    notes: Raw = NO_RAW
    references: Raw = NO_RAW
    x_extensions: Raw = NO_RAW


class _Publisher(msgspec.Struct):
    name: Raw = NO_RAW
    category: Raw = NO_RAW


class _Tracking(msgspec.Struct):
    id: Raw = NO_RAW
    version: Raw = NO_RAW
    status: Raw = NO_RAW
    initial_release_date: Raw = NO_RAW
    current_release_date: Raw = NO_RAW
    aliases: Raw = NO_RAW


class _Distribution(msgspec.Struct):
    tlp: Raw = NO_RAW


class _Tlp(msgspec.Struct):
    label: Raw = NO_RAW


class _Reference(msgspec.Struct):
    category: Raw = NO_RAW


_CSAF: Final = msgspec.json.Decoder(_Csaf)
_DOCUMENT: Final = msgspec.json.Decoder(_Document)
_PUBLISHER: Final = msgspec.json.Decoder(_Publisher)
_TRACKING: Final = msgspec.json.Decoder(_Tracking)
_DISTRIBUTION: Final = msgspec.json.Decoder(_Distribution)
_TLP: Final = msgspec.json.Decoder(_Tlp)
_REFERENCE: Final = msgspec.json.Decoder(_Reference)


def read(raw: Buffer) -> Advisory:
    """Read a CSAF document of any profile: advisory, VEX, incident response, informational, base.

    More than 64 MiB, 100 levels of branches, 200,000 products or 2,000,000 statements are refused altogether:
    half an advisory would read as a whole one. A statement of a product that the tree does not have is kept
    and remarked on, as are statements that contradict each other.
    """
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{WHAT} is larger than {MOST_BYTES >> 20} MiB. It was not read; ask its publisher for smaller documents."
        )
    text = utf8(raw)
    try:
        whole = _CSAF.decode(text)
    except FAULTS as error:
        raise unreadable(WHAT, error) from error
    return _Reading().read(whole)


class _Reading:
    """One document while it is read."""

    def __init__(self) -> None:
        self._fields = Fields()

    def read(self, whole: _Csaf) -> Advisory:
        """Read the parts of a document: what it names first, then what it says."""
        fields = self._fields
        document = self._document(whole)
        tracking = fields.object(_TRACKING, document.tracking, "document.tracking") or _Tracking()
        name = self._stated(tracking.id, "document.tracking.id", "name this document by its SHA-256")
        category = self._stated(document.category, "document.category", "its profile is unknown")
        tree = ProductTree(fields, whole.product_tree)
        said = Vulnerabilities(fields, tree, name)
        said.read(whole.vulnerabilities)
        if not said.statements and category.lower() in _STATING:
            fields.remarks.add(
                "vulnerabilities", "No product has a status: nothing can be matched by this document."
            )
        publisher, role = self._publisher(document)
        self._check_status(tracking)
        self._count_the_rest(whole, document, tracking)
        return Advisory(
            id=name,
            category=category,
            title=self._stated(document.title, "document.title", "it is known by its id only"),
            publisher=publisher,
            role=role,
            revision=fields.text(tracking.version, "document.tracking.version"),
            tlp=self._tlp(document),
            created=self._time(tracking, "initial_release_date"),
            updated=self._time(tracking, "current_release_date"),
            products=tree.products,
            described=tuple(said.described),
            statements=tuple(said.statements),
            remedies=tuple(said.remedies),
            rest=dict(sorted(fields.rest.items())),
            remarks=fields.remarks.finish(),
        )

    def _document(self, whole: _Csaf) -> _Document:
        document = self._fields.object(_DOCUMENT, whole.document, "document")
        version = self._fields.text(document.csaf_version, "document.csaf_version") if document else ""
        if document is None or not version:
            raise UnreadableError(
                "This JSON is no CSAF document: it has no document.csaf_version that is a text. Ask the sender for "
                "a CSAF 2.0 or 2.1 document."
            )
        if version not in VERSIONS:
            raise UnreadableError(
                f"This CSAF document gives '{version[:40]}' as its csaf_version; Leadglass reads "
                f"{' and '.join(VERSIONS)}. Ask the sender for one of these."
            )
        return document

    def _stated(self, raw: Raw, place: str, otherwise: str) -> str:
        text = self._fields.text(raw, place)
        if not text:
            self._fields.remarks.add(place, f"Not stated: {otherwise}.")
        return text

    def _publisher(self, document: _Document) -> tuple[str, str]:
        """Give who says this, and what they are: vendor, coordinator, ... (3.2.1.8.1)."""
        place = "document.publisher"
        publisher = self._fields.object(_PUBLISHER, document.publisher, place) or _Publisher()
        name = self._stated(publisher.name, f"{place}.name", "who says this is unknown")
        return name, self._fields.text(publisher.category, f"{place}.category")

    def _time(self, tracking: _Tracking, name: str) -> datetime | None:
        place = f"document.tracking.{name}"
        if is_absent(getattr(tracking, name)):
            self._fields.remarks.add(place, "Not stated: the age of this document is unknown.")
        return self._fields.time(getattr(tracking, name), place)

    def _tlp(self, document: _Document) -> str:
        """Take the label in the words of TLP 2.0, which calls CLEAR what CSAF 2.0 calls WHITE."""
        place = "document.distribution"
        distribution = self._fields.object(_DISTRIBUTION, document.distribution, place) or _Distribution()
        tlp = self._fields.object(_TLP, distribution.tlp, f"{place}.tlp") or _Tlp()
        stated = self._fields.text(tlp.label, f"{place}.tlp.label")
        label = "CLEAR" if stated.upper() == "WHITE" else stated.upper()
        if label and label not in LABELS:
            why = f"'{stated[:40]}' is no label of the Traffic Light Protocol: decide who may see this document."
            self._fields.remarks.add(f"{place}.tlp.label", why)
            return stated
        return label

    def _check_status(self, tracking: _Tracking) -> None:
        place = "document.tracking.status"
        status = self._fields.text(tracking.status, place)
        if status == "draft":
            self._fields.remarks.add(
                place, "The publisher calls this a draft: it can still change in any part."
            )
        elif status not in STATUSES:
            why = (
                f"'{status[:40]}' is no status of a document." if status else "Not stated: it may be a draft."
            )
            self._fields.remarks.add(place, why)

    def _count_the_rest(self, whole: _Csaf, document: _Document, tracking: _Tracking) -> None:
        fields = self._fields
        for here, reference in fields.objects(_REFERENCE, document.references, "document.references"):
            if fields.text(reference.category, f"{here}.category") != "self":
                fields.rest["references of the document"] += 1
        fields.count(document.notes, "document.notes", "notes of the document")
        fields.count(document.acknowledgments, "document.acknowledgments", "acknowledgments")
        fields.count(
            document.aggregate_severity, "document.aggregate_severity", "severities of the whole document"
        )
        fields.count(document.x_extensions, "document.x_extensions", "extensions")
        fields.count(whole.x_extensions, "x_extensions", "extensions")
        fields.count(tracking.aliases, "document.tracking.aliases", "other names of the document")
