# SPDX-License-Identifier: Apache-2.0
"""Take a component's name apart: the words that name it, and those behind them that only repeat its version or platform.

And take off a version what is written around it: 'OpenSSL 3.1.1 30 May 2023', 'Apache/2.4.67 (Win64)', '6,0,79,0'.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from tomllib import loads

from leadglass.vulnerabilities.components import token
from leadglass.vulnerabilities.packages import stems
from leadglass.vulnerabilities.versions import LONGEST

_MOST_WORDS = 10
"""Names of more words are sentences; so many words of them are looked up."""

_REMEMBERED = 4_096
_BRACKETS = re.compile(r"\([^)]*\)|[®™]")
_NUMBERS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d[\d.]*")
_FILE = re.compile(r"(?<=\w)\.(?:dll|exe|jar|dylib|so(?:\.[\d.]+)?)\Z", re.IGNORECASE)
_COINED = re.compile(r"\s*(?=\w*[a-z])\w*?\w[A-Z]\w*(?!\S)")
_SPACED = re.compile(r"\s*[\w&+]+(?:\([^)]*\)|[®™])?\s+\S")
_BUILT = re.compile(r"(?P<released>\d[\d.]*(?:[a-z]|p\d+)?)-r\d+", re.ASCII)  # as Alpine and Yocto write it
_PACK = re.compile(r"sp(\d)[a-z]?")
_ROMAN = {
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}

_IN_FRONT = re.compile(r"(?P<word>[A-Za-z][A-Za-z+]*)[ /_]+(?=[vV]?\d)")
_DATE_BEHIND = re.compile(r"\s+\(?\d{1,2}[ -][A-Z][a-z]{2}[a-z]*[ -]\d{4}\)?\Z")  # as OpenSSL prints it
_BUILD_BEHIND = re.compile(r"\s+build[- ]?\d+\Z", re.IGNORECASE)
_WORD_BEHIND = re.compile(r"-(?P<word>[A-Za-z]+)\Z")
_YEAR = re.compile(r"20\d\d\.\d")
_COMMAS = re.compile(r"\d+(?:, ?\d+)+")


@dataclass(frozen=True, slots=True)
class _Words:
    """The table of words, as it stands in tables/name_words.toml."""

    silent: frozenset[str]
    kinds: frozenset[str]
    of_versions: frozenset[str]
    behind_versions: frozenset[str]
    short_years: frozenset[str]
    one_left_out: frozenset[str]
    mere: frozenset[str]
    editions: frozenset[str]
    common: frozenset[str]
    others: frozenset[str]
    platforms: dict[str, str]


@cache
def _words() -> _Words:
    text = resources.files("leadglass.vulnerabilities").joinpath("tables/name_words.toml").read_text("utf-8")
    table = loads(text)
    platforms = dict(table.pop("platforms"))
    return _Words(platforms=platforms, **{name: frozenset(words) for name, words in table.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The words of a component's name, its version without what surrounds it, and what the name tells beside.

    `host` is the place of 'for' in front of a platform that is known: 'Flash Player for Internet Explorer 11'.
    `is_coined`: the first word has a capital within ('WinRAR'). `is_spaced`: a blank stands behind the first word.
    """

    words: tuple[str, ...]
    version: str
    update: str = ""
    qualifiers: str = ""
    host: int = _MOST_WORDS
    least: int = 1
    is_coined: bool = False
    is_spaced: bool = False

    def run(self, first: int, last: int) -> str:
        """Write a run of words as records write products."""
        return "_".join(self.words[first:last])

    def runs(self) -> Iterator[tuple[int, int]]:
        """Give the places of all runs of words."""
        for first in range(len(self.words)):
            for last in range(first + 1, len(self.words) + 1):
                yield first, last

    def is_told(self, last: int) -> bool:
        """Tell whether the words from `last` on name nothing more: they repeat the version, the update, the platform."""
        return all(self._is_told(at) for at in range(last, len(self.words)))

    def _is_told(self, at: int) -> bool:
        table, word = _words(), self.words[at]
        return bool(
            at >= self.host or word in table.silent or word in table.platforms or _PACK.fullmatch(word)
            or self._is_number(at)
            or (word in table.editions and any(map(self._is_number, range(1, len(self.words)))))
            or (self.words[0] in table.one_left_out and _repeats(f"1.{word}", self.version))
            or (_NUMBERS.fullmatch(word) and self.words[at - 1] in {"update", "release", "sp"})
            or (word in table.of_versions and _repeats(self.words[at - 1], self.version))
        )  # fmt: skip

    def _is_number(self, at: int) -> bool:
        """Tell whether a word repeats the version, or goes on with it: the 7 of '6.9.3-7' in version 6.9.3.7."""
        first = at
        while first > 1 and _NUMBER.fullmatch(self.words[first - 1]) and _NUMBER.fullmatch(self.words[at]):
            first -= 1
        return any(_repeats(".".join(self.words[one : at + 1]), self.version) for one in range(first, at + 1))

    def is_mere(self, last: int) -> bool:
        """Tell whether the words from `last` on say no more than that it is a program, and the ones before say more."""
        mere = _words().mere
        return not self.are_kinds(0, last) and all(
            self.words[at] in mere or self._is_told(at) for at in range(last, len(self.words))
        )

    def is_edition(self, last: int) -> bool:
        """Tell whether the words from `last` on say no more than which edition of a product it is: 'Premium'."""
        editions = _words().editions
        return all(self.words[at] in editions or self._is_told(at) for at in range(last, len(self.words)))

    def is_kind(self, last: int) -> bool:
        """Tell whether the words from `last` on say no more than what kind of software it is."""
        kinds = _words().kinds
        return all(self.words[at] in kinds or self._is_told(at) for at in range(last, len(self.words)))

    def are_kinds(self, first: int, last: int) -> bool:
        """Tell whether a run of words says no more than what kind of software it is."""
        return all(word in _words().kinds for word in self.words[first:last])

    @property
    def release(self) -> str:
        """The version as records write it where a word belongs to it: '9_series'; empty where none does."""
        words = _words().of_versions
        for before, word in pairwise(self.words):
            if word in words and _repeats(before, self.version):
                return f"{before}_{word}"
        return ""

    def tells(self, last: int) -> bool:
        """Tell whether the words before `last` are a name that hardly two makers choose: two words, a number in it, coined."""
        return last > 1 or self.is_coined or bool(_NUMBERS.search(self.words[0]))

    def is_common(self) -> bool:
        """Tell whether the first word is one with which many names begin."""
        return self.words[0] in _words().common or self.are_kinds(0, 1)

    def telling(self, first: int) -> frozenset[str]:
        """Give the words from `first` on that may tell the product, taken apart at dots: 'telerik.web.ui'."""
        table = _words()
        idle = table.silent | table.kinds | table.common | table.editions | table.mere | set(table.platforms)
        words = (self.words[at] for at in range(first, len(self.words)) if not self._is_told(at))
        return frozenset(one for word in words for one in word.split(".") if one not in idle)

    def rest(self, first: int, last: int) -> str:
        """What stands around a run of words."""
        return " ".join((*self.words[:first], *self.words[last:]))


def words_of(name: str) -> tuple[str, ...]:
    """Give the words of a name without what stands in brackets, where anything is left then."""
    name = _FILE.sub("", name[:LONGEST])
    words = tuple(token(_BRACKETS.sub(" ", name)).split("_"))[:_MOST_WORDS]
    return words if words[0] else tuple(token(name).split("_"))[:_MOST_WORDS]


@lru_cache(maxsize=_REMEMBERED)
def name_of(name: str, version: str) -> Name:
    """Take a name and a version apart."""
    words = words_of(name)
    plain = plain_version(version, words)
    numbers = [word for word in words[1:] if _NUMBER.fullmatch(word)]
    if not plain and len(numbers) == 1 and numbers[0] == words[-1]:
        plain = numbers[0]
    host, platform = _host(words)
    return Name(
        words=words,
        version=plain,
        update=_update(words),
        qualifiers=f"*|*|*|{platform}|*|*" if platform else "",
        host=host,
        is_coined=bool(_COINED.match(name)),
        is_spaced=bool(_SPACED.match(name)),
    )


def tells_another(name: str) -> bool:
    """Tell whether a name has words for another program than the one that it begins with: 'Office Word Viewer 2003'."""
    text = f"_{token(name)}_"
    return any(other in text for other in _others())


@cache
def _others() -> tuple[str, ...]:
    """Write the words for other programs as they stand in names."""
    return tuple(f"_{token(other)}_" for other in _words().others)


def is_platform(word: str) -> bool:
    """Tell whether a word names a platform."""
    return word in _words().platforms


def _host(words: tuple[str, ...]) -> tuple[int, str]:
    """Find 'for' with a platform of one word or two behind it, and with no more than numbers behind that."""
    platforms = _words().platforms
    for at, word in enumerate(words):
        for behind in (at + 2, at + 3) if word == "for" and at else ():
            platform = platforms.get("_".join(words[at + 1 : behind]), "")
            if platform and all(map(_NUMBER.fullmatch, words[behind:])):
                return at, platform
    return len(words), ""


def runs(name: str) -> frozenset[str]:
    """Give all runs of a name's words, as records would write products; of a package or a file also those of its project."""
    each = (name_of(one, "") for one in {name, *stems(name)})
    return frozenset({token(name), *(told.run(*place) for told in each for place in told.runs())})


def plain_version(version: str, words: tuple[str, ...] = ()) -> str:
    """Take off a version what surrounds it: a word of the name in front, a date or a build behind, commas within."""
    text = version.strip()
    if len(text) > LONGEST:
        return text
    text = _BUILD_BEHIND.sub("", _DATE_BEHIND.sub("", text))
    front = _IN_FRONT.match(text)
    if front and any(front["word"].casefold() in word for word in words):
        text = text[front.end() :]
    behind = _WORD_BEHIND.search(text)
    if behind and (
        behind["word"].casefold() in words or behind["word"].casefold() in _words().behind_versions
    ):
        text = text[: behind.start()]
    return re.sub(", ?", ".", text) if _COMMAS.fullmatch(text) else text


def without_revision(version: str) -> str:
    """Take off what a build system puts behind the version that it built: '2.6-r0' is 2.6."""
    built = _BUILT.fullmatch(version.strip())
    return built["released"] if built else version


def in_years(product: str, version: str) -> str:
    """Write a version's year as the records of its product do: '2015.006.30060' is '15.006.30060' to them."""
    return version[2:] if product in _words().short_years and _YEAR.match(version) else version


def _repeats(word: str, version: str) -> bool:
    """Tell whether a word is the beginning of the version: '11' or 'xi' of 11.0.5, '12c' of 12.2, '5.7' of 5.7.23."""
    stated = [int(number) for number in _NUMBERS.findall(version[:LONGEST])]
    if word in _ROMAN:
        return stated[:1] == [_ROMAN[word]]
    said = [int(number) for number in _NUMBERS.findall(word)]
    return bool(said) and word.removeprefix("v")[0].isdigit() and stated[: len(said)] == said


def _update(words: tuple[str, ...]) -> str:
    """The update that a name ends in: 'sp2', 'update20'."""
    for at, word in enumerate(words):
        pack = _PACK.fullmatch(word)
        if pack:
            return word
        if word == "update" and at + 1 < len(words) and _NUMBERS.fullmatch(words[at + 1]):
            return f"update{int(words[at + 1])}"
    return ""
