# SPDX-License-Identifier: Apache-2.0
"""How many distinct vulnerabilities each deed settles, per product and site: the table deed_count.

Of all these sums this one alone has to look at each vulnerability of each product at each site. It is a plain count of
vulnerabilities, so that of a change only what it touched is counted: what was there before goes, what is there now comes.
"""

from leadglass.planning.offers import AVAILABLE
from leadglass.planning.spread import SERVED, deed
from leadglass.planning.sums import LISTLESS, placed
from leadglass.values.query import Query
from leadglass.values.schema import Table
from leadglass.values.tables import TABLES

_COLUMNS = tuple(column.name for column in TABLES["deed_count"].columns)
_TABLES = ("told_configuration", "told_device", "device", "spot", "threat", "risk", "offer")


def _counted(told: str, alone: str) -> str:
    """Count vulnerabilities of what is told of configurations, and of devices alone."""
    spoken = f"SELECT vulnerability FROM {told} t UNION SELECT vulnerability FROM {alone} t"
    return f"""
WITH {placed(spoken)}, {AVAILABLE},
alike AS (SELECT row_number() OVER () AS alike, * FROM (
  SELECT t.configuration_id, t.status, t.kind, {LISTLESS} AS listless, p.exploitation, p.automatable, p.effects,
    coalesce(m.whole, false) AS whole, list(p.number) AS numbers
  FROM {told} t JOIN placed p ON p.vulnerability = t.vulnerability
  LEFT JOIN (SELECT DISTINCT finding_key, whole FROM available) m ON m.finding_key = t.update_key
  WHERE t.status IN ('affected', 'unknown') AND t.vulnerability <> '' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) s),
celled AS (
  SELECT *, dense_rank() OVER (ORDER BY product_id, site) AS cell FROM (
    SELECT DISTINCT configuration_id, setting_id, product_id, site, servicer, servicer_is_maker FROM spot) d),
cell AS (SELECT DISTINCT cell, product_id, site FROM celled),
settled AS (
  SELECT DISTINCT {deed("t.listless", SERVED, "t.whole")} AS deed, d.cell, t.alike
  FROM alike t JOIN celled d ON d.configuration_id = t.configuration_id
  LEFT JOIN risk r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
    AND r.setting_id = d.setting_id),
alone AS (
  SELECT {deed("t.listless", SERVED, "false")} AS deed, s.cell, p.number
  FROM (SELECT t.*, {LISTLESS} AS listless FROM {alone} t) t JOIN device d ON d.device_id = t.device_id
  JOIN placed p ON p.vulnerability = t.vulnerability
  JOIN cell s ON s.product_id = d.product_id AND s.site = d.site
  LEFT JOIN risk r ON r.exploitation = p.exploitation AND r.automatable = p.automatable AND r.effects = p.effects
    AND r.setting_id = d.setting_id
  WHERE t.status IN ('affected', 'unknown') AND t.vulnerability <> ''),
named AS (
  SELECT DISTINCT n.deed, n.cell, n.number FROM (
    SELECT s.deed, s.cell, unnest(a.numbers) AS number FROM settled s JOIN alike a ON a.alike = s.alike
    UNION ALL SELECT deed, cell, number FROM alone) n)
SELECT n.deed, c.product_id, c.site, count(*) AS vulnerabilities, count(p.known_exploited) AS exploited_count
FROM named n JOIN cell c ON c.cell = n.cell JOIN placed p ON p.number = n.number GROUP BY 1, 2, 3
"""


COUNTS = Query(
    name="vulnerabilities of deeds",
    tables=_TABLES,
    columns=_COLUMNS,
    sql=_counted("told_configuration", "told_device"),
)
"""All of them."""

COUNTS_OF = Query(
    name="some vulnerabilities of deeds",
    tables=_TABLES,
    given=("telling", "changed"),
    needs=("changed",),
    columns=_COLUMNS,
    sql=_counted(
        "telling", "(SELECT * FROM told_device WHERE vulnerability IN (SELECT vulnerability FROM changed))"
    ),
)
"""How many of some vulnerabilities each deed settles; `telling` is what is told of configurations about them."""

COUNTED = Table(
    name="counted",
    writer="given",
    meaning="what COUNTS_OF gave",
    sort=(),
    columns=TABLES["deed_count"].columns,
)

COUNTS_NOW = Query(
    name="vulnerabilities of deeds after a change",
    tables=("deed_count",),
    given=("gone", "come"),
    columns=_COLUMNS,
    sql="""
SELECT deed, product_id, site, CAST(sum(vulnerabilities) AS BIGINT) AS vulnerabilities,
  CAST(sum(exploited_count) AS BIGINT) AS exploited_count
FROM (
  SELECT deed, product_id, site, vulnerabilities, exploited_count FROM deed_count
  UNION ALL SELECT deed, product_id, site, vulnerabilities, exploited_count FROM come
  UNION ALL SELECT deed, product_id, site, -vulnerabilities, -exploited_count FROM gone) s
GROUP BY 1, 2, 3 HAVING sum(vulnerabilities) > 0
""",
)
"""The counts of before, without what was counted of the changed ones then, with what is counted of them now."""
