# SPDX-License-Identifier: Apache-2.0
"""Somebody arrives for whom a provider vouches: find her account by issuer and subject, never by name or mail.

Without an account she needs an invitation, or a group that the table gives a role. Roles that the table gives follow the
groups at each sign-in; roles that people gave stay.
"""

from leadglass.errors import NotFoundError, PermissionDeniedError, UsageError
from leadglass.services.accounts.invite import check_name, digest, made_of, welcome
from leadglass.services.accounts.people import administrators, keep_one
from leadglass.services.house import House
from leadglass.services.ledger.view import View
from leadglass.values.accounts import Account, AccountKind, Grant, Link
from leadglass.values.sign_on import Arrival, Provider


def by(provider: Provider) -> str:
    """Name who gives the roles that the table gives, and who makes the accounts of its people."""
    return f"sign-on {provider.key}"


def arrive(view: View, provider: Provider, arrival: Arrival, *, invitation: str = "") -> Account:
    """Give the account of who arrives, with the roles that her groups have. `invitation` are the words of a link.

    PermissionDeniedError where she has no account and nothing gives her one, or where it is switched off.
    """
    house = view.house
    link = house.accounts.link(arrival.issuer, arrival.subject)
    wanted = {(one.role, one.site) for one in provider.mapped if one.group in arrival.groups}
    if link is None:
        return _new(view, provider, arrival, wanted, invitation)
    if invitation:
        raise UsageError(
            f"You have the account {link.username} already. Sign in with it, and ask who invited you for another role."
        )
    account = house.accounts.account(link.username)
    if account is None or not account.active or account.kind is not AccountKind.PERSON:
        raise PermissionDeniedError(f"The account {link.username} is switched off. Ask an administrator.")
    if _differs(house, account, provider, wanted):
        why = f"{account.username} signs in: roles by the groups of {provider.label}"
        with house.accounts.change(by(provider), why, origin=house.origin):
            _follow(house, account, provider, wanted)
    return account


def connect(view: View, username: str, arrival: Arrival) -> Link:
    """Let somebody who is signed in come by a provider from now on. UsageError where its person has an account already."""
    house = view.house
    account, held = house.accounts.account(username), house.accounts.link(arrival.issuer, arrival.subject)
    if account is None or account.kind is not AccountKind.PERSON:
        raise PermissionDeniedError("Only accounts of people are connected with sign-on.")
    if held:
        raise UsageError(f"This sign-on belongs to the account {held.username} already. Nothing was changed.")
    with house.accounts.change(
        username, f"{username} connects sign-on of {arrival.issuer}", origin=house.origin
    ):
        return _linked(house, username, arrival, username)


def disconnect(view: View, username: str, issuer: str) -> None:
    """Let somebody come by a provider no longer. NotFoundError where she is not connected with it."""
    house = view.house
    with house.accounts.change(username, f"{username} disconnects sign-on of {issuer}", origin=house.origin):
        if not house.accounts.withdraw_links(username, issuer):
            raise NotFoundError("This sign-on is not connected with your account.")


def _new(
    view: View, provider: Provider, arrival: Arrival, wanted: set[tuple[str, str]], invitation: str
) -> Account:
    house = view.house
    if not invitation and not wanted:
        raise PermissionDeniedError(
            f"{provider.label} vouches for you, but you have no account here, and none of your groups gives you one."
            " Ask an administrator of Leadglass for an invitation; or sign in with your passphrase, and connect your"
            " account on its page."
        )
    if not invitation:
        check_name(view, arrival.username)
    name = welcome(view, invitation).username if invitation else arrival.username
    why = f"{name} comes by {provider.label}" + (", invited" if invitation else ", by her groups")
    with house.accounts.change(by(provider), why, origin=house.origin):
        account = _invited(view, invitation) if invitation else _made(house, arrival)
        _linked(house, account.username, arrival, by(provider))
        _follow(house, account, provider, wanted)
    return account


def _invited(view: View, invitation: str) -> Account:
    found = welcome(view, invitation)
    if not found.role:
        raise UsageError(
            "This invitation is for a new passphrase. Choose one; sign-on is connected on your account's page."
        )
    view.house.accounts.use_invitation(digest(invitation))
    return made_of(view, found)


def _made(house: House, arrival: Arrival) -> Account:
    return house.accounts.make(
        Account(
            number=0,
            username=arrival.username,
            name=arrival.name[:150],
            email=arrival.email,
            kind=AccountKind.PERSON,
            active=True,
        )
    )


def _linked(house: House, username: str, arrival: Arrival, who: str) -> Link:
    made = Link(issuer=arrival.issuer, subject=arrival.subject, username=username, by=who, at=house.clock())
    house.accounts.keep_link(made)
    return made


def _differs(house: House, account: Account, provider: Provider, wanted: set[tuple[str, str]]) -> bool:
    given, others = _held(house, account, provider)
    return given != wanted - others


def _held(
    house: House, account: Account, provider: Provider
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Give the roles that this table gave, and those that somebody else did."""
    held = house.accounts.grants(account.username)
    given = {(grant.role, grant.site) for grant in held if grant.by == by(provider)}
    return given, {(grant.role, grant.site) for grant in held} - given


def _follow(house: House, account: Account, provider: Provider, wanted: set[tuple[str, str]]) -> None:
    given, others = _held(house, account, provider)
    ruled = bool(administrators(house))
    for role, site in sorted(given - wanted):
        house.accounts.withdraw_grant(account.username, role, site)
    for role, site in sorted(wanted - given - others):
        house.accounts.grant(
            Grant(
                username=account.username, role=role, site=site, by=by(provider),
                why="by her groups", at=house.clock(),
            )
        )  # fmt: skip
    if ruled:
        keep_one(house)
