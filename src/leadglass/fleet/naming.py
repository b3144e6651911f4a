# SPDX-License-Identifier: Apache-2.0
"""Which product of the fleet a document means: names of publishers and of inventories, brought together step by step.

No standard rules this: CISA's medical advisories carry neither CPE nor purl, and inventories are typed. The steps and
their confidence stand in `STEPS`; from `LINKED` on a product counts as named, below it a person is asked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from leadglass.fleet.differences import between, compatible, fault, nested, suggests
from leadglass.fleet.rivals import Names, alone, published
from leadglass.fleet.whose import DOUBTED, FOREIGN, SLIPPED, Whose, whose
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
        'All its telling words and numbers stand in "{text}", beside words for a kind of device.',
    ),
    "listed": (0.85, 'It is one of the models that the document lists: "{text}".'),
    "slip": (0.80, 'The same words and numbers as in "{text}" but for a slip of the pen in one long word.'),
    "short": (0.80, 'The same words and numbers as in "{text}" but for one word that is shortened.'),
    "several": (0.70, '"{text}" fits this model and others equally well.'),
    "near": (0.65, 'Nearly written as "{text}": a slip or a shortened word.'),
    "kind": (0.65, 'The same words as in "{text}" without a number, but for words for a kind of device.'),
    "part": (0.60, 'It says less than "{text}": a word is left out, or it is its family.'),
    "family": (0.60, 'It says more than "{text}": one of that family, or another edition.'),
    "shared": (0.50, 'It shares a number with "{text}", and some words differ.'),
    "untold": (0.40, 'None of its words tells a model, and all of them stand in "{text}".'),
}
"""What a candidate rests on: its confidence where the maker is the same, and the sentence that says why."""

_EXACT = STEPS["model"][0]
_EQUAL = frozenset({"identifier", "model", "words", "number"})
_INITIALS = 3


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
class _Entry:
    known: Known
    makers: Whose
    wordings: tuple[Wording, ...]

    @property
    def telling(self) -> bool:
        """Whether its words tell a model so well that the maker's name may have a slip."""
        told = {word for one in self.wordings for word in one.tells}
        return len(told) > 1 or any(len(word) > _INITIALS for word in told)


@dataclass(slots=True)
class _Found:
    """The best that is found for each entry so far: confidence, how close the words are, basis, text."""

    makers: Whose
    best: dict[int, tuple[float, float, str, str]] = field(default_factory=dict)

    def offer(self, number: int, entry: _Entry, basis: str, text: str, close: float = 1.0) -> None:
        """Take a step's finding, unless a better one stands; the relation of the makers limits it."""
        lost, ceiling, _ = self.makers.to(entry.makers)
        if ceiling == SLIPPED and not (basis in _EQUAL and entry.telling):
            ceiling = DOUBTED  # a slip in the maker's name counts where all else is the same, and tells
        confidence = round(min(STEPS[basis][0] - lost, ceiling), 2)
        if (confidence, close) > self.best.get(number, (0.0, 0.0))[:2]:
            self.best[number] = (confidence, close, basis, text)


class Catalogue:
    """The products of a fleet, to find those that documents name.

    `same` are maker keys that people said mean another, `apart` pairs of keys that they said are two makers. `spoken`
    is all that documents name: what one of them names is no faulty writing of something else.
    """

    def __init__(
        self,
        products: Iterable[Known],
        same: Mapping[str, str] | None = None,
        spoken: Iterable[Named] = (),
        apart: Collection[tuple[str, str]] = (),
    ) -> None:
        self._same, self._apart = dict(same or {}), tuple(apart)
        self._entries: list[_Entry] = []
        self._worded: dict[tuple[str, Key], list[tuple[int, Wording]]] = defaultdict(list)
        self._identified: dict[str, list[int]] = defaultdict(list)
        self._names, self._spoken = Names(), Names()
        self._taken: set[int] = set()
        for known in sorted(products, key=lambda one: (one.product_id, one.maker, one.model, one.also)):
            self._add(known)
        makers = frozenset().union(*(entry.makers.kin for entry in self._entries))
        for named in dict.fromkeys(spoken):
            self._hear(named, makers)

    def _whose(self, maker: str, product: str) -> Whose:
        return whose(maker, product, self._same, self._apart)

    def _add(self, known: Known) -> None:
        makers = self._whose(known.maker, known.model)
        own = own_words(makers.named, known.maker)
        spelled = [*wordings(known.model, own)]
        for text in known.also:
            self._identified[_compact(text)].append(len(self._entries))
            other = wording(units(text), own, bare=True)
            if other is not None and other.words:
                spelled.append(other)
        number = self._names.add(makers.named, spelled)
        self._entries.append(_Entry(known, makers, tuple(spelled)))
        for one in spelled:
            for key in dict.fromkeys(one.keys()):
                self._worded[key].append((number, one))

    def _hear(self, named: Named, fleet: frozenset[str]) -> None:
        """Take up a name of a document, where its maker has products here; a product of that name is taken by it."""
        makers = self._whose(named.maker, named.product or named.name)
        if makers.kin.isdisjoint(fleet):
            return
        own = own_words(makers.named, named.maker)
        for text, _ in _texts(named):
            heard = [one for one in wordings(text, own) if not one.family]
            self._spoken.add(makers.kin, heard)
            for one in heard:
                hits = (*self._hits("whole", one.whole), *self._hits("core", one.core))
                self._taken.update(
                    number for number, _ in hits if self._entries[number].makers.sure & makers.kin
                )

    def find(self, named: Named) -> tuple[Candidate, ...]:
        """Find the products that a document may mean by a name: the surest first, all links and at most `MOST` questions."""
        found = _Found(self._whose(named.maker, named.product or named.name))
        own = own_words(found.makers.named, named.maker)
        self._by_identifier(named, found)
        for text, listed in _texts(named):
            worded = list(wordings(text, own))
            for one in worded:
                self._by_words(one, text, listed=listed, found=found)
            for one in {(one.words, one.numbers): one for one in worded if not listed}.values():
                self._by_difference(one, text, found)
        for one in wordings(named.family, own):
            if any(map(str.isalpha, one.tells)):
                self._by_difference(one, named.family, found, only_family=True)
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
        for number, other in (*self._hits("plain", one.plain), *self._hits("core", one.core)):
            if compatible(one, other, 0) and not (one.bare and other.bare):
                found.offer(number, self._entries[number], words, text)
        hits = [
            (number, other)
            for number, other in self._hits("telling", one.telling)
            if compatible(one, other, 1) and self._ceiling(found, number) > FOREIGN
        ]
        more = [other.kinds[1] - one.kinds[1] for _, other in hits]
        for number, other in hits:
            beyond = other.kinds[1] - one.kinds[1]
            basis = "listed" if listed else "number"
            if not one.numbered or one.family or not (one.worded or one.plain == other.plain):
                basis = "kind"
            elif (one.bare and other.bare) or (
                beyond and any(extra and not nested(extra, beyond) for extra in more)
            ):
                basis = "several"
            found.offer(number, self._entries[number], basis, text)

    def _hits(self, step: str, keys: tuple[Key, Key]) -> Iterator[tuple[int, Wording]]:
        for key in keys:
            yield from self._worded.get((step, key), ())

    def _by_difference(self, one: Wording, text: str, found: _Found, *, only_family: bool = False) -> None:
        """Names that are not equal: one faulty word, one name within the other, one number in both."""
        makers = found.makers.kin
        for number in self._names.akin(one, makers):
            entry = self._entries[number]
            for other in entry.wordings:
                seen = between(one, other)
                basis = suggests(seen, one, other)
                unsure = one.family or only_family or (one.bare and other.bare)
                if basis == "number" and unsure:
                    basis = "kind"
                if basis == "near" and not unsure:
                    read = fault(seen, one.words)
                    if read and alone(one, other, makers, self._names, (self._spoken, published())):
                        basis = read
                if basis and (basis == "family" or not only_family):
                    found.offer(number, entry, basis, text, seen.close)

    def _candidates(self, found: _Found) -> tuple[Candidate, ...]:
        """Best first, with the sentence that says why. A link is never left out.

        Of the doubts those come last that a document names as a model of their own; where the model itself is here, not
        at all: so another model asks no question, and what is written faultily does.
        """
        links = {number: best for number, best in found.best.items() if best[0] >= LINKED}
        here = any(best[0] >= _EXACT for best in links.values())
        doubts = [item for item in found.best.items() if item[0] not in links]
        doubts = [item for item in doubts if not (here and item[0] in self._taken)]
        doubts.sort(key=lambda item: (item[0] in self._taken, *_rank(item)))
        return tuple(
            Candidate(
                product_id=self._entries[number].known.product_id,
                basis=basis,
                confidence=confidence,
                why=STEPS[basis][1].format(text=text) + found.makers.to(self._entries[number].makers)[2],
            )
            for number, (confidence, _, basis, text) in sorted((*links.items(), *doubts[:MOST]), key=_rank)
        )


def _texts(named: Named) -> Iterator[tuple[str, bool]]:
    """The texts by which a document names a product, and whether each is one of a list of models."""
    product = named.product or named.name
    texts = [product]
    if named.family and named.product:
        texts.append(f"{named.family} {named.product}")
    # CISA writes models behind a family so
    if named.product and named.name.startswith(f"{named.product} - "):
        texts.append(named.name.removeprefix(f"{named.product} - ").rstrip(" ,"))
    texts.extend(f"{product} {model}" for model in named.models if product)
    for text in dict.fromkeys(texts):
        yield text, False
        for one in each_listed(text):
            yield one, True


def _rank(item: tuple[int, tuple[float, float, str, str]]) -> tuple[float, float, int]:
    number, (confidence, close, _, _) = item
    return -confidence, -close, number


def _compact(text: str) -> str:
    return "".join(units(text))


def _alike(one: _Entry, other: _Entry) -> bool:
    """Whether two products are one model in two spellings."""
    written = [[set(worded.core) for worded in entry.wordings if not worded.bare] for entry in (one, other)]
    return any(a & b for a in written[0] for b in written[1])
