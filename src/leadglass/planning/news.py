# SPDX-License-Identifier: Apache-2.0
"""What moved between two snapshots: findings whose status or outcome differs, and what became of those that ended.

One snapshot is asked what is told on each sheet; the other compares that with its own and gives the differences alone,
so that what did not change costs no memory of ours.
"""

from leadglass.planning.offers import AVAILABLE, GRADED
from leadglass.planning.sheets import BEARERS, FLOOR, SHEETS
from leadglass.planning.spread import ASKED_BY_ID, DECIDED, ORDER, SOURCES_OF_FINDINGS, spread
from leadglass.values.query import Query

_STANDS = f"""
SELECT t.sheet, t.finding_key, t.status, concat_ws('|', h.exploitation, h.automatable, h.effects) AS threat,
  CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.kind || '|' || t.finding_key END AS alone
FROM {SHEETS} t LEFT JOIN threat h ON h.vulnerability = t.vulnerability
WHERE t.sheet IN (SELECT sheet FROM bearer)
"""

STANDS = Query(
    name="where findings stand",
    tables=SOURCES_OF_FINDINGS,
    columns=("sheet", "finding_key", "status", "threat", "alone"),
    sql=f"WITH {FLOOR}, {BEARERS} {_STANDS}",
)
"""All that is told, by sheet, with what its outcome depends on; `MOVED` takes it as `earlier`."""

BORNE = Query(
    name="who bears what is told",
    tables=("device",),
    columns=("device_id", "sheet", "setting_id"),
    sql=f"WITH {FLOOR}, {BEARERS} SELECT device_id, sheet, setting_id FROM bearer",
)
"""The sheets and the setting of each device; `MOVED` takes it as `earlier_device`."""

_WEIGHTS = """
SELECT concat_ws('|', exploitation, automatable, effects) AS weight, setting_id, outcome FROM risk
UNION ALL SELECT 'update|' || finding_key, setting_id, outcome FROM graded
"""

WEIGHTS = Query(
    name="what outcomes follow from",
    tables=("offer", "repair", "risk", "threat"),
    columns=("weight", "setting_id", "outcome"),
    sql=f"WITH {AVAILABLE}, {GRADED} {_WEIGHTS}",
)
"""The outcome of each threat, and of each update that repairs something, by setting; `MOVED` takes it as `earlier_weight`."""

_PLAIN = "CASE WHEN m.alone LIKE 'update|%' THEN 'defer' ELSE 'scheduled' END"

# Devices that had one sheet and setting and have one now share what moved: sheets are compared once, then spread.
# A finding that was closed before and is closed now is no news, whatever closes it.
MOVED = Query(
    name="findings that moved",
    tables=SOURCES_OF_FINDINGS,
    given=("earlier", "earlier_device", "earlier_weight"),
    columns=("id", "before", "after", "outcome_before", "outcome"),
    sql=f"""
WITH {FLOOR}, {BEARERS}, {AVAILABLE}, {GRADED}, weight AS ({_WEIGHTS}),
pair AS (
  SELECT coalesce(b.device_id, e.device_id) AS device_id, coalesce(b.sheet, '') AS sheet, coalesce(e.sheet, '') AS sheet_before,
    coalesce(b.setting_id, '') AS setting_id, coalesce(e.setting_id, '') AS setting_before
  FROM bearer b FULL OUTER JOIN earlier_device e
    ON e.device_id = b.device_id AND (e.sheet = e.device_id) = (b.sheet = b.device_id)),
sheets AS (SELECT DISTINCT sheet, sheet_before FROM pair),
setting_pair AS (
  SELECT DISTINCT setting_id, setting_before FROM pair WHERE setting_id <> '' AND setting_before <> ''),
turned AS (
  SELECT coalesce(n.setting_id, e.setting_id) AS setting_id, coalesce(n.setting_before, e.setting_before) AS setting_before,
    coalesce(n.weight, e.weight) AS weight
  FROM (SELECT p.*, w.weight, w.outcome FROM setting_pair p JOIN weight w ON w.setting_id = p.setting_id) n
  FULL OUTER JOIN (
    SELECT p.*, w.weight, w.outcome FROM setting_pair p JOIN earlier_weight w ON w.setting_id = p.setting_before) e
  ON e.setting_id = n.setting_id AND e.setting_before = n.setting_before AND e.weight = n.weight
  WHERE n.outcome IS DISTINCT FROM e.outcome),
turned_sheet AS (
  SELECT DISTINCT p.sheet, p.sheet_before, t.weight FROM pair p
  JOIN turned t ON t.setting_id = p.setting_id AND t.setting_before = p.setting_before),
compared AS (
  SELECT coalesce(n.sheet, e.sheet) AS sheet, coalesce(n.sheet_before, e.sheet_before) AS sheet_before,
    coalesce(n.finding_key, e.finding_key) AS finding_key, coalesce(e.status, '') AS before, coalesce(n.status, '') AS after,
    coalesce(e.threat, '') AS threat_before, coalesce(n.threat, '') AS threat, coalesce(n.alone, e.alone) AS alone
  FROM (SELECT s.sheet_before, t.* FROM sheets s JOIN ({_STANDS}) t ON t.sheet = s.sheet) n
  FULL OUTER JOIN (
    SELECT s.sheet, s.sheet_before, t.finding_key, t.status, t.threat, t.alone
    FROM sheets s JOIN earlier t ON t.sheet = s.sheet_before) e
  ON e.sheet = n.sheet AND e.sheet_before = n.sheet_before AND e.finding_key = n.finding_key),
moving AS (
  SELECT * FROM compared
  WHERE (before IN ('affected', 'unknown') OR after IN ('affected', 'unknown'))
    AND (before <> after OR threat_before <> threat
      OR (sheet, sheet_before, threat) IN (SELECT sheet, sheet_before, weight FROM turned_sheet)
      OR (sheet, sheet_before, alone) IN (SELECT sheet, sheet_before, weight FROM turned_sheet))),
both_ AS (
  SELECT 'F-' || substr(p.device_id, 3) || '-' || m.finding_key AS id, m.before, m.after,
    CASE WHEN m.before = '' THEN '' ELSE coalesce(e.outcome, f.outcome, {_PLAIN}) END AS outcome_before,
    CASE WHEN m.after = '' THEN '' ELSE coalesce(w.outcome, g.outcome, {_PLAIN}) END AS outcome
  FROM moving m JOIN pair p ON p.sheet = m.sheet AND p.sheet_before = m.sheet_before
  LEFT JOIN earlier_weight e ON e.weight = m.threat_before AND e.setting_id = p.setting_before
  LEFT JOIN earlier_weight f ON f.weight = m.alone AND f.setting_id = p.setting_before
  LEFT JOIN weight w ON w.weight = m.threat AND w.setting_id = p.setting_id
  LEFT JOIN weight g ON g.weight = m.alone AND g.setting_id = p.setting_id)
SELECT id, before, after, outcome_before, outcome FROM both_ WHERE before <> after OR outcome_before <> outcome ORDER BY id
""",
)
"""Findings that are open in one of two snapshots at least and do not stand as they stood."""

_NAMED = "t.finding_key IN (SELECT split_part(id, '-', 3) FROM wanted)"

TOLD_OF = Query(
    name="what is told of findings",
    tables=(*SOURCES_OF_FINDINGS, "deed", "source"),
    given=("decision_now", "decision_range", "wanted"),
    columns=("id", "device_id", "device", "site", "room", "product", "component", "component_id", "version",
             "record_product", "vulnerability", "kind", "class", "rule", "status", "missing", "sentence", "note",
             "sha256", "place", "document", "update_label", "action", "deed", "maker", "servicer", "decision"),
    sql=f"""
WITH {spread(ASKED_BY_ID, _NAMED)}, {DECIDED}
SELECT w.id, w.device_id, w.asset_tag AS device, w.site, w.room, w.product, w.component_name AS component,
  w.component_id, w.component_version AS version, coalesce(c.product, '') AS record_product, w.vulnerability, w.kind,
  w.class, w.rule, w.status, w.missing, w.sentence, w.why AS note, w.sha256, w.place, coalesce(s.name, '') AS document,
  w.update_label, coalesce(a.id, '') AS action, coalesce(a.deed, '') AS deed, coalesce(a.maker, '') AS maker,
  coalesce(a.servicer, '') AS servicer,
  coalesce(nullif(x.kind, 'reopen'), '') AS decision
FROM weighed w JOIN wanted t ON t.id = w.id
LEFT JOIN component c ON c.component_id = w.component_id
LEFT JOIN decided x ON x.finding_id = w.id
LEFT JOIN (SELECT id, deed, product_id, site, maker, servicer FROM deed) a
  ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
LEFT JOIN source s ON s.sha256 = w.sha256
ORDER BY {ORDER}
""",
)  # fmt: skip
"""Findings by id, in the order of urgency, with reason, document, action and who answers for it."""

_ON_ENDED = "d.device_id IN (SELECT device_id FROM ended)"
_ABOUT_ENDED = "t.vulnerability IN (SELECT vulnerability FROM ended)"

# A retired device raises nothing, so its state is read from `device` itself: its findings ended and nobody repaired
# it. A record that is analysed anew may name no product for a while: that is no repair either (`is_told`).
FATES = Query(
    name="what became of findings",
    tables=(*SOURCES_OF_FINDINGS, "vulnerability", "criterion", "source"),
    given=("ended",),
    columns=("id", "device_state", "is_listed", "instead", "still", "record_state", "is_told"),
    sql=f"""
WITH {spread(_ON_ENDED, _ABOUT_ENDED)},
open_ AS (SELECT device_id, vulnerability, min(id) AS id FROM weighed
  WHERE status IN ('affected', 'unknown') AND vulnerability <> '' GROUP BY 1, 2),
latest AS (SELECT * FROM (
  SELECT v.vulnerability, v.sha256, coalesce(v.state, '') AS state, row_number() OVER (PARTITION BY v.vulnerability
    ORDER BY v.modified DESC, s.received DESC, v.sha256) AS place_in_line
  FROM vulnerability v JOIN source s ON s.sha256 = v.sha256
  WHERE v.vulnerability IN (SELECT vulnerability FROM ended)) ranked WHERE place_in_line = 1),
naming AS (
  SELECT vulnerability FROM claim WHERE vulnerability IN (SELECT vulnerability FROM ended)
  UNION SELECT k.vulnerability FROM criterion k JOIN latest v ON v.vulnerability = k.vulnerability AND v.sha256 = k.sha256),
-- Materialised: else what ended would be held against every component there is, by what it is not
beside AS MATERIALIZED (
  SELECT e.id, e.component_id, e.component, e.record_product, l.component_id AS other
  FROM ended e JOIN device d ON d.device_id = e.device_id JOIN listed l ON l.configuration_id = d.configuration_id),
versions AS (
  SELECT e.id, max(c.name || ' ' || c.version) AS instead
  FROM beside e JOIN component c ON c.component_id = e.other
  WHERE c.component_id <> e.component_id AND c.norm <> '' AND c.doubt = ''
    AND CASE WHEN e.record_product <> '' THEN c.product = e.record_product ELSE c.name = e.component END
  GROUP BY 1)
SELECT e.id, coalesce(d.state, '') AS device_state, l.component_id IS NOT NULL AS is_listed,
  coalesce(n.instead, '') AS instead, coalesce(o.id, '') AS still, coalesce(v.state, '') AS record_state,
  k.vulnerability IS NOT NULL AS is_told
FROM ended e LEFT JOIN device d ON d.device_id = e.device_id
LEFT JOIN listed l ON l.configuration_id = d.configuration_id AND l.component_id = e.component_id
LEFT JOIN open_ o ON o.device_id = e.device_id AND o.vulnerability = e.vulnerability
LEFT JOIN latest v ON v.vulnerability = e.vulnerability
LEFT JOIN naming k ON k.vulnerability = e.vulnerability
LEFT JOIN versions n ON n.id = e.id
ORDER BY e.id
""",
)
"""What is there now of findings that ended: the device, the component or another version of it, the record, and
another open finding about the same vulnerability on the same device."""
