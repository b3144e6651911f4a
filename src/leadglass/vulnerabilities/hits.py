# SPDX-License-Identifier: Apache-2.0
"""Hold components against criteria in SQL: each pair that speaks of one product, its value, class and what is missing.

Compare once, then join: versions were compared when they were read (`schemes.key`), so that a range is
`lo <= key < hi`. Exact criteria join on the normalised text, ranges on keys, both on product equality. The same in
a readable form: `comparison.compare`.
"""

from dataclasses import dataclass
from typing import Final

from leadglass.values.query import Query
from leadglass.values.schema import Table, columns
from leadglass.vulnerabilities.comparison import EARLY, ECOSYSTEMS, PLATFORMS, UNLIKE, UNSOUND, WORD
from leadglass.vulnerabilities.index import same
from leadglass.vulnerabilities.versions import OPEN_END

CLASSES: Final = (
    "all", "exact", "inverted", "order_equal", "outside", "range", "unlike", "unversioned", "version_missing",
)  # fmt: skip
"""How a version can match, in the order in which one is taken where several have the same value."""

_EARLY = " OR ".join(f"wanted LIKE '{word}%'" for word in EARLY)
_WANT, _HAVE = (f"replace(replace({of}, '_', ''), 'milestone', 'm')" for of in ("wanted", "stated"))

# 'hf1' and 'patch1': counted by other words, none of which comes before a release
_COUNTED = tuple(f"regexp_replace({of}, '[0-9].*', '')" for of in (_WANT, _HAVE))
_OTHER_WORD = f"{_COUNTED[0]} <> {_COUNTED[1]} AND " + " AND ".join(
    f"length({of}) > 1 AND NOT ({' OR '.join(f'{of} LIKE {chr(39)}{word}%{chr(39)}' for word in EARLY)})"
    for of in _COUNTED
)

# Compare CPE updates as `comparison` does, which says why
_OF_UPDATE = f"""
CASE WHEN wanted = '*' THEN 2 WHEN {_WANT} = {_HAVE} THEN 2
     WHEN wanted = '-' AND stated = '*' THEN CASE WHEN part = 'a' THEN 2 ELSE 1 END
     WHEN of_class = 'range' THEN 1
     WHEN stated = '*' AND wanted <> '-' AND NOT ({_EARLY}) THEN 1
     WHEN {_OTHER_WORD} THEN 1
     ELSE 0 END
"""

_SILENT = "CASE WHEN c.base <> c.norm AND NOT c.named THEN '*' ELSE c.update_ END"
"""The update that is left to compare where the whole version was: one that stands in it was compared too."""

# As one text, not as a list: that would be planned as a join of all pairs, also those that say nothing of editions
_APART = tuple(f"'|{'|'.join(sorted(names))}|'" for names in ({*ECOSYSTEMS.values()}, PLATFORMS))


def _attribute(place: int) -> str:
    """Compare one attribute of the qualifiers: silent in the inventory means unknown (NISTIR 7696 6.2)."""
    want, have = f"split_part(qualified, '|', {place})", f"split_part(qualifiers, '|', {place})"
    return f"""CASE WHEN {want} = '*' OR {want} = {have} THEN 2 WHEN {have} IN ('', '*') THEN 1
      WHEN {" OR ".join(_apart(names, have, want) for names in _APART)} THEN 1 ELSE 0 END"""


def _apart(names: str, have: str, want: str) -> str:
    """Tell whether one of two words is among some, and the other is not."""
    among, beside = (f"strpos({names}, '|' || {word} || '|')" for word in (have, want))
    return f"({among} > 0 AND {beside} = 0)"


_OF_EDITION = (
    "CASE WHEN qualified = '' THEN 2 ELSE least("
    + ", ".join(_attribute(place) for place in range(1, 7))
    + ") END"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way in which a criterion can speak of a component's version, as SQL; `value` is that of the version alone.

    They meet `by` a number where `where` holds; what of it needs their texts is looked at when the pair is there (`on`).
    """

    code: str
    value: str
    by: str
    where: str
    on: str = "true"
    update: str = "c.update_"

    def met(self, way: int) -> str:
        """Give the pairs, by numbers."""
        return f"""
SELECT c.number AS c, k.nth, {way} AS way FROM component c JOIN criterion_now k ON {self.by} AND {self.where}
"""


def _code(name: str) -> str:
    return str(CLASSES.index(name))


_APART_KEYS = f"(substr(c.key, 1, 1) = '{WORD}') <> (substr(k.lo, 1, 1) = '{WORD}')"
"""One of two versions is a word, or not of its scheme, and the other is a version."""

_OTHERWISE = (
    f"(substr(c.key, 1, 1) = '{WORD}')"
    f" <> (substr(CASE WHEN k.hi = '{OPEN_END}' THEN k.lo ELSE k.hi END, 1, 1) = '{WORD}')"
)
"""A word, or what is not of its scheme, has no place in a range of what is, nor the other way round (comparison)."""

_BY_PRODUCT = f"""
CASE k.class WHEN 'all' THEN {_code("all")} WHEN 'inverted' THEN {_code("inverted")}
  WHEN 'unversioned' THEN {_code("unversioned")} WHEN 'exact' THEN {_code("version_missing")}
  ELSE CASE WHEN c.key = '' THEN {_code("version_missing")} WHEN {_OTHERWISE} THEN {_code("unlike")}
    ELSE {_code("range")} END END
"""
# '-' is "not applicable": never ANY by itself; for hardware and context it is how NVD names the thing
_OF_PRODUCT = f"""
CASE k.class WHEN 'all' THEN 2 WHEN 'inverted' THEN 1 WHEN 'exact' THEN 1
  WHEN 'unversioned' THEN CASE WHEN k.part = 'h' OR NOT k.vulnerable THEN 2 WHEN c.named THEN 0 ELSE 1 END
  ELSE CASE WHEN c.key = '' OR {_OTHERWISE} THEN 1 ELSE 2 END END
"""
_SPEAKS = f"""
CASE k.class WHEN 'unversioned' THEN c.norm <> k.norm
  WHEN 'range' THEN CASE WHEN c.key = '' THEN k.part = 'h' OR NOT (c.named AND c.version <> '')
    ELSE {_OTHERWISE} OR (k.lo <= c.key AND c.key < k.hi) END
  ELSE true END
"""

_WAYS = (
    _Way(code=_code("exact"), value="2", by="c.by_norm = k.by_norm", update=_SILENT,
         where="k.class IN ('exact', 'unversioned') AND c.norm <> ''", on=same("c.norm", "k.norm")),
    # '1.0.2-beta1' as one text against version 1.0.2, update beta1
    _Way(code=_code("exact"), value="2", by="c.by_base = k.by_norm",
         where="k.class = 'exact' AND c.norm <> '' AND c.base <> c.norm", on=same("c.base", "k.norm")),
    # Equal in order but not in text ('4.02' and '4.2' are one, '4.0.5_iop' and '4.0.5_ipr' are not)
    _Way(code=_code("order_equal"), value="1", by="c.by_key = k.by_key", update=_SILENT,
         where="k.class = 'exact' AND c.by_norm <> k.by_norm AND c.by_base <> k.by_norm",
         on=f"{same('c.key', 'k.lo')} AND c.norm <> k.norm AND c.base <> k.norm"),
    _Way(code=_BY_PRODUCT, value=_OF_PRODUCT, by="c.by_product = k.by_product",
         where=f"k.class <> 'exact' AND {_SPEAKS}"),
    _Way(code=_code("version_missing"), value="1", by="c.by_product = k.by_product",
         where="k.class = 'exact' AND c.key = '' AND (k.part = 'h' OR NOT c.named)",
         on="c.norm = '' OR (c.norm <> k.norm AND c.base <> k.norm)"),
    # Of a model its software's version is known; the number in a record may be that of the hardware (comparison)
    _Way(code=_code("unlike"), value="1", by="c.by_product = k.by_product",
         where=f"k.class = 'exact' AND k.part = 'h' AND c.named AND c.key <> '' AND (NOT k.vulnerable OR {_APART_KEYS})",
         on="c.key <> k.lo AND c.norm <> k.norm AND c.base <> k.norm"),
    # Where a criterion is negated, a version that is outside of it says something
    _Way(code=_code("outside"), value="0", by="c.by_product = k.by_product",
         where="NOT k.alone AND (k.inverted OR k.node_inverted)"),
)  # fmt: skip
"""Each pair of a component and a criterion is in one branch at most, save the last, which is for negation."""


def _by_way(of: str) -> str:
    """Write what the ways say as one expression of the column way."""
    cases = " ".join(f"WHEN {number} THEN {getattr(way, of)}" for number, way in enumerate(_WAYS))
    return f"CASE way {cases} END"


_VALUE, _CODE, _AT = 2**40, 2**36, 2**4
"""A judgement in one number: 2 - value, class, criterion, what is missing. The least one counts of several."""

_LACKS: Final = (
    "''", "lacks", "'whether both versions are the same'", f"'{UNLIKE}'", "'version in the record'", f"'{UNSOUND}'",
    "doubt", "'update'", "'service pack'", "'edition'",
)  # fmt: skip
"""What can be missing, as SQL over the component's columns lacks and doubt."""


HIT = Table(
    name="hit",
    writer="given",
    meaning="pairs of a component and a criterion that speaks of it, judged",
    sort=(),
    columns=columns(
        """
vulnerability   text
c               int   number of the component
nth             int   number of the criterion
of_record       int
of_configuration int
of_node         int
alone           bool
vulnerable      bool
negated         bool
code            int   its class, as a place in CLASSES
value           int   2 true, 1 unknown, 0 false
lacks_code      int   what is missing, as a place in a list of ours
spread          int   how many rows it becomes: where it decides together with others, one for each configuration
"""
    ),
)
_GIVEN = ", ".join(column.name for column in HIT.columns)


def _hits() -> str:
    """Hold all components against all criteria.

    First by numbers, which are read fast; of the texts of criteria only those that met a component are looked at.
    """
    return f"""
WITH met AS ({" UNION ALL ".join(way.met(number) for number, way in enumerate(_WAYS))}),
hit AS (
  SELECT k.vulnerability, c.number AS c, k.nth, k.of_record, k.of_configuration, k.of_node, k.alone, k.vulnerable,
    k.inverted <> k.node_inverted AS negated, {_by_way("code")} AS code, {_by_way("value")} AS of_version,
    {_by_way("update")} AS stated, k.update_ AS wanted, k.class AS of_class, c.qualifiers, k.qualifiers AS qualified,
    c.part, c.doubt <> '' AS doubted
  FROM met m JOIN criterion_now k ON k.nth = m.nth JOIN component c ON c.number = m.c
  WHERE {same("c.product", "k.product")} AND {same("c.part", "k.part")} AND {_by_way("on")}),
compared AS (
  SELECT *, {_OF_UPDATE} AS of_update, {_OF_EDITION} AS of_edition, CASE WHEN doubted THEN 1 ELSE 2 END AS of_identity
  FROM hit),
valued AS (
  SELECT *, least(of_version, of_update, of_edition, of_identity) AS value,
    CASE WHEN least(of_version, of_update, of_edition, of_identity) <> 1 THEN 0
         WHEN of_version = 1 THEN CASE code WHEN {_code("version_missing")} THEN 1 WHEN {_code("order_equal")} THEN 2
           WHEN {_code("unlike")} THEN 3 WHEN {_code("unversioned")} THEN 4 ELSE 5 END
         WHEN of_identity = 1 THEN 6
         WHEN of_update = 1 THEN CASE WHEN of_class = 'range' AND wanted <> '-' THEN 5 WHEN part = 'a' THEN 7 ELSE 8 END
         ELSE 9 END AS lacks_code
  FROM compared)
SELECT {_GIVEN} FROM (
  SELECT v.*, CASE WHEN v.alone THEN 1 ELSE 1 + coalesce(m.times, 0) END AS spread FROM valued v
  LEFT JOIN (SELECT component, count(*) AS times FROM member GROUP BY 1) m ON m.component = v.c) weighed
"""


HITS = Query(
    name="components held against criteria",
    tables=("component", "criterion_now", "member"),
    needs=("component", "criterion_now"),
    columns=tuple(column.name for column in HIT.columns),
    sql=_hits(),
)
"""Every pair of one product whose versions meet. What is false says nothing then, save where it is negated: whoever reads
leaves it away, as a filter here would have all comparisons made twice.
"""


def packed(value: str = "value", lacks: str = "lacks_code") -> str:
    """Write a judgement as one number."""
    return f"(2 - {value}) * {_VALUE} + code * {_CODE} + nth * {_AT} + {lacks}"


def value_of(pack: str) -> str:
    """Take the value out of a judgement."""
    return f"(2 - {pack} // {_VALUE})"


def nth_of(pack: str) -> str:
    """Take the criterion out of a judgement."""
    return f"({pack} // {_AT} % {_CODE // _AT})"


def class_of(pack: str) -> str:
    """Take the class out of a judgement, as a text."""
    cases = " ".join(f"WHEN {code} THEN '{name}'" for code, name in enumerate(CLASSES))
    return f"CASE {pack} // {_CODE} % {_VALUE // _CODE} {cases} END"


def missing_of(code: str, component: str) -> str:
    """Say what is missing by its code; `component` is the alias with its columns lacks and doubt."""
    cases = " ".join(
        f"WHEN {number} THEN {text if text.startswith(chr(39)) else f'{component}.{text}'}"
        for number, text in enumerate(_LACKS)
    )
    return f"CASE {code} {cases} END"


def lacks_of(pack: str) -> str:
    """Take the code of what is missing out of a judgement."""
    return f"{pack} % {_AT}"
