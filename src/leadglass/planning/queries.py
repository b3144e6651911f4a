# SPDX-License-Identifier: Apache-2.0
"""The findings of devices, joined on demand from what was found per component, configuration and device.

Findings are never stored per device (a million devices times a thousand components): one row per component is
listed for every device that has it. A finding id is the device's id and the finding's key.
"""

from leadglass.planning.offers import (
    ASKS,
    INSTALL,
    LATEST,
    OFFERED,
    OFFERED_FINDINGS,
    REPAIRED,
    UPDATE_COLUMNS,
    UPDATE_JOINS,
)
from leadglass.values.query import Query

SOURCES_OF_FINDINGS = (
    "device", "component", "configuration_component", "component_finding", "configuration_finding",
    "device_finding", "claim", "threat", "risk", "product", "offer", "repair",
)  # fmt: skip

# Retired devices raise nothing. `told` holds one row per device, component and vulnerability: where a record is
# both simple and joined, the graver answer counts.
TOLD = f"""
listed AS (SELECT DISTINCT configuration_id, component_id FROM configuration_component),
floor_ AS (SELECT * FROM device WHERE state <> 'retired'),
claimed AS (
  SELECT d.device_id, s.* FROM claim s JOIN listed l ON l.component_id = s.component_id
  JOIN floor_ d ON d.configuration_id = l.configuration_id
  LEFT JOIN listed o ON o.configuration_id = l.configuration_id AND o.component_id = s.on_id
  WHERE s.value > 0 AND (s.on_id = '' OR o.component_id IS NOT NULL)),
recorded AS (
  SELECT d.device_id, f.finding_key, 'vulnerability' AS kind, f.component_id, f.vulnerability, f.status, f.class,
    f.missing, f.rule, '' AS why, f.sha256, f.place
  FROM floor_ d JOIN listed l ON l.configuration_id = d.configuration_id
  JOIN component_finding f ON f.component_id = l.component_id
  UNION ALL
  SELECT d.device_id, f.finding_key, 'vulnerability', f.component_id, f.vulnerability, f.status, f.class,
    f.missing, f.rule, '', f.sha256, f.place
  FROM floor_ d JOIN configuration_finding f ON f.configuration_id = d.configuration_id),
{OFFERED},
told_all AS (
  SELECT * FROM recorded
  UNION ALL
  SELECT s.device_id, substr(sha1('vulnerability|' || s.component_id || '|' || s.vulnerability), 1, 12), 'vulnerability',
    s.component_id, s.vulnerability, CASE s.value WHEN 2 THEN 'affected' ELSE 'unknown' END, 'statement', s.missing,
    s.rule, '', s.sha256, s.place
  FROM claimed s
  LEFT JOIN (SELECT DISTINCT device_id, vulnerability, component_id FROM recorded WHERE status = 'affected') k
    ON k.device_id = s.device_id AND k.vulnerability = s.vulnerability
      AND (s.whole OR k.component_id = s.component_id)
  WHERE s.status = 'affected' AND k.device_id IS NULL
  UNION ALL
  SELECT d.device_id, f.finding_key, f.kind, '', f.vulnerability, f.status, f.subject, f.missing, f.rule, f.why, f.sha256,
    f.place
  FROM floor_ d JOIN device_finding f ON f.device_id = d.device_id
  LEFT JOIN (SELECT device_id, vulnerability FROM recorded WHERE status = 'affected'
    UNION SELECT device_id, vulnerability FROM claimed WHERE status = 'affected' AND value = 2) k
    ON k.device_id = f.device_id AND k.vulnerability = f.vulnerability
  WHERE f.vulnerability = '' OR k.device_id IS NULL
  UNION ALL
{OFFERED_FINDINGS}),
silencer AS (SELECT * FROM (
  SELECT s.*, row_number() OVER (PARTITION BY device_id, vulnerability, CASE WHEN whole THEN '' ELSE component_id END
    ORDER BY stated DESC, sha256, number) AS place_in_line
  FROM claimed s WHERE s.outcome = 'applied' AND s.status IN ('not_affected', 'fixed')) ranked WHERE place_in_line = 1),
heard AS (
  SELECT t.device_id, t.finding_key, t.kind, t.component_id, t.vulnerability,
    coalesce(s.status, w.status, t.status) AS status,
    CASE WHEN s.status IS NULL AND w.status IS NULL THEN t.class ELSE 'statement' END AS class,
    CASE WHEN s.status IS NULL AND w.status IS NULL THEN t.missing ELSE '' END AS missing,
    coalesce(s.rule, w.rule, t.rule) AS rule, t.why, coalesce(s.sha256, w.sha256, t.sha256) AS sha256,
    coalesce(s.place, w.place, t.place) AS place
  FROM told_all t
  LEFT JOIN silencer s ON s.device_id = t.device_id AND s.vulnerability = t.vulnerability AND NOT s.whole
    AND s.component_id = t.component_id
  LEFT JOIN silencer w ON w.device_id = t.device_id AND w.vulnerability = t.vulnerability AND w.whole),
told AS (SELECT * FROM (
  SELECT t.*, row_number() OVER (PARTITION BY device_id, finding_key
    ORDER BY CASE status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END, rule) AS place_in_line
  FROM heard t) ranked WHERE place_in_line = 1),
{REPAIRED},
weighed AS (
  SELECT 'F-' || substr(t.device_id, 3) || '-' || t.finding_key AS id, t.device_id, t.finding_key, t.kind, t.component_id,
    t.vulnerability, t.status, t.class, t.missing, t.rule, t.why, t.sha256, t.place, d.site, d.asset_tag, d.product_id,
    d.product, d.maker, d.model, d.modality, d.room, d.department, d.serial_number, d.software_version, d.servicer,
    d.tier, d.setting_id, d.first_seen AS device_seen, d.configuration_id,
    coalesce(c.name, '') AS component_name, coalesce(c.version, '') AS component_version, c.first_seen AS component_seen,
    h.first_seen AS record_seen, h.known_exploited, h.kev_seen, h.ransomware, h.epss, h.cvss, h.severity,
    coalesce(h.sentence, '') AS sentence,
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
WITH {TOLD}, {DECIDED},
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

DEEDS = Query(
    name="deeds",
    tables=SOURCES_OF_FINDINGS,
    columns=("deed", "product_id", "site", "findings", "devices", "vulnerabilities", "urgency", "tier", "unknown", "exploited",
             "epss", "cvss", "ransomware", "exploited_count", "updates", "update_label", "update_whole", "update_why",
             "update_offered", "since", "product", "maker", "model", "servicer", "outcome", "vulnerability",
             "component_name", "component_version", "class", "rule", "sentence", "missing", "known_exploited", "status",
             "kind", "note", "sha256", "place", "risk_why", "harm_patient"),
    sql=f"""
WITH {TOLD},
open_ AS (SELECT w.*, row_number() OVER (PARTITION BY deed, product_id, site ORDER BY {ORDER}) AS place_in_line,
    max(urgency) OVER (PARTITION BY deed, product_id, site) AS top
  FROM weighed w WHERE deed <> ''),
summed AS (
  SELECT deed, product_id, site, count(*) AS findings, count(DISTINCT device_id) AS devices,
    count(DISTINCT nullif(vulnerability, '')) AS vulnerabilities, max(urgency) AS urgency, min(tier) AS tier,
    count(*) FILTER (WHERE status = 'unknown') AS unknown, min(known_exploited) AS exploited,
    max(epss) AS epss, max(cvss) AS cvss, bool_or(ransomware) AS ransomware,
    count(DISTINCT CASE WHEN known_exploited IS NOT NULL THEN vulnerability END) AS exploited_count,
    count(DISTINCT nullif(update_label, '')) AS updates, coalesce(max_by(update_label, {LATEST}), '') AS update_label,
    coalesce(max_by(update_whole, {LATEST}), false) AS update_whole, coalesce(max_by(update_why, {LATEST}), '') AS update_why,
    max_by(update_offered, {LATEST}) AS update_offered
  FROM open_ GROUP BY 1, 2, 3),
clocked AS (
  SELECT deed, product_id, site, min(greatest(device_seen, coalesce(component_seen, device_seen),
      coalesce(record_seen, device_seen), coalesce(kev_seen, device_seen))) AS since
  FROM open_ WHERE urgency = top GROUP BY 1, 2, 3)
SELECT s.*, k.since, o.product, o.maker, o.model, o.servicer, o.outcome, o.vulnerability, o.component_name,
  o.component_version, o.class, o.rule, o.sentence, o.missing, o.known_exploited, o.status, o.kind, o.why AS note, o.sha256,
  o.place, o.risk_why, o.harm_patient
FROM summed s JOIN open_ o ON o.deed = s.deed AND o.product_id = s.product_id AND o.site = s.site
  AND o.place_in_line = 1
JOIN clocked k ON k.deed = s.deed AND k.product_id = s.product_id AND k.site = s.site
""",
)  # fmt: skip
"""What one deed resolves, per product and site, with the finding that weighs most."""

MISSING = Query(
    name="missing facts",
    tables=SOURCES_OF_FINDINGS,
    columns=("missing", "subject", "product_id", "maker", "model", "component_id", "component_name",
             "component_version", "device_id", "record_product", "record_part", "findings"),
    sql=f"""
WITH {TOLD}
SELECT w.missing, CASE WHEN w.kind = 'vulnerability' THEN '' ELSE w.class END AS subject, w.product_id, w.maker, w.model,
  w.component_id, CASE WHEN {ASKS} THEN split_part(w.class, '|', 1) ELSE w.component_name END AS component_name,
  w.component_version, w.device_id, CASE WHEN {ASKS} THEN w.component_version
    ELSE max(c.product) END AS record_product, max(c.part) AS record_part, count(*) AS findings
FROM weighed w LEFT JOIN component c ON c.component_id = w.component_id
WHERE w.status = 'unknown' AND ({ASKS} OR w.missing NOT IN ('', 'product identity', 'meaning of the versions'))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, w.kind, w.class
""",
)  # fmt: skip
"""Which fact is missing for how many findings, per device and component."""

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
