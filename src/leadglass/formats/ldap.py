# SPDX-License-Identifier: Apache-2.0
"""Write and read the messages of LDAP (RFC 4511) that a sign-in needs: StartTLS, simple bind, one search, unbind.

BER of definite length alone (5.1). A name that somebody typed is a value of an equality match, never text of a filter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from leadglass.errors import RefusedError

MOST_BYTES = 1 << 20
"""Bytes of one message that are agreed upon."""

SUCCESS, SIZE_LIMIT, INVALID = 0, 4, 49
"""Result codes (4.1.9)."""

# Those by which a directory says that a passphrase lets nobody in: wrong, expired, locked, none held, no such name
DENIED = frozenset({INVALID, 19, 32, 34, 48, 53})

_START_TLS = b"1.3.6.1.4.1.1466.20037"
_BOOLEAN, _INTEGER, _OCTETS, _ENUMERATED, _SEQUENCE, _SET = 0x01, 0x02, 0x04, 0x0A, 0x30, 0x31
_BIND, _BOUND, _UNBIND, _SEARCH, _ENTRY, _DONE, _EXTENDED, _EXTENDED_DONE = (
    0x60,
    0x61,
    0x42,
    0x63,
    0x64,
    0x65,
    0x77,
    0x78,
)
_RESULTS = frozenset({_BOUND, _DONE, _EXTENDED_DONE})
_SHORT, _LENGTHS = 0x80, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a server says: the end of an operation with its code, or an entry with its name and attributes."""

    number: int
    code: int | None = None
    name: str = ""
    attributes: dict[str, tuple[bytes, ...]] = field(default_factory=dict)


def start_tls(number: int) -> bytes:
    """Ask for TLS on this connection (4.14)."""
    return _message(number, _tlv(_EXTENDED, _tlv(0x80, _START_TLS)))


def bind(number: int, name: str, passphrase: str) -> bytes:
    """Say who asks (4.2), by a passphrase."""
    told = _integer(3) + _tlv(_OCTETS, name.encode()) + _tlv(0x80, passphrase.encode())
    return _message(number, _tlv(_BIND, told))


def unbind(number: int) -> bytes:
    """Take leave (4.3)."""
    return _message(number, _tlv(_UNBIND, b""))


def search(
    number: int, base: str, attribute: str, value: str, wanted: Sequence[str], *, most: int, seconds: int
) -> bytes:
    """Ask for the entries below a base of which an attribute has a value (4.5.1.7.1)."""
    equal = _tlv(0xA3, _tlv(_OCTETS, attribute.encode()) + _tlv(_OCTETS, value.encode()))
    told = (
        _tlv(_OCTETS, base.encode())
        + _tlv(_ENUMERATED, b"\x02")  # the whole subtree
        + _tlv(_ENUMERATED, b"\x00")  # aliases are not followed
        + _integer(most)
        + _integer(seconds)
        + _tlv(_BOOLEAN, b"\x00")
        + equal
        + _tlv(_SEQUENCE, b"".join(_tlv(_OCTETS, name.encode()) for name in wanted))
    )
    return _message(number, _tlv(_SEARCH, told))


def length(head: bytes) -> int | None:
    """Give how many bytes a message has that begins so; None where more of its head is needed. RefusedError beyond bounds."""
    if len(head) < 2:
        return None
    if head[0] != _SEQUENCE:
        raise _odd()
    if head[1] < _SHORT:
        return 2 + head[1]
    count = head[1] - _SHORT
    if not 0 < count <= _LENGTHS:
        raise _odd()
    if len(head) < 2 + count:
        return None
    whole = 2 + count + int.from_bytes(head[2 : 2 + count])
    if whole > MOST_BYTES:
        raise _odd()
    return whole


def read(raw: bytes) -> Message:
    """Read a message. RefusedError where it is none; a message that a sign-in does not need has neither code nor name."""
    ((_tag, whole),) = _parts(raw, exactly=1)
    parts = _parts(whole)
    if len(parts) < 2 or parts[0][0] != _INTEGER:
        raise _odd()
    number, (tag, told) = int.from_bytes(parts[0][1], signed=True), parts[1]
    if tag in _RESULTS:
        inner = _parts(told)
        if not inner or inner[0][0] != _ENUMERATED:
            raise _odd()
        return Message(number=number, code=int.from_bytes(inner[0][1], signed=True))
    if tag == _ENTRY:
        (_name_tag, name), (_list_tag, listed) = _parts(told, exactly=2)
        return Message(number=number, name=_text(name), attributes=dict(map(_attribute, _parts(listed))))
    return Message(number=number)


def _attribute(part: tuple[int, bytes]) -> tuple[str, tuple[bytes, ...]]:
    (_type_tag, kind), (_set_tag, values) = _parts(part[1], exactly=2)
    return _text(kind), tuple(value for _, value in _parts(values))


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise _odd() from error


def _parts(raw: bytes, exactly: int = 0) -> list[tuple[int, bytes]]:
    """Take values apart that stand one behind the other, each as its tag and its content."""
    found, at = [], 0
    while at < len(raw):
        if at + 2 > len(raw):
            raise _odd()
        tag, size, at = raw[at], raw[at + 1], at + 2
        if size >= _SHORT:
            count = size - _SHORT
            if not 0 < count <= _LENGTHS or at + count > len(raw):
                raise _odd()
            size, at = int.from_bytes(raw[at : at + count]), at + count
        if at + size > len(raw):
            raise _odd()
        found.append((tag, raw[at : at + size]))
        at += size
    if exactly and len(found) != exactly:
        raise _odd()
    return found


def _message(number: int, operation: bytes) -> bytes:
    return _tlv(_SEQUENCE, _integer(number) + operation)


def _integer(value: int) -> bytes:
    return _tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < _SHORT:
        return bytes((tag, size)) + content
    count = (size.bit_length() + 7) // 8
    return bytes((tag, _SHORT + count)) + size.to_bytes(count) + content


def _odd() -> RefusedError:
    return RefusedError(
        "What the directory answers is no LDAP, or is larger than 1 MiB. Compare its address. Nobody was let in."
    )
