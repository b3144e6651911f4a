# SPDX-License-Identifier: Apache-2.0
"""What a schema of a table says: columns, their types and meaning, who writes it, how it is sorted and scoped."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from leadglass.values.scope import Row


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type (text, int, float, bool, date, time) and what it means."""

    name: str
    type: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: who writes it, whether it is made per document (a reading) or per snapshot, and how it is sorted.

    `sort` is a total order, so that equal content gives equal bytes. `scoped` names the column that holds a site:
    `ask` restricts such a table to the sites of the scope before anything is joined or summed. A `layered` table may lie
    in several parts: rows of a later layer stand for all rows of earlier ones about the vulnerabilities that it superseded.
    `numbers` are columns that number rows within a snapshot and mean no more: two tables that differ in them are equal.
    A `derived` table is not kept: it is worked out from others by this SQL, when it is read.
    """

    name: str
    writer: str
    meaning: str
    columns: tuple[Column, ...]
    sort: tuple[str, ...]
    per_document: bool = False
    scoped: str = ""
    layered: bool = False
    numbers: tuple[str, ...] = ()
    derived: str = ""
    derived_from: tuple[str, ...] = ()

    def only(self, names: Collection[str]) -> tuple[Column, ...]:
        """Give the columns of these names."""
        return tuple(column for column in self.columns if column.name in names)


def columns(text: str) -> tuple[Column, ...]:
    """Parse lines of `name type meaning` to columns."""
    rows = (line.split(None, 2) for line in text.splitlines() if line.strip())
    return tuple(Column(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows)


def relation(name: str, meaning: str, columns: tuple[Column, ...]) -> Table:
    """Describe a relation that a query is given; nobody keeps it."""
    return Table(name=name, writer="given", meaning=meaning, columns=columns, sort=())


def wanted_texts(column: str, texts: Iterable[str]) -> tuple[Table, list[Row]]:
    """Give the relation `wanted` of a query: the texts that it is asked about, in one column."""
    return relation("wanted", "", (Column(column, "text"),)), [{column: text} for text in texts]


CITED = """
sha256          text  the document that says so
place           text  the place in it
"""
"""The columns of what is cited from a document."""
