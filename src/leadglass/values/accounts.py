# SPDX-License-Identifier: Apache-2.0
"""Who may do what where: accounts, the roles that they are given site by site, invitations, tokens of services."""

import enum
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from leadglass.values.scope import Permission, Scope

EVERYWHERE = ""
"""The site of a grant that holds at all sites, those to come included."""


class AccountKind(enum.StrEnum):
    """Who stands behind an account. `break_glass` works when sign-on and mail do not, and its use is told to all."""

    PERSON = "person"
    SERVICE = "service"
    BREAK_GLASS = "break_glass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in. `number` is her key in the register, which never changes."""

    number: int
    username: str
    name: str
    email: str
    kind: AccountKind
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role: its name, what it is for in one sentence, and what it permits."""

    name: str
    meaning: str
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role that an account has at a site (EVERYWHERE = at all). `at` is aware, in UTC."""

    username: str
    role: str
    site: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An account that somebody may make herself until a moment, once. `digest` is the SHA-256 of the words of its link.

    Without a role it is for an account that is there: its person chooses a new passphrase and second factor.
    `unsent`: the mail that is to carry its link has not gone out.
    """

    digest: str
    username: str
    name: str
    email: str
    role: str
    site: str
    kind: AccountKind
    by: str
    at: datetime
    until: datetime
    unsent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token of a service account. It permits what both it and its account do, until it expires.

    `mark` are the first letters of the token, by which people know it; `digest` is the SHA-256 of all of it.
    """

    mark: str
    digest: str
    username: str
    label: str
    permissions: tuple[Permission, ...]
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A use of the break-glass account, told to everybody until an administrator settles it with a reason."""

    number: int
    username: str
    origin: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The account that somebody of a provider has here. `at` is aware, in UTC."""

    issuer: str
    subject: str
    username: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an account may do at which sites: site -> permissions; EVERYWHERE holds at all of them."""

    permitted: Mapping[str, frozenset[Permission]]

    def scope(self, permission: Permission) -> Scope:
        """Give the sites at which a permission is held, and what is permitted at each of these.

        Nowhere held, the scope has no site and no permission.
        """
        everywhere = self.permitted.get(EVERYWHERE, frozenset())
        if permission in everywhere:
            return Scope(sites=None, permissions=everywhere)
        held = {site: everywhere | more for site, more in self.permitted.items() if permission in more}
        if not held:
            return Scope(sites=frozenset(), permissions=frozenset())
        return Scope(sites=frozenset(held), permissions=frozenset.intersection(*held.values()))

    def narrowed(self, permissions: frozenset[Permission]) -> "Access":
        """Take away what is not among some permissions: a token may do less than its account."""
        return Access(permitted={site: held & permissions for site, held in self.permitted.items()})


class Accounts(Protocol):
    """The accounts of the register. Writing happens within `Register.change`, as all of it."""

    def account(self, username: str) -> Account | None:
        """Give one account."""

    def accounts(self) -> list[Account]:
        """Give all accounts, by name."""

    def make(self, account: Account) -> Account:
        """Make an account without a passphrase; its number is given. UsageError where the name is taken."""

    def switch(self, username: str, *, active: bool) -> None:
        """Let an account sign in, or no longer."""

    def set_passphrase(self, username: str, passphrase: str) -> None:
        """Give an account a passphrase; its sessions end."""

    def protected(self) -> frozenset[str]:
        """Name the accounts that have a second factor."""

    def seen(self) -> Mapping[str, datetime]:
        """Tell when sessions that are kept were used last, by account."""

    def forget_factors(self, username: str) -> None:
        """Remove the second factors and recovery codes of an account."""

    def end_sessions(self, username: str) -> None:
        """Sign an account out everywhere."""

    def grants(self, username: str = "") -> list[Grant]:
        """Give the grants that hold, of one account or of all, oldest first."""

    def grant(self, grant: Grant) -> None:
        """Give a role. UsageError where it is held already."""

    def withdraw_grant(self, username: str, role: str, site: str) -> None:
        """Take a role back. NotFoundError where it is not held."""

    def invite(self, invitation: Invitation) -> None:
        """Keep an invitation."""

    def invitation(self, digest: str) -> Invitation | None:
        """Give an invitation that was not used and not withdrawn, expired or not."""

    def invitations(self) -> list[Invitation]:
        """Give those that were not used and not withdrawn, oldest first."""

    def use_invitation(self, digest: str) -> None:
        """Mark an invitation as used. NotFoundError where none of this digest is open."""

    def mailed(self, digest: str) -> None:
        """Note that the mail of an invitation went out. NotFoundError where none of this digest is open."""

    def withdraw_invitation(self, digest: str) -> None:
        """Take an invitation back. NotFoundError where none of this digest is open."""

    def token(self, digest: str) -> AccessToken | None:
        """Give a token that was not withdrawn, expired or not."""

    def tokens(self, username: str = "") -> list[AccessToken]:
        """Give the tokens that were not withdrawn, of one account or of all, oldest first."""

    def issue(self, token: AccessToken) -> None:
        """Keep a token."""

    def withdraw_token(self, mark: str) -> None:
        """Let a token in no longer. NotFoundError where none of this mark is held."""

    def raise_alarm(self, username: str, origin: str) -> Alarm:
        """Note that the break-glass account was used."""

    def alarms(self) -> list[Alarm]:
        """Give the uses of the break-glass account that nobody settled, oldest first."""

    def settle_alarm(self, number: int, by: str, why: str) -> None:
        """Mark a use as looked into. NotFoundError where none of this number is open."""

    def link(self, issuer: str, subject: str) -> Link | None:
        """Give the account that somebody of a provider has."""

    def links(self, username: str) -> list[Link]:
        """Give whom an account is connected with, oldest first."""

    def keep_link(self, link: Link) -> None:
        """Connect an account with somebody of a provider. UsageError where she has one already."""

    def withdraw_links(self, username: str, issuer: str = "") -> int:
        """End the connections of an account, with one provider or with all; say how many."""

    def change(self, by: str, why: str, *, origin: str) -> AbstractContextManager[Any]:
        """Open a change of the register."""
