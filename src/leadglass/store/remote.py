# SPDX-License-Identifier: Apache-2.0
"""The way to the API of another machine: over TLS, with a token that goes to that machine and nowhere else."""

import io
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast
from urllib.parse import urlsplit

import httpx

from leadglass.errors import FetchError, UnreadableError, UsageError
from leadglass.values.remote import Address, Answered, Sent, Wire

_BASE = "/api/v1"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PATIENCE = httpx.Timeout(10.0, read=900.0, write=60.0)  # an assessment of a large fleet takes minutes
_PIECE = 1 << 20
_MOST = 1 << 30


def wire(address: Address, *, agent: str) -> Wire:
    """Give the way to a server. UsageError for an address that would send the token in the clear."""
    base, trusted = _base(address.url), _trusted(address.authorities)
    headers = {"Authorization": f"Bearer {address.token}", "User-Agent": agent, "Accept": "application/json"}

    def ask(sent: Sent) -> Answered:
        with httpx.Client(
            verify=trusted,
            trust_env=False,  # a token goes through no proxy that an environment happens to name
            follow_redirects=False,  # and to no other server
            timeout=_PATIENCE,
            headers=headers,
        ) as client:
            return _ask(client, base, sent)

    return ask


def _base(url: str) -> str:
    told = urlsplit(url)
    if told.scheme not in {"http", "https"} or not told.hostname or told.query or told.path not in {"", "/"}:
        raise UsageError(
            f"'{url}' is no address of a server. Write it like https://leadglass.hospital.example"
        )
    if told.username or told.password:
        raise UsageError(
            "The address of a server holds no name and no password. The token goes into LEADGLASS_TOKEN."
        )
    if told.scheme == "http" and told.hostname not in _HERE:
        raise UsageError(f"{url} would send the token in the clear. Write https://{told.netloc}")
    return f"{told.scheme}://{told.netloc}{_BASE}"


def _trusted(authorities: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities:
        try:
            context.load_verify_locations(authorities)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(
                f"LEADGLASS_SERVER_CA={authorities} holds no certificates ({error}). Name a file of them in PEM."
            ) from error
    return context


def _ask(client: httpx.Client, base: str, sent: Sent) -> Answered:
    """Ask once; a write is asked again where its answer was lost: under one key it has its effect once."""
    if sent.octets is not None and not sent.octets.seekable():
        with tempfile.SpooledTemporaryFile(max_size=_PIECE) as spool:
            shutil.copyfileobj(sent.octets, spool)
            return _ask(client, base, replace(sent, octets=cast(BinaryIO, spool)))
    try:
        return _once(client, base, sent)
    except httpx.ConnectError as error:
        raise FetchError(_unreached(base, error)) from error
    except httpx.TransportError:
        pass
    try:
        return _once(client, base, sent)
    except httpx.TransportError as error:
        raise FetchError(_lost(base, sent)) from error


def _once(client: httpx.Client, base: str, sent: Sent) -> Answered:
    headers = {"Idempotency-Key": sent.key} if sent.key else {}
    content: bytes | Iterator[bytes] | None = sent.json
    if sent.json is not None:
        headers["Content-Type"] = "application/json"
    if sent.octets is not None:
        headers["Content-Type"], content = "application/octet-stream", _pieces(sent.octets)
        headers["Content-Length"] = str(_size(sent.octets))
    with client.stream(
        sent.method, base + sent.path, params=sent.query, content=content, headers=headers
    ) as answer:
        raw = bytearray()
        for piece in answer.iter_bytes():
            raw += piece
            if len(raw) > _MOST:
                raise UnreadableError(
                    f"The server's answer is larger than {_MOST >> 20} MiB. Ask for fewer rows."
                )
        return Answered(
            status=answer.status_code,
            raw=bytes(raw),
            kind=answer.headers.get("Content-Type", "").partition(";")[0],
        )


def _size(stream: BinaryIO) -> int:
    """Say how long a document is, and begin at its beginning: one that is cut off on its way is none."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _unreached(base: str, error: httpx.ConnectError) -> str:
    host = base.removesuffix(_BASE)
    told = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in told:
        why = (
            told.partition("certificate verify failed: ")[2].partition(" (_ssl")[0]
            or "it is not signed by a known one"
        )
        return (
            f"The certificate of {host} is not trusted: {why}. Nothing was sent. Name your hospital's own authority in"
            " LEADGLASS_SERVER_CA, or ask who keeps the server."
        )
    if "SSL" in told:
        return f"{host} does not speak TLS as it should ({told}). Nothing was sent. Ask who keeps the server."
    return f"{host} does not answer ({told}). Nothing was sent. Look at the address, or ask who keeps the server."


def _lost(base: str, sent: Sent) -> str:
    host = base.removesuffix(_BASE)
    if sent.key:
        return (
            f"{host} did not answer to the end, twice. Whether it was recorded is not known. See: leadglass history, once"
            " the server answers."
        )
    return f"{host} did not answer to the end. Nothing was changed. Ask again, or ask who keeps the server."
