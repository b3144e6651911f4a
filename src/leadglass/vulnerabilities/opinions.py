# SPDX-License-Identifier: Apache-2.0
"""What each document says of a vulnerability, under whichever of its names; and which versions of ours it names."""

from leadglass.values.query import Query

_SPOKEN = """
spoken AS (
  SELECT id AS vulnerability, id AS name FROM wanted
  UNION
  SELECT n.vulnerability, n.name FROM vulnerability_name n JOIN wanted w ON w.id = n.vulnerability WHERE n.same)
"""

# NVD's document carries vectors of CNAs and of CISA's ADP; each is a word by itself, and says no more than that
_CARRIED = """
carried AS (
  SELECT k.vulnerability, v.vulnerability AS name, v.vectors, v.cna_vectors, v.adp_vectors, v.description, v.cwe,
    v.disputed, coalesce(v.state, '') = 'Rejected' AS withdrawn, v.published, v.modified, s.name AS document, v.sha256,
    v.place, s.received, row_number() OVER (
      PARTITION BY k.vulnerability ORDER BY v.modified DESC, s.received DESC, v.sha256) = 1 AS current
  FROM vulnerability v JOIN spoken k ON k.name = v.vulnerability JOIN source s ON s.sha256 = v.sha256)
"""

OPINIONS = Query(
    name="what each document says of vulnerabilities",
    tables=("vulnerability", "described", "advisory", "exploited", "forecast", "source", "vulnerability_name"),
    given=("wanted",),
    columns=("vulnerability", "name", "kind", "publisher", "title", "description", "vectors", "cwe", "ssvc", "exploited",
             "disputed", "withdrawn", "published", "modified", "document", "sha256", "place", "received", "current",
             "carried"),
    sql=f"""
WITH {_SPOKEN}, {_CARRIED}
SELECT vulnerability, name, 'nvd' AS kind, 'NVD' AS publisher, '' AS title, description, vectors, cwe, '' AS ssvc,
  false AS exploited, disputed, withdrawn, published, modified, document, sha256, place, received, current,
  false AS carried FROM carried
UNION ALL
SELECT vulnerability, name, 'cna', '', '', '', cna_vectors, '', '', false, false, withdrawn, null, modified, document,
  sha256, place, received, current, true FROM carried WHERE cna_vectors <> ''
UNION ALL
SELECT vulnerability, name, 'adp', '', '', '', adp_vectors, '', '', false, false, withdrawn, null, modified, document,
  sha256, place, received, current, true FROM carried WHERE adp_vectors <> ''
UNION ALL
SELECT k.vulnerability, CASE WHEN d.record <> '' THEN d.record ELSE d.vulnerability END, d.kind, d.publisher, d.title,
  d.description, d.vectors, d.cwe, d.ssvc, d.exploited, d.disputed, d.withdrawn, coalesce(d.published, a.created),
  coalesce(d.modified, a.updated), s.name, d.sha256, d.place, s.received,
  rank() OVER (PARTITION BY k.vulnerability, d.kind, d.publisher, a.category,
    CASE WHEN d.record <> '' THEN d.record WHEN a.advisory <> '' THEN a.advisory ELSE d.sha256 END
    ORDER BY coalesce(d.modified, a.updated, a.created) DESC, s.received DESC, d.sha256) = 1, false
FROM described d JOIN spoken k ON k.name = d.vulnerability JOIN source s ON s.sha256 = d.sha256
JOIN advisory a ON a.sha256 = d.sha256
UNION ALL
SELECT k.vulnerability, e.vulnerability, 'kev', 'CISA KEV', '', e.required_action, '', '', '', true, false, false,
  CAST(e.added AS TIMESTAMP), CAST(e.added AS TIMESTAMP), s.name, e.sha256, e.place, s.received,
  row_number() OVER (PARTITION BY k.vulnerability ORDER BY s.received DESC, e.sha256) = 1, false
FROM exploited e JOIN spoken k ON k.name = e.vulnerability JOIN source s ON s.sha256 = e.sha256
UNION ALL
SELECT k.vulnerability, f.vulnerability, 'epss', 'FIRST EPSS', '',
  'probability ' || f.probability || ', percentile ' || f.percentile, '', '', '', false, false, false, null,
  CAST(f.scored AS TIMESTAMP), s.name, f.sha256, 'line ' || f.line, s.received,
  row_number() OVER (PARTITION BY k.vulnerability ORDER BY f.scored DESC, s.received DESC, f.sha256) = 1, false
FROM forecast f JOIN spoken k ON k.name = f.vulnerability JOIN source s ON s.sha256 = f.sha256
ORDER BY vulnerability, modified DESC, received DESC, sha256, place, kind
""",
)  # fmt: skip
"""Every document that speaks of these vulnerabilities, the latest first; `current` where no newer version of it is."""

_RULE = """
CASE k.class WHEN 'all' THEN 'any version' WHEN 'unversioned' THEN 'no version given' WHEN 'exact' THEN k.version
  ELSE trim(k.lo_text || ' ' || k.hi_text) END || CASE WHEN k.update_ IN ('*', '-') THEN '' ELSE ' ' || k.update_ END
"""

RANGES_OF_RECORD = Query(
    name="what NVD's record says of components of the fleet",
    tables=(
        "vulnerability",
        "criterion",
        "source",
        "component",
        "component_finding",
        "configuration_finding",
    ),
    params=("vulnerability",),
    columns=("component_id", "component", "version", "ranges", "found", "sha256", "place"),
    sql=f"""
WITH latest AS (SELECT * FROM (
  SELECT v.*, row_number() OVER (ORDER BY v.modified DESC, s.received DESC, v.sha256) AS place_in_line
  FROM vulnerability v JOIN source s ON s.sha256 = v.sha256 WHERE v.vulnerability = $vulnerability) ranked
  WHERE place_in_line = 1 AND coalesce(state, '') <> 'Rejected'),
found AS (
  SELECT component_id, status FROM component_finding WHERE vulnerability = $vulnerability
  UNION ALL SELECT component_id, status FROM configuration_finding WHERE vulnerability = $vulnerability)
SELECT c.component_id, c.name AS component, c.version, list(DISTINCT {_RULE}) AS ranges,
  min(CASE f.status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 WHEN 'not_affected' THEN 2 ELSE 3 END) AS found,
  max(v.sha256) AS sha256, max(v.place) AS place
FROM latest v JOIN criterion k ON k.sha256 = v.sha256 AND k.record = v.record AND k.vulnerable
JOIN component c ON c.part = k.part AND c.product = k.product
LEFT JOIN found f ON f.component_id = c.component_id
GROUP BY 1, 2, 3 ORDER BY 2, 3, 1
""",
)
"""Per component whose product the record names: the ranges in its words, and what was found (3: outside of them)."""

RANGES_STATED = Query(
    name="what publishers say of components of the fleet",
    tables=("claim", "statement", "named_product", "described", "component"),
    params=("vulnerability",),
    columns=("component_id", "component", "version", "kind", "publisher", "record", "status", "named", "ranges", "versions",
             "text", "value", "outcome", "sha256", "place"),
    sql="""
SELECT DISTINCT c.component_id, k.name AS component, k.version,
  CASE WHEN t.place LIKE '%containers.adp%' THEN 'adp' ELSE coalesce(d.kind, 'other') END AS kind, c.publisher, t.record,
  c.status, c.named, coalesce(p.ranges, '[]') AS ranges, coalesce(p.versions, '[]') AS versions,
  coalesce(p.version, '') AS text, c.value, c.outcome, c.sha256, c.place
FROM claim c JOIN component k ON k.component_id = c.component_id
JOIN statement t ON t.sha256 = c.sha256 AND t.number = c.number
LEFT JOIN named_product p ON p.sha256 = t.sha256 AND p.number = t.product
LEFT JOIN (SELECT sha256, vulnerability, record, min(kind) AS kind FROM described WHERE kind <> 'adp' GROUP BY 1, 2, 3) d
  ON d.sha256 = c.sha256 AND d.record = t.record AND (t.record <> '' OR d.vulnerability = c.stated_as)
WHERE c.vulnerability = $vulnerability AND c.component_id <> ''
ORDER BY component, k.version, c.component_id, c.sha256, c.place, c.status
""",
)  # fmt: skip
"""Per component that a statement may mean: its versions as stated, and whether ours is among them."""
