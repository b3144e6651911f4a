# SPDX-License-Identifier: Apache-2.0
"""What the status and the report count: findings of all, and of each device how many are open and which weigh most."""

from leadglass.planning.actions import COVERED, OUTCOME_OF_DEED
from leadglass.planning.sheets import BEARERS, FLOOR, OPEN_UNITS, SHEETS
from leadglass.planning.spread import DECIDED, DECIDED_ON, ORDER, SOURCES_OF_FINDINGS, spread
from leadglass.values.query import Query

COUNTS = Query(
    name="counts",
    tables=(*SOURCES_OF_FINDINGS, "deed", "question", "source", "namesake"),
    columns=("devices", "retired", "missing", "products", "affected", "unknown", "not_affected", "fixed",
             "updates_available", "out_of_support", "actions", "questions", "documents", "components",
             "components_unnamed"),
    sql=f"""
WITH {FLOOR}, {BEARERS},
told AS (
  SELECT t.status, t.kind, CAST(sum(t.findings * b.devices) AS BIGINT) AS findings
  FROM (SELECT sheet, status, kind, count(*) AS findings FROM {SHEETS} s GROUP BY 1, 2, 3) t
  JOIN (SELECT sheet, count(*) AS devices FROM bearer GROUP BY 1) b ON b.sheet = t.sheet GROUP BY 1, 2),
totals AS (
  SELECT sum(findings) FILTER (WHERE status = 'affected' AND kind NOT IN ('update', 'end_of_support')) AS affected,
    sum(findings) FILTER (WHERE status = 'unknown') AS unknown,
    sum(findings) FILTER (WHERE status = 'not_affected') AS not_affected,
    sum(findings) FILTER (WHERE status = 'fixed') AS fixed,
    sum(findings) FILTER (WHERE status = 'affected' AND kind = 'update') AS updates_available,
    sum(findings) FILTER (WHERE status = 'affected' AND kind = 'end_of_support') AS out_of_support
  FROM told),
listed_thing AS (
  SELECT n.spoken_of FROM namesake n WHERE n.namesake IN (
    SELECT c.namesake FROM component c JOIN configuration_component l ON l.component_id = c.component_id
    JOIN device d ON d.configuration_id = l.configuration_id AND d.state <> 'retired'))
SELECT (SELECT count(*) FROM device) AS devices, (SELECT count(*) FROM device WHERE state = 'retired') AS retired,
  (SELECT count(*) FROM device WHERE state = 'missing') AS missing,
  (SELECT count(DISTINCT product_id) FROM device) AS products,
  CAST(coalesce(affected, 0) AS BIGINT) AS affected, CAST(coalesce(unknown, 0) AS BIGINT) AS unknown,
  CAST(coalesce(not_affected, 0) AS BIGINT) AS not_affected, CAST(coalesce(fixed, 0) AS BIGINT) AS fixed,
  CAST(coalesce(updates_available, 0) AS BIGINT) AS updates_available,
  CAST(coalesce(out_of_support, 0) AS BIGINT) AS out_of_support,
  (SELECT count(*) FROM deed) AS actions, (SELECT count(*) FROM question) AS questions,
  (SELECT count(*) FROM source) AS documents, (SELECT count(*) FROM listed_thing) AS components,
  (SELECT count(*) FROM listed_thing WHERE NOT spoken_of) AS components_unnamed
FROM totals
""",
)  # fmt: skip

_STATE = """
CASE WHEN deed = 'contain' AND outcome = 'immediate' THEN 'act now' WHEN deed = 'contain' THEN 'contain'
  WHEN deed IN ('update', 'service') THEN 'plan' WHEN deed = 'watch' THEN 'watch' ELSE 'unknown' END"""

STATES = Query(
    name="states of devices",
    tables=(*SOURCES_OF_FINDINGS, "deed", "told_sum"),
    given=("decision_now", "decision_range"),
    columns=("device_id", "site", "state", "findings"),
    sql=f"""
WITH counted AS (
  WITH {FLOOR}, {BEARERS}, {OPEN_UNITS}
  SELECT d.device_id, d.site, w.state, w.findings FROM (
    SELECT sheet, setting_id, tier, served, {_STATE} AS state, CAST(sum(findings) AS BIGINT) AS findings
    FROM weighed_unit GROUP BY 1, 2, 3, 4, 5) w
  JOIN bearer d ON d.sheet = w.sheet AND d.setting_id = w.setting_id AND d.tier = w.tier AND d.served = w.served),
settled AS (
  WITH {spread(DECIDED_ON)}, {DECIDED}
  SELECT w.device_id, w.site, {_STATE} AS state FROM weighed w JOIN decided x ON x.finding_id = w.id
  WHERE x.kind <> 'reopen' AND w.deed <> '')
SELECT device_id, site, state, CAST(sum(findings) AS BIGINT) AS findings FROM (
  SELECT * FROM counted
  UNION ALL SELECT device_id, site, state, -1 FROM settled
  UNION ALL SELECT device_id, site, 'settled', 1 FROM settled) moved
GROUP BY 1, 2, 3 HAVING sum(findings) > 0 ORDER BY 1, 3
""",
)  # fmt: skip
"""How many open findings of which state each device has; those that people decided on are settled."""

TOP_FINDINGS = Query(
    name="gravest findings of some devices",
    tables=(*SOURCES_OF_FINDINGS, "deed"),
    given=("decision_now", "decision_range", "wanted"),
    needs=("wanted",),
    params=("most",),
    columns=("device_id", "id", "vulnerability", "status", "kind", "class", "missing", "rule", "component",
             "version", "sentence", "note", "outcome", "deed", "sha256", "place", "total",
             "action_id", "decision"),
    sql=f"""
WITH {spread("d.device_id IN (SELECT id FROM wanted)")}, {DECIDED},
ranked AS (SELECT w.*, count(*) OVER (PARTITION BY device_id) AS total,
    row_number() OVER (PARTITION BY device_id ORDER BY {ORDER}) AS place_in_line FROM weighed w)
SELECT w.device_id, w.id, w.vulnerability, w.status, w.kind, w.class, w.missing, w.rule, w.component_name AS component,
  w.component_version AS version, w.sentence, w.why AS note, w.outcome, w.deed, w.sha256, w.place, w.total,
  coalesce(a.id, '') AS action_id, coalesce(nullif(x.kind, 'reopen'), '') AS decision
FROM ranked w LEFT JOIN decided x ON x.finding_id = w.id
LEFT JOIN deed a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
WHERE w.place_in_line <= $most ORDER BY w.device_id, w.place_in_line
""",
)  # fmt: skip

AREAS = Query(
    name="states by site and modality",
    tables=(*SOURCES_OF_FINDINGS, "deed", "told_sum"),
    given=("decision_now", "decision_range"),
    columns=("site", "modality", "state", "devices", "unknown", "findings"),
    sql=f"""
WITH open_ AS MATERIALIZED ({STATES.sql}),
worst AS (
  SELECT device_id, min(CASE state WHEN 'act now' THEN 0 WHEN 'contain' THEN 1 WHEN 'plan' THEN 2 WHEN 'unknown' THEN 3
    WHEN 'watch' THEN 4 ELSE 5 END) AS state, max(CASE state WHEN 'unknown' THEN 1 ELSE 0 END) AS unknown
  FROM open_ GROUP BY 1),
told AS (
  SELECT d.site, d.modality, CASE coalesce(w.state, 5) WHEN 0 THEN 'act now' WHEN 1 THEN 'contain' WHEN 2 THEN 'plan'
    WHEN 3 THEN 'unknown' WHEN 4 THEN 'watch' ELSE 'settled' END AS state, 1 AS devices, coalesce(w.unknown, 0) AS unknown,
    0 AS findings
  FROM device d LEFT JOIN worst w ON w.device_id = d.device_id WHERE d.state <> 'retired'
  UNION ALL
  SELECT d.site, d.modality, o.state, 0, 0, o.findings FROM open_ o JOIN device d ON d.device_id = o.device_id
  WHERE d.state <> 'retired')
SELECT site, modality, state, CAST(sum(devices) AS BIGINT) AS devices, CAST(sum(unknown) AS BIGINT) AS unknown,
  CAST(sum(findings) AS BIGINT) AS findings
FROM told GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""",
)
"""Devices by their worst state, those of them that wait for a fact, and open findings by state."""

KNOWN = Query(
    name="how much is known of devices",
    tables=("device", "question_device"),
    columns=("total", "judged", "blind", "waiting"),
    sql="""
SELECT count(*) AS total,
  count(*) FILTER (WHERE ' ' || knows || ' ' LIKE '% software %' AND ' ' || knows || ' ' LIKE '% version %') AS judged,
  count(*) FILTER (WHERE NOT (' ' || knows || ' ' LIKE '% software %' OR ' ' || knows || ' ' LIKE '% system %'
    OR ' ' || knows || ' ' LIKE '% hardware %')) AS blind,
  (SELECT count(DISTINCT m.device_id) FROM question_device m JOIN device d ON d.device_id = m.device_id) AS waiting
FROM device WHERE state <> 'retired'
""",
)
"""Devices that can be judged in full, those that cannot at all, and those about which something is asked."""

AGENDA = Query(
    name="what is to be done by when",
    tables=(*SOURCES_OF_FINDINGS, "deed", "clock"),
    given=("decision_now", "decision_range"),
    params=("today", "soon"),
    columns=("open", "now", "now_devices", "due", "late"),
    sql=f"""
WITH {spread(DECIDED_ON)}, {DECIDED}, {COVERED},
dated AS (
  SELECT a.deed, a.urgency, a.devices, CAST(a.since AS DATE) + CAST(coalesce(
    CASE WHEN a.deed = 'contain' THEN k.contain END, k.triage) AS INTEGER) AS due
  FROM deed a LEFT JOIN covered c ON c.deed = a.deed AND c.product_id = a.product_id AND c.site = a.site
  LEFT JOIN clock k ON k.outcome = {OUTCOME_OF_DEED}
  WHERE coalesce(c.decided, 0) < a.findings)
SELECT count(*) AS open, count(*) FILTER (WHERE deed = 'contain' AND urgency = 3) AS now,
  CAST(coalesce(sum(devices) FILTER (WHERE deed = 'contain' AND urgency = 3), 0) AS BIGINT) AS now_devices,
  count(*) FILTER (WHERE due <= $soon) AS due, count(*) FILTER (WHERE due < $today) AS late
FROM dated
""",
)
"""How many actions are open, cannot wait, are due soon and late; a device is in one of those that cannot wait at most."""
