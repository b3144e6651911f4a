# SPDX-License-Identifier: Apache-2.0
"""Send to web servers over HTTP (RFC 9110): verified, bounded, once each; redirected only where that was agreed upon.

Who sends decides whether to send again: a request whose answer was lost may have been done.
"""

import math
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from leadglass.errors import BoundError, FetchError
from leadglass.store.feeds import shown
from leadglass.values.outward import Answered, Sending

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_REDIRECTS = 3
_SAME = frozenset({307, 308})  # RFC 9110 15.4: the method stays
_MOVED = frozenset({301, 302, 303})
_SILENCE = 30.0  # seconds


class HttpOutward:
    """Servers that are told something (values.outward.Outward)."""

    def __init__(self, client: httpx.Client, agent: str) -> None:
        self._client = client
        self._agent = agent

    def send(self, sending: Sending) -> Answered:
        """Send once. FetchError where no whole answer came: whether it was done is not known then."""
        url = start = _address(sending.url)
        for _ in range(_REDIRECTS):
            answer = self._sent(url, sending)
            moved = answer.status_code in _SAME or (answer.status_code in _MOVED and sending.method == "GET")
            if not (moved and answer.headers.get("Location")):
                return _answered(answer)
            url = _redirected(url, str(answer.headers["Location"]), start, sending.hosts)
        raise FetchError(f"{shown(start)} is redirected without end. Nothing was sent. Check the address.")

    def _sent(self, url: httpx.URL, sending: Sending) -> httpx.Response:
        own = (url.scheme, url.host, url.port) == _origin(sending.url)
        given = {name: text for name, text in sending.headers.items() if own or name != "Authorization"}
        headers = {**given, "User-Agent": self._agent, "Accept-Encoding": "gzip"}
        patience = min(sending.seconds or _SILENCE, _SILENCE)
        end = time.monotonic() + sending.seconds if sending.seconds else math.inf
        try:
            with self._client.stream(
                sending.method, url, headers=headers, content=sending.body or None, timeout=patience
            ) as answer:
                size, pieces = 0, []
                for piece in answer.iter_bytes():
                    size += len(piece)
                    if time.monotonic() > end:  # a server that drips would hold who waits
                        raise FetchError(f"{shown(url)} did not answer within {sending.seconds:g} seconds.")
                    if size > sending.most:
                        raise BoundError(f"{shown(url)}: the answer is larger than {sending.most >> 20} MiB.")
                    pieces.append(piece)
                return httpx.Response(answer.status_code, headers=_plain(answer), content=b"".join(pieces))
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise FetchError(
                f"{shown(url)}: no whole answer came ({type(error).__name__}). Whether it was done is not known."
            ) from error


def _origin(text: str) -> tuple[str, str, int | None]:
    url = _address(text)
    return url.scheme, url.host, url.port


def _plain(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in ("Location", "Retry-After") if name in answer.headers}


def _answered(answer: httpx.Response) -> Answered:
    told = answer.headers.get("Retry-After", "").strip()
    after = float(told[:9]) if told.isdecimal() else 0.0
    return Answered(status=answer.status_code, body=answer.content, after=after)


@contextmanager
def opened(agent: str, authorities: str, proxy: str) -> Iterator[HttpOutward]:
    """Open the way for a block. FetchError where the file of authorities or the proxy cannot be used."""
    try:
        context = ssl.create_default_context()
        if authorities:
            context.load_verify_locations(cafile=authorities)
        client = httpx.Client(
            verify=context, timeout=_SILENCE, follow_redirects=False, proxy=proxy or None, trust_env=not proxy
        )
    except (OSError, ValueError, httpx.InvalidURL) as error:
        raise FetchError(
            f"The network cannot be set up ({error}). Check LEADGLASS_FEED_CA and LEADGLASS_FEED_PROXY."
        ) from error
    with client:
        yield HttpOutward(client, agent)


def _address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError("The address is none. Correct the table.") from error
    if not url.host or (url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK)):
        raise FetchError(
            f"{shown(url)}: only https is used (http on this machine alone): anybody on the way could read along."
            " Name an https address."
        )
    return url


def _redirected(url: httpx.URL, location: str, start: httpx.URL, hosts: frozenset[str]) -> httpx.URL:
    """Say where a redirection leads: to the same origin, or by https to a host that the site lists. Nowhere else.

    So nobody leads us to a private address, by whatever name, that the site did not list itself.
    """
    try:
        to = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(
            f"{shown(url)} is redirected to what is no address. Nothing was sent there."
        ) from error
    same = (to.scheme, to.host, to.port) == (start.scheme, start.host, start.port)
    if not same and not (to.scheme == "https" and to.host in hosts):
        raise FetchError(
            f"{shown(start)} is redirected to {shown(to)}, which is not agreed upon. Nothing was sent there."
            " If it is right, list that host under `hosts` in the table."
        )
    return to
