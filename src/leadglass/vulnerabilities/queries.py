# SPDX-License-Identifier: Apache-2.0
"""Match components with the criteria of records, in Kleene's three values: 2 true, 1 unknown, 0 false.

Compare once, then join: versions were compared when they were read (`schemes.key`), so that a range is
`lo <= key < hi`. Exact criteria join on the normalised text, ranges on keys, both on product equality.
AND is the least of its operands, OR the greatest, negation `2 - value` (NVD CVE API 2.0, `configurations`).
"""

from leadglass.values.query import Query
from leadglass.vulnerabilities.comparison import EARLY, ECOSYSTEMS, PLATFORMS, UNLIKE, UNSOUND, WORD
from leadglass.vulnerabilities.versions import OPEN_END

_LATEST = """
SELECT v.vulnerability, v.sha256, v.record, v.state, row_number() OVER (
  PARTITION BY v.vulnerability ORDER BY v.modified DESC, s.received DESC, v.sha256) AS place_in_line
FROM vulnerability v JOIN source s ON s.sha256 = v.sha256
"""


_SPOKEN_OF = "JOIN spoken_of w ON w.product = k.product AND w.part = k.part"


def _now(which: str, among: str = "") -> str:
    """Take the criteria that count, of records that speak of a component at hand; `among` joins what else limits them.

    Of each vulnerability the latest record counts; none where that is a rejection.
    """
    return f"""
spoken_of AS (SELECT DISTINCT part, product FROM subject),
touched AS (
  SELECT DISTINCT k.vulnerability FROM criterion k {_SPOKEN_OF} WHERE {which}),
record_now AS (
  SELECT vulnerability, sha256, row_number() OVER (ORDER BY vulnerability) AS r
  FROM ({_LATEST} JOIN touched t ON t.vulnerability = v.vulnerability) ranked
  WHERE place_in_line = 1 AND coalesce(state, '') <> 'Rejected'),
criterion_now AS (
  SELECT n.r, k.* FROM criterion k JOIN record_now n ON n.sha256 = k.sha256 AND n.vulnerability = k.vulnerability
  {among} WHERE {which})
"""


_EARLY = " OR ".join(f"wanted LIKE '{word}%'" for word in EARLY)
_WANT, _HAVE = (f"replace(replace({of}, '_', ''), 'milestone', 'm')" for of in ("wanted", "stated"))

# Compare CPE updates as `comparison` does, which says why
_OF_UPDATE = f"""
CASE WHEN wanted = '*' OR {_WANT} = {_HAVE} THEN 2
     WHEN wanted = '-' AND stated = '*' THEN CASE WHEN part = 'a' THEN 2 ELSE 1 END
     WHEN of_class = 'range' THEN 1
     WHEN stated = '*' AND wanted <> '-' AND NOT ({_EARLY}) THEN 1
     ELSE 0 END
"""

_SILENT = "CASE WHEN c.base <> c.norm AND NOT c.named THEN '*' ELSE c.update_ END"
"""The update that is left to compare where the whole version was: one that stands in it was compared too."""


_APART = tuple(
    ", ".join(f"'{name}'" for name in sorted(names)) for names in ({*ECOSYSTEMS.values()}, PLATFORMS)
)


def _attribute(place: int) -> str:
    """Compare one attribute of the qualifiers: silent in the inventory means unknown (NISTIR 7696 6.2)."""
    want, have = f"split_part(qualified, '|', {place})", f"split_part(qualifiers, '|', {place})"
    return f"""CASE WHEN {want} = '*' OR {want} = {have} THEN 2 WHEN {have} IN ('', '*') THEN 1
      WHEN {" OR ".join(f"({have} IN ({names}) AND {want} NOT IN ({names}))" for names in _APART)} THEN 1 ELSE 0 END"""


_OF_EDITION = (
    "CASE WHEN qualified = '' THEN 2 ELSE least("
    + ", ".join(_attribute(place) for place in range(1, 7))
    + ") END"
)


def _branch(name: str, value: str, on: str, update: str = "c.update_") -> str:
    """One way in which a criterion can speak of a component's version; `value` is that of the version alone."""
    return f"""
SELECT c.c, k.r, k.configuration, k.node, k.number, k.vulnerable, k.inverted <> k.node_inverted AS negated,
  {name} AS class, {value} AS of_version, {update} AS stated, k.update_ AS wanted, k.class AS of_class,
  c.qualifiers, k.qualifiers AS qualified, c.part, c.doubt, c.lacks
FROM subject c JOIN criterion_now k ON c.product = k.product AND c.part = k.part AND {on}
"""


_SETTLED = "WHEN k.part = 'h' OR NOT k.vulnerable THEN 2"
_OTHERWISE = (
    f"(substr(c.key, 1, 1) = '{WORD}')"
    f" <> (substr(CASE WHEN k.hi = '{OPEN_END}' THEN k.lo ELSE k.hi END, 1, 1) = '{WORD}')"
)
"""A word, or what is not of its scheme, has no place in a range of what is, nor the other way round (comparison)."""

# Each pair of a component and a criterion is in one branch at most, save the last, which is for negation
_HITS = (
    "hit AS ("
    + " UNION ALL ".join(
        (
            _branch(
                "'exact'",
                "2",
                "k.class IN ('exact', 'unversioned') AND c.norm = k.norm AND c.norm <> ''",
                _SILENT,
            ),
            # '1.0.2-beta1' as one text against version 1.0.2, update beta1
            _branch(
                "'exact'", "2", "k.class = 'exact' AND c.norm <> '' AND c.base = k.norm AND c.base <> c.norm"
            ),
            # Equal in order but not in text ('4.02' and '4.2' are one, '4.0.5_iop' and '4.0.5_ipr' are not)
            _branch(
                "'order_equal'",
                "1",
                "k.class = 'exact' AND c.key = k.lo AND c.norm <> k.norm AND c.base <> k.norm",
                _SILENT,
            ),
            _branch(
                f"CASE WHEN {_OTHERWISE} THEN 'unlike' ELSE 'range' END",
                f"CASE WHEN {_OTHERWISE} THEN 1 ELSE 2 END",
                f"k.class = 'range' AND c.key <> '' AND ({_OTHERWISE} OR (k.lo <= c.key AND c.key < k.hi))",
            ),
            _branch("'all'", "2", "k.class = 'all'"),
            # '-' is "not applicable": never ANY by itself; for hardware and context it is how NVD names the thing
            _branch(
                "'unversioned'",
                f"CASE {_SETTLED} WHEN c.named THEN 0 ELSE 1 END",
                "k.class = 'unversioned' AND c.norm <> k.norm",
            ),
            _branch("'inverted'", "1", "k.class = 'inverted'"),
            _branch(
                "'version_missing'",
                "1",
                "c.key = '' AND ((k.class = 'range' AND NOT (c.named AND c.version <> '')) OR (k.class = 'exact'"
                " AND NOT c.named AND (c.norm = '' OR (c.norm <> k.norm AND c.base <> k.norm))))",
            ),
            # Where a criterion is negated, a version that is outside of it says something
            _branch("'outside'", "0", "(k.inverted OR k.node_inverted)"),
        )
    )
    + ")"
)

# Materialised: pushed into the branches, the comparisons would be planned and made once for each of them
_VALUED = f"""
compared AS MATERIALIZED (
  SELECT c, r, configuration, node, number, vulnerable, negated, class, of_version, {_OF_UPDATE} AS of_update,
    {_OF_EDITION} AS of_edition, CASE WHEN doubt <> '' THEN 1 ELSE 2 END AS of_identity, doubt, lacks,
    CASE WHEN of_class = 'range' AND wanted <> '-' THEN '{UNSOUND}' WHEN part = 'a' THEN 'update'
      ELSE 'service pack' END AS lacks_update
  FROM hit),
valued AS (
  SELECT h.*, least(of_version, of_update, of_edition, of_identity) AS value,
    CASE WHEN least(of_version, of_update, of_edition, of_identity) <> 1 THEN ''
         WHEN of_version = 1 AND class = 'version_missing' THEN lacks
         WHEN of_version = 1 AND class = 'order_equal' THEN 'whether both versions are the same'
         WHEN of_version = 1 AND class = 'unlike' THEN '{UNLIKE}'
         WHEN of_version = 1 AND class = 'unversioned' THEN 'version in the record'
         WHEN of_version = 1 AND class = 'inverted' THEN '{UNSOUND}'
         WHEN of_identity = 1 THEN doubt
         WHEN of_update = 1 THEN lacks_update
         ELSE 'edition' END AS missing
  FROM compared h)
"""

_RULE = """
k.part || ':' || k.product || CASE k.class WHEN 'all' THEN ' any version' WHEN 'unversioned' THEN ' (no version given)'
  WHEN 'exact' THEN ' ' || k.version
  ELSE CASE WHEN k.lo_text = '' THEN '' ELSE ' ' || k.lo_text END
    || CASE WHEN k.hi_text = '' THEN '' ELSE ' ' || k.hi_text END END
  || CASE WHEN k.update_ IN ('*', '-') THEN '' ELSE ' ' || k.update_ END
"""
_PLACE = """
'vulnerabilities[' || k.record || '].cve.configurations[' || k.configuration || '].nodes[' || k.node
  || '].cpeMatch[' || k.number || ']'
"""
_KEY = "substr(sha1('vulnerability|' || c.component_id || '|' || k.vulnerability), 1, 12) AS finding_key"
_STATUS = "CASE b.value WHEN 2 THEN 'affected' WHEN 1 THEN 'unknown' ELSE 'not_affected' END AS status"
_NAMED = """
JOIN subject c ON c.c = b.c
JOIN criterion_now k ON k.r = b.r AND k.configuration = b.configuration AND k.node = b.node AND k.number = b.number
"""
_TABLES = ("component", "criterion", "vulnerability", "source")
_FINDING = (
    "finding_key",
    "component_id",
    "vulnerability",
    "status",
    "class",
    "missing",
    "rule",
    "sha256",
    "place",
)

# Within a query, records, components and configurations go by number: what is joined in millions stays narrow
_SUBJECT = (
    "subject AS (SELECT row_number() OVER (ORDER BY component_id) AS c, * FROM component WHERE product <> '')"
)

COMPONENT_FINDINGS = Query(
    name="component findings",
    tables=_TABLES,
    columns=_FINDING,
    sql=f"""
WITH {_SUBJECT}, {_now("k.alone", _SPOKEN_OF)}, {_HITS}, {_VALUED},
best AS (SELECT * FROM (
  SELECT v.*, row_number() OVER (PARTITION BY c, r ORDER BY value DESC, class, configuration, node, number) AS place_in_line
  FROM valued v WHERE v.value > 0) ranked WHERE place_in_line = 1)
SELECT {_KEY}, c.component_id, k.vulnerability, {_STATUS}, b.class, b.missing, {_RULE} AS rule, k.sha256,
  {_PLACE} AS place
FROM best b {_NAMED}
""",
)
"""Records that one criterion alone decides: valid for the component wherever it is installed."""

# A negated criterion speaks for the record by as much as it is false; `own` is what it says for the record.
_JOINT = """
numbered AS (SELECT row_number() OVER (ORDER BY configuration_id) AS g, * FROM configuration),
listed AS (
  SELECT DISTINCT n.g, c.c, c.part, c.product FROM configuration_component l
  JOIN numbered n ON n.configuration_id = l.configuration_id JOIN subject c ON c.component_id = l.component_id),
present AS (SELECT DISTINCT g, part, product FROM listed),
claim AS (
  SELECT c, r, configuration, node, number, vulnerable, negated, class, value, missing,
    CASE WHEN negated THEN 2 - value ELSE value END AS own
  FROM (SELECT *, 1 AS place_in_line FROM valued WHERE NOT negated
    UNION ALL SELECT *, row_number() OVER (
      PARTITION BY c, r, configuration, node, number ORDER BY value DESC, class) AS place_in_line
      FROM valued WHERE negated) v
  WHERE place_in_line = 1),
spoken AS (SELECT l.g, v.* FROM claim v JOIN listed l ON l.c = v.c),
candidate AS (SELECT DISTINCT g, r, configuration FROM spoken WHERE vulnerable AND own > 0),
operand_hit AS (
  SELECT g, r, configuration, node, number, max(value) AS value, min(CASE WHEN value = 1 THEN missing END) AS missing
  FROM spoken GROUP BY 1, 2, 3, 4, 5),
operand AS (
  SELECT d.g, k.r, k.configuration, k.node, k.number, k.joined, k.inverted, k.node_operator, k.node_inverted,
    coalesce(o.value, CASE WHEN p.g IS NOT NULL THEN 0
      WHEN CASE k.part WHEN 'h' THEN g.knows_hardware WHEN 'o' THEN g.knows_system ELSE g.knows_software END THEN 0
      ELSE 1 END) AS value,
    CASE WHEN o.value IS NOT NULL THEN CASE WHEN o.value = 1 THEN o.missing ELSE '' END
      WHEN p.g IS NOT NULL THEN ''
      WHEN k.part = 'h' THEN CASE WHEN g.knows_hardware THEN '' ELSE 'hardware model' END
      WHEN k.part = 'o' THEN CASE WHEN g.knows_system THEN '' ELSE 'operating system' END
      WHEN g.knows_software THEN '' ELSE 'software list' END AS missing
  FROM candidate d JOIN criterion_now k ON k.r = d.r AND k.configuration = d.configuration
  JOIN numbered g ON g.g = d.g
  LEFT JOIN operand_hit o ON o.g = d.g AND o.r = k.r AND o.configuration = k.configuration AND o.node = k.node
    AND o.number = k.number
  LEFT JOIN present p ON p.g = d.g AND p.part = k.part AND p.product = k.product),
noded AS (
  SELECT g, r, configuration, node, max(joined) AS joined, bool_or(inverted) AS inverted,
    max(node_operator) = 'AND' AS conjunct,
    CASE WHEN bool_or(node_inverted) THEN 2 - CASE WHEN max(node_operator) = 'AND' THEN min(value) ELSE max(value) END
      WHEN max(node_operator) = 'AND' THEN min(value) ELSE max(value) END AS value
  FROM operand GROUP BY 1, 2, 3, 4),
configured AS (
  SELECT g, r, configuration, (max(joined) = 'AND') <> bool_or(inverted) AS together,
    CASE WHEN bool_or(inverted) THEN 2 - CASE WHEN max(joined) = 'AND' THEN min(value) ELSE max(value) END
      WHEN max(joined) = 'AND' THEN min(value) ELSE max(value) END AS value
  FROM noded GROUP BY 1, 2, 3),
judged AS (
  SELECT s.g, s.c, s.r, s.configuration, s.node, s.number, s.negated, s.class, s.missing, n.conjunct, o.together,
    least(o.value, CASE WHEN n.inverted THEN 2 - n.value ELSE n.value END, s.own) AS value
  FROM spoken s
  JOIN configured o ON o.g = s.g AND o.r = s.r AND o.configuration = s.configuration
  JOIN noded n ON n.g = s.g AND n.r = s.r AND n.configuration = s.configuration AND n.node = s.node
  WHERE s.vulnerable AND s.own > 0),
best AS (SELECT * FROM (
  SELECT j.*, row_number() OVER (PARTITION BY g, c, r ORDER BY value DESC, class, configuration, node, number)
    AS place_in_line FROM judged j) ranked
  WHERE place_in_line = 1),
open_operand AS (
  SELECT o.* FROM operand o JOIN noded n ON n.g = o.g AND n.r = o.r AND n.configuration = o.configuration AND n.node = o.node
  WHERE o.value = 1 AND n.value = 1),
lack AS (SELECT DISTINCT g, r, configuration, node, missing FROM open_operand),
lacked AS (
  SELECT b.g, b.c, b.r, x.missing
  FROM best b JOIN lack x ON x.g = b.g AND x.r = b.r AND x.configuration = b.configuration AND x.node <> b.node
  WHERE b.value = 1 AND b.together
  UNION ALL
  SELECT b.g, b.c, b.r, x.missing
  FROM best b JOIN open_operand x ON x.g = b.g AND x.r = b.r AND x.configuration = b.configuration AND x.node = b.node
    AND (b.negated OR x.number <> b.number)
  WHERE b.value = 1 AND (b.negated OR b.conjunct)
  UNION ALL
  SELECT g, c, r, missing FROM best WHERE value = 1),
needed AS (
  SELECT g, c, r, concat_ws(', ',
    max(CASE WHEN missing = 'hardware model' THEN missing END),
    max(CASE WHEN missing = 'operating system' THEN missing END),
    max(CASE WHEN missing = 'software list' THEN missing END),
    min(other), nullif(max(other), min(other))) AS missing
  FROM (SELECT *, CASE WHEN missing NOT IN ('', 'hardware model', 'operating system', 'software list') THEN missing END
    AS other FROM lacked) told
  GROUP BY 1, 2, 3)
"""

CONFIGURATION_FINDINGS = Query(
    name="configuration findings",
    tables=(*_TABLES, "configuration", "configuration_component"),
    columns=(_FINDING[0], "configuration_id", *_FINDING[1:]),
    sql=f"""
WITH {_SUBJECT}, {_now("NOT k.alone")}, {_HITS}, {_VALUED}, {_JOINT}
SELECT {_KEY}, g.configuration_id, c.component_id, k.vulnerability, {_STATUS}, b.class,
  coalesce(n.missing, '') AS missing, {_RULE} || ' and what it runs on' AS rule, k.sha256, {_PLACE} AS place
FROM best b JOIN numbered g ON g.g = b.g {_NAMED}
LEFT JOIN needed n ON n.g = b.g AND n.c = b.c AND n.r = b.r
""",
)
"""Records with AND or negation: every operand is judged within one configuration, never per component."""

RECORD = Query(
    name="record of a vulnerability",
    tables=("vulnerability", "criterion", "source"),
    params=("vulnerability",),
    columns=("vulnerability", "record", "configuration", "node", "number", "joined", "inverted",
             "node_operator", "node_inverted", "vulnerable", "alone", "part", "product", "class",
             "version", "norm", "update_", "qualifiers", "lo", "hi", "lo_text", "hi_text", "sha256"),
    sql=f"""
WITH ranked AS ({_LATEST})
SELECT k.* FROM criterion k JOIN ranked r ON r.sha256 = k.sha256 AND r.record = k.record
WHERE r.place_in_line = 1 AND coalesce(r.state, '') <> 'Rejected' AND k.vulnerability = $vulnerability
ORDER BY k.configuration, k.node, k.number
""",
)  # fmt: skip
"""The criteria of a vulnerability's latest record, for judging it step by step."""

PARTS = Query(
    name="components of a device",
    tables=("component", "configuration_component", "configuration", "device", "source"),
    params=("device",),
    columns=("component_id", "part", "product", "name", "version", "norm", "base", "key", "update_",
             "named", "lacks", "doubt", "qualifiers", "first_seen", "basis", "confidence", "listed",
             "sha256", "place", "knows_hardware", "knows_system", "knows_software"),
    sql="""
SELECT c.*, l.listed, l.sha256, l.place, g.knows_hardware, g.knows_system, g.knows_software
FROM device d JOIN configuration g ON g.configuration_id = d.configuration_id
JOIN configuration_component l ON l.configuration_id = g.configuration_id
JOIN component c ON c.component_id = l.component_id
LEFT JOIN source s ON s.sha256 = l.sha256
WHERE d.device_id = $device
  -- Devices with the same components share a configuration: of inventories only this device's own row counts
  AND (coalesce(s.kind, '') <> 'fleet' OR (l.sha256 = d.sha256 AND l.place = d.place))
ORDER BY lower(c.name), c.version, c.component_id, l.place
""",
)  # fmt: skip
"""The components of one device, where each is listed, and what is known of the whole."""
