# SPDX-License-Identifier: Apache-2.0
"""What a change of some vulnerabilities moves in sums: what was told of them goes, what is told now comes.

Both are summed at once, as two sides of one relation (`telling`): 1 is what is told now, with the threats of now; -1 what
was told before, with the threats of then.
"""

from leadglass.planning.sums import SIDE, SIDED, SUM_COLUMNS, THREAT, summed
from leadglass.values.query import Query
from leadglass.values.schema import Column, relation
from leadglass.values.tables import TABLES

_SOME = (
    "configuration_id",
    "finding_key",
    "kind",
    "component_id",
    "vulnerability",
    "status",
    "class",
    "missing",
    "update_key",
)
_SAID = {"kind": "'vulnerability' AS kind", "class": "'' AS class"}
"""What is the same of all that is told about vulnerabilities, or does not count of it, is not read of millions of rows."""
_TELLING = TABLES["told_configuration"].only(_SOME)
SOME = relation("told_then", "what TOLD_ABOUT gave before a change", _TELLING)
BOTH = relation("telling", "what is told, and what was told before a change", (SIDE, *_TELLING))

TOLD_ABOUT = Query(
    name="what is told of configurations about some vulnerabilities",
    tables=("told_configuration",),
    given=("changed",),
    columns=_SOME,
    sql=f"""
SELECT {", ".join(_SAID.get(name, name) for name in _SOME)}
FROM told_configuration WHERE vulnerability IN (SELECT vulnerability FROM changed)
""",
)


def _differing(now: str, before: str) -> str:
    """Select the vulnerabilities of which two relations have other rows."""
    return f"""
SELECT DISTINCT vulnerability FROM (
  SELECT * FROM (SELECT * FROM {now} EXCEPT SELECT * FROM {before}) come
  UNION ALL SELECT * FROM (SELECT * FROM {before} EXCEPT SELECT * FROM {now}) gone) moved
"""


TELLING_MOVED = Query(
    name="vulnerabilities of which something else is told",
    tables=(),
    given=("told_now", "told_then"),
    columns=("vulnerability",),
    sql=_differing("told_now", "told_then"),
)
"""As far as sums, counts and questions depend on it."""

THREATS_HERE = Query(
    name="what sums depend on, of each vulnerability",
    tables=("threat",),
    columns=THREAT,
    sql=f"SELECT {', '.join(THREAT)} FROM threat",
)
EARLIER = relation("earlier_threat", "what THREATS_HERE gave before", TABLES["threat"].only(THREAT))
THREATS_MOVED = Query(
    name="vulnerabilities whose threat is another",
    tables=("threat",),
    given=("earlier_threat",),
    columns=("vulnerability",),
    sql=f"""
WITH now_ AS ({THREATS_HERE.sql}),
before_ AS (SELECT {", ".join(THREATS_HERE.columns)} FROM earlier_threat)
{_differing("now_", "before_")}
""",
)
"""Also those that are told of for the first time, or no more."""

_KEY = TABLES["told_sum"].sort
_FACTS = tuple(name for name in SUM_COLUMNS if name not in _KEY)
_SAME = " AND ".join(f"{{0}}.{name} = {{1}}.{name}" for name in _KEY)
_STAYS = "coalesce(k.findings > coalesce(d.gone_findings, 0), false)"


def _moved(name: str, how: str) -> str:
    """Give the extreme of what stayed and what came."""
    return f"CASE WHEN {_STAYS} THEN {how}(k.{name}, d.come_{name}) ELSE d.come_{name} END AS {name}"


def _lost(name: str, passed: str) -> str:
    """Tell whether what went had the extreme of a sum, and what came does not reach it: who has it now is not known."""
    came = f"(d.come_{name} IS NULL OR d.come_{name} {passed} k.{name})"
    return f"(d.gone_{name} IS NOT NULL AND d.gone_{name} = k.{name} AND {came})"


def _left(name: str) -> str:
    return f"(k.{name}_many - CASE WHEN d.gone_{name} = k.{name} THEN d.gone_{name}_many ELSE 0 END)"


def _many(name: str, passed: str) -> str:
    """Count who has an extreme, of what stayed and what came."""
    return f"""
CAST(CASE WHEN NOT {_STAYS} THEN coalesce(d.come_{name}_many, 0) WHEN d.come_{name} IS NULL OR d.come_{name} {passed} k.{name}
  THEN {_left(name)} WHEN d.come_{name} = k.{name} THEN {_left(name)} + d.come_{name}_many
  ELSE d.come_{name}_many END AS BIGINT) AS {name}_many"""


TOLD_SUM = relation("sums", "rows of told_sum", TABLES["told_sum"].columns)
TOUCHED = relation("touched", "what SUMS_TOUCHED gave", (*TABLES["told_sum"].columns, Column("lost", "bool")))
SUMS_TOUCHED = Query(
    name="sums that a change moves",
    tables=("told_sum", "component", "threat"),
    given=("telling", "earlier_threat"),
    needs=("telling",),
    columns=tuple(column.name for column in TOUCHED.columns),
    sql=f"""
WITH {SIDED}, {summed("telling", sided=True)},
sum_gone AS (SELECT * FROM told_summed WHERE side = -1),
sum_come AS (SELECT * FROM told_summed WHERE side = 1),
differing AS (
  SELECT {", ".join(f"coalesce(g.{name}, c.{name}) AS {name}" for name in _KEY)},
    {", ".join(f"g.{name} AS gone_{name}, c.{name} AS come_{name}" for name in _FACTS)}
  FROM sum_gone g FULL OUTER JOIN sum_come c ON {_SAME.format("c", "g")}
  WHERE {" OR ".join(f"g.{name} IS DISTINCT FROM c.{name}" for name in _FACTS)})
SELECT {", ".join(f"d.{name}" for name in _KEY)},
  coalesce(k.findings, 0) - coalesce(d.gone_findings, 0) + coalesce(d.come_findings, 0) AS findings,
  {_moved("exploited", "least")}, {_moved("epss", "greatest")}, {_moved("cvss", "greatest")}, {_many("cvss", "<")},
  {_moved("ransomware", "greatest")}, {_moved("known", "least")}, {_many("known", ">")}, {_moved("foremost", "least")},
  {_STAYS} AND ({_lost("exploited", ">")} OR {_lost("epss", "<")} OR {_lost("foremost", ">")}
    OR (coalesce(d.gone_ransomware, false) AND NOT coalesce(d.come_ransomware, false))
    OR ({_lost("cvss", "<")} AND {_left("cvss")} <= 0) OR ({_lost("known", ">")} AND {_left("known")} <= 0)) AS lost
FROM differing d LEFT JOIN told_sum k ON {_SAME.format("k", "d")}
""",
)
"""Sums of which part went and part came, as they are now; `lost` where that cannot be told without all of the rows."""

SUMS_LOST = Query(
    name="sums whose rows are all summed again",
    tables=("told_configuration", "component", "threat"),
    given=("touched",),
    needs=("told_configuration", "touched"),
    columns=SUM_COLUMNS,
    sql=f"""
WITH lost AS (SELECT * FROM touched WHERE lost),
of_kind AS (
  SELECT h.vulnerability, h.exploitation, h.automatable, h.effects
  FROM threat h JOIN (SELECT DISTINCT exploitation, automatable, effects FROM lost) l
    ON l.exploitation = h.exploitation AND l.automatable = h.automatable AND l.effects = h.effects),
of_lost AS MATERIALIZED (
  SELECT {", ".join(f"t.{name}" for name in _SOME)}
  FROM told_configuration t JOIN of_kind h ON h.vulnerability = t.vulnerability
  JOIN lost l ON l.configuration_id = t.configuration_id AND l.status = t.status AND l.kind = t.kind
    AND l.update_key = t.update_key AND l.exploitation = h.exploitation AND l.automatable = h.automatable
    AND l.effects = h.effects),
{summed("of_lost")}
SELECT {", ".join(SUM_COLUMNS)} FROM told_summed
""",
)
"""Of those that are `lost`. What moved is about vulnerabilities, so that no other kind is among them."""

SUMS_NOW = Query(
    name="sums after a change",
    tables=("told_sum",),
    given=("touched", "summed"),
    columns=SUM_COLUMNS,
    sql=f"""
SELECT k.* FROM told_sum k LEFT JOIN touched t ON {_SAME.format("t", "k")} WHERE t.configuration_id IS NULL
UNION ALL
SELECT {", ".join(f"t.{name}" for name in SUM_COLUMNS)} FROM touched t WHERE t.findings > 0 AND NOT t.lost
UNION ALL SELECT * FROM summed
""",
)
"""Kept ones, those that moved, and (`summed`) those that were summed again from all of their rows."""
