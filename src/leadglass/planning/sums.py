# SPDX-License-Identifier: Apache-2.0
"""What is told, summed by what its outcome depends on: the tables spot, told_sum and alone_sum.

Devices of one configuration, site, model, setting and servicer are one (`spot`). Of a configuration its findings are
summed by status and threat (`told_sum`), so that a fleet is never spread to its findings; what is told of a device alone
is summed by deed and spot (`alone_sum`). After a change only the rows about what moved are summed, before and now.
"""

from leadglass.planning.spread import SERVED, deed
from leadglass.values.query import Query
from leadglass.values.schema import Table, columns
from leadglass.values.tables import TABLES

LISTLESS = "t.kind <> 'vulnerability' AND t.missing = 'software list'"
"""Its device lacks a software list."""
NEVER = "TIMESTAMP '0001-01-01 00:00:00'"
CUT = "chr(31)"
"""Parts the texts that are an order: it comes before whatever else may stand in them."""

# The order of `spread.ORDER`, as far as a vulnerability alone decides it, in a text that no other vulnerability changes
_PLACE = """
CASE WHEN h.known_exploited IS NULL THEN '1' ELSE '0' END
|| lpad(CAST(1000000000 - CAST(round(greatest(least(coalesce(h.epss, 0), 1), 0) * 1000000000) AS BIGINT) AS VARCHAR), 10, '0')
|| lpad(CAST(10000 - CAST(round(greatest(least(coalesce(h.cvss, 0), 99), 0) * 100) AS BIGINT) AS VARCHAR), 5, '0')
"""


def placed(told: str) -> str:
    """Give the vulnerabilities that relations speak of, numbered in the order of urgency, with their threats.

    `told` selects their names; `order_` tells the place of each by itself, `place` among these.
    """
    return f"""
spoken AS ({told}),
placed AS MATERIALIZED (
  SELECT *, lpad(CAST(row_number() OVER (ORDER BY order_) AS VARCHAR), 9, '0') AS place,
    CAST(row_number() OVER (ORDER BY vulnerability) AS INTEGER) AS number,
    dense_rank() OVER (ORDER BY exploitation, automatable, effects) AS threat
  FROM (
    SELECT v.vulnerability, coalesce(h.exploitation, '') AS exploitation, coalesce(h.automatable, '') AS automatable,
      coalesce(h.effects, '') AS effects, h.known_exploited, h.epss, h.cvss, h.ransomware, h.first_seen, h.kev_seen,
      {_PLACE} || v.vulnerability AS order_
    FROM spoken v LEFT JOIN threat h ON h.vulnerability = v.vulnerability) p)
"""


SPOTS = Query(
    name="devices that are as one",
    tables=("device",),
    columns=tuple(column.name for column in TABLES["spot"].columns),
    sql="""
SELECT min(device_id) AS spot, configuration_id, setting_id, tier, site, product_id, servicer, servicer_is_maker,
  min(product) AS product, min(maker) AS maker, min(model) AS model, count(*) AS devices, min(first_seen) AS first_seen
FROM device WHERE state <> 'retired'
GROUP BY configuration_id, setting_id, tier, site, product_id, servicer, servicer_is_maker
""",
)
"""Devices of the floor that have the same findings, in the same setting, whoever they are."""

_OF = "configuration_id, status, kind, listless, update_key, alone_key, threat"
_EACH = f"""
p.cvss, coalesce(greatest(c.first_seen, p.first_seen, p.kev_seen), {NEVER}) AS known, count(*) AS findings,
min(p.known_exploited) AS exploited, max(p.epss) AS epss, bool_or(p.ransomware) AS ransomware,
min(p.place || t.finding_key) AS fore
"""
_EACH_NAMES = "cvss, known, findings, exploited, epss, ransomware, fore"

# Of vulnerabilities that no update repairs, which are nearly all, the outcome depends on status and threat alone
_PLAIN = "t.kind = 'vulnerability' AND t.update_key = ''"
_JOINED = """
JOIN placed p ON p.vulnerability = t.vulnerability LEFT JOIN component c ON c.component_id = t.component_id
WHERE t.status IN ('affected', 'unknown')
"""
_TOLD_SUMS = f"""
each_ AS (
  SELECT configuration_id, CASE WHEN sure THEN 'affected' ELSE 'unknown' END AS status, 'vulnerability' AS kind,
    false AS listless, '' AS update_key, '' AS alone_key, threat, {_EACH_NAMES} FROM (
    SELECT t.configuration_id, t.status = 'affected' AS sure, p.threat, {_EACH}
    FROM {{told}} t {_JOINED} AND {_PLAIN} GROUP BY 1, 2, 3, 4, 5) g
  UNION ALL
  SELECT t.configuration_id, t.status, t.kind, {LISTLESS} AS listless, t.update_key,
    CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.finding_key END AS alone_key, p.threat, {_EACH}
  FROM {{told}} t {_JOINED} AND NOT ({_PLAIN}) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9),
summed AS (
  SELECT {_OF}, CAST(sum(findings) AS BIGINT) AS findings, min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss,
    CAST(coalesce(sum(CASE WHEN cvss = highest THEN findings END), 0) AS BIGINT) AS cvss_many,
    bool_or(ransomware) AS ransomware, min(known) AS known,
    CAST(sum(CASE WHEN known = first_ THEN findings END) AS BIGINT) AS known_many, min(fore) AS fore
  FROM (
    SELECT *, max(cvss) OVER (PARTITION BY {_OF}) AS highest, min(known) OVER (PARTITION BY {_OF}) AS first_ FROM each_) e
  GROUP BY {_OF})
SELECT s.configuration_id, s.status, s.kind, s.listless, s.update_key, s.alone_key, k.exploitation, k.automatable, k.effects,
  s.findings, s.exploited, s.epss, s.cvss, s.cvss_many, s.ransomware, s.known, s.known_many,
  o.order_ || {CUT} || substr(s.fore, 10) AS foremost
FROM summed s JOIN (SELECT DISTINCT threat, exploitation, automatable, effects FROM placed) k ON k.threat = s.threat
JOIN placed o ON o.place = substr(s.fore, 1, 9)
"""


def _told_sums(told: str) -> str:
    return f"WITH {placed(f'SELECT DISTINCT vulnerability FROM {told}')}, {_TOLD_SUMS.format(told=told)}"


_SUM_COLUMNS = tuple(column.name for column in TABLES["told_sum"].columns)
TOLD_SUMS = Query(
    name="sums of what is told of configurations",
    tables=("told_configuration", "component", "threat"),
    columns=_SUM_COLUMNS,
    sql=_told_sums("told_configuration"),
)
"""Of all configurations."""

TOLD_SUMS_OF = Query(
    name="sums of some of what is told",
    tables=("component", "threat"),
    given=("telling",),
    needs=("telling",),
    columns=_SUM_COLUMNS,
    sql=_told_sums("telling"),
)
"""Of rows at hand alone."""

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
SOME = Table(
    name="telling", writer="given", meaning="what is told, some of it", sort=(),
    columns=tuple(column for column in TABLES["told_configuration"].columns if column.name in _SOME),
)  # fmt: skip

TOLD_ABOUT = Query(
    name="what is told of configurations about some vulnerabilities",
    tables=("told_configuration",),
    given=("changed",),
    columns=_SOME,
    sql=f"SELECT {', '.join(_SOME)} FROM told_configuration WHERE vulnerability IN (SELECT vulnerability FROM changed)",
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
    given=("telling", "telling_before"),
    columns=("vulnerability",),
    sql=_differing("telling", "telling_before"),
)
"""As far as sums, counts and questions depend on it."""

TOLD_IN = Query(
    name="what is told of some configurations",
    tables=("told_configuration",),
    given=("wanted",),
    needs=("told_configuration", "wanted"),
    columns=_SOME,
    sql=f"SELECT {', '.join(_SOME)} FROM told_configuration WHERE configuration_id IN (SELECT id FROM wanted)",
)

ORDER_OF_ALONE = f"""
CASE t.status WHEN 'affected' THEN '0' ELSE '1' END || CAST(3 - t.urgency AS VARCHAR) || CAST(t.tier AS VARCHAR)
|| t.order_ || {CUT} || t.device_id || {CUT} || t.finding_key || {CUT} || t.spot
"""
ALONE_SUMS = Query(
    name="sums of what is told of devices alone",
    tables=("told_device", "device", "spot", "threat", "risk"),
    needs=("told_device",),
    columns=tuple(column.name for column in TABLES["alone_sum"].columns),
    sql=f"""
WITH {placed("SELECT DISTINCT vulnerability FROM told_device")},
alone AS (
  SELECT t.*, {deed("t.listless", SERVED, "false")} AS deed, coalesce(r.urgency, CASE WHEN t.kind = 'update' THEN 0 ELSE 1 END)
    AS urgency
  FROM (
    SELECT t.device_id, t.finding_key, t.kind, t.status, {LISTLESS} AS listless, s.spot, s.product_id, s.site, s.tier,
      s.setting_id, s.servicer, s.servicer_is_maker, p.exploitation, p.automatable, p.effects, p.known_exploited, p.epss,
      p.cvss, p.ransomware, p.order_,
      greatest(d.first_seen, coalesce(greatest(p.first_seen, p.kev_seen), {NEVER})) AS since
    FROM told_device t JOIN device d ON d.device_id = t.device_id
    JOIN placed p ON p.vulnerability = t.vulnerability
    JOIN spot s ON s.configuration_id = d.configuration_id AND s.setting_id = d.setting_id AND s.tier = d.tier
      AND s.site = d.site AND s.product_id = d.product_id AND s.servicer = d.servicer
      AND s.servicer_is_maker IS NOT DISTINCT FROM d.servicer_is_maker
    WHERE t.status IN ('affected', 'unknown')) t
  LEFT JOIN risk r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
    AND r.setting_id = t.setting_id)
SELECT deed, spot, min(product_id) AS product_id, min(site) AS site, count(*) AS findings,
  count(CASE WHEN status = 'unknown' THEN 1 END) AS unknown, count(DISTINCT device_id) AS devices, max(urgency) AS urgency,
  min(tier) AS tier, min(known_exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss, bool_or(ransomware) AS ransomware,
  min(CASE WHEN urgency = most THEN since END) AS since, min({ORDER_OF_ALONE}) AS foremost
FROM (SELECT a.*, max(urgency) OVER (PARTITION BY deed, spot) AS most FROM alone a) t GROUP BY 1, 2
""",
)
"""What is told of one device and of no other, by what it asks for."""

_THREAT = ("vulnerability", "exploitation", "automatable", "effects", "known_exploited", "epss", "cvss", "ransomware",
           "first_seen", "kev_seen")  # fmt: skip
THREATS_HERE = Query(
    name="what sums depend on, of each vulnerability",
    tables=("threat",),
    columns=_THREAT,
    sql=f"SELECT {', '.join(_THREAT)} FROM threat",
)  # fmt: skip
EARLIER = Table(
    name="earlier_threat", writer="given", meaning="what THREATS_HERE gave before", sort=(),
    columns=tuple(column for column in TABLES["threat"].columns if column.name in THREATS_HERE.columns),
)  # fmt: skip
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
_FACTS = tuple(name for name in _SUM_COLUMNS if name not in _KEY)
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


TOLD_SUM = Table(
    name="sums", writer="given", meaning="rows of told_sum", sort=(), columns=TABLES["told_sum"].columns
)
TOUCHED = Table(
    name="touched", writer="given", meaning="what SUMS_TOUCHED gave", sort=(),
    columns=(*TABLES["told_sum"].columns, *columns("lost bool")),
)  # fmt: skip
SUMS_TOUCHED = Query(
    name="sums that a change moves",
    tables=("told_sum",),
    given=("sum_gone", "sum_come"),
    columns=tuple(column.name for column in TOUCHED.columns),
    sql=f"""
WITH differing AS (
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

SUMS_NOW = Query(
    name="sums after a change",
    tables=("told_sum",),
    given=("touched", "summed"),
    columns=_SUM_COLUMNS,
    sql=f"""
WITH lost AS (SELECT DISTINCT configuration_id FROM touched WHERE lost)
SELECT k.* FROM told_sum k LEFT JOIN touched t ON {_SAME.format("t", "k")}
WHERE t.configuration_id IS NULL AND k.configuration_id NOT IN (SELECT configuration_id FROM lost)
UNION ALL
SELECT {", ".join(f"t.{name}" for name in _SUM_COLUMNS)} FROM touched t
WHERE t.findings > 0 AND t.configuration_id NOT IN (SELECT configuration_id FROM lost)
UNION ALL SELECT * FROM summed
""",
)
"""Kept ones, those that moved, and (`summed`) those of configurations that were summed again."""
