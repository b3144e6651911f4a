# SPDX-License-Identifier: Apache-2.0
"""Triggers of SQLite. The change under way stands in `leadglass_marker`, a table that is empty otherwise.

`change` fills and empties it within its own transaction, so that no other connection ever sees it filled.
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.register import four_eyes
from leadglass.register.engine import APPEND_ONLY, FOUR_EYES, KEY_STAYS, UNATTRIBUTED
from leadglass.register.watched import Column, Kind, Watched

_NO_CHANGE = "NOT EXISTS (SELECT 1 FROM leadglass_marker)"
_INTO_HISTORY = (
    'INSERT INTO "register_history" ("change_id", "table", "key", "before", "after") SELECT number,'
)


def intact(connection: BaseDatabaseWrapper, tables: Iterable[Watched]) -> bool:
    """Tell whether exactly the triggers that the models ask for are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'leadglass_*'"
        )
        return dict(cursor.fetchall()) == _wanted(tables)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove every trigger of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'leadglass_*'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def install(connection: BaseDatabaseWrapper, tables: Iterable[Watched]) -> None:
    """Put every trigger in place, anew."""
    drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS leadglass_marker (number INTEGER NOT NULL)")
        for statement in _wanted(tables).values():
            cursor.execute(statement)


def mark(connection: BaseDatabaseWrapper, number: int | None) -> None:
    """Say which change is under way in this transaction; None = none."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM leadglass_marker")
        if number is not None:
            cursor.execute("INSERT INTO leadglass_marker (number) VALUES (%s)", [number])


def listing(watched: Watched) -> str:
    """Write the query for every row of a table: its key, and its content as the history would tell it."""
    content = _object(watched.columns, "told", _UNTOLD)
    return f'SELECT CAST(told."{watched.key}" AS TEXT), {content} FROM "{watched.table}" told'


def _wanted(tables: Iterable[Watched]) -> dict[str, str]:
    wanted = _chain_triggers()
    for watched in tables:
        wanted |= _row_triggers(watched)
    for (table, verb), condition in four_eyes.refused("IS NOT").items():
        name = f"leadglass_{table}_persons_{verb.lower()}"
        wanted[name] = (
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" WHEN {condition} '
            f"BEGIN SELECT RAISE(ABORT, '{FOUR_EYES}'); END"
        )
    return wanted


def _row_triggers(watched: Watched) -> dict[str, str]:
    new_key, old_key = (f'CAST({row}."{watched.key}" AS TEXT)' for row in ("NEW", "OLD"))
    before = _object(watched.columns, "OLD", _UNTOLD)
    written = {
        "insert": f"{new_key}, '', {_object(watched.columns, 'NEW', _CHANGED)}",
        "update": f"{old_key}, {before}, {_object(watched.columns, 'NEW', _CHANGED_IF)}",
        "delete": f"{old_key}, {before}, ''",
    }
    kept = f"SELECT RAISE(ABORT, '{KEY_STAYS}') WHERE {new_key} IS NOT {old_key}; "
    return {
        f"leadglass_{watched.table}_{verb}": (
            f'CREATE TRIGGER "leadglass_{watched.table}_{verb}" AFTER {verb.upper()} ON "{watched.table}" '
            f"BEGIN SELECT RAISE(ABORT, '{UNATTRIBUTED}') WHERE {_NO_CHANGE}; "
            f"{kept if verb == 'update' else ''}"
            f"{_INTO_HISTORY} '{watched.name}', {row} FROM leadglass_marker; END"
        )
        for verb, row in written.items()
    }


def _chain_triggers() -> dict[str, str]:
    wanted = {}
    for table, key, number in (("change", "number", "number"), ("history", "id", "change_id")):
        # REPLACE would push a row out without a word: a key that is there already is refused.
        refused = (
            f"NOT EXISTS (SELECT 1 FROM leadglass_marker WHERE number = NEW.{number}) "
            f"OR EXISTS (SELECT 1 FROM register_{table} WHERE {key} = NEW.{key})"
        )
        wanted[f"leadglass_{table}_grows"] = (
            f"CREATE TRIGGER leadglass_{table}_grows BEFORE INSERT ON register_{table} "
            f"WHEN {refused} BEGIN SELECT RAISE(ABORT, '{UNATTRIBUTED}'); END"
        )
        for verb in ("update", "delete"):
            wanted[f"leadglass_{table}_{verb}"] = (
                f"CREATE TRIGGER leadglass_{table}_{verb} BEFORE {verb.upper()} ON register_{table} "
                f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            )
    return wanted


_UNTOLD = "'\"\"'"
_CHANGED = "'\"changed\"'"
_CHANGED_IF = 'CASE WHEN NEW."{0}" IS NOT OLD."{0}" THEN \'"changed"\' ELSE \'""\' END'


def _object(columns: Iterable[Column], row: str, secret: str) -> str:
    members = [f"'\"{column.name}\":' || {_value(column, row, secret)}" for column in columns]
    return "'{' || " + " || ',' || ".join(members) + " || '}'"


def _value(column: Column, row: str, secret: str) -> str:
    cell = f'{row}."{column.name}"'
    match column.kind:
        case Kind.SECRET:
            return secret.format(column.name)
        case Kind.TRUTH:
            return f"CASE {cell} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END"
        case Kind.MOMENT:  # Django leaves out a fraction that is zero
            return f"json_quote(substr(replace({cell}, ' ', 'T') || '.000000', 1, 26) || 'Z')"
        case _:
            return f"json_quote({cell})"
