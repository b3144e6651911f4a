# SPDX-License-Identifier: Apache-2.0
"""Mapping profiles: which headings of an inventory mean which field, and which words mean which value."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from leadglass.errors import UnreadableError
from leadglass.formats.dates import DateForm
from leadglass.values.papers import FLEET_FIELDS

SHIPPED: Final = ("leadglass", "cmms", "servicenow", "nuvolo", "tms", "infor_eam", "medimizer")

_KNOWN: Final = frozenset(FLEET_FIELDS)
_BETWEEN_WORDS: Final = re.compile(r"[\s_\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile as data. Headings and words are stored as `heading_key` and `word_key` write them.

    `headings` gives the field and its preference (0 is first) by heading. `values` gives the value by field
    and word. In a field that is `closed` another word deserves a remark. `not_stated` are words for no value.
    """

    name: str
    version: int
    title: str
    headings: Mapping[str, tuple[str, int]]
    values: Mapping[str, Mapping[str, str]]
    closed: frozenset[str]
    dates: tuple[DateForm, ...]
    months: Mapping[str, int]
    not_stated: frozenset[str]


def heading_key(heading: str) -> str:
    """Write a heading without case, blanks and punctuation; "#" means number: "Asset #" is "assetno"."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("#", "no")
    return "".join(character for character in text if character.isalnum())


def word_key(word: str) -> str:
    """Write a word without case; blanks, hyphens and underscores are one: "In-Service " is "in service"."""
    return _BETWEEN_WORDS.sub(" ", word.casefold()).strip() or word.strip()


def load_profiles(texts: Iterable[str] = ()) -> tuple[Profile, ...]:
    """Parse a site's own profiles (TOML), and put those that Leadglass ships behind them.

    A site's profile takes the place of a shipped one of its name. Where two fit alike, the earlier one wins.
    """
    own = tuple(parse_profile(text) for text in texts)
    names = {profile.name for profile in own}
    return own + tuple(profile for profile in _shipped() if profile.name not in names)


def parse_profile(text: str) -> Profile:
    """Parse one profile; the files in `profiles/` show how it is written."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"A mapping profile is not valid TOML: {error}. Correct the file.") from error
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise UnreadableError('A mapping profile has no name. Add a line such as  name = "our-cmms"  on top.')
    try:
        return _profile(name.strip(), table)
    except (TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(
            f"The mapping profile '{name[:40]}' is not written as profiles are: {error}. "
            "Compare it with cmms.toml."
        ) from error


@cache
def _shipped() -> tuple[Profile, ...]:
    folder = files("leadglass.formats") / "profiles"
    return tuple(parse_profile((folder / f"{name}.toml").read_text("utf-8")) for name in SHIPPED)


def _profile(name: str, table: Mapping[str, Any]) -> Profile:
    headings: dict[str, tuple[str, int]] = {}
    for field, variants in table.get("headings", {}).items():
        _refuse_unknown(name, field)
        for rank, variant in enumerate(_texts(variants)):
            headings.setdefault(heading_key(variant), (field, rank))
    values = dict(table.get("values", {}))
    closed = frozenset(_texts(values.pop("closed", [])))
    words: dict[str, dict[str, str]] = {}
    for field, by_value in values.items():
        _refuse_unknown(name, field)
        words[field] = {word_key(word): value for value, given in by_value.items() for word in _texts(given)}
    return Profile(
        name=name,
        version=int(table.get("version", 1)),
        title=str(table.get("title", name)),
        headings=headings,
        values=words,
        closed=closed,
        dates=tuple(DateForm.parse(written) for written in _texts(table.get("dates", ["YYYY-MM-DD"]))),
        months={month.casefold(): int(number) for month, number in table.get("months", {}).items()},
        not_stated=frozenset(map(word_key, _texts(table.get("not_stated", [])))),
    )


def _texts(value: Any) -> Sequence[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"a list of texts belongs where {str(value)[:40]!r} stands")
    return value


def _refuse_unknown(name: str, field: str) -> None:
    if field not in _KNOWN:
        raise UnreadableError(
            f"The mapping profile '{name[:40]}' names the field '{field[:40]}', which Leadglass does not "
            f"have. The fields are: {', '.join(FLEET_FIELDS)}."
        )
