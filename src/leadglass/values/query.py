# SPDX-License-Identifier: Apache-2.0
"""A query is a value: SQL that DuckDB and Spark both run, its parameters, the tables it reads, its columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to the tables, owned by the room that asks it; `store.tables.ask` alone runs it.

    `sql` names tables bare and parameters as `$name`. `tables` are the names of `values.tables` that it reads
    (directly); `given` are relations that the caller hands in (decisions, answers) as rows. `needs` are those
    tables and relations without whose rows the answer has none: where one is empty, nothing is asked.
    """

    name: str
    sql: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    params: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def ordering(by: str, *, down: bool, ties: Sequence[str]) -> str:
    """Say an order in SQL: `by` is an expression of columns, `ties` decide among equals.

    What is empty or unknown comes last, whichever way.
    """
    first = (f"{by} IS NULL OR CAST({by} AS VARCHAR) = ''", f"{by} {'DESC' if down else 'ASC'}", *ties)
    return ", ".join(first)


def in_order(query: Query, order: str) -> Query:
    """Wrap a listing's query in another order (`ordering`) of its columns.

    The rows of a page are named by `top` and `after`; the query itself is to be asked for all (`count`, `skip`).
    """
    return replace(
        query,
        name=f"{query.name} in another order",
        sql=f"SELECT * FROM (\n{query.sql}\n) listed ORDER BY {order} LIMIT $top OFFSET $after",
        params=(*query.params, "top", "after"),
    )
