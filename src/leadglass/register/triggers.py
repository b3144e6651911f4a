# SPDX-License-Identifier: Apache-2.0
"""What the database itself enforces: no write without a change, every write in the history, which only grows.

The SQL is the engine's own: `triggers_sqlite`, `triggers_postgresql`; the tables come from `watched`.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.register import triggers_postgresql, triggers_sqlite
from leadglass.register.watched import Watched, watched_tables


class _Engine(Protocol):
    def intact(self, connection: BaseDatabaseWrapper, tables: Iterable[Watched]) -> bool: ...
    def drop(self, connection: BaseDatabaseWrapper) -> None: ...
    def install(self, connection: BaseDatabaseWrapper, tables: Iterable[Watched]) -> None: ...
    def mark(self, connection: BaseDatabaseWrapper, number: int | None) -> None: ...
    def listing(self, watched: Watched) -> str: ...


_ENGINES: dict[str, _Engine] = {"sqlite": triggers_sqlite, "postgresql": triggers_postgresql}


def intact(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether exactly the triggers that the models ask for are in the database."""
    return _ENGINES[connection.vendor].intact(connection, watched_tables())


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers, so that tables can be laid out anew or filled from a dump."""
    _ENGINES[connection.vendor].drop(connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, anew."""
    _ENGINES[connection.vendor].install(connection, watched_tables())


def mark(connection: BaseDatabaseWrapper, number: int | None) -> None:
    """Say which change is under way in this transaction; None = none."""
    _ENGINES[connection.vendor].mark(connection, number)


def contents(connection: BaseDatabaseWrapper, watched: Watched) -> Iterator[tuple[str, str]]:
    """Give the key of each row of a table, and its content as the history would tell it."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENGINES[connection.vendor].listing(watched))
        yield from cursor
