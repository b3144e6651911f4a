# SPDX-License-Identifier: Apache-2.0
"""Take fields of a CSAF document (JSON) one by one: a field of the wrong type is remarked on and not stated.

Fields come undecoded (`Raw`), so that what is not asked for costs nothing, however large or deep it is.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from msgspec import Raw

from leadglass.errors import BoundError
from leadglass.formats.json_text import FAULTS, items, moment, place_and_reason
from leadglass.formats.remarks import Remarks

WHAT: Final = "The CSAF document"
LONGEST_TEXT: Final = 4_096
LONGEST_PROSE: Final = 65_536
MOST_OBJECTS: Final = 1_000_000
MOST_MENTIONS: Final = 8_000_000
"""How often products may be mentioned, groups expanded: a group of many, named by many, is small as a text only."""

NO_RAW: Final = Raw()

_SMALL: Final = 1 << 20
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_CONTROL_IN_PROSE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_KINDS: Final = {"{": "an object", "[": "a list", "t": "true or false", "f": "true or false", '"': "a text"}

_TEXT: Final = msgspec.json.Decoder(str)
_TEXTS: Final = msgspec.json.Decoder(list[str])
_SPLIT: Final = msgspec.json.Decoder(list[Raw])

_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class Fields:
    """The fields of one document: takes them, and keeps what was remarked (`remarks`) and not taken (`rest`)."""

    def __init__(self) -> None:
        self.remarks = Remarks()
        self.rest: Counter[str] = Counter()
        self._objects = MOST_OBJECTS
        self._mentions = MOST_MENTIONS

    def text(self, raw: Raw, place: str) -> str:
        """Take a text of one line, "" where it is not stated."""
        return self._text(raw, place, LONGEST_TEXT, _CONTROL)

    def prose(self, raw: Raw, place: str) -> str:
        """Take a text of many lines, "" where it is not stated."""
        return self._text(raw, place, LONGEST_PROSE, _CONTROL_IN_PROSE)

    def texts(self, raw: Raw, place: str) -> list[str]:
        """Take a list of texts. Where none is stated, it is remarked on and "" keeps its position."""
        if is_absent(raw):
            return []
        self.mention(bytes(memoryview(raw)).count(b",") + 1)
        try:
            listed = [clean(text) for text in _TEXTS.decode(raw)]
        except FAULTS:
            listed = [self.text(one, f"{place}[{at}]") for at, one in enumerate(self._split(raw, place))]
        for at, text in enumerate(listed):
            if not text or len(text) > LONGEST_TEXT:
                why = "Too long for what belongs here." if text else "Nothing is stated here."
                self.remarks.add(f"{place}[{at}]", why, sort="empty or wrong texts of lists")
        return [text if len(text) <= LONGEST_TEXT else "" for text in listed]

    def mention(self, number: int) -> None:
        """Count mentions of products against the bound of the document."""
        self._mentions -= number
        if self._mentions < 0:
            raise BoundError(
                f"{WHAT} mentions products more than {MOST_MENTIONS:,} times. It was not read; ask its publisher "
                "for smaller documents."
            )

    def time(self, raw: Raw, place: str) -> datetime | None:
        """Take a time as an aware one in UTC."""
        text = self.text(raw, place)
        found = moment(text) if text else None
        if text and found is None:
            self.remarks.add(place, f"'{text[:40]}' is no time.", sort="times that were not read")
        return found

    def object(self, decoder: msgspec.json.Decoder[_Struct], raw: Raw, place: str) -> _Struct | None:
        """Take an object; None where it is not stated or is none."""
        if is_absent(raw):
            return None
        try:
            return decoder.decode(raw)
        except FAULTS as error:
            self.remarks.add(*place_and_reason(place, error), sort="parts that were not read")
            return None

    def objects(
        self, decoder: msgspec.json.Decoder[_Struct], raw: Raw, place: str
    ) -> Iterator[tuple[str, _Struct]]:
        """Take a list of objects, each with its place."""
        for at, one in enumerate(self._split(raw, place)):
            here = f"{place}[{at}]"
            if is_absent(one):
                self.remarks.add(here, "Nothing stands here.", sort="parts that were not read")
                continue
            found = self.object(decoder, one, here)
            if found is not None:
                yield here, found

    def count(self, raw: Raw, place: str, kind: str) -> None:
        """Count what stands here as seen and not taken: the items of a list, or one."""
        if not is_absent(raw):
            listed = bytes(memoryview(raw)[:1]) == b"["
            number = len(self._split(raw, place)) if listed else 1
            if number:
                self.rest[kind] += number

    def _split(self, raw: Raw, place: str) -> list[Raw]:
        if is_absent(raw):
            return []
        try:
            # What is small is split at once: its parts are few. Counting first is for what is large.
            listed = items(raw, self._objects) if len(memoryview(raw)) > _SMALL else _SPLIT.decode(raw)
        except FAULTS as error:
            where, why = place_and_reason(place, error)
            self.remarks.add(where, f"{why} Nothing of this list was taken.", sort="parts that were not read")
            return []
        except BoundError as error:
            raise self._too_many() from error
        self._objects -= len(listed)
        if self._objects < 0:
            raise self._too_many()
        return listed

    def _too_many(self) -> BoundError:
        return BoundError(
            f"{WHAT} lists more than {MOST_OBJECTS:,} things. It was not read; ask its publisher for smaller "
            "documents."
        )

    def _text(self, raw: Raw, place: str, most: int, control: re.Pattern[str]) -> str:
        if is_absent(raw):
            return ""
        try:
            text = clean(_TEXT.decode(raw), control)
        except FAULTS:
            kind = _KINDS.get(chr(memoryview(raw)[0]), "a number")
            damaged = "a damaged text" if kind == "a text" else f"{kind} where a text belongs"
            self.remarks.add(place, f"This is {damaged}.", sort="fields of a wrong type")
            return ""
        if len(text) > most:
            why = f"This text is {len(text):,} characters long; the first {most:,} were taken."
            self.remarks.add(place, why, sort="texts that were cut")
        return text[:most]


def clean(text: str, control: re.Pattern[str] = _CONTROL) -> str:
    """Give a text without control characters and outer spaces."""
    return control.sub(" ", text).strip()


def is_absent(raw: Raw) -> bool:
    """Say whether a field is missing or null."""
    size = len(memoryview(raw))
    return size == 0 or (size == 4 and bytes(raw) == b"null")
