# SPDX-License-Identifier: Apache-2.0
"""The listing of actions: in their rank, with what was decided, and their devices and findings."""

from leadglass.planning.spread import DECIDED, DECIDED_ON, SOURCES_OF_FINDINGS, spread
from leadglass.values.query import Query

_ASKED_FOR = (
    "(d.product_id, d.site) IN (SELECT a.product_id, a.site FROM action a JOIN wanted x ON x.id = a.id)"
)

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
WITH {spread(DECIDED_ON)}, {DECIDED},
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
WITH {spread(_ASKED_FOR)}
SELECT a.id AS action_id, w.device_id, max(w.asset_tag) AS device, max(w.site) AS site, max(w.room) AS room,
  max(w.department) AS department, max(w.maker) AS maker, max(w.model) AS model, max(w.modality) AS modality,
  max(w.software_version) AS software_version, max(w.serial_number) AS serial_number, max(d.place) AS place,
  max(d.sha256) AS sha256, list(w.id ORDER BY w.id) AS findings
FROM weighed w JOIN action a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
JOIN wanted x ON x.id = a.id JOIN device d ON d.device_id = w.device_id
GROUP BY 1, 2 ORDER BY 1, 3, 2
""",
)  # fmt: skip
"""Of each action the devices, and on each the findings that it resolves."""
