# SPDX-License-Identifier: Apache-2.0
"""The register as JSON lines, the same from either engine.

Head `{"format": "leadglass-register", "version": 1, "migrations": [[app, name], ...]}`; each row
`{"table": ..., "row": {...}}`; end `{"rows": n, "sha256": of all bytes before}`; times in ISO 8601.
Password hashes are in it: the backup that holds it is encrypted.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Model, QuerySet, TextField
from django.db.models.functions import Collate

from leadglass.errors import BoundError, StateError, UnreadableError
from leadglass.register import triggers, verification
from leadglass.register.engine import reading, writing
from leadglass.register.models import Change, History
from leadglass.register.schema import known
from leadglass.register.watched import options, watched_models

_FORMAT = "leadglass-register"
_ROWS = 1_000  # at most, per statement
_LINE = 64 << 20  # bytes: more than any row, less than what hurts


def write(connection: BaseDatabaseWrapper, stream: BinaryIO) -> None:
    """Write every table, the history included, as it stood at one moment."""
    sha256, rows = hashlib.sha256(), -1  # the head is no row
    with reading(connection):
        for line in _lines(connection):
            sha256.update(line)
            stream.write(line)
            rows += 1
    stream.write(_line({"rows": rows, "sha256": sha256.hexdigest()}))


def _lines(connection: BaseDatabaseWrapper) -> Iterator[bytes]:
    yield _line({"format": _FORMAT, "version": 1, "migrations": sorted(known())})
    for label, model in _models().items():
        names = [field.attname for field in options(model).concrete_fields]
        order: Any = "pk"
        if connection.vendor == "postgresql" and isinstance(options(model).pk, TextField):
            order = Collate(F("pk"), "C")  # by bytes, as SQLite does
        for row in QuerySet(model).order_by(order).values_list(*names).iterator():
            told = dict(zip(names, map(_plain, row), strict=True))
            yield _line({"table": label, "row": told})


def _models() -> dict[str, type[Model]]:
    models: list[type[Model]] = [*watched_models(), Change, History]
    return {options(model).label_lower: model for model in models}


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def read(connection: BaseDatabaseWrapper, stream: BinaryIO) -> int:
    """Fill an empty register from a dump and verify its chain, in one transaction; return the number of rows.

    StateError where the register is not empty, or the dump is of a newer release or its history is broken;
    UnreadableError where the dump is damaged.
    """
    with writing(connection):
        if any(QuerySet(model).exists() for model in _models().values()):
            raise StateError("The register is not empty; nothing was loaded. Load into a new home.")
        triggers.drop(connection)
        try:
            count = _fill(stream)
            connection.check_constraints()
        except DatabaseError as error:
            raise _damaged(str(error)) from error
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(_models().values())):
                cursor.execute(statement)
        triggers.install(connection)
        verification.verify(connection, None)
    return count


def _fill(stream: BinaryIO) -> int:
    count, tables = 0, _models()
    for label, group in groupby(_checked(stream), key=lambda told: told.get("table")):
        model = tables.get(str(label))
        if model is None:
            raise _damaged(f"there is no table {label}")
        rows: QuerySet[Any] = QuerySet(model)
        batch: list[Model] = []
        for told in group:
            batch.append(_row(model, told.get("row")))
            count += 1
            if len(batch) == _ROWS:
                rows.bulk_create(batch)
                batch = []
        rows.bulk_create(batch)
    return count


def _row(model: type[Model], told: Any) -> Model:
    known_fields = {field.attname: field for field in options(model).concrete_fields}
    try:
        return model(**{name: known_fields[name].to_python(value) for name, value in told.items()})
    except (ValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(f"a row of {options(model).label_lower} cannot be read") from error


def _checked(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Give the rows between head and end, both of which must fit."""
    sha256, rows = hashlib.sha256(), 0
    line = stream.readline(_LINE)
    _accept(_parse(line))
    while True:
        sha256.update(line)
        line = stream.readline(_LINE)
        told = _parse(line)
        if "sha256" in told:
            break
        rows += 1
        yield told
    if told != {"rows": rows, "sha256": sha256.hexdigest()} or stream.read(1):
        raise _damaged("its end does not fit the rest")


def _parse(line: bytes) -> dict[str, Any]:
    if len(line) == _LINE:
        raise BoundError(f"The dump has a line beyond {_LINE} bytes; nothing was loaded. Use another backup.")
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _damaged("it ends early" if not line else "a line is no JSON") from error
    if not isinstance(told, dict):
        raise _damaged("a line is no JSON object")
    return told


def _accept(head: dict[str, Any]) -> None:
    if head.get("format") != _FORMAT or head.get("version") != 1:
        raise UnreadableError(
            "This is no dump of a register; nothing was loaded. Name a backup of Leadglass."
        )
    here = [list(migration) for migration in known()]
    newer = [migration for migration in head.get("migrations", ()) if migration not in here]
    if newer:
        raise StateError(
            f"The dump was made by a newer Leadglass (it has {newer[-1]}); nothing was loaded. "
            "Use that release."
        )


def _damaged(what: str) -> UnreadableError:
    return UnreadableError(f"The dump is damaged: {what}. Nothing was loaded. Use another backup.")
