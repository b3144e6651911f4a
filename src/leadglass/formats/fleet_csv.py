# SPDX-License-Identifier: Apache-2.0
"""Read inventories as CSV, in our own columns or in those of a maintenance system, by mapping profiles.

Nothing is evaluated: a cell that begins with = + - or @ is text like any other. Unknown columns are kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.cells import Cleaner, Row, finish, no_fields
from leadglass.formats.headings import Headings, find
from leadglass.formats.json_text import Buffer
from leadglass.formats.mapping import Profile, load_profiles
from leadglass.formats.remarks import Remarks
from leadglass.formats.sheet import DELIMITER_NAMES, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, decode, rows
from leadglass.values.papers import FleetList, FleetRow
from leadglass.values.sources import Remark

__all__ = ["Preview", "Profile", "load_profiles", "preview", "read"]

_SHOWN_ROWS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How a list would be read: the profile and why, what each column is taken for, the first of its rows."""

    profile: str
    why: str
    encoding: str
    delimiter: str
    columns: dict[str, str]
    unknown: tuple[str, ...]
    rows: tuple[FleetRow, ...]
    total: int
    remarks: tuple[Remark, ...]


def read(
    raw: Buffer,
    *,
    profile: str | None = None,
    overrides: Mapping[str, str] | None = None,
    profiles: Sequence[Profile] = (),
) -> FleetList:
    """Read an inventory. Without `profile` the one that knows most headings is taken, of equals the first.

    `overrides` maps headings to fields, before any profile; "" keeps a column as it is. Of rows with one
    asset tag at one site (one serial number, where there is no tag) the last counts. Whatever is not taken as
    it stands becomes a remark. Raises `UnreadableError` for a list that does not name devices.
    """
    return _read(raw, profile, overrides or {}, profiles)[0]


def preview(
    raw: Buffer,
    *,
    profile: str | None = None,
    overrides: Mapping[str, str] | None = None,
    profiles: Sequence[Profile] = (),
) -> Preview:
    """Say how `read` would read it, and why."""
    listed, headings, encoding = _read(raw, profile, overrides or {}, profiles)
    chosen = headings.profile
    knows = f"it knows {len(headings.fields)} of {len(headings.names)} headings"
    return Preview(
        profile=listed.profile,
        why=f"{chosen.title}: {'you chose it, and ' if profile else ''}{knows}.",
        encoding=encoding,
        delimiter=DELIMITER_NAMES[headings.delimiter],
        columns=listed.columns,
        unknown=headings.unknown,
        rows=listed.rows[:_SHOWN_ROWS],
        total=len(listed.rows),
        remarks=listed.remarks,
    )


def _read(
    raw: Buffer, name: str | None, overrides: Mapping[str, str], profiles: Sequence[Profile]
) -> tuple[FleetList, Headings, str]:
    remarks = Remarks()
    candidates = _candidates(name, profiles or load_profiles())
    text, encoding = decode(raw, remarks)
    headings = find(text, candidates, overrides)
    _remark_on_headings(headings, overrides, remarks)
    taken = list(_cleaned(text, headings, remarks))
    finish(taken, headings.profile, remarks)
    listed = FleetList(
        profile=headings.profile.name,
        columns=headings.known,
        rows=tuple(
            FleetRow(place=f"row {row.number}", fields=row.fields, rest=row.rest)
            for row in _unite(taken, remarks)
        ),
        remarks=remarks.finish(),
    )
    return listed, headings, encoding


def _candidates(name: str | None, profiles: Sequence[Profile]) -> Sequence[Profile]:
    if not name:
        return profiles
    named = [profile for profile in profiles if profile.name == name]
    if not named:
        known = ", ".join(profile.name for profile in profiles)
        raise UnreadableError(f"There is no mapping profile '{name[:40]}'. Those there are: {known}.")
    return named


def _remark_on_headings(headings: Headings, overrides: Mapping[str, str], remarks: Remarks) -> None:
    place = f"row {headings.row}"
    if headings.row > 1:
        remarks.add(place, "The headings stand in this row; what stands above it was not read.")
    for heading in headings.missing(overrides):
        remarks.add(place, f"No column is called '{heading[:60]}': its mapping had no effect.")
    unknown = headings.unknown
    if unknown:
        shown = ", ".join(f"'{name[:40]}'" for name in unknown[:20])
        more = f" and {len(unknown) - 20} more" if len(unknown) > 20 else ""
        remarks.add(place, f"Columns that stand for no field are kept as they are: {shown}{more}.")


def _cleaned(text: str, headings: Headings, remarks: Remarks) -> Iterator[Row]:
    """Give the rows below the headings that name a device."""
    cleaner, names, width, empty = Cleaner(headings.profile), headings.names, len(headings.names), 0
    columns = [(column, field, cleaner.known[field]) for column, field in headings.fields.items()]
    unknown = [(column, name) for column, name in enumerate(names) if column not in headings.fields]
    for number, cells in rows(text, headings.delimiter, remarks):
        if number <= headings.row:
            continue
        if number > MOST_ROWS:
            raise BoundError(
                f"This list has more than {MOST_ROWS:,} rows. It was not read; export it in parts."
            )
        if not any(map(str.strip, cells)):
            empty += 1
            continue
        place = f"row {number}"
        if len(cells) != width:
            _fit(cells, width, place, remarks)
        _cut(cells, place, remarks)
        fields = no_fields()
        for column, field, known in columns:
            cell = cells[column]
            value = known.get(cell)
            fields[field] = cleaner.clean(field, cell) if value is None else value
        if not fields["asset_tag"] and not fields["serial_number"]:
            shown = " ".join(filter(None, (fields["manufacturer"], fields["model"], fields["room"])))[:80]
            why = (
                f"Neither asset tag nor serial number: '{shown}' cannot be told from other devices; left out."
            )
            remarks.add(place, why, sort="rows without asset tag and serial number")
            continue
        rest = {name: cells[column] for column, name in unknown if cells[column].strip()}
        rest |= {f"column {column + 1}": cells[column] for column in range(width, len(cells))}
        yield Row(number, fields, rest)
    if empty:
        remarks.add("document", f"Empty rows that were left out: {empty:,}.")


def _fit(cells: list[str], width: int, place: str, remarks: Remarks) -> None:
    """Fill a short row up; of a long one keep what goes beyond the headings, unless it is blank."""
    if len(cells) < width:
        why = f"This row has {len(cells)} of {width} cells; the others count as not stated."
        remarks.add(place, why, sort="short rows")
        cells += [""] * (width - len(cells))
        return
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    beyond = len(cells) - width
    if beyond > MOST_COLUMNS:
        del cells[width + MOST_COLUMNS :]
    if beyond:
        why = f"{beyond:,} cells stand beyond the last heading; the first {MOST_COLUMNS} at most are kept."
        remarks.add(place, why, sort="long rows")


def _cut(cells: list[str], place: str, remarks: Remarks) -> None:
    if max(map(len, cells)) <= LONGEST_CELL:
        return
    for column, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            cells[column] = cell[:LONGEST_CELL]
            why = f"Cell {column + 1} has {len(cell):,} characters; the first {LONGEST_CELL:,} are kept."
            remarks.add(place, why, sort="cells that were cut")


def _unite(taken: Iterable[Row], remarks: Remarks) -> Iterable[Row]:
    """Take a row that stands twice once, and of rows about one device the last."""
    by_device: dict[tuple[str, str, str], Row] = {}
    for row in taken:
        tag, site = row.fields["asset_tag"], row.fields["site"]
        device = ("asset tag", tag, site) if tag else ("serial number", row.fields["serial_number"], site)
        known = by_device.get(device)
        if known and known.fields == row.fields and known.rest == row.rest:
            why = f"The same as row {known.number}; it was taken once."
            remarks.add(f"row {row.number}", why, sort="rows that stand twice")
            continue
        if known:
            at = f" at {site}" if site else ""
            why = (
                f"The {device[0]} {device[1]}{at} stands in row {known.number} too; row {row.number} counts."
            )
            remarks.add(f"row {row.number}", why, sort="rows about a device that stood above")
            del by_device[device]  # so that the rows stay in the order of their numbers
        by_device[device] = row
    return by_device.values()
