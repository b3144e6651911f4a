# SPDX-License-Identifier: Apache-2.0
"""Read dates of mixed forms: by themselves where there is one way to read them, else as the others prove."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from leadglass.errors import UnreadableError

_LONGEST: Final = 40
_PIVOT: Final = 70  # 69 is 2069, 70 is 1970
_TOKEN: Final = re.compile(r"YYYY|YY|MON|MM|DD")
_GROUPS: Final = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<short>[0-9]{2})",
    "MON": r"(?P<name>[^\W\d_]{3,12})\.?",
    "MM": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{1,2})",
}
# A time of day may follow; only the day counts.
_TIME: Final = (
    r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


@dataclass(frozen=True, slots=True)
class DateForm:
    """A form such as DD.MM.YYYY or MON DD, YYYY: how it is written, and the pattern that reads it."""

    written: str
    pattern: re.Pattern[str]

    @classmethod
    def parse(cls, written: str) -> "DateForm":
        """Make a form of the tokens YYYY, YY, MM, MON, DD and what stands between them."""
        tokens = _TOKEN.findall(written)
        kinds = {token[0] for token in tokens}
        if len(tokens) != 3 or kinds != {"Y", "M", "D"}:
            raise UnreadableError(
                f"{written[:40]!r} is no form of a date. Write it with YYYY or YY, MM or MON, and DD."
            )
        pieces, position = [], 0
        for match in _TOKEN.finditer(written):
            pieces += [re.escape(written[position : match.start()]), _GROUPS[match[0]]]
            position = match.end()
        # YYYYMMDD has no separators: each token is as wide as it is written.
        fixed = not _TOKEN.sub("", written)
        body = "".join(pieces) + re.escape(written[position:])
        return cls(written, re.compile((body.replace("{1,2}", "{2}") if fixed else body) + _TIME))

    def read(self, text: str, months: Mapping[str, int]) -> date | None:
        """Read a text of this form, or None."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        short = int(found["short"]) if found.get("short") else 0
        year = int(found["year"]) if found.get("year") else short + (1900 if short >= _PIVOT else 2000)
        month = months.get(found["name"].casefold(), 0) if found.get("name") else int(found["month"])
        try:
            return date(year, month, int(found["day"]))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesRead:
    """What the texts mean: ISO dates by text.

    `inferred` gives, by text, the form that another text proves, and that text. `ambiguous` gives the days
    that a text may mean; a text in neither is no date in any form.
    """

    dates: dict[str, str]
    inferred: dict[str, tuple[str, str]]
    ambiguous: dict[str, tuple[str, ...]]


def read_dates(texts: Iterable[str], forms: Iterable[DateForm], months: Mapping[str, int]) -> DatesRead:
    """Read the distinct texts of one document, which writes its dates in one way or in a few."""
    proofs: dict[str, str] = {}
    open_: dict[str, dict[str, date]] = {}
    read = DatesRead(dates={}, inferred={}, ambiguous={})
    forms = tuple(forms)
    for text in texts:
        if len(text) > _LONGEST:
            continue
        ways = {form.written: day for form in forms if (day := form.read(text, months)) is not None}
        days = set(ways.values())
        if len(ways) == 1:
            proofs.setdefault(next(iter(ways)), text)
        if len(days) == 1:
            read.dates[text] = days.pop().isoformat()
        elif days:
            open_[text] = ways
    for text, ways in open_.items():
        proven = {form: day for form, day in ways.items() if form in proofs}
        if len(set(proven.values())) == 1:
            form, day = next(iter(proven.items()))
            read.dates[text] = day.isoformat()
            read.inferred[text] = (form, proofs[form])
        else:
            read.ambiguous[text] = tuple(sorted({day.isoformat() for day in ways.values()}))
    return read
