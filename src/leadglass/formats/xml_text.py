# SPDX-License-Identifier: Apache-2.0
"""XML as it comes (XML 1.0, fifth edition): the one door, bounded, without DTD, entities or network.

The encoding is settled here, not by the parser: byte order marks (F.1), then the declaration (4.3.3), and only
encodings that Python and libxml2 read alike. So nothing can hide a DOCTYPE from the look at the prologue.
"""

import re
from typing import Any, Final

from lxml import etree

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer, recode, utf8

Element = etree._Element  # noqa: SLF001  lxml has no other name for it

MOST_BYTES: Final = 64 << 20
MOST_MARKS: Final = 4_000_000
MOST_ATTRIBUTES: Final = 1_000
DEEPEST: Final = 200

_DECLARATION: Final = re.compile(rb"""\s{0,64}<\?xml\s[^>]{0,400}?encoding\s*=\s*["']([^"'>]{1,40})["']""")
_PROLOGUE: Final = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_UTF: Final = re.compile(r"utf-?(?:8|16|32)(?:[-_]?[lb]e)?|ucs-?[24]|iso-10646-ucs-[24]|us-ascii|ascii")
_SINGLE_BYTE: Final = re.compile(r"iso[-_]?8859-(?:[1-9]|1[03456])|latin-?1|windows-125[0-8]|cp125[0-8]")
_POSITION: Final = re.compile(r", line (\d+), column \d+(?: \(<string>, line \d+\))?\Z")
_TOO_DEEP: Final = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")
_TOO_WIDE: Final = etree.XPath(f"boolean(//@*[{MOST_ATTRIBUTES + 1}])")  # lxml lists n attributes in n² steps


def root(raw: Buffer, what: str) -> Element:
    """Parse a document and give its root. Comments and processing instructions are left out.

    `what` begins the sentences of its errors: "The bill of materials". A DOCTYPE is refused, whatever stands in
    it; more than 64 MiB, 4,000,000 tags and attributes, 1,000 attributes on one element or 200 levels are a
    `BoundError`.
    """
    document = _as_utf8(raw, what)
    _refuse_doctype(document, what)
    marks = document.count(b"<") + document.count(b"=")
    if marks > MOST_MARKS:
        raise BoundError(
            f"{what} holds about {marks:,} tags and attributes; Leadglass reads {MOST_MARKS:,}. "
            "It was not read; ask for one document per product."
        )
    try:
        found = etree.fromstring(document, _parser())
    except etree.XMLSyntaxError as error:
        raise _unreadable(what, error) from error
    if _TOO_DEEP(found):
        raise _too_deep(what)
    if _TOO_WIDE(found):
        raise BoundError(
            f"{what} has more than {MOST_ATTRIBUTES:,} attributes on one element, as no real document has. "
            "It was not read; ask its sender."
        )
    return found


def name(element: Element) -> str:
    """Give the local name of an element, whatever its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """Give the namespace of an element; "" is none."""
    return str(element.tag).rpartition("}")[0][1:]


def text(element: Element) -> str:
    """Give the text of an element without surrounding space. What elements within it say is not taken."""
    return (element.text or "").strip()


def children(element: Element, space: str, name: str) -> list[Element]:
    """Give the elements of a namespace and a local name that stand directly within another."""
    return list(element.iterchildren(f"{{{space}}}{name}"))


def by_name(element: Element, space: str) -> dict[str, list[Element]]:
    """Give the elements of a namespace that stand directly within another, by their local name."""
    found: dict[str, list[Element]] = {}
    start = len(space) + 2
    for child in element.iterchildren(f"{{{space}}}*"):
        found.setdefault(str(child.tag)[start:], []).append(child)
    return found


def holds(element: Element, space: str, name: str) -> bool:
    """Say whether an element of a namespace and a local name stands anywhere within another."""
    return next(element.iter(f"{{{space}}}{name}"), None) is not None


def line(element: Element) -> int:
    """Give the line of an element, counted from 1: where its start tag ends, if that has lines."""
    stated: Any = element.sourceline
    return stated or 0


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _as_utf8(raw: Buffer, what: str) -> bytes:
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{what} is larger than {MOST_BYTES >> 20} MiB. It was not read; ask for one per product."
        )
    unmarked = bytes(utf8(raw))
    if len(unmarked) > 2 * MOST_BYTES:  # UTF-16 grows by half at most
        raise BoundError(f"{what} is too large as UTF-8. It was not read; ask for one per product.")
    declared = _DECLARATION.match(unmarked)
    encoding = declared[1].decode("ascii", "replace").strip().lower() if declared else "utf-8"
    if _UTF.fullmatch(encoding):
        return unmarked  # a UTF-16 was recoded above; where the declaration is wrong, the bytes are right
    if _SINGLE_BYTE.fullmatch(encoding):
        return recode(unmarked, encoding)
    raise UnreadableError(
        f"{what} says that it is written in {encoding[:40]!r}, which Leadglass does not read. "
        "Export it again as UTF-8."
    )


def _refuse_doctype(document: bytes, what: str) -> None:
    """Refuse a document type declaration: it stands before the root and nowhere else (2.8)."""
    prologue = _PROLOGUE.match(document)
    start = prologue.end() if prologue else 0
    if document[start : start + 9].upper() == b"<!DOCTYPE":
        raise UnreadableError(
            f"{what} has a DOCTYPE. It was not read, for a DOCTYPE can bring in other files or grow without "
            "end. Ask the sender for the document without it."
        )


def _unreadable(what: str, error: etree.XMLSyntaxError) -> UnreadableError:
    said = str(error).replace("\n", " ").strip()
    if "Excessive depth" in said:
        return _too_deep(what)
    if "is empty" in said:
        return UnreadableError(f"{what} is empty. Export or fetch it again.")
    position = _POSITION.search(said)
    where = f"line {position[1]}: " if position else ""
    reason = (said[: position.start()] if position else said)[:200]
    if "Premature end" in said:
        return UnreadableError(f"{what} ends in the middle: it was cut off on its way. Fetch it again.")
    if "Extra content" in said:
        return UnreadableError(
            f"{what} is complete, but something follows its end ({where}{reason}). Fetch it again."
        )
    return UnreadableError(
        f"{what} is not well-formed XML ({where}{reason}). Fetch it again, or ask its sender."
    )


def _too_deep(what: str) -> BoundError:
    return BoundError(
        f"{what} is nested more than {DEEPEST} levels deep, as no real document is. It was not read; "
        "ask its sender."
    )
