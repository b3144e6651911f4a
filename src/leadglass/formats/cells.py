# SPDX-License-Identifier: Apache-2.0
"""Clean the cells of an inventory: blanks, words for nothing, words for a value, dates."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from leadglass.formats.dates import read_dates
from leadglass.formats.mapping import Profile, word_key
from leadglass.formats.remarks import Remarks
from leadglass.values.papers import FLEET_FIELDS

DATES: Final = ("contract_end", "warranty_end", "install_date", "last_pm", "next_pm")

_EMPTY: Final = dict.fromkeys(FLEET_FIELDS, "")
_MEMORY: Final = 100_000


@dataclass(slots=True)
class Row:
    """A row while it is cleaned: its number, its fields, and what else it holds."""

    number: int
    fields: dict[str, str]
    rest: dict[str, str]


class Cleaner:
    """Cleans cells by a profile. `known` gives what became of a cell, by field and text: columns repeat."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.known: dict[str, dict[str, str]] = {field: {} for field in FLEET_FIELDS}

    def clean(self, field: str, cell: str) -> str:
        """Give the value of a cell, "" where it states none. Dates stay as they are written."""
        text = plain(cell)
        word = word_key(text)
        value = self._profile.values.get(field, {}).get(word)
        if value is None:
            value = "" if word in self._profile.not_stated else text
        known = self.known[field]
        if len(known) >= _MEMORY:
            known.clear()
        known[cell] = value
        return value


def plain(cell: str) -> str:
    """Write a text in one line, without blanks around it and without control characters."""
    text = " ".join(cell.split())
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def no_fields() -> dict[str, str]:
    """Give all fields, none of them stated."""
    return _EMPTY.copy()


def finish(rows: Sequence[Row], profile: Profile, remarks: Remarks) -> None:
    """Read the dates of all rows together, and remark on words that the profile does not know."""
    _read_dates(rows, profile, remarks)
    for field in sorted(profile.closed):
        words = set(profile.values.get(field, {}).values())
        for row, word, number in _first_and_count((row, row.fields[field]) for row in rows):
            if word not in words:
                why = f"'{word[:60]}' is no word for {field} that the profile '{profile.name}' knows"
                remarks.add(
                    f"row {row.number}", f"{why}{_also(number)}; it is kept as it is written.", sort="words"
                )


def _read_dates(rows: Sequence[Row], profile: Profile, remarks: Remarks) -> None:
    stated = list(_first_and_count((row, row.fields[field]) for row in rows for field in DATES))
    read = read_dates([text for _, text, _ in stated], profile.dates, profile.months)
    for row, text, number in stated:
        days = read.ambiguous.get(text)
        if days:
            why = f"'{text}' may mean {' or '.join(days)}{_also(number)}; it is kept as text."
            remarks.add(f"row {row.number}", why, sort="dates that may mean two days")
        elif text not in read.dates:
            why = f"'{text[:60]}' is no date{_also(number)}; it is kept as text."
            remarks.add(f"row {row.number}", why, sort="texts that are no date")
    _remark_on_inferred(stated, read.inferred, remarks)
    for row in rows:
        for field in DATES:
            text = row.fields[field]
            if text:
                row.fields[field] = read.dates.get(text, text)


def _remark_on_inferred(
    stated: Iterable[tuple[Row, str, int]], inferred: dict[str, tuple[str, str]], remarks: Remarks
) -> None:
    """Say once per form which other dates prove it."""
    by_form: dict[str, tuple[Row, str, str, int]] = {}
    for row, text, number in stated:
        if text in inferred:
            form, proof = inferred[text]
            first, example, _, count = by_form.get(form, (row, text, proof, 0))
            by_form[form] = (first, example, proof, count + number)
    for form, (row, example, proof, count) in by_form.items():
        why = f"{count:,} dates such as '{example}' were read as {form}, as '{proof}' in this list proves."
        remarks.add(f"row {row.number}", why)


def _first_and_count(cells: Iterable[tuple[Row, str]]) -> Iterable[tuple[Row, str, int]]:
    first: dict[str, Row] = {}
    count: Counter[str] = Counter()
    for row, text in cells:
        if text:
            first.setdefault(text, row)
            count[text] += 1
    return ((row, text, count[text]) for text, row in first.items())


def _also(number: int) -> str:
    return f" ({number:,} times)" if number > 1 else ""
