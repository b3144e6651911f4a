# SPDX-License-Identifier: Apache-2.0
"""What is told, summed by what its outcome depends on: the tables spot, told_sum and alone_sum.

Devices of one configuration, site, model, setting and servicer are one (`spot`). Of a configuration its findings are
summed by status and threat (`told_sum`), so that a fleet is never spread to its findings; what is told of a device alone
is summed by deed and spot (`alone_sum`). After a change only the rows about what moved are summed, before and now.
"""

from leadglass.planning.spread import SERVED, deed
from leadglass.values.query import Query
from leadglass.values.schema import Column
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


THREAT = ("vulnerability", "exploitation", "automatable", "effects", "known_exploited", "epss", "cvss", "ransomware",
          "first_seen", "kev_seen")  # fmt: skip
"""What sums depend on of a threat."""
SIDE = Column("side", "int", "1 now, -1 before")
SIDED = f"""
sided_threat AS (
  SELECT 1 AS side, {", ".join(THREAT)} FROM threat UNION ALL SELECT -1 AS side, {", ".join(THREAT)} FROM earlier_threat)
"""
"""Threats of now, and those of before a change."""


def placed(told: str, *, sided: bool = False) -> str:
    """Give the vulnerabilities that relations speak of, numbered in the order of urgency, with their threats.

    `told` selects their names; `order_` tells the place of each by itself, `place` among these. Where it is `sided`, `told`
    selects the side too: 1 stands for what is told now, -1 for what was told before a change (`SIDED`).
    """
    side = "v.side, " if sided else ""
    threats = "sided_threat h ON h.side = v.side AND" if sided else "threat h ON"
    return f"""
spoken AS ({told}),
placed AS MATERIALIZED (
  SELECT *, lpad(CAST(row_number() OVER (ORDER BY order_) AS VARCHAR), 9, '0') AS place,
    CAST(row_number() OVER (ORDER BY vulnerability) AS INTEGER) AS number,
    dense_rank() OVER (ORDER BY exploitation, automatable, effects) AS threat
  FROM (
    SELECT {side}v.vulnerability, coalesce(h.exploitation, '') AS exploitation, coalesce(h.automatable, '') AS automatable,
      coalesce(h.effects, '') AS effects, h.known_exploited, h.epss, h.cvss, h.ransomware, h.first_seen, h.kev_seen,
      {_PLACE} || v.vulnerability AS order_
    FROM spoken v LEFT JOIN {threats} h.vulnerability = v.vulnerability) p)
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


def summed(told: str, *, sided: bool = False) -> str:
    """Sum what is told (`told_summed`); where it is `sided`, what was told and what is told, each by itself."""
    side, of, same = ("t.side, ", f"side, {_OF}", " AND p.side = t.side") if sided else ("", _OF, "")
    joined = f"""
JOIN placed p ON p.vulnerability = t.vulnerability{same} LEFT JOIN component c ON c.component_id = t.component_id
WHERE t.status IN ('affected', 'unknown')"""
    return f"""
{placed(f"SELECT DISTINCT {side}t.vulnerability FROM {told} t", sided=sided)},
each_ AS (
  SELECT {side}t.configuration_id, CASE WHEN t.sure THEN 'affected' ELSE 'unknown' END AS status, 'vulnerability' AS kind,
    false AS listless, '' AS update_key, '' AS alone_key, t.threat, {_EACH_NAMES} FROM (
    SELECT {side}t.configuration_id, t.status = 'affected' AS sure, p.threat, {_EACH}
    FROM {told} t {joined} AND {_PLAIN} GROUP BY {side}t.configuration_id, t.status = 'affected', p.threat, p.cvss, known) t
  UNION ALL
  SELECT {side}t.configuration_id, t.status, t.kind, {LISTLESS} AS listless, t.update_key,
    CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.finding_key END AS alone_key, p.threat, {_EACH}
  FROM {told} t {joined} AND NOT ({_PLAIN})
  GROUP BY {side}t.configuration_id, t.status, t.kind, listless, t.update_key, alone_key, p.threat, p.cvss, known),
summed AS (
  SELECT {of}, CAST(sum(findings) AS BIGINT) AS findings, min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss,
    CAST(coalesce(sum(CASE WHEN cvss = highest THEN findings END), 0) AS BIGINT) AS cvss_many,
    bool_or(ransomware) AS ransomware, min(known) AS known,
    CAST(sum(CASE WHEN known = first_ THEN findings END) AS BIGINT) AS known_many, min(fore) AS fore
  FROM (
    SELECT *, max(cvss) OVER (PARTITION BY {of}) AS highest, min(known) OVER (PARTITION BY {of}) AS first_ FROM each_) e
  GROUP BY {of}),
told_summed AS (
  SELECT {"s.side, " if sided else ""}s.configuration_id, s.status, s.kind, s.listless, s.update_key, s.alone_key,
    k.exploitation, k.automatable, k.effects, s.findings, s.exploited, s.epss, s.cvss, s.cvss_many, s.ransomware, s.known,
    s.known_many, o.order_ || {CUT} || substr(s.fore, 10) AS foremost
  FROM summed s JOIN (SELECT DISTINCT threat, exploitation, automatable, effects FROM placed) k ON k.threat = s.threat
  JOIN placed o ON o.place = substr(s.fore, 1, 9))
"""


SUM_COLUMNS = tuple(column.name for column in TABLES["told_sum"].columns)
TOLD_SUMS = Query(
    name="sums of what is told of configurations",
    tables=("told_configuration", "component", "threat"),
    columns=SUM_COLUMNS,
    sql=f"WITH {summed('told_configuration')} SELECT {', '.join(SUM_COLUMNS)} FROM told_summed",
)
"""Of all configurations."""

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
