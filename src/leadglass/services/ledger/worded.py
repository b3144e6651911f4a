# SPDX-License-Identifier: Apache-2.0
"""Which components records speak of in words, where their criteria do not: a part of the step match."""

from collections.abc import Iterator
from typing import Any

from leadglass.values.ports import Spooled, Workbench
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.schemes import Choice
from leadglass.vulnerabilities.spoken import named
from leadglass.vulnerabilities.worded import (
    NAMES,
    UNWRITTEN,
    UNWRITTEN_CHANGED,
    WORDED,
    WRITTEN,
    left_out,
)

__all__ = ["WORDED", "named_in_words", "read_words"]

_ROWS = 5_000
"""So many rows at once become those of Python."""


def read_words(bench: Workbench, schemes: Choice) -> Iterator[dict[str, Any]]:
    """Read what the words of records say beside their criteria: batches for the table left_out.

    The bench sees criteria of all records, or of those that changed. It depends on documents alone, as criteria do.
    """
    with bench.spool(WRITTEN, by="vulnerability") as written:
        for records in _some_rows(written):
            rows = [row for record in records for row in left_out(record, schemes)]
            yield {"given": {"in_words": (TABLES["left_out"], rows)}}


def named_in_words(bench: Workbench, changed: dict[str, Any] | None = None) -> list[Row]:
    """Give the rows of the relation worded: components that records without criteria name.

    With `changed` they are those of some vulnerabilities.
    """
    unwritten = bench.rows(UNWRITTEN) if changed is None else bench.rows(UNWRITTEN_CHANGED, given=changed)
    if not unwritten:
        return []
    with bench.spool(NAMES, by="number") as names:
        return list(named(unwritten, (row for rows in _some_rows(names) for row in rows)))


def _some_rows(spooled: Spooled) -> Iterator[list[Row]]:
    """Give the rows of a spool as those of Python, some at once."""
    for some in spooled.slices():
        for start in range(0, some.num_rows, _ROWS):
            yield some.slice(start, _ROWS).to_pylist()
