# SPDX-License-Identifier: Apache-2.0
"""Read the table of sign-on, policies/sign_on.toml: who vouches for people, and which of their groups have a role here."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from leadglass.errors import NotFoundError, UnreadableError
from leadglass.services.house import ROLES, SIGN_ON, House
from leadglass.services.roles import roles
from leadglass.values.sign_on import Mapped, Provider, ProviderKind

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ASKED: Mapping[ProviderKind, Mapping[str, str | None]] = {
    ProviderKind.OIDC: {
        "issuer": None, "client": None, "scope": "openid profile email", "username": "preferred_username",
        "groups": "groups",
    },
    ProviderKind.SAML: {
        "issuer": None, "sign_in": None, "certificates": None, "certificate": "", "subject": "", "username": "uid",
        "name": "displayName", "email": "mail", "groups": "groups",
    },
    ProviderKind.LDAP: {
        "url": None, "base": None, "bind": "", "authorities": "", "subject": "entryUUID", "username": "uid",
        "name": "cn", "email": "mail", "groups": "memberOf",
    },
}  # fmt: skip
"""What each kind is told, with what is usual; None: it has to be said."""

_COMMON = frozenset({"kind", "label", "second_factor", "roles"})
_ADDRESSES: Mapping[ProviderKind, tuple[str, frozenset[str]]] = {
    ProviderKind.OIDC: ("issuer", frozenset({"https"})),
    ProviderKind.SAML: ("sign_in", frozenset({"https"})),
    # ldap:// is spoken with StartTLS alone (RFC 4511, 4.14): no passphrase goes in the clear
    ProviderKind.LDAP: ("url", frozenset({"ldaps", "ldap"})),
}


def providers(house: House) -> Mapping[str, Provider]:
    """Give who vouches for people, by key; none where the table is absent. UnreadableError where it cannot be read."""
    own = house.policies.get(SIGN_ON, "")
    return read(own, house) if own else {}


def read(own: str, house: House) -> Mapping[str, Provider]:
    """Read a table of sign-on, which gives roles of the house. UnreadableError where it cannot be read."""
    return _read(own, frozenset(roles(house.policies.get(ROLES, ""))))


def provider(house: House, key: str) -> Provider:
    """Give one. NotFoundError where the table has none of this key."""
    found = providers(house).get(key)
    if found is None:
        raise NotFoundError("Nobody of this name vouches for people here. Sign in with a passphrase.")
    return found


def secret(house: House, key: str) -> str:
    """Give the secret that we share with a provider; empty where none is set. One a line: its key, a blank, the secret."""
    for line in house.sign_on_secrets().splitlines():
        named, _, said = line.strip().partition(" ")
        if named == key:
            return said.strip()
    return ""


@cache
def _read(text: str, known: frozenset[str]) -> Mapping[str, Provider]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/{SIGN_ON} is no TOML: {error}. Mend it, or remove it.") from error
    return {key: _provider(key, row, known) for key, row in told.items() if key != "version"}


def _provider(key: str, row: Any, known: frozenset[str]) -> Provider:
    if not _KEY.fullmatch(key) or not isinstance(row, dict):
        raise _odd(key, "is no table with a name of small letters, digits, - and _")
    try:
        kind = ProviderKind(str(row.get("kind")))
    except ValueError as error:
        raise _odd(key, f"has to say its kind: {', '.join(ProviderKind)}") from error
    asked = _ASKED[kind]
    strange = sorted(row.keys() - asked.keys() - _COMMON)
    if strange:
        raise _odd(key, f"has words that a provider by {kind} does not take: {', '.join(strange)}")
    told = {name: _text(key, name, row.get(name, usual)) for name, usual in asked.items()}
    _check_address(key, kind, told)
    strong = row.get("second_factor", [])
    if not isinstance(strong, list) or not all(isinstance(word, str) and word for word in strong):
        raise _odd(key, "lists under second_factor the words by which it says that it asked for one")
    if strong and kind is ProviderKind.LDAP:
        raise _odd(
            key, "cannot ask for a second factor: a directory knows a passphrase alone. Remove second_factor"
        )
    return Provider(
        key=key,
        kind=kind,
        label=_text(key, "label", row.get("label", key)),
        issuer=told.get("issuer") or f"ldap:{told['base'].lower()}",
        groups=told["groups"],
        strong=frozenset(strong),
        mapped=tuple(_mapped(key, one, known) for one in row.get("roles", [])),
        told=told,
    )


def _text(key: str, name: str, value: Any) -> str:
    if name == "certificates" and isinstance(value, list) and value:
        value = "\n".join(str(one).strip() for one in value)
    if not isinstance(value, str) or (value == "" and name in {"issuer", "client", "url", "base", "sign_in"}):
        raise _odd(key, f"has to say {name}, as text")
    return value.strip()


def _check_address(key: str, kind: ProviderKind, told: Mapping[str, str]) -> None:
    name, schemes = _ADDRESSES[kind]
    address = urlsplit(told[name])
    here = address.scheme == "http" and address.hostname in _LOOPBACK
    if not address.hostname or (
        address.scheme not in schemes and not (here and kind is not ProviderKind.LDAP)
    ):
        raise _odd(
            key, f"has {name} = {told[name]!r}, which is no address by {' or '.join(sorted(schemes))}://"
        )


def _mapped(key: str, one: Any, known: frozenset[str]) -> Mapped:
    if not isinstance(one, dict) or not one.keys() <= {"group", "role", "site"} or not one.get("group"):
        raise _odd(
            key, "lists under roles what members of a group are: { group = ..., role = ..., site = ... }"
        )
    if one.get("role") not in known:
        raise _odd(key, f"gives the role {one.get('role')!r}, which is none of: {', '.join(sorted(known))}")
    return Mapped(group=str(one["group"]), role=one["role"], site=str(one.get("site", "")))


def _odd(key: str, what: str) -> UnreadableError:
    return UnreadableError(f"policies/{SIGN_ON}: [{key}] {what}. See docs/security-model.md, Sign-on.")
