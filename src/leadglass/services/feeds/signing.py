# SPDX-License-Identifier: Apache-2.0
"""Sign the list of a bundle, and open one: only what a key signed that a person trusts is read (DSSE 1.0)."""

from collections.abc import Mapping

from leadglass.errors import PermissionDeniedError, UnreadableError
from leadglass.formats import bundle, dsse, public_key
from leadglass.services.house import House
from leadglass.values.bundles import PAYLOAD_TYPE, Contents, PublicKey


def sign(house: House, contents: Contents, passphrase: str) -> bytes:
    """Write the signed list."""
    payload = bundle.write(contents)
    signature = house.key.sign(dsse.pae(PAYLOAD_TYPE, payload), passphrase)
    signed = dsse.Signature(keyid=contents.key, sig=signature)
    return dsse.write(dsse.Envelope(payload_type=PAYLOAD_TYPE, payload=payload, signatures=(signed,)))


def opened(house: House, raw: bytes, keys: Mapping[str, PublicKey]) -> tuple[Contents, dsse.Envelope]:
    """Verify a signed list against keys by their ids, and read it.

    PermissionDeniedError where none of these keys signed it; UnreadableError where one says so and did not.
    """
    envelope = dsse.read(raw)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise UnreadableError(f"The signed list is of the type '{envelope.payload_type[:60]}', no bundle's.")
    known = [one for one in envelope.signatures if one.keyid in keys]
    if not known:
        raise PermissionDeniedError(_unknown(envelope))
    for one in known:
        if not house.key.verify(keys[one.keyid], dsse.pae(envelope.payload_type, envelope.payload), one.sig):
            raise UnreadableError(
                f"The signature of the key {one.keyid[:16]} is wrong: the list of the bundle was changed or damaged."
                " Nothing was taken. Copy it again; if that does not help, ask its maker."
            )
    contents = bundle.read(envelope.payload)
    if contents.key not in {one.keyid for one in known}:
        raise UnreadableError(
            "The list of the bundle names another key than the one that signed it. Ask its maker."
        )
    return contents, envelope


def _unknown(envelope: dsse.Envelope) -> str:
    named = [public_key.shown(one.keyid[:64]) for one in envelope.signatures[:3]]
    if not named:
        return "The bundle is not signed. Nothing was taken. Ask its maker for a signed one."
    return (
        f"Nobody here trusts the key that signed this bundle; its fingerprint is: {', or '.join(named)}. Nothing was"
        " taken. Ask the maker for the public key, compare this fingerprint by telephone, and trust it:"
        " leadglass feeds trust KEYFILE --name NAME"
    )
