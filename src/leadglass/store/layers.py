# SPDX-License-Identifier: Apache-2.0
"""Layers: a large table lies in several parts, and a small change adds one instead of writing all again.

The rows of a layer stand for all that earlier layers say of the vulnerabilities that it superseded; these lie in parts
of the table `superseded`, one per layer. A part is never changed, so that a reader of an older snapshot sees what it saw.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from leadglass.store.engine import Layer
from leadglass.values.query import Query
from leadglass.values.snapshot import Part
from leadglass.values.tables import TABLES

SUPERSEDED: Final = "superseded"


def layers(name: str, parts: Iterable[Part], place_of: Callable[[str], Path]) -> Sequence[Layer]:
    """Give the layers of a table among the parts of a snapshot, the lowest first; those without rows are left out."""
    listed = [part for part in parts if part.rows]
    own = sorted((part for part in listed if part.table == name), key=lambda part: part.layer)
    later = [part for part in listed if part.table == SUPERSEDED] if TABLES[name].layered else []
    return [
        Layer(
            files=(str(place_of(part.sha256)),),
            hides=tuple(str(place_of(other.sha256)) for other in later if other.layer > part.layer),
        )
        for part in own
    ]


def top(parts: Iterable[Part]) -> int:
    """Give the number of the highest layer, 0 where nothing is layered."""
    return max((part.layer for part in parts), default=0)


def content(name: str) -> Query:
    """Ask for a digest of a table's rows in whatever order and parts they lie; `numbers` count not."""
    table = TABLES[name]
    told = ", ".join(
        f"coalesce(CAST({column.name} AS VARCHAR), chr(0))"
        for column in table.columns
        if column.name not in table.numbers
    )
    return Query(
        name=f"content of {name}",
        tables=(name,),
        columns=("rows", "low", "high"),
        sql=f"""
SELECT count(*) AS rows, CAST(sum(CAST('0x' || substr(row_, 1, 15) AS BIGINT)) AS VARCHAR) AS low,
  CAST(sum(CAST('0x' || substr(row_, 17, 15) AS BIGINT)) AS VARCHAR) AS high
FROM (SELECT md5(concat_ws(chr(31), {told})) AS row_ FROM {name}) r
""",
    )
