# SPDX-License-Identifier: Apache-2.0
"""Judge in SQL what records join by AND or negate, per configuration of a device, in Kleene's three values.

AND is the least of its operands, OR the greatest, negation `2 - value` (NVD CVE API 2.0, `configurations`). The same
in a readable form: `applicability.conclude`. Nothing is spread that need not be: of a record only what a
configuration has, and what it cannot deny to have.
"""

from leadglass.vulnerabilities.hits import (
    missing_of,
    nth_of,
    packed,
    value_of,
)

_PART = "CASE WHEN part IN ('h', 'o') THEN part ELSE 'a' END"
"""What has to be known so that a criterion of this part, of which nothing is listed, is denied."""

_LACKING = (
    "CASE part WHEN 'h' THEN 'hardware model' WHEN 'o' THEN 'operating system' ELSE 'software list' END"
)

# A negated criterion speaks for the record by as much as it is false; `own` is what it says for the record.
_CLAIMS = """
claim AS (
  SELECT *, CASE WHEN negated THEN 2 - value ELSE value END AS own FROM (
    SELECT *, 1 AS place_in_line FROM hit WHERE NOT negated
    UNION ALL
    SELECT *, row_number() OVER (PARTITION BY c, nth ORDER BY value DESC, code) AS place_in_line FROM hit WHERE negated) s
  WHERE place_in_line = 1)
"""

# First what may be vulnerable; then, of these records alone, what stands beside it: a system is named in thousands.
_OPERANDS = f"""
suspect AS (
  SELECT m.configuration AS g, v.c, v.nth, v.of_record, v.of_configuration, v.of_node, v.code, v.own
  FROM claim v JOIN member m ON m.component = v.c WHERE v.vulnerable AND v.own > 0),
candidate AS (SELECT DISTINCT g, of_configuration FROM suspect),
spoken AS MATERIALIZED (
  SELECT m.configuration AS g, v.of_configuration, v.of_node, v.nth, v.value, v.c
  FROM claim v JOIN member m ON m.component = v.c
  WHERE v.of_configuration IN (SELECT of_configuration FROM candidate)),
operand AS (
  SELECT s.g, s.of_configuration, s.of_node, s.nth, max(s.value) AS value
  FROM spoken s JOIN candidate d ON d.g = s.g AND d.of_configuration = s.of_configuration GROUP BY 1, 2, 3, 4),
ignorant AS (
  SELECT number AS g, 'h' AS part FROM configuration WHERE NOT knows_hardware
  UNION ALL SELECT number, 'o' FROM configuration WHERE NOT knows_system
  UNION ALL SELECT number, 'a' FROM configuration WHERE NOT knows_software),
undenied AS (
  SELECT d.g, d.of_configuration, k.of_node, k.nth, k.part
  FROM candidate d JOIN ignorant i ON i.g = d.g
  JOIN (SELECT of_configuration, of_node, nth, part, by_product, {_PART} AS known_by FROM criterion_now WHERE NOT alone) k
    ON k.of_configuration = d.of_configuration AND k.known_by = i.part
  LEFT JOIN (SELECT DISTINCT m.configuration AS g, c.by_product FROM member m JOIN component c ON c.number = m.component
    WHERE m.configuration IN (SELECT g FROM ignorant)) p ON p.g = d.g AND p.by_product = k.by_product
  WHERE p.g IS NULL)
"""

# A node of which a configuration has nothing, and can deny all, is false: it counts, and is not spread.
_NODES = """
shape AS (
  SELECT of_configuration, of_node, max(joined) = 'AND' AS together, bool_or(inverted) AS inverted,
    max(node_operator) = 'AND' AS conjunct, bool_or(node_inverted) AS node_inverted, count(*) AS criteria
  FROM criterion_now WHERE NOT alone AND of_configuration IN (SELECT of_configuration FROM candidate) GROUP BY 1, 2),
whole AS (
  SELECT of_configuration, bool_or(together) AS together, bool_or(inverted) AS inverted,
    count(*) FILTER (WHERE node_inverted) AS negated, count(*) FILTER (WHERE NOT node_inverted) AS plain
  FROM shape GROUP BY 1),
touched AS (
  SELECT g, of_node, max(value) AS most, min(value) AS least_, count(*) AS criteria, count(*) FILTER (WHERE is_open) AS open_
  FROM (SELECT g, of_node, value, false AS is_open FROM operand UNION ALL SELECT g, of_node, 1, true FROM undenied) o
  GROUP BY 1, 2),
noded AS (
  SELECT t.g, s.of_configuration, s.of_node, s.conjunct, s.inverted, s.node_inverted,
    CASE WHEN NOT s.conjunct THEN t.most WHEN s.criteria > t.criteria THEN 0 ELSE t.least_ END AS plain
  FROM touched t JOIN shape s ON s.of_node = t.of_node),
valued_node AS (SELECT *, CASE WHEN node_inverted THEN 2 - plain ELSE plain END AS value FROM noded),
configured AS (
  SELECT n.g, n.of_configuration, w.together <> w.inverted AS together, w.inverted,
    CASE WHEN w.together THEN least(n.least_, CASE WHEN w.plain > n.plain THEN 0 ELSE 2 END)
      ELSE greatest(n.most, CASE WHEN w.negated > n.negated THEN 2 ELSE 0 END) END AS value
  FROM (SELECT g, of_configuration, min(value) AS least_, max(value) AS most, count(*) FILTER (WHERE node_inverted) AS negated,
      count(*) FILTER (WHERE NOT node_inverted) AS plain FROM valued_node GROUP BY 1, 2) n
  JOIN whole w ON w.of_configuration = n.of_configuration)
"""

_JUDGED = f"""
weighed AS (
  SELECT s.g, s.c, s.of_record, s.nth, s.code,
    least(CASE WHEN o.inverted THEN 2 - o.value ELSE o.value END, CASE WHEN n.inverted THEN 2 - n.value ELSE n.value END,
      s.own) AS value
  FROM suspect s JOIN configured o ON o.g = s.g AND o.of_configuration = s.of_configuration
  JOIN valued_node n ON n.g = s.g AND n.of_node = s.of_node),
best AS (SELECT g, c, of_record, min({packed(lacks="0")}) AS pack FROM weighed GROUP BY 1, 2, 3),
doubtful AS (
  SELECT b.g, b.c, b.of_record, v.nth, v.of_configuration, v.of_node, v.negated, n.conjunct, o.together,
    {missing_of("v.lacks_code", "t")} AS missing
  FROM (SELECT *, {nth_of("pack")} AS nth FROM best WHERE {value_of("pack")} = 1) b
  JOIN claim v ON v.c = b.c AND v.nth = b.nth
  JOIN component t ON t.number = b.c
  JOIN noded n ON n.g = b.g AND n.of_node = v.of_node
  JOIN configured o ON o.g = b.g AND o.of_configuration = v.of_configuration)
"""

# A finding that is unknown waits for what is open beside it: in other nodes where all count, in its own where all do
_NEEDED = f"""
waiting AS (SELECT DISTINCT g, of_configuration FROM doubtful),
unsure AS (
  SELECT o.g, o.of_configuration, o.of_node, o.nth, min({missing_of("v.lacks_code", "t")}) AS missing
  FROM waiting w JOIN operand o ON o.g = w.g AND o.of_configuration = w.of_configuration AND o.value = 1
  JOIN spoken s ON s.g = o.g AND s.nth = o.nth AND s.value = 1
  JOIN claim v ON v.c = s.c AND v.nth = s.nth JOIN component t ON t.number = s.c GROUP BY 1, 2, 3, 4),
opened AS (
  SELECT x.* FROM (SELECT * FROM unsure
    UNION ALL SELECT g, of_configuration, of_node, nth, {_LACKING} FROM undenied) x
  JOIN valued_node n ON n.g = x.g AND n.of_node = x.of_node WHERE n.value = 1),
lacked AS (
  SELECT b.g, b.c, b.of_record, x.missing
  FROM doubtful b JOIN opened x ON x.g = b.g AND x.of_configuration = b.of_configuration AND x.of_node <> b.of_node
  WHERE b.together
  UNION ALL
  SELECT b.g, b.c, b.of_record, x.missing
  FROM doubtful b JOIN opened x ON x.g = b.g AND x.of_node = b.of_node AND (b.negated OR x.nth <> b.nth)
  WHERE b.negated OR b.conjunct
  UNION ALL
  SELECT g, c, of_record, missing FROM doubtful),
needed AS (
  SELECT g, c, of_record, concat_ws(', ',
    max(CASE WHEN missing = 'hardware model' THEN missing END),
    max(CASE WHEN missing = 'operating system' THEN missing END),
    max(CASE WHEN missing = 'software list' THEN missing END),
    min(other), nullif(max(other), min(other))) AS missing
  FROM (SELECT *, CASE WHEN missing NOT IN ('', 'hardware model', 'operating system', 'software list') THEN missing END
    AS other FROM lacked) told
  GROUP BY 1, 2, 3)
"""

JOINT = f"{_CLAIMS}, {_OPERANDS}, {_NODES}, {_JUDGED}, {_NEEDED}"
"""From the relation hit (`hits.HITS`) the relations best and needed.

Best: configuration g, component c, record, judgement as one number. Needed: what is missing, in words.
"""
