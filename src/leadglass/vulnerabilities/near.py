# SPDX-License-Identifier: Apache-2.0
"""The criteria that can say anything of a few components: those of their products, and what stands beside these."""

from typing import Final

from leadglass.values.query import Query
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.index import CRITERIA_NOW

_LEFT_OUT: Final = tuple(column.name for column in TABLES["left_out"].columns)

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

PRODUCTS_NEAR = Query(
    name="products of some components that criteria name",
    tables=("component", "criterion_now"),
    needs=("component", "criterion_now"),
    columns=("by_product",),
    sql="""
SELECT DISTINCT c.by_product FROM component c JOIN criterion_now k ON k.by_product = c.by_product WHERE c.product <> ''
""",
)
"""Of what no criterion names nothing is known, for or against (the table namesake)."""

PRODUCTS_SPOKEN_OF = Query(
    name="products that criteria name",
    tables=("criterion_now",),
    needs=("criterion_now",),
    columns=("by_product",),
    sql="SELECT DISTINCT by_product FROM criterion_now",
)

LEFT_OUT_NEAR = Query(
    name="versions that words name of some components",
    tables=("component", "left_out"),
    needs=("component", "left_out"),
    columns=_LEFT_OUT,
    sql=f"""
SELECT {", ".join(_LEFT_OUT)} FROM left_out
WHERE by_product IN (SELECT DISTINCT by_product FROM component WHERE product <> '')
""",
)
