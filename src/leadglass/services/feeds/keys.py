# SPDX-License-Identifier: Apache-2.0
"""Keys of bundles: our own, and those of others that a person trusts. Trust has a name, a reason and a history."""

from leadglass.errors import AmbiguousError, NotFoundError, UsageError
from leadglass.formats import public_key
from leadglass.services.house import House
from leadglass.values.bundles import PublicKey
from leadglass.values.people import TrustedKey

_FEWEST = 8  # digits of a fingerprint that may stand for all of it


def make_key(house: House, passphrase: str) -> PublicKey:
    """Make the key that signs the bundles of this home. StateError where there is one."""
    key = house.key.make(passphrase)
    house.log.append("signing key", {"keyid": key.keyid})
    return key


def own_key(house: House) -> PublicKey | None:
    """Give the public half of the key of this home; None where none was made."""
    return house.key.public()


def trust_key(house: House, text: str, *, name: str, why: str = "") -> TrustedKey:
    """Let the bundles of a key in. UsageError where it is no public key, nobody's, or trusted already."""
    key = public_key.read(text)
    if not name.strip():
        raise UsageError("Say whose key it is: --name NAME.")
    trusted = TrustedKey(
        keyid=key.keyid, public=key.text, name=name.strip(), by=house.person, why=why.strip(), at=house.clock(),
    )  # fmt: skip
    with house.register.change(
        house.person, f"key of {trusted.name} trusted: {why or 'no reason given'}", origin=house.origin
    ):
        house.register.trust(trusted)
    return trusted


def trusted_keys(house: House) -> list[TrustedKey]:
    """List the keys whose bundles are let in."""
    return house.register.trusted()


def distrust_key(house: House, name: str, *, why: str = "") -> TrustedKey:
    """Let the bundles of a key in no longer. `name` is its name, or the beginning of its fingerprint."""
    asked = "".join(name.split()).lower()
    found = [
        key
        for key in house.register.trusted()
        if key.name == name.strip() or (len(asked) >= _FEWEST and key.keyid.startswith(asked))
    ]
    if not found:
        raise NotFoundError(f"No key of '{name}' is trusted. List them: leadglass feeds trusted")
    if len(found) > 1:
        raise AmbiguousError(f"'{name}' stands for {len(found)} keys. Give the beginning of a fingerprint.")
    (key,) = found
    with house.register.change(
        house.person, f"key of {key.name} trusted no longer: {why or 'no reason given'}", origin=house.origin
    ):
        house.register.distrust(key.keyid)
    return key
