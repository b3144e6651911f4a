# SPDX-License-Identifier: Apache-2.0
"""Read bills of materials in CycloneDX JSON 1.2 to 1.7 (ECMA-424).

Tolerant of what is seen in the wild: unknown fields are skipped, a field of the wrong type becomes a remark
and is taken as not stated. Components within components are walked in a loop, so that depth costs no stack.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.cyclonedx_compositions import gaps
from leadglass.formats.json_text import FAULTS, Buffer, items, moment, place_and_reason, unreadable, utf8
from leadglass.formats.remarks import Remarks
from leadglass.values.papers import Bom, BomComponent

SPEC_VERSIONS: Final = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
DEEPEST: Final = 200
MOST_BYTES: Final = 256 << 20
MOST_COMPONENTS: Final = 250_000
LONGEST_TEXT: Final = 4_096

_WHAT: Final = "The bill of materials"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_SERIAL: Final = re.compile(
    r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_NO_RAW: Final = Raw()
_TYPE_NAMES: Final = {
    dict: "an object",
    list: "a list",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


class _Bom(msgspec.Struct, rename="camel"):
    bom_format: Any = UNSET
    spec_version: Any = UNSET
    serial_number: Any = UNSET
    metadata: Raw = _NO_RAW
    components: Raw = _NO_RAW
    services: Raw = _NO_RAW
    vulnerabilities: Raw = _NO_RAW
    compositions: Raw = _NO_RAW


class _Composition(msgspec.Struct):
    aggregate: Any = UNSET
    assemblies: Any = UNSET
    dependencies: Any = UNSET
    vulnerabilities: Any = UNSET


class _Metadata(msgspec.Struct):
    timestamp: Any = UNSET
    component: Raw = _NO_RAW
    manufacture: Any = UNSET  # until 1.5: who made what the BOM describes
    supplier: Any = UNSET


class _Component(msgspec.Struct):
    type: Any = UNSET
    name: Any = UNSET
    version: Any = UNSET
    group: Any = UNSET
    supplier: Any = UNSET
    manufacturer: Any = UNSET
    author: Any = UNSET
    authors: Any = UNSET
    publisher: Any = UNSET
    cpe: Any = UNSET
    purl: Any = UNSET
    ref: Any = msgspec.field(name="bom-ref", default=UNSET)
    components: Raw = _NO_RAW


_BOM: Final = msgspec.json.Decoder(_Bom)
_COMPOSITION: Final = msgspec.json.Decoder(_Composition)
_METADATA: Final = msgspec.json.Decoder(_Metadata)
_COMPONENT: Final = msgspec.json.Decoder(_Component)


def read(raw: Buffer) -> Bom:
    """Read a bill of materials.

    A component without a name becomes a remark, and what it contains is still read. A supplier that is not
    stated is taken from manufacturer, author, publisher; for the product itself also from the metadata. More
    than 250,000 components or 200 levels are refused altogether: half a list would read as a whole one.
    """
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{_WHAT} is larger than {MOST_BYTES >> 20} MiB. It was not read; ask for one per product."
        )
    try:
        document = _BOM.decode(utf8(raw))
    except FAULTS as error:
        raise unreadable(_WHAT, error) from error
    spec_version = _spec_version(document)
    return _Reading().read(document, spec_version)


def _spec_version(document: _Bom) -> str:
    if document.bom_format != "CycloneDX":
        shown = "nothing" if document.bom_format is UNSET else repr(document.bom_format)[:40]
        raise UnreadableError(
            f"This JSON is no CycloneDX document: its bomFormat is {shown}, not 'CycloneDX'. "
            "Ask the sender for a CycloneDX JSON export."
        )
    if document.spec_version not in SPEC_VERSIONS:
        shown = "nothing" if document.spec_version is UNSET else repr(document.spec_version)[:40]
        raise UnreadableError(
            f"This CycloneDX document gives {shown} as its specVersion; Leadglass reads "
            f"{SPEC_VERSIONS[0]} to {SPEC_VERSIONS[-1]}. Ask the sender for one of these."
        )
    return str(document.spec_version)


class _Reading:
    """One document while it is read."""

    def __init__(self) -> None:
        self._remarks = Remarks()
        self._taken: list[BomComponent] = []
        self._room = MOST_COMPONENTS

    def read(self, document: _Bom, spec_version: str) -> Bom:
        """Read the parts of a document whose version is known."""
        serial = self._text(document.serial_number, "serialNumber")
        if not _SERIAL.fullmatch(serial):
            self._remarks.add(
                "serialNumber",
                f"'{serial[:60]}' is no urn:uuid."
                if serial
                else "Not stated: name this document by its SHA-256.",
            )
        metadata = self._decode(_METADATA, document.metadata, "metadata") or _Metadata()
        subject = self._subject(metadata)
        self._walk(document.components, "components", ())
        if not self._taken:
            self._remarks.add(
                "components", "No components are listed: nothing can be matched by this document."
            )
        for part, why in (
            ("services", "services were not taken: Leadglass matches components."),
            ("vulnerabilities", "statements about vulnerabilities: they are read beside this list."),
        ):
            listed = self._split(getattr(document, part), part, MOST_COMPONENTS)
            if listed:
                self._remarks.add(part, f"{len(listed):,} {why}")
        return Bom(
            serial_number=serial,
            spec_version=spec_version,
            created=self._created(metadata),
            subject=subject,
            components=tuple(self._taken),
            gaps=gaps(self._compositions(document.compositions), "compositions", self._remarks),
            remarks=self._remarks.finish(),
        )

    def _compositions(self, raw: Raw) -> Iterator[tuple[str, bool]]:
        """Each composition: its aggregate, and whether it is about components. One that cannot be read says no word."""
        for number, item in enumerate(self._split(raw, "compositions", MOST_COMPONENTS)):
            place = f"compositions[{number}]"
            one = self._decode(_COMPOSITION, item, place) or _Composition()
            about = one.vulnerabilities in (UNSET, None, []) or bool(
                (one.assemblies or None) or (one.dependencies or None)
            )
            yield self._text(one.aggregate, f"{place}.aggregate"), about

    def _created(self, metadata: _Metadata) -> Any:
        text = self._text(metadata.timestamp, "metadata.timestamp")
        created = moment(text) if text else None
        if created is None:
            why = f"'{text[:40]}' is no time." if text else "Not stated: the age of this document is unknown."
            self._remarks.add("metadata.timestamp", why)
        return created

    def _subject(self, metadata: _Metadata) -> BomComponent | None:
        place = "metadata.component"
        component = self._decode(_COMPONENT, metadata.component, place)
        if component is None:
            self._remarks.add(place, "Not stated: the document does not say which product it describes.")
            return None
        fallback = self._organisation(metadata.manufacture, "metadata.manufacture") or self._organisation(
            metadata.supplier, "metadata.supplier"
        )
        subject = self._component(component, place, (), fallback)
        path = (subject.name,) if subject else ()
        self._walk(component.components, f"{place}.components", path)
        return subject

    def _walk(self, raw: Raw, place: str, path: tuple[str, ...]) -> None:
        """Take all components of a list and of the lists within, in the order of the document."""
        levels: list[tuple[str, tuple[str, ...], Iterator[tuple[int, Raw]]]] = []
        levels.append((place, path, iter(enumerate(self._list(raw, place)))))
        while levels:
            place, path, items = levels[-1]
            number, item = next(items, (-1, _NO_RAW))
            if number < 0:
                levels.pop()
                continue
            here = f"{place}[{number}]"
            component = self._decode(_COMPONENT, item, here)
            if component is None:
                continue
            taken = self._component(component, here, path)
            if taken:
                self._taken.append(taken)
            within = self._list(component.components, f"{here}.components")
            if within:
                if len(levels) >= DEEPEST:
                    raise BoundError(
                        f"{_WHAT} has components within components, {DEEPEST} deep. It was not read."
                    )
                inner = (*path, taken.name) if taken else path
                levels.append((f"{here}.components", inner, iter(enumerate(within))))

    def _component(
        self, component: _Component, place: str, path: tuple[str, ...], fallback: str = ""
    ) -> BomComponent | None:
        name = self._text(component.name, f"{place}.name")
        if not name:
            self._remarks.add(
                place, "A component without a name was left out.", sort="components without a name"
            )
            return None
        kind = self._text(component.type, f"{place}.type")
        if not kind:
            self._remarks.add(
                f"{place}.type", f"{name[:60]}: no type is stated.", sort="components without a type"
            )
        return BomComponent(
            place=place,
            kind=kind,
            name=name,
            version=self._text(component.version, f"{place}.version"),
            supplier=self._supplier(component, place) or fallback,
            group=self._text(component.group, f"{place}.group"),
            cpe=self._text(component.cpe, f"{place}.cpe"),
            purl=self._text(component.purl, f"{place}.purl"),
            ref=self._text(component.ref, f"{place}.bom-ref"),
            path=path,
        )

    def _supplier(self, component: _Component, place: str) -> str:
        for name in ("supplier", "manufacturer", "author", "authors", "publisher"):
            value = getattr(component, name)
            if value is not UNSET:
                found = self._organisation(value, f"{place}.{name}")
                if found:
                    return found
        return ""

    def _organisation(self, value: Any, place: str) -> str:
        """Read an organisation or person: an object with a name, a list of them, or a text."""
        if isinstance(value, list):
            value, place = (value[0], f"{place}[0]") if value else (UNSET, place)
        if isinstance(value, dict):
            return self._text(value.get("name", UNSET), f"{place}.name")
        return self._text(value, place)

    def _text(self, value: Any, place: str) -> str:
        if value is UNSET or value is None:
            return ""
        if not isinstance(value, str):
            kind = _TYPE_NAMES.get(type(value), "something else")
            self._remarks.add(place, f"This is {kind} where a text belongs.", sort="fields of a wrong type")
            return ""
        text = _CONTROL.sub(" ", value).strip()
        if len(text) > LONGEST_TEXT:
            why = f"This text is {len(text):,} characters long; the first {LONGEST_TEXT:,} were taken."
            self._remarks.add(place, why, sort="texts that were cut")
        return text[:LONGEST_TEXT]

    def _list(self, raw: Raw, place: str) -> list[Raw]:
        listed = self._split(raw, place, self._room)
        self._room -= len(listed)
        return listed

    def _split(self, raw: Raw, place: str, most: int) -> list[Raw]:
        if _is_absent(raw):
            return []
        try:
            return items(raw, most)
        except FAULTS as error:
            self._remarks.add(*place_and_reason(place, error), sort="parts that were not read")
            return []
        except BoundError as error:
            raise BoundError(
                f"{_WHAT} lists more than {MOST_COMPONENTS:,} components. It was not read; ask for one per "
                "product."
            ) from error

    def _decode(self, decoder: msgspec.json.Decoder[Any], raw: Raw, place: str) -> Any:
        if _is_absent(raw):
            return None
        try:
            return decoder.decode(raw)
        except FAULTS as error:
            self._remarks.add(*place_and_reason(place, error), sort="parts that were not read")
            return None


def _is_absent(raw: Raw) -> bool:
    size = len(memoryview(raw))
    return size == 0 or (size == 4 and bytes(raw) == b"null")
