# SPDX-License-Identifier: Apache-2.0
"""What is sent to another server, and what it answers, in the words of HTTP (RFC 9110)."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A request. `headers` and `body` are never shown. `hosts` are those besides its own that it may be redirected to.

    `most` bounds the bytes of the answer, `seconds` the time until it is whole (0: each piece of it alone is waited for).
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    hosts: frozenset[str] = frozenset()
    most: int = 8 << 20
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer, whole. `after` is how many seconds the server asks to be left alone, 0 where it does not."""

    status: int
    body: bytes
    after: float = 0.0

    @property
    def good(self) -> bool:
        """Tell whether it was done."""
        return 200 <= self.status < 300


class Outward(Protocol):
    """The way to servers that are told something."""

    def send(self, sending: Sending) -> Answered:
        """Send once. FetchError where no whole answer came: whether it was done is not known then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """A mail in plain text and in HTML. `key` makes its Message-ID, by which a receiver knows one that comes twice."""

    to: str
    key: str
    subject: str
    text: str
    html: str


class Mail(Protocol):
    """The way of mail."""

    @property
    def ready(self) -> bool:
        """Tell whether a server of mail is set."""

    def opened(self) -> AbstractContextManager["Letters"]:
        """Open a connection for a block. FetchError where the server cannot be used."""


class Letters(Protocol):
    """A connection to a server of mail."""

    def send(self, mailed: Mailed) -> None:
        """Hand a mail over. FetchError where the server did not take it."""
