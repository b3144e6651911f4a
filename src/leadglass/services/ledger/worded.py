# SPDX-License-Identifier: Apache-2.0
"""Which components records speak of in words, where their criteria do not: a part of the step match."""

from collections.abc import Iterator
from typing import Any

from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.schemes import Choice
from leadglass.vulnerabilities.worded import (
    NAMES,
    UNWRITTEN,
    UNWRITTEN_CHANGED,
    WORDED,
    WRITTEN,
    left_out,
    named,
)

__all__ = ["WORDED", "named_in_words", "read_words"]

_RECORDS = 5_000
"""So many records at once become rows of Python."""


def read_words(bench: Workbench, schemes: Choice) -> Iterator[dict[str, Any]]:
    """Read what the words of records say beside their criteria: batches for the table left_out.

    The bench sees criteria of all records, or of those that changed. It depends on documents alone, as criteria do.
    """
    with bench.spool(WRITTEN, by="vulnerability") as written:
        for some in written.slices():
            for start in range(0, some.num_rows, _RECORDS):
                rows = [
                    row
                    for record in some.slice(start, _RECORDS).to_pylist()
                    for row in left_out(record, schemes)
                ]
                yield {"given": {"said": (TABLES["left_out"], rows)}}


def named_in_words(bench: Workbench, changed: dict[str, Any] | None = None) -> list[Row]:
    """Give the rows of the relation worded: components that records without criteria name.

    With `changed` they are those of some vulnerabilities.
    """
    unwritten = bench.rows(UNWRITTEN) if changed is None else bench.rows(UNWRITTEN_CHANGED, given=changed)
    return list(named(unwritten, bench.rows(NAMES))) if unwritten else []
