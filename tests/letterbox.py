# SPDX-License-Identifier: Apache-2.0
"""A server of mail (RFC 5321) and one of webhooks on this machine: they keep what comes, and fail as they are told to."""

import email
import email.policy
import json
import socketserver
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.serving import running


@dataclass
class Letterbox:
    """Mails that came. `refusals` are codes that the next mails are answered with; `before` is called when one is here."""

    tls: ssl.SSLContext | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    refusals: deque[str] = field(default_factory=deque)
    before: Callable[[], None] = lambda: None
    port: int = 0

    def settings(self, host: str = "127.0.0.1") -> dict[str, str]:
        """The settings that lead mail here."""
        return {
            "LEADGLASS_MAIL_SERVER": f"{host}:{self.port}",
            "LEADGLASS_MAIL_FROM": "Leadglass <leadglass@harbor.invalid>",
        }

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


class _Mail(socketserver.StreamRequestHandler):
    server: "_MailServer"

    def handle(self) -> None:
        box = self.server.box
        self._say("220 here")
        while line := self.rfile.readline():
            word = line.decode().strip().upper()
            if word.startswith("EHLO"):
                self._say("250-here\r\n250 STARTTLS" if box.tls else "250 here")
            elif word == "STARTTLS" and box.tls:
                self._say("220 go on")
                self.request = box.tls.wrap_socket(self.request, server_side=True)
                self.setup()
            elif word == "DATA":
                self._data(box)
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def finish(self) -> None:
        super().finish()
        self.request.close()  # over TLS it is another than the one that the server closes

    def _data(self, box: Letterbox) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if box.refusals:
            self._say(box.refusals.popleft())
            return
        box.letters.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        box.before()
        self._say("250 kept")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")
        self.wfile.flush()


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    box: Letterbox

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is none of our faults."""


@contextmanager
def letterbox(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Letterbox]:
    """Take mail for a block."""
    box = Letterbox(tls=tls)
    server = _MailServer((host, 0), _Mail)
    server.box, box.port = box, server.server_address[1]
    with running(server):
        yield box


def certified(folder: Path, address: str) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate of an authority that nobody knows, for an address: what a server shows, and its file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "letterbox")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, private = folder / "cert.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return context, file


@dataclass
class Hook:
    """What came to a webhook: path, headers, body. `answers` are statuses of the next answers, or an address to go to."""

    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: deque[int | str] = field(default_factory=deque)
    base: str = ""

    def objects(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.came]


class _Hooked(BaseHTTPRequestHandler):
    server: "_HookServer"

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        hook = self.server.hook
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hook.came.append((self.path, dict(self.headers), body))
        answer = hook.answers.popleft() if hook.answers else 204
        self.send_response(answer if isinstance(answer, int) else 307)
        if isinstance(answer, str):
            self.send_header("Location", answer)
        self.send_header("Content-Length", "0")
        self.end_headers()


class _HookServer(ThreadingHTTPServer):
    daemon_threads = True
    hook: Hook


@contextmanager
def webhook() -> Iterator[Hook]:
    """Take what is posted for a block."""
    server = _HookServer(("127.0.0.1", 0), _Hooked)
    server.hook = Hook(base=f"http://127.0.0.1:{server.server_address[1]}")
    with running(server):
        yield server.hook
