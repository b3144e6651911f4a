# SPDX-License-Identifier: Apache-2.0
"""Sign on by SAML 2.0, and by a directory (LDAP): what they say of somebody, as an arrival."""

from collections.abc import Mapping, Sequence

from leadglass.errors import RefusedError
from leadglass.formats import saml
from leadglass.services.accounts.providers import secret
from leadglass.services.house import House
from leadglass.values.sign_on import Arrival, Provider

_LONGEST_NAME = 256


def between(provider: Provider, us: str, back: str) -> saml.Between:
    """Give who asks whom: `us` is the address that describes us, `back` where the answer is sent."""
    told = provider.told
    return saml.Between(
        us=us, back=back, them=provider.issuer, sign_in=told["sign_in"], certificates=told["certificates"]
    )


def by_saml(provider: Provider, us: str, back: str, response: str, asked: str) -> Arrival:
    """Give who arrives by an answer. RefusedError where it is not to be believed, or names nobody for good."""
    said, told = saml.answer(between(provider, us, back), response, asked), provider.told
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
