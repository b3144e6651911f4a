# SPDX-License-Identifier: Apache-2.0
"""What is told: of records, statements and offers the one that counts, per configuration and finding; and per device.

Devices with the same components are told the same, so this is settled once for each configuration, when a snapshot
is made, and every reader joins it to its devices. Writes the tables told_configuration and told_device.
"""

from leadglass.planning.offers import OFFERED, OFFERED_FINDINGS, repairer
from leadglass.values.query import Query

LISTED = "listed AS (SELECT DISTINCT configuration_id, component_id FROM configuration_component)"


def _claimed(claim: str) -> str:
    """Say which statements speak of a configuration."""
    return f"""
claimed AS (
  SELECT l.configuration_id, s.* FROM {claim} s JOIN listed l ON l.component_id = s.component_id
  JOIN used d ON d.configuration_id = l.configuration_id
  LEFT JOIN listed o ON o.configuration_id = l.configuration_id AND o.component_id = s.on_id
  WHERE s.value > 0 AND (s.on_id = '' OR o.component_id IS NOT NULL))
"""


CLAIMED = _claimed("claim")
"""Statements that speak of a configuration."""

# Retired devices raise nothing
USED = "used AS (SELECT DISTINCT configuration_id FROM device WHERE state <> 'retired')"

_RECORDED = """
recorded AS (
  SELECT l.configuration_id, f.finding_key, 'vulnerability' AS kind, f.component_id, f.vulnerability, f.status, f.class,
    f.missing, f.rule, '' AS why, f.sha256, f.place
  FROM used d JOIN listed l ON l.configuration_id = d.configuration_id
  JOIN component_finding f ON f.component_id = l.component_id
  UNION ALL
  SELECT f.configuration_id, f.finding_key, 'vulnerability', f.component_id, f.vulnerability, f.status, f.class,
    f.missing, f.rule, '', f.sha256, f.place
  FROM used d JOIN configuration_finding f ON f.configuration_id = d.configuration_id)
"""

_SILENCER = """
silencer AS (SELECT * FROM (
  SELECT s.*, row_number() OVER (PARTITION BY configuration_id, vulnerability, CASE WHEN whole THEN '' ELSE component_id END
    ORDER BY stated DESC, sha256, number) AS place_in_line
  FROM claimed s WHERE s.outcome = 'applied' AND s.status IN ('not_affected', 'fixed')) ranked WHERE place_in_line = 1)
"""

_TOLD = (
    "finding_key", "kind", "component_id", "vulnerability", "status", "class", "missing", "rule", "why", "sha256", "place",
)  # fmt: skip
_SOURCES = (
    "device", "component", "configuration_component", "component_finding", "configuration_finding", "claim", "offer", "repair",
)  # fmt: skip


def _tell(claim: str, repair: str, offers: str) -> str:
    """Settle what is told of configurations, of these statements, repairs and offers."""
    return f"""
WITH {LISTED}, {USED}, {_claimed(claim)}, {_RECORDED}, {OFFERED}, {_SILENCER},
told_all AS (
  SELECT * FROM recorded
  UNION ALL
  SELECT s.configuration_id, substr(sha1('vulnerability|' || s.component_id || '|' || s.vulnerability), 1, 12),
    'vulnerability', s.component_id, s.vulnerability, CASE s.value WHEN 2 THEN 'affected' ELSE 'unknown' END, 'statement',
    s.missing, s.rule, '', s.sha256, s.place
  FROM claimed s
  LEFT JOIN (SELECT DISTINCT configuration_id, vulnerability, component_id FROM recorded WHERE status = 'affected') k
    ON k.configuration_id = s.configuration_id AND k.vulnerability = s.vulnerability
      AND (s.whole OR k.component_id = s.component_id)
  WHERE s.status = 'affected' AND k.configuration_id IS NULL
  {offers}),
heard AS (
  SELECT t.configuration_id, t.finding_key, t.kind, t.component_id, t.vulnerability,
    coalesce(s.status, w.status, t.status) AS status,
    CASE WHEN s.status IS NULL AND w.status IS NULL THEN t.class ELSE 'statement' END AS class,
    CASE WHEN s.status IS NULL AND w.status IS NULL THEN t.missing ELSE '' END AS missing,
    coalesce(s.rule, w.rule, t.rule) AS rule, t.why, coalesce(s.sha256, w.sha256, t.sha256) AS sha256,
    coalesce(s.place, w.place, t.place) AS place
  FROM told_all t
  LEFT JOIN silencer s ON s.configuration_id = t.configuration_id AND s.vulnerability = t.vulnerability AND NOT s.whole
    AND s.component_id = t.component_id
  LEFT JOIN silencer w ON w.configuration_id = t.configuration_id AND w.vulnerability = t.vulnerability AND w.whole),
told AS (SELECT * FROM (
  SELECT t.*, row_number() OVER (
    PARTITION BY t.configuration_id, t.vulnerability, CASE WHEN c.number IS NULL THEN t.finding_key ELSE '' END, c.namesake
    ORDER BY CASE status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END, rule, class, sha256, place, t.finding_key)
    AS place_in_line
  FROM heard t LEFT JOIN component c ON t.kind = 'vulnerability' AND c.component_id = t.component_id) ranked
  WHERE place_in_line = 1),
{repairer(repair)}
SELECT t.configuration_id, {", ".join(f"t.{name}" for name in _TOLD)}, coalesce(m.finding_key, '') AS update_key
FROM told t
LEFT JOIN repairer v ON v.configuration_id = t.configuration_id AND v.vulnerability = t.vulnerability AND v.component_id = ''
LEFT JOIN repairer u ON u.configuration_id = t.configuration_id AND u.vulnerability = t.vulnerability
  AND u.component_id = t.component_id AND t.component_id <> ''
LEFT JOIN (SELECT DISTINCT finding_key FROM available) m
  ON m.finding_key = coalesce(v.finding_key, u.finding_key, t.finding_key)
"""


TELL_CONFIGURATIONS = Query(
    name="what is told of configurations",
    tables=_SOURCES,
    columns=("configuration_id", *_TOLD, "update_key"),
    sql=_tell("claim", "repair", f"UNION ALL {OFFERED_FINDINGS}"),
)
"""One row per configuration, listed component and vulnerability: where a record is both simple and joined, or knows the
component as two products (curl and libcurl), the graver answer counts; what a trusted publisher silences is told with its
word; `update_key` is the update that repairs it."""

_CHANGED = "WHERE vulnerability IN (SELECT vulnerability FROM changed)"

TELL_CHANGED = Query(
    name="what is told of some vulnerabilities",
    tables=_SOURCES,
    given=("changed",),
    needs=("changed",),
    columns=TELL_CONFIGURATIONS.columns,
    sql=_tell(f"(SELECT * FROM claim {_CHANGED})", f"(SELECT * FROM repair {_CHANGED})", ""),
)
"""The same of some vulnerabilities, where the tables of findings are about these alone. Offers are about none."""

TELL_DEVICES = Query(
    name="what is told of devices alone",
    tables=(*_SOURCES, "device_finding"),
    needs=("device_finding",),
    columns=("device_id", *_TOLD),
    sql=f"""
WITH {LISTED}, {USED}, {CLAIMED}, {_RECORDED}, {_SILENCER},
known AS (
  SELECT configuration_id, vulnerability FROM recorded WHERE status = 'affected'
  UNION SELECT configuration_id, vulnerability FROM claimed WHERE status = 'affected' AND value = 2),
heard AS (
  SELECT d.device_id, f.finding_key, f.kind, '' AS component_id, f.vulnerability, coalesce(w.status, f.status) AS status,
    CASE WHEN w.status IS NULL THEN f.subject ELSE 'statement' END AS class,
    CASE WHEN w.status IS NULL THEN f.missing ELSE '' END AS missing, coalesce(w.rule, f.rule) AS rule, f.why,
    coalesce(w.sha256, f.sha256) AS sha256, coalesce(w.place, f.place) AS place
  FROM device d JOIN device_finding f ON f.device_id = d.device_id
  LEFT JOIN known k ON k.configuration_id = d.configuration_id AND k.vulnerability = f.vulnerability
  LEFT JOIN silencer w ON w.configuration_id = d.configuration_id AND w.vulnerability = f.vulnerability AND w.whole
  WHERE d.state <> 'retired' AND (f.vulnerability = '' OR k.configuration_id IS NULL))
SELECT device_id, {", ".join(_TOLD)} FROM (
  SELECT t.*, row_number() OVER (PARTITION BY device_id, finding_key
    ORDER BY CASE status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END, rule, class, sha256, place) AS place_in_line
  FROM heard t) ranked WHERE place_in_line = 1
""",
)
"""What is found on one device and not for its components: a list that lacks, a weakness that a tool saw."""
