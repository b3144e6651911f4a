# SPDX-License-Identifier: Apache-2.0
"""Deeds, summed per product and site from spots and what is told of them; and put in their rank.

A change sums those deeds again that it touches, at the products and sites where it does; all others stay as they were.
"""

from leadglass.planning.act import DEED_ORDER
from leadglass.planning.alike import ALONE, OPEN, STANDS, TOTALS, TOUCHED_AT, UPDATES, keyed
from leadglass.planning.offers import AVAILABLE, GRADED, LATEST
from leadglass.values.query import Query
from leadglass.values.schema import Table
from leadglass.values.tables import TABLES

_EVERY = f"unnest([{', '.join(repr(name) for name in DEED_ORDER)}])"


def _celled(where: str) -> str:
    return f"""
celled AS MATERIALIZED (
  SELECT product_id, site, row_number() OVER (ORDER BY product_id, site) AS cell FROM ({where}) d)"""


_ALL = f"""
{_celled("SELECT DISTINCT product_id, site FROM spot")},
{STANDS},
asked_ AS MATERIALIZED (
  SELECT deed, cell, {keyed("deed", "cell")} AS key FROM (SELECT {_EVERY} AS deed, cell FROM celled) e)
"""
"""Every deed, wherever devices stand."""

_MOVED_AT = """
    SELECT product_id, site FROM spot WHERE configuration_id IN (
      SELECT configuration_id FROM touched UNION SELECT configuration_id FROM regraded_)
    UNION SELECT product_id, site FROM seen_"""
_OF_CHANGE = f"""
seen_ AS (
  SELECT DISTINCT d.product_id, d.site FROM device_finding f JOIN device d ON d.device_id = f.device_id
  WHERE f.vulnerability IN (SELECT vulnerability FROM changed) AND d.state <> 'retired'),
regraded_ AS (
  SELECT DISTINCT configuration_id FROM told_sum WHERE alone_key IN (
    SELECT finding_key FROM repair WHERE vulnerability IN (SELECT vulnerability FROM changed))),
{_celled(_MOVED_AT)},
{STANDS},
{TOUCHED_AT},
asked_ AS MATERIALIZED (SELECT deed, cell, {keyed("deed", "cell")} AS key FROM (
  SELECT deed, cell FROM touched_at WHERE deed IS NOT NULL
  UNION
  SELECT {_EVERY} AS deed, cell FROM (
    SELECT cell FROM touched_at WHERE deed IS NULL
    UNION SELECT h.cell FROM here h JOIN regraded_ g ON g.configuration_id = h.configuration_id
    UNION SELECT c.cell FROM seen_ s JOIN celled c ON c.product_id = s.product_id AND c.site = s.site) every_) a)
"""
"""Where configurations whose sums moved stand (`touched`), the deeds of these sums; each deed where updates stand that repair
what moved, and where it was seen on devices."""

_UPDATING = """
updating AS (
  SELECT key, count(DISTINCT nullif(update_label, '')) AS updates,
    max_by(update_label, LATEST_) AS update_label, max_by(update_whole, LATEST_) AS update_whole,
    max_by(update_why, LATEST_) AS update_why, max_by(update_offered, LATEST_) AS update_offered
  FROM (SELECT o.key, m.label AS update_label, m.whole AS update_whole, m.why AS update_why,
      m.offered AS update_offered, m.ranked AS update_ranked
    FROM updates_ o
    JOIN available m ON m.finding_key = o.update_key) u
  GROUP BY 1)
""".replace("LATEST_", LATEST)

_NAMES = tuple(column.name for column in TABLES["deed"].columns if column.name != "rank")


def _deeds(asked: str) -> str:
    """Sum those deeds at cells that are `asked_` for; `findings` is 0 where nothing of it is left."""
    return f"""
WITH {AVAILABLE}, {GRADED}, {asked}, {OPEN}, {ALONE}, {TOTALS}, {UPDATES}, {_UPDATING}
SELECT coalesce(k.id, '') AS id, a.deed, c.product_id, c.site, s.product, s.maker, s.servicer,
  CAST(coalesce(s.findings, 0) AS BIGINT) AS findings, CAST(s.devices AS BIGINT) AS devices,
  CAST(s.unknown AS BIGINT) AS unknown, s.urgency,
  s.tier, s.exploited, s.epss, s.cvss, s.ransomware, coalesce(u.updates, 0) AS updates,
  coalesce(u.update_label, '') AS update_label, coalesce(u.update_whole, false) AS update_whole,
  coalesce(u.update_why, '') AS update_why, u.update_offered, s.since, s.device_id, s.configuration_id, s.finding_key
FROM asked_ a JOIN celled c ON c.cell = a.cell
LEFT JOIN totals s ON s.key = a.key LEFT JOIN updating u ON u.key = a.key
LEFT JOIN deed k ON k.deed = a.deed AND k.product_id = c.product_id AND k.site = c.site
WHERE s.key IS NOT NULL OR k.deed IS NOT NULL
"""


_TABLES = ("spot", "told_sum", "alone_sum", "risk", "threat", "offer", "repair", "deed")
DEEDS = Query(name="deeds", tables=_TABLES, needs=("spot",), columns=_NAMES, sql=_deeds(_ALL))
"""What one deed resolves, per product and site, in numbers; and which finding on which device weighs most.

Its id is empty where none was given to it before.
"""

DEEDS_OF = Query(
    name="deeds that a change touches",
    tables=(*_TABLES, "device", "device_finding"),
    given=("touched", "changed"),
    needs=("spot", "changed"),
    columns=_NAMES,
    sql=_deeds(_OF_CHANGE),
)
"""The same of those that sums which moved (`touched`, as they were and are) and what else is told of `changed` may move;
with those that were and are no more, which have no findings."""

DEED = Table(
    name="fresh",
    writer="given",
    meaning="what DEEDS gave, with the ids of the actions",
    sort=(),
    columns=tuple(column for column in TABLES["deed"].columns if column.name != "rank"),
)
_PLACES = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(DEED_ORDER))
DEEDS_RANKED = Query(
    name="deeds in their rank",
    tables=("deed",),
    given=("fresh",),
    columns=tuple(column.name for column in TABLES["deed"].columns),
    sql=f"""
WITH all_ AS (
  SELECT {", ".join(f"d.{name}" for name in _NAMES)} FROM deed d WHERE d.id NOT IN (SELECT id FROM fresh)
  UNION ALL SELECT {", ".join(_NAMES)} FROM fresh WHERE findings > 0)
SELECT row_number() OVER (ORDER BY urgency DESC, CASE deed {_PLACES} END, tier,
  CASE WHEN exploited IS NULL THEN 1 ELSE 0 END, coalesce(epss, 0) DESC, coalesce(cvss, 0) DESC, devices DESC, id) AS rank, a.*
FROM all_ a
""",
)
"""By outcome, deed, clinical tier, known exploitation, EPSS, CVSS: one after the other, never averaged.

Those summed before, but for those that were summed again (`fresh`).
"""
