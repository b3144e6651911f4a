# SPDX-License-Identifier: Apache-2.0
"""What weighing asks the tables: the threats behind the findings, each with every source's word."""

from leadglass.values.query import Query
from leadglass.values.tables import TABLES


def _found(among: str) -> str:
    """Say which vulnerabilities were found; `among` restricts them."""
    return f"""
found AS (
  SELECT vulnerability FROM component_finding {among} UNION SELECT vulnerability FROM configuration_finding {among}
  UNION SELECT vulnerability FROM (SELECT * FROM claim WHERE value > 0 AND status = 'affected') {among}
  UNION SELECT vulnerability FROM (SELECT * FROM device_finding WHERE vulnerability <> '') {among})
"""


# What speaks under another name of it speaks of it; what speaks of one CVE id among several that it covers counts for
# exploitation alone, where the gravest is to be heard
_SPOKEN = """
spoken AS (
  SELECT vulnerability, vulnerability AS name, true AS same FROM found
  UNION
  SELECT n.vulnerability, n.name, n.same FROM vulnerability_name n JOIN found f ON f.vulnerability = n.vulnerability)
"""

# One row per source and document. NVD's document carries what CNAs and CISA's ADP score, each a source by itself.
# Of the versions of a record or a document the one changed last is current; of a record that was withdrawn, none counts
_WORDS = f"""
{_SPOKEN},
carried AS (
  SELECT k.vulnerability, v.vectors, v.cna_vectors, v.adp_vectors, v.cwe, v.poc, v.modified, v.sha256, v.place,
    row_number() OVER (PARTITION BY k.vulnerability ORDER BY v.modified DESC, s.received DESC, v.sha256) = 1 AS current,
    s.first_received, s.received
  FROM vulnerability v JOIN spoken k ON k.name = v.vulnerability AND k.same JOIN source s ON s.sha256 = v.sha256),
advised AS (
  SELECT k.vulnerability, d.kind, d.publisher, d.vectors, d.cwe, d.ssvc, d.exploited, d.sha256, d.place,
    coalesce(d.modified, d.published) AS modified, s.first_received, s.received,
    rank() OVER versions = 1 AS current, first_value(d.withdrawn) OVER versions AS withdrawn
  FROM described d JOIN spoken k ON k.name = d.vulnerability AND k.same JOIN source s ON s.sha256 = d.sha256
  JOIN advisory a ON a.sha256 = d.sha256
  WINDOW versions AS (PARTITION BY k.vulnerability, d.kind, d.publisher, a.category,
    CASE WHEN d.record <> '' THEN d.record WHEN a.advisory <> '' THEN a.advisory ELSE d.sha256 END
    ORDER BY coalesce(d.modified, a.updated, a.created) DESC, s.received DESC, d.sha256)),
worded AS (
  SELECT vulnerability, 'nvd' AS kind, 'NVD' AS publisher, vectors, cwe, poc, '' AS ssvc, false AS exploited, current,
    modified, first_received, received, sha256, place FROM carried
  UNION ALL
  SELECT vulnerability, 'cna', '', cna_vectors, '', false, '', false, current, modified, first_received, received,
    sha256, place FROM carried WHERE cna_vectors <> ''
  UNION ALL
  SELECT vulnerability, 'adp', '', adp_vectors, '', false, '', false, current, modified, first_received, received,
    sha256, place FROM carried WHERE adp_vectors <> ''
  UNION ALL
  SELECT vulnerability, kind, publisher, vectors, cwe, false, ssvc, exploited, current, modified, first_received,
    received, sha256, place FROM advised WHERE NOT withdrawn)
"""

_THREATS = f"""
{_WORDS},
heard AS (
  SELECT vulnerability, bool_or(poc) AS poc, min(first_received) AS first_seen,
    min(CASE WHEN exploited OR ssvc LIKE '%exploitation=active%' THEN first_received END) AS marked_seen,
    list(struct_pack(kind := kind, publisher := publisher, vectors := vectors, cwe := cwe, ssvc := ssvc,
      exploited := exploited, current := current, sha256 := sha256, place := place)
      ORDER BY modified DESC, received DESC, sha256, place, kind) AS words
  FROM worded GROUP BY 1),
kev AS (
  SELECT k.vulnerability, min(e.added) AS added, bool_or(e.ransomware) AS ransomware, min(s.first_received) AS kev_seen
  FROM exploited e JOIN spoken k ON k.name = e.vulnerability JOIN source s ON s.sha256 = e.sha256 GROUP BY 1),
scored AS (SELECT * FROM (
  SELECT f.vulnerability AS name, f.probability, f.percentile,
    row_number() OVER (PARTITION BY f.vulnerability ORDER BY f.scored DESC, s.received DESC, f.sha256) AS place_in_line
  FROM forecast f JOIN (SELECT DISTINCT name FROM spoken) k ON k.name = f.vulnerability
  JOIN source s ON s.sha256 = f.sha256) ranked
  WHERE place_in_line = 1),
epss AS (SELECT k.vulnerability, max(p.probability) AS probability, max(p.percentile) AS percentile
  FROM scored p JOIN spoken k ON k.name = p.name GROUP BY 1)
SELECT h.vulnerability, h.words, h.poc, h.first_seen, k.added, k.kev_seen, h.marked_seen,
  coalesce(k.ransomware, false) AS ransomware, p.probability, p.percentile
FROM heard h LEFT JOIN kev k ON k.vulnerability = h.vulnerability
LEFT JOIN epss p ON p.vulnerability = h.vulnerability
ORDER BY h.vulnerability
"""

_WORDED = ("vulnerability", "described", "advisory", "exploited", "forecast", "source", "vulnerability_name")
_COLUMNS = ("vulnerability", "words", "poc", "first_seen", "added", "kev_seen", "marked_seen", "ransomware",
            "probability", "percentile")  # fmt: skip

THREATS = Query(
    name="threats",
    tables=("component_finding", "configuration_finding", "claim", "device_finding", *_WORDED),
    columns=_COLUMNS,
    sql=f"WITH {_found('')}, {_THREATS}",
)
"""What is known of each vulnerability that was found; `words` are what each source says, the latest first."""

THREATS_CHANGED = Query(
    name="threats that changed",
    tables=THREATS.tables,
    given=("changed",),
    needs=("changed",),
    columns=_COLUMNS,
    sql=f"WITH {_found('WHERE vulnerability IN (SELECT vulnerability FROM changed)')}, {_THREATS}",
)
"""The same of those of some vulnerabilities that were found."""

_THREAT = tuple(column.name for column in TABLES["threat"].columns)
THREATS_NOW = Query(
    name="threats after a change",
    tables=("threat",),
    given=("changed", "fresh_threat"),
    columns=_THREAT,
    sql=f"""
SELECT {", ".join(_THREAT)} FROM threat WHERE vulnerability NOT IN (SELECT vulnerability FROM changed)
UNION ALL SELECT {", ".join(_THREAT)} FROM fresh_threat
""",
)
"""Those that changed (`fresh_threat`), and all others as they were."""

DECISIVE = Query(
    name="kinds of threats",
    tables=("threat",),
    columns=("exploitation", "automatable", "effects"),
    sql="SELECT DISTINCT exploitation, automatable, effects FROM threat",
)
"""What outcomes depend on."""

ALSO_NAMED = Query(
    name="vulnerabilities that go by some names",
    tables=("vulnerability_name",),
    given=("changed",),
    columns=("vulnerability",),
    sql="""
SELECT vulnerability FROM changed
UNION SELECT n.vulnerability FROM vulnerability_name n JOIN changed c ON c.vulnerability = n.name
""",
)
"""What is told of a name counts for the vulnerability that it names, or that covers it."""

WEIGHED = Query(
    name="kinds that were weighed",
    tables=("risk",),
    columns=("exploitation", "automatable", "effects"),
    sql="SELECT DISTINCT exploitation, automatable, effects FROM risk",
)

SETTINGS = Query(
    name="settings",
    tables=("setting",),
    columns=tuple(column.name for column in TABLES["setting"].columns),
    sql="SELECT * FROM setting ORDER BY setting_id",
)

THREATS_OF = Query(
    name="threats of some vulnerabilities",
    tables=_WORDED,
    given=("wanted",),
    columns=_COLUMNS,
    sql=f"WITH found AS (SELECT id AS vulnerability FROM wanted), {_THREATS}",
)
"""The same of vulnerabilities by their ids, found here or not."""

EXPLOITATION = Query(
    name="exploitation of a vulnerability",
    tables=("threat",),
    params=("vulnerability",),
    columns=("exploitation", "exploitation_why"),
    sql="SELECT exploitation, exploitation_why FROM threat WHERE vulnerability = $vulnerability",
)
"""How far it is exploited, and which sources say so."""
