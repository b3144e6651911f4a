# SPDX-License-Identifier: Apache-2.0
"""A spool: the rows of an answer on the disk, to be read in slices, so that what reads them needs no more room than one.

A slice ends where the first column of the order changes: what belongs together stays together, however much it is.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile

import pyarrow as pa
import pyarrow.compute as pc

SPREAD = "spread"
"""The column by which slices are weighed: how many rows a row becomes where it is used. Without it rows are counted."""


class Spool:
    """Rows in the order of a column; written once, read as often as one likes. The file has no name, so none is left."""

    def __init__(self, folder: Path, content: Iterable[pa.RecordBatch], by: str, most: int) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._by = by
        self._most = most
        self.rows = 0
        lz4 = pa.ipc.IpcWriteOptions(compression="lz4")
        writer: pa.ipc.RecordBatchStreamWriter | None = None
        for batch in content:
            writer = writer or pa.ipc.new_stream(self._file, batch.schema, options=lz4)
            writer.write_batch(batch)
            self.rows += batch.num_rows
        if writer:
            writer.close()

    def slices(self) -> Iterator[pa.Table]:
        """Give the rows, some at a time: as many as weigh no more than may be, at least those of one value."""
        if not self.rows:
            return
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as batches:
            held, weight = pa.Table.from_batches([], batches.schema), 0
            for batch in batches:
                held = pa.concat_tables([held, pa.Table.from_batches([batch])])
                weight += self._weight(batch)
                while weight > self._most and (rows := self._cut(held)):
                    yield held.slice(0, rows)
                    held = held.slice(rows)
                    weight = self._weight(held)
            if held.num_rows:
                yield held

    def _weight(self, rows: pa.RecordBatch | pa.Table) -> int:
        if SPREAD not in rows.schema.names:
            return int(rows.num_rows)
        return int(pc.sum(rows[SPREAD]).as_py() or 0)

    def _cut(self, held: pa.Table) -> int:
        """Say how many rows the next slice has, of rows that weigh too much; 0 where its end is not there yet."""
        value = held[self._by]
        if SPREAD in held.schema.names:
            over = pc.greater(pc.cumulative_sum(held[SPREAD].combine_chunks()), self._most)
            last = value[pc.index(over, value=True).as_py()]
        else:
            last = value[self._most]
        begun = int(pc.index(value, last).as_py())
        if begun:
            return begun
        ended = int(pc.index(pc.not_equal(value, last), value=True).as_py())
        return max(ended, 0)

    def close(self) -> None:
        """Give the room back."""
        self._file.close()
