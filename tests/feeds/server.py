# SPDX-License-Identifier: Apache-2.0
"""A web server on this machine that publishes a world, and fails as it is told to: one fault for each request."""

import gzip
import hashlib
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.feeds.world import World
from tests.serving import running

BUSY = ("403", "429", "429 date", "503", "500", "cut", "cut chunks", "hang up")
"""Faults that pass: the same request may be answered next."""

WRONG = ("login", "nothing", "other", "half", "empty list", "elsewhere", "unframed", "huge", "gone")
"""Answers that must not be taken, most of them with status 200."""

LOGIN = b"<!DOCTYPE html><html><body><form>Sign in to the proxy</form></body></html>"


class Server:
    """A running server. `faults` are taken one for each request, "" is none; `before` is called before each answer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults: deque[str] = deque()
        self.before: Callable[[str], None] = lambda _path: None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.failed: list[str] = []
        self.moved: dict[str, str] = {}
        self.replaced: dict[str, bytes] = {}
        self.lock = threading.Lock()
        self.base = ""

    def settings(self) -> dict[str, str]:
        """The settings that lead all feeds here."""
        return {
            "LEADGLASS_FEED_NVD_URL": self.base, "LEADGLASS_FEED_KEV_URL": f"{self.base}/kev.json",
            "LEADGLASS_FEED_EPSS_URL": f"{self.base}/epss.csv.gz", "LEADGLASS_FEED_OSV_URL": f"{self.base}/osv",
            "LEADGLASS_FEED_EOL_URL": f"{self.base}/api/v1", "LEADGLASS_FEED_CVE_URL": f"{self.base}/cves",
            "LEADGLASS_FEED_CSAF_URL": f"{self.base}/csaf/provider-metadata.json",
        }  # fmt: skip

    def paths(self) -> list[str]:
        """What was asked so far, without queries."""
        return [path.partition("?")[0] for path, _ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out together: apart, each answer waits 40 ms for the other side's delayed acknowledgement
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "_Http"

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        there = self.server.there
        with there.lock:
            there.asked.append((self.path, dict(self.headers)))
            there.before(self.path)
            fault = there.faults.popleft() if there.faults else ""
            if fault:
                there.failed.append(fault)
            where = urlsplit(self.path)
            there.world.now += timedelta(seconds=1)
            status, headers, body = there.world.answer(there.base, where.path, where.query)
            body = there.replaced.get(where.path, body)
        if fault:
            self._fail(fault, body)
            return
        if where.path in there.moved:
            self._send(302, {"Location": there.moved[where.path]}, b"")
            return
        if status == 200:
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == etag:
                self._send(304, {"ETag": etag}, b"")
                return
            headers |= {"ETag": etag}
        if "gzip" in self.headers.get("Accept-Encoding", "") and where.path.startswith("/rest/"):
            headers, body = headers | {"Content-Encoding": "gzip"}, gzip.compress(body)
        self._send(status, headers, body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _fail(self, fault: str, body: bytes) -> None:  # noqa: C901, PLR0912 - one branch per fault
        self.close_connection = True
        if fault in ("403", "503", "500"):
            self._send(int(fault), {"Connection": "close"}, b"busy")
        elif fault == "429":
            self._send(429, {"Retry-After": "30", "Connection": "close"}, b"busy")
        elif fault == "429 long":
            self._send(429, {"Retry-After": "7200", "Connection": "close"}, b"busy")
        elif fault == "429 date":
            later = self.server.there.world.now.replace(tzinfo=UTC) + timedelta(seconds=45)
            now = self.server.there.world.now.replace(tzinfo=UTC)
            self.send_response_only(429)
            self.send_header("Date", format_datetime(now, usegmt=True))
            self.send_header("Retry-After", format_datetime(later, usegmt=True))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif fault == "cut":
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) + 100))
            self.end_headers()
            self.wfile.write(body)
        elif fault == "cut chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n" % (len(body) + 5) + body)
        elif fault == "login":
            self._send(200, {"Content-Type": "text/html", "Connection": "close"}, LOGIN)
        elif fault == "nothing":
            self._send(200, {"Connection": "close"}, b"")
        elif fault == "other":
            self._send(200, {"Connection": "close"}, json.dumps({"message": "ok", "items": [1, 2]}).encode())
        elif fault == "empty list":
            self._send(200, {"Connection": "close"}, b"[]")
        elif fault == "half":
            self._send(200, {"Connection": "close"}, body[: len(body) // 2])
        elif fault == "elsewhere":
            self._send(302, {"Location": "http://127.0.0.1:9/kev.json", "Connection": "close"}, b"")
        elif fault == "gone":
            self._send(404, {"Connection": "close"}, b"")
        elif fault == "huge":
            self._send(200, {"Connection": "close"}, b" " * (9 << 20))
        elif fault == "unframed":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
        # "hang up" says nothing at all


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    there: Server

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is none of our faults."""


@contextmanager
def serving(world: World, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Publish a world for a block; over TLS as localhost."""
    there = Server(world)
    http = _Http(("127.0.0.1", 0), _Handler)
    http.there = there
    port = http.server_address[1]
    there.base = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    if tls:
        http.socket = tls.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    with running(http):
        yield there
