# SPDX-License-Identifier: Apache-2.0
"""What weighing asks the tables: the threats behind the findings, and the combinations that occur."""

from leadglass.values.query import Query

THREATS = Query(
    name="threats",
    tables=("component_finding", "configuration_finding", "claim", "device_finding", "vulnerability", "described",
            "exploited", "forecast", "source"),
    columns=("vulnerability", "vectors", "cwe", "poc", "first_seen", "added", "kev_seen", "ransomware", "probability",
             "percentile"),
    sql="""
WITH found AS (
  SELECT vulnerability FROM component_finding UNION SELECT vulnerability FROM configuration_finding
  UNION SELECT vulnerability FROM claim WHERE value > 0 AND status = 'affected'
  UNION SELECT vulnerability FROM device_finding WHERE vulnerability <> ''),
-- What is scored before what is not; NVD's records before what advisories say; of each the latest
worded AS (
  SELECT v.vulnerability, v.vectors, v.cwe, v.poc, v.modified, v.sha256, 0 AS kind FROM vulnerability v
  JOIN found f ON f.vulnerability = v.vulnerability
  UNION ALL
  SELECT d.vulnerability, d.vectors, d.cwe, false, coalesce(d.modified, d.published), d.sha256,
    1 FROM described d
  JOIN found f ON f.vulnerability = d.vulnerability WHERE NOT d.withdrawn),
recorded AS (SELECT * FROM (
  SELECT v.vulnerability, v.vectors, v.cwe, bool_or(v.poc) OVER (PARTITION BY v.vulnerability) AS poc,
    min(s.first_received) OVER (PARTITION BY v.vulnerability) AS first_seen,
    row_number() OVER (PARTITION BY v.vulnerability
      ORDER BY CASE WHEN v.vectors = '' THEN 1 ELSE 0 END, v.kind, v.modified DESC, s.received DESC, v.sha256) AS place_in_line
  FROM worded v JOIN source s ON s.sha256 = v.sha256) ranked
  WHERE place_in_line = 1),
kev AS (
  SELECT e.vulnerability, min(e.added) AS added, bool_or(e.ransomware) AS ransomware, min(s.first_received) AS kev_seen
  FROM exploited e JOIN source s ON s.sha256 = e.sha256 GROUP BY 1),
epss AS (SELECT * FROM (
  SELECT f.vulnerability, f.probability, f.percentile,
    row_number() OVER (PARTITION BY f.vulnerability ORDER BY f.scored DESC, s.received DESC, f.sha256) AS place_in_line
  FROM forecast f JOIN source s ON s.sha256 = f.sha256 JOIN found g ON g.vulnerability = f.vulnerability) ranked
  WHERE place_in_line = 1)
SELECT r.vulnerability, r.vectors, r.cwe, r.poc, r.first_seen, k.added, k.kev_seen,
  coalesce(k.ransomware, false) AS ransomware, p.probability, p.percentile
FROM recorded r LEFT JOIN kev k ON k.vulnerability = r.vulnerability
LEFT JOIN epss p ON p.vulnerability = r.vulnerability
ORDER BY r.vulnerability
""",
)  # fmt: skip
