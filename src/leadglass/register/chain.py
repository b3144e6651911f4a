# SPDX-License-Identifier: Apache-2.0
"""The hash chain over the changes, and its copy in the log.

A change's digest is the SHA-256 of: the previous digest; a line feed and the JSON list
[number, by, at, origin, why]; then for each row that the change touched, in order, a line feed and the JSON
list [table, key, before, after]. JSON is compact and pure ASCII; `at` is ISO 8601 in UTC.
The first previous digest is 64 zeros.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.register.engine import writing
from leadglass.register.models import Change, History
from leadglass.values.ports import Log

BEGINNING = "0" * 64
LOG_KIND = "register.change"
Row = tuple[str, str, str, str]  # table, key, before, after


def digest(
    previous: str, *, number: int, by: str, at: datetime, origin: str, why: str, rows: Iterable[Row]
) -> str:
    """Hash a change with its rows onto the previous digest."""
    sha256 = hashlib.sha256(previous.encode())
    sha256.update(_line(number, by, at.astimezone(UTC).isoformat(), origin, why))
    for row in rows:
        sha256.update(_line(*row))
    return sha256.hexdigest()


def _line(*parts: str | int) -> bytes:
    return b"\n" + json.dumps(parts, separators=(",", ":")).encode()


def newest() -> tuple[int, str]:
    """Give number and digest of the newest change; (0, 64 zeros) before the first."""
    return Change.objects.order_by("-number").values_list("number", "digest").first() or (0, BEGINNING)


def rows_of(number: int) -> Iterator[Row]:
    """Give the rows that a change touched, in order."""
    columns = ("table", "key", "before", "after")
    return History.objects.filter(change_id=number).order_by("id").values_list(*columns).iterator()


def logged(log: Log | None) -> set[tuple[int, str]]:
    """Give number and digest of every change that the log was told."""
    found = set()
    for entry in log.entries() if log else ():
        if entry.get("kind") == LOG_KIND:
            body = entry["body"]
            found.add((int(body["number"]), str(body["digest"])))
    return found


def publish(connection: BaseDatabaseWrapper, log: Log, *, own: int = 0) -> None:
    """Append to the log every change that it has not got, in order; each once, whoever died in between.

    `own` is the change that this process has just made: if it is the only one, the log need not be searched.
    """
    if not _pending(connection):
        return
    with writing(connection):
        pending = _pending(connection)
        known = set() if [number for number, _ in pending] == [own] else logged(log)
        for number, told in pending:
            if (number, told) not in known:
                log.append(LOG_KIND, {"number": number, "digest": told})
        with connection.cursor() as cursor:
            cursor.execute("UPDATE leadglass_logged SET number = %s", [newest()[0]])


def _pending(connection: BaseDatabaseWrapper) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM leadglass_logged")
        (logged,) = cursor.fetchone()
    changes = Change.objects.filter(number__gt=logged).order_by("number")
    return list(changes.values_list("number", "digest"))


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Make the one-row table that says up to which change the log was told."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS leadglass_logged (number bigint NOT NULL)")
        cursor.execute(
            "INSERT INTO leadglass_logged (number) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM leadglass_logged)"
        )
