# SPDX-License-Identifier: Apache-2.0
"""What decides whether a document is passed on: its Traffic Light Protocol label, and what newer ones say as well."""

from leadglass.values.query import Query

LABELS = Query(
    name="labels of documents",
    tables=("advisory",),
    columns=("sha256", "tlp"),
    sql="SELECT DISTINCT sha256, tlp FROM advisory WHERE tlp <> '' ORDER BY sha256, tlp",
)
"""Every label (TLP 2.0, FIRST) that stands within a document."""

# Of a catalogue of exploited vulnerabilities the earliest date counts, so that an entry is covered by one of the
# same date; of forecasts the newest counts, whatever it says.
COVERED = Query(
    name="how much of a document others say too",
    tables=("exploited", "forecast"),
    params=("sha256",),
    columns=("entries", "covered"),
    sql="""
WITH said AS (
  SELECT sha256, vulnerability || ' ' || coalesce(CAST(added AS VARCHAR), '') AS entry FROM exploited
  UNION ALL SELECT sha256, vulnerability FROM forecast),
others AS (SELECT DISTINCT entry FROM said WHERE sha256 <> $sha256)
SELECT count(*) AS entries, count(o.entry) AS covered
FROM said s LEFT JOIN others o ON o.entry = s.entry WHERE s.sha256 = $sha256
""",
)
"""How many entries a document has, and how many of them stand in the other documents of the bench."""
