# SPDX-License-Identifier: Apache-2.0
"""Updates within the findings: offers per device, and which offer repairs which finding. Parts of `told` and `queries.TOLD`.

One deed resolves an update and what it repairs, so a finding that an available update repairs is told with it.
"""

OFFERED = """
offered AS (
  SELECT d.configuration_id, o.* FROM offer o JOIN listed l ON l.component_id = o.component_id
  JOIN used d ON d.configuration_id = l.configuration_id
  LEFT JOIN listed p ON p.configuration_id = l.configuration_id AND p.component_id = o.on_id
  WHERE o.on_id = '' OR p.component_id IS NOT NULL)
"""
"""The offers for each configuration."""

OFFERED_FINDINGS = """
SELECT configuration_id, finding_key, kind, component_id, '' AS vulnerability, status, asks AS class, missing, rule, why,
  sha256, place
FROM offered
"""
"""Offers as findings of their own."""

AVAILABLE = """
available AS (SELECT DISTINCT finding_key, label, ranked, whole, why, offered FROM offer
  WHERE kind = 'update' AND status = 'affected')
"""
"""Updates that can be had."""


# Of several releases that repair one thing the latest counts; a release of the whole device before one of its parts.
def repairer(repair: str) -> str:
    """Say which update repairs what, per configuration."""
    return f"""
{AVAILABLE},
repairer AS (
  SELECT l.configuration_id, r.vulnerability, CASE WHEN r.whole THEN '' ELSE r.component_id END AS component_id,
    max_by(o.finding_key, lpad(CAST(o.ranked AS VARCHAR), 9, '0') || o.finding_key) AS finding_key
  FROM {repair} r JOIN available o ON o.finding_key = r.finding_key
  JOIN listed l ON l.component_id = r.component_id
  LEFT JOIN listed p ON p.configuration_id = l.configuration_id AND p.component_id = r.on_id
  WHERE r.on_id = '' OR p.component_id IS NOT NULL GROUP BY 1, 2, 3)
"""


# How grave an update is that repairs something, the gravest of that says.
GRADED = """
graded AS (
  SELECT p.finding_key, r.setting_id, max_by(r.outcome, r.urgency) AS outcome, max(r.urgency) AS urgency
  FROM (SELECT DISTINCT finding_key, vulnerability FROM repair) p JOIN threat h ON h.vulnerability = p.vulnerability
  JOIN risk r ON r.exploitation = h.exploitation AND r.automatable = h.automatable AND r.effects = h.effects GROUP BY 1, 2)
"""

UPDATE_COLUMNS = """
coalesce(m.label, '') AS update_label, coalesce(m.ranked, 0) AS update_ranked, coalesce(m.why, '') AS update_why,
coalesce(m.whole, false) AS update_whole, m.offered AS update_offered,
coalesce(r.outcome, g.outcome, CASE WHEN t.kind = 'update' THEN 'defer' ELSE 'scheduled' END) AS outcome,
coalesce(r.urgency, g.urgency, CASE WHEN t.kind = 'update' THEN 0 ELSE 1 END) AS urgency
"""

UPDATE_JOINS = """
LEFT JOIN graded g ON g.finding_key = t.finding_key AND g.setting_id = d.setting_id
LEFT JOIN available m ON m.finding_key = t.update_key
"""

INSTALL = "t.kind IN ('update', 'end_of_support') OR coalesce(m.whole, false)"
"""What is resolved by an update, however grave it is, short of what has to be contained."""

ASKS = "(w.kind = 'update' AND w.class <> '')"
"""Updates that wait for an answer of their own."""

LATEST = "CASE WHEN update_label <> '' THEN lpad(CAST(update_ranked AS VARCHAR), 9, '0') || update_label END"
"""Orders the updates of a group: a release of the whole device before one of its parts, of those the latest."""
