# SPDX-License-Identifier: Apache-2.0
"""Take fields of a decoded tree (JSON, YAML, TOML): what is not of its type is remarked on and not stated."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from leadglass.errors import BoundError
from leadglass.formats.json_text import moment
from leadglass.formats.remarks import Remarks
from leadglass.formats.stated import Texts

LONGEST_PROSE: Final = 65_536
MOST_PARTS: Final = 2_000_000

_CONTROL_IN_PROSE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].{0,40})?")


class Fields(Texts):
    """The fields of one document: `remarks` on them, and `rest`, what was seen and not taken, by kind.

    `what` begins the sentences of its errors: "The OSV record". `place` is where the value stands.
    """

    def __init__(self, what: str) -> None:
        self.remarks = Remarks()
        super().__init__(self.remarks)
        self.rest: Counter[str] = Counter()
        self._what = what
        self._parts = MOST_PARTS

    def prose(self, value: Any, place: str) -> str:
        """Take a text of many lines; "" where none is stated."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(value, place, "a text")
            return ""
        text = _CONTROL_IN_PROSE.sub(" ", value).strip()
        if len(text) > LONGEST_PROSE:
            why = f"This text is {len(text):,} characters long; the first {LONGEST_PROSE:,} were taken."
            self.remarks.add(place, why, sort="texts that were cut")
        return text[:LONGEST_PROSE]

    def items(self, value: Any, place: str) -> Iterator[tuple[str, Any]]:
        """Take a list, each item with its place."""
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(value, place, "a list")
            return
        self.spend(len(value))
        for number, one in enumerate(value):
            yield f"{place}[{number}]", one

    def texts(self, value: Any, place: str) -> tuple[str, ...]:
        """Take a list of texts, those that say something."""
        found = (self.take(one, here) for here, one in self.items(value, place))
        return tuple(text for text in found if text)

    def object(self, value: Any, place: str) -> dict[str, Any]:
        """Take an object; an empty one where none is stated."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(value, place, "an object")
            return {}
        return value

    def objects(self, value: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Take a list of objects, each with its place."""
        for here, one in self.items(value, place):
            if isinstance(one, dict):
                yield here, one
            else:
                self.wrong(one, here, "an object")

    def time(self, value: Any, place: str) -> datetime | None:
        """Take a time as an aware one in UTC."""
        text = self.take(value, place)
        found = moment(text) if text else None
        if text and found is None:
            self.remarks.add(place, f"'{text[:40]}' is no time.", sort="times that were not read")
        return found

    def day(self, value: Any, place: str) -> date | None:
        """Take a date, 2031-01-31 or 20310131; a time of day may follow."""
        text = self.take(value, place)
        if not text:
            return None
        match = _DAY.fullmatch(text)
        try:
            if match:
                return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
        self.remarks.add(place, f"'{text[:40]}' is no date.", sort="dates that were not read")
        return None

    def count(self, value: Any, kind: str) -> None:
        """Count what stands here as seen and not taken: the items of a list, or one."""
        number = len(value) if isinstance(value, list) else int(value not in (None, "", {}))
        if number:
            self.rest[kind] += number

    def spend(self, number: int) -> None:
        """Count parts against the bound of the document."""
        self._parts -= number
        if self._parts < 0:
            raise BoundError(
                f"{self._what} lists more than {MOST_PARTS:,} things. It was not read; receive it in smaller files."
            )


def newest_first(vectors: Iterator[str] | list[str]) -> tuple[str, ...]:
    """Order CVSS vectors, the newest standard first, each once; a vector of version 2 has no prefix."""
    return tuple(sorted(dict.fromkeys(vectors), key=_standard, reverse=True))


def _standard(vector: str) -> str:
    return vector[5:8] if vector.startswith("CVSS:") else "2.0"
