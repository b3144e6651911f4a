# SPDX-License-Identifier: Apache-2.0
"""Sign on by SAML 2.0, and by a directory (LDAP): what they say of somebody, as an arrival."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadglass.errors import RefusedError, StateError
from leadglass.formats import saml
from leadglass.services.accounts.providers import secret
from leadglass.services.house import House
from leadglass.values.sign_on import Arrival, Provider, lately

_LONGEST_NAME = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked: by whom (`us`), answered where, the name of the question; `again`: to show once more who she is."""

    us: str
    back: str
    question: str
    again: bool


def between(house: House, provider: Provider, us: str, back: str) -> saml.Between:
    """Give who asks whom: `us` is the address that describes us, `back` where the answer is sent.

    StateError where assertions are to be encrypted to a certificate of ours whose key is not set.
    """
    told = provider.told
    key = secret(house, provider.key) if told["certificate"] else ""
    if told["certificate"] and not key:
        raise StateError(
            f"{provider.label} is to encrypt what it says to our certificate, but no private key of ours is set. Put it into"
            f" LEADGLASS_SIGN_ON_SECRETS: {provider.key}, a blank, the key in PKCS #8 as base64 in one line."
        )
    return saml.Between(
        us=us,
        back=back,
        them=provider.issuer,
        sign_in=told["sign_in"],
        certificates=told["certificates"],
        certificate=told["certificate"],
        key=key,
    )


def by_saml(house: House, provider: Provider, asked: Asked, response: str) -> Arrival:
    """Give who arrives by an answer. RefusedError where it is not to be believed, or names nobody for good."""
    said = saml.answer(between(house, provider, asked.us, asked.back), response, asked.question)
    told = provider.told
    if asked.again and not (said.at and lately(said.at.timestamp(), house.clock().timestamp())):
        # ForceAuthn (saml-core-2.0-os, 3.4.1) is a wish until its answer says that it was heard
        raise RefusedError(
            f"{provider.label} does not say that you have just signed in there. Sign out there, and try again."
        )
    if told["subject"]:
        subject = _first(said.attributes, told["subject"])
    else:
        # A transient name is of today, a mail address may be given to another tomorrow
        subject = said.subject if said.format == saml.PERSISTENT else ""
    if not subject:
        raise RefusedError(
            f"{provider.label} does not say who you are by a name that stays: a persistent NameID, or the attribute that"
            " policies/sign_on.toml names as `subject`. Nobody was let in. Ask who keeps it."
        )
    return _arrival(provider, subject, said.attributes, strong=bool(said.contexts & provider.strong))


def by_directory(house: House, provider: Provider, username: str, passphrase: str) -> Arrival | None:
    """Give who arrives by name and passphrase; None where they do not belong together. FetchError where it is not reached."""
    if not username or not passphrase or len(username) > _LONGEST_NAME or "\0" in username + passphrase:
        return None
    entry = house.directory.find(provider.told, secret(house, provider.key), username)
    if entry is None or not house.directory.proves(provider.told, entry, passphrase):
        return None
    subject = _first(entry.attributes, provider.told["subject"])
    if not subject:
        raise RefusedError(
            f"{provider.label} does not tell {provider.told['subject']!r} of you, by which it would know you. Nobody was let"
            " in. Name an attribute under `subject` in policies/sign_on.toml that never changes and that we may read."
        )
    return _arrival(provider, subject, entry.attributes, strong=False)


def _arrival(provider: Provider, subject: str, told: Mapping[str, Sequence[str]], *, strong: bool) -> Arrival:
    names = provider.told
    return Arrival(
        provider=provider.key,
        issuer=provider.issuer,
        subject=subject,
        username=_first(told, names["username"]),
        name=_first(told, names["name"]),
        email=_first(told, names["email"]),
        groups=frozenset(told.get(provider.groups, ())),
        strong=strong,
    )


def _first(told: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(told.get(name, ())), "")
