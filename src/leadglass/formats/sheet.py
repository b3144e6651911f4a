# SPDX-License-Identifier: Apache-2.0
"""Delimited text as exports write it (RFC 4180 and worse): encoding, rows as a spreadsheet counts them."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer
from leadglass.formats.remarks import Remarks

MOST_BYTES: Final = 64 << 20
MOST_ROWS: Final = 500_000
MOST_COLUMNS: Final = 300
LONGEST_CELL: Final = 32 << 10
DELIMITERS: Final = (";", ",", "\t", "|")
DELIMITER_NAMES: Final = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_LINES: Final = 100  # of one row; beyond it a quotation mark was left open
_SAMPLE: Final = 4_096


def decode(raw: Buffer, remarks: Remarks) -> tuple[str, str]:
    """Give the text and the name of its encoding: UTF-8, UTF-16, UTF-32 or Windows-1252."""
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"This list is larger than {MOST_BYTES >> 20} MiB. It was not read; export it in parts."
        )
    data = bytes(raw)
    encoding = guess_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        why = f"Some characters are not valid {encoding}; they are shown as \N{REPLACEMENT CHARACTER}."
        remarks.add("document", why)
    text = text.removeprefix("\ufeff")
    zeros = text.count("\0")
    if zeros * 20 > len(text):
        raise UnreadableError("This is no text: NUL stands everywhere. Export the list again as CSV (UTF-8).")
    if zeros:
        remarks.add("document", f"{zeros:,} NUL characters were left out.")
        text = text.replace("\0", "")
    return text, encoding


def guess_encoding(data: bytes) -> str:
    """Name the encoding of a text. A cut character at the end of a sample does no harm."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 3 > len(sample) and even * 10 < len(sample):
        return "utf-16-le"
    if even * 3 > len(sample) and odd * 10 < len(sample):
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


class _Lines:
    """The lines of a text, one at a time; those of the row that is being read can be given back."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._returned: list[str] = []
        self.row: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) >= _MOST_LINES:
            raise _OpenQuoteError
        line = self._returned.pop() if self._returned else self._lines.readline()
        if not line:
            self.ended = True
            raise StopIteration
        self.row.append(line)
        return line

    def give_back(self) -> str:
        """Keep the first line of the row, and give the others back."""
        first, *others = self.row
        self._returned += reversed(others)
        self.row, self.ended = [first], False
        return first


class _OpenQuoteError(Exception):
    """A row goes on and on: a quotation mark in it was never closed."""


def rows(text: str, delimiter: str, remarks: Remarks) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with their numbers, empty ones too. A line break within quotes does not begin a row.

    Where a quotation mark is never closed, its line is read as it stands, and the next line is a row again.
    """
    lines = _Lines(text)
    if text[:4].lower() == "sep=":  # what Excel writes for itself and does not show
        next(lines)
    reader, number = csv.reader(lines, delimiter=delimiter), 0
    while True:
        lines.row = []
        number += 1
        try:
            cells = next(reader)
            open_quote = lines.ended and _is_open("".join(lines.row), delimiter)
        except StopIteration:
            return
        except (csv.Error, _OpenQuoteError):
            open_quote = True
        if open_quote:
            cells = lines.give_back().rstrip("\r\n").split(delimiter)
            reader = csv.reader(lines, delimiter=delimiter)
            why = "A quotation mark is never closed, or a cell has no end; the line was read as it stands."
            remarks.add(f"row {number}", why, sort="rows with an open quotation mark")
        yield number, cells


def _is_open(row: str, delimiter: str) -> bool:
    try:
        for _ in csv.reader(io.StringIO(row, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
