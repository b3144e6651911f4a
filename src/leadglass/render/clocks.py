# SPDX-License-Identifier: Apache-2.0
"""The clocks of a device in one picture: what is late, what runs out next, each with who set it.

Clocks run for days, ends of support for years. So the axis is no ruler: near days take more room than far ones, and lines
at a week, a month, a year and ten years say where they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import log1p

from leadglass.render import svg, theme
from leadglass.render.charts import WIDE, Chart
from leadglass.render.dates import day, distance
from leadglass.render.markup import Markup
from leadglass.render.phrases import count
from leadglass.values.overview import State

MOST = 16
"""Rows that a picture draws; the table has all."""
_TOP, _ROW, _BAR = 30.0, 42.0, 10.0
_LINE = 17.0  # what a clock is of stands on a line of its own where the picture is narrow
_ROOMY = 500
_EDGE = 10.0
_TICKS = ((7, "a week"), (30, "a month"), (365, "a year"), (3650, "10 years"))
_APART = 8.0  # between the words of two lines
_WORD = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A day that comes or is past: what it is, of what, and who set it.

    `running` is its state before that day, `late` its state after it. `due` tells a clock that somebody keeps, by which
    something is to be done, from a day that comes by itself.
    """

    on: date
    what: str
    of: str
    by: str
    running: State
    late: State
    due: bool = False

    def state(self, today: date) -> State:
        """Give its state on a day."""
        return self.late if self.on < today else self.running

    def said(self, today: date) -> str:
        """Say how far off it is; only what is to be done is late."""
        if self.due or self.on >= today:
            return distance(self.on, today)
        return f"{count((today - self.on).days, 'day')} ago"


def clocks(ident: str, told: Sequence[Clock], today: date, *, width: int = WIDE) -> Chart:
    """Answer which clock of a device runs out next, and which have run out."""
    head = ("Day", "What", "Of", "That is", "Set by")
    ordered = sorted(told, key=lambda one: (one.on, one.what, one.of))
    rows = tuple((day(one.on, today), one.what, one.of, one.said(today), one.by) for one in ordered)
    title = _title(ordered, today)
    if not ordered:
        return Chart(title=title, svg="", head=head, rows=rows)
    shown = _nearest(ordered, today)
    axis = _Axis.over([one.on for one in shown], today, width)
    height = _TOP + sum(_height(one, width) for one in shown)
    drawn, y = list(_lines(axis, height)), _TOP
    for one in shown:
        drawn += _row(one, axis, y, today)
        y += _height(one, width)
    desc = (
        "A row for each clock in the order of its day, a bar between today and that day: to the left of today what is past,"
        " to the right what comes. Near days take more room than far ones; lines mark a week, a month, a year, ten years."
    )
    return Chart(
        title=title, svg=svg.picture(ident, width, height, title, desc, *drawn), head=head, rows=rows
    )


def _title(ordered: Sequence[Clock], today: date) -> str:
    late = [one for one in ordered if one.due and one.on < today]
    coming = [one for one in ordered if one.on >= today]
    nearest = f"next: {coming[0].what}, {distance(coming[0].on, today)}" if coming else ""
    if late:
        first = f"{count(len(late), 'clock')} ran out, the first {distance(late[0].on, today)}"
        return f"{first}; {nearest}" if nearest else first
    if nearest:
        return nearest[0].upper() + nearest[1:]
    return "No clock runs" if not ordered else "No day is to come"


def _nearest(ordered: Sequence[Clock], today: date) -> list[Clock]:
    """Choose what is drawn where there is too much: what is to be done first, then what is nearest."""
    if len(ordered) <= MOST:
        return list(ordered)
    chosen = sorted(ordered, key=lambda one: (not one.due, abs((one.on - today).days)))[:MOST]
    return [one for one in ordered if one in chosen]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Days from the left to the right; `before` and `after` are how many the picture reaches from today."""

    before: int
    after: int
    today: date
    width: int

    @classmethod
    def over(cls, days: Sequence[date], today: date, width: int) -> "_Axis":
        """Lay an axis over days and today; a week to come is always in it."""
        before = max(((today - one).days for one in days), default=0)
        after = max(((one - today).days for one in days), default=0)
        return cls(before=max(before, 0), after=max(after, _TICKS[0][0]), today=today, width=width)

    @property
    def zero(self) -> float:
        """The place of today."""
        past, future = log1p(self.before), log1p(self.after)
        return _EDGE + (self.width - 2 * _EDGE) * past / (past + future)

    def at(self, days: int) -> float:
        """Give the place of so many days from today; less than none are before it."""
        room = self.width - 2 * _EDGE
        far = log1p(abs(days)) / (log1p(self.before) + log1p(self.after))
        return self.zero + room * far * (1 if days >= 0 else -1)


def _height(one: Clock, width: int) -> float:
    return _ROW + (_LINE if one.of and width < _ROOMY else 0)


def _lines(axis: _Axis, height: float) -> Iterator[Markup]:
    """Draw today, and the lines that say how far off days are, each with its word where that has room."""
    zero = axis.zero
    half = svg.words_width("today", _WORD) / 2
    x = min(max(zero, half), axis.width - half)
    yield svg.words(x, 11, "today", size=_WORD, align="middle", weight="600")
    taken = [(x - half, x + half)]
    for side in (1, -1):
        for days, word in reversed(_TICKS):
            if days > (axis.after if side > 0 else axis.before):
                continue
            place = axis.at(side * days)
            yield svg.line(place, 18, place, height - 4, colour="rule")
            said = word if side > 0 else f"{word} ago"
            wide = svg.words_width(said, _WORD) / 2
            middle = min(max(place, wide), axis.width - wide)
            if all(middle + wide + _APART < start or end + _APART < middle - wide for start, end in taken):
                taken.append((middle - wide, middle + wide))
                yield svg.words(middle, 11, said, size=_WORD, colour="dim", align="middle")
    yield svg.line(zero, 18, zero, height - 4, colour="ink", width=1.5, dash="3 2")


def _row(one: Clock, axis: _Axis, y: float, today: date) -> list[Markup]:
    """Draw one clock: its words over its bar, which lies between today and its day, and its shape at that day."""
    state, x = one.state(today), axis.at((one.on - today).days)
    when, said = f"{day(one.on, today)}, {one.said(today)}", one.what + (f": {one.of}" if one.of else "")
    start, end = sorted((axis.zero, x))
    below = _height(one, axis.width) - _ROW
    room = axis.width - svg.words_width(when, 12) - 10
    return [
        svg.rect(0, y + 1, axis.width, 17 + below, fill="ground"),
        svg.words(0, y + 14, one.what if below else said, room=room),
        svg.words(axis.width, y + 14, when, size=12, colour="dim", align="end"),
        *([svg.words(0, y + 14 + below, one.of, size=12, colour="dim", room=axis.width)] if below else ()),
        svg.rect(start, y + below + 23, end - start, _BAR, fill=theme.name(state), about=f"{said}: {when}"),
        svg.shape(state, min(max(x - 7, 0), axis.width - 14), y + below + 21, size=14),
    ]
