# SPDX-License-Identifier: Apache-2.0
"""Say what is wrong with the name of a document that is evidently meant as CycloneDX (ECMA-424), and where.

A document names itself by bomFormat and specVersion in JSON, by the namespace of its root in XML. A version that is
well written and not known here is no fault: the standard may have got it since.
"""

import re
from typing import Final

import msgspec
from msgspec import Raw

from leadglass.errors import UnreadableError
from leadglass.formats import xml_text
from leadglass.formats.cyclonedx_xml import SPACE
from leadglass.formats.json_text import FAULTS, Buffer, utf8
from leadglass.values.sources import Remark
from leadglass.values.verdict import Complaint, Verdict

_WHAT: Final = "The document"
_BEGINS: Final = re.compile(rb"\s*([{<])")
_VERSION: Final = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_IN_JSON: Final = re.compile(r"1\.[2-9]")  # before 1.2 there was XML alone
_LISTS: Final = frozenset({"metadata", "components"})
_ELSE: Final = (Remark(where="", why="All that it says besides: mend its name, then check it again."),)


class _Named(msgspec.Struct, rename="camel"):
    """What tells a document in JSON; all else is skipped."""

    bom_format: Raw = Raw()
    spec_version: Raw = Raw()
    metadata: Raw = Raw()
    components: Raw = Raw()


_NAMED: Final = msgspec.json.Decoder(_Named)
_TEXT: Final = msgspec.json.Decoder(str)


def misnamed(raw: Buffer) -> Verdict | None:
    """Judge the name of a document; None where it is right, damaged, or the document not evidently CycloneDX.

    Evident is a bomFormat, whatever it says, or a specVersion of CycloneDX beside components or metadata; in XML
    the namespace, or a root `bom` that holds components or metadata or whose namespace speaks of CycloneDX.
    """
    try:
        text = utf8(raw)
        begins = _BEGINS.match(text)
        if begins is None:
            return None
        return _in_json(text) if begins[1] == b"{" else _in_xml(raw)
    except (*FAULTS, UnreadableError):
        return None  # what is wrong with it is said by its reader


def _in_json(text: Buffer) -> Verdict | None:
    told = _NAMED.decode(text)
    format_, version = _text(told.bom_format), _text(told.spec_version) or ""
    listed = _begin(told.components) == b"[" or _begin(told.metadata) == b"{"
    if not _begin(told.bom_format) and not (listed and _IN_JSON.fullmatch(version)):
        return None
    complaints = []
    if format_ != "CycloneDX":
        complaints.append(_complaint("bomFormat", f"{_shown(told.bom_format)}; 'CycloneDX' belongs here."))
    if not _VERSION.fullmatch(version):
        why = f"{_shown(told.spec_version)}; a version of the standard, such as '1.6', belongs here."
        complaints.append(_complaint("specVersion", why))
    return _verdict("CycloneDX", version, complaints)


def _in_xml(raw: Buffer) -> Verdict | None:
    root = xml_text.root(raw, _WHAT)
    space, name = xml_text.namespace(root), xml_text.name(root)
    version = space.removeprefix(SPACE) if space.startswith(SPACE) else ""
    meant = name == "bom" and (
        "cyclonedx" in space.casefold() or any(xml_text.name(child) in _LISTS for child in root)
    )
    if not meant and not version:
        return None
    place, complaints = f"line {xml_text.line(root)}", []
    if name != "bom":
        complaints.append(_complaint(place, f"The root element is {name[:40]!r}; 'bom' belongs here."))
    if not _VERSION.fullmatch(version):
        stated = f"is of namespace {space[:60]!r}" if space else "has no namespace"
        why = f"The root element {stated}; '{SPACE}' with a version, such as 1.6, belongs here."
        complaints.append(_complaint(place, why))
    return _verdict("CycloneDX XML", version, complaints)


def _begin(raw: Raw) -> bytes:
    """Give the first byte of a value; nothing where none is stated."""
    return bytes(memoryview(raw)[:1])


def _text(raw: Raw) -> str | None:
    return _TEXT.decode(raw) if _begin(raw) == b'"' else None


def _shown(raw: Raw) -> str:
    text = _text(raw)
    if text is not None:
        return f"{text[:40]!r} is stated"
    return "What is stated is no text" if _begin(raw) else "Nothing is stated"


def _complaint(place: str, why: str) -> Complaint:
    return Complaint(number="schema", level="schema", place=place, why=why)


def _verdict(standard: str, version: str, complaints: list[Complaint]) -> Verdict | None:
    if not complaints:
        return None
    told = version if _VERSION.fullmatch(version) else ""
    return Verdict(standard=standard, version=told, complaints=tuple(complaints), valid=False, remarks=_ELSE)
