# SPDX-License-Identifier: Apache-2.0
"""What moved between two snapshots: findings whose status or outcome differs, and what became of those that ended.

One snapshot is asked where each finding stands; the other joins that and gives the differences alone, so that
what did not change costs no memory of ours.
"""

from leadglass.planning.queries import DECIDED, ORDER, SOURCES_OF_FINDINGS, TOLD
from leadglass.values.query import Query

STANDS = Query(
    name="where findings stand",
    tables=SOURCES_OF_FINDINGS,
    columns=("id", "status", "outcome"),
    sql=f"WITH {TOLD} SELECT id, status, outcome FROM weighed",
)
"""Every finding with its status and outcome; `MOVED` takes it as `earlier`."""

# A finding that was closed before and is closed now is no news, whatever closes it.
MOVED = Query(
    name="findings that moved",
    tables=SOURCES_OF_FINDINGS,
    given=("earlier",),
    columns=("id", "before", "after", "outcome_before", "outcome"),
    sql=f"""
WITH {TOLD},
both_ AS (
  SELECT coalesce(w.id, e.id) AS id, coalesce(e.status, '') AS before, coalesce(w.status, '') AS after,
    coalesce(e.outcome, '') AS outcome_before, coalesce(w.outcome, '') AS outcome
  FROM weighed w FULL OUTER JOIN earlier e ON e.id = w.id)
SELECT id, before, after, outcome_before, outcome FROM both_
WHERE (before IN ('affected', 'unknown') OR after IN ('affected', 'unknown'))
  AND (before <> after OR outcome_before <> outcome)
ORDER BY id
""",
)
"""Findings that are open in one of two snapshots at least and do not stand as they stood."""

TOLD_OF = Query(
    name="what is told of findings",
    tables=(*SOURCES_OF_FINDINGS, "action", "source"),
    given=("decision_now", "decision_range", "wanted"),
    columns=("id", "device_id", "device", "site", "room", "product", "component", "component_id", "version",
             "record_product", "vulnerability", "kind", "class", "rule", "status", "missing", "sentence", "note",
             "sha256", "place", "document", "update_label", "action", "accountable", "decision"),
    sql=f"""
WITH {TOLD}, {DECIDED}
SELECT w.id, w.device_id, w.asset_tag AS device, w.site, w.room, w.product, w.component_name AS component,
  w.component_id, w.component_version AS version, coalesce(c.product, '') AS record_product, w.vulnerability, w.kind,
  w.class, w.rule, w.status, w.missing, w.sentence, w.why AS note, w.sha256, w.place, coalesce(s.name, '') AS document,
  w.update_label, coalesce(a.id, '') AS action, coalesce(a.accountable, '') AS accountable,
  coalesce(nullif(x.kind, 'reopen'), '') AS decision
FROM weighed w JOIN wanted t ON t.id = w.id
LEFT JOIN component c ON c.component_id = w.component_id
LEFT JOIN decided x ON x.finding_id = w.id
LEFT JOIN action a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
LEFT JOIN source s ON s.sha256 = w.sha256
ORDER BY {ORDER}
""",
)  # fmt: skip
"""Findings by id, in the order of urgency, with reason, document, action and who answers for it."""

# A retired device raises nothing, so its state is read from `device` itself: its findings ended and nobody repaired
# it. A record that is analysed anew may name no product for a while: that is no repair either (`is_told`).
FATES = Query(
    name="what became of findings",
    tables=(*SOURCES_OF_FINDINGS, "vulnerability", "criterion", "source"),
    given=("ended",),
    columns=("id", "device_state", "is_listed", "instead", "still", "record_state", "is_told"),
    sql=f"""
WITH {TOLD},
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
