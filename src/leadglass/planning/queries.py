# SPDX-License-Identifier: Apache-2.0
"""The findings of devices, joined on demand from what was found per component, configuration and device.

Findings are never stored per device (a million devices times a thousand components): one row per component is
listed for every device that has it. A finding id is the device's id and the finding's key.
"""

from leadglass.planning.offers import AVAILABLE, GRADED, INSTALL, UPDATE_COLUMNS, UPDATE_JOINS
from leadglass.planning.told import LISTED
from leadglass.values.query import Query

SOURCES_OF_FINDINGS = (
    "device", "component", "configuration_component", "told_configuration", "told_device", "claim", "threat", "risk",
    "product", "offer", "repair",
)  # fmt: skip

_FLOOR = "floor_ AS (SELECT * FROM device WHERE state <> 'retired')"

# Where decisions are asked after, only devices on which one may stand are spread to their findings
_DECIDED_FLOOR = """
floor_ AS (SELECT * FROM device WHERE state <> 'retired' AND (
  device_id IN (SELECT 'D-' || split_part(finding_id, '-', 2) FROM decision_now)
  OR configuration_id IN (
    SELECT l.configuration_id FROM listed l JOIN component c ON c.component_id = l.component_id
    JOIN decision_range r ON r.product = c.product AND r.lo <= c.key AND c.key < r.hi)))
"""

_TOLD = f"""
told AS (
  SELECT d.device_id, t.finding_key, t.kind, t.component_id, t.vulnerability, t.status, t.class, t.missing, t.rule, t.why,
    t.sha256, t.place, t.update_key
  FROM floor_ d JOIN told_configuration t ON t.configuration_id = d.configuration_id
  UNION ALL
  SELECT t.device_id, t.finding_key, t.kind, t.component_id, t.vulnerability, t.status, t.class, t.missing, t.rule, t.why,
    t.sha256, t.place, ''
  FROM floor_ d JOIN told_device t ON t.device_id = d.device_id),
{AVAILABLE}, {GRADED},
weighed AS (
  SELECT 'F-' || substr(t.device_id, 3) || '-' || t.finding_key AS id, t.device_id, t.finding_key, t.kind, t.component_id,
    t.vulnerability, t.status, t.class, t.missing, t.rule, t.why, t.sha256, t.place, d.site, d.asset_tag, d.product_id,
    d.product, d.maker, d.model, d.modality, d.room, d.department, d.serial_number, d.software_version, d.servicer,
    d.tier, d.setting_id, d.first_seen AS device_seen, d.configuration_id,
    coalesce(c.name, '') AS component_name, coalesce(c.version, '') AS component_version, c.first_seen AS component_seen,
    h.first_seen AS record_seen, h.known_exploited, h.kev_seen, h.ransomware, h.epss, h.cvss, h.severity,
    coalesce(h.sentence, '') AS sentence,
    CASE WHEN t.kind = 'vulnerability' THEN t.update_key ELSE '' END AS update_key,
{UPDATE_COLUMNS},
    coalesce(r.why, '') AS risk_why, coalesce(r.harm_patient, '') AS harm_patient,
    coalesce(r.harm_privacy, '') AS harm_privacy, coalesce(r.harm_clinical, '') AS harm_clinical,
    CASE WHEN t.status = 'unknown' THEN CASE WHEN t.kind <> 'vulnerability' AND t.missing = 'software list'
        THEN 'disclose' ELSE 'ask' END
      WHEN t.status <> 'affected' THEN ''
      WHEN r.outcome IN ('immediate', 'out-of-cycle') THEN 'contain'
      WHEN r.outcome = 'scheduled' OR {INSTALL} THEN
        CASE WHEN d.servicer <> '' AND d.servicer_is_maker = false THEN 'service' ELSE 'update' END
      ELSE 'watch' END AS deed
  FROM told t JOIN device d ON d.device_id = t.device_id
  LEFT JOIN component c ON c.component_id = t.component_id
  LEFT JOIN threat h ON h.vulnerability = t.vulnerability
  LEFT JOIN risk r ON r.exploitation = h.exploitation AND r.automatable = h.automatable AND r.effects = h.effects
    AND r.setting_id = d.setting_id{UPDATE_JOINS})
"""

TOLD = f"{LISTED}, {_FLOOR}, {_TOLD}"
"""Findings per device, weighed."""


# The order of everything: outcome, then clinical tier, then KEV and EPSS, then CVSS; affected before unknown.
ORDER = """
CASE status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END, urgency DESC, tier,
CASE WHEN known_exploited IS NULL THEN 1 ELSE 0 END, coalesce(epss, 0) DESC, coalesce(cvss, 0) DESC, vulnerability, id
"""

_FINDING_COLUMNS = (
    "id", "device_id", "device", "site", "product_id", "product", "component", "component_id", "version",
    "vulnerability", "kind", "rule", "status", "missing", "class", "sentence", "note", "known_exploited", "epss",
    "cvss", "outcome", "urgency", "risk_why", "harm_patient", "harm_privacy", "harm_clinical", "deed", "sha256",
    "place", "maker", "model", "software_version", "update_id", "update_label", "action_id", "decision", "decision_id",
    "decided_until", "total",
)  # fmt: skip

# Decisions live in the register and join at reading, so that an edit shows at once. A decision lists findings,
# or covers a component's range; the latest of those that cover a finding counts.
DECIDED = """
decided AS (SELECT * FROM (
  SELECT id AS finding_id, kind, owner, until, decision_id,
    row_number() OVER (PARTITION BY id ORDER BY number DESC) AS place_in_line
  FROM (
    SELECT finding_id AS id, kind, owner, until, decision_id, number FROM decision_now
    UNION ALL
    SELECT w.id, r.kind, r.owner, r.until, r.decision_id, r.number
    FROM weighed w JOIN component c ON c.component_id = w.component_id
    JOIN decision_range r ON r.vulnerability = w.vulnerability AND r.product = c.product
      AND r.lo <= c.key AND c.key < r.hi) covered) ranked
  WHERE place_in_line = 1)
"""

FINDINGS = Query(
    name="findings",
    tables=(*SOURCES_OF_FINDINGS, "action"),
    given=("decision_now", "decision_range"),
    params=("device", "product", "component", "vulnerability", "status", "kind", "id", "action",
            "text", "count", "skip"),
    columns=_FINDING_COLUMNS,
    sql=f"""
WITH {TOLD}, {DECIDED}
SELECT w.id, w.device_id, w.asset_tag AS device, w.site, w.product_id, w.product, w.component_name AS component,
  w.component_id, w.component_version AS version, w.vulnerability, w.kind, w.rule, w.status, w.missing, w.class,
  w.sentence, w.why AS note, w.known_exploited, w.epss, w.cvss, w.outcome, w.urgency, w.risk_why, w.harm_patient,
  w.harm_privacy, w.harm_clinical, w.deed, w.sha256, w.place, w.maker, w.model, w.software_version,
  CASE WHEN w.update_key = '' THEN '' ELSE 'F-' || substr(w.device_id, 3) || '-' || w.update_key END AS update_id,
  w.update_label,
  coalesce(a.id, '') AS action_id, coalesce(nullif(x.kind, 'reopen'), '') AS decision,
  coalesce(x.decision_id, '') AS decision_id, x.until AS decided_until, count(*) OVER () AS total
FROM weighed w LEFT JOIN decided x ON x.finding_id = w.id
LEFT JOIN action a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
WHERE ($device = '' OR w.device_id = $device OR w.asset_tag = $device)
  AND ($product = '' OR w.product_id = $product OR lower(w.product) LIKE '%' || lower($product) || '%')
  AND ($component = '' OR w.component_id = $component OR lower(w.component_name) LIKE '%' || lower($component) || '%')
  AND ($vulnerability = '' OR w.vulnerability = $vulnerability) AND ($status = '' OR w.status = $status)
  AND ($kind = '' OR w.kind = $kind) AND ($id = '' OR w.id LIKE $id || '%')
  AND ($action = '' OR a.id = $action)
  AND ($text = '' OR lower(w.product || ' ' || w.component_name || ' ' || w.vulnerability || ' ' || w.sentence)
    LIKE '%' || lower($text) || '%')
ORDER BY {ORDER} LIMIT $count OFFSET $skip
""",
)  # fmt: skip
"""Findings per device, filtered, in the order of urgency, with the decision that covers each."""

ACTIONS = Query(
    name="actions",
    tables=(*SOURCES_OF_FINDINGS, "action"),
    given=("decision_now", "decision_range"),
    params=("id", "product", "text", "deed", "count", "skip"),
    columns=("id", "rank", "deed", "product_id", "product", "maker", "site", "outcome", "title",
             "why", "accountable", "remedy_by", "due_triage", "due_contain", "due_remedy", "proof",
             "alternatives", "devices", "findings", "vulnerabilities", "unknown", "clocks",
             "decided", "decision", "owner", "decided_until", "total"),
    sql=f"""
WITH {LISTED}, {_DECIDED_FLOOR}, {_TOLD}, {DECIDED},
covered AS (
  SELECT w.deed, w.product_id, w.site, count(*) AS decided, max(x.kind) AS decision, max(x.owner) AS owner,
    min(x.until) AS decided_until
  FROM weighed w JOIN decided x ON x.finding_id = w.id WHERE x.kind <> 'reopen' GROUP BY 1, 2, 3)
SELECT a.*, coalesce(c.decided, 0) AS decided, coalesce(c.decision, '') AS decision, coalesce(c.owner, '') AS owner,
  c.decided_until, count(*) OVER () AS total
FROM action a LEFT JOIN covered c ON c.deed = a.deed AND c.product_id = a.product_id AND c.site = a.site
WHERE ($id = '' OR a.id LIKE $id || '%') AND ($deed = '' OR a.deed = $deed)
  AND ($product = '' OR a.product_id = $product OR lower(a.product) LIKE '%' || lower($product) || '%')
  AND ($text = '' OR lower(a.title || ' ' || a.product || ' ' || a.why || ' ' || a.site) LIKE '%' || lower($text) || '%')
ORDER BY CASE WHEN coalesce(c.decided, 0) >= a.findings THEN 1 ELSE 0 END, a.rank LIMIT $count OFFSET $skip
""",
)  # fmt: skip
"""Actions in their rank; those whose every finding is decided come last."""

ACTION_DEVICES = Query(
    name="devices and findings of actions",
    tables=(*SOURCES_OF_FINDINGS, "action"),
    given=("wanted",),
    columns=("action_id", "device_id", "device", "site", "room", "department", "maker", "model", "modality", "software_version",
             "serial_number", "place", "sha256", "findings"),
    sql=f"""
WITH {TOLD}
SELECT a.id AS action_id, w.device_id, max(w.asset_tag) AS device, max(w.site) AS site, max(w.room) AS room,
  max(w.department) AS department, max(w.maker) AS maker, max(w.model) AS model, max(w.modality) AS modality,
  max(w.software_version) AS software_version, max(w.serial_number) AS serial_number, max(d.place) AS place,
  max(d.sha256) AS sha256, list(w.id ORDER BY w.id) AS findings
FROM weighed w JOIN action a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
JOIN wanted x ON x.id = a.id JOIN device d ON d.device_id = w.device_id
GROUP BY 1, 2 ORDER BY 1, 3, 2
""",
)  # fmt: skip

QUESTIONS = Query(
    name="questions",
    tables=("question", "question_device", "device"),
    params=("id", "product", "text", "count", "skip"),
    columns=("rank", "id", "kind", "subject", "product_id", "maker", "model", "text", "answers",
             "asked", "settles", "devices", "sites", "total"),
    sql="""
SELECT q.rank, q.id, q.kind, q.subject, q.product_id, q.maker, q.model, q.text, q.answers, q.asked,
  CAST(sum(m.findings) AS BIGINT) AS settles, count(*) AS devices, count(DISTINCT d.site) AS sites, count(*) OVER () AS total
FROM question q JOIN question_device m ON m.question_id = q.id JOIN device d ON d.device_id = m.device_id
WHERE ($id = '' OR q.id LIKE $id || '%') AND ($product = '' OR q.product_id = $product OR
  lower(q.maker || ' ' || q.model) LIKE '%' || lower($product) || '%')
  AND ($text = '' OR lower(q.text) LIKE '%' || lower($text) || '%')
GROUP BY q.rank, q.id, q.kind, q.subject, q.product_id, q.maker, q.model, q.text, q.answers, q.asked
ORDER BY settles DESC, devices DESC, q.rank LIMIT $count OFFSET $skip
""",
)  # fmt: skip

QUESTION_DEVICES = Query(
    name="devices of questions",
    tables=("question_device", "device"),
    given=("wanted",),
    columns=(
        "question_id",
        "device_id",
        "device",
        "site",
        "room",
        "serial_number",
        "software_version",
        "findings",
    ),
    sql="""
SELECT m.question_id, d.device_id, d.asset_tag AS device, d.site, d.room, d.serial_number, d.software_version, m.findings
FROM question_device m JOIN wanted w ON w.id = m.question_id JOIN device d ON d.device_id = m.device_id
ORDER BY m.question_id, d.site, d.asset_tag, d.device_id
""",
)

SOURCES = Query(
    name="sources",
    tables=("source", "advisory"),
    params=("id", "kind", "text", "count", "skip"),
    columns=("sha256", "kind", "standard", "version", "name", "size", "received", "first_received", "publisher", "tlp",
             "newest", "advisory", "title", "taken", "remarks", "total"),
    sql="""
SELECT s.sha256, s.kind, s.standard, s.version, s.name, s.size, s.received, s.first_received,
  CASE WHEN s.publisher <> '' THEN s.publisher ELSE coalesce(a.publisher, '') END AS publisher,
  s.tlp, s.newest, coalesce(a.advisory, '') AS advisory, coalesce(a.title, '') AS title, s.taken, s.remarks,
  count(*) OVER () AS total
FROM source s LEFT JOIN advisory a ON a.sha256 = s.sha256
WHERE ($id = '' OR s.sha256 LIKE $id || '%' OR a.advisory = $id) AND ($kind = '' OR s.kind = $kind)
  AND ($text = '' OR lower(s.name || ' ' || s.standard || ' ' || coalesce(a.advisory || ' ' || a.title, ''))
    LIKE '%' || lower($text) || '%')
ORDER BY s.received DESC, s.name, s.sha256 LIMIT $count OFFSET $skip
""",
)  # fmt: skip

REMARKS = Query(
    name="remarks",
    tables=("remark", "source"),
    params=("id", "text", "count", "skip"),
    columns=("document", "sha256", "place", "step", "why", "total"),
    sql="""
SELECT s.name AS document, r.sha256, r.place, r.step, r.why, count(*) OVER () AS total
FROM remark r JOIN source s ON s.sha256 = r.sha256
WHERE ($id = '' OR r.sha256 LIKE $id || '%') AND ($text = '' OR lower(s.name || ' ' || r.why) LIKE '%' || lower($text) || '%')
ORDER BY s.name, r.sha256, r.number LIMIT $count OFFSET $skip
""",
)

COUNTS = Query(
    name="counts",
    tables=(*SOURCES_OF_FINDINGS, "action", "question", "source"),
    columns=("devices", "retired", "missing", "products", "affected", "unknown", "not_affected", "fixed",
             "updates_available", "out_of_support", "actions", "questions", "documents"),
    sql=f"""
WITH {TOLD}
SELECT (SELECT count(*) FROM device) AS devices, (SELECT count(*) FROM device WHERE state = 'retired') AS retired,
  (SELECT count(*) FROM device WHERE state = 'missing') AS missing,
  (SELECT count(DISTINCT product_id) FROM device) AS products,
  (SELECT count(*) FROM told WHERE status = 'affected' AND kind NOT IN ('update', 'end_of_support')) AS affected,
  (SELECT count(*) FROM told WHERE status = 'unknown') AS unknown,
  (SELECT count(*) FROM told WHERE status = 'not_affected') AS not_affected,
  (SELECT count(*) FROM told WHERE status = 'fixed') AS fixed,
  (SELECT count(*) FROM told WHERE status = 'affected' AND kind = 'update') AS updates_available,
  (SELECT count(*) FROM told WHERE status = 'affected' AND kind = 'end_of_support') AS out_of_support,
  (SELECT count(*) FROM action) AS actions, (SELECT count(*) FROM question) AS questions,
  (SELECT count(*) FROM source) AS documents
""",
)  # fmt: skip

STATES = Query(
    name="states of devices",
    tables=(*SOURCES_OF_FINDINGS, "action"),
    given=("decision_now", "decision_range"),
    columns=("device_id", "site", "state", "findings"),
    sql=f"""
WITH {TOLD}, {DECIDED}
SELECT w.device_id, w.site, CASE WHEN x.kind IS NOT NULL AND x.kind <> 'reopen' THEN 'settled'
    WHEN w.deed = 'contain' AND w.outcome = 'immediate' THEN 'act now' WHEN w.deed = 'contain' THEN 'contain'
    WHEN w.deed IN ('update', 'service') THEN 'plan' WHEN w.deed = 'watch' THEN 'watch' ELSE 'unknown' END AS state,
  count(*) AS findings
FROM weighed w LEFT JOIN decided x ON x.finding_id = w.id WHERE w.deed <> '' GROUP BY 1, 2, 3 ORDER BY 1, 3
""",
)
"""How many open findings of which state each device has."""

TOP_FINDINGS = Query(
    name="gravest findings of each device",
    tables=(*SOURCES_OF_FINDINGS, "action"),
    given=("decision_now", "decision_range"),
    params=("most",),
    columns=("device_id", "id", "vulnerability", "status", "kind", "class", "missing", "rule", "component",
             "version", "sentence", "note", "outcome", "deed", "sha256", "place", "total",
             "action_id", "decision"),
    sql=f"""
WITH {TOLD}, {DECIDED},
ranked AS (SELECT w.*, count(*) OVER (PARTITION BY device_id) AS total,
    row_number() OVER (PARTITION BY device_id ORDER BY {ORDER}) AS place_in_line FROM weighed w)
SELECT w.device_id, w.id, w.vulnerability, w.status, w.kind, w.class, w.missing, w.rule, w.component_name AS component,
  w.component_version AS version, w.sentence, w.why AS note, w.outcome, w.deed, w.sha256, w.place, w.total,
  coalesce(a.id, '') AS action_id, coalesce(nullif(x.kind, 'reopen'), '') AS decision
FROM ranked w LEFT JOIN decided x ON x.finding_id = w.id
LEFT JOIN action a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
WHERE w.place_in_line <= $most ORDER BY w.device_id, w.place_in_line
""",
)  # fmt: skip
