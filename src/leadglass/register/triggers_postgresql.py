# SPDX-License-Identifier: Apache-2.0
"""Triggers of PostgreSQL. The change under way stands in the setting `leadglass.change` of its transaction.

The setting is local to the transaction: it ends with it, and no other connection sees it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.register import four_eyes
from leadglass.register.engine import APPEND_ONLY, FOUR_EYES, KEY_STAYS, UNATTRIBUTED
from leadglass.register.watched import Column, Kind, Watched

_NUMBER = "nullif(current_setting('leadglass.change', true), '')::bigint"
_FOUND = """
SELECT c.relname, t.tgname, p.proname, p.prosrc
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND starts_with(t.tgname, 'leadglass_')
  AND c.relnamespace = current_schema()::regnamespace
"""
_ROW = """
DECLARE
  number bigint := {number};
BEGIN
  IF number IS NULL THEN
    RAISE EXCEPTION '{unattributed}';
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO register_history (change_id, "table", "key", "before", "after")
    VALUES (number, '{name}', NEW."{key}"::text, '', {inserted});
  ELSIF TG_OP = 'UPDATE' THEN
    IF NEW."{key}" IS DISTINCT FROM OLD."{key}" THEN
      RAISE EXCEPTION '{key_stays}';
    END IF;
    INSERT INTO register_history (change_id, "table", "key", "before", "after")
    VALUES (number, '{name}', OLD."{key}"::text, {before}, {updated});
  ELSE
    INSERT INTO register_history (change_id, "table", "key", "before", "after")
    VALUES (number, '{name}', OLD."{key}"::text, {before}, '');
  END IF;
  RETURN NULL;
END
"""
_GROWS = """
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION '{append_only}';
  ELSIF NEW.{number} IS DISTINCT FROM {now} THEN
    RAISE EXCEPTION '{unattributed}';
  END IF;
  RETURN NEW;
END
"""
_PERSONS = """
BEGIN
  IF {condition} THEN
    RAISE EXCEPTION '{words}';
  END IF;
  RETURN NEW;
END
"""
_STAYS = """
BEGIN
  RAISE EXCEPTION '{words}';
END
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trigger:
    """A trigger: its table, its name, when it fires, and the name and body of its function."""

    table: str
    name: str
    when: str
    function: str
    body: str


def intact(connection: BaseDatabaseWrapper, tables: Iterable[Watched]) -> bool:
    """Tell whether exactly the triggers that the models ask for are there."""
    wanted = {(trigger.table, trigger.name, trigger.function, trigger.body) for trigger in _wanted(tables)}
    with connection.cursor() as cursor:
        cursor.execute(_FOUND)
        return set(cursor.fetchall()) == wanted


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove every trigger of ours."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND)
        for table, name, _function, _body in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')


def install(connection: BaseDatabaseWrapper, tables: Iterable[Watched]) -> None:
    """Put every trigger in place, anew."""
    drop(connection)
    with connection.cursor() as cursor:
        for trigger in _wanted(tables):
            cursor.execute(
                f'CREATE OR REPLACE FUNCTION "{trigger.function}"() RETURNS trigger LANGUAGE plpgsql '
                f"AS $leadglass${trigger.body}$leadglass$"
            )
            cursor.execute(
                f'CREATE TRIGGER "{trigger.name}" {trigger.when.format(table=trigger.table)} '
                f'EXECUTE FUNCTION "{trigger.function}"()'
            )


def mark(connection: BaseDatabaseWrapper, number: int | None) -> None:
    """Say which change is under way in this transaction; None = none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('leadglass.change', %s, true)", ["" if number is None else str(number)]
        )


def listing(watched: Watched) -> str:
    """Write the query for every row of a table: its key, and its content as the history would tell it."""
    content = _object(watched.columns, "told", _UNTOLD)
    return f'SELECT told."{watched.key}"::text, {content} FROM "{watched.table}" told'


def _wanted(tables: Iterable[Watched]) -> list[_Trigger]:
    wanted = []
    for table, number in (("register_change", "number"), ("register_history", "change_id")):
        grows = _GROWS.format(append_only=APPEND_ONLY, unattributed=UNATTRIBUTED, number=number, now=_NUMBER)
        wanted += [
            _trigger(table, "grows", 'BEFORE INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW', grows),
            _trigger(table, "stays", _TRUNCATE, _STAYS.format(words=APPEND_ONLY)),
        ]
    for watched in tables:
        wanted += [
            _trigger(
                watched.table,
                "row",
                'AFTER INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW',
                _row_body(watched),
            ),
            # TRUNCATE leaves no rows to write into the history: refused even within a change.
            _trigger(watched.table, "stays", _TRUNCATE, _STAYS.format(words=UNATTRIBUTED)),
        ]
    for (table, verb), condition in four_eyes.refused("IS DISTINCT FROM").items():
        body = _PERSONS.format(condition=condition, words=FOUR_EYES)
        when = f'BEFORE {verb} ON "{{table}}" FOR EACH ROW'
        wanted.append(_trigger(table, f"persons_{verb.lower()}", when, body))
    return wanted


_TRUNCATE = 'BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'


def _trigger(table: str, what: str, when: str, body: str) -> _Trigger:
    name = f"leadglass_{table}_{what}"
    return _Trigger(table=table, name=name, when=when, function=name, body=body)


def _row_body(watched: Watched) -> str:
    return _ROW.format(
        number=_NUMBER,
        unattributed=UNATTRIBUTED,
        key_stays=KEY_STAYS,
        name=watched.name,
        key=watched.key,
        before=_object(watched.columns, "OLD", _UNTOLD),
        inserted=_object(watched.columns, "NEW", _CHANGED),
        updated=_object(watched.columns, "NEW", _CHANGED_IF),
    )


_UNTOLD = "'\"\"'"
_CHANGED = "'\"changed\"'"
_CHANGED_IF = """CASE WHEN NEW."{0}" IS DISTINCT FROM OLD."{0}" THEN '"changed"' ELSE '""' END"""


def _object(columns: Iterable[Column], row: str, secret: str) -> str:
    members = [f"'\"{column.name}\":' || {_value(column, row, secret)}" for column in columns]
    return "'{' || " + " || ',' || ".join(members) + " || '}'"


def _value(column: Column, row: str, secret: str) -> str:
    cell = f'{row}."{column.name}"'
    match column.kind:
        case Kind.SECRET:
            return secret.format(column.name)
        case Kind.MOMENT:
            text = f"""to_char({cell} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        case Kind.DAY:
            text = f"to_char({cell}, 'YYYY-MM-DD')"
        case _:
            text = cell
    return f"coalesce(to_json({text})::text, 'null')"
