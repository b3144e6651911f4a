# SPDX-License-Identifier: Apache-2.0
"""What goes between a command line and a server elsewhere, and what a server keeps of the requests that it answered."""

from dataclasses import dataclass, field
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is, and the token that it knows us by. `authorities`: a file of certificates to trust as well."""

    url: str
    token: str = field(default="", repr=False)
    authorities: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request: what is asked in the query, and the body. `key` names it, so that it has its effect once."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    json: bytes | None = None
    octets: BinaryIO | None = None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer: the status of HTTP, its type, and the bytes."""

    status: int
    raw: bytes
    kind: str = ""


class Wire(Protocol):
    """The way to another machine."""

    def __call__(self, sent: Sent) -> Answered:
        """Ask. FetchError where no answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of a request that came before under the same key; `answer` is None while it is being worked on."""

    same: bool
    answer: Answered | None


class Answers(Protocol):
    """The requests of the last day that came under a key, each with its answer."""

    def claim(self, person: str, key: str, content: str) -> Kept | None:
        """Take a key for a request whose content has this hash; None: it is ours. BusyError where one has too many."""

    def keep(self, person: str, key: str, content: str, answer: Answered) -> None:
        """Keep the answer to what was claimed."""

    def release(self, person: str, key: str) -> None:
        """Let go of a key: the request had no effect, and may come again."""
