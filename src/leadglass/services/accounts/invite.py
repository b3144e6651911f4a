# SPDX-License-Identifier: Apache-2.0
"""Invite: somebody makes an account herself by a link that holds for some days, once."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from leadglass.errors import NotFoundError, UsageError
from leadglass.services.accounts.roles import roles
from leadglass.services.house import ROLES
from leadglass.services.ledger.view import View
from leadglass.values.accounts import EVERYWHERE, Account, AccountKind, Grant, Invitation

HOLDS = timedelta(days=7)
"""How long an invitation may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviting:
    """Who is invited as what. `secret` are the words of the link: 32 random bytes or more as text."""

    secret: str
    username: str
    role: str
    site: str = EVERYWHERE
    name: str = ""
    email: str = ""
    kind: AccountKind = AccountKind.PERSON


def digest(secret: str) -> str:
    """Give what is kept of the words of a link or of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(view: View, inviting: Inviting) -> Invitation:
    """Keep an invitation. UsageError where the name is taken, or nothing like the role or the site is known."""
    house, name = view.house, inviting.username.strip()
    if not name or any(letter.isspace() for letter in name):
        raise UsageError("An account has a name without spaces, for example a.chair. Give one.")
    if house.accounts.account(name):
        raise UsageError(f"There is an account {name} already. Choose another name.")
    check(view, inviting.role, inviting.site)
    made = Invitation(
        digest=digest(inviting.secret),
        username=name,
        name=inviting.name.strip(),
        email=inviting.email.strip(),
        role=inviting.role,
        site=inviting.site,
        kind=inviting.kind,
        by=house.person,
        at=house.clock(),
        until=house.clock() + HOLDS,
    )
    with house.accounts.change(house.person, f"invite {name} as {inviting.role}", origin=house.origin):
        house.accounts.invite(made)
    return made


def check(view: View, role: str, site: str) -> None:
    """See that there is such a role, and such a site. UsageError names those that there are."""
    known = roles(view.house.policies.get(ROLES, ""))
    if role not in known:
        raise UsageError(f"There is no role {role}. Choose one of: {', '.join(known)}.")
    sites = sorted({device.site for device in view.house.register.devices()})
    if site != EVERYWHERE and site not in sites:
        raise UsageError(f"No site is called {site}. Sites: {', '.join(sites) or 'none is known yet'}.")


def welcome(view: View, secret: str) -> Invitation:
    """Give the invitation of a link. NotFoundError where it was used, taken back, or holds no longer."""
    found = view.house.accounts.invitation(digest(secret))
    if found is None or found.until < view.house.clock():
        raise NotFoundError(
            "This invitation holds no longer: it was used, taken back, or is older than 7 days. Ask for another."
        )
    return found


def accept(view: View, secret: str) -> Account:
    """Make the account of an invitation, and give it its role. Within a change that its caller opened."""
    found, accounts = welcome(view, secret), view.house.accounts
    accounts.use_invitation(found.digest)
    account = accounts.make(
        Account(
            number=0,
            username=found.username,
            name=found.name,
            email=found.email,
            kind=found.kind,
            active=True,
        )
    )
    accounts.grant(
        Grant(
            username=found.username,
            role=found.role,
            site=found.site,
            by=found.by,
            why="invited",
            at=view.house.clock(),
        )
    )
    return account
