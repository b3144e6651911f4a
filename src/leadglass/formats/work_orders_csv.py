# SPDX-License-Identifier: Apache-2.0
"""Work orders as CSV (RFC 4180), under the headings of another system: written for its import, read from its export."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from leadglass.errors import BoundError, UnreadableError
from leadglass.values.orders import Order, Remote
from leadglass.values.sources import Remark

MOST_ROWS = 100_000
_MOST_BYTES = 64 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TOLD = ("key", "number", "state", "version", "proof", "closed_at")
"""What is read of an export; all but the first two may be missing of it."""


def write(orders: Sequence[Order], headings: Mapping[str, str]) -> bytes:
    """Write orders under the headings, each with its key. Texts that a spreadsheet would obey get an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    fields = [name for name in headings if name in Order.__dataclass_fields__]
    writer.writerow([headings[name] for name in fields])
    for order in orders:
        writer.writerow([_cell(getattr(order, name)) for name in fields])
    return stream.getvalue().encode("utf-8-sig")


def read(raw: bytes, headings: Mapping[str, str], closed: Sequence[str]) -> tuple[list[Remote], list[Remark]]:
    """Read what an export says of work orders. UnreadableError where it has no column of keys.

    A row without a key is of nobody here and is passed over; one without a number, or of another width, is a remark.
    """
    rows = _rows(raw)
    head = [cell.strip().casefold() for cell in next(rows, [])]
    at = {name: head.index(headings[name].casefold()) for name in TOLD if headings[name].casefold() in head}
    if "key" not in at or "state" not in at:
        raise UnreadableError(
            f"The export has no column '{headings['key']}' or no '{headings['state']}'. Columns found:"
            f" {', '.join(head)[:200] or 'none'}. Export these, or name yours under [csv.headings] of policies/orders.toml."
        )
    ends = {word.casefold() for word in closed}
    found, remarks = list[Remote](), list[Remark]()
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise BoundError(f"The export has more than {MOST_ROWS:,} rows. Export less at a time.")
        if not any(row):
            continue
        if len(row) != len(head):
            remarks.append(
                Remark(where=f"row {number}", why=f"{len(row)} cells under {len(head)} headings: passed over")
            )
            continue
        cells = {name: _plain(row[column]) for name, column in at.items()}
        if not cells["key"]:
            continue
        found.append(
            Remote(
                key=cells["key"],
                number=cells.get("number", ""),
                closed=cells["state"].casefold() in ends,
                version=cells.get("version", ""),
                proof=cells.get("proof", ""),
                said_at=cells.get("closed_at", ""),
            )
        )
    return found, remarks


def _rows(raw: bytes) -> Iterator[list[str]]:
    if len(raw) > _MOST_BYTES:
        raise BoundError(f"The export is larger than {_MOST_BYTES >> 20} MiB. Export less at a time.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    return csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))


def _cell(value: object) -> str:
    told = "" if value is None else str(value)
    return f"'{told}" if told.lstrip(" ").startswith(_FORMULA) else told


def _plain(cell: str) -> str:
    told = cell.strip()
    return told[1:] if told.startswith("'") and told[1:].startswith(_FORMULA) else told
