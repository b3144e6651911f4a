# SPDX-License-Identifier: Apache-2.0
"""How what services give travels as JSON (RFC 8259), and is read back to the very values that it was made from.

Of values the types say what they are. Rows of listings have none: there a column's name says whether it holds a time.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args, get_origin

import msgspec

from leadglass.errors import UnreadableError
from leadglass.render.export import plain as plain
from leadglass.services.catalogue import EXPLAIN, SHOW, Service
from leadglass.values.scope import Page
from leadglass.values.tables import TABLES

_COMPUTED = frozenset({"due_triage", "due_contain", "due_remedy", "decided_until", "until"})
TIMES = _COMPUTED | {
    column.name for table in TABLES.values() for column in table.columns if column.type in {"time", "date"}
}
"""Columns of rows that hold a time or a day."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d)?")


def written(service: Service[..., Any], made: Any) -> Any:
    """Bring what a service gave to what JSON says."""
    if service.name == SHOW.name:
        kind, fields, related = made
        beside = {name: {"columns": columns, "rows": rows} for name, (columns, rows) in related.items()}
        return plain({"kind": kind, "fields": fields, "related": beside})
    if service.name == EXPLAIN.name:
        return plain({"finding": made[0], "steps": made[1]})
    return plain(list(made) if isinstance(made, Iterator) else made)


def encoded(told: Any) -> bytes:
    """Write JSON."""
    return msgspec.json.encode(told)


def read(service: Service[..., Any], raw: bytes) -> Any:
    """Read back what a service gave. UnreadableError where it is something else."""
    if service.output is bytes:
        return raw
    try:
        told = msgspec.json.decode(raw)
        if service.name == SHOW.name:
            beside = {
                name: (tuple(one["columns"]), revived(one["rows"])) for name, one in told["related"].items()
            }
            return told["kind"], revived(told["fields"]), beside
        if service.name == EXPLAIN.name:
            steps = get_args(service.output)[1]
            return revived(told["finding"]), msgspec.convert(told["steps"], steps)
        return _converted(told, service.output)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise UnreadableError(
            f"What the server gave for '{service.name}' is not what this version reads. Install the version of the server."
        ) from error


def _converted(told: Any, kind: Any) -> Any:
    if kind is Page:
        return Page(rows=tuple(revived(told["rows"])), total=told["total"], next=told["next"])
    if kind is type(None):
        return None
    if get_origin(kind) is not None and issubclass(_class(kind), Iterator):
        return iter(msgspec.convert(told, list[get_args(kind)[0]]))  # type: ignore[misc]
    found = msgspec.convert(told, kind)
    return revived(found) if isinstance(found, dict) else found


def _class(kind: Any) -> type:
    origin = get_origin(kind)
    return origin if isinstance(origin, type) else object


def revived(value: Any) -> Any:
    """Bring the times of rows back, wherever a column's name says that it holds one."""
    if isinstance(value, list):
        return [revived(item) for item in value]
    if isinstance(value, dict):
        return {name: _time(item) if name in TIMES else revived(item) for name, item in value.items()}
    return value


def _time(value: Any) -> Any:
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return revived(value)
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
