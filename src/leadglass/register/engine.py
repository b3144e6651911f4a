# SPDX-License-Identifier: Apache-2.0
"""The database of a register: where it lies, the connection to it, its locks, and its errors as sentences.

SQLite: WAL, transactions that begin IMMEDIATE, 20 seconds of patience, every commit on the disk.
PostgreSQL: an advisory lock in place of SQLite's one writer, with the same patience.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.transaction import atomic

from leadglass.errors import (
    BusyError,
    LeadglassError,
    PermissionDeniedError,
    StateError,
    UnattributedChangeError,
    UsageError,
)

PATIENCE = 20  # seconds that a writer waits for another
FILE = "register.sqlite3"
UNATTRIBUTED = "leadglass: unattributed change"  # what the triggers say
APPEND_ONLY = "leadglass: history only grows"
KEY_STAYS = "leadglass: a key never changes"
FOUR_EYES = "leadglass: two persons"
_LOCK = 0x6C65616467  # the key of the advisory lock: "leadg" in ASCII
_REBINDING = threading.Lock()

NO_WORD = (
    "The register was about to be changed without a word on who changes it and why; nothing was written. "
    "Write inside `with house.register.change(by, why):`."
)
_BUSY = f"Another process kept the register busy for {PATIENCE} seconds; nothing was changed. Try again."
_TWO_PERSONS = (
    "An approval is another person's, given on a decision as it stands; nothing was written. Nobody approves what she"
    " decided herself, the command line never does, and what was approved is not altered. Ask another approver, or"
    " withdraw the decision and decide anew."
)
_FULL = "The disk is full; the change was not kept. Make room and try again."
_SENTENCES: dict[str, tuple[type[LeadglassError], str]] = {
    UNATTRIBUTED: (UnattributedChangeError, NO_WORD),
    APPEND_ONLY: (
        PermissionDeniedError,
        "The history of the register only grows; nothing was altered. Make a new change that sets it right.",
    ),
    KEY_STAYS: (
        PermissionDeniedError,
        "The key of a row never changes, for its history hangs on it; nothing was written. Make a new row.",
    ),
    FOUR_EYES: (PermissionDeniedError, _TWO_PERSONS),
    "database is locked": (BusyError, _BUSY),
    "55P03": (BusyError, _BUSY),  # PostgreSQL, appendix A: lock_not_available
    "readonly database": (
        StateError,
        "The register cannot be written; nothing was changed. Check the permissions of the home's folder.",
    ),
    "unable to open database file": (
        StateError,
        "The register cannot be opened. Check that the home's folder exists and that you may write there.",
    ),
    "is not a database": (
        StateError,
        f"The file {FILE} is not a register. Move it away and restore the last backup.",
    ),
    "disk image is malformed": (
        StateError,
        f"The file {FILE} is damaged. Move it away and restore the last backup.",
    ),
    "database or disk is full": (StateError, _FULL),
    "53100": (StateError, _FULL),  # PostgreSQL, appendix A: disk_full
    "42501": (  # PostgreSQL, appendix A: insufficient_privilege
        StateError,
        "The database does not let this user work on the register. Grant it the schema and its tables.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a register lies: its home, and what Django is told of its database."""

    home: Path
    settings: dict[str, Any] = field(compare=False, repr=False)  # a password is in it


def locate(home: Path, url: str = "") -> Place:
    """Name the database: `postgresql://user:password@host:port/name?option=...`; "" = a file of the home.

    A socket's folder is given as `?host=/folder`. UsageError where the URL is of another kind.
    """
    told = _postgresql(url) if url else _sqlite(home)
    return Place(
        home=home, settings=connections.configure_settings({DEFAULT_DB_ALIAS: told})[DEFAULT_DB_ALIAS]
    )


def _sqlite(home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home / FILE),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE,
            # Recursive triggers: a row that REPLACE pushes out fires its trigger too.
            "init_command": "PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    strange = UsageError(
        "The register's URL names no PostgreSQL database. "
        "Write it as postgresql://user:password@host:5432/name, or leave it empty for SQLite."
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise strange from error
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise strange
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
    }


def bind(place: Place) -> BaseDatabaseWrapper:
    """Make this thread's default connection the one to `place`, and see that it is usable."""
    connection = _bound(place)
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise sentence(error) or StateError(
            f"The register's database does not answer ({str(error).splitlines()[0]}). "
            "Check that its server runs and that the URL is right."
        ) from error
    return connection


def _bound(place: Place) -> BaseDatabaseWrapper:
    with _REBINDING:
        present = connections[DEFAULT_DB_ALIAS]
        if present.settings_dict is place.settings:
            return present
        if present.in_atomic_block:
            raise StateError("A change of another register is open here. Finish it before opening this one.")
        present.close()
        connections.settings[DEFAULT_DB_ALIAS] = place.settings  # for threads to come
        del connections[DEFAULT_DB_ALIAS]
        try:
            return connections[DEFAULT_DB_ALIAS]
        except ImproperlyConfigured as error:
            raise UsageError(
                'The driver of PostgreSQL is not installed. Install it: pip install "leadglass[postgres]".'
            ) from error


def release(place: Place) -> None:
    """Close this thread's connection to `place`, if it has one."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.settings_dict is place.settings:
        connection.close()


def sentence(error: DatabaseError) -> LeadglassError | None:
    """Say a database's error in words of the house; None where there are none for it."""
    text = f"{getattr(error.__cause__, 'sqlstate', '')} {error}"
    for mark, (kind, words) in _SENTENCES.items():
        if mark in text:
            return kind(words)
    return None


def _speak(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    try:
        return execute(sql, params, many, context)
    except DatabaseError as error:
        said = sentence(error)
        if said is None:
            raise
        raise said from error


def _teach(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _speak not in connection.execute_wrappers:
        connection.execute_wrappers.append(_speak)


connection_created.connect(_teach, dispatch_uid="leadglass.register")


@contextmanager
def writing(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold a transaction in which nobody else writes to the register; the outermost one of this thread."""
    if connection.in_atomic_block:
        raise StateError("A change is open already. Finish it before the next one begins.")
    with atomic(durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


@contextmanager
def reading(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Read several tables as they stood at one moment, without holding up a writer."""
    if connection.in_atomic_block:
        yield
        return
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")  # not ROLLBACK: a cursor that was left half read may still be closed


@contextmanager
def alone(place: Place, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold off every other process that would lay out the tables of this register."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK + 1])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK + 1])
    else:
        with (place.home / "register.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
