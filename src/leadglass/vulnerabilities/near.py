# SPDX-License-Identifier: Apache-2.0
"""The criteria that can say anything of a few components: those of their products, and what stands beside these."""

from leadglass.values.query import Query
from leadglass.vulnerabilities.index import CRITERIA_NOW

CRITERIA_NEAR = Query(
    name="criteria near some components",
    tables=("component", "criterion_now"),
    needs=("component", "criterion_now"),
    columns=CRITERIA_NOW.columns,
    sql=f"""
WITH own AS (SELECT DISTINCT by_product FROM component WHERE product <> ''),
joined_ AS (SELECT DISTINCT of_configuration FROM criterion_now
  WHERE NOT alone AND by_product IN (SELECT by_product FROM own))
SELECT {", ".join(CRITERIA_NOW.columns)} FROM criterion_now
WHERE by_product IN (SELECT by_product FROM own)
  OR (NOT alone AND of_configuration IN (SELECT of_configuration FROM joined_))
""",
)
"""What components meet is joined by product (`hits`); what joins several criteria is judged whole (`joint`)."""
