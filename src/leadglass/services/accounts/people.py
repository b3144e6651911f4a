# SPDX-License-Identifier: Apache-2.0
"""Accounts and their roles: list, give, take back, switch. One person at least stays administrator."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from leadglass.errors import NotFoundError, StateError, UsageError
from leadglass.services.accounts.invite import check, check_name
from leadglass.services.house import ROLES, House
from leadglass.services.ledger.view import View
from leadglass.services.roles import roles
from leadglass.values.accounts import EVERYWHERE, Account, AccountKind, Grant
from leadglass.values.scope import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account as it is listed: who, whether it may sign in, whether it has a second factor, its roles.

    `seen` is when a session of it that is kept was used last, to ten minutes; None where none is kept.
    """

    username: str
    name: str
    email: str
    kind: AccountKind
    active: bool
    second_factor: bool
    grants: tuple[Grant, ...]
    seen: datetime | None = None


def accounts(view: View) -> tuple[AccountRow, ...]:
    """List all accounts with their roles, by name."""
    book = view.house.accounts
    protected, seen = book.protected(), book.seen()
    held: dict[str, list[Grant]] = defaultdict(list)
    for grant in book.grants():
        held[grant.username].append(grant)
    return tuple(
        AccountRow(
            username=account.username,
            name=account.name,
            email=account.email,
            kind=account.kind,
            active=account.active,
            second_factor=account.username in protected,
            grants=tuple(held[account.username]),
            seen=seen.get(account.username),
        )
        for account in book.accounts()
    )


def grant(view: View, username: str, role: str, *, site: str = EVERYWHERE, why: str = "") -> Grant:
    """Give a role at a site, or at all. UsageError where it is held, or there is no such role or site."""
    house, account = view.house, known(view.house, username)
    check(view, role, site)
    if account.kind is AccountKind.BREAK_GLASS:
        raise UsageError("The break-glass account is administrator at all sites, and gets no other role.")
    made = Grant(
        username=account.username, role=role, site=site, by=house.person, why=why.strip() or "granted", at=house.clock()
    )  # fmt: skip
    told = f"{account.username} becomes {role} at {site or 'all sites'}: {made.why}"
    with house.accounts.change(house.person, told, origin=house.origin):
        house.accounts.grant(made)
    return made


def withdraw_grant(view: View, username: str, role: str, *, site: str = EVERYWHERE, why: str = "") -> Account:
    """Take a role back; it counts from the next request on. StateError where nobody else would be administrator."""
    house, account = view.house, known(view.house, username)
    told = f"{account.username} is {role} at {site or 'all sites'} no longer: {why.strip() or 'withdrawn'}"
    with house.accounts.change(house.person, told, origin=house.origin):
        house.accounts.withdraw_grant(account.username, role, site)
        keep_one(house)
    return account


def switch_account(view: View, username: str, *, active: bool, why: str = "") -> Account:
    """Let an account sign in, or no longer; switched off, its sessions end. StateError for the last administrator."""
    house, account = view.house, known(view.house, username)
    told = f"switch {account.username} {'on' if active else 'off'}: {why.strip() or 'no reason given'}"
    with house.accounts.change(house.person, told, origin=house.origin):
        house.accounts.switch(account.username, active=active)
        keep_one(house)
    return known(house, username)


def make_service_account(
    view: View, username: str, role: str, *, site: str = EVERYWHERE, name: str = ""
) -> Account:
    """Make an account for a program: it has a role and tokens, and nobody can sign in with it."""
    house = view.house
    check_name(view, username.strip())
    check(view, role, site)
    with house.accounts.change(
        house.person, f"make the service account {username} as {role}", origin=house.origin
    ):
        made = house.accounts.make(
            Account(
                number=0, username=username.strip(), name=name.strip(), email="", kind=AccountKind.SERVICE, active=True
            )
        )  # fmt: skip
        house.accounts.grant(
            Grant(
                username=made.username, role=role, site=site, by=house.person, why="made with it", at=house.clock()
            )
        )  # fmt: skip
    return made


def known(house: House, username: str) -> Account:
    """Give an account. NotFoundError where there is none of this name."""
    found = house.accounts.account(username.strip())
    if found is None:
        raise NotFoundError(f"There is no account {username}. See `leadglass account list`.")
    return found


def administrators(house: House) -> list[Account]:
    """Give the people who may sign in and are administrator at all sites: the break-glass account is none of them."""
    table = roles(house.policies.get(ROLES, ""))
    ruling = {name for name, role in table.items() if Permission.ADMIN in role.permissions}
    holders = {
        grant.username
        for grant in house.accounts.grants()
        if grant.role in ruling and grant.site == EVERYWHERE
    }
    return [
        account
        for account in house.accounts.accounts()
        if account.active and account.kind is AccountKind.PERSON and account.username in holders
    ]


def keep_one(house: House) -> None:
    """See, before a change is kept, that somebody can still give roles. Others cannot change it meanwhile."""
    if not administrators(house):
        raise StateError(
            "Nobody would be administrator any more; nothing was changed. Make somebody else administrator first."
        )
