# SPDX-License-Identifier: Apache-2.0
"""Tables in exports of tools (RFC 4180 and worse): find the row of headings, then give each row by its headings.

Nothing is evaluated: a cell that begins with = + - or @ is text like any other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from leadglass.errors import BoundError
from leadglass.formats.cells import plain
from leadglass.formats.json_text import Buffer
from leadglass.formats.mapping import heading_key
from leadglass.formats.remarks import Remarks
from leadglass.formats.sheet import DELIMITERS, LONGEST_CELL, MOST_COLUMNS, decode, rows

MOST_ROWS: Final = 1_000_000
SAMPLE: Final = 64 << 10

_LOOKED_AT: Final = 20  # titles and empty rows may stand above the headings


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table in a text: the row of its headings, of which the first is row 1; `keys` are for comparing."""

    text: str
    delimiter: str
    row: int
    headings: tuple[str, ...]
    keys: tuple[str, ...]


def find(text: str, score: Callable[[Sequence[str]], int]) -> Table | None:
    """Find the row of headings that scores highest by its keys, of equals the first; None where all score 0."""
    best, most = None, 0
    for delimiter in DELIMITERS:
        for number, cells in islice(rows(text[:SAMPLE], delimiter, Remarks(0)), _LOOKED_AT):
            keys = tuple(map(heading_key, cells))
            reached = score(keys)
            if reached > most:
                most = reached
                headings = tuple(plain(cell)[:200] for cell in cells)
                best = Table(text=text, delimiter=delimiter, row=number, headings=headings, keys=keys)
    if best and len(best.keys) > MOST_COLUMNS:
        raise BoundError(f"This list has {len(best.keys):,} columns; Leadglass reads {MOST_COLUMNS}.")
    return best


def text_of(raw: Buffer, remarks: Remarks) -> str:
    """Give the text of an export, whatever its encoding."""
    return decode(raw, remarks)[0]


def body(table: Table, remarks: Remarks) -> Iterator[tuple[int, list[str]]]:
    """Give the rows below the headings, each as wide as these, with its number; empty rows are left out.

    More than a million rows are refused: half a list would be taken for a whole one.
    """
    width = len(table.keys)
    for number, cells in rows(table.text, table.delimiter, remarks):
        if number > MOST_ROWS:
            raise BoundError(
                f"This list has more than {MOST_ROWS:,} rows. It was not read; export it in parts."
            )
        if number <= table.row or not any(map(str.strip, cells)):
            continue
        if len(cells) < width:
            why = f"This row has {len(cells)} of {width} cells; the others count as not stated."
            remarks.add(f"row {number}", why, sort="short rows")
        elif any(map(str.strip, cells[width:])):
            why = f"{len(cells) - width:,} cells stand beyond the last heading; they were not taken."
            remarks.add(f"row {number}", why, sort="long rows")
        filled = [_cell(cell, number, remarks) for cell in cells[:width]]
        yield number, filled + [""] * (width - len(filled))


def _cell(cell: str, number: int, remarks: Remarks) -> str:
    if len(cell) > LONGEST_CELL:
        why = f"A cell has {len(cell):,} characters; the first {LONGEST_CELL:,} were taken."
        remarks.add(f"row {number}", why, sort="cells that were cut")
    return plain(cell[:LONGEST_CELL])
