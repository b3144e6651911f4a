# SPDX-License-Identifier: Apache-2.0
"""The words of a product's name: which tell its model apart, and which every product has (tables/model_words.toml)."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import islice, pairwise, product

from leadglass.fleet.identity import maker_key
from leadglass.fleet.makers import plain, spellings

_UNIT = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*")  # '1.5T' is one word, 'CT-520' are two
_PLUS = re.compile(r"(?<=\w)\+(?=\W|$)")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_MOST = 32
"""A name that lists more models than this is read as one."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    generic: frozenset[str]
    modality: frozenset[str]
    kind: frozenset[str]
    family: frozenset[str]
    excluding: re.Pattern[str]


@cache
def _table() -> _Table:
    text = resources.files(__package__).joinpath("tables/model_words.toml").read_text(encoding="utf-8")
    row = tomllib.loads(text)
    behind = "|".join(sorted(map(re.escape, row["excluding"]), key=len, reverse=True))
    return _Table(
        generic=frozenset((*row["generic"], *row["state"], *row["family"])),
        modality=frozenset(row["modality"]),
        kind=frozenset((*row["kind"], *row["modality"])),
        family=frozenset(row["family"]),
        excluding=re.compile(rf"[\s,;(]+(?:{behind})\b.*", re.IGNORECASE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A name as compared. Two keys each: in the order written without blanks, and as a bag of words; equal is either.

    `whole` is the name without its maker in front, `core` without generic words, `telling` also without kinds of
    device; `kinds` and `modalities` are those that the core and the telling words leave out. `bare` is a name whose
    brackets were left out, `family` one of many models.
    """

    whole: tuple[Key, Key]
    core: tuple[Key, Key]
    telling: tuple[Key, Key]
    kinds: tuple[frozenset[str], frozenset[str]]
    modalities: tuple[frozenset[str], frozenset[str]]
    tells: frozenset[str]
    units: Key
    bare: bool = False
    family: bool = False

    @property
    def numbered(self) -> bool:
        """Whether the telling words have a number, and more than one sign."""
        return len(self.telling[0][0]) > 1 and any(map(_has_digit, self.tells))


@lru_cache(maxsize=20_000)
def _has_digit(unit: str) -> bool:
    return any(sign.isdigit() for sign in unit)


def units(text: str) -> Key:
    """Split a model's name into words as they tell models apart: accents, case and punctuation do not, '+' and '.' do."""
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", plain(text).casefold()) if not unicodedata.combining(c)
    )
    found = _UNIT.findall(_PLUS.sub(" plus ", bare))
    return tuple(_singular(unit.replace(",", ".")) for unit in found)


@lru_cache(maxsize=10_000)
def _singular(unit: str) -> str:
    table = _table()
    if unit in table.family:
        return unit
    return unit[:-1] if unit[-1:] == "s" and unit[:-1] in table.generic | table.kind else unit


def _keys(listed: Sequence[str]) -> tuple[Key, Key]:
    """Key of the order written ('CT 520' is 'CT520', but '6 4' is not '64'), and of the bag, its numbers in their order."""
    written = "".join(listed[:1])
    for before, unit in pairwise(listed):
        written += f" {unit}" if before[-1].isdigit() and unit[0].isdigit() else unit
    numbered = [unit for unit in listed if _has_digit(unit)]
    return (written,), ("", *sorted(unit for unit in listed if not _has_digit(unit)), *numbered)


def wording(listed: Key, own: frozenset[Key], *, bare: bool = False) -> Wording | None:
    """Word a name by its units without its maker in front; `own` are the maker's words. None where nothing is left."""
    if not listed:
        return None
    table = _table()
    single = {spelling[0] for spelling in own if len(spelling) == 1}
    mine = [unit for unit in listed if unit not in single]
    mine = mine if _tells(mine) else list(listed)
    core = [unit for at, unit in enumerate(mine) if not _leaves(mine, at)] or mine
    telling = [unit for unit in core if unit not in table.kind] or core
    kinds = frozenset(mine) & table.kind
    left = (kinds - frozenset(core), kinds - frozenset(telling))
    return Wording(
        whole=_keys(listed),
        core=_keys(core),
        telling=_keys(telling),
        kinds=(left[0] - table.modality, left[1] - table.modality),
        modalities=(left[0] & table.modality, left[1] & table.modality),
        tells=frozenset(telling),
        units=tuple(core),
        bare=bare,
        family=not table.family.isdisjoint(listed),
    )


def _leaves(listed: Sequence[str], at: int) -> bool:
    """Whether the core leaves a word out: a generic one, or a modality beside one."""
    table = _table()
    if listed[at] in table.generic:
        return True
    beside = (*listed[max(0, at - 1) : at], *listed[at + 1 : at + 2])
    return listed[at] in table.modality and any(unit in table.generic for unit in beside)


def _fronts(listed: Key, own: frozenset[Key]) -> Iterator[Key]:
    """The name as it is and without each of its maker's words in front: 'Philips Ultrasound CX', 'Ultrasound CX', 'CX'.

    A maker in front stays where no word behind it tells a model ('McKesson Cardiology').
    """
    ahead = [listed]
    while ahead:
        left = ahead.pop()
        yield left
        rests = {left[len(front) :] for front in own if left[: len(front)] == front}
        if left != listed and _untelling(left[0]):  # 'QUILLON MEDICAL TOMARA 64'
            rests.add(left[1:])
        ahead.extend(rest for rest in rests if _tells(rest))


def _tells(listed: Sequence[str]) -> bool:
    table = _table()
    return any(
        unit not in table.kind and unit not in table.generic and not _untelling(unit) for unit in listed
    )


@lru_cache(maxsize=10_000)
def _untelling(unit: str) -> bool:
    """Whether a word behind a maker is a kind of company or a trade."""
    return not _has_digit(unit) and maker_key(f"zzz {unit}") == "zzz"


@lru_cache(maxsize=10_000)
def own_words(keys: frozenset[str], written: str) -> frozenset[Key]:
    """The spellings of makers and of their kin, and the words of the maker as written, as units."""
    own = {units(text) for key in keys for text in spellings(key)}
    return frozenset(own | {units(written), units(written)[:1]} - {()}) - {()}


def wordings(text: str, own: frozenset[Key]) -> Iterator[Wording]:
    """Word a name as written, and without its brackets and what it excludes."""
    whole = units(text)
    seen = set(_fronts(whole, own))
    for front in sorted(seen):
        if one := wording(front, own):
            yield one
    for front in sorted({*_fronts(units(outside(text)), own)} - seen):
        if one := wording(front, own, bare=True):
            yield one


def outside(text: str) -> str:
    """A name without its brackets and what it excludes; as it is where that is all of it."""
    meant = _table().excluding.sub("", plain(text))
    return _BRACKETS.sub(" ", meant).strip() or meant


def each_listed(text: str) -> tuple[str, ...]:
    """The single names that a name lists: 'Avalon FM20/FM30' -> 'Avalon FM20', 'Avalon FM30'; none where it lists none.

    Only words with numbers are taken for a list, as words with a slash between are one name as often.
    """
    meant = outside(text)
    slots: list[list[str]] = []
    for word in re.sub(r"\s*/\s*", "/", meant).split():
        parts = [part for part in re.split(r"[/,]", word) if part]
        if len(parts) > 1 and all(map(_has_digit, parts)):
            slots.append(_completed(parts))
        elif slots and _alike(slots[-1][0], word):
            slots[-1].append(word)
        elif word not in {"and", "or", "&"} or not slots or not _has_digit(slots[-1][0]):
            slots.append([word])
    names = islice(product(*slots), _MOST + 1)
    listed = tuple(" ".join(name) for name in names)
    return listed if 1 < len(listed) <= _MOST else ()


def _completed(parts: Sequence[str]) -> list[str]:
    """'MX800/700' means MX700 by its second: letters in front of the first stand for all that have none."""
    front = re.match(r"[^\W\d_]*", parts[0])
    letters = front[0] if front else ""
    return [part if not part[0].isdigit() else letters + part for part in parts]


def _alike(one: str, other: str) -> bool:
    """Whether two words are numbers of one kind ('TC10', 'TC20', '554CM', '754CM')."""
    shapes = [re.sub(r"\d+", "0", word.casefold()) for word in (one, other)]
    return shapes[0] == shapes[1] and "0" in shapes[0] and len(shapes[0]) > 1
