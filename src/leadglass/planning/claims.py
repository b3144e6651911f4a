# SPDX-License-Identifier: Apache-2.0
"""What publishers say, listed; and what has to be asked before a statement can be applied."""

from dataclasses import replace

from leadglass.planning.spread import SOURCES_OF_FINDINGS
from leadglass.planning.told import CLAIMED, LISTED, USED
from leadglass.values.query import Query

STATEMENTS = Query(
    name="statements",
    tables=("claim", "source", "component", "product"),
    params=("vulnerability", "product", "status", "state", "text", "id", "count", "skip"),
    columns=("vulnerability", "stated_as", "status", "named", "publisher", "outcome", "product", "component", "version",
             "rule", "note", "justification", "trusted", "missing", "basis", "confidence", "stated", "document", "sha256",
             "place", "total"),
    sql="""
SELECT c.vulnerability, c.stated_as, c.status, c.named, c.publisher, c.outcome,
  coalesce(trim(p.maker || ' ' || p.model), '') AS product, coalesce(k.name, '') AS component,
  coalesce(k.version, '') AS version, c.rule, c.note, c.justification, c.trusted, c.missing, c.basis, c.confidence,
  c.stated, s.name AS document, c.sha256, c.place, count(*) OVER () AS total
FROM claim c JOIN source s ON s.sha256 = c.sha256
LEFT JOIN component k ON k.component_id = c.component_id
LEFT JOIN product p ON p.product_id = c.product_id
WHERE ($vulnerability = '' OR c.vulnerability = $vulnerability) AND ($status = '' OR c.status = $status)
  AND ($product = '' OR c.product_id = $product OR lower(c.named || ' ' || coalesce(p.maker || ' ' || p.model, ''))
    LIKE '%' || lower($product) || '%')
  AND ($state = '' OR c.outcome LIKE replace($state, '_', ' ') || '%') AND ($id = '' OR c.sha256 LIKE $id || '%')
  AND ($text = '' OR lower(c.named || ' ' || c.publisher || ' ' || c.rule || ' ' || c.note) LIKE '%' || lower($text) || '%')
ORDER BY CASE WHEN c.outcome LIKE 'waits%' THEN 0 WHEN c.outcome = 'applied' THEN 1 ELSE 2 END, c.publisher,
  c.vulnerability, c.named, c.sha256, c.number, c.component_id, c.on_id LIMIT $count OFFSET $skip
""",
)  # fmt: skip
"""Every statement of a publisher, and whether it is applied: what waits for a person first."""

STATEMENTS_WITHIN = replace(
    STATEMENTS,
    name="statements as some sites see them",
    tables=(*STATEMENTS.tables, "device", "configuration_component"),
    sql=STATEMENTS.sql.replace(
        "WHERE (",
        """WHERE (c.product_id = '' OR c.product_id IN (SELECT product_id FROM device))
  AND (c.component_id = '' OR c.component_id IN (SELECT l.component_id FROM configuration_component l
    JOIN device d ON d.configuration_id = l.configuration_id)) AND (""",
        1,
    ),
)
"""Of other sites' products and components nothing is told to who sees some sites."""

_OPEN = "s.status = 'affected' OR t.status IN ('affected', 'unknown') OR e.status IN ('affected', 'unknown')"

WAITING = Query(
    name="statements that wait",
    tables=(*SOURCES_OF_FINDINGS,),
    columns=("missing", "subject", "product_id", "maker", "model", "component_id", "component_name", "component_version",
             "device_id", "record_product", "record_part", "findings", "configuration_id", "many"),
    sql=f"""
WITH {LISTED}, {USED}, {CLAIMED},
waiting AS (
  SELECT DISTINCT configuration_id, vulnerability, missing, asks, component_id, whole, status FROM claimed
  WHERE asks <> '')
SELECT s.missing, s.asks AS subject, d.product_id, d.maker, d.model, max(c.component_id) AS component_id,
  split_part(s.asks, '|', 1) AS component_name,
  max(c.version) AS component_version, d.device_id, max(c.version) AS record_product, '' AS record_part,
  count(DISTINCT CASE WHEN {_OPEN} THEN s.vulnerability END) AS findings, d.configuration_id,
  0 AS many
FROM waiting s JOIN device d ON d.configuration_id = s.configuration_id AND d.state <> 'retired'
JOIN component c ON c.component_id = s.component_id
LEFT JOIN told_configuration t ON t.configuration_id = s.configuration_id AND t.vulnerability = s.vulnerability
  AND (s.whole OR t.component_id = s.component_id)
LEFT JOIN told_device e ON e.device_id = d.device_id AND e.vulnerability = s.vulnerability AND s.whole
GROUP BY s.missing, s.asks, d.product_id, d.maker, d.model, d.device_id, d.configuration_id
HAVING count(DISTINCT CASE WHEN {_OPEN} THEN s.vulnerability END) > 0
ORDER BY 1, 2, 3, 9
""",
)  # fmt: skip
"""What has to be answered before statements count, per device: trust, which product is meant, which versions are."""

OFFERED = Query(
    name="remedies for a device",
    tables=("claim", "remedy", "statement", "source", "device", "configuration_component"),
    params=("device", "vulnerability"),
    columns=("category", "text", "url", "since", "document", "sha256", "place"),
    sql="""
SELECT DISTINCT r.category, r.text, r.url, r.since, s.name AS document, r.sha256, r.place
FROM device d JOIN configuration_component l ON l.configuration_id = d.configuration_id
JOIN claim c ON c.component_id = l.component_id AND c.value > 0
JOIN statement t ON t.sha256 = c.sha256 AND t.number = c.number
JOIN remedy r ON r.sha256 = c.sha256 AND r.vulnerability = c.stated_as
  AND (r.products = '[]' OR ', ' || substr(r.products, 2, length(r.products) - 2) || ', ' LIKE '%, ' || t.product || ', %')
JOIN source s ON s.sha256 = r.sha256
LEFT JOIN configuration_component o ON o.configuration_id = d.configuration_id AND o.component_id = c.on_id
WHERE d.device_id = $device AND c.vulnerability = $vulnerability AND (c.on_id = '' OR o.component_id IS NOT NULL)
ORDER BY r.category DESC, r.sha256, r.place
""",
)
"""What publishers offer against one vulnerability on one device."""

HEARD = Query(
    name="statements about a device",
    tables=("claim", "source", "device", "configuration_component"),
    params=("device", "vulnerability"),
    columns=("rule", "outcome", "basis", "confidence", "note", "stated", "document", "sha256", "place"),
    sql="""
SELECT DISTINCT c.rule, c.outcome, c.basis, c.confidence, c.note, c.stated, s.name AS document, c.sha256, c.place
FROM device d JOIN configuration_component l ON l.configuration_id = d.configuration_id
JOIN claim c ON c.component_id = l.component_id JOIN source s ON s.sha256 = c.sha256
LEFT JOIN configuration_component o ON o.configuration_id = d.configuration_id AND o.component_id = c.on_id
WHERE d.device_id = $device AND c.vulnerability = $vulnerability AND (c.on_id = '' OR o.component_id IS NOT NULL)
ORDER BY c.stated DESC, c.sha256, c.place, c.rule
""",
)
"""What publishers say of one vulnerability on one device, and whether it is applied."""
