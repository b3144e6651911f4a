# SPDX-License-Identifier: Apache-2.0
"""Makers as documents, records and inventories name them, brought to one key by our table of public facts.

No standard names makers. What the table does not know keeps the key that its own words give (`identity.maker_key`);
what looks like a slip of the pen is a doubt for a person, never joined by itself.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from leadglass.fleet.identity import kinds_of_company, maker_key, near, words
from leadglass.fleet.slips import Lexicon, one_slip

SURE = 0.8
"""From here on a maker's name counts; below it is asked about."""

ONE_SLIP = 0.7
"""From here on a name differs from that of exactly one maker, by one slip: it counts where the model says the same."""

_TABLE, _KEY, _SLIP, _BEHIND = 0.98, 0.9, 0.6, 0.5
_LONG, _LISTED = 5, 10
"""So many letters has a name at least whose slip tells one maker; and one that is written with commas."""
_MARKS = re.compile("[®™©℠]|\\((?:R|TM|SM)\\)")
_FOREIGN = re.compile(r"[^\x00-\x7f]{2,}")
_RARE = re.compile("[\u0180-\u036f\u0700-\u08ff]")  # 'Æ™' and 'ß™' would be a hooked k and a letter of N'Ko
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_KIN = re.compile(
    r"\b(?:formerly|previously|now(?: part of)?|part of|dba|d/b/a|aka|an? division of)\b", re.IGNORECASE
)
_OWNED = re.compile(r"^an?\s+(.+?)\s+(?:company|business)$", re.IGNORECASE)  # 'a Hillrom company'


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerName:
    """A maker that a text names. `shown` is how people read it, `basis` how it was recognised.

    Bases: "table" (our table of makers), "key" (its own words), "slip of the pen" and "words behind" (doubts).
    """

    key: str
    shown: str
    basis: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A row of the table: `now` are the makers that have the business, or a part of it, today."""

    key: str
    shown: str
    spellings: tuple[str, ...]
    cpe: tuple[str, ...]
    now: tuple[str, ...]


@cache
def _read() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("tables/makers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def makers() -> dict[str, Maker]:
    """Read the table of makers, by key."""
    return {
        row["key"]: Maker(
            key=row["key"],
            shown=row["shown"],
            spellings=(row["shown"], *row.get("spellings", ())),
            cpe=tuple(row.get("cpe", ())),
            now=tuple(row.get("now", ())),
        )
        for row in _read()["makers"]
    }


@cache
def _spelled() -> dict[str, str]:
    """Every key that a spelling or CPE vendor of the table gives, without blanks ('hillrom', 'Hill-Rom' are one)."""
    return {
        _joined(spelling): maker.key
        for maker in makers().values()
        for spelling in (maker.key, *maker.spellings, *maker.cpe)
    }


@cache
def _near_keys() -> dict[str, tuple[tuple[str, str], ...]]:
    """Keys of the table by their first letter, as (key of a spelling, maker's key): slips rarely begin with one."""
    found: dict[str, set[tuple[str, str]]] = {}
    for maker in makers().values():
        for spelling in (maker.key, *maker.spellings):
            key = maker_key(spelling)
            found.setdefault(key[:1], set()).add((key, maker.key))
    return {letter: tuple(sorted(keys)) for letter, keys in found.items()}


@cache
def _lexicon() -> Lexicon:
    return Lexicon(_spelled())


@lru_cache(maxsize=20_000)
def _slips(key: str) -> frozenset[str]:
    """The makers from whose names a key is one slip away: in a letter, or in a word for a kind of company or trade."""
    told = "".join(word for word in key.split() if not _nearly_untelling(word))
    near = {told, *(_lexicon().slips(told) if len(told) >= _LONG else ())} - {key.replace(" ", "")}
    return frozenset(_spelled()[spelling] for spelling in near if spelling in _spelled())


@lru_cache(maxsize=20_000)
def _nearly_untelling(word: str) -> bool:
    """Whether a word of a key is a slip of one that tells no makers apart ('Healthcaare')."""
    return len(word) > 3 and any(one_slip(word, other) for other in kinds_of_company() if len(other) > 3)


def _joined(text: str) -> str:
    return maker_key(text).replace(" ", "")


def mend(text: str) -> str:
    """Repair UTF-8 that was read as cp1252 or Latin-1 ('YhtymÃ¤' -> 'Yhtymä'), twice over where it was done twice."""
    for _ in range(2):
        mended = _FOREIGN.sub(lambda match: _decoded(match[0]), text)
        if mended == text:
            break
        text = mended
    return text


def _decoded(run: str) -> str:
    raw = bytearray()
    for sign in run:
        try:
            raw += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return run
            raw.append(ord(sign))
    try:
        mended = raw.decode("utf-8")
    except UnicodeDecodeError:
        return run
    return run if _RARE.search(mended) else mended


def plain(text: str) -> str:
    """A name without trade marks, mended, with single blanks."""
    return " ".join(_MARKS.sub(" ", mend(text)).split())


def brackets(text: str) -> tuple[str, ...]:
    """Split a name into what stands outside of its brackets and what stands in each: 'General Electric (GE)' -> two."""
    inside = [first or second for first, second in _BRACKETS.findall(text)]
    outside = " ".join(_BRACKETS.sub(" ", text).split())
    return tuple(part.strip() for part in (outside, *inside) if part.strip())


def split_makers(text: str) -> tuple[str, ...]:
    """Split a text that may name several makers; one maker with commas or an ampersand in its name stays one."""
    found: list[str] = []
    for part in re.split(r"[;|\n]|\s/\s", mend(text)):
        pieces = [" ".join(piece.split()) for piece in re.split(r",(?![^()]*\))", part)]
        found.extend(_makers_among([piece for piece in pieces if piece]))
    return tuple(dict.fromkeys(piece for piece in found if words(piece)))


def _makers_among(pieces: Sequence[str]) -> Iterator[str]:
    """Give the makers of a list between commas: what the table knows whole, legal forms and addresses stay together."""
    if (
        pieces and " ".join(words(pieces[-1])) in _read()["places"]
    ):  # 'Siemens Healthcare GmbH, Erlangen, Germany'
        pieces = pieces[:1]
    start = 0
    while start < len(pieces):
        end = next(
            end
            for end in range(len(pieces), start, -1)
            if end == start + 1 or _is_one(brackets(", ".join(pieces[start:end]))[0])
        )
        while end < len(pieces) and not _tells(pieces[end]):
            end += 1
        one = re.sub(r"^(?:and|&)\s+", "", ", ".join(pieces[start:end]))
        yield from _sides(one, listed=len(pieces) > 1 and end == len(pieces))
        start = end


def _is_one(name: str) -> bool:
    """Whether the table knows a name with commas as one maker's, a slip in it or not."""
    return _joined(name) in _spelled() or (len(_joined(name)) >= _LISTED and bool(_slips(maker_key(name))))


def _tells(piece: str) -> bool:
    """Whether a piece between commas names somebody, rather than a kind of company ('Ltd.', 'Inc')."""
    return maker_key(f"{piece} zzz") != "zzz"


def _sides(one: str, *, listed: bool) -> Iterator[str]:
    """Split 'Hillrom and ELI' and 'Agfa/Dedalus': where a list ends so, or the table knows a side."""
    whole = brackets(one)
    if not whole or _joined(whole[0]) in _spelled():
        yield one
        return
    for separator, ends_list in ((r"\s+and\s+", listed), (r"(?<=\w\w\w)/(?=\w\w\w)", False)):
        sides = re.split(separator, one)
        if (
            len(sides) > 1
            and all(map(_tells, sides))
            and (ends_list or any(_joined(s) in _spelled() for s in sides))
        ):
            yield from sides
            return
    yield one


@lru_cache(maxsize=20_000)
def maker_of(text: str) -> tuple[MakerName, ...]:
    """Name the makers of a text, the surest first; doubts stand below `SURE`. No name gives none."""
    best: dict[str, MakerName] = {}
    for part in split_makers(_MARKS.sub(" ", text)):
        for name in _one(part):
            if name.key not in best or best[name.key].confidence < name.confidence:
                best[name.key] = name
    return tuple(sorted(best.values(), key=lambda name: -name.confidence))


def _one(part: str) -> Iterator[MakerName]:
    """The names of one maker: in the table as a whole, outside or inside of its brackets; else by its own words."""
    if _joined(part) in _spelled():
        yield _listed(_spelled()[_joined(part)])
        return
    names = [kin.strip(" ,:-") for name in brackets(part) for kin in _KIN.split(name)]
    names = [_OWNED.sub(r"\1", name) for name in names if words(name)]
    known = [_spelled()[_joined(name)] for name in names if _joined(name) in _spelled()]
    yield from map(_listed, known)
    if names and _joined(names[0]) not in _spelled():
        key = maker_key(names[0])
        yield MakerName(key=key, shown=names[0], basis="key", confidence=_KEY)
        if not known:
            yield from _doubts(key)


def _listed(key: str) -> MakerName:
    return MakerName(key=key, shown=makers()[key].shown, basis="table", confidence=_TABLE)


def _doubts(key: str) -> Iterator[MakerName]:
    """Makers of the table that a name may mean: one or two edits away, or the same words with more behind."""
    slips = _slips(key)
    sure = ONE_SLIP if len(slips) == 1 else _SLIP
    for maker in slips:
        yield MakerName(key=maker, shown=makers()[maker].shown, basis="slip of the pen", confidence=sure)
    for spelled, maker in _near_keys().get(key[:1], ()):
        if near(key, spelled):
            behind = f"{key} ".startswith(f"{spelled} ")
            if behind or not f"{spelled} ".startswith(f"{key} "):
                basis, confidence = ("words behind", _BEHIND) if behind else ("slip of the pen", _SLIP)
                yield MakerName(key=maker, shown=makers()[maker].shown, basis=basis, confidence=confidence)


@cache
def successors(key: str) -> frozenset[str]:
    """All makers that have the business of `key` today, or had it in between."""
    found: set[str] = set()
    ahead = list(makers()[key].now) if key in makers() else []
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(makers()[one].now)
    return frozenset(found)


@cache
def kin(key: str) -> frozenset[str]:
    """Makers whose business went to `key`, or to whom its business went (Toshiba Medical -> Canon Medical)."""
    return successors(key).union(other for other in makers() if key in successors(other))


@cache
def spellings(key: str) -> tuple[str, ...]:
    """The ways to write a maker and its kin."""
    known = [makers()[one] for one in sorted({key, *kin(key)}) if one in makers()]
    return (key, *(text for maker in known for text in maker.spellings))


@lru_cache(maxsize=20_000)
def maker_in_front(text: str) -> tuple[MakerName, ...]:
    """Name the maker of the table that stands in front of a model ('GE Healthcare Optima 520'), the longest name of it."""
    first = plain(text).split()[:4]
    fronts = (_joined(" ".join(first[:length])) for length in range(len(first), 0, -1))
    return next(((_listed(_spelled()[front]),) for front in fronts if front in _spelled()), ())
