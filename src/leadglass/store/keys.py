# SPDX-License-Identifier: Apache-2.0
"""The home's own signing key: Ed25519 (RFC 8032), its private half sealed by a passphrase as a backup is."""

import io
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from leadglass.errors import StateError
from leadglass.formats import public_key
from leadglass.store import locks, vault
from leadglass.values.bundles import PublicKey


class SigningKey:
    """The key in the folder `keys/` of a home: `leadglass.values.ports.SigningKey`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._private = folder / "bundle.key"
        self._public = folder / "bundle.pub"

    def make(self, passphrase: str) -> PublicKey:
        """Make the key. StateError where there is one: it is never replaced, for others trust it."""
        if self._private.exists():
            raise StateError(
                f"There is a key already: {self._private}. Others trust it, so it is not replaced. To begin anew,"
                " move it away, and give the new public key to everyone."
            )
        made = Ed25519PrivateKey.generate()
        sealed = io.BytesIO()
        vault.seal(io.BytesIO(made.private_bytes_raw()), sealed, passphrase)
        key = PublicKey(raw=made.public_key().public_bytes_raw())
        with locks.told("The key", "No key was made."):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._public, public_key.write(key).encode("ascii"))
            self._write(self._private, sealed.getvalue())
            locks.fsync(self._folder)
        return key

    def public(self) -> PublicKey | None:
        """Give the public half; None where no key was made."""
        if not self._private.exists():
            return None
        try:
            return public_key.read(self._public.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise StateError(f"{self._public} cannot be read ({error}). Restore it from a backup.") from error

    def sign(self, message: bytes, passphrase: str) -> bytes:
        """Sign a message. UsageError for a wrong passphrase; StateError where no key was made."""
        try:
            sealed = self._private.read_bytes()
        except FileNotFoundError:
            raise StateError("This home has no key to sign with. Make one: leadglass feeds key") from None
        opened = io.BytesIO()
        vault.unseal(io.BytesIO(sealed), opened, passphrase)
        return Ed25519PrivateKey.from_private_bytes(opened.getvalue()).sign(message)

    def verify(self, key: PublicKey, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature over the message is of that key, whoever's it is."""
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def _write(self, place: Path, content: bytes) -> None:
        """Write a file for its owner alone, whole or not at all."""
        work = place.with_name(f".{place.name}")
        work.unlink(missing_ok=True)
        descriptor = os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        locks.fsync(work)
        work.rename(place)
