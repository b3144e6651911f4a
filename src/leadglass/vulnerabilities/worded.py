# SPDX-License-Identifier: Apache-2.0
"""Where a record's words say more than its criteria: what is named in words alone is unknown, never silent.

NVD publishes records before it writes their criteria (CVE API 2.0, `configurations`), and criteria leave versions out that
the words name. The words are read for two things only: the name of a component where a record has no criteria, and ranges
with two ends ('from 10.1.0 through 10.1.55', '7.0.x'), or of all that is older, whose end no criterion of the record has.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadglass.values.query import Query
from leadglass.values.schema import Table, columns
from leadglass.values.scope import Row
from leadglass.vulnerabilities.components import token
from leadglass.vulnerabilities.index import LATEST, LATEST_CHANGED
from leadglass.vulnerabilities.schemes import Choice, key
from leadglass.vulnerabilities.versions import clean, norm
from leadglass.vulnerabilities.wording import name_of

NO_CRITERIA = "criteria in the record"
DISAGREE = "whether the words or the criteria of the record hold"

_MAKERS_LONGEST = 2
_MOST_WORDS = 200
"""So many words of a description are looked through for names."""
_VERSION = r"v?(\d[\w.+-]*[\w+])"
_RANGE = re.compile(
    rf"\bfrom (?:versions? )?{_VERSION} (thr?ough|(?:up )?to(?: and including)?|before|prior to|until)"
    rf" (?:versions? )?{_VERSION}"
    rf"|\b{_VERSION} (thr?ough) (?:versions? )?{_VERSION}",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"\bv?(\d+(?:\.\d+)*)\.x\b(?:(?: versions?)? (before|prior to|through|up to|below) (?:versions? )?"
    + _VERSION
    + ")?",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"\b{_VERSION},? (?:and|or)(?: all)? (?:prior|earlier|lower|below|older|previous)\b", re.IGNORECASE
)
_OLDER = re.compile(rf"\b(?:before|prior to) (?:versions? )?{_VERSION}", re.IGNORECASE)
_LEFT_OPEN = re.compile(
    r"\b(?:older|earlier|previous|unsupported|end[- ]of[- ](?:life|support))\b[^.]{0,60}"
    r"\bmay (?:also )?be (?:affected|vulnerable)",
    re.IGNORECASE,
)
_EXCLUDED = frozenset({"before", "prior to", "until", "below"})


def _unwritten(latest: str) -> str:
    """Give the latest records without criteria that say something in words."""
    return f"""
WITH ranked AS ({latest})
SELECT v.vulnerability, v.description, v.sha256, v.record FROM vulnerability v
JOIN ranked r ON r.sha256 = v.sha256 AND r.record = v.record
WHERE r.place_in_line = 1 AND coalesce(v.state, '') <> 'Rejected' AND v.criteria = 0 AND v.description <> ''
ORDER BY v.vulnerability
"""


UNWRITTEN = Query(
    name="records without criteria",
    tables=("vulnerability", "source"),
    needs=("vulnerability",),
    columns=("vulnerability", "description", "sha256", "record"),
    sql=_unwritten(LATEST),
)

UNWRITTEN_CHANGED = Query(
    name="records of some vulnerabilities without criteria",
    tables=("vulnerability", "source"),
    given=("changed",),
    needs=("vulnerability", "changed"),
    columns=UNWRITTEN.columns,
    sql=_unwritten(LATEST_CHANGED),
)

NAMES = Query(
    name="names of components",
    tables=("component",),
    needs=("component",),
    columns=("number", "name", "version", "part", "product", "doubt"),
    sql="SELECT number, name, version, part, product, doubt FROM component ORDER BY number",
)

PASSED = Query(
    name="records that speak of a component's product in other versions",
    tables=("component", "criterion_now", "vulnerability"),
    given=("hit",),
    needs=("component", "criterion_now", "vulnerability"),
    columns=(
        "number",
        "name",
        "version",
        "key",
        "product",
        "vulnerability",
        "description",
        "sha256",
        "record",
    ),
    sql="""
WITH told AS (
  SELECT v.* FROM vulnerability v
  WHERE lower(v.description) LIKE '%.x%' OR lower(v.description) LIKE '% th%ough %' OR lower(v.description) LIKE '%from %'
    OR lower(v.description) LIKE '% and %' OR lower(v.description) LIKE '% or %'
    OR lower(v.description) LIKE '% before %' OR lower(v.description) LIKE '% prior to %'),
spoken AS (
  SELECT DISTINCT by_product, product, part, of_record, vulnerability, sha256, record FROM criterion_now WHERE vulnerable),
heard AS (SELECT DISTINCT c, of_record FROM hit WHERE value > 0)
SELECT c.number, c.name, c.version, c.key, c.product, k.vulnerability, v.description, v.sha256, v.record
FROM component c JOIN spoken k ON k.by_product = c.by_product AND k.product = c.product AND k.part = c.part
JOIN told v ON v.sha256 = k.sha256 AND v.record = k.record AND v.vulnerability = k.vulnerability
LEFT JOIN heard h ON h.c = c.number AND h.of_record = k.of_record
WHERE h.c IS NULL AND c.key <> ''
ORDER BY k.vulnerability, c.number
""",
)

CRITERIA = Query(
    name="ends of the ranges that records have",
    tables=("criterion_now",),
    given=("wanted",),
    needs=("criterion_now", "wanted"),
    columns=("vulnerability", "product", "hi_text"),
    sql="""
SELECT DISTINCT k.vulnerability, k.product, k.hi_text FROM criterion_now k
JOIN wanted w ON w.vulnerability = k.vulnerability WHERE k.vulnerable
""",
)

WANTED = Table(name="wanted", writer="given", meaning="", columns=columns("\nvulnerability text\n"), sort=())

WORDED = Table(
    name="worded",
    writer="given",
    meaning="components that records speak of in words",
    sort=(),
    columns=columns(
        """
c               int   number of the component
vulnerability   text
missing         text
rule            text
sha256          text
place           text
"""
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A range that words state: from a version to another one, all that begin so (`line`), or all to one (`below`)."""

    text: str
    low: str
    high: str
    excluded: bool = False
    line: bool = False
    below: bool = False

    def holds(self, version: str, at: str, product: str, schemes: Choice) -> bool:
        """Tell whether a version, with its key, lies within, in the order of its product."""
        if self.line:
            return f"{norm(version)}.".startswith(f"{self.low}.")
        scheme = schemes.of_product(product)
        low, high = ("" if self.below else key(scheme, clean(self.low))), key(scheme, clean(self.high))
        return low <= at and (at < high if self.excluded else at <= high)

    def heard(self, ends: Iterable[str], *, ranged: bool) -> bool:
        """Tell whether the criteria have it: one of them ends so; of all below, any range of the product."""
        if self.line or (self.below and ranged):
            return not self.line
        signs = ("<=", "<") if self.excluded else ("<=",)
        return any(sign in signs and norm(end) == norm(self.high) for sign, _, end in map(_parted, ends))


def _parted(end: str) -> tuple[str, str, str]:
    return end.partition(" ")


def ranges(description: str) -> Iterator[Said]:
    """Read the ranges with two ends out of a description; everything else in it is not read."""
    for found in _RANGE.finditer(description):
        low, how, high = found.groups()[:3] if found[1] else found.groups()[3:]
        yield Said(text=found[0], low=low, high=high, excluded=how.casefold() in _EXCLUDED)
    for found in _LINE.finditer(description):
        low, how, high = found.groups()
        if high:
            yield Said(text=found[0], low=low, high=high, excluded=how.casefold() in _EXCLUDED)
        else:
            yield Said(text=found[0], low=norm(low) if "." in low else low, high=low, line=True)
    for found in _BELOW.finditer(description):
        yield Said(text=found[0], low="", high=found[1], below=True)
    for found in _OLDER.finditer(description):
        in_front = description[: found.start()].rstrip().rpartition(" ")[2]
        if not any(sign.isdigit() for sign in in_front):  # '1.0.1 before 1.0.1g' has two ends
            yield Said(text=found[0], low="", high=found[1], excluded=True, below=True)


def passed(rows: Sequence[Row], criteria: Iterable[Row], schemes: Choice) -> Iterator[Row]:
    """Give the components within a range that a record's words state and no criterion of it has."""
    ends: Mapping[str, set[str]] = defaultdict(set)
    ends_of: Mapping[tuple[str, str], set[str]] = defaultdict(set)
    for row in criteria:
        if row["hi_text"]:
            ends[row["vulnerability"]].add(row["hi_text"])
            ends_of[row["vulnerability"], row["product"]].add(row["hi_text"])
    said: dict[str, tuple[Said, ...]] = {}
    lowest = _lowest(ends_of, schemes)
    for row in rows:
        name = row["vulnerability"]
        if name not in said:
            said[name] = tuple(ranges(row["description"]))
        within = next(
            (
                one
                for one in said[name]
                if one.holds(row["version"], row["key"], row["product"], schemes)
                and not one.heard(ends[name], ranged=(name, row["product"]) in ends_of)
            ),
            None,
        )
        left_open = _LEFT_OPEN.search(row["description"])
        if within:
            yield _row(row["number"], row, DISAGREE, within.text)
        elif left_open and row["key"] < lowest.get((name, row["product"]), ""):
            yield _row(row["number"], row, DISAGREE, left_open[0])


def _lowest(ends: Mapping[tuple[str, str], Iterable[str]], schemes: Choice) -> dict[tuple[str, str], str]:
    """Give where the oldest range of a product ends, by record and product."""
    return {
        (name, product): min(key(schemes.of_product(product), clean(_parted(end)[2])) for end in found)
        for (name, product), found in ends.items()
    }


def named(records: Iterable[Row], components: Iterable[Row]) -> Iterator[Row]:
    """Give the components whose whole name stands in the words of a record without criteria.

    A name of one word counts where the record begins with it: within a sentence it may be any word.
    """
    by_first: dict[str, dict[tuple[str, ...], list[Row]]] = defaultdict(lambda: defaultdict(list))
    seen: set[tuple[str, ...]] = set()
    for row in components:
        for words in _names(row):
            same = ("_".join(words), row["name"], row["version"], row["doubt"], row["part"])
            if same not in seen:  # records may know one listed component under several products
                seen.add(same)
                by_first[words[0]][words].append(row)
    for record in records:
        text = tuple(token(record["description"]).split("_"))[:_MOST_WORDS]
        text = tuple(word.rstrip(".") for word in text)
        told: dict[int, tuple[Row, str]] = {}
        for at, word in enumerate(text):
            for words, rows in by_first[word].items() if word in by_first else ():
                if text[at : at + len(words)] == words and (len(words) > 1 or at == 0):
                    told |= {
                        row["number"]: (row, " ".join(words))
                        for row in rows
                        if words in _own_names(row) or _is_written_as_a_name(words, record["description"])
                    }
        for number, (_, name) in told.items():
            yield _row(number, record, NO_CRITERIA, name)


def _names(row: Row) -> Iterator[tuple[str, ...]]:
    """The names of a component to look for; of one that no record's criteria name, without its maker in front too."""
    yield from _own_names(row)
    if not row["product"]:
        told = name_of(row["name"], row["version"])
        last = next(at for at in range(1, len(told.words) + 1) if told.is_kind(at) or told.is_edition(at))
        yield from (
            told.words[first:end]
            for end in {last, len(told.words)}
            for first in range(_MAKERS_LONGEST + 1)
            if end - first > 1 and not told.are_kinds(first, end) and (first or end == last)
        )


def _own_names(row: Row) -> tuple[tuple[str, ...], ...]:
    """The words of a component's name without what only repeats its version or says what kind of thing it is."""
    told = name_of(row["name"], row["version"])
    last = next(at for at in range(1, len(told.words) + 1) if told.is_kind(at))
    return (told.words[:last],) if len("".join(told.words[:last])) > 2 else ()


def _is_written_as_a_name(words: tuple[str, ...], description: str) -> bool:
    """Tell whether words stand in a text as names do, each with a capital or a number in front: 'Vue PACS'."""
    found = re.search(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)", description, re.IGNORECASE)
    return found is not None and all(re.match(r"[A-Z0-9]", word) for word in re.findall(r"\w+", found[0]))


def _row(number: int, record: Row, missing: str, what: str) -> Row:
    return {
        "c": number,
        "vulnerability": record["vulnerability"],
        "missing": missing,
        "rule": f"{what} in words alone",
        "sha256": record["sha256"],
        "place": f"vulnerabilities[{record['record']}].cve.descriptions",
    }
