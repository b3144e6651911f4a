# SPDX-License-Identifier: Apache-2.0
"""Read SPDX 3.0 as JSON-LD: a graph of elements, with compact names or whole IRIs, nested or side by side.

Names are read as the published context gives them; no context is fetched. Elements may come in any order, so
the graph is gone through twice: who and what there is, then the packages.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Raw

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import (
    FAULTS,
    Buffer,
    items,
    place_and_reason,
    refuse_swarm,
    unreadable,
    utf8,
)
from leadglass.formats.remarks import Remarks
from leadglass.formats.spdx_parts import WHAT, Assembly, Package
from leadglass.formats.stated import Texts, within
from leadglass.values.papers import Bom

MOST_BYTES: Final = 256 << 20
MOST_ELEMENTS: Final = 2_000_000
LARGEST_ELEMENT: Final = 16 << 20
DEEPEST_ELEMENT: Final = 12

_TERM: Final = re.compile(r"https?://spdx\.org/rdf/(?:v?3[^/]*/)(?:terms/)?(\w+)/(\w+)")
_CONTEXT_LOOKED_AT: Final = 64 << 10
_CONTEXT: Final = re.compile(rb"spdx\.org/rdf/v?(3(?:\.[0-9]{1,3}){1,2})/")
_VERSION: Final = re.compile(r"3\.[0-9]{1,3}(?:\.[0-9]{1,3})?\Z")
_NO_RAW: Final = Raw()

_PACKAGES: Final = {"software_Package": "", "ai_AIPackage": "model", "dataset_DatasetPackage": "data"}
_DOCUMENTS: Final = frozenset({"SpdxDocument", "software_Sbom", "Bom", "Bundle", "ElementCollection"})
_AGENTS: Final = frozenset({"Agent", "Organization", "Person", "SoftwareAgent", "Tool"})
_IDENTIFIERS: Final = {"cpe22": "cpe22Type", "cpe23": "cpe23Type", "packageurl": "purl", "purl": "purl"}
_COUNTED: Final = {"software_File": "files", "software_Snippet": "snippets"}
_INDIVIDUALS: Final = {
    "NoAssertionElement": "NOASSERTION",
    "NoneElement": "NONE",
    "NoAssertionLicense": "NOASSERTION",
    "NoneLicense": "NONE",
}

_NAMES: Final = {
    "SPDXID": "spdxId",
    "versionInfo": "software_packageVersion",
    "primaryPackagePurpose": "software_primaryPurpose",
    "externalRefs": "externalIdentifier",
    "referenceType": "externalIdentifierType",
    "referenceLocator": "identifier",
    "spdxElementId": "from",
    "relatedSpdxElement": "to",
    "documentNamespace": "SpdxDocument.spdxId",
    "documentDescribes": "SpdxDocument.rootElement",
    "creationInfo.created": "CreationInfo.created",
    "packages": "software_Package",
    "files": "software_File",
    "snippets": "software_Snippet",
}

_Trail = tuple[str | int, ...]


class _Document(msgspec.Struct):
    context: Raw = msgspec.field(name="@context", default=_NO_RAW)
    graph: Raw = msgspec.field(name="@graph", default=_NO_RAW)


_DOCUMENT: Final = msgspec.json.Decoder(_Document)
_ANY: Final = msgspec.json.Decoder()


def read(raw: Buffer) -> Bom:
    """Read a bill of materials. The serial number is the IRI of its SpdxDocument."""
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{WHAT} is larger than {MOST_BYTES >> 20} MiB. It was not read; ask for one per product."
        )
    refuse_swarm(WHAT, raw)
    try:
        plain = utf8(raw)
        listed, context = _graph(plain)
    except FAULTS as error:
        raise unreadable(WHAT, error) from error
    except BoundError as error:
        raise BoundError(
            f"{WHAT} holds more than {MOST_ELEMENTS:,} elements. It was not read; ask for one per product."
        ) from error
    return _Reading(listed, context).read()


def _graph(plain: Buffer) -> tuple[list[Raw], Raw]:
    """Split the document into its elements: @graph, a list (expanded JSON-LD), or one element by itself."""
    if bytes(plain[:64]).lstrip()[:1] == b"[":
        return items(plain, MOST_ELEMENTS), _NO_RAW
    document = _DOCUMENT.decode(plain)
    if memoryview(document.graph).nbytes:
        return items(document.graph, MOST_ELEMENTS), document.context
    if len(plain) > LARGEST_ELEMENT:
        raise UnreadableError(f"{WHAT} has no @graph. Ask the sender for SPDX 3.0 as JSON-LD.")
    return [Raw(bytes(plain))], document.context


class _Reading:
    """One graph while it is read."""

    def __init__(self, listed: list[Raw], context: Raw) -> None:
        self._listed = listed
        self._assembly = Assembly(_NAMES)
        self._agents: dict[str, str] = {}
        self._identifiers: dict[str, dict[str, Any]] = {}
        self._counts = dict.fromkeys(_COUNTED.values(), 0)
        self._document: dict[str, Any] = {}
        self._creation: dict[str, Any] = {}
        found = _CONTEXT.search(bytes(memoryview(context)[:_CONTEXT_LOOKED_AT]))
        self._version = found[1].decode() if found else ""

    def read(self) -> Bom:
        """Read the elements twice: first all but packages and relationships, then these."""
        late = [number for number in range(len(self._listed)) if self._has_late(number)]
        for number in late:
            for place, element in self._elements(number, Remarks()):  # told the first time
                self._take_late(place, element)
        if not self._version.startswith("3.0"):
            shown = f"version {self._version}" if self._version else "nothing"
            raise UnreadableError(
                f"The context and the creation information of this document say {shown} of SPDX 3; Leadglass reads "
                "3.0. Ask the sender for SPDX 3.0 as JSON-LD."
            )
        return self._assembly.finish(
            serial=self._document.get("spdxId"),
            version=self._version,
            created=self._time(),
            files=self._counts["files"],
            snippets=self._counts["snippets"],
        )

    def _has_late(self, number: int) -> bool:
        late = False
        for place, element in self._elements(number, self._assembly.remarks):
            sort = _sort(element)
            if sort in _PACKAGES or sort.endswith("Relationship"):
                late = True
            else:
                self._take_early(place, sort, element)
        return late

    def _elements(self, number: int, remarks: Remarks) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give an item of the graph and the elements within it, their keys and values made plain."""
        place = f"@graph[{number}]"
        raw = self._listed[number]
        if len(memoryview(raw)) > LARGEST_ELEMENT:
            raise BoundError(
                f"{WHAT} takes more than {LARGEST_ELEMENT >> 20} MiB for {place}. It was not read."
            )
        try:
            value = _ANY.decode(raw)
        except FAULTS as error:
            remarks.add(*place_and_reason(place, error), sort="parts that were not read")
            return
        if not isinstance(value, dict):
            Texts(remarks).wrong(value, place, "an object")
        elif not _sort(_plain(value)):
            remarks.add(place, "No type is stated.", sort="elements without a type")
        todo: list[tuple[_Trail, Any]] = [((place,), value)]
        while todo:
            trail, held = todo.pop()
            if len(trail) > DEEPEST_ELEMENT:
                why = "What is nested here was not read: elements of SPDX do not go so deep."
                remarks.add(_written(trail), why, sort="parts that were not read")
            elif isinstance(held, dict):
                element = _plain(held)
                todo.extend(
                    ((*trail, key), inner) for key, inner in element.items() if isinstance(inner, dict | list)
                )
                if "type" in element:
                    yield _written(trail), element
            elif isinstance(held, list):
                todo.extend(
                    ((*trail, at), inner) for at, inner in enumerate(held) if isinstance(inner, dict | list)
                )

    def _take_early(self, place: str, sort: str, element: dict[str, Any]) -> None:
        identifier = element.get("spdxId")
        if isinstance(identifier, str) and identifier:
            self._assembly.also(identifier)
        else:
            identifier = ""
        if sort in _AGENTS:
            self._agents[identifier] = self._assembly.texts.take(element.get("name"), place, "name")
        elif sort == "ExternalIdentifier":
            self._identifiers[identifier] = element
        elif sort == "CreationInfo":
            self._creation[identifier] = element
            self._version = self._version or self._spec_version(element, place)
        elif sort in _COUNTED:
            self._counts[_COUNTED[sort]] += 1
        elif sort in _DOCUMENTS:
            self._take_document(place, sort, identifier, element)
        elif sort == "ExternalMap":
            external = element.get("externalSpdxId")
            self._assembly.also(external if isinstance(external, str) else "")

    def _spec_version(self, element: dict[str, Any], place: str) -> str:
        stated = self._assembly.texts.take(element.get("specVersion"), place, "specVersion")
        return stated if _VERSION.match(stated) else ""

    def _take_document(self, place: str, sort: str, identifier: str, element: dict[str, Any]) -> None:
        if sort == "SpdxDocument" and not self._document:
            self._document = element
        if sort != "Bundle":
            self._assembly.documents.add(identifier)
            for root in self._references(element.get("rootElement"), within(place, "rootElement")):
                self._assembly.describe(root, within(place, "rootElement"), identifier)

    def _take_late(self, place: str, element: dict[str, Any]) -> None:
        sort = _sort(element)
        if sort in _PACKAGES:
            self._assembly.package(place, self._package(place, element, _PACKAGES[sort]))
        elif sort.endswith("Relationship"):
            first = self._references(element.get("from"), within(place, "from"))
            kind = _tail(element.get("relationshipType"))
            for second in self._references(element.get("to"), within(place, "to")) or [""]:
                self._assembly.relationship(place, next(iter(first), None), kind, second)

    def _package(self, place: str, element: dict[str, Any], purpose: str) -> Package:
        listed = element.get("externalIdentifier")
        listed = listed if isinstance(listed, list) or listed is None else [listed]
        return Package(
            spdx_id=element.get("spdxId"),
            name=element.get("name"),
            version_info=element.get("software_packageVersion"),
            supplier=self._agent(element.get("suppliedBy"), within(place, "suppliedBy")),
            originator=self._agent(element.get("originatedBy"), within(place, "originatedBy")),
            primary_package_purpose=_tail(element.get("software_primaryPurpose")) or purpose,
            external_refs=[
                self._identifier(one, within(place, "externalIdentifier")) for one in listed or ()
            ],
            package_url=element.get("software_packageUrl"),
        )

    def _identifier(self, stated: Any, place: str) -> Any:
        """Give an identifier in the words of SPDX 2; it stands within its package or by itself in the graph."""
        held = _plain(stated) if isinstance(stated, dict) else stated
        name = held.get("spdxId") if isinstance(held, dict) else held
        element = self._identifiers.get(name, held) if isinstance(name, str) else held
        if isinstance(element, str):
            self._remark_on_stranger(element, place)
            return {}
        if not isinstance(element, dict):
            return element
        sort = _tail(element.get("externalIdentifierType"))
        return {
            "referenceType": _IDENTIFIERS.get(sort.casefold(), "") if isinstance(sort, str) else sort,
            "referenceLocator": element.get("identifier"),
        }

    def _agent(self, stated: Any, place: str) -> str:
        """Give the name of who is named: by an IRI, or described in place."""
        for identifier in self._references(stated, place):
            if identifier in self._agents:
                return self._agents[identifier]
            if identifier not in _INDIVIDUALS.values():
                self._remark_on_stranger(identifier, place)
        inline = stated[0] if isinstance(stated, list) and stated else stated
        if isinstance(inline, dict) and "spdxId" not in _plain(inline):
            return self._assembly.texts.take(_plain(inline).get("name"), place, "name")
        return ""

    def _remark_on_stranger(self, identifier: str, place: str) -> None:
        why = f"{identifier[:80]} is named here, but is not in the document."
        self._assembly.remarks.add(place, why, sort="ids that are not in the document")

    def _references(self, stated: Any, place: str) -> list[str]:
        """Give the IRIs that stand at a property: texts, objects with an @id, one or a list of them."""
        found = []
        for one in stated if isinstance(stated, list) else [stated]:
            value = _plain(one).get("spdxId") if isinstance(one, dict) else one
            text = self._assembly.texts.take(value, place)
            if text:
                found.append(_INDIVIDUALS.get(text.rpartition("/")[2], text))
        return found

    def _time(self) -> Any:
        stated = self._document.get("creationInfo")
        held = _plain(stated) if isinstance(stated, dict) else {"spdxId": stated}
        name = held.get("spdxId")
        found = self._creation.get(name) if isinstance(name, str) else None
        if found is None and "created" not in held and len(self._creation) == 1:
            (found,) = self._creation.values()
        return (found or held).get("created")


def _written(trail: _Trail) -> str:
    """Write where an element stands: "@graph[3].suppliedBy"."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step[:40]}" for step in trail)[1:]


def _plain(element: dict[str, Any]) -> dict[str, Any]:
    """Write the keys of an element as the context of SPDX does, and unwrap values of expanded JSON-LD."""
    if "@id" not in element and "@type" not in element and not any(":" in key for key in element):
        return element
    made: dict[str, Any] = {}
    for key, value in element.items():
        word = {"@id": "spdxId", "@type": "type"}.get(key) or _short(key)
        made[word] = _tail(_unwrapped(value)) if word == "type" else _unwrapped(value)
    return made


def _sort(element: dict[str, Any]) -> str:
    """Give the type of an element, "" for what is none; of several in a list the first."""
    stated = element.get("type")
    if isinstance(stated, list) and stated:
        stated = _tail(stated[0])
    return stated if isinstance(stated, str) else ""


def _short(key: str) -> str:
    """Turn https://spdx.org/rdf/3.0.1/terms/Software/Package into software_Package; those of Core have no prefix."""
    found = _TERM.fullmatch(key)
    if not found:
        return key
    return found[2] if found[1] == "Core" else f"{found[1].lower()}_{found[2]}"


def _unwrapped(value: Any) -> Any:
    """Take the value out of [{"@value": ...}]; a list of one is the one, as SPDX has lists only of objects."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def _tail(value: Any) -> Any:
    """Give the last word of an IRI of SPDX's vocabulary: .../RelationshipType/contains is "contains"."""
    if isinstance(value, dict):
        value = _plain(value).get("spdxId")
    if not isinstance(value, str) or not value.startswith("http"):
        return value
    return _short(value) if _TERM.fullmatch(value) else value.rpartition("/")[2]
