# SPDX-License-Identifier: Apache-2.0
"""Which product of the fleet a document means: names of publishers and of inventories, brought together step by step.

No standard rules this: CISA's medical advisories carry neither CPE nor purl, and inventories are typed. The steps and
their confidence stand in `STEPS`; from `LINKED` on a product counts as named, below it a person is asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from leadglass.fleet.identity import distance
from leadglass.fleet.makers import SURE, kin, maker_in_front, maker_of
from leadglass.fleet.wording import Key, Wording, each_listed, own_words, units, wording, wordings

LINKED = 0.8
MOST = 5
"""So many questions are given at most beside the links, which are never left out."""

STEPS: Mapping[str, tuple[float, str]] = {
    "identifier": (0.98, 'The document states "{text}", which is its identifier or model number.'),
    "model": (0.95, 'Maker and model are the same in "{text}".'),
    "words": (0.90, 'The same model as "{text}" but for words that tell no model apart.'),
    "number": (
        0.85,
        'All its telling words stand in "{text}", its numbers among them, beside words for a kind of device.',
    ),
    "listed": (0.85, 'It is one of the models that the document lists: "{text}".'),
    "short": (0.80, 'The same number as in "{text}", and the same words but for one that is shortened.'),
    "several": (0.70, '"{text}" fits this model and others equally well.'),
    "kind": (0.65, 'The same words as in "{text}" without a number, but for words for a kind of device.'),
    "family": (
        0.60,
        'One of the names is the other with more words: "{text}" may be its family, or another edition.',
    ),
    "near": (
        0.50,
        'Nearly written as "{text}": a slip or a shortened word, or the same number in another name.',
    ),
}
"""What a candidate rests on: its confidence where the maker is the same, and the sentence that says why."""

_MOVED, _DOUBTED, _FOREIGN = 0.05, 0.7, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A product that the fleet has. `also` are words of CPE products, UDI device identifiers, model numbers."""

    product_id: str
    maker: str
    model: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A product as a document names it. `models` are model numbers, `identifiers` are unique by themselves (UDI-DI)."""

    maker: str = ""
    family: str = ""
    product: str = ""
    name: str = ""
    models: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A product that a document may mean: the step it rests on (`STEPS`), how sure, and why in a sentence."""

    product_id: str
    basis: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class _Makers:
    """Makers of one name: those that count, those that are doubted."""

    sure: frozenset[str]
    doubted: frozenset[str]

    def to(self, other: "_Makers") -> tuple[float, float, str]:
        """What a confidence loses and its ceiling, when the makers of the names are these; and the sentence for it."""
        if self.sure & other.sure:
            return 0.0, 1.0, ""
        if any(kin(key) & other.sure for key in self.sure):
            return _MOVED, 1.0, " The business of one maker went to the other."
        if (self.sure | self.doubted) & (other.sure | other.doubted):
            return 0.0, _DOUBTED, " Whether the makers are one is for a person to say."
        if self.sure and other.sure:
            return 0.0, _FOREIGN, " The makers differ."
        return 0.0, _FOREIGN, " One of the names says no maker."

    @property
    def kin(self) -> frozenset[str]:
        """All keys under which a product of these makers may be filed."""
        return self.sure.union(self.doubted, *(kin(key) for key in self.sure))


@dataclass(frozen=True, slots=True)
class _Entry:
    known: Known
    makers: _Makers
    wordings: tuple[Wording, ...]


@dataclass(slots=True)
class _Found:
    """The best that is found for each entry so far: confidence, how close the words are, basis, text."""

    makers: _Makers
    best: dict[int, tuple[float, float, str, str]] = field(default_factory=dict)

    def offer(self, number: int, entry: _Entry, basis: str, text: str, close: float = 1.0) -> None:
        """Take a step's finding, unless a better one stands; the relation of the makers limits it."""
        lost, ceiling, _ = self.makers.to(entry.makers)
        confidence = round(min(STEPS[basis][0] - lost, ceiling), 2)
        if (confidence, close) > self.best.get(number, (0.0, 0.0))[:2]:
            self.best[number] = (confidence, close, basis, text)


class Catalogue:
    """The products of a fleet, to find those that documents name. `same`: maker keys that people said mean another."""

    def __init__(self, products: Iterable[Known], same: Mapping[str, str] | None = None) -> None:
        self._same = dict(same or {})
        self._entries: list[_Entry] = []
        self._worded: dict[tuple[str, Key], list[tuple[int, Wording]]] = defaultdict(list)
        self._identified: dict[str, list[int]] = defaultdict(list)
        self._telling: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._gaps: dict[tuple[str, Key], list[tuple[int, str]]] = defaultdict(list)
        for known in sorted(products, key=lambda one: (one.product_id, one.maker, one.model, one.also)):
            self._add(known)

    def _add(self, known: Known) -> None:
        whose = self._makers(known.maker, known.model)
        own = own_words(whose.sure | whose.doubted, known.maker)
        spelled = [*wordings(known.model, own)]
        for text in known.also:
            self._identified[_compact(text)].append(len(self._entries))
            other = wording(units(text), own, bare=True)
            if other is not None and any(not unit[0].isdigit() for unit in other.units):
                spelled.append(other)
        number = len(self._entries)
        self._entries.append(_Entry(known, whose, tuple(spelled)))
        for one in spelled:
            for key in dict.fromkeys(_index(one)):
                self._worded[key].append((number, one))
            for maker in whose.sure | whose.doubted:
                for unit in one.tells:
                    self._telling[maker, unit].add(number)
                for gap, unit in _gaps(one.units):
                    self._gaps[maker, gap].append((number, unit))

    def _makers(self, maker: str, text: str) -> _Makers:
        """The makers of a product: those that its maker's name says; one that stands in front of its model is doubted."""
        names = maker_of(maker)
        in_front = maker_in_front(text)
        sure = {self._same.get(name.key, name.key) for name in names or in_front if name.confidence >= SURE}
        doubted = {name.key for name in (*names, *in_front) if name.key not in sure}
        return _Makers(frozenset(sure), frozenset(doubted))

    def find(self, named: Named) -> tuple[Candidate, ...]:
        """Find the products that a document may mean by a name: the surest first, all links and at most `MOST` questions."""
        found = _Found(self._makers(named.maker, named.product or named.name))
        own = own_words(found.makers.sure | found.makers.doubted, named.maker)
        self._by_identifier(named, found)
        for text, listed in _texts(named):
            worded = list(wordings(text, own))
            for one in worded:
                self._by_words(one, text, listed=listed, found=found)
            for one in {one.units: one for one in worded if not listed}.values():
                self._by_family(one, text, found)
                self._by_slip(one, text, found)
        for one in wordings(named.family, own):
            if any(map(str.isalpha, one.tells)):
                self._by_family(one, named.family, found, only_family=True)
        return self._candidates(found)

    def _by_identifier(self, named: Named, found: _Found) -> None:
        """Equal identifiers and model numbers; one that two different models have is a question for both."""
        for text in dict.fromkeys((*named.identifiers, *named.models)):
            hits = dict.fromkeys(self._identified.get(_compact(text), ()))
            mine = [number for number in hits if self._ceiling(found, number) >= LINKED]
            for number in hits:
                entry = self._entries[number]
                alone = all(_alike(entry, self._entries[other]) for other in mine)
                found.offer(number, entry, "identifier" if alone else "several", text)
                if text in named.identifiers and not (found.makers.sure and entry.makers.sure) and alone:
                    found.best[number] = (STEPS["identifier"][0], 1.0, "identifier", text)

    def _ceiling(self, found: _Found, number: int) -> float:
        return found.makers.to(self._entries[number].makers)[1]

    def _by_words(self, one: Wording, text: str, *, listed: bool, found: _Found) -> None:
        """Equal as a whole, equal at the core, equal in what tells."""
        words = "listed" if listed else "family" if one.family else "words"
        for number, other in self._hits("whole", one.whole):
            if not (one.bare and other.bare):
                basis = words if listed or one.bare or other.bare else "model"
                found.offer(number, self._entries[number], basis, text)
        for number, other in self._hits("core", one.core):
            if _compatible(one, other, 0) and not (one.bare and other.bare):
                found.offer(number, self._entries[number], words, text)
        hits = [
            (number, other)
            for number, other in self._hits("telling", one.telling)
            if _compatible(one, other, 1) and self._ceiling(found, number) > _FOREIGN
        ]
        more = [other.kinds[1] - one.kinds[1] for _, other in hits]
        for number, other in hits:
            beyond = other.kinds[1] - one.kinds[1]
            basis = "listed" if listed else "number"
            if not one.numbered or one.family:
                basis = "kind"
            elif (one.bare and other.bare) or (
                beyond and any(extra and not _nested(extra, beyond) for extra in more)
            ):
                basis = "several"
            found.offer(number, self._entries[number], basis, text)

    def _hits(self, step: str, keys: tuple[Key, Key]) -> Iterator[tuple[int, Wording]]:
        for key in keys:
            yield from self._worded.get((step, key), ())

    def _by_family(self, one: Wording, text: str, found: _Found, *, only_family: bool = False) -> None:
        """One name within the other, or one number of letters and digits in both: questions."""
        numbers: set[int] = set()
        for maker in found.makers.kin:
            numbers.update(*(self._telling.get((maker, unit), ()) for unit in one.tells))
        rare = {unit for unit in one.tells if _number(unit)}
        for number in numbers:
            entry = self._entries[number]
            for other in entry.wordings:
                both = one.tells & other.tells
                if len(both) == len(one.tells) or (len(both) == len(other.tells) and not only_family):
                    found.offer(number, entry, "family", text, len(both) / len(one.tells | other.tells))
                elif both & rare:
                    found.offer(number, entry, "near", text, len(both) / len(one.tells | other.tells))

    def _by_slip(self, one: Wording, text: str, found: _Found) -> None:
        """One word differs by one edit, or is shortened; numbers never."""
        fits = {
            number: (unit, other)
            for maker in found.makers.kin
            for gap, unit in _gaps(one.units)
            for number, other in self._gaps.get((maker, gap), ())
            if _slipped(unit, other)
        }
        short = {other for unit, other in fits.values() if _slipped(unit, other) == "short"}
        alone = all(a.startswith(b) or b.startswith(a) for a in short for b in short)
        for number, (unit, other) in fits.items():
            sure = one.numbered and alone and _slipped(unit, other) == "short"
            found.offer(number, self._entries[number], "short" if sure else "near", text)

    def _candidates(self, found: _Found) -> tuple[Candidate, ...]:
        """Best first, with the sentence that says why; a link is never left out."""
        ranked = sorted(found.best.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
        links = sum(best[0] >= LINKED for best in found.best.values())
        return tuple(
            Candidate(
                product_id=self._entries[number].known.product_id,
                basis=basis,
                confidence=confidence,
                why=STEPS[basis][1].format(text=text) + found.makers.to(self._entries[number].makers)[2],
            )
            for number, (confidence, _, basis, text) in ranked[: links + MOST]
        )


def _texts(named: Named) -> Iterator[tuple[str, bool]]:
    """The texts by which a document names a product, and whether each is one of a list of models."""
    product = named.product or named.name
    texts = [product]
    if named.family and named.product:
        texts.append(f"{named.family} {named.product}")
    if named.product and named.name.startswith(
        f"{named.product} - "
    ):  # CISA writes models behind a family so
        texts.append(named.name.removeprefix(f"{named.product} - ").rstrip(" ,"))
    texts.extend(f"{product} {model}" for model in named.models if product)
    for text in dict.fromkeys(texts):
        yield text, False
        for one in each_listed(text):
            yield one, True


def _index(one: Wording) -> Iterator[tuple[str, Key]]:
    for step, keys in (("whole", one.whole), ("core", one.core), ("telling", one.telling)):
        for key in keys:
            yield step, key


def _gaps(listed: Sequence[str]) -> Iterator[tuple[Key, str]]:
    """A name with one of its words left out, and the word; words with numbers are never left out."""
    for at, unit in enumerate(listed):
        if len(unit) > 2 and unit.isalpha():
            yield tuple(sorted((*listed[:at], *listed[at + 1 :]))), unit


@lru_cache(maxsize=200_000)
def _slipped(one: str, other: str) -> str:
    """How two words may be one: "short" for one that is the other's beginning, "near" for one edit, else nothing."""
    short, long = sorted((one, other), key=len)
    more = len(long) - len(short)
    if len(short) > 2 and long.startswith(short) and one != other:
        return "short" if more > 1 else "near"
    return "near" if len(short) > 3 and more < 2 and distance(one, other) == 1 else ""


def _number(unit: str) -> bool:
    """Whether a word is a number that few models share ('xr656', '8015')."""
    return len(unit) > 3 and any(sign.isdigit() for sign in unit)


def _compact(text: str) -> str:
    return "".join(units(text))


def _nested(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one


def _compatible(one: Wording, other: Wording, step: int) -> bool:
    """Whether what a step left out of two names goes together: no two modalities, no two kinds of device."""
    modalities = (one.modalities[step], other.modalities[step])
    return (modalities[0] == modalities[1] or not all(modalities)) and _nested(
        one.kinds[step], other.kinds[step]
    )


def _alike(one: _Entry, other: _Entry) -> bool:
    """Whether two products are one model in two spellings."""
    written = [[set(worded.core) for worded in entry.wordings if not worded.bare] for entry in (one, other)]
    return any(a & b for a in written[0] for b in written[1])
