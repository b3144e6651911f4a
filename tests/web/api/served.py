"""A real server: gunicorn in a process of its own, on a port that is free."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE = 240.0
SILENT = "http://127.0.0.1:9/"  # where nothing answers: no test fetches a feed


@contextmanager
def served(home: Path, **environment: str) -> Iterator[str]:
    """Serve a home while a block runs; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    feeds = {
        f"LEADGLASS_FEED_{name}_URL": SILENT for name in ("NVD", "KEV", "EPSS", "CSAF", "OSV", "EOL", "CVE")
    }
    told = [
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "--worker-class",
        "gthread",
        "--no-control-socket",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *told, "leadglass.web.wsgi"],
        env={**os.environ, **feeds, "LEADGLASS_HOME": str(home), "LEADGLASS_URL": address, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended before it answered"
        try:
            if (
                httpx.get(f"{address}/api/v1/openapi.json", trust_env=False, timeout=PATIENCE).status_code
                == 200
            ):
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")
