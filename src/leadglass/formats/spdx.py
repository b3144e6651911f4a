# SPDX-License-Identifier: Apache-2.0
"""Read bills of materials in SPDX 2.1 to 2.3 (ISO/IEC 5962:2021) and 3.0 in each of their serializations.

Tolerant of what is seen in the wild: unknown fields are skipped, a field of the wrong type becomes a remark
and is taken as not stated. YAML and plain XML hold the same tree as JSON and are read as that tree.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import spdx3, spdx_rdf, spdx_tags, spdx_trees
from leadglass.formats.json_text import (
    FAULTS,
    Buffer,
    items,
    place_and_reason,
    refuse_swarm,
    unreadable,
    utf8,
)
from leadglass.formats.spdx_parts import (
    MOST_COMPONENTS,
    MOST_FILES,
    MOST_RELATIONSHIPS,
    WHAT,
    Assembly,
    Package,
    spec_version,
)
from leadglass.values.papers import Bom

MOST_BYTES: Final = 256 << 20
LARGEST_PART: Final = 16 << 20
SERIALIZATIONS: Final = ("json", "tag-value", "yaml", "rdf", "xml", "json-ld")

_NO_RAW: Final = Raw()


class _Document(msgspec.Struct, rename="camel"):
    spdx_version: Any = UNSET
    spdx_id: Any = msgspec.field(name="SPDXID", default=UNSET)
    document_namespace: Any = UNSET
    creation_info: Raw = _NO_RAW
    document_describes: Raw = _NO_RAW
    packages: Raw = _NO_RAW
    files: Raw = _NO_RAW
    snippets: Raw = _NO_RAW
    has_extracted_licensing_infos: Raw = _NO_RAW
    relationships: Raw = _NO_RAW


class _CreationInfo(msgspec.Struct):
    created: Any = UNSET


class _Element(msgspec.Struct):
    spdx_id: Any = msgspec.field(name="SPDXID", default=UNSET)
    license_id: Any = msgspec.field(name="licenseId", default=UNSET)


class _Relationship(msgspec.Struct, rename="camel"):
    spdx_element_id: Any = UNSET
    relationship_type: Any = UNSET
    related_spdx_element: Any = UNSET


_DOCUMENT: Final = msgspec.json.Decoder(_Document)
_CREATION: Final = msgspec.json.Decoder(_CreationInfo)
_PACKAGE: Final = msgspec.json.Decoder(Package)
_ELEMENT: Final = msgspec.json.Decoder(_Element)
_RELATIONSHIP: Final = msgspec.json.Decoder(_Relationship)
_IDENTIFIERS: Final = msgspec.json.Decoder(list[Any])


def read(raw: Buffer, serialization: str) -> Bom:
    """Read a bill of materials; `serialization` is one of SERIALIZATIONS, and "json-ld" is SPDX 3.

    The one package that the document describes is the subject and no component. Supplier falls back to originator.
    More than 250,000 packages, 1,000,000 files or relationships, 200 levels, 256 MiB (64 MiB as XML or YAML) are
    refused altogether: half a list would read as a whole one.
    """
    if serialization not in SERIALIZATIONS:
        raise ValueError(f"{serialization!r} is no serialization of SPDX: {', '.join(SERIALIZATIONS)}.")
    if not len(raw):
        raise UnreadableError(f"{WHAT} is empty. Export or fetch it again.")
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{WHAT} is larger than {MOST_BYTES >> 20} MiB. It was not read; ask for one per product."
        )
    return _READERS[serialization](raw)


def _json(raw: Buffer) -> Bom:
    refuse_swarm(WHAT, raw)
    try:
        document = _DOCUMENT.decode(utf8(raw))
    except FAULTS as error:
        raise unreadable(WHAT, error) from error
    return _Reading().read(document)


def _tree(tree: Any) -> Bom:
    try:
        raw = msgspec.json.encode(tree)
    except FAULTS as error:
        raise unreadable(WHAT, error) from error
    return _json(raw)


_READERS: Final[dict[str, Callable[[Buffer], Bom]]] = {
    "json": _json,
    "json-ld": spdx3.read,
    "rdf": spdx_rdf.read,
    "tag-value": spdx_tags.read,
    "xml": lambda raw: _tree(spdx_trees.of_xml(raw)),
    "yaml": lambda raw: _tree(spdx_trees.of_yaml(raw)),
}


class _Reading:
    """One document of SPDX 2 while it is read as JSON."""

    def __init__(self) -> None:
        self._assembly = Assembly()

    def read(self, document: _Document) -> Bom:
        """Read the parts in the order in which they explain each other: what there is, then how it hangs together."""
        version = spec_version(document.spdx_version)
        assembly = self._assembly
        own = assembly.texts.take(document.spdx_id, "", "SPDXID")
        assembly.documents |= {own} if own else set()
        for place, package in self._parts(document.packages, "packages", MOST_COMPONENTS, _PACKAGE):
            assembly.package(place, package)
        files = self._elements(document.files, "files")
        snippets = self._elements(document.snippets, "snippets")
        self._elements(document.has_extracted_licensing_infos, "hasExtractedLicensingInfos")
        self._describes(document.document_describes)
        for place, stated in self._parts(
            document.relationships, "relationships", MOST_RELATIONSHIPS, _RELATIONSHIP
        ):
            assembly.relationship(
                place, stated.spdx_element_id, stated.relationship_type, stated.related_spdx_element
            )
        creation = self._decode(_CREATION, document.creation_info, "creationInfo")
        return assembly.finish(
            serial=document.document_namespace,
            version=version,
            created=creation.created if creation else UNSET,
            files=files,
            snippets=snippets,
        )

    def _elements(self, raw: Raw, place: str) -> int:
        """Count files or snippets; their ids may be named by relationships."""
        number = 0
        for _, element in self._parts(raw, place, MOST_FILES, _ELEMENT):
            number += 1
            for identifier in (element.spdx_id, element.license_id):
                if isinstance(identifier, str):
                    self._assembly.also(identifier)
        return number

    def _describes(self, raw: Raw) -> None:
        for number, identifier in enumerate(self._decode(_IDENTIFIERS, raw, "documentDescribes") or ()):
            place = f"documentDescribes[{number}]"
            stated = self._assembly.texts.take(identifier, place)
            if stated:
                self._assembly.describe(stated, place)

    def _parts(
        self, raw: Raw, place: str, most: int, decoder: msgspec.json.Decoder[Any]
    ) -> Iterator[tuple[str, Any]]:
        for number, item in enumerate(self._split(raw, place, most)):
            here = f"{place}[{number}]"
            part = self._decode(decoder, item, here)
            if part is not None:
                yield here, part

    def _split(self, raw: Raw, place: str, most: int) -> list[Raw]:
        if _is_absent(raw):
            return []
        try:
            return items(raw, most)
        except FAULTS as error:
            self._assembly.remarks.add(*place_and_reason(place, error), sort="parts that were not read")
            return []
        except BoundError as error:
            raise BoundError(
                f"{WHAT} lists more than {most:,} {place}. It was not read; ask for one per product."
            ) from error

    def _decode(self, decoder: msgspec.json.Decoder[Any], raw: Raw, place: str) -> Any:
        if _is_absent(raw):
            return None
        if len(memoryview(raw)) > LARGEST_PART:
            raise BoundError(f"{WHAT} takes more than {LARGEST_PART >> 20} MiB for {place}. It was not read.")
        try:
            return decoder.decode(raw)
        except FAULTS as error:
            self._assembly.remarks.add(*place_and_reason(place, error), sort="parts that were not read")
            return None


def _is_absent(raw: Raw) -> bool:
    size = len(memoryview(raw))
    return size == 0 or (size == 4 and bytes(raw) == b"null")
