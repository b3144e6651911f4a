# SPDX-License-Identifier: Apache-2.0
"""Show on a terminal, as JSON (RFC 8259), or as CSV (RFC 4180) without formulas; nothing shown is obeyed."""

import csv
import io
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from leadglass.render.plain import plain as plain
from leadglass.render.terminal import Line
from leadglass.render.text import clean, one_line, wrap

_STYLES = {
    "title": "bold", "head": "bold", "dim": "dim", "id": "cyan", "state.act-now": "bold red", "state.contain": "bold yellow",
    "state.plan": "blue", "state.watch": "dim", "state.unknown": "magenta", "state.settled": "green",
}  # fmt: skip
# What a spreadsheet may take for a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# JSON may hold these as they are; a terminal that shows it would obey them.
_OBEYED = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_PATIENCE = 0.4  # seconds without a word before a sign of life


class ClosedPipeError(Exception):
    """The reader of our output went away (head, less): no fault, and nothing more to say."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """End quietly; rich would end with code 1."""
        raise ClosedPipeError


def width() -> int:
    """The terminal's width; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def console(*, error: bool = False) -> Console:
    """A console of that width; colour only on a terminal."""
    return _Console(stderr=error, width=width(), highlight=False, soft_wrap=True)


def lines(shown: Iterable[Line]) -> None:
    """Print laid-out lines with their styles."""
    out = console()
    for line in shown:
        text = Text(line.text, style=_STYLES.get(line.style, ""))
        for start, end, style in line.parts:
            text.stylize(_STYLES.get(style, ""), start, end)
        out.print(text, markup=False)


def say(text: str = "", *, style: str = "", error: bool = False) -> None:
    """Print a sentence: wrapped on a terminal, with what follows hanging below its start; else on one line."""
    out = console(error=error)
    margin = " " * (len(text) - len(text.lstrip(" ")))
    hanging = margin + ("  " if margin else "")
    told = wrap(text, max(width() - len(hanging), 20)) if out.is_terminal else [one_line(text)]
    for number, line in enumerate(told):
        out.print(
            Text((hanging if number else margin) + line if line else "", style=_STYLES.get(style, style))
        )


def complain(text: str) -> None:
    """Print a sentence on standard error; its own line breaks stay."""
    for part in clean(text).splitlines():
        say(part, error=True)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that something is under way, once it takes its time."""
    if not sys.stderr.isatty():
        yield
        return
    sign = console(error=True).status(what)
    timer = threading.Timer(_PATIENCE, sign.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        sign.stop()


def as_json(value: Any) -> None:
    """Print a value as JSON in UTF-8, whatever the terminal speaks."""
    told = msgspec.json.format(msgspec.json.encode(plain(value)), indent=2).decode()
    write(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", told) + "\n", encoding="utf-8")


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as CSV in UTF-8; a text that a spreadsheet would take for a formula gets an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    write(stream.getvalue(), encoding="utf-8")


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return clean(f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value)
    if value is None:
        return ""
    if isinstance(value, bool | int | float | date):
        return str(plain(value))
    return clean(json.dumps(plain(value), ensure_ascii=False))


def write(text: str, *, encoding: str = "") -> None:
    """Print text as it is, in an encoding of its own if it has one."""
    if encoding and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors="replace", newline="")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise ClosedPipeError from None


def tolerate() -> None:
    """Say '?' for what the terminal's encoding cannot say, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def finish() -> None:
    """Flush; a reader that closed early (head, less) is no fault."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        quiet_pipe()


def quiet_pipe() -> None:
    """Let what is still to be written go nowhere, so that the end of the process is silent."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
