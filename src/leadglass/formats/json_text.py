# SPDX-License-Identifier: Apache-2.0
"""JSON as it comes (RFC 8259): byte order marks, UTF-16, and what is wrong with it in a sentence."""

import codecs
import re
from datetime import UTC, datetime
from typing import Final

import msgspec

from leadglass.errors import BoundError, UnreadableError

Buffer = bytes | memoryview

FAULTS: Final = (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeError, ValueError)
"""What msgspec raises on text that is no JSON, or not of the shape that was asked for."""

_MARKS: Final = (
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_AT: Final = re.compile(r" - at `\$?(.*?)`\Z", re.DOTALL)


def utf8(raw: Buffer) -> Buffer:
    """Give the document as UTF-8 without a mark; only UTF-16 and UTF-32 are copied (RFC 8259 8.1)."""
    head = bytes(raw[:4])
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return recode(raw, encoding) if encoding else memoryview(raw)[len(mark) :]
    if len(head) == 4 and head.count(0) >= 2:
        nul_first = head[0] == 0
        if head.count(0) == 3:
            return recode(raw, "utf-32-be" if nul_first else "utf-32-le")
        return recode(raw, "utf-16-be" if nul_first else "utf-16-le")
    return raw


def recode(raw: Buffer, encoding: str) -> bytes:
    """Turn a text of another encoding into UTF-8."""
    try:
        return bytes(raw).decode(encoding).encode()
    except UnicodeError as error:
        raise UnreadableError(
            f"The document says it is {encoding.upper()} but is not: {error}. Export it again as UTF-8."
        ) from error


class _Nothing(msgspec.Struct, gc=False):
    """An object of which nothing is built."""


_COUNTED: Final = msgspec.json.Decoder(list[_Nothing | str | int | float | bool | None])
_SPLIT: Final = msgspec.json.Decoder(list[msgspec.Raw])
_SMALL: Final = 16 << 20
_DENSEST: Final = 12


def items(raw: Buffer | msgspec.Raw, most: int) -> list[msgspec.Raw]:
    """Split a list of objects. It is counted first: ten million nothings are small as a text only."""
    number = len(_COUNTED.decode(raw))
    if number > most:
        raise BoundError(f"A list holds {number:,} items; Leadglass reads {most:,}.")
    return _SPLIT.decode(raw)


def refuse_swarm(what: str, raw: Buffer) -> None:
    """Refuse a large document that is mostly commas. Real ones have one in about 36 characters."""
    if len(raw) <= _SMALL:
        return
    view, step = memoryview(raw), 1 << 20
    commas = sum(bytes(view[start : start + step]).count(b",") for start in range(0, len(raw), step))
    if commas * _DENSEST > len(raw):
        raise BoundError(
            f"{what} holds {commas:,} items in {len(raw) >> 20} MiB. It was not read; ask its sender."
        )


def unreadable(what: str, error: Exception) -> UnreadableError:
    """Say in a sentence why a document as a whole cannot be read. `what` begins the sentence: "The feed"."""
    if isinstance(error, RecursionError):
        return BoundError(f"{what} is nested deeper than any real document. It was not read; ask its sender.")
    text = str(error)
    if "truncated" in text:
        return UnreadableError(f"{what} ends in the middle: it was cut off on its way. Fetch it again.")
    if "trailing" in text:
        return UnreadableError(f"{what} is complete, but something follows its end ({text}). Fetch it again.")
    return UnreadableError(
        f"{what} is not valid JSON of its standard: {text}. Fetch it again, or ask its sender."
    )


def place_and_reason(place: str, error: Exception) -> tuple[str, str]:
    """Split what msgspec says of one part into the place in the document and the reason."""
    if isinstance(error, RecursionError):
        return place, "Nested deeper than any real document."
    match = _AT.search(str(error))
    reason = str(error)[: match.start()] if match else str(error)
    return place + (match[1] if match else ""), reason.rstrip(".") + "."


def moment(text: str) -> datetime | None:
    """Read an ISO 8601 time as an aware one in UTC; a time without zone is UTC. None if it is no time."""
    try:
        time = datetime.fromisoformat(text.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
