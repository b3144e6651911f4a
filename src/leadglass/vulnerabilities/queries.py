# SPDX-License-Identifier: Apache-2.0
"""Match components with the criteria of records, in Kleene's three values: 2 true, 1 unknown, 0 false.

What one criterion decides alone is judged per component (`hits`), what is joined by AND per configuration (`joint`).
"""

from leadglass.values.query import Query
from leadglass.vulnerabilities.hits import class_of, lacks_of, missing_of, nth_of, packed, value_of
from leadglass.vulnerabilities.index import LATEST, in_slice
from leadglass.vulnerabilities.joint import JOINT
from leadglass.vulnerabilities.worded import PASSED

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
_VALUE = f"CASE {value_of('b.pack')} WHEN 2 THEN 'affected' WHEN 1 THEN 'unknown' ELSE 'not_affected' END AS status"


def _named(some: str) -> str:
    """Join what is named to numbers, among some criteria."""
    return f"""JOIN component c ON c.number = b.c
JOIN (SELECT * FROM criterion_now WHERE {some}) k ON k.nth = {nth_of("b.pack")}"""


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

COMPONENT_FINDINGS = Query(
    name="component findings",
    tables=("component", "criterion_now", "left_out"),
    given=("hit", "worded"),
    params=("behind", "upto"),
    columns=_FINDING,
    sql=f"""
WITH best AS (SELECT c, of_record, min({packed()}) AS pack FROM hit WHERE alone AND value > 0 GROUP BY c, of_record),
{PASSED}
SELECT {_KEY}, c.component_id, k.vulnerability, {_VALUE}, {class_of("b.pack")} AS class,
  {missing_of(lacks_of("b.pack"), "c")} AS missing, {_RULE} AS rule, k.sha256, {_PLACE} AS place
FROM best b {_named("alone")}
UNION ALL
SELECT {_KEY.replace("k.vulnerability", "w.vulnerability")}, c.component_id, w.vulnerability, 'unknown' AS status,
  'words' AS class, w.missing, w.rule, w.sha256, w.place
FROM (SELECT * FROM passed UNION ALL SELECT * FROM worded WHERE {in_slice("vulnerability")}) w
JOIN component c ON c.number = w.c
""",
)
"""Records that one criterion alone decides, and those that speak in words alone: valid wherever a component is installed.

Asked for a slice of the hits, with the vulnerabilities that it stands for: behind one, up to another or to the end.
"""

CONFIGURATION_FINDINGS = Query(
    name="configuration findings",
    tables=("component", "criterion_now", "configuration", "member"),
    given=("hit",),
    needs=("hit",),
    columns=(_FINDING[0], "configuration_id", *_FINDING[1:]),
    sql=f"""
WITH {JOINT},
verdict AS (SELECT *, {nth_of("pack")} AS nth FROM best),
named AS (
  SELECT c.number AS c, k.nth, {_KEY}, c.component_id, k.vulnerability, {_RULE} || ' and what it runs on' AS rule, k.sha256,
    {_PLACE} AS place
  FROM (SELECT DISTINCT c, nth FROM verdict) b JOIN component c ON c.number = b.c
  JOIN (SELECT * FROM criterion_now WHERE NOT alone) k ON k.nth = b.nth)
SELECT t.finding_key, g.configuration_id, t.component_id, t.vulnerability, {_VALUE}, {class_of("b.pack")} AS class,
  coalesce(n.missing, '') AS missing, t.rule, t.sha256, t.place
FROM verdict b JOIN configuration g ON g.number = b.g JOIN named t ON t.c = b.c AND t.nth = b.nth
LEFT JOIN needed n ON n.g = b.example AND n.c = b.c AND n.nth = b.nth
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
WITH ranked AS ({LATEST})
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
WITH its AS MATERIALIZED (
  SELECT * FROM configuration_component
  WHERE configuration_id IN (SELECT configuration_id FROM device WHERE device_id = $device))
SELECT c.component_id, c.part, c.product, c.name, c.version, c.norm, c.base, c.key, c.update_, c.named, c.lacks, c.doubt,
  c.qualifiers, c.first_seen, c.basis, c.confidence, l.listed, l.sha256, l.place, g.knows_hardware, g.knows_system,
  g.knows_software
FROM device d JOIN configuration g ON g.configuration_id = d.configuration_id
JOIN its l ON l.configuration_id = g.configuration_id
JOIN component c ON c.component_id = l.component_id
LEFT JOIN source s ON s.sha256 = l.sha256
WHERE d.device_id = $device
  -- Devices with the same components share a configuration: of inventories only this device's own row counts
  AND (coalesce(s.kind, '') <> 'fleet' OR (l.sha256 = d.sha256 AND l.place = d.place))
ORDER BY lower(c.name), c.version, c.component_id, l.place
""",
)  # fmt: skip
"""The components of one device, where each is listed, and what is known of the whole."""
