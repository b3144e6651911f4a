# SPDX-License-Identifier: Apache-2.0
"""The words of version texts (tables/version_words.toml), made into patterns."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import takewhile
from typing import Any, Final

from leadglass.vulnerabilities.phrases import one_of, pattern

BELOW: Final = "\ue000"
"""Stands for a phrase such as "and earlier", once it is read. Private characters: no text may hold them."""
ABOVE: Final = "\ue001"
BETWEEN: Final = "\ue002"

# A number may have three letters before it and around it (U61, 6.3V1L10, 2.4A, 12.2EX), not a word
_LEAD: Final = r"(?:[A-Za-z]{1,3}\.?)?[0-9]+"
_SET_OFF: Final = r"[._][0-9]+|-[0-9]+(?![0-9.])"
_LETTERS: Final = r"[A-Za-z]{1,3}(?![A-Za-z])[0-9]*"


def line_of(version: str) -> str:
    """Give the letters that a version begins with: makers tell lines of one product apart by them (U61, L81)."""
    return "".join(takewhile(str.isalpha, version)).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Patterns of one table; all of them are bounded by blanks and read without regard to case."""

    version: str
    every: frozenset[str]
    types: frozenset[str]
    signs: tuple[tuple[str, str], ...]
    lead: re.Pattern[str]
    whole: re.Pattern[str]
    trail: re.Pattern[str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    start: re.Pattern[str]
    condition: re.Pattern[str]
    model: re.Pattern[str]
    models: re.Pattern[str]
    time: re.Pattern[str]
    number: re.Pattern[str]
    wildcard: re.Pattern[str]


@cache
def words() -> Words:
    """Read the table."""
    text = resources.files(__package__).joinpath("tables/version_words.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    lead, model = one_of(table["lead"]), one_of(table["models"])
    return Words(
        version=table["version"],
        every=frozenset(table["every"]),
        types=frozenset(table["types"]),
        signs=tuple(table["signs"].items()),
        lead=pattern(rf"\A(?:{lead})(?=[\s\d<>=])\s*"),
        whole=pattern(rf"\A(?:{one_of(table['whole'])})(?=[\s<>=])\s*"),
        trail=pattern(rf"(?<=\S)\s+(?:{one_of(table['trail'])})(?=\Z|\s*[{BELOW}{ABOVE}])"),
        phrases=(
            (_behind(table["below"]), BELOW),
            (_behind(table["above"]), ABOVE),
            (_before(table["before"]), "<"),
            (_before(table["after"]), ">"),
            (pattern(rf"(?<=\S)\s+(?:{one_of(table['between'])})\s+(?=\S)"), BETWEEN),
        ),
        start=pattern(rf"\A(?:{one_of(table['from'])})\s+"),
        condition=_condition(table["conditions"]),
        model=pattern(rf"\A(?P<head>.*\S)\s+(?:{model})\s+(?P<models>\S+)\Z"),
        models=pattern(rf"\A(?:{model})\s+(?P<models>.+)\Z"),
        time=_time(table),
        number=_number(table["within"], table["releases"]),
        wildcard=pattern(r"(?P<stem>(?:[A-Za-z]{1,3}\.?)?[0-9]+(?:\.[0-9]+)*)(?:\.[xX*])+"),
    )


def _behind(phrases: Sequence[str]) -> re.Pattern[str]:
    """A phrase behind a version, in brackets or not; "+" needs no blank."""
    wordy = one_of([phrase for phrase in phrases if phrase[-1].isalpha()])
    signs = "".join(
        rf"|(?<=\d){re.escape(phrase)}(?=\Z|[\s|,;])" for phrase in phrases if not phrase[-1].isalpha()
    )
    # What repeats the word: "4.1 and prior versions"
    return pattern(rf"\s+(?:\((?:{wordy})\)|(?:{wordy})(?:\s+versions?)?)(?=\Z|[\s|,;]){signs}")


def _before(phrases: Sequence[str]) -> re.Pattern[str]:
    return pattern(rf"(?:\A|(?<=\s))(?:{one_of(phrases)})\s+(?:versions?\s+)?")


def _condition(phrases: Sequence[str]) -> re.Pattern[str]:
    either = one_of(phrases)
    open_ended, in_brackets = rf"(?:{either})\s[^()|;<>]+", rf"\((?:{either})\s[^()]+\)"
    return pattern(rf"\A(?P<head>.*?\S)\s+(?:(?P<open>{open_ended})|(?P<closed>{in_brackets}))\Z")


def _time(table: dict[str, Any]) -> re.Pattern[str]:
    named = one_of(table["months"])
    done = one_of(table["deeds"])
    written = (
        rf"(?<![a-z])(?:{named}|{done})(?![a-z])",
        r"(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d(?!\d)",
        r"(?<!\d)(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}(?!\d)",
        r"(?<![\w.])(?:0?[1-9]|1[0-2])[./](?:19|20)\d\d(?![\w.])",
        r"(?<![\w.])(?:19|20)\d\d-?(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?(?![\w.])",
        r"(?<![\w.])(?:19|20)\d\d(?![\w.-])",  # a year alone
    )
    return pattern("|".join(written))


def _number(within: Sequence[str], releases: Sequence[str]) -> re.Pattern[str]:
    """A version as a whole: numbers with short letters, words that are known, a part set off by a blank."""
    word, release = one_of(within), rf"(?:{one_of(releases)})(?![A-Za-z])"
    # No two alternatives begin alike, and nothing is taken back: the time is linear
    part = rf"(?:{_SET_OFF}|[-._]?{release}[0-9]*|(?!{release}){_LETTERS})"
    tail = rf"(?:\s+(?:(?:{word})\s*)++[0-9]+(?:\.[0-9]+)*[A-Za-z]?|\s+[A-Za-z]{{1,3}}[0-9]+)"
    # "11.3x" may stand for all that begins with 11.3, or 11.3 alone
    return pattern(rf"(?!.*[0-9]x\b){_LEAD}{part}*+{tail}?")
