# SPDX-License-Identifier: Apache-2.0
"""The criteria that count, from all documents, numbered and in the order in which matching reads them.

What this depends on are documents alone, not the fleet: it is made when records come, and used by every match.
"""

import hashlib

from leadglass.values.query import Query
from leadglass.values.schema import Column, Table

LATEST = """
SELECT v.vulnerability, v.sha256, v.record, v.state, row_number() OVER (
  PARTITION BY v.vulnerability ORDER BY v.modified DESC, s.received DESC, v.sha256) AS place_in_line
FROM vulnerability v JOIN source s ON s.sha256 = v.sha256
"""
"""Of each vulnerability the record modified last comes first; of equals the one received last."""

WIDTH = 2**16
"""More than a record has configurations, or nodes (formats.nvd reads 50,000 criteria of a record): see `CRITERIA_NOW`."""

_KEYED = {
    "by_product": "k.part || ':' || k.product",
    "by_norm": "k.part || ':' || k.product || '|' || k.norm",
    "by_key": "k.part || ':' || k.product || '|' || k.lo",
}
"""Numbers that texts are joined by, with the texts: MD5, the first 60 bits. What is joined is held against the texts too."""

_COPIED = (
    "configuration", "node", "number", "joined", "inverted", "node_operator", "node_inverted", "vulnerable", "alone",
    "part", "product", "class", "version", "norm", "update_", "qualifiers", "lo", "hi", "lo_text", "hi_text",
)  # fmt: skip

_COLUMNS = (
    "nth",
    "of_record",
    "of_configuration",
    "of_node",
    "vulnerability",
    "sha256",
    "record",
    *_KEYED,
    *_COPIED,
)


def _criteria(latest: str, above: str) -> str:
    """Number the criteria of the records that count; numbers begin above those of earlier layers."""
    return f"""
WITH record_now AS (
  SELECT vulnerability, sha256, {above} + row_number() OVER (ORDER BY vulnerability) AS of_record
  FROM ({latest}) ranked WHERE place_in_line = 1 AND coalesce(state, '') <> 'Rejected')
SELECT {above} + row_number() OVER (
    ORDER BY k.alone, k.class, k.part, k.product, n.of_record, k.configuration, k.node, k.number) AS nth,
  n.of_record, n.of_record * {WIDTH} + k.configuration AS of_configuration,
  (n.of_record * {WIDTH} + k.configuration) * {WIDTH} + k.node AS of_node, k.vulnerability, k.sha256, k.record,
  {", ".join(f"CAST('0x' || substr(md5({text}), 1, 15) AS BIGINT) AS {name}" for name, text in _KEYED.items())},
  {", ".join(f"k.{name}" for name in _COPIED)}
FROM criterion k JOIN record_now n ON n.sha256 = k.sha256 AND n.vulnerability = k.vulnerability
"""


CRITERIA_NOW = Query(
    name="criteria that count",
    tables=("criterion", "vulnerability", "source"),
    needs=("criterion",),
    columns=_COLUMNS,
    sql=_criteria(LATEST, "0"),
)
"""Of each vulnerability the criteria of the latest record; none where that is a rejection.

`nth` numbers the criteria, of_record, of_configuration and of_node number what they stand in: what is joined in
millions goes by number. Criteria that one way of comparing reads stand together, and within, those of a product.
Within a record the order is that of class, part, product and place, whatever the numbers are: findings depend on no more.
"""

CHANGED = Table(
    name="changed", writer="given", meaning="vulnerabilities whose records changed", sort=(),
    columns=(Column("vulnerability", "text"),),
)  # fmt: skip

LATEST_CHANGED = f"{LATEST.strip()} JOIN changed c ON c.vulnerability = v.vulnerability"
"""The same of the vulnerabilities of the relation `changed`."""

CHANGED_BY = Query(
    name="vulnerabilities of documents",
    tables=("vulnerability",),
    needs=("vulnerability",),
    columns=("vulnerability",),
    sql="SELECT DISTINCT vulnerability FROM vulnerability ORDER BY 1",
)
"""Whose records stand in the documents at hand."""

LATEST_IN = Query(
    name="documents with the latest records",
    tables=("vulnerability", "source"),
    given=("changed",),
    needs=("vulnerability",),
    columns=("sha256",),
    sql=f"SELECT DISTINCT sha256 FROM ({LATEST_CHANGED}) ranked WHERE place_in_line = 1 ORDER BY 1",
)
"""In which documents the latest records of some vulnerabilities stand."""

CRITERIA_CHANGED = Query(
    name="criteria of some vulnerabilities",
    tables=("criterion", "vulnerability", "source"),
    given=("changed",),
    needs=("criterion",),
    params=("above",),
    columns=_COLUMNS,
    sql=_criteria(LATEST_CHANGED, "CAST($above AS BIGINT)"),
)
"""The same of some vulnerabilities: a layer on what was numbered before."""


def same(one: str, other: str) -> str:
    """Compare two texts that are joined by number already, so that the engine does not join by the texts as well."""
    return f"starts_with({one}, {other}) AND starts_with({other}, {one})"


def in_slice(vulnerability: str) -> str:
    """Say that a vulnerability is of the slice that a query is asked for: behind one, up to another or to the end."""
    return f"({vulnerability} > $behind AND ($upto = '' OR {vulnerability} <= $upto))"


def join_keys(part: str, product: str, *, norm: str, base: str, key: str) -> dict[str, int]:
    """Give the numbers that a component is joined by: columns of the table component."""
    named = f"{part}:{product}"
    texts = {
        "by_product": named,
        "by_norm": f"{named}|{norm}",
        "by_base": f"{named}|{base}",
        "by_key": f"{named}|{key}",
    }
    return {name: int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)
            for name, text in texts.items()}  # fmt: skip
