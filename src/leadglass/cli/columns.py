# SPDX-License-Identifier: Apache-2.0
"""How rows stand in a terminal's table: which columns go where width is short."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from leadglass.cli import output
from leadglass.render.columns import cell, heading, worded
from leadglass.render.terminal import WIDEST, table
from leadglass.render.text import display_width, one_line

GOES: Mapping[str, tuple[str, ...]] = {
    "devices": ("knows", "serial_number", "room", "state", "software_version"),
    "products": ("cpes", "modality", "boms"),
    "components": ("basis", "record_product"),
    "findings": ("product", "site", "missing", "component"),
    "vulnerabilities": ("sentence", "epss", "cvss"),
    "tried": ("rule", "missing", "epss", "cvss"),
    "said": ("changed", "published", "exploitation"),
    "ranges": ("counts",),
    "actions": ("state", "due_triage", "product"),
    "questions": ("devices",),
    "remarks": (),
    "sightings": ("seen_at", "weaknesses", "tool", "device"),
    "sources": ("newest", "kind", "version", "remarks"),
    "documents": ("place", "modified"),
}
"""Per listing the columns that a narrow terminal does without, the first one first."""

_GAP, _LONGEST_WORD, _NARROW = 2, 26, 14


def show(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], today: date, *, listing: str = ""
) -> tuple[str, ...]:
    """Print rows as a table of the terminal's width. Gives the headings of the columns that found no room."""
    goes = GOES.get(listing, ())
    rows = worded(listing, rows)
    if listing == "findings":
        columns = [column for column in columns if column != "version"]
    cells = {column: [cell(column, row.get(column), today) for row in rows] for column in columns}
    kept = _fitting(cells, goes, min(output.width(), WIDEST))
    head = [heading(column) for column in kept]
    output.lines(
        table(head, list(zip(*(cells[column] for column in kept), strict=True)), width=output.width())
    )
    return tuple(heading(column) for column in columns if column not in kept)


def _fitting(cells: Mapping[str, Sequence[str | int]], goes: Sequence[str], width: int) -> list[str]:
    """Leave columns out, in the order in which they go, until no word of those that stay would be broken."""
    texts = {
        column: [heading(column), *(f"{v:,}" if isinstance(v, int) else one_line(v) for v in values)]
        for column, values in cells.items()
    }
    needed = {column: max(map(display_width, told)) for column, told in texts.items()}
    least = {column: _least(told, needed[column]) for column, told in texts.items()}
    kept = list(cells)
    for column in (*goes, ""):
        given = _shares([needed[name] for name in kept], width - _GAP * (len(kept) - 1))
        if all(share >= least[name] for name, share in zip(kept, given, strict=True)):
            break
        if column in kept:
            kept.remove(column)
    return kept


def _least(told: Sequence[str], needed: int) -> int:
    """Give the width below which a column reads badly: its longest word, unless that is a path or a hash."""
    longest = max((display_width(word) for text in told for word in text.split(" ")), default=0)
    return max(longest if longest <= _LONGEST_WORD else _NARROW, min(needed, _NARROW))


def _shares(needed: Sequence[int], room: int) -> list[int]:
    """Share the room as the table does: narrow columns keep what they need, wide ones share the rest."""
    given = list(needed)
    if sum(needed) <= room:
        return given
    left = len(needed)
    for place in sorted(range(len(needed)), key=needed.__getitem__):
        given[place] = min(needed[place], room // left)
        room -= given[place]
        left -= 1
    return given
