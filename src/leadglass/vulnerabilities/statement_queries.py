# SPDX-License-Identifier: Apache-2.0
"""What claims are made of: the statements of publishers, and the components of the fleet by the names of documents.

What cannot be about the fleet is set aside here, in one sweep: feeds speak of many thousands of packages that nobody has.
Nothing is dropped: CLAIMS gives each such statement its row, with the reason.
"""

from typing import Final

from leadglass.values.query import Query
from leadglass.values.tables import Column, Table
from leadglass.vulnerabilities.editions import DOCUMENT_NOW, RECORD_NOW

SPOKEN: Final = Query(
    name="whether anybody states anything",
    tables=("statement",),
    needs=("statement",),
    columns=("number",),
    sql="SELECT number FROM statement LIMIT 1",
)

NAMED: Final = Query(
    name="products that documents name",
    tables=("named_product", "limited_product"),
    given=("wanted",),
    needs=("named_product",),
    columns=("sha256", "number", "ref", "name", "maker", "family", "product_name", "version", "versioned", "ranges", "versions",
             "cpe", "purl", "identifiers", "serials", "package", "distribution", "release", "component", "on_product", "here"),
    sql="""
SELECT p.sha256, p.number, p.ref, p.name, p.maker, p.family, p.product AS product_name, p.version, p.versioned,
  CASE WHEN p.package = '' OR w.package IS NOT NULL THEN p.ranges ELSE '[]' END AS ranges,
  CASE WHEN p.package = '' OR w.package IS NOT NULL THEN p.versions ELSE '[]' END AS versions,
  p.cpe, p.purl, p.identifiers, coalesce(x.serials, '[]') AS serials, p.package, p.distribution, p.release,
  p.component, p.on_product,
  p.package = '' OR w.package IS NOT NULL AS here
FROM named_product p LEFT JOIN wanted w ON w.package = p.package
LEFT JOIN (SELECT DISTINCT sha256, number, serials FROM limited_product) x ON x.sha256 = p.sha256 AND x.number = p.number
""",
)  # fmt: skip
"""Every product that a document names; `wanted` are the packages of the fleet, `here` tells what may be in it."""

STATED: Final = Query(
    name="what documents state",
    tables=("statement", "advisory", "source", "described", "vulnerability_name"),
    needs=("statement",),
    columns=("sha256", "place", "number", "vulnerability", "stated_as", "status", "grouping", "justification", "impact",
             "action", "stated", "advisory", "publisher", "revision", "updated", "received", "product", "record",
             "overtaken"),
    sql=f"""
WITH {DOCUMENT_NOW}, {RECORD_NOW}
SELECT t.sha256, t.place, t.number, coalesce(n.vulnerability, t.vulnerability) AS vulnerability,
  t.vulnerability AS stated_as, t.status, t.grouping, t.justification, t.impact, t.action,
  coalesce(t.stated, a.updated) AS stated, a.advisory, a.publisher, a.revision, a.updated, a.received, t.product,
  t.record, CASE WHEN r.withdrawn THEN 'the record was withdrawn'
    WHEN r.sha256 <> t.sha256 THEN 'a newer version of this record was received'
    WHEN r.sha256 IS NULL AND a.place_in_line > 1 THEN 'a newer revision of this document was received'
    ELSE '' END AS overtaken
FROM statement t JOIN document_now a ON a.sha256 = t.sha256
LEFT JOIN vulnerability_name n ON n.name = t.vulnerability AND n.same
LEFT JOIN record_now r ON r.record = t.record AND r.category = a.category
""",
)  # fmt: skip
"""Every statement with its document, under the id by which its vulnerability goes, and with what has overtaken it.

A database's record is taken back by its newest version, in whichever document that stands, whoever handed it on; where that
was withdrawn, by this. Of the revisions of any other document the one updated last counts, then the one received last, also
where it says nothing any more. A document without a name of its own has no revisions.
"""

_TYPES: Final = {
    **dict.fromkeys(("component", "number", "on_product", "product"), "int"),
    "here": "bool",
    **dict.fromkeys(("received", "stated", "updated"), "time"),
}


def _given(name: str, query: Query) -> Table:
    """Describe what a query gave, to be handed on."""
    columns = tuple(Column(column, _TYPES.get(column, "text")) for column in query.columns)
    return Table(name=name, writer="given", meaning="", columns=columns, sort=())


GIVEN: Final = {"named": _given("named", NAMED), "spoken": _given("spoken", STATED)}
"""What NAMED and STATED gave, to ask on: documents may lie in many thousands of files, and each is opened once."""

_HEARD: Final = """
heard AS (
  SELECT t.*, coalesce(p.ref, '') AS ref, coalesce(p.name, '') AS name, coalesce(p.maker, '') AS maker,
    coalesce(p.family, '') AS family, coalesce(p.product_name, '') AS product_name, coalesce(p.version, '') AS version,
    coalesce(p.versioned, '') AS versioned, coalesce(p.ranges, '[]') AS ranges, coalesce(p.versions, '[]') AS versions,
    coalesce(p.cpe, '') AS cpe, coalesce(p.purl, '') AS purl, coalesce(p.identifiers, '[]') AS identifiers,
    coalesce(p.package, '') AS package, coalesce(p.distribution, '') AS distribution,
    coalesce(p.release, '') AS release, p.component, p.on_product,
    CASE WHEN t.overtaken <> '' THEN 'not applied: ' || t.overtaken
      WHEN t.product IS NULL THEN 'not applied: the document does not say which product is meant'
      WHEN NOT p.here THEN 'not applied: no such product in the fleet' ELSE '' END AS aside
  FROM spoken t LEFT JOIN named p ON p.sha256 = t.sha256 AND p.number = t.product)
"""

SAID: Final = Query(
    name="statements of publishers",
    tables=(),
    given=("named", "spoken"),
    needs=("spoken",),
    columns=("sha256", "place", "number", "vulnerability", "stated_as", "status", "grouping", "justification", "impact",
             "action", "stated", "advisory", "publisher", "revision", "updated", "received", "product", "record", "ref",
             "name", "maker", "family", "product_name", "version", "versioned", "ranges", "versions", "cpe", "purl",
             "identifiers", "package", "distribution", "release", "component", "on_product"),
    sql=f"""
WITH {_HEARD}
SELECT sha256, place, number, vulnerability, stated_as, status, grouping, justification, impact, action, stated, advisory,
  publisher, revision, updated, received, product, record, ref, name, maker, family, product_name, version, versioned,
  ranges, versions, cpe, purl, identifiers, package, distribution, release, component, on_product
FROM heard WHERE aside = '' ORDER BY sha256, number
""",
)  # fmt: skip
"""The statements that count and may be about the fleet, with the product that each names."""

HERE: Final = Query(
    name="products that may be in the fleet",
    tables=(),
    given=("named",),
    needs=("named",),
    columns=NAMED.columns,
    sql=f"SELECT {', '.join(NAMED.columns)} FROM named WHERE here ORDER BY sha256, number",
)

CLAIMS: Final = Query(
    name="claims",
    tables=(),
    given=("named", "spoken", "held"),
    needs=("spoken",),
    columns=("number", "vulnerability", "stated_as", "status", "grouping", "justification", "note", "publisher", "trusted",
             "named", "product_id", "component_id", "on_id", "whole", "value", "missing", "asks", "rule", "outcome", "basis",
             "confidence", "stated", "sha256", "place"),
    sql=f"""
WITH {_HEARD},
labelled AS (
  SELECT *, coalesce(nullif(concat_ws(' ', nullif(maker, ''), coalesce(nullif(product_name, ''), nullif(name, '')),
    nullif(version, '')), ''), ref) AS named
  FROM heard WHERE aside <> '')
SELECT number, vulnerability, stated_as, status, grouping, justification, coalesce(nullif(impact, ''), action) AS note,
  publisher, false AS trusted, named, '' AS product_id, '' AS component_id, '' AS on_id, false AS whole, 0 AS value,
  '' AS missing, '' AS asks, coalesce(nullif(publisher, ''), 'a publisher') || ' says that ' || named || ' ' || CASE status
    WHEN 'affected' THEN 'is affected' WHEN 'not_affected' THEN 'is not affected' WHEN 'fixed' THEN 'is repaired'
    WHEN 'under_investigation' THEN 'is being looked into' ELSE 'is of unknown status' END
    || CASE WHEN justification <> '' THEN ' (' || justification || ')' ELSE '' END AS rule,
  aside AS outcome, '' AS basis, CAST(0 AS DOUBLE) AS confidence, stated, sha256, place
FROM labelled
UNION ALL
SELECT number, vulnerability, stated_as, status, grouping, justification, note, publisher, trusted, named, product_id,
  component_id, on_id, whole, value, missing, asks, rule, outcome, basis, confidence, stated, sha256, place
FROM held
""",
)  # fmt: skip
"""The table claim: `held` are the rows of statements that were held against the fleet; all others are set aside."""

AROUND: Final = Query(
    name="devices that have a component",
    tables=("component", "configuration_component"),
    columns=("component_id", "self", "product"),
    sql="""
SELECT DISTINCT l.component_id, d.component_id AS self, d.product
FROM configuration_component l JOIN configuration_component m ON m.configuration_id = l.configuration_id
JOIN component d ON d.component_id = m.component_id AND d.part = 'd'
WHERE l.component_id <> d.component_id
ORDER BY 1, 2
""",
)
"""Around each component the devices, as models in their version, that have it."""

LISTED: Final = Query(
    name="components of the fleet by the names of documents",
    tables=("component", "configuration_component", "bom_component"),
    columns=("component_id", "part", "product", "name", "version", "lacks", "doubt", "purl"),
    sql="""
SELECT DISTINCT c.component_id, c.part, c.product, c.name, c.version, c.lacks, c.doubt, coalesce(b.purl, '') AS purl
FROM component c JOIN configuration_component l ON l.component_id = c.component_id
LEFT JOIN bom_component b ON b.sha256 = l.sha256 AND b.place = l.place
ORDER BY 1, 8
""",
)
"""The components of all devices, with the package URL that their bill of materials gives."""

PACKAGES: Final = Query(
    name="packages of distributions",
    tables=("component", "distribution_package"),
    needs=("distribution_package",),
    columns=(
        "component_id",
        "doubt",
        "distribution",
        "release",
        "name",
        "version",
        "source",
        "source_version",
    ),
    sql="""
SELECT c.component_id, c.doubt, p.distribution, p.release, p.name, p.version, p.source, p.source_version
FROM distribution_package p JOIN component c ON c.component_id = p.component_id ORDER BY 1, 5
""",
)
"""The components of all devices that are packages of a distribution."""

AT_HAND: Final = Query(
    name="data of distributions at hand",
    tables=(),
    given=("named",),
    needs=("named",),
    columns=("distribution", "release", "packages"),
    sql="""
SELECT distribution, release, count(DISTINCT name) AS packages FROM named
WHERE distribution <> '' AND release <> '' GROUP BY 1, 2
""",
)
"""Of which releases of distributions documents speak, and of how many packages."""

LIMITED: Final = Query(
    name="products that documents limit to serial numbers",
    tables=("limited_product",),
    needs=("limited_product",),
    columns=("name", "maker", "family", "product_name", "identifiers", "serials"),
    sql="""
SELECT DISTINCT name, maker, family, product AS product_name, identifiers, serials FROM limited_product
ORDER BY 1, 2, 3, 4, 5, 6
""",
)

SERIALS: Final = Query(
    name="serial numbers of the devices by what they are",
    tables=("device", "configuration_component", "component"),
    columns=("component_id", "serial_number"),
    sql="""
SELECT DISTINCT l.component_id, d.serial_number
FROM device d JOIN configuration_component l ON l.configuration_id = d.configuration_id
JOIN component c ON c.component_id = l.component_id AND c.part = 'd'
WHERE d.state <> 'retired' ORDER BY 1, 2
""",
)
"""Of each model in its version the serial numbers; an empty one where a device states none."""

UNITS: Final = Query(
    name="single devices that serial numbers name",
    tables=("configuration_component", "component"),
    columns=("configuration_id", "component_id"),
    sql="""
SELECT DISTINCT l.configuration_id, l.component_id
FROM configuration_component l JOIN component c ON c.component_id = l.component_id AND c.part = 'u' ORDER BY 1, 2
""",
)
