# SPDX-License-Identifier: Apache-2.0
"""Points in time as RFC 3339 (5.6, date-time) writes them, to any fraction of a second."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

_DATE_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]"
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DAY: Final = 86_400
_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097  # the Gregorian calendar repeats after 400 years


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A point in time: seconds since the year 0 in UTC, and the digits of the fraction without closing zeros."""

    seconds: int
    fraction: str = ""

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a date-time; None if it is none. A leap second must stand where UTC can have one."""
        match = _DATE_TIME.fullmatch(text)
        if match is None:
            return None
        year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
        offset_hour, offset_minute = int(match[9] or 0), int(match[10] or 0)
        if hour > 23 or minute > 59 or second > 60 or offset_hour > 23 or offset_minute > 59:
            return None
        try:
            days = date(year + _CYCLE_YEARS, month, day).toordinal() - _CYCLE_DAYS
        except ValueError:
            try:  # the years at the upper end of the calendar
                days = date(year, month, day).toordinal()
            except ValueError:
                return None
        offset = (offset_hour * 60 + offset_minute) * 60 * (-1 if match[8] == "-" else 1)
        seconds = days * _DAY + hour * 3_600 + minute * 60 + second - offset
        if second == 60 and seconds % _DAY:
            return None
        return cls(seconds, (match[7] or "").rstrip("0"))
