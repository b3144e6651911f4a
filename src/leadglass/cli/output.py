# SPDX-License-Identifier: Apache-2.0
"""Show on a terminal, as JSON, or as CSV without formulas."""

import csv
import dataclasses
import enum
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from leadglass.render.terminal import Line, table

_STYLES = {
    "title": "bold", "head": "bold", "dim": "dim", "id": "cyan", "state.act-now": "bold red", "state.contain": "bold yellow",
    "state.plan": "blue", "state.watch": "dim", "state.unknown": "magenta", "state.settled": "green",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def width() -> int:
    """The terminal's width; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def console(*, error: bool = False) -> Console:
    """A console of that width; colour only on a terminal."""
    return Console(stderr=error, width=width(), highlight=False, soft_wrap=True)


def lines(shown: Iterable[Line]) -> None:
    """Print laid-out lines with their styles."""
    out = console()
    for line in shown:
        text = Text(line.text, style=_STYLES.get(line.style, ""))
        for start, end, style in line.parts:
            text.stylize(_STYLES.get(style, ""), start, end)
        out.print(text, markup=False)


def say(text: str = "", *, style: str = "") -> None:
    """Print a sentence as it is."""
    console().print(Text(text, style=_STYLES.get(style, style)))


def plain(value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value
    """Bring a value to what JSON says: dates in ISO form, dataclasses as objects, absent as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    return value


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    json.dump(plain(value), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as CSV (RFC 4180); a text that a spreadsheet would take for a formula gets an apostrophe."""
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if value is None:
        return ""
    if isinstance(value, bool | int | float | date):
        return str(plain(value))
    return json.dumps(plain(value), ensure_ascii=False)


def as_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as a table of the terminal's width."""
    cells = [[_shown(row.get(column)) for column in columns] for row in rows]
    lines(table([column.replace("_", " ") for column in columns], cells, width=width()))


def _shown(value: Any) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if value is None:
        return ""
    if hasattr(value, "hour"):
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(plain(value))
    return text[:12] if len(text) == 64 and text.isalnum() else text


def quiet_pipe() -> None:
    """A reader that closed early (head, less) is no fault: end without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
