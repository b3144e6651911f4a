# SPDX-License-Identifier: Apache-2.0
"""A provider of OpenID Connect on this machine: discovery, keys, codes with PKCE, signed tokens; and faults, one at a time.

Tokens are made by hand, so that they can be wrong in every way.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CLIENT, SECRET = "leadglass", "a secret with : and % in it"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8))


def joined(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A JWS in the compact form (RFC 7515, 7.1)."""
    body = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{body}.{b64(sign(body.encode()))}"


RSA = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def rs256(key: rsa.RSAPrivateKey = RSA) -> Callable[[bytes], bytes]:
    return lambda body: key.sign(body, padding.PKCS1v15(), hashes.SHA256())


def es256(body: bytes) -> bytes:
    r, s = decode_dss_signature(CURVE.sign(body, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def public_pem() -> bytes:
    return RSA.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hs256(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda body: hmac.new(secret, body, hashlib.sha256).digest()


def plain(claims: dict[str, Any]) -> str:
    return joined({"alg": "RS256", "kid": "one", "typ": "JWT"}, claims, rs256())


def jwks() -> dict[str, Any]:
    numbers, point = RSA.public_key().public_numbers(), CURVE.public_key().public_numbers()
    return {
        "keys": [
            {
                "kty": "RSA",
                "kid": "one",
                "use": "sig",
                "alg": "RS256",
                "n": number(numbers.n),
                "e": number(numbers.e),
            },
            {
                "kty": "EC",
                "kid": "two",
                "crv": "P-256",
                "x": b64(point.x.to_bytes(32)),
                "y": b64(point.y.to_bytes(32)),
            },
        ]
    }


@dataclass
class Provider:
    """What the provider knows and does. `person` are the claims of who is signed in there; faults are set by tests."""

    issuer: str = ""
    port: int = 0
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "248289761001", "preferred_username": "j.doe"}
    )
    token: Callable[[dict[str, Any]], str] = plain
    claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda told: told
    configuration: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    sleep: float = 0.0
    drip: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    stop: Callable[[], None] = lambda: None

    def table(self, **more: Any) -> str:
        """The provider in policies/sign_on.toml."""
        told = {"kind": "oidc", "label": "Harbour sign-on", "issuer": self.issuer, "client": CLIENT, **more}
        return "[hospital]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in told.items())


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(inner)}" for name, inner in value.items()) + " }"
    return json.dumps(value)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def log_message(self, *_args: Any) -> None:
        pass

    def do_GET(self) -> None:
        known, url = self.server.provider, urlsplit(self.path)
        if url.path == "/.well-known/openid-configuration":
            time.sleep(known.sleep)
            told = {
                "issuer": known.issuer, "authorization_endpoint": f"{known.issuer}/authorize",
                "token_endpoint": f"{known.issuer}/token", "jwks_uri": f"{known.issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            } | known.configuration  # fmt: skip
            self._json(told)
        elif url.path == "/keys":
            self._json(jwks())
        elif url.path == "/authorize":
            self._authorize(dict(parse_qsl(url.query)))
        else:
            self._json({}, 404)

    def _authorize(self, given: dict[str, str]) -> None:
        known = self.server.provider
        known.asked.append(given)
        answer = {"state": given["state"], "iss": known.issuer}
        if known.error:
            answer["error"] = known.error
        else:
            answer["code"] = secrets.token_urlsafe(16)
            known.codes[answer["code"]] = given
        self.send_response(302)
        self.send_header("Location", f"{given['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def do_POST(self) -> None:
        known = self.server.provider
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = known.codes.pop(form.get("code", ""), None)
        wrong = self._wrong(form, asked)
        if wrong or asked is None:
            known.refused.append(wrong)
            self._json({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": known.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
                  **known.person}  # fmt: skip
        if asked.get("max_age") == "0":
            claims.setdefault("auth_time", now)
        self._json(
            {"access_token": "x", "token_type": "Bearer", "id_token": known.token(known.claims(claims))}
        )

    def _wrong(self, form: dict[str, str], asked: dict[str, str] | None) -> str:
        if asked is None:
            return "code"
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked.get("code_challenge_method") != "S256" or challenge != asked.get("code_challenge"):
            return "verifier"
        pair = base64.b64decode(self.headers.get("Authorization", " ").split()[1]).decode().partition(":")
        if (unquote(pair[0]), unquote(pair[2])) != (CLIENT, SECRET):
            return "client"
        return "" if form.get("redirect_uri") == asked["redirect_uri"] else "redirect_uri"

    def _json(self, told: Any, status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        pieces = [body[at : at + 1] for at in range(len(body))] if self.server.provider.drip else [body]
        try:
            for piece in pieces:
                self.wfile.write(piece)
                time.sleep(0.2 if self.server.provider.drip else 0)
        except OSError:
            pass  # who asked waits no longer


class _Server(ThreadingHTTPServer):
    provider: Provider
    daemon_threads = True


@contextmanager
def served() -> Iterator[Provider]:
    """A provider that is reached until the block ends, or a test ends it."""
    server = _Server(("127.0.0.1", 0), _Handler)
    known = server.provider = Provider(
        port=server.server_port, issuer=f"http://127.0.0.1:{server.server_port}"
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    known.stop = stop
    try:
        yield known
    finally:
        if server.socket.fileno() >= 0:
            stop()
        thread.join()
