# SPDX-License-Identifier: Apache-2.0
"""Fetch from web servers over HTTP (RFC 9110): verified, bounded in size and time, patient with those that are busy.

The one module that opens connections for feeds. An answer is whole, or it is an error.
"""

import io
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, BinaryIO, Final, cast

import httpx

from leadglass.errors import BoundError, FetchError, NotServedError, RefusedError
from leadglass.values.ports import Clock
from leadglass.values.web import Request, Response

_REDIRECTS: Final = 5
_SPOOLED: Final = 16 << 20
_PIECE: Final = 1 << 16
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
# What may be otherwise in a while. NVD answers 403 to who asks too often.
_AGAIN: Final = frozenset({403, 408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How to ask: tries in all, seconds of the first pause (doubled each time), of the longest, per read, per answer.

    `proxy` is its address ("" is what HTTPS_PROXY and NO_PROXY say), `authorities` a file of further certificates.
    """

    tries: int = 6
    pause: float = 2.0
    longest: float = 300.0
    silence: float = 60.0
    deadline: float = 3_600.0
    proxy: str = ""
    authorities: str = ""
    agent: str = "leadglass"


class _AgainError(Exception):
    """It may go better later; `after` is how many seconds the server asks for."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class HttpWeb:
    """The network: `leadglass.values.ports.Web`. `now` counts seconds, `chance` gives numbers from 0 to 1."""

    def __init__(
        self,
        client: httpx.Client,
        manners: Manners,
        *,
        sleep: Callable[[float], None],
        now: Callable[[], float],
        chance: Callable[[], float],
        clock: Clock,
    ) -> None:
        self._client = client
        self._manners = manners
        self._sleep = sleep
        self._now = now
        self._chance = chance
        self._clock = clock
        self._asked: dict[str, float] = {}  # when each host was asked last

    def get(self, request: Request) -> Response:
        """Fetch, as often as manners allow. Errors are sentences without headers or passwords of the address."""
        why, after = "", 0.0
        for attempt in range(self._manners.tries):
            if attempt:
                self._sleep(self._pause(attempt, after))
            try:
                return self._follow(request)
            except _AgainError as error:
                why, after = str(error), error.after
            if after > self._manners.longest:
                raise FetchError(
                    f"{shown(request.url)}: {why} It asks to be left alone for {after / 60:,.0f} minutes."
                    " What was there stays. Sync again then."
                )
        raise FetchError(
            f"{shown(request.url)}: {why} It was asked {self._manners.tries} times. What was there stays."
            " Sync again later; if it goes on, check the address and the proxy."
        )

    def _pause(self, attempt: int, after: float) -> float:
        """Seconds to wait: what the server asks for, and never all clients at the same moment."""
        most: float = min(self._manners.pause * 2 ** (attempt - 1), self._manners.longest)
        return max(after, most / 2) + self._chance() * most / 2

    def _follow(self, request: Request) -> Response:
        url = start = _address(request.url)
        for _ in range(_REDIRECTS):
            self._keep_pace(url.host, request.pace)
            own = _origin(url) == _origin(start)
            answer = self._ask(url, request, dict(request.headers) if own else {})
            if isinstance(answer, Response):
                return answer
            url = _redirected(url, answer, start, request.hosts)
        raise FetchError(
            f"{shown(request.url)} is redirected without end. What was there stays. Check the address."
        )

    def _keep_pace(self, host: str, pace: float) -> None:
        """Wait until the host's last request is `pace` seconds ago."""
        last = self._asked.get(host)
        if last is not None and pace > (past := self._now() - last):
            self._sleep(pace - past)
        self._asked[host] = self._now()

    def _ask(self, url: httpx.URL, request: Request, headers: dict[str, str]) -> Response | str:
        """Ask once. The address that it is redirected to is a text."""
        headers |= {"Accept-Encoding": "gzip", "User-Agent": self._manners.agent}
        headers |= {"If-None-Match": request.etag} if request.etag else {}
        headers |= {"If-Modified-Since": request.modified} if request.modified else {}
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                return self._answered(url, request, answer)
        except (httpx.TransportError, httpx.DecodingError) as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise FetchError(
                    f"{shown(url)}: its certificate is not one that we trust ({error}). Nothing was fetched."
                    " If your network inspects TLS, name its authority: LEADGLASS_FEED_CA=FILE"
                ) from error
            raise _AgainError(f"The connection failed ({type(error).__name__}: {error}).") from error

    def _answered(self, url: httpx.URL, request: Request, answer: httpx.Response) -> Response | str:
        status = answer.status_code
        if status in _MOVED and answer.headers.get("Location"):
            return str(answer.headers["Location"])
        if status in _GONE:
            raise NotServedError(f"{shown(url)}: there is nothing ({status}). Check the address.")
        if status in _AGAIN or status >= 500:
            raise _AgainError(f"The server answered {status}.", self._after(answer))
        if status == 304 and (request.etag or request.modified):
            return _response(url, answer, io.BytesIO(), unchanged=True)
        if status != 200:
            raise FetchError(
                f"{shown(url)}: the server answered {status}. What was there stays. Check the address and the key."
            )
        return self._whole(url, request, answer)

    def _whole(self, url: httpx.URL, request: Request, answer: httpx.Response) -> Response:
        # RFC 9112 6.3: without a length the end is where the connection closes, which a cut is too.
        if not {"content-length", "transfer-encoding"} & set(answer.headers):
            raise RefusedError(
                f"{shown(url)}: the answer says nothing of its length, so it could be cut. What was there stays."
                " Ask who runs that server, or the proxy, to send the length."
            )
        stream = tempfile.SpooledTemporaryFile(max_size=_SPOOLED)  # noqa: SIM115 - who takes the answer closes it
        try:
            self._pour(answer, stream, request.most, shown(url))
        except BaseException:
            stream.close()
            raise
        stream.seek(0)
        return _response(url, answer, cast("BinaryIO", stream))  # it is one in all but name

    def _pour(self, answer: httpx.Response, stream: IO[bytes], most: int, place: str) -> None:
        """Write the bytes out, within bounds of size and time."""
        size, ends = 0, self._now() + self._manners.deadline
        for piece in answer.iter_bytes(_PIECE):
            size += len(piece)
            if size > most:
                raise BoundError(
                    f"{place}: the answer is larger than {most >> 20} MiB. Nothing of it was taken; what was there"
                    " stays. Check the address."
                )
            if self._now() > ends:
                raise _AgainError(f"The answer took longer than {self._manners.deadline / 60:,.0f} minutes.")
            stream.write(piece)

    def _after(self, answer: httpx.Response) -> float:
        """Read Retry-After (RFC 9110 10.2.3): seconds, or a moment, which is one of the server's clock."""
        told = answer.headers.get("Retry-After", "").strip()
        if told.isdecimal():
            return float(told[:9])
        moment = _moment(told)
        if moment is None:
            return 0.0
        date = _moment(answer.headers.get("Date", "")) or self._clock()
        return max((moment - date).total_seconds(), 0.0)


@contextmanager
def web(
    manners: Manners,
    *,
    sleep: Callable[[float], None],
    now: Callable[[], float],
    chance: Callable[[], float],
    clock: Clock,
) -> Iterator[HttpWeb]:
    """Open the network for a block. FetchError where the file of authorities or the proxy cannot be used."""
    try:
        context = ssl.create_default_context()
        if manners.authorities:
            context.load_verify_locations(cafile=manners.authorities)
        client = httpx.Client(
            verify=context,
            timeout=httpx.Timeout(manners.silence),
            follow_redirects=False,
            proxy=manners.proxy or None,
            trust_env=not manners.proxy,
        )
    except (OSError, ValueError, httpx.InvalidURL) as error:
        raise FetchError(
            f"The network cannot be set up ({error}). Check LEADGLASS_FEED_CA and LEADGLASS_FEED_PROXY."
        ) from error
    with client:
        yield HttpWeb(client, manners, sleep=sleep, now=now, chance=chance, clock=clock)


def shown(url: httpx.URL | str) -> str:
    """Write an address without its user, its password and its query: these may be secrets."""
    try:
        plain = httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError):
        return "the address"
    return str(plain)


def _address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"'{text[:80]}' is no address ({error}). Correct the setting.") from error
    if not url.host or (url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK)):
        raise FetchError(
            f"{shown(url)}: only https is fetched (http from this machine alone): anybody on the way could change"
            " what comes. Name an https address."
        )
    return url


def _redirected(url: httpx.URL, location: str, start: httpx.URL, hosts: frozenset[str]) -> httpx.URL:
    """Say where a redirection leads. To another origin only by https, and to a host that is agreed upon."""
    try:
        to = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(
            f"{shown(url)} is redirected to what is no address. What was there stays."
        ) from error
    if _origin(to) != _origin(start) and not (to.scheme == "https" and to.host in hosts):
        raise FetchError(
            f"{shown(start)} is redirected to {shown(to)}, which is not agreed upon. Nothing was fetched from there."
            " If it is right, name that host under `hosts` in policies/feeds.toml."
        )
    return to


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _moment(text: str) -> datetime | None:
    """Read an HTTP date (RFC 9110 5.6.7)."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _response(
    url: httpx.URL,
    answer: httpx.Response,
    stream: BinaryIO,
    *,
    unchanged: bool = False,
) -> Response:
    return Response(
        url=str(url),
        stream=stream,
        unchanged=unchanged,
        etag=answer.headers.get("ETag", ""),
        modified=answer.headers.get("Last-Modified", ""),
        date=_moment(answer.headers.get("Date", "")),
    )
