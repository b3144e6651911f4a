# SPDX-License-Identifier: Apache-2.0
"""Judge in SQL what records join by AND or negate, per configuration of a device, in Kleene's three values.

AND is the least of its operands, OR the greatest, negation `2 - value` (NVD CVE API 2.0, `configurations`). The same
in a readable form: `applicability.conclude`. Nothing is spread that need not be: of a record only what a
configuration has, and what it cannot deny to have.
"""

from leadglass.vulnerabilities.hits import missing_of, packed

_PART = "CASE WHEN part IN ('h', 'o') THEN part ELSE 'a' END"
"""What has to be known so that a criterion of this part, of which nothing is listed, is denied."""

_LACKING = (
    "CASE part WHEN 'h' THEN 'hardware model' WHEN 'o' THEN 'operating system' ELSE 'software list' END"
)

# A negated criterion speaks for the record by as much as it is false; `own` is what it says for the record.
_CLAIMS = """
claim AS MATERIALIZED (
  SELECT *, vulnerable AND own > 0 AS suspect,
    row_number() OVER (PARTITION BY c, of_configuration ORDER BY nth) = 1 AS counts FROM (
    SELECT *, CASE WHEN negated THEN 2 - value ELSE value END AS own FROM (
      SELECT *, 1 AS place_in_line FROM hit WHERE NOT negated AND value > 0
      UNION ALL
      SELECT *, row_number() OVER (PARTITION BY c, nth ORDER BY value DESC, code) AS place_in_line FROM hit WHERE negated) s
    WHERE place_in_line = 1) o),
"""

# First what may be vulnerable; then, of these records alone, what stands beside it: a system is named in thousands.
_SPOKEN = f"""
spoken AS MATERIALIZED (
  SELECT m.configuration AS g, v.c, v.nth, v.of_record, v.of_configuration, v.of_node, v.code, v.value, v.own, v.suspect,
    v.counts
  FROM claim v JOIN member m ON m.component = v.c
  WHERE v.of_configuration IN (SELECT of_configuration FROM claim WHERE suspect)),
case_ AS (
  SELECT g, of_configuration, count(*) FILTER (WHERE counts) AS parts, min(c) AS first_, max(c) AS last_,
    sum(c) FILTER (WHERE counts) AS between_
  FROM spoken GROUP BY 1, 2 HAVING bool_or(suspect)),
ignorant AS (
  SELECT number AS g, 'h' AS part FROM configuration WHERE NOT knows_hardware
  UNION ALL SELECT number, 'o' FROM configuration WHERE NOT knows_system
  UNION ALL SELECT number, 'a' FROM configuration WHERE NOT knows_software),
unlisted AS MATERIALIZED (
  SELECT d.g, d.of_configuration, k.of_node, k.nth, k.part, k.by_product
  FROM case_ d JOIN ignorant i ON i.g = d.g
  JOIN (SELECT of_configuration, of_node, nth, part, by_product, {_PART} AS known_by FROM criterion_now WHERE NOT alone) k
    ON k.of_configuration = d.of_configuration AND k.known_by = i.part),
undenied AS (
  SELECT u.g, u.of_configuration, u.of_node, u.nth, u.part FROM unlisted u
  LEFT JOIN (SELECT DISTINCT m.configuration AS g, c.by_product FROM component c JOIN member m ON m.component = c.number
    WHERE c.by_product IN (SELECT by_product FROM unlisted) AND m.configuration IN (SELECT g FROM unlisted)) p
    ON p.g = u.g AND p.by_product = u.by_product
  WHERE p.g IS NULL),
"""

# Where the same components speak, and nothing else is open, all is the same: one such configuration is judged for all.
# Up to three numbers are known by how many they are, the first, the last and the sum; with more each stands for itself.
_ALIKE = """
likened AS MATERIALIZED (
  SELECT d.*, CASE WHEN d.parts > 3 OR u.g IS NOT NULL THEN d.g ELSE -1 END AS itself
  FROM case_ d LEFT JOIN (SELECT DISTINCT g, of_configuration FROM undenied) u
    ON u.g = d.g AND u.of_configuration = d.of_configuration),
alike AS MATERIALIZED (
  SELECT l.g, l.of_configuration, e.example FROM likened l
  JOIN (SELECT of_configuration, parts, first_, last_, between_, itself, min(g) AS example FROM likened
    GROUP BY 1, 2, 3, 4, 5, 6) e
    ON e.of_configuration = l.of_configuration AND e.first_ = l.first_ AND e.last_ = l.last_ AND e.between_ = l.between_
      AND e.parts = l.parts AND e.itself = l.itself),
candidate AS (SELECT g, of_configuration FROM alike WHERE g = example),
heard AS (
  SELECT s.* FROM spoken s JOIN candidate d ON d.g = s.g AND d.of_configuration = s.of_configuration),
operand AS (
  SELECT g, of_configuration, of_node, nth, max(value) AS value FROM heard GROUP BY 1, 2, 3, 4),
open_ AS (
  SELECT u.* FROM undenied u JOIN candidate d ON d.g = u.g AND d.of_configuration = u.of_configuration),
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
  FROM (SELECT g, of_node, value, false AS is_open FROM operand UNION ALL SELECT g, of_node, 1, true FROM open_) o
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
  SELECT *, {packed(lacks="0")} AS pack FROM (
    SELECT s.g, s.c, s.of_record, s.of_configuration, s.of_node, s.nth, s.code, n.conjunct, o.together,
      least(CASE WHEN o.inverted THEN 2 - o.value ELSE o.value END, CASE WHEN n.inverted THEN 2 - n.value ELSE n.value END,
        s.own) AS value
    FROM heard s JOIN configured o ON o.g = s.g AND o.of_configuration = s.of_configuration
    JOIN valued_node n ON n.g = s.g AND n.of_node = s.of_node WHERE s.suspect) w),
doubtful AS (
  SELECT w.g, w.c, w.nth, w.of_configuration, w.of_node, w.conjunct, w.together, v.negated,
    {missing_of("v.lacks_code", "t")} AS missing
  FROM weighed w JOIN claim v ON v.c = w.c AND v.nth = w.nth JOIN component t ON t.number = w.c WHERE w.value = 1),
best AS (
  SELECT a.g, w.c, w.of_record, min(w.pack) AS pack, min_by(a.example, w.pack) AS example
  FROM weighed w JOIN alike a ON a.example = w.g AND a.of_configuration = w.of_configuration GROUP BY 1, 2, 3)
"""

# A finding that is unknown waits for what is open beside it: in other nodes where all count, in its own where all do
_NEEDED = f"""
waiting AS (SELECT DISTINCT g, of_configuration FROM doubtful),
unsure AS (
  SELECT o.g, o.of_configuration, o.of_node, o.nth, min({missing_of("v.lacks_code", "t")}) AS missing
  FROM waiting w JOIN operand o ON o.g = w.g AND o.of_configuration = w.of_configuration AND o.value = 1
  JOIN heard s ON s.g = o.g AND s.nth = o.nth AND s.value = 1
  JOIN claim v ON v.c = s.c AND v.nth = s.nth JOIN component t ON t.number = s.c GROUP BY 1, 2, 3, 4),
opened AS (
  SELECT x.* FROM (SELECT * FROM unsure
    UNION ALL SELECT g, of_configuration, of_node, nth, {_LACKING} FROM open_) x
  JOIN valued_node n ON n.g = x.g AND n.of_node = x.of_node WHERE n.value = 1),
lacked AS (
  SELECT b.g, b.c, b.nth, x.missing
  FROM doubtful b JOIN opened x ON x.g = b.g AND x.of_configuration = b.of_configuration AND x.of_node <> b.of_node
  WHERE b.together
  UNION ALL
  SELECT b.g, b.c, b.nth, x.missing
  FROM doubtful b JOIN opened x ON x.g = b.g AND x.of_node = b.of_node AND (b.negated OR x.nth <> b.nth)
  WHERE b.negated OR b.conjunct
  UNION ALL
  SELECT g, c, nth, missing FROM doubtful),
needed AS (
  SELECT g, c, nth, concat_ws(', ',
    max(CASE WHEN missing = 'hardware model' THEN missing END),
    max(CASE WHEN missing = 'operating system' THEN missing END),
    max(CASE WHEN missing = 'software list' THEN missing END),
    min(other), nullif(max(other), min(other))) AS missing
  FROM (SELECT *, CASE WHEN missing NOT IN ('', 'hardware model', 'operating system', 'software list') THEN missing END
    AS other FROM lacked) told
  GROUP BY 1, 2, 3)
"""

JOINT = f"{_CLAIMS} {_SPOKEN} {_ALIKE} {_NODES}, {_JUDGED}, {_NEEDED}"
"""From the relation hit (`hits.HITS`) the relations best and needed.

Best: configuration g, component c, record, judgement as one number, and the configuration that was judged for it. Needed:
of what was judged as unknown, by configuration, component and criterion, what is missing, in words.
"""
