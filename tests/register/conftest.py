# SPDX-License-Identifier: Apache-2.0
"""Registers on SQLite, and on a PostgreSQL server that the session starts in a folder of its own."""

from itertools import count

import psycopg
import pytest
from register_doubles import MemoryLog, Ticking

from leadglass.register.open import open_register
from tests.hospital import lay_out_register
from tests.postgresql import postgresql

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with postgresql(tmp_path_factory) as started:
        yield started


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
    if not url:
        lay_out_register(tmp_path / "home")  # how one is laid out is shown by test_register_open
    return opened(tmp_path / "home", url, clock=clock, log=log)
