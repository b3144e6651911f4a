# SPDX-License-Identifier: Apache-2.0
"""What is asked of a web server and what it gives, in the words of HTTP (RFC 9110)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A GET. `most` bounds the bytes of the answer, `pace` is the least time in seconds since the last one there.

    `headers` go to the origin of `url` alone and are never shown. `etag` and `modified` make it conditional
    (RFC 9110 13.1). `hosts` are those besides its own that it may be redirected to.
    """

    url: str
    most: int = 64 << 20
    pace: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    etag: str = ""
    modified: str = ""
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer, whole: bytes that were cut on their way are none. Who takes the stream closes it.

    `unchanged` is 304, without bytes. `etag` and `modified` are what the next request may be conditional on; `date` is
    the server's clock, if it told.
    """

    url: str
    stream: BinaryIO
    unchanged: bool = False
    etag: str = ""
    modified: str = ""
    date: datetime | None = None

    def body(self) -> bytes:
        """Give all bytes, once: the stream is closed."""
        with self.stream as stream:
            return stream.read()
