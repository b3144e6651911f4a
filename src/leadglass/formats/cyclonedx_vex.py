# SPDX-License-Identifier: Apache-2.0
"""Read what CycloneDX documents say of vulnerabilities, VDR and VEX (1.4 to 1.7, ECMA-424), in JSON and in XML.

Also the extension that 1.0 and 1.1 had, http://cyclonedx.org/schema/ext/vulnerability/1.0, in XML. A statement is
about one reference, narrowed to a version where the document names versions: its product is then `ref [version]`.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw

from leadglass.errors import BoundError
from leadglass.formats import cyclonedx, cyclonedx_xml, xml_text
from leadglass.formats.cyclonedx_products import Products
from leadglass.formats.cyclonedx_statements import Statements, too_many
from leadglass.formats.json_text import (
    FAULTS,
    Buffer,
    items,
    place_and_reason,
    refuse_swarm,
    unreadable,
    utf8,
)
from leadglass.formats.parts import JsonPart, Part, XmlPart
from leadglass.formats.remarks import Remarks
from leadglass.values.advisories import Advisory
from leadglass.values.papers import Bom

MOST_VULNERABILITIES: Final = 250_000

_WHAT: Final = "The bill of materials"
_MARKUP: Final = re.compile(rb"\s*<")
_EXTENSION: Final = "http://cyclonedx.org/schema/ext/vulnerability/1.0"


class _Document(msgspec.Struct):
    version: Any = UNSET
    metadata: Raw = Raw()
    services: Raw = Raw()
    vulnerabilities: Raw = Raw()


_DOCUMENT: Final = msgspec.json.Decoder(_Document)
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])


def read(raw: Buffer) -> Advisory:
    """Read the vulnerabilities of a document; what is no CycloneDX is refused as the BOM readers refuse it.

    A vulnerability without analysis is taken as affecting what it names (group "no analysis"). Where analysis and
    the status of a version contradict each other, the statement is of status unknown. More than 250,000
    vulnerabilities or 500,000 statements are refused: half of them would read as all. `category` is "vex" where
    anything was analysed, else "vdr".
    """
    _, told = read_xml(raw) if _MARKUP.match(utf8(raw)) else read_json(raw)
    return told


def read_json(raw: Buffer) -> tuple[Bom, Advisory]:
    """Read a document in JSON once for both: what it lists, and what it says of vulnerabilities."""
    bom, text, remarks = cyclonedx.read(raw), utf8(raw), Remarks()
    refuse_swarm(_WHAT, text)
    try:
        document = _DOCUMENT.decode(text)
    except FAULTS as error:
        raise unreadable(_WHAT, error) from error
    products = Products(bom, _objects(document.services, "services", remarks), remarks)
    statements = Statements(bom.spec_version, products, remarks)
    for part in _objects(document.vulnerabilities, "vulnerabilities", remarks):
        statements.take(part)
    whole = isinstance(document.version, int) and 0 <= document.version < 10**18
    metadata = None if _is_absent(document.metadata) else _object(document.metadata, "metadata", remarks)
    return bom, _advisory(statements, bom, metadata, f"{document.version}" if whole else "")


def _object(raw: Raw, place: str, remarks: Remarks) -> JsonPart | None:
    try:
        return JsonPart(_OBJECT.decode(raw), place, remarks)
    except FAULTS as error:
        remarks.add(*place_and_reason(place, error), sort="parts that were not read")
        return None


def _objects(raw: Raw, place: str, remarks: Remarks) -> Iterator[JsonPart]:
    if _is_absent(raw):
        return
    try:
        listed = items(raw, MOST_VULNERABILITIES)
    except FAULTS as error:
        remarks.add(*place_and_reason(place, error), sort="parts that were not read")
        return
    except BoundError as error:
        raise too_many(MOST_VULNERABILITIES, place) from error
    for number, item in enumerate(listed):
        found = _object(item, f"{place}[{number}]", remarks)
        if found is not None:
            yield found


def _is_absent(raw: Raw) -> bool:
    held = memoryview(raw)
    return len(held) == 0 or bytes(held[:5]) == b"null"


def read_xml(raw: Buffer) -> tuple[Bom, Advisory]:
    """Read a document in XML once for both: what it lists, and what it says of vulnerabilities."""
    document = cyclonedx_xml.root(raw)
    bom, remarks = cyclonedx_xml.take(document), Remarks()
    part = XmlPart(document, "", remarks)
    products = Products(bom, part.parts("services", "services/service"), remarks)
    statements = Statements(bom.spec_version, products, remarks)
    for number, vulnerability in enumerate(part.parts("vulnerabilities", "vulnerabilities/vulnerability")):
        if number >= MOST_VULNERABILITIES:
            raise too_many(MOST_VULNERABILITIES, "vulnerabilities")
        statements.take(vulnerability)
    if xml_text.holds(document, _EXTENSION, "vulnerabilities"):
        for within, holder in _extensions(part):
            statements.take_extension(within, holder)
    return bom, _advisory(statements, bom, part.part("metadata"), part.text("version"))


def _extensions(part: XmlPart) -> Iterator[tuple[XmlPart, str]]:
    """Give the vulnerabilities of the extension, each with the bom-ref or purl of the component it stands in."""
    ref = part.text("bom-ref") or part.text("purl") if xml_text.name(part.element) == "component" else ""
    for listing in part.foreign(_EXTENSION, "vulnerabilities"):
        for vulnerability in listing.parts("", "vulnerability"):
            yield vulnerability, ref
    for component in part.parts("", "components/component"):
        yield from _extensions(component)
    for metadata in part.parts("", "metadata"):
        for component in metadata.parts("", "component"):
            yield from _extensions(component)


def _advisory(statements: Statements, bom: Bom, metadata: Part | None, revision: str) -> Advisory:
    statements.finish()
    subject = bom.subject
    constraints = metadata.part("distributionConstraints") if metadata else None
    return Advisory(
        id=bom.serial_number,
        category="vex" if statements.analysed else "vdr",
        title=f"{subject.name} {subject.version}".strip() if subject else "",
        publisher=_publisher(metadata) if metadata else "",
        revision=revision,
        tlp=constraints.text("tlp") if constraints else "",
        created=bom.created,
        products=statements.products.all(),
        described=tuple(statements.described),
        statements=tuple(statements.statements),
        remedies=tuple(statements.remedies),
        rest={kind: number for kind, number in statements.rest.items() if number},
        remarks=statements.remarks.finish(),
    )


def _publisher(metadata: Part) -> str:
    """Name who made the document: manufacturer, authors; else who supplies what it describes."""
    for name in ("manufacturer", "", "supplier", "manufacture"):
        if name:
            organisation = metadata.part(name)
            if organisation and organisation.text("name"):
                return organisation.text("name")
            continue
        for author in metadata.parts("authors", "authors/author"):
            if author.text("name"):
                return author.text("name")
    return ""
