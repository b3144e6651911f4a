# SPDX-License-Identifier: Apache-2.0
"""Days as people say them ("Mon 24 Nov"), with the year where it is another one; exact times (ISO 8601)."""

from datetime import date, datetime

from leadglass.render.wording import spoken

# Written out: strftime follows the locale of the process, a report must not.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date, as_of: date) -> str:
    """Say a day; with its year where that is not the year of `as_of`.

    >>> day(date(2031, 11, 24), date(2031, 1, 2)), day(date(2032, 1, 31), date(2031, 11, 24))
    ('Mon 24 Nov', 'Sat 31 Jan 2032')
    """
    words = f"{spoken(DAYS[value.weekday()])} {value.day} {spoken(MONTHS[value.month - 1])}"
    return words if value.year == as_of.year else f"{words} {value.year}"


def full_day(value: date) -> str:
    """Say a day with its year."""
    return f"{spoken(DAYS[value.weekday()])} {value.day} {spoken(MONTHS[value.month - 1])} {value.year}"


def exact(value: date) -> str:
    """Say a day or a moment so that nothing is left open.

    >>> from datetime import UTC
    >>> exact(datetime(2031, 11, 24, 6, 10, tzinfo=UTC))
    '2031-11-24 06:10:00 UTC'
    """
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} {value.tzname() or ''}".rstrip()
    return value.isoformat()


def distance(value: date, as_of: date) -> str:
    """Say how far off a day is.

    >>> distance(date(2031, 11, 21), date(2031, 11, 24))
    '3 days late'
    """
    days = (_calendar_day(value) - _calendar_day(as_of)).days
    if days < 0:
        return spoken("1 day late" if days == -1 else f"{-days} days late")
    return spoken(("today", "tomorrow")[days] if days <= 1 else f"in {days} days")


def _calendar_day(value: date) -> date:
    """Drop the time of a moment."""
    return value.date() if isinstance(value, datetime) else value
