# SPDX-License-Identifier: Apache-2.0
"""Whether the register is what its history says: the hash chain, its copy in the log, and the rows.

What is found are changes made behind the triggers, by whoever may remove them. Secrets are not compared.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.errors import StateError
from leadglass.register import chain, triggers
from leadglass.register.engine import reading
from leadglass.register.models import Change, History
from leadglass.register.watched import Kind, Watched, watched_tables
from leadglass.values.ports import Log

_NEXT = "Keep a copy of the database as evidence, and restore the last backup that verifies."
_Contents = dict[tuple[str, str], str]  # (table, key) -> the row as the newest history tells it


def verify(connection: BaseDatabaseWrapper, log: Log | None) -> int:
    """Recompute the chain, compare it with the log and with the rows; return the number of changes.

    StateError names the first change, or the row, that is not what it was.
    """
    digests: dict[int, str] = {0: chain.BEGINNING}
    contents: _Contents = {}
    logged = chain.logged(log)  # first: what the log knows was kept before; what is kept it may not know yet
    with reading(connection):
        fault = _broken_change(digests, contents) or _broken_row(connection, contents)
    for number, told in sorted(logged):
        if not fault and digests.get(number) != told:
            fault = f"change {number}: the log knows it otherwise"
    if fault:
        raise StateError(f"The history of the register is broken at {fault}. {_NEXT}")
    return len(digests) - 1


def _broken_change(digests: dict[int, str], contents: _Contents) -> str:
    """Recompute `digests` and gather `contents`; give the first change that is not what it was, and why."""
    histories = _histories()
    touched, rows = next(histories, (0, []))
    for change in Change.objects.order_by("number").iterator():
        number = change.number
        if number != len(digests):
            return f"change {len(digests)}: it is missing"
        if touched != number:
            return f"change {number}: its rows are missing"
        if change.previous != digests[number - 1]:
            return f"change {number}: it does not follow the one before"
        if _redigested(change, rows) != change.digest:
            return f"change {number}: its content was altered"
        digests[number] = change.digest
        contents.update({(table, key): after for table, key, _before, after in rows})
        touched, rows = next(histories, (0, []))
    return f"change {touched}: it is missing, though rows of it are there" if touched else ""


def _redigested(change: Change, rows: list[chain.Row]) -> str:
    return chain.digest(
        change.previous,
        number=change.number,
        by=change.by,
        at=change.at,
        origin=change.origin,
        why=change.why,
        rows=rows,
    )


def _histories() -> Iterator[tuple[int, list[chain.Row]]]:
    columns = ("change_id", "table", "key", "before", "after")
    rows = History.objects.order_by("change_id", "id").values_list(*columns).iterator()
    for number, group in groupby(rows, key=itemgetter(0)):
        yield number, [row[1:] for row in group]


def _broken_row(connection: BaseDatabaseWrapper, contents: _Contents) -> str:
    """Give the first row that is not what the newest history tells of it, and why."""
    for watched in watched_tables():
        for key, content in triggers.contents(connection, watched):
            told = contents.pop((watched.name, key), "")
            if not told:
                return f"{watched.name} {key}: no change made it"
            if told != content and not _alike(told, content, watched):
                return f"{watched.name} {key}: it was altered outside of any change"
        gone = min(
            (key for (name, key), told in contents.items() if told and name == watched.name), default=""
        )
        if gone:
            return f"{watched.name} {gone}: it was removed outside of any change"
    return ""


def _alike(told: str, content: str, watched: Watched) -> bool:
    """Compare the columns that both know: a migration may have added or removed others."""
    before, now = json.loads(told), json.loads(content)
    secret = {column.name for column in watched.columns if column.kind is Kind.SECRET}
    return all(before[name] == now[name] for name in (before.keys() & now.keys()) - secret)
