# SPDX-License-Identifier: Apache-2.0
"""Texts as a document states them: cleaned, bounded, and told where something else stands in their place."""

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import UNSET

from leadglass.formats.remarks import Remarks

LONGEST_TEXT: Final = 4_096

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_TYPE_NAMES: Final = {
    dict: "an object",
    list: "a list",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


class Texts:
    """Takes the texts of one document; what is none goes to its remarks."""

    def __init__(self, remarks: Remarks, names: Mapping[str, str] | None = None) -> None:
        """`names` says how a field is called in this serialization, where it is called otherwise."""
        self._remarks = remarks
        self._names = names or {}

    def at(self, place: str, field: str) -> str:
        """Name a field at a place: "packages[3].name", or "line 41" where lines are what one can look up."""
        return within(place, self._names.get(field, field))

    def take(self, value: Any, place: str, field: str = "") -> str:
        """Give a text on one line, without control characters; "" where none is stated."""
        if value is UNSET or value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(value, self.at(place, field), "a text")
            return ""
        text = value if value.isprintable() else _CONTROL.sub(" ", value)
        text = text.strip()
        if len(text) > LONGEST_TEXT:
            why = f"This text is {len(text):,} characters long; the first {LONGEST_TEXT:,} were taken."
            self._remarks.add(self.at(place, field), why, sort="texts that were cut")
        return text[:LONGEST_TEXT]

    def wrong(self, value: Any, place: str, wanted: str) -> None:
        """Remark that a value is not of the kind that belongs there: `wanted` is "a text" or "a list"."""
        kind = "a text" if isinstance(value, str) else _TYPE_NAMES.get(type(value), "something else")
        self._remarks.add(place, f"This is {kind} where {wanted} belongs.", sort="fields of a wrong type")


def within(place: str, field: str) -> str:
    """Name what stands within a place; of a line nothing is named."""
    return f"{place}.{field}".strip(".") if field and not place.startswith("line ") else place


def item(place: str, number: int) -> str:
    """Name an item of the list at a place: "packages[3]"; of a line nothing is named."""
    return place if place.startswith("line ") else f"{place}[{number}]"
