# SPDX-License-Identifier: Apache-2.0
"""Find the headings of an inventory: their row, the delimiter, the profile that knows most of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.mapping import Profile, heading_key
from leadglass.formats.remarks import Remarks
from leadglass.formats.sheet import DELIMITER_NAMES, DELIMITERS, MOST_COLUMNS, rows
from leadglass.values.papers import FLEET_FIELDS

KEPT: Final = ""
"""What an override gives for a heading that is not to be taken for any field."""

_LOOKED_AT: Final = 20  # titles and empty rows may stand above the headings
_SAMPLE: Final = 256 << 10
_NARROWEST: Final = 3  # columns below which a text is not called a table
_NAMES_IT: Final = ("asset_tag", "serial_number")
_SAYS_WHAT: Final = ("manufacturer", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """The headings of a list: their row, unique names, and the field by column, of which 0 is the first."""

    profile: Profile
    delimiter: str
    row: int
    names: tuple[str, ...]
    fields: Mapping[int, str]

    @property
    def known(self) -> dict[str, str]:
        """Give the field by heading."""
        return {self.names[column]: field for column, field in self.fields.items()}

    @property
    def unknown(self) -> tuple[str, ...]:
        """Give the headings that are kept as they are."""
        return tuple(name for column, name in enumerate(self.names) if column not in self.fields)

    def missing(self, overrides: Mapping[str, str]) -> tuple[str, ...]:
        """Give the headings among the overrides that this list does not have."""
        keys = set(map(heading_key, self.names))
        return tuple(heading for heading in overrides if heading_key(heading) not in keys)

    @property
    def suffices(self) -> bool:
        """Say whether a device can be told from another and what it is."""
        found = set(self.fields.values())
        return any(field in found for field in _NAMES_IT) and any(field in found for field in _SAYS_WHAT)


def find(text: str, profiles: Sequence[Profile], overrides: Mapping[str, str]) -> Headings:
    """Find the headings in the first rows. Raises `UnreadableError` where no profile knows enough of one."""
    refuse_unknown_fields(overrides)
    looks = list(_looks(text[:_SAMPLE], profiles, overrides))
    fitting = [one for one in looks if one.suffices]
    if fitting:
        # max keeps the first of equals: profiles and delimiters stand in order of preference.
        found = max(fitting, key=lambda one: len(one.fields))
        if len(found.names) > MOST_COLUMNS:
            raise BoundError(f"This list has {len(found.names):,} columns; Leadglass reads {MOST_COLUMNS}.")
        return found
    raise UnreadableError(_complaint(looks))


def look(text: str, profiles: Sequence[Profile], overrides: Mapping[str, str]) -> tuple[Headings | None, str]:
    """Give the likeliest headings, and what `find` would complain of; None where the text is no table."""
    looks = list(_looks(text[:_SAMPLE], profiles, overrides))
    fitting = [one for one in looks if one.suffices]
    if fitting:
        return max(fitting, key=lambda one: len(one.fields)), ""
    likely = _likeliest(looks) if looks else None
    if likely is None or not (likely.fields or _is_table(likely, looks)):
        return None, ""
    return likely, _complaint(looks)


def _is_table(likely: Headings, looks: Sequence[Headings]) -> bool:
    width = len(likely.names)
    alike = {one.row for one in looks if one.delimiter == likely.delimiter and len(one.names) == width}
    return width >= _NARROWEST and len(alike) > 1


def refuse_unknown_fields(overrides: Mapping[str, str]) -> None:
    """Refuse an override that names no field."""
    for heading, field in overrides.items():
        if field not in (*FLEET_FIELDS, KEPT):
            raise UnreadableError(
                f"'{heading[:40]}={field[:40]}' maps a column to a field that Leadglass does not have. "
                f"The fields are: {', '.join(FLEET_FIELDS)}."
            )


def _looks(text: str, profiles: Sequence[Profile], overrides: Mapping[str, str]) -> Iterator[Headings]:
    mapped = {heading_key(heading): field for heading, field in overrides.items()}
    for delimiter in DELIMITERS:
        for number, cells in islice(rows(text, delimiter, Remarks(0)), _LOOKED_AT):
            names = _unique(cells)
            if not names:
                continue
            keys = [heading_key(cell) for cell in cells[: len(names)]]
            for profile in profiles:
                fields = _fields(keys, profile, mapped)
                yield Headings(profile=profile, delimiter=delimiter, row=number, names=names, fields=fields)


def _fields(keys: Sequence[str], profile: Profile, mapped: Mapping[str, str]) -> dict[int, str]:
    """Give each field its column: that of an override, else that of the heading that the profile prefers."""
    best: dict[str, tuple[int, int]] = {}
    for column, key in enumerate(keys):
        if key in mapped:
            field, rank = mapped[key], -1
        elif key in profile.headings:
            field, rank = profile.headings[key]
        else:
            continue
        if field != KEPT and (field not in best or rank < best[field][0]):
            best[field] = (rank, column)
    return dict(sorted((column, field) for field, (_, column) in best.items()))


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    """Name each column, also without a heading or with the same; those at the end without any go."""
    cleaned = [" ".join(cell.split())[:200] for cell in cells]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    names: dict[str, None] = {}
    for column, heading in enumerate(cleaned, 1):
        name, again = heading or f"column {column}", 1
        while name in names:
            again += 1
            name = f"{heading or f'column {column}'} ({again})"
        names[name] = None
    return tuple(names)


def _likeliest(looks: Sequence[Headings]) -> Headings:
    return max(looks, key=lambda one: (len(one.fields), len(one.names), -one.row))


def _complaint(looks: Sequence[Headings]) -> str:
    """Say what is missing, which headings were seen, and how to map them."""
    if not looks:
        return "This list is empty: no row has anything in it. Export it again with its headings."
    likely = _likeliest(looks)
    shown = ", ".join(f"'{name[:40]}'" for name in likely.names[:40])
    more = f" and {len(likely.names) - 40:,} more" if len(likely.names) > 40 else ""
    found = set(likely.fields.values())
    lacking = [
        f"a column for {' or '.join(fields)}"
        for fields in (_NAMES_IT, _SAYS_WHAT)
        if not any(field in found for field in fields)
    ]
    example = next(
        (name for column, name in enumerate(likely.names) if column not in likely.fields), "Heading"
    )
    field = _NAMES_IT[0] if "asset_tag" in lacking[0] else _SAYS_WHAT[1]
    return (
        f"This list lacks {' and '.join(lacking)}. Columns found (by {DELIMITER_NAMES[likely.delimiter]}, "
        f"row {likely.row}): {shown}{more}. Say which is which, for example: --map '{example[:40]}={field}'"
    )
