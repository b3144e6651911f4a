# SPDX-License-Identifier: Apache-2.0
"""Pictures over time: a vulnerability against its clocks, the end of support of what a device runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leadglass.render import svg, theme
from leadglass.render.charts import WIDE, Chart
from leadglass.render.dates import day, distance
from leadglass.render.markup import Markup
from leadglass.values.overview import State

_ROW, _TOP = 30.0, 26.0
_LEAST = timedelta(days=14)  # of an axis, so that days do not fall onto one point


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened or is due on a day: what it is, and its state."""

    on: date
    what: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Until when a part of a device is supported, and who says so; None where nobody says."""

    part: str
    until: date | None
    publisher: str


def timeline(ident: str, moments: Sequence[Moment], today: date, *, width: int = WIDE) -> Chart:
    """Answer what comes next: days that were and days that are due, in their order, against today."""
    head = ("Day", "What", "That is")
    ordered = sorted(moments, key=lambda one: (one.on, one.what))
    coming = [one for one in ordered if one.on >= today]
    title = f"Next: {coming[0].what} {distance(coming[0].on, today)}" if coming else "No date is to come"
    rows = tuple((day(one.on, today), one.what, distance(one.on, today)) for one in ordered)
    if not ordered:
        return Chart(title=title, svg="", head=head, rows=rows)
    axis = _Axis.over([one.on for one in ordered], today, width)
    drawn = axis.drawn(_TOP + _ROW * len(ordered))
    for number, one in enumerate(ordered):
        drawn += _moment(one, axis, _TOP + _ROW * number, today, width)
    desc = "One row for each day, from the first to the last; a dashed line marks today."
    made = svg.picture(ident, width, _TOP + _ROW * len(ordered), title, desc, *drawn)
    return Chart(title=title, svg=made, head=head, rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Days from the left to the right."""

    first: date
    last: date
    today: date
    width: int

    @classmethod
    def over(cls, days: Sequence[date], today: date, width: int) -> "_Axis":
        """Lay an axis over days and today."""
        first, last = min(*days, today), max(*days, today)
        return cls(first=first, last=max(last, first + _LEAST), today=today, width=width)

    def at(self, on: date) -> float:
        """Give the place of a day."""
        return 8 + (self.width - 16) * ((on - self.first) / (self.last - self.first))

    def drawn(self, height: float) -> list[Markup]:
        """Draw the line of today, with its word on top."""
        x = self.at(self.today)
        align = "start" if x < 40 else "end" if x > self.width - 40 else "middle"
        return [
            svg.words(x, 12, "today", size=12, colour="dim", align=align),
            svg.line(x, 18, x, height, colour="ink", width=1.5, dash="3 2"),
        ]


def _moment(one: Moment, axis: _Axis, y: float, today: date, width: int) -> list[Markup]:
    """Draw one day: its shape where it lies, its words beside it on the side that has room."""
    x = axis.at(one.on)
    said = f"{one.what}, {day(one.on, today)}"
    left = x + 18 + svg.words_width(said) > width
    place = x - 12 if left else x + 12
    room = (x - 14) if left else (width - x - 14)
    return [
        svg.line(8, y + 10, width - 8.0, y + 10, colour="rule"),
        svg.shape(one.state, x - 6, y + 4),
        svg.rect(
            place - (min(svg.words_width(said), room) if left else 2),
            y + 1,
            min(svg.words_width(said), room),
            18,
            fill="ground",
        ),
        svg.words(place, y + 14, said, align="end" if left else "start", room=room),
    ]


def horizon(ident: str, parts: Sequence[Support], today: date, *, width: int = WIDE) -> Chart:
    """Answer until when what a device runs is repaired by its makers; what nobody says is told apart."""
    head = ("Part", "Supported until", "That is", "Said by")
    ordered = sorted(parts, key=lambda one: (one.until or date.max, one.part))
    rows = tuple(
        (
            one.part,
            day(one.until, today) if one.until else "nobody says",
            distance(one.until, today) if one.until else "-",
            one.publisher,
        )
        for one in ordered
    )
    known = [one for one in ordered if one.until]
    title = _horizon_title(known, today)
    if not known:
        return Chart(title=title, svg="", head=head, rows=rows)
    axis = _Axis.over([one.until for one in known if one.until], today, width)
    step = 44.0
    drawn = [svg.hatch(f"{ident}-hatch"), *axis.drawn(_TOP + step * len(ordered))]
    for number, one in enumerate(ordered):
        drawn += _supported(f"{ident}-hatch", one, axis, _TOP + step * number, today)
    desc = "A bar per part from today to the end of its support; hatched since support ended."
    made = svg.picture(ident, width, _TOP + step * len(ordered), title, desc, *drawn)
    return Chart(title=title, svg=made, head=head, rows=rows)


def _horizon_title(known: Sequence[Support], today: date) -> str:
    """Name what ends first, or what ended."""
    if not known:
        return "Nobody says until when it is supported"
    over = [one for one in known if one.until and one.until < today]
    if over:
        return f"Support of {over[0].part} has ended" + (f", and of {len(over) - 1} more" if over[1:] else "")
    first = known[0]
    return f"Support of {first.part} ends {distance(first.until or today, today)}"


def _supported(hatch: str, one: Support, axis: _Axis, y: float, today: date) -> list[Markup]:
    """Draw the support of one part."""
    until = day(one.until, today) if one.until else "nobody says until when"
    said = f"{one.part}: {until}"
    drawn = [svg.words(0, y + 12, said, room=float(axis.width))]
    if one.until is None:
        return drawn
    start, end = sorted((axis.at(today), axis.at(one.until)))
    if one.until < today:
        return [*drawn, svg.hatched(hatch, start, y + 18, end - start, 12, f"{said}, over since then")]
    return [*drawn, svg.rect(start, y + 18, end - start, 12, fill=theme.name(State.SETTLED), about=said)]
