# SPDX-License-Identifier: Apache-2.0
"""Check detached OpenPGP signatures (RFC 9580) by certificates whose fingerprints are given.

Sequoia does it, by its standard policy: what weak hashes sign is not signed. It is the optional extra `feeds`;
without it nothing is checked, and `available` says so.
"""

from collections.abc import Collection, Sequence
from importlib.util import find_spec
from typing import Any

from leadglass.errors import UnreadableError


def available() -> bool:
    """Tell whether signatures can be checked here."""
    return find_spec("pysequoia") is not None


def fingerprints(raw: bytes) -> tuple[str, ...]:
    """Give the fingerprints (lower case hex) of the certificates in a file; UnreadableError where there is none."""
    return tuple(str(one.fingerprint).lower() for one in _certificates(raw))


def verify(content: bytes, signature: bytes, keys: Sequence[bytes], pinned: Collection[str]) -> str:
    """Give the fingerprint of the pinned certificate that signed. UnreadableError where none of them did."""
    from pysequoia import Sig  # noqa: PLC0415 - an optional extra
    from pysequoia import verify as check  # noqa: PLC0415 - the same

    good = [one for raw in keys for one in _certificates(raw) if str(one.fingerprint).lower() in pinned]
    if not good:
        raise UnreadableError("There is no key that is pinned, so the signature cannot be checked.")
    try:
        found = check(bytes=content, store=lambda _ids: good, signature=Sig.from_bytes(signature))
        signers = [str(one.certificate).lower() for one in found.valid_sigs]
    except (
        Exception
    ) as error:  # the library raises RuntimeError for all it finds wrong, with a trace in its text
        raise UnreadableError(f"Its signature is not good: {_first_line(error)}.") from error
    if not set(signers) & set(pinned):
        raise UnreadableError("Its signature is of no key that is pinned.")
    return next(signer for signer in signers if signer in pinned)


def _certificates(raw: bytes) -> list[Any]:
    from pysequoia import Cert  # noqa: PLC0415 - an optional extra

    try:
        found = Cert.split_bytes(raw)
    except Exception as error:
        raise UnreadableError(f"The OpenPGP key cannot be read: {_first_line(error)}.") from error
    if not found:
        raise UnreadableError("The file of the OpenPGP key holds none.")
    if any(one.is_revoked for one in found):
        raise UnreadableError("The OpenPGP key was revoked by its owner.")
    return list(found)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")[:200]
