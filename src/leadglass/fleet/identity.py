# SPDX-License-Identifier: Apache-2.0
"""Who is this device: makers and models as inventories write them, brought to one spelling."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources


@cache
def _untelling() -> tuple[frozenset[str], frozenset[str]]:
    """Read the words that do not tell makers apart: (kind of company, trade)."""
    text = resources.files(__package__).joinpath("tables/maker_words.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return frozenset(table["legal"]), frozenset(table["trade"])


@cache
def kinds_of_company() -> frozenset[str]:
    """All words that do not tell makers apart."""
    return frozenset().union(*_untelling())


_SPACED = re.compile(r"\b[a-z](?:[./][a-z]\b)+")  # 'S.p.A.', 'A/S', 'B.V.': one word in letters


_NAMES = 1 << 15  # names that are remembered: each device is held against every bill of materials


def words(text: str) -> tuple[str, ...]:
    """Split a name into lower-case words without accents and punctuation, in any script."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    joined = _SPACED.sub(lambda match: re.sub("[./]", "", match[0]), bare)
    return tuple(re.findall(r"[^\W_]+", joined))


@lru_cache(_NAMES)
def maker_key(text: str) -> str:
    """Reduce a maker's name to what tells it apart: 'QUILLON MEDICAL GmbH' -> 'quillon'."""
    legal, trade = _untelling()
    listed = [word for word in words(text) if word not in legal]
    told = [word for word in listed if word not in trade]
    return " ".join(told or listed)


@lru_cache(_NAMES)
def model_key(text: str, maker: str) -> str:
    """Reduce a model's name: maker's words in front and punctuation do not count ('Quillon Tomara-64' -> 'tomara 64').

    Words that tell no maker apart go with the maker's own only: 'Imaging Suite' and 'Medical Suite' stay two.
    """
    listed = list(words(text.replace("+", " plus ")))  # XR656+ is another model than XR656
    own = set(maker_key(maker).split())
    if listed and listed[0] in own:
        own = own.union(*_untelling())
        while len(listed) > 1 and listed[0] in own:
            listed.pop(0)
    return " ".join(listed)


def shown(spellings: Iterable[str]) -> str:
    """Choose the spelling to show: the most frequent, then the one not in capitals, then the shortest."""
    counted = Counter(spelling for spelling in spellings if spelling)
    if not counted:
        return ""
    return min(counted, key=lambda text: (-counted[text], text.isupper(), len(text), text))


def near(one: str, other: str) -> bool:
    """Tell whether two maker keys may be one: the other with words behind it, or a slip of the pen.

    A slip is one edit, or two in a long name. Words behind tell branches ('canon medical', 'canon precision') as
    often as they are padding, so that a person has to say.
    """
    if one and other and (f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} ")):
        return one != other
    if one == other or min(len(one), len(other)) < 4 or one[0] != other[0]:
        return False
    return distance(one, other) <= (2 if min(len(one), len(other)) >= 8 else 1)


def distance(one: str, other: str) -> int:
    """Count the edits between two words: insert, delete, replace, swap of neighbours (Damerau, restricted)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
