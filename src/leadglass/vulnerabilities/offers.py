# SPDX-License-Identifier: Apache-2.0
"""What documents offer against vulnerabilities (CSAF 2.0, 3.2.3.12; VEX status fixed), joined to the claims they rest on.

The claims say already which statement meets which component, and how sure that is.
"""

from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.vers import Interval
from leadglass.vulnerabilities.schemes import Scheme
from leadglass.vulnerabilities.statements import Judged, speaks_of, versions_of
from leadglass.vulnerabilities.version_texts import Understood

UPDATE, END_OF_SUPPORT = "update", "end_of_support"
"""The kinds of what is offered, and of the findings about it."""

RELEASE = "release of the update"
"""What is missing where a publisher offers something and no release is read from its words."""

_CLAIM = """c.component_id, c.on_id, c.whole, c.product_id, c.value, c.missing, c.asks, c.outcome, c.confidence, c.named,
  c.publisher, c.vulnerability, k.part, k.product, k.name AS component, k.version, k.lacks, k.doubt, a.advisory,
  s.name AS document, s.first_received AS offered"""
_OF_CLAIM = ("component_id", "on_id", "whole", "product_id", "value", "missing", "asks", "outcome", "confidence", "named",
             "publisher", "vulnerability", "part", "product", "component", "version", "lacks", "doubt", "advisory",
             "document", "offered")  # fmt: skip

# `products` is a JSON list of numbers; an empty one offers to whatever is affected
OFFERED = Query(
    name="what is offered against what is affected",
    tables=("claim", "remedy", "statement", "component", "advisory", "source"),
    needs=("claim", "remedy", "statement", "component", "advisory", "source"),
    columns=(*_OF_CLAIM, "category", "text", "url", "since", "sha256", "place"),
    sql=f"""
SELECT DISTINCT {_CLAIM}, r.category, r.text, r.url, r.since, r.sha256, r.place
FROM claim c JOIN statement t ON t.sha256 = c.sha256 AND t.number = c.number
JOIN remedy r ON r.sha256 = c.sha256 AND r.vulnerability = c.stated_as
  AND (r.products = '[]' OR ', ' || substr(r.products, 2, length(r.products) - 2) || ', ' LIKE '%, ' || t.product || ', %')
JOIN component k ON k.component_id = c.component_id
JOIN advisory a ON a.sha256 = c.sha256 JOIN source s ON s.sha256 = c.sha256
WHERE c.status = 'affected' AND c.value > 0
  AND (r.category IN ('vendor_fix', 'update') OR (r.category = 'mitigation' AND r.url <> ''))
ORDER BY r.sha256, r.place, c.component_id, c.on_id, c.vulnerability, c.confidence DESC, c.named
""",
)
"""Every fix that a publisher offers against a vulnerability that a component is, or may be, affected by."""

REPAIRED_IN = Query(
    name="releases in which vulnerabilities are repaired",
    tables=("claim", "statement", "named_product", "component", "advisory", "source"),
    needs=("claim", "statement", "named_product", "component", "advisory", "source"),
    columns=(*_OF_CLAIM, "note", "on_product", "maker", "product_name", "name", "versioned", "versions", "ranges",
             "stated_version", "cpe", "purl", "sha256", "place"),
    sql=f"""
SELECT DISTINCT {_CLAIM}, t.action AS note, p.on_product, p.maker, p.product AS product_name, p.name,
  CASE WHEN q.number IS NULL THEN p.versioned ELSE q.versioned END AS versioned,
  CASE WHEN q.number IS NULL THEN p.versions ELSE q.versions END AS versions,
  CASE WHEN q.number IS NULL THEN p.ranges ELSE q.ranges END AS ranges,
  CASE WHEN q.number IS NULL THEN p.version ELSE q.version END AS stated_version,
  CASE WHEN q.number IS NULL THEN p.cpe ELSE q.cpe END AS cpe,
  CASE WHEN q.number IS NULL THEN p.purl ELSE q.purl END AS purl, c.sha256, c.place
FROM claim c JOIN statement t ON t.sha256 = c.sha256 AND t.number = c.number
JOIN named_product p ON p.sha256 = t.sha256 AND p.number = t.product
LEFT JOIN named_product q ON q.sha256 = p.sha256 AND q.number = p.component
JOIN component k ON k.component_id = c.component_id
JOIN advisory a ON a.sha256 = c.sha256 JOIN source s ON s.sha256 = c.sha256
WHERE t.status = 'fixed' AND c.value < 2
ORDER BY c.sha256, c.place, c.component_id, c.on_id, c.vulnerability, c.confidence DESC, c.named
""",
)  # fmt: skip
"""Every statement *fixed* whose versions are not known to be those of a component that it means."""

OPEN_HERE = Query(
    name="vulnerabilities that devices may have",
    tables=("claim", "component_finding", "configuration_finding", "configuration_component", "component"),
    columns=("component_id", "vulnerability"),
    sql="""
WITH listed AS (SELECT DISTINCT configuration_id, component_id FROM configuration_component),
fixed AS (SELECT DISTINCT component_id, vulnerability FROM claim WHERE status = 'fixed' AND component_id <> ''),
found AS (
  SELECT component_id, '' AS configuration_id, vulnerability FROM component_finding WHERE status IN ('affected', 'unknown')
  UNION SELECT component_id, configuration_id, vulnerability FROM configuration_finding WHERE status IN ('affected', 'unknown')
  UNION SELECT component_id, '', vulnerability FROM claim WHERE status = 'affected' AND value > 0),
around AS (
  SELECT x.component_id, l.configuration_id, x.vulnerability FROM fixed x JOIN listed l ON l.component_id = x.component_id)
SELECT DISTINCT a.component_id, a.vulnerability
FROM around a JOIN found f ON f.vulnerability = a.vulnerability
JOIN listed l ON l.configuration_id = a.configuration_id AND l.component_id = f.component_id
JOIN component k ON k.component_id = a.component_id
WHERE (k.part = 'd' OR f.component_id = a.component_id) AND f.configuration_id IN ('', a.configuration_id)
ORDER BY 1, 2
""",
)
"""Of the vulnerabilities that are said to be repaired: those that are found on the component, or on the device that it is."""


def installed_before(release: str, version: str, lacks: str, stated: Scheme | None = None) -> Judged:
    """Tell whether a version is earlier than a release: TRUE it is, FALSE it is that one or later."""
    earlier = Understood(intervals=(Interval(upper=release, upper_included=False),))
    return speaks_of(earlier, version, lacks=lacks or "version", stated=stated)


def repaired_in(row: Row) -> tuple[str, str]:
    """Give the release that a *fixed* product is named with (a row of REPAIRED_IN), or why it is not known.

    Neither where no version is named.
    """
    said = versions_of({**row, "version": row["stated_version"]})
    if said.every and not said.conditions:
        return "", ""
    if said.unclear or said.conditions:
        return "", said.unclear or "; ".join(said.conditions)
    from_ = [one.lower for one in said.intervals if one.lower_included and one.lower and not one.upper]
    stated = {*said.exact, *from_}
    if len(stated) == 1 and len(said.exact) + len(said.intervals) == 1:
        return stated.pop(), ""
    return "", f"'{row['stated_version'] or said}' names more than one release, or none to begin with"
