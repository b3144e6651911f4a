# SPDX-License-Identifier: Apache-2.0
"""Rows for other programs: JSON (RFC 8259), and CSV (RFC 4180) that no spreadsheet takes for a formula."""

import base64
import csv
import dataclasses
import enum
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from leadglass.render.text import clean

# What a spreadsheet may take for a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# JSON may hold these as they are; a terminal that shows it would obey them.
_OBEYED = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def plain(value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value
    """Bring a value to what JSON says: dates in ISO form, dataclasses as objects, bytes in Base64, absent as null."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Path):
        return plain(str(value))
    return value


def json_text(value: Any) -> str:
    """Write a value as JSON, indented; what a terminal would obey is escaped."""
    told = msgspec.json.format(msgspec.json.encode(plain(value)), indent=2).decode()
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", told) + "\n"


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Write rows as CSV; a text that a spreadsheet would take for a formula gets an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return stream.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return clean(f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value)
    if value is None:
        return ""
    if isinstance(value, bool | int | float | date):
        return str(plain(value))
    return clean(json.dumps(plain(value), ensure_ascii=False))
