# SPDX-License-Identifier: Apache-2.0
"""What recognising looked up among the products of records, kept, so that new records can be held against it.

Part of the step recognise; writes the table looked_up. Where new records name nothing that was asked for, or change no
answer, devices and components stay as they were recognised.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from leadglass.errors import UnreadableError
from leadglass.fleet.queries import LOOKED_UP_ANEW, NAMES_LISTED, SIGHTINGS
from leadglass.fleet.recorded import record_words, relation
from leadglass.services.ledger.own_parts import Subject, hardware_words
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.book import Book, aliases
from leadglass.vulnerabilities.components import Link, token
from leadglass.vulnerabilities.likeness import joined
from leadglass.vulnerabilities.relatives import makers_asked
from leadglass.vulnerabilities.wording import runs

PRODUCT, LONGER, MAKER = "product", "longer", "maker"
"""What is looked up for listed names: products by this name, by a longer one, products of a vendor of this name."""

VENDOR, MODEL, HARDWARE = "vendor", "model", "hardware"
"""What is looked up for devices: products of a vendor; and what is compared with these."""

_ALL = Query(
    name="words looked up",
    tables=("looked_up",),
    columns=("kind", "asked", "part", "vendor", "word", "records"),
    sql="SELECT kind, asked, part, vendor, word, records FROM looked_up",
)
_NOW = Query(
    name="words looked up, with what more was found",
    tables=("looked_up",),
    given=("found",),
    columns=_ALL.columns,
    sql="""
SELECT k.kind, k.asked, k.part, k.vendor, k.word, k.records FROM looked_up k
LEFT JOIN found f ON f.kind = k.kind AND f.asked = k.asked AND f.part = k.part AND f.vendor = k.vendor AND f.word = k.word
LEFT JOIN (SELECT DISTINCT kind, asked, '' AS word FROM found) n
  ON n.kind = k.kind AND n.asked = k.asked AND n.word = k.word AND k.part = '' AND k.vendor = ''
WHERE f.kind IS NULL AND n.kind IS NULL
UNION ALL SELECT kind, asked, part, vendor, word, records FROM found
""",
)
"""What was looked up in vain stands there without a product; it is found now."""

Told = tuple[str, str, str, str, str]
"""Kind, what was asked for, part, vendor and word of a product that was found."""


@dataclass(slots=True)
class Lookups:
    """Gathers what is asked and found while components are looked up."""

    asked: set[tuple[str, str]] = field(default_factory=set)
    found: dict[tuple[str, str, str, str, str], int] = field(default_factory=dict)

    def products(self, words: Iterable[str], found: Iterable[Row]) -> None:
        """Note words of names, and the products that records name by them."""
        self.asked |= {(PRODUCT, word) for word in words}
        for row in found:
            self.found[PRODUCT, row["asked"], row["part"], row["vendor"], row["word"]] = row["records"]

    def longer(self, names: Iterable[str], found: Iterable[Row]) -> None:
        """Note whole names, and the products that records name by them and more words."""
        self.asked |= {(LONGER, name) for name in names}
        for row in found:
            self.found[LONGER, row["name"], row["part"], row["vendor"], row["word"]] = row["records"]

    def makers(self, names: Iterable[str], found: Iterable[Row]) -> None:
        """Note names that may be those of vendors, and the products of these."""
        self.asked |= {(MAKER, name) for name in names}
        for row in found:
            self.found[MAKER, row["vendor"], row["part"], row["vendor"], row["word"]] = 0

    def add(self, others: "Lookups") -> None:
        """Take what others asked and found."""
        self.asked |= others.asked
        self.found |= others.found

    def vendors(self, words: Iterable[str], found: Iterable[Row]) -> None:
        """Note vendors, and their products."""
        self.asked |= {(VENDOR, word) for word in words}
        for row in found:
            self.found[VENDOR, row["vendor"], row["part"], row["vendor"], row["word"]] = 0

    def subjects(self, subjects: Iterable[Subject]) -> None:
        """Note the words of models and of hardware, with which products of vendors are compared."""
        for subject in subjects:
            self.asked.add((MODEL, subject.model))
            self.asked |= {(HARDWARE, " ".join(words)) for words in hardware_words(subject)}

    def rows(self) -> Iterator[Row]:
        """Give the rows of the table."""
        answered = {(kind, asked) for kind, asked, *_ in self.found}
        for kind, asked in self.asked - answered:
            yield _row(kind, asked, "", "", "", 0)
        for told, records in self.found.items():
            yield _row(*told, records)


def _row(kind: str, asked: str, part: str, vendor: str, word: str, records: int) -> Row:
    return {"kind": kind, "asked": asked, "part": part, "vendor": vendor, "word": word, "records": records}


def unchanged(bench: Workbench, answers: Sequence[Answer]) -> bool:
    """Hold the criteria at hand against what was looked up: false where an answer is another, else they are added to it.

    The bench has the kept table looked_up, and sees the criteria of new documents alone.
    """
    fresh = bench.rows(LOOKED_UP_ANEW)
    kept = bench.run(_ALL)
    rows = zip(*(kept[name].to_pylist() for name in kept.column_names), strict=True)
    known: dict[Told, int] = {row[:5]: row[5] for row in rows}
    compared = [(row[0], tuple(row[1].split())) for row in known if row[0] in {MODEL, HARDWARE}]
    found: dict[Told, int] = {}
    hit: set[tuple[str, str]] = set()
    for row in fresh:
        key = (row["kind"], row["asked"], row["part"], row["vendor"], row["word"])
        before = known.get(key)
        if row["kind"] == VENDOR and before is None and any(_speaks(row["word"], *one) for one in compared):
            return False
        if row["kind"] not in {VENDOR, MAKER} or (row["kind"] == MAKER and before is None):
            hit.add((row["kind"], row["asked"]))
        found[key] = 0 if row["kind"] in {VENDOR, MAKER} else (before or 0) + row["records"]
    other = [_row(*key, records) for key, records in found.items() if known.get(key) != records]
    if hit and (bench.rows(SIGHTINGS) or not _same_links(bench, hit, known, {**known, **found}, answers)):
        return False
    if other:
        bench.put("looked_up", bench.run(_NOW, given={"found": (TABLES["looked_up"], other)}))
    return True


def _speaks(product: str, kind: str, words: tuple[str, ...]) -> bool:
    """Tell whether a vendor's product may be a model, or its hardware's firmware (`own_parts`)."""
    said = record_words(product)
    if kind == HARDWARE:
        return said == words
    return bool(relation(words, said)) or (bool(said) and words[: len(said)] == said)


def _same_links(
    bench: Workbench,
    hit: set[tuple[str, str]],
    before: Mapping[Told, int],
    after: Mapping[Told, int],
    answers: Sequence[Answer],
) -> bool:
    """Tell whether every listed name that may mean a product of new records is linked as it was."""
    old, new = (
        book_of([_row(*key, records) for key, records in told.items()], answers) for told in (before, after)
    )
    return all(
        linked(old, row) == linked(new, row)
        for row in bench.rows(NAMES_LISTED)
        if not hit.isdisjoint(_asking(row))
    )


def _asking(listed: Row) -> Iterator[tuple[str, str]]:
    """Give all that a listed name may be looked up by, and perhaps more: any run of its words, and its maker."""
    for maker in makers_asked(listed["name"], listed["supplier"], listed["purl"]):
        yield MAKER, maker
    for word in runs(listed["name"]):
        yield PRODUCT, joined(word)
        yield LONGER, word
        yield MAKER, word


def _catalogue(rows: Iterable[Row]) -> Mapping[str, list[tuple[str, str, int]]]:
    """Gather the products of records by their name, as a book wants them."""
    made: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in sorted(rows, key=_in_order):
        if row["kind"] == PRODUCT and row["word"]:
            made[row["word"]].append((row["part"], row["vendor"], row["records"]))
    return made


def _longer(rows: Iterable[Row]) -> Mapping[str, list[tuple[str, str, str, int]]]:
    """Gather the products that say more than a name, as a book wants them: by longer names, then by vendors."""
    made: dict[str, list[tuple[str, str, str, int]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["kind"] == MAKER, *_in_order(row))):
        if row["kind"] in {LONGER, MAKER} and row["word"]:
            made[row["asked"]].append((row["part"], row["vendor"], row["word"], row["records"]))
    return made


def _in_order(row: Row) -> tuple[str, str, str]:
    return row["part"], row["vendor"], row["word"]


def book_of(found: Sequence[Row], answers: Sequence[Answer]) -> Book:
    """Make a book from what was looked up (rows of the table looked_up) and from what people answered."""
    told = {}
    for answer in answers:
        if answer.kind == "component":
            name, _, asked = answer.subject.partition("|")
            record = "|".join(asked.split("|")[1:])
            yes = answer.value.strip().casefold() in {"yes", "y", "ja"}
            told[token(name)] = record if yes else answer.value.strip()
    return Book(_catalogue(found), told, aliases(), _longer(found))


def linked(book: Book, row: Row) -> tuple[Link, ...]:
    """Link a listed component; identifiers that are none are passed over."""
    said = {"name": row["name"], "version": row["version"], "supplier": row["supplier"], "kind": row["kind"]}
    try:
        return book.links(**said, cpe=row["cpe"], purl=row["purl"])
    except UnreadableError:
        return book.links(**said)
