# SPDX-License-Identifier: Apache-2.0
"""Arrow schemas of the tables, and Parquet files (format 2.6) whose bytes depend on their content alone."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from leadglass.values.tables import Table

_ROWS = 128 * 1024
"""Rows of a group."""

_ARROW = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    # Tables hold UTC without a zone: every engine compares it alike, `ask` puts the zone back.
    "time": pa.timestamp("us"),
}


def schema(table: Table) -> pa.Schema:
    """Give the Arrow schema of a table."""
    return pa.schema([(column.name, _ARROW[column.type]) for column in table.columns])


def arrow(table: Table, rows: Iterable[Mapping[str, Any]] | pa.Table | pa.RecordBatch) -> pa.Table:
    """Bring rows, a batch or a table into the table's schema, column by name."""
    wanted = schema(table)
    if isinstance(rows, pa.RecordBatch):
        rows = pa.Table.from_batches([rows])
    if isinstance(rows, pa.Table):
        return rows.select(wanted.names).cast(wanted)
    listed = list(rows)
    columns = [
        pa.array((_plain(row.get(field.name)) for row in listed), field.type, size=len(listed))
        for field in wanted
    ]
    return pa.Table.from_arrays(columns, schema=wanted)


def relations(given: Mapping[str, tuple[Table, Any]] | None) -> dict[str, pa.Table]:
    """Bring what a query is given into the schemas of the relations."""
    return {name: arrow(table, rows) for name, (table, rows) in (given or {}).items()}


def _plain(value: Any) -> Any:
    """Aware times become UTC without a zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def write(path: Path | io.BytesIO, content: Iterable[pa.Table], table: Table) -> int:
    """Write a Parquet file that depends on its content alone; return its rows."""
    rows = 0
    # Smallest and largest values help a reader only where a table is sorted by them
    how = {
        "compression": "zstd",
        "compression_level": 1,
        "version": "2.6",
        "write_statistics": list(table.sort),
    }
    with pq.ParquetWriter(path, schema(table), **how) as writer:
        for batch in content:
            writer.write_table(batch, row_group_size=_ROWS)
            rows += batch.num_rows
    return rows


@cache
def empty(table: Table) -> tuple[bytes, str]:
    """Give the Parquet file of a table without rows, and the SHA-256 of its bytes: made once in this process."""
    stream = io.BytesIO()
    write(stream, [arrow(table, [])], table)
    return stream.getvalue(), hashlib.sha256(stream.getvalue()).hexdigest()


def even(table: Table, content: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut batches of any size into tables of one: row groups do not depend on how an engine cuts its answer."""
    held: list[pa.Table] = []
    rows = 0
    for batch in content:
        held.append(arrow(table, batch))
        rows += batch.num_rows
        while rows >= _ROWS:
            whole = pa.concat_tables(held)
            yield whole.slice(0, _ROWS).combine_chunks()
            held, rows = [whole.slice(_ROWS)], rows - _ROWS
    if rows:
        yield pa.concat_tables(held).combine_chunks()


def batches(table: Table, content: Iterable[Any]) -> Iterator[pa.Table]:
    """Turn batches or rows into Arrow tables, rows in chunks."""
    rows: list[Any] = []
    for item in content:
        if isinstance(item, pa.RecordBatch | pa.Table):
            yield arrow(table, item)
            continue
        rows.append(item)
        if len(rows) >= 20_000:
            yield arrow(table, rows)
            rows = []
    if rows:
        yield arrow(table, rows)
