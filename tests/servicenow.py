# SPDX-License-Identifier: Apache-2.0
"""A server on this machine that speaks as ServiceNow's Table API does, and fails as it is told to."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.serving import running

PATH = "/api/now/table/wm_order"
USER, PASSWORD = "ledger", "a word that nobody says"


@dataclass
class Desk:
    """Work orders by number. `faults` are taken one for each request, "" is none: a status, or `cut`, `lost`, `html`.

    `lost`: done, and the connection ends before the answer.
    """

    orders: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: deque[str] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    base: str = ""

    def table(self) -> str:
        """The policy that leads work orders here."""
        return f'[servicenow]\nurl = "{self.base}"\nuser = "{USER}"\n'

    def add(self, told: dict[str, str]) -> dict[str, str]:
        number = f"WO{len(self.orders) + 1:07}"
        self.orders[number] = {"number": number, "state": "1", **told}
        return self.orders[number]

    def close(self, number: str, **told: str) -> None:
        self.orders[number] |= {"state": "3", "closed_at": "2026-11-20 10:00:00", **told}


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        desk, where = self.server.desk, urlsplit(self.path)
        asked = parse_qs(where.query)
        field_, _, keys = asked["sysparm_query"][0].partition("IN")
        rows = [order for order in desk.orders.values() if order.get(field_) in keys.split(",")]
        names = asked["sysparm_fields"][0].split(",")
        self._answer(
            200, {"result": [{name: row.get(name, "") for name in names} for row in rows]}, lambda: None
        )

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        made: dict[str, str] = {}
        self._answer(201, {"result": made}, lambda: made.update(self.server.desk.add(told)))

    def _answer(self, status: int, told: Any, do: Any) -> None:
        desk = self.server.desk
        desk.asked.append(self.command)
        desk.keys.add(self.headers.get("Authorization", ""))
        fault = desk.faults.popleft() if desk.faults else ""
        if fault.isdecimal():
            self.send_response(int(fault))
            if fault == "429":
                self.send_header("Retry-After", "30")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        do()
        body = b"<html>Sign in</html>" if fault == "html" else json.dumps(told).encode()
        if fault == "lost":
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (100 if fault == "cut" else 0)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    desk: Desk


@contextmanager
def servicenow() -> Iterator[Desk]:
    """Take work orders for a block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.desk = Desk(base=f"http://127.0.0.1:{server.server_address[1]}")
    with running(server):
        yield server.desk
