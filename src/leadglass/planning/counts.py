# SPDX-License-Identifier: Apache-2.0
"""How many distinct vulnerabilities each deed settles, per product and site: the table deed_count.

Of all these sums this one alone has to look at each vulnerability of each product at each site. It is a plain count of
vulnerabilities, so that of a change only what it touched is counted: what was there before goes, what is there now comes.
"""

from leadglass.planning.offers import AVAILABLE
from leadglass.planning.spread import SERVED, deed
from leadglass.planning.sums import LISTLESS, SIDE, SIDED, placed
from leadglass.values.query import Query
from leadglass.values.schema import relation
from leadglass.values.tables import TABLES

_COLUMNS = tuple(column.name for column in TABLES["deed_count"].columns)
_ALONE = ("device_id", "kind", "vulnerability", "status", "missing")
_RISK = ("exploitation", "automatable", "effects", "setting_id", "outcome")
_TABLES = ("told_configuration", "told_device", "device", "spot", "threat", "risk", "offer")


def _counted(told: str, alone: str, spot: str = "spot", risk: str = "risk", *, sided: bool = False) -> str:
    """Count vulnerabilities of what is told of configurations, and of devices alone; `sided`: what comes, less what goes."""
    side, on, many = ("t.side, ", " AND p.side = t.side", "p.side") if sided else ("", "", "1")
    spoken = f"SELECT {side}t.vulnerability FROM {told} t UNION SELECT {side}t.vulnerability FROM {alone} t"
    return f"""
{placed(spoken, sided=sided)}, {AVAILABLE},
alike AS MATERIALIZED (SELECT row_number() OVER () AS alike, * FROM (
  SELECT t.configuration_id, t.status, t.kind, {LISTLESS} AS listless, p.exploitation, p.automatable, p.effects,
    coalesce(m.whole, false) AS whole, list(p.number) AS numbers
  FROM {told} t JOIN placed p ON p.vulnerability = t.vulnerability{on}
  LEFT JOIN (SELECT DISTINCT finding_key, whole FROM available) m ON m.finding_key = t.update_key
  WHERE t.status IN ('affected', 'unknown') AND t.vulnerability <> '' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) s),
celled AS (
  SELECT *, dense_rank() OVER (ORDER BY product_id, site) AS cell FROM (
    SELECT DISTINCT configuration_id, setting_id, product_id, site, servicer, servicer_is_maker FROM {spot}) d),
cell AS (SELECT DISTINCT cell, product_id, site FROM celled),
settled AS (
  SELECT DISTINCT {deed("t.listless", SERVED, "t.whole")} AS deed, d.cell, t.alike
  FROM alike t JOIN celled d ON d.configuration_id = t.configuration_id
  LEFT JOIN {risk} r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
    AND r.setting_id = d.setting_id),
alone AS (
  SELECT {deed("t.listless", SERVED, "false")} AS deed, s.cell, p.number
  FROM (SELECT t.*, {LISTLESS} AS listless FROM {alone} t) t JOIN device d ON d.device_id = t.device_id
  JOIN placed p ON p.vulnerability = t.vulnerability{on}
  JOIN cell s ON s.product_id = d.product_id AND s.site = d.site
  LEFT JOIN {risk} r ON r.exploitation = p.exploitation AND r.automatable = p.automatable AND r.effects = p.effects
    AND r.setting_id = d.setting_id
  WHERE t.status IN ('affected', 'unknown') AND t.vulnerability <> ''),
named AS (
  SELECT DISTINCT n.deed, n.cell, n.number FROM (
    SELECT s.deed, s.cell, unnest(a.numbers) AS number FROM settled s JOIN alike a ON a.alike = s.alike
    UNION ALL SELECT deed, cell, number FROM alone) n),
counted AS (
  SELECT n.deed, c.product_id, c.site, CAST(sum({many}) AS BIGINT) AS vulnerabilities,
    CAST(sum(CASE WHEN p.known_exploited IS NULL THEN 0 ELSE {many} END) AS BIGINT) AS exploited_count
  FROM named n JOIN cell c ON c.cell = n.cell JOIN placed p ON p.number = n.number GROUP BY 1, 2, 3)
"""


WEIGHTS = Query(
    name="what a count of each product's deeds weighs",
    tables=("told_configuration", "spot"),
    columns=("product_id", "weight"),
    sql="""
SELECT s.product_id, CAST(sum(t.findings) AS BIGINT) AS weight
FROM (SELECT configuration_id, count(*) AS findings FROM told_configuration GROUP BY 1) t
JOIN (SELECT DISTINCT configuration_id, product_id, site FROM spot) s ON s.configuration_id = t.configuration_id
GROUP BY 1 ORDER BY 1
""",
)
"""How many findings are looked at for each product: those of each of its configurations, at each of its sites."""

_SOME = "product_id > $behind AND ($upto = '' OR product_id <= $upto)"
COUNTS = Query(
    name="vulnerabilities of deeds",
    tables=_TABLES,
    params=("behind", "upto"),
    columns=_COLUMNS,
    sql=f"""
WITH some_spot AS (SELECT * FROM spot WHERE {_SOME}),
told AS (SELECT t.* FROM told_configuration t SEMI JOIN some_spot s ON s.configuration_id = t.configuration_id),
told_alone AS (
  SELECT t.* FROM told_device t SEMI JOIN (SELECT device_id FROM device WHERE {_SOME}) d ON d.device_id = t.device_id),
{_counted("told", "told_alone", "some_spot")} SELECT {", ".join(_COLUMNS)} FROM counted
""",
)
"""Those of the products behind one, up to another or to the end: each vulnerability of each of their devices' deeds is
looked at, and those of a whole fleet need more memory than there is."""

ALONE_ABOUT = Query(
    name="what is told of devices alone about some vulnerabilities",
    tables=("told_device",),
    given=("changed",),
    needs=("told_device", "changed"),
    columns=_ALONE,
    sql=f"SELECT {', '.join(_ALONE)} FROM told_device WHERE vulnerability IN (SELECT vulnerability FROM changed)",
)
ALONE = relation(
    "telling_alone",
    "what ALONE_ABOUT gives, and gave before a change",
    (SIDE, *TABLES["told_device"].only(_ALONE)),
)

RISKS = Query(
    name="outcomes of threats in settings",
    tables=("risk",),
    columns=_RISK,
    sql=f"SELECT {', '.join(_RISK)} FROM risk",
)
EARLIER_RISK = relation("earlier_risk", "what RISKS gave before", TABLES["risk"].only(_RISK))

COUNTS_MOVED = Query(
    name="vulnerabilities of deeds that a change moves",
    tables=("device", "spot", "threat", "risk", "offer"),
    given=("telling", "telling_alone", "earlier_threat", "earlier_risk"),
    columns=_COLUMNS,
    sql=f"""
WITH {SIDED},
known_risk AS (SELECT {", ".join(_RISK)} FROM risk UNION SELECT {", ".join(_RISK)} FROM earlier_risk),
{_counted("telling", "telling_alone", risk="known_risk", sided=True)}
SELECT {", ".join(_COLUMNS)} FROM counted WHERE vulnerabilities <> 0 OR exploited_count <> 0
""",
)
"""How many more or fewer of those that moved each deed settles. What a threat of a kind comes to in a setting is the same
before and now; `earlier_risk` tells it of kinds that no threat is of any more."""

COUNTED = relation("counted", "what COUNTS_MOVED gave", TABLES["deed_count"].columns)
COUNTS_NOW = Query(
    name="vulnerabilities of deeds after a change",
    tables=("deed_count",),
    given=("counted",),
    columns=_COLUMNS,
    sql="""
SELECT deed, product_id, site, CAST(sum(vulnerabilities) AS BIGINT) AS vulnerabilities,
  CAST(sum(exploited_count) AS BIGINT) AS exploited_count
FROM (
  SELECT deed, product_id, site, vulnerabilities, exploited_count FROM deed_count
  UNION ALL SELECT deed, product_id, site, vulnerabilities, exploited_count FROM counted) s
GROUP BY 1, 2, 3 HAVING sum(vulnerabilities) > 0
""",
)
"""The counts of before, with what moved (`counted`)."""
