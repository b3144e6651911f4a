# SPDX-License-Identifier: Apache-2.0
"""Deeds and missing facts, summed from what is told of configurations: a fleet is never spread to its findings.

Of a configuration its findings are summed by what their outcome depends on, but for the device (`summed`); of the
devices those of one configuration, site and setting are one (`spot`). Only the sums meet.
"""

from leadglass.planning.offers import ASKS, AVAILABLE, GRADED, LATEST
from leadglass.planning.sheets import PLACED
from leadglass.planning.spread import SERVED, SOURCES_OF_FINDINGS, deed
from leadglass.values.query import Query
from leadglass.values.schema import Table, columns

PLACED_ONCE = PLACED.replace("placed AS (", "placed AS MATERIALIZED (")
"""Made once, however often a query of a step joins it."""
LISTLESS = "t.kind <> 'vulnerability' AND t.missing = 'software list'"
_NEVER = "TIMESTAMP '0001-01-01 00:00:00'"
_SUMS = f"""
min(p.threat) AS threat, count(*) AS findings, min(p.known_exploited) AS exploited, max(p.epss) AS epss, max(p.cvss) AS cvss,
bool_or(p.ransomware) AS ransomware, min(coalesce(greatest(c.first_seen, p.first_seen, p.kev_seen), {_NEVER})) AS known,
min(p.place || t.finding_key) AS first_
"""
_SUM_NAMES = "threat, findings, exploited, epss, cvss, ransomware, known, first_"

# Of vulnerabilities that no update repairs, which are nearly all, the outcome depends on status and threat alone
_PLAIN = "t.kind = 'vulnerability' AND t.update_key = ''"
_SUMMED = f"""
summed AS MATERIALIZED (
  SELECT row_number() OVER (ORDER BY configuration_id, first_) AS alike, s.*, k.exploitation, k.automatable, k.effects FROM (
    SELECT configuration_id, CASE WHEN sure THEN 'affected' ELSE 'unknown' END AS status, 'vulnerability' AS kind,
      false AS listless, '' AS update_key, '' AS finding_key, {_SUM_NAMES} FROM (
      SELECT t.configuration_id, t.status = 'affected' AS sure, {_SUMS}
      FROM told_configuration t JOIN placed p ON p.vulnerability = t.vulnerability
      LEFT JOIN component c ON c.component_id = t.component_id
      WHERE t.status IN ('affected', 'unknown') AND {_PLAIN} GROUP BY t.configuration_id, 2, p.threat) g
    UNION ALL
    SELECT t.configuration_id, t.status, t.kind, {LISTLESS} AS listless, t.update_key,
      CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.finding_key END AS finding_key, {_SUMS}
    FROM told_configuration t JOIN placed p ON p.vulnerability = t.vulnerability
    LEFT JOIN component c ON c.component_id = t.component_id
    WHERE t.status IN ('affected', 'unknown') AND NOT ({_PLAIN}) GROUP BY 1, 2, 3, 4, 5, 6, p.threat) s
  JOIN (SELECT DISTINCT threat, exploitation, automatable, effects FROM placed) k ON k.threat = s.threat),
ranked AS (SELECT device_id, row_number() OVER (ORDER BY device_id) AS rank_ FROM device),
spot AS MATERIALIZED (
  SELECT s.*, r.rank_, row_number() OVER (ORDER BY s.device_id) AS spot, dense_rank() OVER (ORDER BY product_id, site) AS cell
  FROM (
    SELECT configuration_id, setting_id, tier, site, product_id, servicer, servicer_is_maker, min(device_id) AS device_id,
      count(*) AS many, min(first_seen) AS device_seen
    FROM device WHERE state <> 'retired' GROUP BY 1, 2, 3, 4, 5, 6, 7) s JOIN ranked r ON r.device_id = s.device_id)
"""

_OF_DEVICES = f"""
told_alone AS (
  SELECT t.*, {LISTLESS} AS listless, s.spot, s.cell, r.rank_, p.exploitation, p.automatable, p.effects, p.known_exploited,
    p.epss, p.cvss, p.ransomware, p.place || t.finding_key AS first_,
    coalesce(greatest(p.first_seen, p.kev_seen), {_NEVER}) AS known, d.first_seen AS device_seen, d.setting_id, d.tier,
    d.servicer, d.servicer_is_maker
  FROM told_device t JOIN device d ON d.device_id = t.device_id JOIN ranked r ON r.device_id = t.device_id
  JOIN placed p ON p.vulnerability = t.vulnerability
  JOIN spot s ON s.configuration_id = d.configuration_id AND s.setting_id = d.setting_id AND s.tier = d.tier
    AND s.site = d.site AND s.product_id = d.product_id AND s.servicer = d.servicer
    AND s.servicer_is_maker IS NOT DISTINCT FROM d.servicer_is_maker
  WHERE t.status IN ('affected', 'unknown'))
"""

# What is handed on in hundreds of thousands is numbers; `pack` is an order in one: status, urgency, tier, place, device
_PACK = f"""
((((CASE t.status WHEN 'affected' THEN 0 ELSE 1 END * 4 + 3 - {{urgency}}) * 8 + t.tier) * {2**27}
  + CAST(substr(t.first_, 1, 9) AS BIGINT)) * {2**28} + t.rank_)
"""
_WEIGHED = f"""
{{deed}} AS deed, t.spot, t.cell, t.alike, t.alone_key, t.update_key, {{urgency}} AS urgency, t.tier,
t.many * t.findings AS findings,
CASE WHEN t.status = 'unknown' THEN t.many * t.findings END AS unknown, t.exploited, t.epss, t.cvss, t.ransomware,
greatest(t.device_seen, t.known) AS since, {_PACK} AS pack
"""


def _weighed(alike: str) -> str:
    """Weigh sums; `alike` are these as rows of one shape, as SQL."""
    urgency = "coalesce(r.urgency, g.urgency, CASE WHEN t.kind = 'update' THEN 0 ELSE 1 END)"
    return f"""
  SELECT {_WEIGHED.format(deed=deed("t.listless", SERVED), urgency=urgency)}
  FROM ({alike}) t
  LEFT JOIN risk r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
    AND r.setting_id = t.setting_id
  LEFT JOIN graded g ON g.finding_key = t.finding_key AND g.setting_id = t.setting_id
  LEFT JOIN available m ON m.finding_key = t.update_key
"""


_OF_SPOTS = """
SELECT s.spot, s.cell, s.rank_, s.setting_id, s.tier, s.servicer, s.servicer_is_maker, s.many, s.device_seen, x.alike,
  x.status, x.kind, x.listless, x.exploitation, x.automatable, x.effects, x.update_key, x.finding_key, x.findings, x.exploited,
  x.epss, x.cvss, x.ransomware, x.known, x.first_, '' AS alone_key
FROM spot s JOIN summed x ON x.configuration_id = s.configuration_id
"""
_ALONE = """
SELECT spot, cell, rank_, setting_id, tier, servicer, servicer_is_maker, 1 AS many, device_seen, 0 AS alike, status, kind,
  listless, exploitation, automatable, effects, '' AS update_key, finding_key, 1 AS findings, known_exploited AS exploited,
  epss, cvss, ransomware, known, first_, finding_key AS alone_key
FROM told_alone
"""
_GATHERED = f"""
open_ AS MATERIALIZED ({_weighed(_OF_SPOTS)} UNION ALL {_weighed(_ALONE)})
"""

# What many devices share is counted once: devices by spot, vulnerabilities elsewhere (`counts`)
_COUNTED = """
totals AS (
  SELECT deed, cell, CAST(sum(findings) AS BIGINT) AS findings, max(urgency) AS urgency, min(tier) AS tier,
    CAST(coalesce(sum(unknown), 0) AS BIGINT) AS unknown, min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss,
    bool_or(ransomware) AS ransomware, max_by(since, urgency) AS since, min(pack) AS pack
  FROM (
    SELECT deed, cell, urgency, sum(findings) AS findings, sum(unknown) AS unknown, min(tier) AS tier,
      min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss, bool_or(ransomware) AS ransomware,
      min(since) AS since, min(pack) AS pack
    FROM open_ GROUP BY 1, 2, 3) u
  GROUP BY 1, 2),
updating AS (
  SELECT deed, cell, count(DISTINCT nullif(update_label, '')) AS updates, max_by(update_label, LATEST_) AS update_label,
    max_by(update_whole, LATEST_) AS update_whole, max_by(update_why, LATEST_) AS update_why,
    max_by(update_offered, LATEST_) AS update_offered
  FROM (SELECT o.deed, o.cell, m.label AS update_label, m.whole AS update_whole, m.why AS update_why,
      m.offered AS update_offered, m.ranked AS update_ranked
    FROM (SELECT DISTINCT deed, cell, update_key FROM open_ WHERE update_key <> '') o
    JOIN available m ON m.finding_key = o.update_key) u
  GROUP BY 1, 2),
placed_spot AS (SELECT deed, spot, min(cell) AS cell FROM open_ WHERE alike > 0 GROUP BY 1, 2),
standing AS (
  SELECT deed, cell, CAST(sum(many) AS BIGINT) AS devices FROM (
    SELECT p.deed, p.cell, s.many FROM placed_spot p JOIN spot s ON s.spot = p.spot
    UNION ALL
    SELECT o.deed, o.cell, 1 FROM (
      SELECT DISTINCT deed, cell, spot, pack % RANKS_ AS rank_ FROM open_ WHERE alike = 0) o
    LEFT JOIN placed_spot p ON p.deed = o.deed AND p.spot = o.spot WHERE p.spot IS NULL) d
  GROUP BY 1, 2)
""".replace("LATEST_", LATEST).replace("RANKS_", str(2**28))

_FIRST = f"""
foremost AS (
  SELECT DISTINCT o.deed, o.cell, o.alike, o.alone_key, o.pack % {2**28} AS rank_
  FROM open_ o JOIN totals s ON s.deed = o.deed AND s.cell = o.cell AND s.pack = o.pack),
gravest AS (
  SELECT o.deed, o.cell, min(o.rank_) AS rank_,
    min(CASE WHEN o.alike > 0 THEN substr(x.first_, 10) ELSE o.alone_key END) AS finding_key
  FROM foremost o LEFT JOIN summed x ON x.alike = o.alike GROUP BY 1, 2)
"""

DEED_SUMS = Query(
    name="sums of deeds",
    tables=SOURCES_OF_FINDINGS,
    columns=("deed", "product_id", "site", "findings", "devices", "urgency", "tier", "unknown", "exploited", "epss", "cvss",
             "ransomware", "updates", "update_label", "update_whole", "update_why", "update_offered", "since", "device_id",
             "configuration_id", "finding_key"),
    sql=f"""
WITH {PLACED_ONCE}, {AVAILABLE}, {GRADED}, {_SUMMED}, {_OF_DEVICES}, {_GATHERED}, {_COUNTED}, {_FIRST}
SELECT s.deed, d.product_id, d.site, s.findings, n.devices, s.urgency, s.tier, s.unknown, s.exploited, s.epss, s.cvss,
  s.ransomware, coalesce(u.updates, 0) AS updates, coalesce(u.update_label, '') AS update_label,
  coalesce(u.update_whole, false) AS update_whole, coalesce(u.update_why, '') AS update_why, u.update_offered, s.since,
  d.device_id, d.configuration_id, o.finding_key
FROM totals s JOIN standing n ON n.deed = s.deed AND n.cell = s.cell
JOIN gravest o ON o.deed = s.deed AND o.cell = s.cell
JOIN ranked r ON r.rank_ = o.rank_ JOIN device d ON d.device_id = r.device_id
LEFT JOIN updating u ON u.deed = s.deed AND u.cell = s.cell
""",
)  # fmt: skip
"""What one deed resolves, per product and site, in numbers; and which finding on which device weighs most."""

DEED_SUM = Table(
    name="deed_sum",
    writer="given",
    meaning="what DEED_SUMS gave",
    sort=(),
    columns=columns(
        """
deed            text
product_id      text
site            text
findings        int
devices         int
urgency         int
tier            int
unknown         int
exploited       date
epss            float
cvss            float
ransomware      bool
updates         int
update_label    text
update_whole    bool
update_why      text
update_offered  time
since           time
device_id       text
configuration_id text
finding_key     text
"""
    ),
)
_OF_TOLD = (
    "t.kind, t.component_id, t.vulnerability, t.status, t.class, t.missing, t.rule, t.why, t.sha256, t.place"
)
_WORDS = "finding_key, kind, component_id, vulnerability, status, class, missing, rule, why, sha256, place"

DEEDS = Query(
    name="deeds",
    tables=(*SOURCES_OF_FINDINGS, "deed_count"),
    given=("deed_sum",),
    needs=("deed_sum",),
    columns=("deed", "product_id", "site", "findings", "devices", "vulnerabilities", "urgency", "tier", "unknown", "exploited",
             "epss", "cvss", "ransomware", "exploited_count", "updates", "update_label", "update_whole", "update_why",
             "update_offered", "since", "product", "maker", "model", "servicer", "outcome", "vulnerability",
             "component_name", "component_version", "class", "rule", "sentence", "missing", "known_exploited", "status",
             "kind", "note", "sha256", "place", "risk_why", "harm_patient"),
    sql=f"""
WITH {AVAILABLE}, {GRADED},
-- Of millions of findings those few are read that are named
worded AS MATERIALIZED (
  SELECT configuration_id, {_WORDS} FROM told_configuration
  WHERE (configuration_id, finding_key) IN (SELECT configuration_id, finding_key FROM deed_sum)),
alone AS MATERIALIZED (
  SELECT device_id, {_WORDS} FROM told_device
  WHERE (device_id, finding_key) IN (SELECT device_id, finding_key FROM deed_sum)),
deed_ AS (
  SELECT s.*, {_OF_TOLD} FROM deed_sum s
  JOIN worded t ON t.configuration_id = s.configuration_id AND t.finding_key = s.finding_key
  UNION ALL
  SELECT s.*, {_OF_TOLD} FROM deed_sum s
  JOIN alone t ON t.device_id = s.device_id AND t.finding_key = s.finding_key)
SELECT s.deed, s.product_id, s.site, s.findings, s.devices, coalesce(v.vulnerabilities, 0) AS vulnerabilities, s.urgency,
  s.tier, s.unknown, s.exploited, s.epss, s.cvss, s.ransomware, coalesce(v.exploited_count, 0) AS exploited_count, s.updates,
  s.update_label, s.update_whole, s.update_why, s.update_offered, s.since, d.product, d.maker, d.model, d.servicer,
  coalesce(r.outcome, g.outcome, CASE WHEN s.kind = 'update' THEN 'defer' ELSE 'scheduled' END) AS outcome,
  s.vulnerability, coalesce(c.name, '') AS component_name, coalesce(c.version, '') AS component_version, s.class, s.rule,
  coalesce(h.sentence, '') AS sentence, s.missing, h.known_exploited, s.status, s.kind, s.why AS note, s.sha256, s.place,
  coalesce(r.why, '') AS risk_why, coalesce(r.harm_patient, '') AS harm_patient
FROM deed_ s JOIN device d ON d.device_id = s.device_id
LEFT JOIN threat h ON h.vulnerability = s.vulnerability
LEFT JOIN deed_count v ON v.deed = s.deed AND v.product_id = s.product_id AND v.site = s.site
LEFT JOIN component c ON c.component_id = s.component_id
LEFT JOIN risk r ON r.exploitation = h.exploitation AND r.automatable = h.automatable AND r.effects = h.effects
  AND r.setting_id = d.setting_id
LEFT JOIN graded g ON g.finding_key = CASE WHEN s.kind = 'vulnerability' THEN '' ELSE s.finding_key END
  AND g.setting_id = d.setting_id
""",
)  # fmt: skip
"""What one deed resolves, per product and site, with the finding that weighs most."""

_ASKS = ASKS.replace("w.", "t.")
_LACKS = f"""t.status = 'unknown'
  AND ({_ASKS} OR t.missing NOT IN ('', 'product identity', 'meaning of the versions'))"""

MISSING = Query(
    name="missing facts",
    tables=SOURCES_OF_FINDINGS,
    columns=("missing", "subject", "product_id", "maker", "model", "component_id", "component_name",
             "component_version", "device_id", "record_product", "record_part", "findings", "configuration_id", "many"),
    sql=f"""
WITH alike AS (
  SELECT configuration_id, product_id, min(device_id) AS device_id, count(*) AS many FROM device
  WHERE state <> 'retired' GROUP BY 1, 2),
lacking AS (
  SELECT configuration_id, missing, kind, class, component_id, count(*) AS findings FROM (
    SELECT t.configuration_id, t.missing, t.kind, CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.class END AS class,
      t.component_id FROM told_configuration t WHERE {_LACKS}) t GROUP BY 1, 2, 3, 4, 5),
alone AS (
  SELECT t.device_id, d.configuration_id, d.product_id, t.missing, t.kind,
    CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.class END AS class, t.component_id, count(*) AS findings
  FROM told_device t JOIN device d ON d.device_id = t.device_id WHERE {_LACKS} AND d.state <> 'retired'
  GROUP BY 1, 2, 3, 4, 5, 6, 7),
together AS (
  SELECT configuration_id, product_id, missing, kind, class, component_id, findings, count(*) AS many
  FROM alone GROUP BY 1, 2, 3, 4, 5, 6, 7),
lacked AS (
  SELECT l.missing, l.kind, l.class, l.component_id, l.findings, g.device_id AS of_device, l.configuration_id, g.many
  FROM lacking l JOIN alike g ON g.configuration_id = l.configuration_id
  UNION ALL
  SELECT t.missing, t.kind, t.class, t.component_id, t.findings, g.device_id, t.configuration_id, g.many
  FROM together t JOIN alike g ON g.configuration_id = t.configuration_id AND g.product_id = t.product_id AND g.many = t.many
  UNION ALL
  SELECT a.missing, a.kind, a.class, a.component_id, a.findings, a.device_id, a.configuration_id, 0
  FROM alone a JOIN together t ON t.configuration_id = a.configuration_id AND t.product_id = a.product_id
    AND t.missing = a.missing AND t.kind = a.kind AND t.class = a.class AND t.component_id = a.component_id
    AND t.findings = a.findings
  JOIN alike g ON g.configuration_id = a.configuration_id AND g.product_id = a.product_id AND g.many <> t.many)
SELECT t.missing, t.class AS subject, d.product_id, d.maker, d.model, t.component_id,
  CASE WHEN {_ASKS} THEN split_part(t.class, '|', 1) ELSE coalesce(c.name, '') END AS component_name,
  coalesce(c.version, '') AS component_version, t.of_device AS device_id,
  CASE WHEN {_ASKS} THEN coalesce(c.version, '') ELSE c.product END AS record_product, c.part AS record_part,
  t.findings, t.configuration_id, t.many
FROM lacked t JOIN device d ON d.device_id = t.of_device LEFT JOIN component c ON c.component_id = t.component_id
ORDER BY 1, 2, 3, 6, 9, 14
""",
)  # fmt: skip
"""Which fact is missing for how many findings of a device, per component and all devices of a configuration and model.

`many` counts these; `device_id` is the first of them. It is 0 where a fact is missing for one of them alone.
"""
