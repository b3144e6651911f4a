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
_XRAY = re.compile(r"\bx[\s-]?rays?\b")  # an 'X' by itself tells models apart ('Ingenia Elition X')
_PLUS = re.compile(r"(?<=\w)\+(?=\W|$)")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_LONG = 4
"""A number of so many digits names a model more often than a room."""
_MOST = 32
"""A name that lists more models than this is read as one."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    generic: frozenset[str]
    state: frozenset[str]
    modality: frozenset[str]
    kind: frozenset[str]
    family: frozenset[str]
    place: frozenset[str]
    edition: frozenset[str]
    excluding: re.Pattern[str]


@cache
def _table() -> _Table:
    text = resources.files(__package__).joinpath("tables/model_words.toml").read_text(encoding="utf-8")
    row = tomllib.loads(text)
    behind = "|".join(sorted(map(re.escape, row["excluding"]), key=len, reverse=True))
    return _Table(
        generic=frozenset((*row["generic"], *row["state"], *row["family"])),
        state=frozenset(row["state"]),
        modality=frozenset(row["modality"]),
        kind=frozenset((*row["kind"], *row["modality"])),
        family=frozenset(row["family"]),
        place=frozenset(row["place"]),
        edition=frozenset(row["edition"]),
        excluding=re.compile(rf"[\s,;(]+(?:{behind})\b.*", re.IGNORECASE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A name as compared. Two keys each: in the order written without blanks, and as a bag of words; equal is either.

    `whole` is the name without its maker in front, `plain` without generic words, `core` without a modality beside
    one either, `telling` without kinds of device; `kinds` and `modalities` are those that the core and the telling
    words leave out. `words` are all words without a digit and `numbers` all with one, as written, but for where the
    device stands ('MX40' gives 'mx' and '40'). `bare` is a name whose brackets were left out, `family` one of many
    models.
    """

    whole: tuple[Key, Key]
    plain: tuple[Key, Key]
    core: tuple[Key, Key]
    telling: tuple[Key, Key]
    kinds: tuple[frozenset[str], frozenset[str]]
    modalities: tuple[frozenset[str], frozenset[str]]
    tells: frozenset[str]
    words: Key
    numbers: Key
    bare: bool = False
    family: bool = False

    def keys(self) -> Iterator[tuple[str, Key]]:
        """Every key with its step, from the strictest."""
        for step, keys in (
            ("whole", self.whole),
            ("plain", self.plain),
            ("core", self.core),
            ("telling", self.telling),
        ):
            for key in keys:
                yield step, key

    @property
    def worded(self) -> bool:
        """Whether the telling words are more than bare numbers, which models of two modalities share ('CT 5300')."""
        return not all(unit.isdecimal() for unit in self.tells)

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
    found = _UNIT.findall(_PLUS.sub(" plus ", _XRAY.sub("xray", bare)))
    return tuple(_singular(unit.replace(",", ".")) for unit in found)


@lru_cache(maxsize=10_000)
def _singular(unit: str) -> str:
    table = _table()
    if unit in table.family or len(unit) < _LONG:  # 'AS' is no plural of 'a'
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
    parts = [part for at, unit in enumerate(mine) if not _places(mine, at) for part in _parted(unit)]
    return Wording(
        whole=_keys(listed),
        plain=_keys([unit for at, unit in enumerate(mine) if not _says_nothing(mine, at)] or mine),
        core=_keys(core),
        telling=_keys(telling),
        kinds=(left[0] - table.modality, left[1] - table.modality),
        modalities=(left[0] & table.modality, left[1] & table.modality),
        tells=frozenset(telling),
        words=tuple(part for part in parts if not _has_digit(part)),
        numbers=tuple(part for part in parts if _has_digit(part)),
        bare=bare,
        family=not table.family.isdisjoint(listed),
    )


def _parted(unit: str) -> Key:
    """'MX40' as inventories write it too: 'MX 40'. What begins with its number stays whole ('150c', '1.5T')."""
    letters = re.match(r"[^\W\d_]+(?=\d)", unit)
    return (letters[0], unit[letters.end() :]) if letters else (unit,)


def _leaves(listed: Sequence[str], at: int) -> bool:
    """Whether the core leaves a word out: a generic one, a modality beside one, or where the device stands."""
    table, unit = _table(), listed[at]
    if _says_nothing(listed, at):
        return True
    if unit not in table.modality or (len(unit) < _LONG and not any(map(_has_digit, listed))):
        return False
    beside = {*listed[max(0, at - 1) : at], *listed[at + 1 : at + 2]} - table.state
    return not table.generic.isdisjoint(beside)


def _says_nothing(listed: Sequence[str], at: int) -> bool:
    return listed[at] in _table().generic or _places(listed, at)


def _places(listed: Sequence[str], at: int) -> bool:
    """Whether a word says where the device stands: 'Room', the '3' behind it, the '2nd' in front of 'floor'."""
    place, unit = _table().place, listed[at]
    if unit in place:
        return True
    if _ORDINAL.fullmatch(unit):
        return not place.isdisjoint(listed[at + 1 : at + 2])
    return unit.isdecimal() and len(unit) < _LONG and not place.isdisjoint(listed[max(0, at - 1) : at])


def tells(word: str) -> bool:
    """Whether a word tells models apart: no generic word, no kind of device."""
    return word not in _table().generic and word not in _table().kind


def is_kind(word: str) -> bool:
    """Whether a word says what kind of device it is."""
    return word in _table().kind


def edition(word: str) -> bool:
    """Whether a word tells an edition of a model from its others."""
    return word in _table().edition


def _fronts(listed: Key, own: frozenset[Key]) -> Iterator[Key]:
    """The name as it is and without each of its maker's words in front: 'Philips Ultrasound CX', 'Ultrasound CX', 'CX'.

    A maker in front stays where no word behind it tells a model ('McKesson Cardiology').
    """
    ahead = [listed]
    while ahead:
        left = ahead.pop()
        yield left
        at = next((at for at in range(len(left)) if not _says_nothing(left, at)), 0)  # 'Room 3 Philips CX'
        rests = {
            (*left[:at], *left[at + len(front) :]) for front in own if left[at : at + len(front)] == front
        }
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
        if len(parts) > 1 and all(map(_has_digit, parts)) and not _biplane(parts):
            slots.append(_completed(parts))
        elif slots and _alike(slots[-1][0], word):
            slots[-1].append(word)
        elif word not in {"and", "or", "&"} or not slots or not _has_digit(slots[-1][0]):
            slots.append([word])
    names = islice(product(*slots), _MOST + 1)
    listed = tuple(" ".join(name) for name in names)
    return listed if 1 < len(listed) <= _MOST else ()


def _biplane(parts: Sequence[str]) -> bool:
    """Whether two numbers with a slash are one model's: the sizes of two detectors in inches ('FD20/10', 'B20/12')."""
    return len(parts) == 2 and not parts[0][0].isdigit() and parts[1].isdecimal() and len(parts[1]) < 3


def _completed(parts: Sequence[str]) -> list[str]:
    """'MX800/700' means MX700 by its second: letters in front of the first stand for all that have none."""
    front = re.match(r"[^\W\d_]*", parts[0])
    letters = front[0] if front else ""
    return [part if not part[0].isdigit() else letters + part for part in parts]


def _alike(one: str, other: str) -> bool:
    """Whether two words are numbers of one kind ('TC10', 'TC20', '554CM', '754CM')."""
    shapes = [re.sub(r"\d+", "0", word.casefold()) for word in (one, other)]
    return shapes[0] == shapes[1] and "0" in shapes[0] and len(shapes[0]) > 1
