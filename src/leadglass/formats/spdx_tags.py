# SPDX-License-Identifier: Apache-2.0
"""Read SPDX 2.1 to 2.3 as tag-value text: one `Tag: value` a line, longer texts between <text> and </text>.

A package begins at its PackageName (7.1), a file at FileName (8.1), a snippet at SnippetSPDXID (9.1).
"""

import io
from collections.abc import Iterator
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer, utf8
from leadglass.formats.spdx_parts import MOST_FILES, WHAT, Assembly, Package, spec_version
from leadglass.values.papers import Bom

# Tags of a package, and the field of the JSON that says the same.
_OF_PACKAGE: Final = {
    "PackageVersion": "version_info",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PrimaryPackagePurpose": "primary_package_purpose",
}
_OF_DOCUMENT: Final = frozenset({"SPDXVersion", "DocumentNamespace", "Created"})

_NAMES: Final = {
    "documentNamespace": "DocumentNamespace",
    "documentDescribes": "Relationship",
    "creationInfo.created": "Created",
    "packages": "PackageName",
    "files": "FileName",
    "snippets": "SnippetSPDXID",
}


def read(raw: Buffer) -> Bom:
    """Read a bill of materials. A place is "line 41", where the package or the tag stands."""
    return _Reading().read(raw)


class _Reading:
    """One document while its lines go by."""

    def __init__(self) -> None:
        self._assembly = Assembly(_NAMES)
        self._document: dict[str, str] = {}
        self._package: Package | None = None
        self._place = ""
        self._section = "document"
        self._files = self._snippets = 0

    def read(self, raw: Buffer) -> Bom:
        """Take each tag where it belongs."""
        for line, tag, value in _tags(raw, self._assembly):
            self._take(f"line {line}", tag, value)
        self._close()
        version = spec_version(self._document.get("SPDXVersion"))
        return self._assembly.finish(
            serial=self._document.get("DocumentNamespace"),
            version=version,
            created=self._document.get("Created"),
            files=self._files,
            snippets=self._snippets,
        )

    def _take(self, place: str, tag: str, value: str) -> None:
        if tag == "ExternalRef":
            self._external_ref(place, value)
        elif tag == "Relationship":
            self._relationship(place, value)
        elif tag == "SPDXID":
            self._identifier(value)
        elif tag == "PackageName":
            self._close()
            self._section, self._place = "package", place
            self._package = Package(name=value, external_refs=[])
        elif tag in _OF_PACKAGE:
            self._field(place, tag, value)
        elif tag in {"FileName", "SnippetSPDXID", "LicenseID"}:
            self._begin(tag, value)
        elif tag in _OF_DOCUMENT and tag not in self._document:
            self._document[tag] = value

    def _field(self, place: str, tag: str, value: str) -> None:
        if self._package is None:
            why = f"{tag} stands where no package is described: it was not taken."
            self._assembly.remarks.add(place, why, sort="tags outside of a package")
        else:
            setattr(self._package, _OF_PACKAGE[tag], value)

    def _begin(self, tag: str, value: str) -> None:
        self._close()
        self._section = {"FileName": "file", "SnippetSPDXID": "snippet"}.get(tag, "licence")
        if tag == "FileName":
            self._files += 1
        else:
            self._snippets += tag == "SnippetSPDXID"
            self._assembly.also(value)
        if self._files + self._snippets > MOST_FILES:
            raise BoundError(
                f"{WHAT} lists more than {MOST_FILES:,} files. It was not read; ask for one per product."
            )

    def _identifier(self, value: str) -> None:
        if self._package is not None:
            self._package.spdx_id = value
        elif self._section == "document":
            self._assembly.documents.add(value)
        else:
            self._assembly.also(value)

    def _external_ref(self, place: str, value: str) -> None:
        """Take `ExternalRef: category type locator` (7.21)."""
        parts = value.split(None, 2)
        if self._package is None or len(parts) < 3:
            why = "This ExternalRef was not taken: it has no package, or not category, type and locator."
            self._assembly.remarks.add(place, why, sort="external references that were not read")
            return
        self._package.external_refs.append({"referenceType": parts[1], "referenceLocator": parts[2]})

    def _relationship(self, place: str, value: str) -> None:
        """Take `Relationship: A CONTAINS B` (11.1)."""
        parts = value.split()
        self._assembly.relationship(place, *(parts if len(parts) == 3 else ("", "", "")))

    def _close(self) -> None:
        if self._package is not None:
            self._assembly.package(self._place, self._package)
            self._package = None


def _tags(raw: Buffer, assembly: Assembly) -> Iterator[tuple[int, str, str]]:
    """Give line, tag and value, one after the other; comments begin with # (clause 5 of the tag-value format)."""
    lines = enumerate(io.TextIOWrapper(io.BytesIO(bytes(utf8(raw))), "utf-8"), 1)
    try:
        for number, line in lines:
            stripped = line.strip()
            if not stripped or stripped[0] == "#":
                continue
            tag, colon, value = stripped.partition(":")
            value = value.strip()
            if value.startswith("<text>"):
                value = _long_text(number, value, lines)
            if colon:
                yield number, tag.rstrip(), value
            else:
                why = f"'{stripped[:40]}' is no tag with a value."
                assembly.remarks.add(f"line {number}", why, sort="lines that were not read")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"{WHAT} is not written in UTF-8 ({error.reason}). Export it again as UTF-8."
        ) from error


def _long_text(number: int, value: str, lines: Iterator[tuple[int, str]]) -> str:
    pieces = [value[len("<text>") :]]
    while "</text>" not in pieces[-1]:
        following = next(lines, None)
        if following is None:
            raise UnreadableError(
                f"{WHAT} ends within the <text> that begins on line {number}: it was cut off, or </text> is missing. "
                "Fetch it again."
            )
        pieces.append(following[1])
    return "".join(pieces).partition("</text>")[0].strip()
