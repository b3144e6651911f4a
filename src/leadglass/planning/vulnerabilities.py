# SPDX-License-Identifier: Apache-2.0
"""The vulnerability as a thing to look at: which ones touch the fleet, on how many devices, and every other one."""

from leadglass.planning.spread import ON_FLOOR, SOURCES_OF_FINDINGS
from leadglass.values.query import Query
from leadglass.values.schema import columns, relation

_FLOOR = f"""
floor_ AS (
  SELECT * FROM device WHERE {ON_FLOOR} AND ($device = '' OR device_id = $device OR asset_tag = $device)
    AND ($product = '' OR product_id = $product OR lower(product) LIKE '%' || lower($product) || '%'))
"""

_GRAVITY = (
    "min(CASE status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 WHEN 'not_affected' THEN 2 ELSE 3 END)"
)

# Per device its gravest finding counts, so that the four numbers of devices are apart. Devices are counted by their
# configuration; one that is told of the same vulnerability alone is taken out there and counted by itself.
_TOUCHING = f"""
spot AS (SELECT configuration_id, setting_id, count(*) AS devices FROM floor_ GROUP BY 1, 2),
pressing AS (
  SELECT s.configuration_id, r.exploitation, r.automatable, r.effects, max(r.urgency) AS urgency
  FROM spot s JOIN risk r ON r.setting_id = s.setting_id GROUP BY 1, 2, 3, 4),
shared AS (
  SELECT configuration_id, vulnerability, {_GRAVITY} AS status FROM told_configuration
  WHERE vulnerability <> '' AND configuration_id IN (SELECT configuration_id FROM spot) GROUP BY 1, 2),
alone AS (
  SELECT d.device_id, d.configuration_id, d.setting_id, t.vulnerability, {_GRAVITY} AS status
  FROM floor_ d JOIN told_device t ON t.device_id = d.device_id WHERE t.vulnerability <> '' GROUP BY 1, 2, 3, 4),
alone_too AS (
  SELECT a.*, s.status AS of_configuration FROM alone a
  LEFT JOIN (
    SELECT configuration_id, vulnerability, {_GRAVITY} AS status FROM told_configuration
    WHERE vulnerability IN (SELECT vulnerability FROM alone) GROUP BY 1, 2) s
  ON s.configuration_id = a.configuration_id AND s.vulnerability = a.vulnerability),
gravest AS (
  SELECT s.vulnerability, s.status, d.devices, coalesce(p.urgency, 1) AS urgency
  FROM shared s JOIN (SELECT configuration_id, sum(devices) AS devices FROM spot GROUP BY 1) d
    ON d.configuration_id = s.configuration_id
  LEFT JOIN threat h ON h.vulnerability = s.vulnerability
  LEFT JOIN pressing p ON p.configuration_id = s.configuration_id AND p.exploitation = h.exploitation
    AND p.automatable = h.automatable AND p.effects = h.effects
  UNION ALL
  SELECT a.vulnerability, least(a.status, coalesce(a.of_configuration, a.status)), 1, coalesce(r.urgency, 1)
  FROM alone_too a LEFT JOIN threat h ON h.vulnerability = a.vulnerability
  LEFT JOIN risk r ON r.exploitation = h.exploitation AND r.automatable = h.automatable AND r.effects = h.effects
    AND r.setting_id = a.setting_id
  UNION ALL
  SELECT vulnerability, of_configuration, -1, NULL FROM alone_too WHERE of_configuration IS NOT NULL),
touching AS (
  SELECT vulnerability AS id, CAST(coalesce(sum(devices) FILTER (WHERE status = 0), 0) AS BIGINT) AS affected,
    CAST(coalesce(sum(devices) FILTER (WHERE status = 1), 0) AS BIGINT) AS unknown,
    CAST(coalesce(sum(devices) FILTER (WHERE status = 2), 0) AS BIGINT) AS not_affected,
    CAST(coalesce(sum(devices) FILTER (WHERE status = 3), 0) AS BIGINT) AS fixed,
    max(CASE WHEN status < 2 THEN urgency END) AS urgency
  FROM gravest GROUP BY 1)
"""

TOUCHED = relation(
    "touching",
    "how many devices each vulnerability touches, by the gravest of its findings on each, and how urgent it is anywhere",
    columns("id text\naffected int\nunknown int\nnot_affected int\nfixed int\nurgency int"),
)

TOUCHING = Query(
    name="devices that vulnerabilities touch",
    tables=SOURCES_OF_FINDINGS,
    params=("device", "product"),
    columns=tuple(column.name for column in TOUCHED.columns),
    sql=f"WITH {_FLOOR}, {_TOUCHING} SELECT * FROM touching",
)
"""All that are told of, counted once for every page, order and search of their listing."""

_NAMED = """
called AS (
  SELECT x.name, coalesce(n.vulnerability, x.name) AS id FROM (
    SELECT vulnerability AS name FROM vulnerability UNION SELECT vulnerability FROM described
    UNION SELECT vulnerability FROM statement UNION SELECT vulnerability FROM exploited
    UNION SELECT vulnerability FROM forecast UNION SELECT vulnerability FROM noticed) x
  LEFT JOIN vulnerability_name n ON n.name = x.name AND n.same
  WHERE $all AND $device = '' AND $product = '' AND x.name <> ''),
named AS (SELECT id FROM touching UNION SELECT id FROM called),
spelled AS (
  SELECT vulnerability AS id, list(name ORDER BY name) FILTER (WHERE same AND name <> vulnerability) AS aliases,
    list(name ORDER BY name) FILTER (WHERE NOT same) AS covers
  FROM vulnerability_name GROUP BY 1),
within AS (SELECT name AS id, list(vulnerability ORDER BY vulnerability) AS part_of FROM vulnerability_name
  WHERE NOT same GROUP BY 1),
worded AS (
  SELECT vulnerability AS name FROM vulnerability WHERE $text <> '' AND lower(description) LIKE '%' || lower($text) || '%'
  UNION
  SELECT vulnerability FROM described
  WHERE $text <> '' AND lower(title || ' ' || description || ' ' || aliases) LIKE '%' || lower($text) || '%'),
fitting AS (SELECT coalesce(n.vulnerability, w.name) AS id FROM worded w
  LEFT JOIN vulnerability_name n ON n.name = w.name AND n.same)
"""

_FEEDS = """
kev AS (
  SELECT k.id, min(e.added) AS added, bool_or(e.ransomware) AS ransomware
  FROM exploited e JOIN (SELECT name AS name, vulnerability AS id FROM vulnerability_name
    UNION SELECT id, id FROM named) k ON k.name = e.vulnerability GROUP BY 1),
epss AS (SELECT vulnerability AS id, probability FROM (
  SELECT f.vulnerability, f.probability, row_number() OVER (
    PARTITION BY f.vulnerability ORDER BY f.scored DESC, s.received DESC, f.sha256) AS place_in_line
  FROM forecast f JOIN named n ON n.id = f.vulnerability JOIN source s ON s.sha256 = f.sha256) ranked
  WHERE place_in_line = 1)
"""

VULNERABILITIES = Query(
    name="vulnerabilities",
    tables=(*SOURCES_OF_FINDINGS, "vulnerability_name", "vulnerability", "described", "statement", "exploited",
            "forecast", "noticed", "source"),
    given=("touching",),
    params=("id", "device", "product", "text", "all", "count", "skip"),
    columns=("id", "aliases", "covers", "part_of", "affected", "unknown", "not_affected", "fixed", "urgency",
             "known_exploited", "ransomware", "epss", "cvss", "severity", "vector", "scored_by", "exploitation",
             "exploitation_why", "sentence", "total"),
    sql=f"""
WITH {_NAMED}, {_FEEDS}
SELECT v.id, coalesce(s.aliases, []) AS aliases, coalesce(s.covers, []) AS covers,
  coalesce(w.part_of, []) AS part_of, coalesce(t.affected, 0) AS affected, coalesce(t.unknown, 0) AS unknown,
  coalesce(t.not_affected, 0) AS not_affected, coalesce(t.fixed, 0) AS fixed, t.urgency,
  coalesce(h.known_exploited, k.added) AS known_exploited, coalesce(h.ransomware, k.ransomware, false) AS ransomware,
  coalesce(h.epss, e.probability) AS epss, h.cvss, coalesce(h.severity, '') AS severity,
  coalesce(h.vector, '') AS vector, coalesce(h.scored_by, '') AS scored_by,
  coalesce(h.exploitation, '') AS exploitation, coalesce(h.exploitation_why, '') AS exploitation_why,
  coalesce(h.sentence, '') AS sentence, count(*) OVER () AS total
FROM named v LEFT JOIN touching t ON t.id = v.id LEFT JOIN spelled s ON s.id = v.id LEFT JOIN within w ON w.id = v.id
LEFT JOIN threat h ON h.vulnerability = v.id LEFT JOIN kev k ON k.id = v.id LEFT JOIN epss e ON e.id = v.id
WHERE ($id = '' OR upper(v.id) LIKE upper($id) || '%'
    OR v.id IN (SELECT vulnerability FROM vulnerability_name WHERE same AND upper(name) LIKE upper($id) || '%'))
  AND ($text = '' OR lower(v.id || ' ' || coalesce(h.sentence, '')) LIKE '%' || lower($text) || '%'
    OR v.id IN (SELECT id FROM fitting))
ORDER BY CASE WHEN t.affected > 0 THEN 0 WHEN t.unknown > 0 THEN 1 WHEN t.id IS NOT NULL THEN 2 ELSE 3 END,
  t.urgency DESC, coalesce(h.known_exploited, k.added) IS NULL, coalesce(h.epss, e.probability, 0) DESC,
  coalesce(h.cvss, 0) DESC, t.affected DESC, v.id
LIMIT $count OFFSET $skip
""",
)  # fmt: skip
"""Every vulnerability that has a finding, the gravest first; with `all` also every other one that a document names."""
