# SPDX-License-Identifier: Apache-2.0
"""Real workers at a real home, on SQLite and on a PostgreSQL server that the session starts."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.daemons.workers import Site
from tests.postgresql import postgresql

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with postgresql(tmp_path_factory) as started:
        yield started


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
