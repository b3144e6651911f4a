# SPDX-License-Identifier: Apache-2.0
"""What goes by another name now: ids that a document's alias replaced, and the findings that were decided on under them.

A finding's id is made of the id of its vulnerability. Where that gets its CVE id later, the finding has another id, and
is the same. What goes by its own id still is not renamed, whatever aliases it has.
"""

from leadglass.values.query import Query

RENAMED = Query(
    name="vulnerabilities that go by another id now",
    tables=("vulnerability_name",),
    given=("wanted",),
    needs=("wanted", "vulnerability_name"),
    columns=("id", "now"),
    sql="""
SELECT DISTINCT w.id, n.vulnerability AS now FROM wanted w JOIN vulnerability_name n ON upper(n.name) = upper(w.id)
WHERE n.same AND n.vulnerability <> w.id ORDER BY 1, 2
""",
)
"""Of ids, those that are a name of another one now."""

MOVED_ON = Query(
    name="findings that go by another id now",
    tables=("device", "told_configuration", "told_device", "vulnerability_name"),
    given=("wanted",),
    needs=("wanted", "vulnerability_name", "told_configuration"),
    columns=("id", "now"),
    sql="""
WITH named AS (SELECT name, vulnerability FROM vulnerability_name WHERE same AND name <> vulnerability),
asked AS (
  SELECT w.id, d.device_id, d.configuration_id, split_part(w.id, '-', 3) AS finding_key
  FROM wanted w JOIN device d ON d.device_id = 'D-' || split_part(w.id, '-', 2)),
gone AS (
  SELECT a.* FROM asked a
  LEFT JOIN told_configuration t ON t.configuration_id = a.configuration_id AND t.finding_key = a.finding_key
  LEFT JOIN told_device o ON o.device_id = a.device_id AND o.finding_key = a.finding_key
  WHERE t.finding_key IS NULL AND o.finding_key IS NULL),
former AS (
  SELECT DISTINCT t.configuration_id, t.finding_key,
    substr(sha1('vulnerability|' || t.component_id || '|' || n.name), 1, 12) AS was
  FROM (SELECT DISTINCT configuration_id FROM gone) g
  JOIN told_configuration t ON t.configuration_id = g.configuration_id AND t.kind = 'vulnerability'
  JOIN named n ON n.vulnerability = t.vulnerability)
SELECT DISTINCT g.id, 'F-' || substr(g.device_id, 3) || '-' || f.finding_key AS now
FROM gone g JOIN former f ON f.configuration_id = g.configuration_id AND f.was = g.finding_key
ORDER BY 1, 2
""",
)
"""Of findings that are not told any more, those that are told under another id of the same vulnerability."""
