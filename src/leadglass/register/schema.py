# SPDX-License-Identifier: Apache-2.0
"""The tables of a register, laid out when needed: migrations and triggers."""

import pkgutil
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.errors import StateError
from leadglass.register import chain, triggers
from leadglass.register.engine import Place, alone, writing

Migration = tuple[str, str]  # app, name


def ensure(place: Place, connection: BaseDatabaseWrapper) -> None:
    """See that the tables and triggers are those of this release; lay them out where they are not.

    Where all is in place this costs two small queries. StateError where a newer release made the register.
    """
    if _recorded(connection) != known():
        with alone(place, connection):
            _migrate(connection)
    if not triggers.intact(connection):
        with writing(connection):
            chain.prepare(connection)
            triggers.install(connection)


def known() -> set[Migration]:
    """Give every migration of this release, by the names of their files."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
    }


def _recorded(connection: BaseDatabaseWrapper) -> set[Migration]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return set(cursor.fetchall())
    except DatabaseError:  # no table: nothing was laid out yet
        return set()


def _migrate(connection: BaseDatabaseWrapper) -> None:
    recorded = _recorded(connection)
    if recorded == known():  # another process was faster
        return
    newer = sorted(name for _, name in recorded - known())
    if newer:
        raise StateError(
            f"The register was made by a newer Leadglass (it has {newer[-1]}). "
            "Use that release, or restore a backup that this one made."
        )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    with writing(connection):
        triggers.drop(connection)  # they name tables that a migration may lay out anew
    call_command("migrate", verbosity=0, interactive=False)
