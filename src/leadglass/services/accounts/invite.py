# SPDX-License-Identifier: Apache-2.0
"""Invite: somebody makes an account herself by a link that holds for some days, once; or renews the one that she has."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from leadglass.errors import NotFoundError, StateError, UsageError
from leadglass.services.house import ROLES
from leadglass.services.ledger.view import View
from leadglass.services.roles import roles
from leadglass.values.accounts import EVERYWHERE, Account, AccountKind, Grant, Invitation

HOLDS = timedelta(days=7)
"""How long an invitation may be used."""

BREAK_GLASS = "break-glass"
"""The name of the account for the day on which everything else fails."""

# No colon: `os:alice` is Alice at the machine, and no account may look like her
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,149}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviting:
    """Who is invited as what. `secret` are the words of the link: 32 random bytes or more as text.

    `again` is for an account that is there: a new passphrase and second factor, the roles as they are. `by_mail`: a mail
    is to carry the link, and counts as not sent until `mailed` says so. `instead` of an invitation, by its digest.
    """

    secret: str
    username: str
    role: str = ""
    site: str = EVERYWHERE
    name: str = ""
    email: str = ""
    again: bool = False
    by_mail: bool = False
    instead: str = ""


def digest(secret: str) -> str:
    """Give what is kept of the words of a link or of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(view: View, inviting: Inviting) -> Invitation:
    """Keep an invitation. UsageError where the name is taken, or nothing like the role or the site is known."""
    house = view.house
    name = _again(view, inviting.username.strip()) if inviting.again else _new(view, inviting)
    made = Invitation(
        digest=digest(inviting.secret),
        username=name,
        name=inviting.name.strip(),
        email=inviting.email.strip(),
        role="" if inviting.again else inviting.role,
        site=inviting.site,
        kind=AccountKind.PERSON,
        by=house.person,
        at=house.clock(),
        until=house.clock() + HOLDS,
        unsent=inviting.by_mail,
    )
    what = "to a new passphrase" if inviting.again else f"as {inviting.role}"
    with house.accounts.change(house.person, f"invite {name} {what}", origin=house.origin):
        if inviting.instead:
            house.accounts.withdraw_invitation(inviting.instead)
        house.accounts.invite(made)
    return made


def mailed(view: View, made: Invitation) -> None:
    """Note that the mail which carries a link went out. NotFoundError where the invitation is open no more."""
    house = view.house
    with house.accounts.change(
        house.person, f"mailed the invitation of {made.username}", origin=house.origin
    ):
        house.accounts.mailed(made.digest)


def _new(view: View, inviting: Inviting) -> str:
    name = inviting.username.strip()
    check_name(view, name)
    check(view, inviting.role, inviting.site)
    return name


def _again(view: View, name: str) -> str:
    """Give the name of an account whose person may choose a new passphrase."""
    found = view.house.accounts.account(name)
    if found is None:
        raise UsageError(f"There is no account {name}. Invite without --again, with a role.")
    if found.kind is not AccountKind.PERSON:
        raise UsageError(f"{found.username} is no account of a person. Renew it with `leadglass account`.")
    if not found.active:
        raise StateError(f"{found.username} is switched off. Switch it on first: leadglass account on")
    return found.username


def check_name(view: View, name: str) -> None:
    """See that an account may get this name. UsageError where it is taken or odd."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            "An account has a name of letters, digits and . _ @ + - without spaces, for example a.chair. Give one."
        )
    if view.house.accounts.account(name) or name.lower() == BREAK_GLASS:
        raise UsageError(f"There is an account {name} already. Choose another name.")


def check(view: View, role: str, site: str) -> None:
    """See that there is such a role, and such a site. UsageError names those that there are."""
    known = roles(view.house.policies.get(ROLES, ""))
    if role not in known:
        raise UsageError(f"There is no role {role or 'of no name'}. Choose one of: {', '.join(known)}.")
    sites = sorted({device.site for device in view.house.register.devices()})
    if site != EVERYWHERE and site not in sites:
        raise UsageError(f"No site is called {site}. Sites: {', '.join(sites) or 'none is known yet'}.")


def invitations(view: View) -> tuple[Invitation, ...]:
    """List the invitations that nobody used or took back, oldest first; those that hold no longer too."""
    return tuple(view.house.accounts.invitations())


def withdraw_invitation(view: View, username: str) -> int:
    """Take every open invitation of a name back; say how many. NotFoundError where none is open."""
    house = view.house
    with house.accounts.change(house.person, f"take back the invitation of {username}", origin=house.origin):
        found = [told for told in house.accounts.invitations() if told.username == username]
        for told in found:
            house.accounts.withdraw_invitation(told.digest)
    if not found:
        raise NotFoundError(f"No invitation of {username} is open. See `leadglass account list`.")
    return len(found)


def welcome(view: View, secret: str) -> Invitation:
    """Give the invitation of a link. NotFoundError where it was used, taken back, or holds no longer."""
    found = view.house.accounts.invitation(digest(secret))
    if found is None or found.until < view.house.clock():
        raise NotFoundError(
            "This invitation holds no longer: it was used, taken back, or is older than 7 days. Ask for another."
        )
    return found


def accept(view: View, secret: str, passphrase: str) -> Account:
    """Make the account of an invitation, or renew it. Within a change that its caller opened."""
    found, accounts = welcome(view, secret), view.house.accounts
    accounts.use_invitation(found.digest)
    account = made_of(view, found) if found.role else _renewed(view, found)
    accounts.set_passphrase(account.username, passphrase)
    return account


def made_of(view: View, found: Invitation) -> Account:
    """Make the account of an invitation, with its role and without a passphrase. Within a change that its caller opened."""
    accounts = view.house.accounts
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


def _renewed(view: View, found: Invitation) -> Account:
    account = view.house.accounts.account(found.username)
    if account is None or not account.active:
        raise NotFoundError(f"The account {found.username} is switched off. Ask an administrator.")
    view.house.accounts.forget_factors(account.username)
    view.house.accounts.withdraw_links(account.username)
    return account
