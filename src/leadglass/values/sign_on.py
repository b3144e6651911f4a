# SPDX-License-Identifier: Apache-2.0
"""Signing in by somebody else's word: who vouches for whom, with what proof, and which groups give which role."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from leadglass.values.accounts import EVERYWHERE


class ProviderKind(enum.StrEnum):
    """By which standard a provider speaks: OpenID Connect Core 1.0, SAML 2.0, LDAP (RFC 4511)."""

    OIDC = "oidc"
    SAML = "saml"
    LDAP = "ldap"


_LATELY, _SKEW = 360, 60


def lately(at: float, now: float) -> bool:
    """Tell whether somebody who is asked again has just shown who she is: within five minutes, and one for clocks."""
    return -_SKEW <= now - at <= _LATELY


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What members of a group are here: a role at a site."""

    group: str
    role: str
    site: str = EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Somebody whose word lets people in. `issuer` is by which name it is known; `told` are the further words of its kind.

    `strong` are the values of `acr` and `amr` (SAML: of AuthnContextClassRef) by which it says that it asked for a second
    factor; none: it never counts as one. `mapped` says which of its groups give a role.
    """

    key: str
    kind: ProviderKind
    label: str
    issuer: str
    groups: str
    strong: frozenset[str]
    mapped: tuple[Mapped, ...]
    told: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody for whom a provider vouches. Issuer and subject together are who she is; the rest is what is said of her.

    `strong`: the provider says that it asked for a second factor, in words that the table takes for that.
    """

    provider: str
    issuer: str
    subject: str
    username: str = ""
    name: str = ""
    email: str = ""
    groups: frozenset[str] = frozenset()
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntry:
    """An entry of a directory (RFC 4512): its name, and its attributes as text."""

    name: str
    attributes: Mapping[str, tuple[str, ...]]


class Directory(Protocol):
    """A directory that is asked over TLS whether a passphrase is somebody's."""

    def find(self, told: Mapping[str, str], secret: str, username: str) -> DirectoryEntry | None:
        """Give the one entry of a name; None where there is none, or more than one. FetchError where it is not reached."""

    def proves(self, told: Mapping[str, str], entry: DirectoryEntry, passphrase: str) -> bool:
        """Tell whether a passphrase is that of an entry. FetchError where the directory is not reached."""
