# SPDX-License-Identifier: Apache-2.0
"""Pictures of the overview: one question each, the answer in the title, the same numbers in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadglass.render import svg, theme
from leadglass.render.markup import Markup
from leadglass.render.phrases import count, listed
from leadglass.values.overview import FeedAge, FeedState, HeatCell, QuestionCard, SiteTally, State

WIDE, NARROW = 620, 328
_ROOMY, _TIGHT = 96, 80  # a cell that has room for words, and one that has none for two numbers in a row
_DRAWN = 20
"""Sites that a picture draws: of many more nobody reads it, and the table beside it has all."""
_OPEN = (State.ACT_NOW, State.CONTAIN, State.PLAN, State.WATCH)


Row = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture: the answer that it shows, its SVG, and the table with the same numbers."""

    title: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]


def _empty(ident: str, width: int, title: str, head: tuple[str, ...]) -> Chart:
    """Say in the place of a picture why there is none."""
    said = svg.words(0, 18, "Nothing to draw yet.", colour="dim")
    drawn = svg.picture(ident, width, 28, title, "An empty picture.", said)
    return Chart(title=title, svg=drawn, head=head, rows=())


def heat_map(cells: Sequence[HeatCell], *, width: int = WIDE) -> Chart:
    """Answer where it burns: the worst state of each modality at each site."""
    head = ("Site", "Modality", "Devices", *(s.value for s in State), "Devices with unknowns")
    ident = f"heat-{width}"
    if not cells:
        return _empty(ident, width, "No devices are known yet: receive an inventory first", head)
    rows: tuple[Row, ...] = tuple(
        (c.site, c.modality, c.devices, *(c.counts.get(s, 0) for s in State), c.unknown) for c in cells
    )
    order: dict[str, tuple[int, int]] = {}
    for cell in cells:
        place = tuple(State).index(cell.worst), -cell.counts.get(cell.worst, 0)
        order[cell.site] = min(order.get(cell.site, place), place)
    title = _heat_title(cells) + _left_out(order)
    drawn = _drawn(order)
    return Chart(
        title=title,
        svg=_heat(ident, [cell for cell in cells if cell.site in drawn], width, title),
        head=head,
        rows=rows,
    )


def _drawn(order: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """Choose the sites that a picture draws: those that come first."""
    return frozenset(sorted(order, key=lambda site: (order[site], site))[:_DRAWN])


def _left_out(order: Mapping[str, tuple[int, int]]) -> str:
    """Say that sites are not drawn, where there are too many of them."""
    return f" ({_DRAWN} of {len(order)} sites are drawn)" if len(order) > _DRAWN else ""


def _heat_title(cells: Sequence[HeatCell]) -> str:
    """Name the places where the worst state stands, the site with most devices in it first."""
    worst = min((c.worst for c in cells), key=tuple(State).index)
    if worst is State.SETTLED:
        return "Nothing is open on any device, as far as it could be judged"
    sites: dict[str, list[HeatCell]] = {}
    for cell in cells:
        if cell.worst is worst:
            sites.setdefault(cell.site, []).append(cell)
    most = sorted(sites.items(), key=lambda item: -sum(c.counts.get(worst, 0) for c in item[1]))
    named = [f"{_some(sorted({c.modality for c in group}))} at {site}" for site, group in most[:2]]
    return f"{worst.value.capitalize()}: {'; '.join(named)}{'; and elsewhere' if most[2:] else ''}"


def _some(names: Sequence[str]) -> str:
    """List the first three names of a title."""
    return ", ".join(names[:3]) + " and more" if len(names) > 3 else listed(names)


def _heat(ident: str, cells: Sequence[HeatCell], width: int, title: str) -> Markup:
    """Lay the longer list down the side, so that the cells stay wide enough for words."""
    sites = list(dict.fromkeys(c.site for c in cells))
    kinds = sorted({c.modality for c in cells})
    turned = len(sites) > len(kinds)
    across, down = (kinds, sites) if turned else (sites, kinds)
    side = min(max(map(svg.words_width, down)) + 10, width * 0.3)
    step = max((width - side) / len(across), 52.0)
    height = 46 if step >= _ROOMY else 42 if step < _TIGHT else 32
    lines = [svg.wrapped(name, step - 6) for name in across]
    top = 17 * max(map(len, lines)) + 6
    drawn = list[Markup]()
    for i, parts in enumerate(lines):
        first = top - 10 - 17 * (len(parts) - 1)
        drawn += [svg.words(side + i * step, first + 17 * n, part, room=step) for n, part in enumerate(parts)]
    at = {(c.site, c.modality): c for c in cells}
    for i, row in enumerate(down):
        y = top + i * height
        drawn += _label(row, y + height / 2, side - 8)
        for j, column in enumerate(across):
            cell = at.get((row, column) if turned else (column, row))
            drawn += _cell(cell, side + j * step, y, step - 3, height - 3)
    bottom = float(top + len(down) * height)
    if step < _ROOMY:
        keys, bottom = _key(bottom + 6, width)
        drawn += keys
    desc = "Rows and columns are sites and modalities; each cell names its worst state and counts devices."
    return svg.picture(ident, max(width, side + step * len(across)), bottom, title, desc, *drawn)


def _label(name: str, middle: float, room: float) -> list[Markup]:
    """Set the name of a row on one line or two; what is longer is cut."""
    first, *rest = svg.wrapped(name, room, 12)
    if not rest:
        return [svg.words(0, middle + 3, name, size=12)]
    second = svg.words(0, middle + 10, " ".join(rest), size=12, room=room)
    return [svg.words(0, middle - 4, first, size=12), second]


def _cell(cell: HeatCell | None, x: float, y: float, width: float, height: float) -> list[Markup]:
    """Draw a cell: devices in its worst state, and beside them those with unknowns. Only haste is loud."""
    if cell is None:
        return [svg.words(x + 6, y + height / 2 + 4, "-", colour="dim")]
    name, number = theme.name(cell.worst), cell.counts.get(cell.worst, 0)
    loud = cell.worst in (State.ACT_NOW, State.CONTAIN)
    ink = "on-state" if loud else "ink"
    said = f"{number} of {cell.devices} {cell.worst.value}"
    about = f"{cell.modality} at {cell.site}: {said}; {cell.unknown} unknown"
    drawn = [
        svg.rect(x, y, width, height, fill=name if loud else f"{name}-tint", about=about),
        svg.rect(x, y, 4, height, fill=name),
    ]
    doubt = cell.unknown if cell.worst is not State.UNKNOWN else 0
    roomy, below = width + 3 >= _ROOMY, width + 3 >= _ROOMY or width + 3 < _TIGHT
    base = y + (17 if below and doubt else height / 2 + 5)
    drawn.append(svg.shape(cell.worst, x + 10, base - 10, size=11, fill="on-state" if loud else ""))
    drawn.append(svg.words(x + 25, base, said if roomy else f"{number}", colour=ink, room=width - 26))
    if doubt:
        left, low = (x + 10, base + 18) if below else (x + width - svg.words_width(f"{doubt}") - 18, base)
        drawn.append(svg.shape(State.UNKNOWN, left, low - 10, size=11))
        drawn.append(
            svg.words(left + 15, low, f"{doubt} unknown" if roomy else f"{doubt}", size=12, colour=ink)
        )
    return drawn


def _key(y: float, width: int) -> tuple[list[Markup], float]:
    """Say what the shapes stand for where cells are too small for words; return where the picture ends."""
    drawn, x = list[Markup](), 0.0
    for state in State:
        step = svg.words_width(state.value, 12) + 26
        if x + step > width:
            x, y = 0.0, y + 20
        drawn += [svg.shape(state, x, y), svg.words(x + 16, y + 11, state.value, size=12, colour="dim")]
        x += step
    return drawn, y + 18


def feed_ages(feeds: Sequence[FeedAge], *, width: int = WIDE) -> Chart:
    """Answer whether the feeds are fresh: age in days from zero, with the line beyond which one is stale."""
    head = ("Feed", "Newest entry", "Age in days", "Stale beyond days", "State")
    ident = f"feeds-{width}"
    if not feeds:
        return _empty(ident, width, "No feed was received yet: nothing can be matched", head)
    old = [f.name for f in feeds if f.state is FeedState.STALE]
    gone = [f.name for f in feeds if f.state is FeedState.MISSING]
    parts = [f"{listed(names)} {'is' if len(names) == 1 else 'are'} {what}" for names, what in
             ((old, "stale"), (gone, "missing")) if names]  # fmt: skip
    title = "; ".join(parts) or "Every feed is fresh"
    longest = max(max(f.age_days or 0, f.limit_days) for f in feeds) or 1
    scale = (width - 2) / (longest * 1.04)
    drawn = list[Markup]()
    for i, feed in enumerate(feeds):
        drawn += _feed(feed, i * 52.0, scale, width)
    desc = "A bar per feed from zero days; a dashed line marks the age beyond which that feed is stale."
    rows = tuple(
        (
            f.name,
            f.newest.isoformat() if f.newest else "never",
            "-" if f.age_days is None else f.age_days,
            f.limit_days,
            f.state.value,
        )
        for f in feeds
    )
    drawing = svg.picture(ident, width, len(feeds) * 52 - 6, title, desc, *drawn)
    return Chart(title=title, svg=drawing, head=head, rows=rows)


def _feed(feed: FeedAge, y: float, scale: float, width: int) -> list[Markup]:
    """Draw a feed: its name and words, then its bar and its limit."""
    state = theme.FEED_STATES[feed.state]
    age = "never received" if feed.age_days is None else f"{count(feed.age_days, 'day')} old"
    said = f"{age}, {feed.state.value} (limit {feed.limit_days})"
    limit = 1 + feed.limit_days * scale
    bar = (feed.age_days or 0) * scale
    return [
        svg.shape(state, 0, y + 4),
        svg.words(18, y + 14, feed.name, weight="600", room=width - 22 - svg.words_width(said)),
        svg.words(width, y + 14, said, align="end", colour="dim"),
        svg.rect(1, y + 23, bar, 14, fill=theme.name(state), about=f"{feed.name}: {said}"),
        svg.line(1, y + 20, 1, y + 40, colour="edge"),
        svg.line(limit, y + 18, limit, y + 42, colour="ink", width=1.5, dash="3 2"),
    ]


def unknowns(questions: Sequence[QuestionCard], *, width: int = WIDE) -> Chart:
    """Answer what one fact is worth: per model, the findings that its answer would settle."""
    head = ("Model", "What is missing", "Devices", "Findings settled", "Question")
    ident = f"unknowns-{width}"
    if not questions:
        return _empty(ident, width, "No question is open", head)
    ordered = sorted(questions, key=lambda q: (-q.settles, q.rank))
    best = ordered[0]
    title = f"One answer, the {best.missing} of {_model(best)}, settles {count(best.settles, 'finding')}"
    rows = tuple((_model(q), q.missing, q.devices, q.settles, q.id) for q in ordered)
    scale = (width - 2) / max(best.settles, 1)
    drawn = [svg.hatch(f"{ident}-hatch")]
    for i, question in enumerate(ordered):
        y, said = i * 42.0, f"{question.settles:,}"
        named = f"{_model(question)}: {question.missing} ({count(question.devices, 'device')})"
        room = width - svg.words_width(said) - 12
        drawn += [
            svg.words(0, y + 14, named, room=room),
            svg.words(width, y + 14, said, align="end", weight="600"),
            svg.hatched(f"{ident}-hatch", 1, y + 20, question.settles * scale, 12, f"{named}: {said}"),
            svg.line(1, y + 18, 1, y + 34, colour="edge"),
        ]
    desc = (
        "A bar per model and missing fact from zero; its length is the number of findings that wait for it."
    )
    drawing = svg.picture(ident, width, len(ordered) * 42 - 4, title, desc, *drawn)
    return Chart(title=title, svg=drawing, head=head, rows=rows)


def _model(question: QuestionCard) -> str:
    """Name maker and model."""
    return f"{question.maker} {question.model}".strip()


def open_by_state(tallies: Sequence[SiteTally], *, width: int = WIDE) -> Chart:
    """Answer how much is open at each site, by state, with the unknown drawn apart from what is known."""
    head = ("Site", *(s.value for s in _OPEN), "open in all", "unknown")
    ident = f"open-{width}"
    if not tallies:
        return _empty(ident, width, "Nothing was assessed yet", head)
    totals = [sum(t.counts.get(s, 0) for s in _OPEN) for t in tallies]
    doubts = [t.counts.get(State.UNKNOWN, 0) for t in tallies]
    order = {t.site: (-total, -doubt) for t, total, doubt in zip(tallies, totals, doubts, strict=True)}
    title = _open_title([t.site for t in tallies], totals, doubts) + _left_out(order)
    shown = _drawn(order)
    scale = (width - 2) / max(*totals, *doubts, 1)
    drawn, y = [svg.hatch(f"{ident}-hatch")], 0.0
    for tally, total in ((t, total) for t, total in zip(tallies, totals, strict=True) if t.site in shown):
        drawn.append(svg.words(0, y + 14, tally.site, weight="600", room=width - 100))
        drawn.append(svg.words(width, y + 14, f"{total:,} open", align="end", colour="dim"))
        drawn += _stack(tally, y + 20, scale)
        y = _captions(drawn, tally, y + 40, width)
        doubt = tally.counts.get(State.UNKNOWN, 0)
        drawn.append(svg.line(1, y + 1, 1, y + 15, colour="edge"))
        drawn.append(
            svg.hatched(f"{ident}-hatch", 1, y + 2, doubt * scale, 12, f"{tally.site}: {doubt} unknown")
        )
        drawn.append(svg.shape(State.UNKNOWN, 0, y + 20))
        drawn.append(svg.words(17, y + 30, f"{doubt:,} unknown", size=12))
        y += 52
    rows: tuple[Row, ...] = tuple(
        (t.site, *(t.counts.get(s, 0) for s in _OPEN), total, doubt)
        for t, total, doubt in zip(tallies, totals, doubts, strict=True)
    )
    desc = (
        "Per site a stacked bar of open findings by state, below it a hatched bar of those that are unknown."
    )
    return Chart(
        title=title, svg=svg.picture(ident, width, y - 10, title, desc, *drawn), head=head, rows=rows
    )


def _open_title(sites: Sequence[str], totals: Sequence[int], doubts: Sequence[int]) -> str:
    """Name the site with most open, and the one with most unknown where that is another one."""
    most, most_doubt = (sites[max(range(len(n)), key=n.__getitem__)] for n in (totals, doubts))
    if not any(totals) and not any(doubts):
        return "Nothing is open at any site"
    first = f"Most is open at {most}" if any(totals) else "Nothing known is open"
    if not any(doubts):
        return first
    same = most == most_doubt and any(totals)
    return f"{first}, and most is unknown there too" if same else f"{first}; most is unknown at {most_doubt}"


def _stack(tally: SiteTally, y: float, scale: float) -> list[Markup]:
    """Draw the known part of a site as one bar of segments."""
    drawn, x = [svg.line(1, y - 2, 1, y + 16, colour="edge")], 1.0
    for state in _OPEN:
        number = tally.counts.get(state, 0)
        about = f"{tally.site}: {number} {state.value}"
        if number:
            drawn.append(svg.rect(x, y, number * scale - 1, 14, fill=theme.name(state), about=about))
        x += number * scale
    return drawn


def _captions(drawn: list[Markup], tally: SiteTally, y: float, width: int) -> float:
    """Say the numbers of a site under its bar; return where the next row begins."""
    x = 0.0
    for state in _OPEN:
        said = f"{tally.counts.get(state, 0):,} {state.value}"
        step = svg.words_width(said, 12) + 28
        if x + step > width:
            x, y = 0.0, y + 18
        drawn += [svg.shape(state, x, y), svg.words(x + 17, y + 10, said, size=12)]
        x += step
    return y + 22
