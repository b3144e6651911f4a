# SPDX-License-Identifier: Apache-2.0
"""Read bills of materials in CycloneDX XML 1.0 to 1.7 (ECMA-424, namespace http://cyclonedx.org/schema/bom/1.x).

The same meaning, remarks and bounds as in JSON; the door of XML refuses a little earlier (64 MiB, 200 levels of
elements, which are 99 of components). Elements of other namespaces are skipped.
"""

import re
from collections.abc import Iterator
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import xml_text
from leadglass.formats.cyclonedx_compositions import gaps
from leadglass.formats.json_text import Buffer, moment
from leadglass.formats.parts import XmlPart
from leadglass.formats.remarks import Remarks
from leadglass.values.papers import Bom, BomComponent

SPEC_VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
MOST_COMPONENTS: Final = 250_000

_WHAT: Final = "The bill of materials"
SPACE: Final = "http://cyclonedx.org/schema/bom/"
_SERIAL: Final = re.compile(
    r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)


def read(raw: Buffer) -> Bom:
    """Read a bill of materials. `place` is a path counted from 1, as XPath does: `components/component[3]`.

    A component without a name becomes a remark, and what it contains is still read. A supplier that is not
    stated is taken from manufacturer, author, publisher; for the product itself also from the metadata.
    """
    return take(root(raw))


def root(raw: Buffer) -> xml_text.Element:
    """Parse a document and refuse what is no CycloneDX of a version that is read."""
    found = xml_text.root(raw, _WHAT)
    space, name = xml_text.namespace(found), xml_text.name(found)
    if name != "bom" or not space.startswith(SPACE):
        shown = f"'{name[:40]}' of namespace '{space[:60]}'" if space else f"'{name[:40]}' without namespace"
        raise UnreadableError(
            f"This XML is no CycloneDX document: it begins with {shown}, not with 'bom' of {SPACE}1.x. "
            "Ask the sender for a CycloneDX XML export."
        )
    if spec_version(found) not in SPEC_VERSIONS:
        raise UnreadableError(
            f"This CycloneDX document is of version '{spec_version(found)[:40]}'; Leadglass reads "
            f"{SPEC_VERSIONS[0]} to {SPEC_VERSIONS[-1]}. Ask the sender for one of these."
        )
    return found


def spec_version(document: xml_text.Element) -> str:
    """Give the version of the standard: the end of the namespace."""
    return xml_text.namespace(document).removeprefix(SPACE)


def take(document: xml_text.Element) -> Bom:
    """Take the bill of materials out of a document that `root` has given."""
    return _Reading().read(document)


def _compositions(bom: XmlPart) -> Iterator[tuple[str, bool]]:
    """Each composition: its aggregate, and whether it is about components."""
    for one in bom.parts("compositions", "compositions/composition"):
        about = one.part("vulnerabilities") is None or any(map(one.part, ("assemblies", "dependencies")))
        yield one.text("aggregate"), about


class _Reading:
    """One document while it is read."""

    def __init__(self) -> None:
        self._remarks = Remarks()
        self._taken: list[BomComponent] = []
        self._room = MOST_COMPONENTS

    def read(self, document: xml_text.Element) -> Bom:
        """Read the parts of a document."""
        bom = XmlPart(document, "", self._remarks)
        serial = bom.text("serialNumber")
        if not _SERIAL.fullmatch(serial):
            self._remarks.add(
                "@serialNumber",
                f"'{serial[:60]}' is no urn:uuid."
                if serial
                else "Not stated: name this document by its SHA-256.",
            )
        metadata = bom.part("metadata")
        created = metadata.text("timestamp") if metadata else ""
        subject = self._subject(metadata)
        self._walk(bom, ())
        self._remark_on_the_rest(bom)
        time = moment(created) if created else None
        if time is None:
            why = (
                f"'{created[:40]}' is no time."
                if created
                else "Not stated: the age of this document is unknown."
            )
            self._remarks.add("metadata/timestamp", why)
        return Bom(
            serial_number=serial,
            spec_version=spec_version(document),
            created=time,
            subject=subject,
            components=tuple(self._taken),
            gaps=gaps(_compositions(bom), "compositions", self._remarks),
            remarks=self._remarks.finish(),
        )

    def _remark_on_the_rest(self, bom: XmlPart) -> None:
        if not self._taken:
            self._remarks.add(
                "components", "No components are listed: nothing can be matched by this document."
            )
        for listing, item, why in (
            ("services", "service", "services were not taken: Leadglass matches components."),
            (
                "vulnerabilities",
                "vulnerability",
                "statements about vulnerabilities: they are read beside this list.",
            ),
        ):
            within = bom.part(listing)
            number = len(within.all(item)) if within else 0
            if number:
                self._remarks.add(listing, f"{number:,} {why}")

    def _subject(self, metadata: XmlPart | None) -> BomComponent | None:
        component = metadata.part("component") if metadata else None
        if metadata is None or component is None:
            why = "Not stated: the document does not say which product it describes."
            self._remarks.add("metadata/component", why)
            return None
        fallback = self._organisation(metadata, "manufacture") or self._organisation(metadata, "supplier")
        subject = self._component(component, (), fallback)
        self._walk(component, (subject.name,) if subject else ())
        return subject

    def _walk(self, holder: XmlPart, path: tuple[str, ...]) -> None:
        """Take all components within, and those within them; the depth of XML is bounded by its door."""
        for component in holder.parts("components", "components/component"):
            self._room -= 1
            if self._room < 0:
                raise BoundError(
                    f"{_WHAT} lists more than {MOST_COMPONENTS:,} components. It was not read; ask for one per "
                    "product."
                )
            taken = self._component(component, path)
            if taken:
                self._taken.append(taken)
            self._walk(component, (*path, taken.name) if taken else path)

    def _component(
        self, component: XmlPart, path: tuple[str, ...], fallback: str = ""
    ) -> BomComponent | None:
        name = component.text("name")
        if not name:
            self._remarks.add(
                component.place, "A component without a name was left out.", sort="components without a name"
            )
            return None
        kind = component.text("type")
        if not kind:
            self._remarks.add(
                f"{component.place}/@type",
                f"{name[:60]}: no type is stated.",
                sort="components without a type",
            )
        return BomComponent(
            place=component.place,
            kind=kind,
            name=name,
            version=component.text("version"),
            supplier=self._supplier(component) or fallback,
            group=component.text("group"),
            cpe=component.text("cpe"),
            purl=component.text("purl"),
            ref=component.text("bom-ref"),
            path=path,
        )

    def _supplier(self, component: XmlPart) -> str:
        for name in ("supplier", "manufacturer"):
            found = self._organisation(component, name)
            if found:
                return found
        author = component.text("author")
        if author:
            return author
        for person in component.parts("authors", "authors/author"):
            return person.text("name") or component.text("publisher")
        return component.text("publisher")

    def _organisation(self, holder: XmlPart, name: str) -> str:
        within = holder.part(name)
        return within.text("name") if within else ""
