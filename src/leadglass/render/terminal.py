# SPDX-License-Identifier: Apache-2.0
"""Actions, questions and tables as lines of a terminal, none wider than it; the caller gives them colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadglass.render import theme
from leadglass.render.phrases import (
    clocks_said,
    count,
    devices_in_rooms,
    people_said,
    place,
    serials,
    software,
)
from leadglass.render.text import display_width, one_line, pad, wrap
from leadglass.values.overview import ActionCard, QuestionCard, State

NARROWEST, WIDEST = 60, 200
STYLES = ("", "title", "head", "dim", "id", *(f"state.{theme.name(state)}" for state in State))
_GAP = "  "
_LEAST = 8  # cells of a column, below which a table becomes records


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of plain text; the style of the whole, and of parts: (first character, end, style of STYLES)."""

    text: str
    style: str = ""
    parts: tuple[tuple[int, int, str], ...] = ()


def actions(cards: Sequence[ActionCard], *, width: int, as_of: date) -> list[Line]:
    """Lay out actions: deed and place on one line, below it devices, reason, people, dates, alternatives."""
    width = _within(width)
    margin = max((len(str(card.rank)) for card in cards), default=1) + 1
    lines = list[Line]()
    for card in cards:
        lines += [*_action(card, margin, width, as_of), Line(text="")]
    return lines[:-1]


def questions(cards: Sequence[QuestionCard], *, width: int) -> list[Line]:
    """Lay out questions: what to ask and what it settles on one line, below it whom to ask and how."""
    width = _within(width)
    margin = max((len(str(card.rank)) for card in cards), default=1) + 1
    lines = list[Line]()
    for card in cards:
        worth = f"settles {count(card.settles, 'finding')}"
        lines += _heading(card.rank, margin, State.UNKNOWN, card.text, worth, width)
        model = f"{count(card.devices, 'device')} - {card.maker} {card.model}"
        lines += _body(f"{model}. Missing: {card.missing}. Ask: {card.asked}.", margin, width)
        commands = [
            f"{name}: {run}" for name, run in (("Letter", card.letter), ("Answer", card.answer)) if run
        ]
        lines += _spread([*commands, card.id], margin, width, style="dim")
        lines.append(Line(text=""))
    return lines[:-1]


def table(head: Sequence[str], rows: Sequence[Sequence[str | int]], *, width: int) -> list[Line]:
    """Lay out a table, numbers to the right; cells wrap; where columns get too narrow, it lists records."""
    width = _within(width)
    cells = [[f"{c:,}" if isinstance(c, int) else one_line(c) for c in row] for row in rows]
    names = [one_line(name) for name in head]
    widths = _columns([names, *cells], width)
    if widths is None:
        return _records(names, cells, width)
    right = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(names))]
    lines = [Line(text=text, style="head") for text in _row(names, widths, right)]
    for row in cells:
        lines += [Line(text=text) for text in _row(row, widths, right)]
    return lines


def _within(width: int) -> int:
    """Hold a terminal's width within what can be read."""
    return min(max(width, NARROWEST), WIDEST)


def _action(card: ActionCard, margin: int, width: int, as_of: date) -> list[Line]:
    """Lay out one action."""
    lines = _heading(card.rank, margin, card.state, card.title, f"{card.state.value} - {place(card)}", width)
    running = f"{card.product}, {software(card.devices)}"
    lines += _spread([devices_in_rooms(card.devices), running], margin, width)
    lines += _body(card.what, margin, width)
    if card.why:
        lines += _body("Why these: " + " ".join(card.why), margin, width)
    lines += _spread([f"{duty}: {who}" for duty, who in people_said(card)], margin, width)
    if card.alternatives:
        lines += _body("Or: " + " - ".join(card.alternatives), margin, width)
    if card.decision:
        lines += _body("Decided: " + card.decision, margin, width)
    lines += _body(f"Clocks: {clocks_said(card, as_of)}", margin, width)
    unknown = f", {card.unknown:,} of them unknown" if card.unknown else ""
    worth = f"settles {count(card.findings, 'finding')}{unknown}"
    return lines + _spread([card.id, worth, f"serials: {serials(card.devices)}"], margin, width, style="dim")


def _heading(rank: int, margin: int, state: State, title: str, right: str, width: int) -> list[Line]:
    """Lay out rank, shape and title, and what stands at the right: on the same line where it fits."""
    start = f"{rank:>{margin}} {theme.SYMBOLS[state]} "
    indent, title, right = len(start), one_line(title), one_line(right)
    shape = (margin + 1, margin + 2, f"state.{theme.name(state)}")
    space = width - indent - display_width(title) - display_width(right)
    if space >= len(_GAP):
        head = start + title
        parts = (shape, (indent, len(head), "title"))
        return [Line(text=head + " " * space + right, parts=parts)]
    first, *rest = wrap(title, width - indent)
    lines = [Line(text=start + first, parts=(shape, (indent, indent + len(first), "title")))]
    lines += [Line(text=" " * indent + text, style="title") for text in rest]
    return lines + [Line(text=" " * indent + text) for text in wrap(right, width - indent)]


def _body(text: str, margin: int, width: int, *, style: str = "") -> list[Line]:
    """Wrap a paragraph under a title; nothing where it is empty."""
    indent = margin + 3
    if not text.strip():
        return []
    return [Line(text=" " * indent + part, style=style) for part in wrap(text, width - indent)]


def _spread(pieces: Sequence[str], margin: int, width: int, *, style: str = "") -> list[Line]:
    """Put pieces beside each other as far as the width allows."""
    indent, lines, line = margin + 3, list[str](), ""
    for piece in map(one_line, pieces):
        joined = f"{line}     {piece}" if line else piece
        if display_width(joined) <= width - indent:
            line = joined
            continue
        lines += [line] if line else []
        *full, line = wrap(piece, width - indent)
        lines += full
    return [Line(text=" " * indent + text, style=style) for text in [*lines, line]]


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Share the width: narrow columns keep what they need, wide ones share the rest. None: too little."""
    needed = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    room = width - len(_GAP) * (len(needed) - 1)
    if sum(needed) <= room:
        return needed
    open_, widths = sorted(range(len(needed)), key=needed.__getitem__), list(needed)
    while open_:
        share = room // len(open_)
        column = open_.pop(0)
        if needed[column] > share < _LEAST:
            return None
        widths[column] = min(needed[column], share)
        room -= widths[column]
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """Lay out one row, on as many lines as its longest cell wraps to."""
    wrapped = [wrap(cell, max(width, 2)) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for i in range(max(map(len, wrapped), default=0)):
        texts = (column[i] if i < len(column) else "" for column in wrapped)
        padded = (pad(t, w, right=r) for t, w, r in zip(texts, widths, right, strict=True))
        lines.append(_GAP.join(padded).rstrip())
    return lines


def _records(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[Line]:
    """Lay out rows as records: a name and a value per line."""
    lines = list[Line]()
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            first, *rest = wrap(f"{name}: {cell or '-'}", width - 2)
            lines.append(Line(text=first, parts=((0, min(len(name) + 1, len(first)), "head"),)))
            lines += [Line(text="  " + text) for text in rest]
        lines.append(Line(text=""))
    return lines[:-1]
