# SPDX-License-Identifier: Apache-2.0
"""What the vulnerabilities of a CycloneDX document (ECMA-424) refer to: its own bom-refs, BOM-Links, purls."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from leadglass.errors import UnreadableError
from leadglass.formats.parts import Part
from leadglass.formats.remarks import Remarks
from leadglass.values.advisories import NamedProduct
from leadglass.values.cpe import ANY, Cpe
from leadglass.values.papers import Bom, BomComponent
from leadglass.values.purl import Purl

SUBJECT: Final = "metadata.component"
"""The ref of what the document describes, where it has no bom-ref of its own."""

_LINK: Final = re.compile(
    r"urn:cdx:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/([1-9][0-9]{0,17})(?:#(.+))?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BomLink:
    """A reference into another bill of materials: `urn:cdx:serial/version#bom-ref`; `ref` "" is all of it."""

    serial_number: str
    version: str
    ref: str = ""

    @property
    def document(self) -> str:
        """The link to the document as a whole."""
        return f"urn:cdx:{self.serial_number.removeprefix('urn:uuid:')}/{self.version}"


def bom_link(text: str) -> BomLink | None:
    """Read a BOM-Link; None if it is none. `serial_number` is a urn:uuid, as the document itself writes it."""
    match = _LINK.fullmatch(text)
    if match is None:
        return None
    serial = f"urn:uuid:{match[1].lower()}"
    return BomLink(serial_number=serial, version=match[2], ref=unquote(match[3] or ""))


class Products:
    """The products that statements of one document are about, each named once."""

    def __init__(self, bom: Bom, services: Iterable[Part], remarks: Remarks) -> None:
        self._remarks = remarks
        self._serial = bom.serial_number.lower()
        self._named: dict[str, NamedProduct] = {}
        self._twice: set[str] = set()
        self._known: dict[str, NamedProduct] = {}
        self._on = ""
        if bom.subject:
            self._on = bom.subject.ref or SUBJECT
            self._know(_of_component(bom.subject, self._on, ""))
        for component in bom.components:
            self._know(_of_component(component, component.ref, self._on))
        for service in services:
            self._know(_of_service(service, self._on))

    def name(self, ref: str, place: str, version: str = "", versioned: str = "") -> str:
        """Give the ref under which a product is listed; a version narrows it."""
        key = f"{ref} [{version}]" if version else ref
        if key not in self._named:
            product = self._find(ref, place)
            self._named[key] = _narrowed(product, key, version, versioned) if version else product
            on = self._named[key].on
            if on and on in self._known:
                self._named.setdefault(on, self._known[on])
        return key

    def all(self) -> tuple[NamedProduct, ...]:
        """Give all products that were named."""
        return tuple(self._named.values())

    def _know(self, product: NamedProduct | None) -> None:
        if product is None or not product.ref:
            return
        if product.ref in self._known:
            self._twice.add(product.ref)
            return
        self._known[product.ref] = product

    def _find(self, ref: str, place: str) -> NamedProduct:
        link = bom_link(ref)
        own = link is not None and link.serial_number == self._serial and link.ref in self._known
        inner = link.ref if link and own else ref
        if inner in self._twice:
            why = f"'{inner[:60]}' is the bom-ref of more than one component; the first was taken."
            self._remarks.add(place, why, sort="references to more than one component")
        if inner in self._known:
            return replace(self._known[inner], ref=ref)
        found = _of_purl(link.ref if link else ref, ref, place)
        product = found or NamedProduct(place=place, ref=ref, name="")
        if link:
            return replace(product, component=link.ref, on=link.document, relation="bom-link")
        if found and self._on:  # within what the document describes, though it does not list it
            whole = self._known[self._on]
            return replace(whole, ref=ref) if whole.purl == found.purl else replace(found, on=self._on)
        if found:
            return found
        why = f"'{ref[:60]}' is no component of this document, no BOM-Link and no package URL."
        self._remarks.add(place, why, sort="references to nothing")
        return product


def _of_component(component: BomComponent, ref: str, on: str) -> NamedProduct:
    return NamedProduct(
        place=component.place,
        ref=ref,
        name=component.name,
        maker=component.supplier,
        family=component.group,
        product=component.name,
        version=component.version,
        versioned="version" if component.version else "",
        cpe=component.cpe,
        purl=component.purl,
        on=on,
        relation="component_of" if on else "",
    )


def _of_service(service: Part, on: str) -> NamedProduct | None:
    name, version, provider = service.text("name"), service.text("version"), service.part("provider")
    if not name:
        return None
    return NamedProduct(
        place=service.place,
        ref=service.text("bom-ref"),
        name=name,
        maker=provider.text("name") if provider else "",
        family=service.text("group"),
        product=name,
        version=version,
        versioned="version" if version else "",
        on=on,
        relation="service_of" if on else "",
    )


def _of_purl(text: str, ref: str, place: str) -> NamedProduct | None:
    if text[:4].lower() != "pkg:":
        return None
    try:
        purl = Purl.parse(text)
    except UnreadableError:
        return None
    return NamedProduct(
        place=place,
        ref=ref,
        name=purl.name,
        family=purl.namespace,
        product=purl.name,
        version=purl.version,
        versioned="version" if purl.version else "",
        purl=text,
    )


def _narrowed(product: NamedProduct, key: str, version: str, versioned: str) -> NamedProduct:
    """Name a product in another version: its purl and CPE no longer say the version that is listed."""
    purl, cpe = product.purl, product.cpe
    if version != product.version:
        with suppress(UnreadableError):
            purl = f"{replace(Purl.parse(purl), version='')}" if purl else ""
        with suppress(UnreadableError):
            cpe = f"{replace(Cpe.parse(cpe), version=ANY, update=ANY)}" if cpe else ""
    return replace(product, ref=key, version=version, versioned=versioned, purl=purl, cpe=cpe)
