# SPDX-License-Identifier: Apache-2.0
"""What the data of distributions says of the packages of a finding, asked where a finding waits for it."""

from leadglass.values.query import Query

WHERE = Query(
    name="releases of packages, and whether their data is at hand",
    tables=("distribution_package", "distribution_data"),
    given=("wanted",),
    needs=("distribution_package", "wanted"),
    columns=("component_id", "distribution", "release", "source", "packages"),
    sql="""
SELECT p.component_id, max(p.distribution) AS distribution, max(p.release) AS release,
  max(p.source) AS source, coalesce(max(d.packages), 0) AS packages
FROM distribution_package p JOIN wanted w ON w.id = p.component_id
LEFT JOIN distribution_data d ON d.distribution = p.distribution AND d.release = p.release
GROUP BY 1
""",
)
"""Of which release each component is, and of how many of its packages documents speak."""

SPOKEN = Query(
    name="what is said of packages",
    tables=("claim",),
    given=("wanted",),
    needs=("claim", "wanted"),
    columns=("component_id", "vulnerability", "rule", "outcome"),
    sql="""
SELECT component_id, vulnerability, rule, outcome FROM (
  SELECT c.component_id, c.vulnerability, c.rule, c.outcome, row_number() OVER (
    PARTITION BY c.component_id, c.vulnerability ORDER BY c.value DESC, c.stated DESC, c.sha256, c.number) AS place_in_line
  FROM claim c JOIN wanted w ON w.id = c.component_id) ranked
WHERE place_in_line = 1
""",
)
"""Of each component and vulnerability the statement that says most."""
