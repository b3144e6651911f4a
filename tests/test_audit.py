# SPDX-License-Identifier: Apache-2.0
"""The audit of the locks: a finding fails, and a service that cannot be asked is said, and is no finding."""

import json
import os
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.serving import running

LOCK = "certifi==2024.2.2 --hash=sha256:" + "0" * 64 + "\nidna==3.7 --hash=sha256:" + "1" * 64 + "\n"


@contextmanager
def osv(answers):
    """A service of OSV's API 1 on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args):
            pass

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answers.get(asked["package"]["name"], {})).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}/v1/query"


def audited(tmp_path, address):
    python = Path(os.environ.get("LEADGLASS_AUDIT_PYTHON", ".venv/audit/bin/python"))
    if not python.exists():
        pytest.skip("pip-audit is not here: make audit")
    lock = tmp_path / "some.lock"
    lock.write_text(LOCK)
    return subprocess.run(
        [python, ".ci/audit.py", lock], capture_output=True, text=True, check=False,
        env={**os.environ, "LEADGLASS_AUDIT_OSV": address},
    )  # fmt: skip


def test_an_advisory_fails(tmp_path):
    told = {"vulns": [{"id": "PYSEC-2024-230", "aliases": ["CVE-2024-39689"], "summary": "a root", "affected": [
        {"package": {"name": "certifi", "ecosystem": "PyPI"},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2024.7.4"}]}]}]}]}  # fmt: skip
    with osv({"certifi": told}) as address:
        ran = audited(tmp_path, address)
    assert ran.returncode == 1, ran.stderr
    assert "certifi 2024.2.2: PYSEC-2024-230, CVE-2024-39689; repaired in 2024.7.4" in ran.stdout


def test_where_nothing_is_known_it_passes_and_says_how_many_were_asked_about(tmp_path):
    with osv({}) as address:
        ran = audited(tmp_path, address)
    assert ran.returncode == 0, ran.stderr
    assert "2 packages asked about at osv, 0 advisories, 0 not judged" in ran.stdout


def test_a_service_that_is_not_reached_is_said_and_is_no_finding(tmp_path):
    ran = audited(tmp_path, "http://127.0.0.1:9/v1/query")
    assert ran.returncode == 0
    assert "NOT AUDITED" in ran.stdout
    assert "0 advisories" not in ran.stdout
