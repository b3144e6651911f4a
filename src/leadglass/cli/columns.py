# SPDX-License-Identifier: Apache-2.0
"""How rows stand in a terminal's table: headings and cells in words, and which columns go where width is short."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from leadglass.cli import output
from leadglass.render.dates import day
from leadglass.render.terminal import WIDEST, table
from leadglass.render.text import display_width, fit, one_line

_HEADINGS = {
    "asset_tag": "device", "device_id": "id", "product_id": "id", "component_id": "id", "sha256": "document",
    "software_version": "software", "serial_number": "serial", "due_contain": "contain by", "due_triage": "triage by",
    "record_product": "in records", "boms": "SBOMs", "cpes": "CPE names", "settles": "findings", "asked": "ask",
    "knows": "known", "known_exploited": "in KEV since", "epss": "EPSS", "cvss": "CVSS", "sentence": "what it lets happen",
    "counts": "counts for", "score": "CVSS",
}  # fmt: skip
_WORDS = frozenset({"state", "status", "kind", "field"})
_PATHS = {"remarks": "document", "sources": "name", "documents": "document"}
_DECIDED = {"accept": "accepted", "compensate": "compensated", "close": "closed"}
_OFFERS = {
    ("update", "affected"): "update available", ("update", "under_investigation"): "update to come",
    ("end_of_support", "affected"): "support ended", ("end_of_support", "under_investigation"): "support ends",
}  # fmt: skip
_OFFERED = frozenset(kind for kind, _ in _OFFERS)
_KNOWS = "knows"
_LONGEST_CELL = 400  # of a text that nobody meant to be read; --json has it whole
_UNNAMED = "nothing names it"
_NO_VERSION = "-"  # CPE 2.3: not applicable

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
_FINDING_ID = 19  # "F-", the device's ten, "-", six of the key's twelve: clear within a device


def heading(column: str) -> str:
    """Give the heading of a column."""
    return _HEADINGS.get(column, column.replace("_", " "))


def cell(column: str, value: Any, today: date) -> str | int:  # noqa: PLR0911 - one line per kind of value
    """Write a value as a cell; ids are shortened as far as they stay clear."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return day(value, today)
    text = str(output.plain(value))
    if column == "sha256":
        return text[:12]
    if column == "id" and text.startswith("F-"):
        return text[:_FINDING_ID]
    if column == _KNOWS:
        return ", ".join(text.split())
    if column == "version" and text == _NO_VERSION:
        return ""
    return text.replace("_", " ") if column in _WORDS else fit(text, _LONGEST_CELL)


def show(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], today: date, *, listing: str = ""
) -> tuple[str, ...]:
    """Print rows as a table of the terminal's width. Gives the headings of the columns that found no room."""
    goes = GOES.get(listing, ())
    if listing in _PATHS:
        rows = [{**row, _PATHS[listing]: _end(row[_PATHS[listing]])} for row in rows]
    if listing == "vulnerabilities":
        rows = [_vulnerability(row) for row in rows]
    if listing == "components":
        rows = [row if row["spoken_of"] else {**row, "record_product": _UNNAMED} for row in rows]
    if listing == "findings":
        rows = [_finding(row) for row in rows]
        columns = [column for column in columns if column != "version"]
    cells = {column: [cell(column, row.get(column), today) for row in rows] for column in columns}
    kept = _fitting(cells, goes, min(output.width(), WIDEST))
    head = [heading(column) for column in kept]
    output.lines(
        table(head, list(zip(*(cells[column] for column in kept), strict=True)), width=output.width())
    )
    return tuple(heading(column) for column in columns if column not in kept)


def _end(path: str) -> str:
    """Name a document by the end of its path."""
    return PurePosixPath(path).name or path


def _vulnerability(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write probabilities alike; a ransomware's mark stands behind the date."""
    day_, epss = row["known_exploited"], row["epss"]
    return {
        **row,
        "known_exploited": f"{day_}{', ransomware' if row['ransomware'] else ''}" if day_ else "",
        "epss": "" if epss is None else f"{epss:.3f}",
        "cvss": "" if row["cvss"] is None else f"{row['cvss']:.1f}",
    }


def _finding(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the version behind its component, or what is missing in its place; what was decided behind the status."""
    version = "" if row["version"] == _NO_VERSION else row["version"]
    component = row["component"] if version in row["component"] else f"{row['component']} {version}"
    # What another tool found is named by that tool, an update by who offers it
    if row["class"] == "seen" or row["kind"] in _OFFERED:
        component = row["rule"]
    elif row["kind"] != "vulnerability":
        component = f"({row['missing']} missing)"
    decided = f", {_DECIDED.get(row['decision'], row['decision'])}" if row["decision"] else ""
    decided += ", waits for approval" if row["waiting"] and not row["decision"] else ""
    status = _OFFERS.get((row["kind"], row["status"]), row["status"])
    return {**row, "component": component, "status": f"{status}{decided}"}


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
