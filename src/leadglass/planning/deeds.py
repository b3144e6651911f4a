# SPDX-License-Identifier: Apache-2.0
"""Deeds, summed per product and site from spots and what is told of them; and put in their rank.

A change sums those products at those sites again that it touches (`cell`); all others stay as they were.
"""

from leadglass.planning.act import DEED_ORDER
from leadglass.planning.offers import AVAILABLE, GRADED, LATEST
from leadglass.planning.spread import SERVED, deed
from leadglass.planning.sums import CUT
from leadglass.values.query import Query
from leadglass.values.schema import Table, columns
from leadglass.values.tables import TABLES

CELL = Table(
    name="cell",
    writer="given",
    meaning="products at sites",
    sort=(),
    columns=columns("product_id text\nsite text"),
)

CELLS = Query(
    name="products at sites",
    tables=("spot",),
    columns=("product_id", "site"),
    sql="SELECT DISTINCT product_id, site FROM spot",
)

CELLS_OF = Query(
    name="products at sites that a change touches",
    tables=("spot", "told_sum", "repair", "device", "device_finding"),
    given=("changed", "wanted"),
    columns=("product_id", "site"),
    sql="""
WITH graded_ AS (SELECT DISTINCT finding_key FROM repair WHERE vulnerability IN (SELECT vulnerability FROM changed)),
moved AS (
  SELECT id AS configuration_id FROM wanted
  UNION SELECT configuration_id FROM told_sum WHERE alone_key IN (SELECT finding_key FROM graded_))
SELECT DISTINCT product_id, site FROM spot WHERE configuration_id IN (SELECT configuration_id FROM moved)
UNION
SELECT d.product_id, d.site FROM device_finding f JOIN device d ON d.device_id = f.device_id
WHERE f.vulnerability IN (SELECT vulnerability FROM changed) AND d.state <> 'retired'
""",
)
"""Where configurations whose sums moved (`wanted`) stand, updates that repair what moved, and devices on which it was seen."""

_URGENCY = "coalesce(r.urgency, g.urgency, CASE WHEN t.kind = 'update' THEN 0 ELSE 1 END)"
_OF_SPOTS = f"""
celled AS MATERIALIZED (SELECT product_id, site, row_number() OVER (ORDER BY product_id, site) AS cell FROM cell),
here AS (SELECT s.*, c.cell FROM spot s JOIN celled c ON c.product_id = s.product_id AND c.site = s.site),
-- What is compared in hundreds of thousands is numbers
numbered AS MATERIALIZED (SELECT *, row_number() OVER (ORDER BY foremost) AS nth FROM told_sum),
open_ AS (
  SELECT {deed("t.listless", SERVED)} AS deed, s.spot, s.cell, t.update_key, {_URGENCY} AS urgency, s.tier,
    s.devices, s.devices * t.findings AS findings, CASE WHEN t.status = 'unknown' THEN s.devices * t.findings END AS unknown,
    t.exploited, t.epss, t.cvss, t.ransomware, greatest(s.first_seen, t.known) AS since,
    CASE t.status WHEN 'affected' THEN 0 ELSE {2**40} END + t.nth AS foremost
  FROM here s JOIN numbered t ON t.configuration_id = s.configuration_id
  LEFT JOIN risk r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
    AND r.setting_id = s.setting_id
  LEFT JOIN graded g ON g.finding_key = t.alone_key AND g.setting_id = s.setting_id
  LEFT JOIN available m ON m.finding_key = t.update_key),
by_spot AS MATERIALIZED (
  SELECT deed, spot, min(cell) AS cell, urgency, min(tier) AS tier, min(devices) AS devices,
    sum(findings) AS findings, sum(unknown) AS unknown, min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss,
    bool_or(ransomware) AS ransomware, min(since) AS since, min(foremost) AS foremost
  FROM open_ GROUP BY deed, spot, urgency)
"""

# What many devices share is counted once: devices by spot, vulnerabilities elsewhere (`counts`)
_COUNTED = f"""
alone AS MATERIALIZED (SELECT a.*, c.cell FROM alone_sum a JOIN celled c ON c.product_id = a.product_id AND c.site = a.site),
all_ AS (
  SELECT s.deed, s.cell, s.urgency, s.tier, s.findings, s.unknown, s.exploited, s.epss, s.cvss, s.ransomware,
    s.since, CASE WHEN s.foremost < {2**40} THEN '0' ELSE '1' END || CAST(3 - s.urgency AS VARCHAR) || CAST(s.tier AS VARCHAR)
    || split_part(t.foremost, {CUT}, 1) || {CUT} || s.spot || {CUT} || split_part(t.foremost, {CUT}, 2) || {CUT} || s.spot
    AS foremost
  FROM by_spot s JOIN numbered t ON t.nth = s.foremost % {2**40}
  UNION ALL
  SELECT deed, cell, urgency, tier, findings, unknown, exploited, epss, cvss, ransomware, since, foremost
  FROM alone),
totals AS (
  SELECT deed, cell, CAST(sum(findings) AS BIGINT) AS findings, max(urgency) AS urgency, min(tier) AS tier,
    CAST(coalesce(sum(unknown), 0) AS BIGINT) AS unknown, min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss,
    bool_or(ransomware) AS ransomware, max_by(since, urgency) AS since, min(foremost) AS foremost
  FROM (
    SELECT deed, cell, urgency, sum(findings) AS findings, sum(unknown) AS unknown, min(tier) AS tier,
      min(exploited) AS exploited, max(epss) AS epss, max(cvss) AS cvss, bool_or(ransomware) AS ransomware,
      min(since) AS since, min(foremost) AS foremost
    FROM all_ GROUP BY 1, 2, 3) u
  GROUP BY 1, 2),
updating AS (
  SELECT deed, cell, count(DISTINCT nullif(update_label, '')) AS updates,
    max_by(update_label, LATEST_) AS update_label, max_by(update_whole, LATEST_) AS update_whole,
    max_by(update_why, LATEST_) AS update_why, max_by(update_offered, LATEST_) AS update_offered
  FROM (SELECT o.deed, o.cell, m.label AS update_label, m.whole AS update_whole, m.why AS update_why,
      m.offered AS update_offered, m.ranked AS update_ranked
    FROM (SELECT DISTINCT deed, cell, update_key FROM open_ WHERE update_key <> '') o
    JOIN available m ON m.finding_key = o.update_key) u
  GROUP BY 1, 2),
placed_spot AS (SELECT deed, spot, min(cell) AS cell, min(devices) AS devices
  FROM by_spot GROUP BY 1, 2),
standing AS (
  SELECT deed, cell, CAST(sum(devices) AS BIGINT) AS devices FROM (
    SELECT deed, cell, devices FROM placed_spot
    UNION ALL
    SELECT a.deed, a.cell, a.devices FROM alone a
    LEFT JOIN placed_spot p ON p.deed = a.deed AND p.spot = a.spot WHERE p.spot IS NULL) d
  GROUP BY 1, 2)
""".replace("LATEST_", LATEST)

_SUMMED = tuple(column for column in TABLES["deed"].columns if column.name not in {"rank", "id"})
DEEDS = Query(
    name="deeds",
    tables=("spot", "told_sum", "alone_sum", "risk", "threat", "offer", "repair", "deed"),
    given=("cell",),
    needs=("cell",),
    columns=("id", *(column.name for column in _SUMMED)),
    sql=f"""
WITH {AVAILABLE}, {GRADED}, {_OF_SPOTS}, {_COUNTED}
SELECT coalesce(k.id, '') AS id, s.deed, c.product_id, c.site, p.product, p.maker, p.servicer,
  s.findings, n.devices, s.unknown, s.urgency, s.tier,
  s.exploited, s.epss, s.cvss, s.ransomware, coalesce(u.updates, 0) AS updates, coalesce(u.update_label, '') AS update_label,
  coalesce(u.update_whole, false) AS update_whole, coalesce(u.update_why, '') AS update_why, u.update_offered, s.since,
  split_part(s.foremost, {CUT}, 2) AS device_id, p.configuration_id, split_part(s.foremost, {CUT}, 3) AS finding_key
FROM totals s JOIN standing n ON n.deed = s.deed AND n.cell = s.cell JOIN celled c ON c.cell = s.cell
JOIN spot p ON p.spot = split_part(s.foremost, {CUT}, 4)
LEFT JOIN updating u ON u.deed = s.deed AND u.cell = s.cell
LEFT JOIN deed k ON k.deed = s.deed AND k.product_id = c.product_id AND k.site = c.site
""",
)
"""What one deed resolves, per product and site, in numbers; and which finding on which device weighs most.

Its id is empty where none was given to it before.
"""

DEED = Table(
    name="fresh",
    writer="given",
    meaning="what DEEDS gave, with the ids of the actions",
    sort=(),
    columns=tuple(column for column in TABLES["deed"].columns if column.name != "rank"),
)
_PLACES = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(DEED_ORDER))
DEEDS_RANKED = Query(
    name="deeds in their rank",
    tables=("deed",),
    given=("cell", "fresh"),
    columns=tuple(column.name for column in TABLES["deed"].columns),
    sql=f"""
WITH all_ AS (
  SELECT {", ".join(f"d.{column.name}" for column in DEED.columns)} FROM deed d
  LEFT JOIN cell c ON c.product_id = d.product_id AND c.site = d.site WHERE c.site IS NULL
  UNION ALL SELECT {", ".join(column.name for column in DEED.columns)} FROM fresh)
SELECT row_number() OVER (ORDER BY urgency DESC, CASE deed {_PLACES} END, tier,
  CASE WHEN exploited IS NULL THEN 1 ELSE 0 END, coalesce(epss, 0) DESC, coalesce(cvss, 0) DESC, devices DESC, id) AS rank, a.*
FROM all_ a
""",
)
"""By outcome, deed, clinical tier, known exploitation, EPSS, CVSS: one after the other, never averaged.

Those summed before, but for the `cell`s that were summed again (`fresh`).
"""
