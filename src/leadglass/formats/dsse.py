# SPDX-License-Identifier: Apache-2.0
"""Read and write DSSE envelopes (Dead Simple Signing Envelope 1.0): a payload, its type, signatures over both."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

import msgspec

from leadglass.errors import UnreadableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature; `keyid` is a hint and is not signed itself (protocol, section "Signature Definition")."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload with the signatures over its type and bytes."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


class _Sig(msgspec.Struct):
    sig: str
    keyid: str = ""


class _Json(msgspec.Struct):
    payload: str
    payloadType: str  # noqa: N815 - the envelope's own key
    signatures: list[_Sig]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Give the bytes that are signed: "DSSEv1" and, each behind its length, type and payload (protocol, PAE).

    >>> pae("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def write(envelope: Envelope) -> bytes:
    """Write an envelope; the same one gives the same bytes."""
    told = {
        "payload": b64encode(envelope.payload).decode("ascii"),
        "payloadType": envelope.payload_type,
        "signatures": [
            {"keyid": one.keyid, "sig": b64encode(one.sig).decode("ascii")} for one in envelope.signatures
        ],
    }
    return msgspec.json.encode(told)


def read(raw: bytes) -> Envelope:
    """Read an envelope. Nothing in it is verified. UnreadableError where it is none."""
    try:
        told = msgspec.json.decode(raw, type=_Json)
        signatures = tuple(Signature(keyid=one.keyid, sig=_bytes(one.sig)) for one in told.signatures)
        return Envelope(payload_type=told.payloadType, payload=_bytes(told.payload), signatures=signatures)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableError(f"The signed list is no DSSE envelope ({error}). Fetch it again.") from error


def _bytes(text: str) -> bytes:
    """Read base64 of either alphabet (envelope: "standard or URL-safe"); ValueError for any other sign."""
    return b64decode(
        text.encode("ascii"), altchars=b"-_" if "-" in text or "_" in text else None, validate=True
    )
