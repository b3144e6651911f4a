# SPDX-License-Identifier: Apache-2.0
"""What an update repairs on a device, asked for the updates at hand."""

from leadglass.planning.spread import ASKED_BY_ID, SOURCES_OF_FINDINGS, spread
from leadglass.values.query import Query

REPAIRS = Query(
    name="what updates repair",
    tables=SOURCES_OF_FINDINGS,
    given=("wanted",),
    columns=("id", "vulnerability", "sha256", "place"),
    sql=f"""
WITH {spread(ASKED_BY_ID)},
asked AS (
  SELECT w.id, w.device_id, r.vulnerability, r.component_id, r.whole, min(r.sha256) AS sha256, min(r.place) AS place
  FROM wanted x JOIN weighed w ON w.id = x.id JOIN repair r ON r.finding_key = w.finding_key GROUP BY 1, 2, 3, 4, 5)
SELECT a.id, a.vulnerability, min(a.sha256) AS sha256, min(a.place) AS place
FROM asked a JOIN told t ON t.device_id = a.device_id AND t.vulnerability = a.vulnerability
  AND (a.whole OR t.component_id = a.component_id)
WHERE t.status IN ('affected', 'unknown') GROUP BY 1, 2 ORDER BY 1, 2
""",
)
"""Which vulnerabilities that are open on its device each update repairs, by the document that says so."""
