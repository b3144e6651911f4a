# SPDX-License-Identifier: Apache-2.0
"""Where a record's words say more than its criteria: what is named in words alone is unknown, never silent.

NVD publishes records before it writes their criteria (CVE API 2.0, `configurations`), and criteria leave versions out that
the words name. The words are read for two things only: the name of a component where a record has no criteria, and ranges
with two ends ('from 10.1.0 through 10.1.55', '7.0.x'), or of all that is older, whose end no criterion of the record has.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from leadglass.values.query import Query
from leadglass.values.schema import Table, columns
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.index import LATEST, LATEST_CHANGED, in_slice, join_keys, same
from leadglass.vulnerabilities.schemes import Choice, Scheme, key
from leadglass.vulnerabilities.versions import clean, norm

DISAGREE = "whether the words or the criteria of the record hold"

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
_BELOW_WORDS = ("pr", "earl", "lower", "below", "older")
"""Without letters that have others beside them where case is ignored (an i without its dot)."""
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
    sql="SELECT number, name, version, part, product, doubt FROM component",
)

WRITTEN = Query(
    name="records whose words may say more than their criteria",
    tables=("criterion_now", "vulnerability"),
    needs=("criterion_now", "vulnerability"),
    columns=("vulnerability", "description", "sha256", "record", "named", "ends"),
    sql="""
WITH spoken AS (
  SELECT vulnerability, sha256, record, list(DISTINCT part || ':' || product) AS named,
    list(DISTINCT product || chr(31) || hi_text) FILTER (WHERE hi_text <> '') AS ends
  FROM criterion_now WHERE vulnerable GROUP BY 1, 2, 3)
SELECT v.vulnerability, v.description, v.sha256, v.record, s.named, s.ends
FROM vulnerability v JOIN spoken s ON s.sha256 = v.sha256 AND s.record = v.record AND s.vulnerability = v.vulnerability
WHERE lower(v.description) LIKE '%.x%' OR lower(v.description) LIKE '% th%ough %' OR lower(v.description) LIKE '%from %'
  OR lower(v.description) LIKE '% and %' OR lower(v.description) LIKE '% or %'
  OR lower(v.description) LIKE '% before %' OR lower(v.description) LIKE '% prior to %'
""",
)
"""Of each its words, the products that it speaks of, and the ends of their ranges, each behind its product."""

LEFT_OUT = Query(
    name="versions that words name and criteria leave out",
    tables=(),
    given=("in_words",),
    needs=("in_words",),
    columns=tuple(column.name for column in TABLES["left_out"].columns),
    sql="SELECT * FROM in_words",
)

PASSED = f"""
within AS (
  SELECT c.number AS c, w.vulnerability, min(w.nth) AS nth
  FROM component c JOIN left_out w ON w.by_product = c.by_product
    AND {same("w.product", "c.product")} AND {same("w.part", "c.part")}
  WHERE c.key <> '' AND CASE WHEN w.line
    -- A release that has another name (Windows) is written in the version itself
    THEN starts_with(CASE WHEN c.named THEN c.base ELSE c.norm END || '.', w.low || '.')
    ELSE w.low <= c.key AND (c.key < w.high OR (NOT w.excluded AND c.key = w.high)) END
  -- Behind the sum, not before: the engine would take the words for few and read all components against them
  GROUP BY 1, 2 HAVING {in_slice("min(w.vulnerability)")}),
passed AS (
  SELECT n.c, w.vulnerability, '{DISAGREE}' AS missing, w.words || ' in words alone' AS rule, w.sha256, w.place
  FROM within n
  LEFT JOIN (SELECT DISTINCT c, vulnerability FROM hit WHERE value > 0 AND c IN (SELECT c FROM within)) h
    ON h.c = n.c AND h.vulnerability = n.vulnerability
  JOIN component c ON c.number = n.c
  JOIN left_out w ON w.vulnerability = n.vulnerability AND w.by_product = c.by_product AND w.nth = n.nth
  WHERE h.c IS NULL)
"""
"""The relation passed: components of which a record speaks in words alone, as its criteria leave out their versions.

Of the relation hit those of criteria are told already. The columns are those of the relation worded.
"""

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

    def keyed(self, scheme: Scheme) -> Row:
        """Write it as columns of the table left_out, in the order of a product."""
        low = self.low if self.line else "" if self.below else key(scheme, clean(self.low))
        high = "" if self.line else key(scheme, clean(self.high))
        return {"words": self.text, "line": self.line, "low": low, "high": high, "excluded": self.excluded}

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
    # Nearly all texts lack the words without which a pattern finds nothing: to look for a word costs a hundredth
    words = description.lower()
    if "from" in words or "ough" in words:
        for found in _RANGE.finditer(description):
            low, how, high = found.groups()[:3] if found[1] else found.groups()[3:]
            yield Said(text=found[0], low=low, high=high, excluded=how.casefold() in _EXCLUDED)
    for found in _LINE.finditer(description) if ".x" in words else ():
        low, how, high = found.groups()
        if high:
            yield Said(text=found[0], low=low, high=high, excluded=how.casefold() in _EXCLUDED)
        else:
            yield Said(text=found[0], low=norm(low) if "." in low else low, high=low, line=True)
    for found in _BELOW.finditer(description) if any(word in words for word in _BELOW_WORDS) else ():
        yield Said(text=found[0], low="", high=found[1], below=True)
    for found in _OLDER.finditer(description) if "before" in words or "or to" in words else ():
        in_front = description[: found.start()].rstrip().rpartition(" ")[2]
        if not any(sign.isdigit() for sign in in_front):  # '1.0.1 before 1.0.1g' has two ends
            yield Said(text=found[0], low="", high=found[1], excluded=True, below=True)


def left_out(record: Row, schemes: Choice) -> Iterator[Row]:
    """Give the ranges that a record's words state of its products and no criterion of it has, for each product."""
    said = tuple(ranges(record["description"]))
    left_open = _LEFT_OPEN.search(record["description"]) if "may" in record["description"].lower() else None
    ends: Mapping[str, set[str]] = defaultdict(set)
    for product, _, end in (one.partition("\x1f") for one in record["ends"] or ()):
        ends[product].add(end)
    every = {end for some in ends.values() for end in some}
    for name in sorted(record["named"]) if said or left_open else ():
        part, product = name.split(":", 1)
        scheme = schemes.of_product(product)
        about = {
            "vulnerability": record["vulnerability"],
            "by_product": join_keys(part, product, norm="", base="", key="")["by_product"],
            "part": part,
            "product": product,
            "sha256": record["sha256"],
            "place": place_of(record),
        }
        for nth, one in enumerate(said):
            if not one.heard(every, ranged=product in ends):
                yield {**about, "nth": nth, **one.keyed(scheme)}
        if left_open and product in ends:  # all that is older than the oldest range
            lowest = min(key(scheme, clean(_parted(end)[2])) for end in ends[product])
            older = {"words": left_open[0], "line": False, "low": "", "high": lowest, "excluded": True}
            yield {**about, "nth": len(said), **older}


def place_of(record: Row) -> str:
    """Say where the words of a record stand."""
    return f"vulnerabilities[{record['record']}].cve.descriptions"
