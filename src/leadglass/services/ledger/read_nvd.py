# SPDX-License-Identifier: Apache-2.0
"""Bring NVD's records and criteria to the tables vulnerability and criterion, in batches."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.formats import nvd
from leadglass.formats.nvd_criteria import Criteria
from leadglass.services.ledger.about import About, Tables
from leadglass.values.sources import Remark
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.ranges import complete
from leadglass.vulnerabilities.schemes import Choice


def tables(raw: bytes, sha256: str, about: About, schemes: Choice) -> Tables:
    """Two tables come from one pass: records are held as Arrow while the criteria are written."""
    records: list[pa.Table] = []
    silent: list[str] = []

    def criteria() -> Iterator[pa.Table]:
        unsound = 0
        for batch in nvd.batches(raw):
            table = _criteria(batch.criteria, sha256, schemes)
            about.remark(*batch.remarks)
            about.count("vulnerabilities", batch.records)
            about.count("criteria", table.num_rows)
            about.see(max((m for m in batch.vulnerability["modified"] if m), default=None))
            silent.extend(_silent(batch.vulnerability))
            records.append(_records(batch.vulnerability, sha256))
            unsound += pc.sum(pc.equal(table["class"], "inverted")).as_py() or 0
            yield table
        if silent:
            why = (
                f"{len(silent)} records name no product and match nothing, {', '.join(silent[:5])} among them"
            )
            about.remark(Remark(where="configurations", why=why))
        if unsound:
            why = f"{unsound} version ranges end before they begin: matched as unknown, not dropped"
            about.remark(Remark(where="cpeMatch", why=why))

    return {"criterion": criteria(), "vulnerability": _after(records)}


def _silent(records: Mapping[str, list[Any]]) -> list[str]:
    """Records that say of no product that it is affected; rejected ones need not."""
    rows = zip(records["vulnerability"], records["criteria"], records["state"], strict=True)
    return [name for name, criteria, state in rows if not criteria and state != "Rejected"]


def _after(records: list[pa.Table]) -> Iterator[pa.Table]:
    yield from records


_TYPES = {"text": pa.string(), "int": pa.int64(), "bool": pa.bool_(), "time": pa.timestamp("us", "UTC")}


def _records(columns: Mapping[str, list[Any]], sha256: str) -> pa.Table:
    """Bring the records of a batch to Arrow."""
    places = [f"vulnerabilities[{record}]" for record in columns["record"]]
    return pa.table(
        _arrow("vulnerability", columns)
        | {"sha256": pa.repeat(sha256, len(places)), "place": pa.array(places, pa.string())}
    )


def _criteria(criteria: Criteria, sha256: str, schemes: Choice) -> pa.Table:
    """Complete the criteria of a batch. Nodes and matches come to Arrow each once, and are spread there."""
    number = pa.array(criteria.number, pa.int64())
    starts = pa.array(accumulate(criteria.node["criteria"], initial=0), pa.int32())
    node = pc.list_parent_indices(pa.ListArray.from_arrays(starts, number))
    match = pa.array(criteria.stated, pa.int32())
    return pa.table(
        {name: values.take(node) for name, values in _arrow("criterion", criteria.node).items()}
        | {name: values.take(match) for name, values in _arrow("criterion", criteria.match).items()}
        | complete(criteria.node, criteria.match, node=node, match=match, schemes=schemes)
        | {"number": number, "sha256": pa.repeat(sha256, len(number))}
    )


def _arrow(name: str, columns: Mapping[str, list[Any]]) -> dict[str, pa.Array]:
    """Bring columns to Arrow, those that the table has."""
    types = {column.name: _TYPES[column.type] for column in TABLES[name].columns}
    return {column: pa.array(values, types[column]) for column, values in columns.items() if column in types}
