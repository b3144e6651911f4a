# SPDX-License-Identifier: Apache-2.0
"""Which release a remedy's text offers (CSAF 2.0, 3.2.3.12: details): read where it is said plainly, else asked.

Publishers put all kinds of sentences under `vendor_fix`: of CISA's medical advisories most say whom to call. A release
is read from a sentence that offers one (tables/release_words.toml) and that says neither that it is to come nor what is
harmed. Two different releases in one remedy are none: which of them is meant for this model is not said.
"""

import enum
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from leadglass.vulnerabilities.phrases import one_of, pattern

LONGEST: Final = 4000
"""Characters of a remedy's text that are looked at."""

_REMEMBERED: Final = 4096  # texts: one stands beside each vulnerability and product of a document
_SENTENCE: Final = re.compile(r"(?<=[.!?;:])\s+(?=[A-Z0-9])|\n+")
_BLANKS: Final = re.compile(r"\s+")
_END: Final = r"(?![\w./-]*\w)"
_VERSION: Final = r"(?P<version>[vVrR]?\d{1,6}(?:\.\d{1,6}){0,5}[A-Za-z]{0,3}\d{0,3}(?:-\d{1,4})?)" + _END
_MONTHS: Final = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                  "november", "december")  # fmt: skip
_MONTH: Final = "|".join(_MONTHS)
_FROM: Final = re.compile(
    r"\b(?:from|as of|starting|beginning|available on|since)\s+(?:"
    r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    rf"|(?P<day>\d{{1,2}})\.?\s+(?P<month>{_MONTH})\s+(?P<year>20\d\d)"
    rf"|(?P<month_first>{_MONTH})\s+(?P<day_second>\d{{1,2}}),?\s+(?P<year_last>20\d\d))",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


class Says(enum.Enum):
    """What a remedy's text says of an update."""

    RELEASED = "its words name a release"
    SEVERAL = "its words name several releases"
    UNNAMED = "its words speak of an update and name no release"
    ANNOUNCED = "its words announce an update"
    NOTHING = "its words name no update, though it calls them a fix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a text offers: the release where it names one, the sentence that says so, the day from which it is to be had."""

    says: Says
    release: str = ""
    sentence: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    thing: re.Pattern[str]
    to: re.Pattern[str]
    something_to: re.Pattern[str]
    another: re.Pattern[str]
    first: re.Pattern[str]
    later: re.Pattern[str]
    against: re.Pattern[str]


@cache
def _words() -> _Words:
    text = resources.files(__package__).joinpath("tables/release_words.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    between, kind = one_of(table["between"]), one_of(table["kinds"])
    # "update to X 2.1" may name the product between: at most four words, the last one a kind, or a V or dot in the number
    named = rf"(?:(?:{between})\s+){{0,5}}(?:(?!(?:{kind})\b)[^\s.;:]+\s+){{0,6}}?(?:(?:{kind})\s*)"
    bare = rf"(?:(?:{between})\s+){{0,5}}(?=[vVrR]?\d+\.)"
    return _Words(
        thing=pattern(rf"\b(?:{one_of(table['things'])})\b"),
        to=pattern(rf"\b(?:{one_of(table['to'])})\s+(?:{named}|{bare}){_VERSION}"),
        something_to=pattern(
            rf"\b(?:{one_of(table['moves'])})\s+[^.;:]{{1,80}}?\s+to\s+(?:(?:{between})\s+){{0,5}}(?:(?:{kind})\s*)?{_VERSION}"
        ),
        another=pattern(
            rf"\s*(?:\([^()]{{0,80}}\)\s*)?(?:and|or|/|,)\s+(?:[^\s.;:]+\s+){{0,3}}?(?:(?:{kind})\s*){_VERSION}"
        ),
        first=pattern(rf"\A(?:{one_of(table['first'])})\s+{_VERSION}"),
        later=pattern(rf"\b(?:{one_of(table['later'])})\b"),
        against=pattern(rf"\b(?:{one_of([*table['not_offered'], *table['harmed']])})\b"),
    )


@lru_cache(maxsize=_REMEMBERED)
def offered(text: str) -> Offered:
    """Read what a remedy's text offers."""
    sentences = [_BLANKS.sub(" ", one).strip() for one in _SENTENCE.split(text[:LONGEST])]
    about = [one for one in sentences if _words().thing.search(one) or _words().first.match(one)]
    found: dict[str, str] = {}
    for sentence in about:
        for version in _released(sentence):
            found.setdefault(_plain(version), sentence)
    if found:
        release, sentence = next(iter(found.items()))
        if len(found) == 1:
            return Offered(says=Says.RELEASED, release=release, sentence=sentence, since=_since(sentence))
        return Offered(says=Says.SEVERAL, release=" or ".join(found), sentence=sentence)
    return _without(about)


def _without(about: Sequence[str]) -> Offered:
    """Say what a text that names no release says: that there is one, that there will be, or nothing of it."""
    words = _words()
    for sentence in about:
        if not words.later.search(sentence) and not words.against.search(sentence):
            return Offered(says=Says.UNNAMED, sentence=sentence)
    for sentence in about:
        if words.later.search(sentence):
            return Offered(says=Says.ANNOUNCED, sentence=sentence)
    return Offered(says=Says.NOTHING, sentence=about[0] if about else "")


def _released(sentence: str) -> list[str]:
    words = _words()
    if words.later.search(sentence) or words.against.search(sentence):
        return []
    hits = [
        words.first.match(sentence),
        *words.to.finditer(sentence),
        *words.something_to.finditer(sentence),
    ]
    further = [words.another.match(sentence, hit.end()) for hit in hits if hit]
    return [hit["version"] for hit in (*hits, *further) if hit and not _YEAR.fullmatch(hit["version"])]


def _since(sentence: str) -> date | None:
    """Read from which day on: 'from 7 December 2026 on', 'available as of December 7, 2026', 'from 2026-12-07'."""
    hit = _FROM.search(sentence)
    if not hit:
        return None
    month = int(hit["m"]) if hit["m"] else _MONTHS.index((hit["month"] or hit["month_first"]).lower()) + 1
    try:
        return date(
            int(hit["y"] or hit["year"] or hit["year_last"]),
            month,
            int(hit["d"] or hit["day"] or hit["day_second"]),
        )
    except ValueError:
        return None


def _plain(version: str) -> str:
    return version[1:] if version[:1] in "vV" else version
