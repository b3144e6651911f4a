# SPDX-License-Identifier: Apache-2.0
"""A query is a value: SQL that DuckDB and Spark both run, its parameters, the tables it reads, its columns."""

from dataclasses import dataclass


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
