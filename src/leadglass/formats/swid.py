# SPDX-License-Identifier: Apache-2.0
"""Read SWID tags (ISO/IEC 19770-2:2015): one tag identifies one piece of software, and tells who made it.

Roles and attributes are read as NISTIR 8060 explains them.
"""

import re
from datetime import datetime
from typing import Final

from leadglass.errors import UnreadableError
from leadglass.formats import xml_text
from leadglass.formats.json_text import Buffer, moment
from leadglass.formats.remarks import Remarks
from leadglass.formats.stated import Texts
from leadglass.formats.xml_text import Element, name
from leadglass.values.papers import Bom, BomComponent

_WHAT: Final = "The SWID tag"
_ROOT: Final = "SoftwareIdentity"
_EDITION: Final = re.compile(r"19770/-2/([0-9]{4})")
_OLD_ROOT: Final = "software_identification_tag"
_MAKERS: Final = ("softwareCreator", "manufacturer", "tagCreator")
_SCHEMES: Final = frozenset(
    {"alphanumeric", "decimal", "multipartnumeric", "multipartnumeric+suffix", "semver", "unknown"}
)
_TRUE: Final = frozenset({"true", "1"})

# What a tag may be that is no statement of installed software (NISTIR 8060 2.1), and what that means here.
_SORTS: Final = {
    "patch": "This tag is of a patch: what it patches is named by its links, and is not in this document.",
    "corpus": "This tag is of an installation medium: it does not say that the software is installed.",
    "supplemental": "This tag adds to another tag, which has to be read as well.",
}


def read(raw: Buffer) -> Bom:
    """Read a tag. The software is the subject and the one component: it is named, and it is to be matched.

    The supplier is who has the role softwareCreator, else who wrote the tag. The reference is the tagId.
    """
    root = xml_text.root(raw, _WHAT)
    if name(root) == _OLD_ROOT:
        raise UnreadableError(
            "This SWID tag is of the edition of 2009; Leadglass reads that of 2015. Ask the sender for it."
        )
    if name(root) != _ROOT:
        raise UnreadableError(
            f"This XML is no SWID tag: its root is {name(root)[:40]!r}, not 'SoftwareIdentity'. "
            "Ask the sender for the tag as ISO/IEC 19770-2:2015 defines it."
        )
    return _Reading(root).read()


class _Reading:
    """One tag while it is read."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._remarks = Remarks()
        self._texts = Texts(self._remarks)

    def read(self) -> Bom:
        """Take the software, then what the tag says beside."""
        software = self._software()
        self._remark_on_sort()
        self._remark_on_rest()
        return Bom(
            serial_number=self._attribute("tagId"),
            spec_version=self._edition(),
            created=self._created(),
            subject=software,
            components=(software,) if software else (),
            remarks=self._remarks.finish(),
        )

    def _software(self) -> BomComponent | None:
        named = self._attribute("name")
        if not named:
            self._remarks.add(_ROOT, "The tag names no software: nothing can be matched by it.")
            return None
        version, scheme = self._attribute("version"), self._attribute("versionScheme")
        if not version:
            self._remarks.add(f"{_ROOT}.version", "Not stated: the software cannot be compared with ranges.")
        if scheme and scheme.casefold() not in _SCHEMES:
            self._remarks.add(f"{_ROOT}.versionScheme", f"'{scheme[:40]}' is no scheme that is known.")
        tag = self._attribute("tagId")
        if not tag:
            self._remarks.add(f"{_ROOT}.tagId", "Not stated: name this document by its SHA-256.")
        return BomComponent(
            place=_ROOT,
            kind="application",
            name=named,
            version=version,
            supplier=self._supplier(),
            ref=tag,
        )

    def _supplier(self) -> str:
        by_role: dict[str, str] = {}
        for number, entity in enumerate(self._children("Entity")):
            stated = self._texts.take(entity.get("name"), f"Entity[{number}].name")
            for role in (entity.get("role") or "").split():
                by_role.setdefault(role.casefold(), stated)
        found = next((by_role[role.casefold()] for role in _MAKERS if by_role.get(role.casefold())), "")
        if not found:
            self._remarks.add("Entity", "No softwareCreator or tagCreator is named: the maker is not known.")
        return found

    def _edition(self) -> str:
        found = _EDITION.search(xml_text.namespace(self._root))
        if not found:
            self._remarks.add(
                _ROOT, "The namespace is not that of ISO/IEC 19770-2: the edition is not known."
            )
        return found[1] if found else ""

    def _created(self) -> datetime | None:
        """Take the date of the evidence: only it has one."""
        for number, evidence in enumerate(self._children("Evidence")):
            text = self._texts.take(evidence.get("date"), f"Evidence[{number}].date")
            time = moment(text) if text else None
            if time:
                return time
            if text:
                self._remarks.add(f"Evidence[{number}].date", f"'{text[:40]}' is no time.")
        self._remarks.add(_ROOT, "No date is stated: the age of this document is unknown.")
        return None

    def _remark_on_sort(self) -> None:
        for attribute, why in _SORTS.items():
            if self._attribute(attribute).casefold() in _TRUE:
                self._remarks.add(f"{_ROOT}.{attribute}", why)

    def _remark_on_rest(self) -> None:
        for number, meta in enumerate(self._children("Meta")):
            told = [
                f"{attribute} '{stated[:60]}'"
                for attribute in ("product", "productFamily", "edition", "revision", "colloquialVersion")
                if (stated := self._texts.take(meta.get(attribute), f"Meta[{number}].{attribute}"))
            ]
            if told:
                self._remarks.add(f"Meta[{number}]", f"Beside the name, the tag says: {', '.join(told)}.")
        for part in ("Payload", "Evidence"):
            files = sum(name(inner) == "File" for held in self._children(part) for inner in held.iter())
            if files:
                self._remarks.add(part, f"{files:,} files were not taken: Leadglass matches software.")
        links = len(self._children("Link"))
        if links:
            self._remarks.add("Link", f"{links:,} links to other tags or papers were not followed.")
        if self._children("Signature"):
            self._remarks.add("Signature", "The signature of the tag was not checked.")

    def _attribute(self, attribute: str) -> str:
        return self._texts.take(self._root.get(attribute), _ROOT, attribute)

    def _children(self, wanted: str) -> list[Element]:
        return [child for child in self._root if name(child) == wanted]
