# SPDX-License-Identifier: Apache-2.0
"""One view of a document in JSON (RFC 8259) and in XML: parts with texts, parts within, and lists of both.

For standards that have both forms, as CycloneDX (ECMA-424). They name most things alike; where they do not, the
JSON name comes first and the XML path second. What is of a wrong type is remarked on and taken as not stated. Places
are `vulnerabilities[2].analysis` in JSON, counted from 0, and `vulnerabilities/vulnerability[3]/analysis` in XML,
counted from 1 as XPath does.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol, Self

from leadglass.formats import xml_text
from leadglass.formats.remarks import Remarks

LONGEST_TEXT: Final = 4_096
LONGEST_PROSE: Final = 65_536

_LONG: Final = 256  # elements within one: more than any has that is no list
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_CONTROL_IN_PROSE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_UNPAIRED: Final = re.compile("[\ud800-\udfff]")
_KINDS: Final = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}


class Part(Protocol):
    """An object of JSON, or an element of XML."""

    @property
    def place(self) -> str:
        """Where in the document it stands; "" is the document itself."""

    def text(self, name: str) -> str:
        """Give a text on one line; "" where none is stated. What is no text is remarked on."""

    def prose(self, name: str) -> str:
        """Give a text that may have lines."""

    def part(self, name: str) -> Self | None:
        """Give a part within."""

    def parts(self, name: str, path: str) -> Iterator[Self]:
        """Give the parts of a list: its name in JSON, and in XML its path (`affects/target`)."""

    def texts(self, name: str, path: str) -> tuple[str, ...]:
        """Give the texts and whole numbers of a list, as texts."""

    def at(self, name: str) -> str:
        """Say where something within this part stands."""


class JsonPart:
    """An object of JSON with its place in the document."""

    def __init__(self, value: dict[str, Any], place: str, remarks: Remarks) -> None:
        self._value = value
        self.place = place
        self._remarks = remarks

    def text(self, name: str) -> str:
        """Give a text on one line."""
        return self._text(self._value.get(name), self.at(name), prose=False)

    def prose(self, name: str) -> str:
        """Give a text that may have lines."""
        return self._text(self._value.get(name), self.at(name), prose=True)

    def part(self, name: str) -> Self | None:
        """Give an object within."""
        return self._part(self._value.get(name), self.at(name))

    def parts(self, name: str, path: str = "") -> Iterator[Self]:  # noqa: ARG002  the path is XML's
        """Give the objects of a list."""
        for place, value in self.values(name):
            found = self._part(value, place, needed=True)
            if found is not None:
                yield found

    def texts(self, name: str, path: str = "") -> tuple[str, ...]:  # noqa: ARG002  the path is XML's
        """Give the texts and whole numbers of a list."""
        found = []
        for place, value in self.values(name):
            whole = isinstance(value, int) and not isinstance(value, bool)
            shown = f"{value}" if whole and abs(value) < 10**18 else value
            found.append(self._text(shown, place, prose=False))
        return tuple(text for text in found if text)

    def value(self, name: str) -> Any:
        """Give what stands under a name, whatever it is; None where nothing does."""
        return self._value.get(name)

    def values(self, name: str) -> Iterator[tuple[str, Any]]:
        """Give what a list holds, whatever it is, each with its place."""
        for number, value in enumerate(self._list(name)):
            yield f"{self.at(name)}[{number}]", value

    def mapped(self, name: str) -> tuple[tuple[str, str], ...]:
        """Give the texts of an object whose keys are free, by key."""
        within = self.part(name)
        listed = within._value.items() if within else ()  # noqa: SLF001  a part of this same kind
        place = self.at(name)
        named = [
            (clean(key, place, self._remarks), self._text(value, place, prose=False)) for key, value in listed
        ]
        return tuple((key, text) for key, text in named if text)

    def at(self, name: str) -> str:
        """Say where something within this part stands."""
        return f"{self.place}.{name}" if self.place else name

    def _part(self, value: Any, place: str, *, needed: bool = False) -> Self | None:
        if value is None and not needed:
            return None
        if isinstance(value, dict):
            return type(self)(value, place, self._remarks)
        self._wrong(value, "an object", place)
        return None

    def _list(self, name: str) -> list[Any]:
        value = self._value.get(name)
        if value is None or isinstance(value, list):
            return value or []
        self._wrong(value, "a list", self.at(name))
        return []

    def _text(self, value: Any, place: str, *, prose: bool) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(value, "a text", place)
            return ""
        return clean(value, place, self._remarks, prose=prose)

    def _wrong(self, value: Any, wanted: str, place: str) -> None:
        kind = _KINDS.get(type(value), "a text" if isinstance(value, str) else "nothing")
        self._remarks.add(place, f"This is {kind} where {wanted} belongs.", sort="fields of a wrong type")


class XmlPart:
    """An element of XML with its place in the document. Elements of other namespaces are seen by `foreign` alone."""

    __slots__ = ("_named", "_remarks", "_space", "element", "place")

    def __init__(
        self, element: xml_text.Element, place: str, remarks: Remarks, space: str | None = None
    ) -> None:
        self.element = element
        self.place = place
        self._remarks = remarks
        self._space = xml_text.namespace(element) if space is None else space
        self._named: dict[str, list[xml_text.Element]] | None = None

    def text(self, name: str) -> str:
        """Give the text of an element within, or an attribute, on one line."""
        return self._text(name, prose=False)

    def prose(self, name: str) -> str:
        """Give the text of an element within; it may have lines."""
        return self._text(name, prose=True)

    def part(self, name: str) -> Self | None:
        """Give an element within."""
        child = self._one(name)
        return None if child is None else self._within(child, self.at(name))

    def parts(self, name: str, path: str) -> Iterator[Self]:  # noqa: ARG002  the name is JSON's
        """Give the elements at the end of a path."""
        listing, _, item = path.rpartition("/")
        holder = self.part(listing) if listing else self
        for number, child in enumerate(holder.all(item) if holder else (), 1):
            yield self._within(child, f"{self.at(path)}[{number}]")

    def texts(self, name: str, path: str) -> tuple[str, ...]:
        """Give the texts of the elements at the end of a path."""
        found = tuple(part.own() for part in self.parts(name, path))
        return tuple(text for text in found if text)

    def at(self, name: str) -> str:
        """Say where something within this part stands."""
        return f"{self.place}/{name}" if self.place else name

    def all(self, name: str) -> list[xml_text.Element]:
        """Give all elements of a name within, of the namespace of this one."""
        return xml_text.children(self.element, self._space, name)

    def foreign(self, space: str, name: str) -> Iterator[Self]:
        """Give the elements within that are of another namespace."""
        for child in xml_text.children(self.element, space, name):
            yield type(self)(child, self.at(name), self._remarks, space)

    def own(self, *, prose: bool = False) -> str:
        """Give the text of this element itself."""
        return self._said(self.element, self.place, prose=prose)

    def _within(self, child: xml_text.Element, place: str) -> Self:
        return type(self)(child, place, self._remarks, self._space)

    def _text(self, name: str, *, prose: bool) -> str:
        child = self._one(name)
        if child is not None:
            return self._said(child, self.at(name), prose=prose)
        value = self.element.get(name)
        return clean(value, f"{self.place}/@{name}".lstrip("/"), self._remarks, prose=prose) if value else ""

    def _said(self, element: xml_text.Element, place: str, *, prose: bool) -> str:
        if len(element):
            self._remarks.add(place, "Elements stand where a text belongs.", sort="fields of a wrong type")
            return ""
        return clean(xml_text.text(element), place, self._remarks, prose=prose)

    def _one(self, name: str) -> xml_text.Element | None:
        found = self._all_named(name)
        if len(found) > 1:
            why = f"This stands {len(found):,} times where one belongs; the first was taken."
            self._remarks.add(self.at(name), why, sort="elements that stand more than once")
        return found[0] if found else None

    def _all_named(self, name: str) -> Sequence[xml_text.Element]:
        """Give what `all` does. An element is asked for a dozen names: one walk answers them all."""
        if self._named is None:
            if len(self.element) > _LONG:  # an index of a trap would outweigh the document
                return self.all(name)
            self._named = xml_text.by_name(self.element, self._space)
        return self._named.get(name, ())


def clean(value: str, place: str, remarks: Remarks, *, prose: bool = False) -> str:
    """Take control characters out of a text, and cut what is longer than any real one."""
    if len(value) <= LONGEST_TEXT and value.isprintable():  # nearly all: no control, nothing unpaired
        return value.strip()
    text = (_CONTROL_IN_PROSE if prose else _CONTROL).sub(" ", value).strip()
    text = _UNPAIRED.sub("\ufffd", text)
    longest = LONGEST_PROSE if prose else LONGEST_TEXT
    if len(text) > longest:
        why = f"This text is {len(text):,} characters long; the first {longest:,} were taken."
        remarks.add(place, why, sort="texts that were cut")
    return text[:longest]
