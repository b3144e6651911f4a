# SPDX-License-Identifier: Apache-2.0
"""What SPDX documents state of packages in any serialization, and the bill of materials that is made of it.

Clauses are those of SPDX 2.3; SPDX 3 says the same of packages and relationships under other names.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import moment
from leadglass.formats.remarks import Remarks
from leadglass.formats.stated import Texts, item
from leadglass.values.cpe import Cpe
from leadglass.values.papers import Bom, BomComponent

WHAT: Final = "The bill of materials"
DOCUMENT: Final = "SPDXRef-DOCUMENT"
DEEPEST: Final = 200
MOST_COMPONENTS: Final = 250_000
MOST_RELATIONSHIPS: Final = 1_000_000
MOST_FILES: Final = 1_000_000

_ABSENT: Final = frozenset({"NOASSERTION", "NONE"})
_VERSION: Final = re.compile(r"SPDX-(2\.[123])(?:\.[0-9]{1,3})?")
_ACTOR: Final = re.compile(r"(?:organi[sz]ation|person|tool)\s*:\s*", re.IGNORECASE)
_EMAIL: Final = re.compile(r"\s*\((?:[^()\s]*@[^()]*|\s*)\)\Z")

# 7.24 (and SPDX 3 Software/SoftwarePurpose) in the words of CycloneDX; "" has none there.
KINDS: Final = {
    "application": "application", "executable": "application", "framework": "framework", "library": "library",
    "module": "library", "container": "container", "operatingsystem": "operating-system", "device": "device",
    "devicedriver": "device-driver", "firmware": "firmware", "file": "file", "archive": "file",
    "diskimage": "file", "filesystemimage": "file", "platform": "platform", "data": "data",
    "model": "machine-learning-model", "source": "", "install": "", "other": "", "bom": "", "configuration": "",
    "documentation": "", "evidence": "", "manifest": "", "patch": "", "requirement": "", "specification": "",
    "test": "",
}  # fmt: skip
_TURNED: Final = {"containedby": "contains", "describedby": "describes"}


class Package(msgspec.Struct, rename="camel"):
    """A package as written (clause 7), under the names of the JSON. What we do not name is skipped."""

    spdx_id: Any = msgspec.field(name="SPDXID", default=UNSET)
    name: Any = UNSET
    version_info: Any = UNSET
    supplier: Any = UNSET
    originator: Any = UNSET
    primary_package_purpose: Any = UNSET
    external_refs: Any = UNSET
    package_url: Any = msgspec.field(
        name="software_packageUrl", default=UNSET
    )  # SPDX 3 has a property for it


def spec_version(stated: Any) -> str:
    """Give "2.3" of "SPDX-2.3" (6.1); a version that is not read is an `UnreadableError`."""
    found = _VERSION.fullmatch(stated.strip()) if isinstance(stated, str) else None
    if found:
        return found[1]
    shown = repr(stated[:40]) if isinstance(stated, str) and stated else "no text" if stated else "nothing"
    raise UnreadableError(
        f"This SPDX document gives {shown} as its spdxVersion; Leadglass reads SPDX-2.1 to SPDX-2.3, and 3.0 as "
        "JSON-LD. Ask the sender for one of these."
    )


def plain(kind: str) -> str:
    """Write the name of a purpose or relationship as it is compared: "OPERATING_SYSTEM" is "operatingsystem"."""
    return kind.replace("_", "").replace("-", "").replace(" ", "").casefold()


def actor(text: str) -> str:
    """Take the name of "Organization: Name (mail@example.org)" (7.5); NOASSERTION is none."""
    name = _EMAIL.sub("", _ACTOR.sub("", text, count=1)) if text else ""
    return "" if name in _ABSENT else name.strip()


class Assembly:
    """One document while it is read: its parts come in any order, `finish` makes the value of them."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """`names` says how a field of the JSON of SPDX 2 is called in this serialization."""
        self.remarks = Remarks()
        self.texts = Texts(self.remarks, names)
        self.documents = {DOCUMENT}
        self._others: set[str] = set()
        self._taken: list[BomComponent] = []
        self._numbers: dict[str, int] = {}
        self._described: dict[tuple[str, str], None] = {}
        self._parents: dict[str, str] = {}
        self._mentioned: dict[str, str] = {}
        self._relationships = 0
        self._several = dict.fromkeys(("CPE name", "package URL", "package that contains it"), 0)

    def package(self, place: str, stated: Package) -> None:
        """Take a package. One without a name becomes a remark."""
        if len(self._taken) >= MOST_COMPONENTS:
            raise BoundError(
                f"{WHAT} lists more than {MOST_COMPONENTS:,} packages. It was not read; ask for one per product."
            )
        ref = self.texts.take(stated.spdx_id, place, "SPDXID")
        name = self._said(stated.name, place, "name")
        self._know(ref, place, name)
        if not name:
            why = "A package without a name was left out."
            self.remarks.add(place, why, sort="packages without a name")
            return
        cpe, purl = self._references(stated, place)
        supplier = actor(self._said(stated.supplier, place, "supplier"))
        self._taken.append(
            BomComponent(
                place=place,
                kind=self._kind(stated.primary_package_purpose, place),
                name=name,
                version=self._said(stated.version_info, place, "versionInfo"),
                supplier=supplier or actor(self._said(stated.originator, place, "originator")),
                cpe=cpe,
                purl=purl,
                ref=ref,
            )
        )

    def also(self, identifier: str) -> None:
        """Know the id of what is no package (a file, a licence): relationships may name it."""
        self._others.add(identifier)

    def describe(self, identifier: str, place: str, by: str = DOCUMENT) -> None:
        """Take what a document says that it describes: documentDescribes, rootElement."""
        self._described[by, identifier] = None
        self._mentioned.setdefault(identifier, place)

    def relationship(self, place: str, first: Any, kind: Any, second: Any) -> None:
        """Take a relationship (11.1). Kept is only what a document describes and what contains what."""
        self._relationships += 1
        if self._relationships > MOST_RELATIONSHIPS:
            raise BoundError(
                f"{WHAT} states more than {MOST_RELATIONSHIPS:,} relationships. It was not read; ask for one per "
                "product."
            )
        first = self.texts.take(first, place, "spdxElementId")
        stated = self.texts.take(kind, place, "relationshipType")
        second = self.texts.take(second, place, "relatedSpdxElement")
        if not (first and second and stated):
            why = "A relationship lacks one of its three parts."
            self.remarks.add(place, why, sort="relationships that lack a part")
            return
        for identifier in (first, second):
            if identifier not in self._numbers:
                self._mentioned.setdefault(identifier, place)
        word = plain(stated)
        if word in _TURNED:
            first, second, word = second, first, _TURNED[word]
        if word == "describes":
            self._described[first, second] = None
        elif word == "contains" and self._parents.setdefault(second, first) != first:
            self._several["package that contains it"] += 1

    def finish(self, *, serial: Any, version: str, created: Any, files: int = 0, snippets: int = 0) -> Bom:
        """Make the value. `created` is a text as written; `files` and `snippets` are how many there were."""
        serial = self._said(serial, "", "documentNamespace")
        if not serial:
            self.remarks.add(
                self.texts.at("", "documentNamespace"), "Not stated: name this document by its SHA-256."
            )
        time = self._created(created)
        subject = self._subject()
        self._remark_on_strangers()
        components = [
            replace(part, path=path) if path else part
            for number, (part, path) in enumerate(zip(self._taken, self._paths(), strict=True))
            if number != subject
        ]
        if not components:
            why = "No packages are listed" if subject is None else "Nothing but the product itself is listed"
            self.remarks.add(
                self.texts.at("", "packages"), f"{why}: nothing can be matched by this document."
            )
        for what, number in (("files", files), ("snippets", snippets)):
            if number:
                self.remarks.add(
                    self.texts.at("", what), f"{number:,} {what} were not taken: Leadglass matches packages."
                )
        for what, number in self._several.items():
            if number:
                why = f"{number:,} times a package states one more {what}; the first was taken."
                self.remarks.add(self.texts.at("", "packages"), why)
        return Bom(
            serial_number=serial,
            spec_version=version,
            created=time,
            subject=None if subject is None else self._taken[subject],
            components=tuple(components),
            remarks=self.remarks.finish(),
        )

    def _said(self, value: Any, place: str, field: str) -> str:
        said = self.texts.take(value, place, field)
        return "" if said in _ABSENT else said

    def _know(self, ref: str, place: str, name: str) -> None:
        if not ref:
            why = "No SPDXID is stated: what contains this package is not known."
            self.remarks.add(self.texts.at(place, "SPDXID"), why, sort="packages without an SPDXID")
        elif ref in self._numbers or ref in self._others:
            why = f"{ref[:80]} was given before: relationships are those of the first."
            self.remarks.add(self.texts.at(place, "SPDXID"), why, sort="ids that were given twice")
        elif name:
            self._numbers[ref] = len(self._taken)
        else:
            self._others.add(ref)

    def _kind(self, value: Any, place: str) -> str:
        purpose = self._said(value, place, "primaryPackagePurpose")
        if not purpose:
            return ""
        kind = KINDS.get(plain(purpose))
        if kind is None:
            where, why = (
                self.texts.at(place, "primaryPackagePurpose"),
                f"'{purpose[:40]}' is no purpose of SPDX.",
            )
            self.remarks.add(where, why, sort="unknown purposes")
        return kind or ""

    def _references(self, stated: Package, place: str) -> tuple[str, str]:
        """Take CPE name and package URL (7.21, annex F). Tools write CPE names by the dozen, likeliest first."""
        cpe, purl = "", self._said(stated.package_url, place, "software_packageUrl")
        listed, listing = stated.external_refs, self.texts.at(place, "externalRefs")
        if listed is not UNSET and listed is not None and not isinstance(listed, list):
            self.texts.wrong(listed, listing, "a list")
        for number, reference in enumerate(listed if isinstance(listed, list) else ()):
            here = item(listing, number)
            if not isinstance(reference, dict):
                self.texts.wrong(reference, here, "an object")
                continue
            sort = self.texts.take(reference.get("referenceType"), here, "referenceType")
            sort = sort.rpartition("/")[2].casefold()  # a URI in RDF, and in some JSON
            if sort not in {"cpe22type", "cpe23type", "purl"}:
                continue
            locator = self._said(reference.get("referenceLocator"), here, "referenceLocator")
            if sort == "purl":
                purl = self._first(purl, locator, "package URL")
            else:
                cpe = self._first(cpe, locator if cpe else self._cpe(locator, here), "CPE name")
        return cpe, purl

    def _first(self, held: str, stated: str, what: str) -> str:
        if held and stated and held != stated:
            self._several[what] += 1
        return held or stated

    def _cpe(self, locator: str, place: str) -> str:
        """Give a CPE 2.3 name: a 2.2 URI is bound to one, where it can be read."""
        if not locator or locator[:8].casefold() == "cpe:2.3:":
            return locator
        try:
            return str(Cpe.parse(locator))
        except UnreadableError as error:
            self.remarks.add(place, str(error), sort="CPE names that were not read")
            return ""

    def _created(self, value: Any) -> datetime | None:
        text = self.texts.take(value, "", "creationInfo.created")
        time = moment(text) if text else None
        if time is None:
            why = f"'{text[:40]}' is no time." if text else "Not stated: the age of this document is unknown."
            self.remarks.add(self.texts.at("", "creationInfo.created"), why)
        return time

    def _subject(self) -> int | None:
        """Find the one package that the document describes; where there are several, none is the product."""
        described = dict.fromkeys(what for by, what in self._described if by in self.documents)
        packages = [self._numbers[what] for what in described if what in self._numbers]
        if len(packages) == 1:
            return packages[0]
        why = "Not stated: the document does not say which product it describes."
        if packages:
            why = f"The document describes {len(packages):,} packages: none of them was taken as the product."
        elif described:
            why = "What the document describes is no package of it: the product is not known."
        self.remarks.add(self.texts.at("", "documentDescribes"), why)
        return None

    def _remark_on_strangers(self) -> None:
        for identifier, place in self._mentioned.items():
            known = identifier in self._numbers or identifier in self._others or identifier in self.documents
            if not known and identifier not in _ABSENT and not identifier.startswith("DocumentRef-"):
                why = f"{identifier[:80]} is named here, but is not in the document."
                self.remarks.add(place, why, sort="ids that are not in the document")

    def _paths(self) -> list[tuple[str, ...]]:
        """Give the names of what contains each package, outermost first. A circle is opened where it is met."""
        found: dict[int, tuple[str, ...]] = {}
        within: dict[int | None, tuple[str, ...]] = {
            None: ()
        }  # what a package contains has one path in common
        for number, part in enumerate(self._taken):
            climb: dict[int, int | None] = {}
            at: int | None = number
            while at is not None and at not in found and at not in climb:
                climb[at] = self._container(at)
                at = climb[at]
            if at in climb:
                why = f"{part.name[:60]} is contained in itself, at last: the circle was opened."
                self.remarks.add(part.place, why, sort="circles")
                climb[next(reversed(climb))] = None
            for step, container in reversed(climb.items()):
                if container not in within and container is not None:
                    within[container] = (*found[container], self._taken[container].name)
                found[step] = within[container]
                if len(found[step]) > DEEPEST:
                    raise BoundError(f"{WHAT} has packages within packages, {DEEPEST} deep. It was not read.")
        return [found[number] for number in range(len(self._taken))]

    def _container(self, number: int) -> int | None:
        ref = self._taken[number].ref
        if self._numbers.get(ref) != number:
            return None
        return self._numbers.get(self._parents.get(ref, ""))
