# SPDX-License-Identifier: Apache-2.0
"""Which facts are missing for how many findings, counted per configuration: what questions are made from."""

from leadglass.planning.offers import ASKS
from leadglass.values.query import Query
from leadglass.values.schema import Table
from leadglass.values.tables import TABLES

_ASKS = ASKS.replace("w.", "t.")
_LACKS = f"""t.status = 'unknown'
  AND ({_ASKS} OR t.missing NOT IN ('', 'product identity', 'meaning of the versions'))"""


def _lacking(told: str) -> str:
    return f"""
  SELECT configuration_id, missing, kind, class, component_id, count(*) AS findings FROM (
    SELECT t.configuration_id, t.missing, t.kind, CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.class END AS class,
      t.component_id FROM {told} t WHERE {_LACKS}) t GROUP BY 1, 2, 3, 4, 5"""


_LACKING_COLUMNS = tuple(column.name for column in TABLES["lacking"].columns)
LACKING = Query(
    name="facts that configurations lack",
    tables=("told_configuration",),
    columns=_LACKING_COLUMNS,
    sql=_lacking("told_configuration"),
)

LACKING_MOVED = Query(
    name="missing facts that a change moves",
    tables=(),
    given=("telling",),
    needs=("telling",),
    columns=_LACKING_COLUMNS,
    sql=f"""
SELECT configuration_id, missing, kind, class, component_id, CAST(sum(side) AS BIGINT) AS findings FROM (
  SELECT t.side, t.configuration_id, t.missing, t.kind, CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.class END AS class,
    t.component_id FROM telling t WHERE {_LACKS}) t GROUP BY 1, 2, 3, 4, 5 HAVING sum(side) <> 0
""",
)
"""For how many more or fewer findings; where there are none, no question is another."""

LACKED = Table(
    name="lacked",
    writer="given",
    meaning="what LACKING_MOVED gave",
    sort=(),
    columns=TABLES["lacking"].columns,
)
LACKING_NOW = Query(
    name="facts that configurations lack after a change",
    tables=("lacking",),
    given=("lacked",),
    columns=_LACKING_COLUMNS,
    sql="""
SELECT configuration_id, missing, kind, class, component_id, CAST(sum(findings) AS BIGINT) AS findings
FROM (
  SELECT configuration_id, missing, kind, class, component_id, findings FROM lacking
  UNION ALL SELECT configuration_id, missing, kind, class, component_id, findings FROM lacked) s
GROUP BY 1, 2, 3, 4, 5 HAVING sum(findings) > 0
""",
)
"""As before, with what moved (`lacked`)."""

_ALIKE = """
alike AS (
  SELECT configuration_id, product_id, min(spot) AS device_id, CAST(sum(devices) AS BIGINT) AS many FROM spot GROUP BY 1, 2)
"""
LACKING_ALONE = Query(
    name="facts that devices alone lack",
    tables=("told_device", "device", "spot"),
    columns=tuple(column.name for column in TABLES["lacking_alone"].columns),
    sql=f"""
WITH {_ALIKE},
alone AS (
  SELECT t.device_id, d.configuration_id, d.product_id, t.missing, t.kind,
    CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.class END AS class, t.component_id, count(*) AS findings
  FROM told_device t JOIN device d ON d.device_id = t.device_id WHERE {_LACKS} AND d.state <> 'retired'
  GROUP BY 1, 2, 3, 4, 5, 6, 7),
together AS (
  SELECT configuration_id, product_id, missing, kind, class, component_id, findings, count(*) AS many
  FROM alone GROUP BY 1, 2, 3, 4, 5, 6, 7)
SELECT t.configuration_id, t.product_id, t.missing, t.kind, t.class, t.component_id, g.device_id, t.findings, g.many
FROM together t JOIN alike g ON g.configuration_id = t.configuration_id AND g.product_id = t.product_id AND g.many = t.many
UNION ALL
SELECT a.configuration_id, a.product_id, a.missing, a.kind, a.class, a.component_id, a.device_id, a.findings, 0
FROM alone a JOIN together t ON t.configuration_id = a.configuration_id AND t.product_id = a.product_id
  AND t.missing = a.missing AND t.kind = a.kind AND t.class = a.class AND t.component_id = a.component_id
  AND t.findings = a.findings
JOIN alike g ON g.configuration_id = a.configuration_id AND g.product_id = a.product_id AND g.many <> t.many
""",
)
"""All devices of a configuration and model together, where all lack the same; `many` is 0 where it is one of them alone."""

MISSING = Query(
    name="missing facts",
    tables=("spot", "component", "lacking", "lacking_alone"),
    columns=("missing", "subject", "product_id", "maker", "model", "component_id", "component_name",
             "component_version", "device_id", "record_product", "record_part", "findings", "configuration_id", "many"),
    sql=f"""
WITH {_ALIKE},
named AS (SELECT product_id, min(maker) AS maker, min(model) AS model FROM spot GROUP BY 1),
lacked AS (
  SELECT l.configuration_id, g.product_id, l.missing, l.kind, l.class, l.component_id, g.device_id, l.findings, g.many
  FROM lacking l JOIN alike g ON g.configuration_id = l.configuration_id
  UNION ALL
  SELECT configuration_id, product_id, missing, kind, class, component_id, device_id, findings, many FROM lacking_alone)
SELECT t.missing, t.class AS subject, t.product_id, d.maker, d.model, t.component_id,
  CASE WHEN {_ASKS} THEN split_part(t.class, '|', 1) ELSE coalesce(c.name, '') END AS component_name,
  coalesce(c.version, '') AS component_version, t.device_id,
  CASE WHEN {_ASKS} THEN coalesce(c.version, '') ELSE c.product END AS record_product, c.part AS record_part,
  t.findings, t.configuration_id, t.many
FROM lacked t JOIN named d ON d.product_id = t.product_id LEFT JOIN component c ON c.component_id = t.component_id
ORDER BY 1, 2, 3, 6, 9, 14
""",
)  # fmt: skip
"""Which fact is missing for how many findings of a device, per component and all devices of a configuration and model.

`many` counts these; `device_id` is the first of them. It is 0 where a fact is missing for one of them alone.
"""
