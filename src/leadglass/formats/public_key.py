# SPDX-License-Identifier: Apache-2.0
"""Read and write Ed25519 public keys as people pass them on: PEM (RFC 7468) or its one line of base64 (RFC 8410)."""

import re
from base64 import b64decode
from binascii import Error

from leadglass.errors import UsageError
from leadglass.values.bundles import PublicKey

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----")
_DER, _RAW = 44, 32


def read(text: str) -> PublicKey:
    """Read a key. UsageError for what is none; a private key is refused without being shown."""
    if "PRIVATE" in text:
        raise UsageError(
            "This is a private key, and nobody but its owner should have it. Ask for the public key; the owner"
            " should make a new pair."
        )
    match = _PEM.search(text)
    body = "".join((match[1] if match else text).split())
    try:
        raw = b64decode(body.encode("ascii"), validate=True)
    except (Error, ValueError):
        raw = b""
    key = PublicKey(raw=raw[-_RAW:])
    if len(raw) != _DER or key.der != raw:
        raise UsageError(
            "This is no Ed25519 public key. Give the file, or the line of 60 characters that begins with"
            " MCowBQYDK2VwAyEA, as leadglass feeds key prints it."
        )
    return key


def write(key: PublicKey) -> str:
    """Write a key as PEM, which other programs read too."""
    return f"-----BEGIN PUBLIC KEY-----\n{key.text}\n-----END PUBLIC KEY-----\n"


def shown(keyid: str) -> str:
    """Write a fingerprint in groups of eight, so that two people can compare it by telephone.

    >>> shown("0123456789abcdef")
    '01234567 89abcdef'
    """
    return " ".join(keyid[start : start + 8] for start in range(0, len(keyid), 8))
