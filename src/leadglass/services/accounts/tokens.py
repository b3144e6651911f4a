# SPDX-License-Identifier: Apache-2.0
"""Tokens of service accounts: shown once, kept as their SHA-256, for some permissions and at most a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadglass.errors import PermissionDeniedError, UsageError
from leadglass.services.accounts.invite import digest
from leadglass.services.accounts.people import known
from leadglass.services.house import ROLES, House
from leadglass.services.ledger.view import View
from leadglass.services.roles import access, roles
from leadglass.values.accounts import Access, AccessToken, Account, AccountKind
from leadglass.values.scope import Permission

BEGINNING = "lg_"
"""How every token begins, so that scanners of leaked secrets can find it."""

LONGEST = timedelta(days=365)
_MARK = 11
_SHORTEST = 40
# A program is no second pair of eyes
_NEVER = frozenset({Permission.APPROVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """A token that is asked for: its words (`lg_` and 32 random bytes or more as text), whose, for what, until when."""

    secret: str
    username: str
    label: str
    permissions: Sequence[str]
    until: datetime


def issue_token(view: View, issuing: Issuing) -> AccessToken:
    """Keep a token of a service account. UsageError where it would permit more than its account, or hold too long.

    The same words twice are one token: what was issued by them is given again.
    """
    house, account = view.house, known(view.house, issuing.username)
    if account.kind is not AccountKind.SERVICE:
        raise UsageError(
            f"{account.username} is no service account. Make one: leadglass account invite --service"
        )
    if not issuing.secret.startswith(BEGINNING) or len(issuing.secret) < _SHORTEST:
        raise UsageError(f"A token begins with {BEGINNING} and has {_SHORTEST} characters or more.")
    if not issuing.label.strip():
        raise UsageError("A token has a label that says which program holds it. Give one.")
    made = AccessToken(
        mark=issuing.secret[:_MARK],
        digest=digest(issuing.secret),
        username=account.username,
        label=issuing.label.strip(),
        permissions=_permissions(house, account, issuing.permissions),
        by=house.person,
        at=house.clock(),
        until=_until(house, issuing.until),
    )
    with house.accounts.change(
        house.person, f"issue a token of {made.username}: {made.label}", origin=house.origin
    ):
        held = house.accounts.token(made.digest)
        if held is None:
            house.accounts.issue(made)
        elif held.username != made.username:
            raise UsageError("These words are of another account's token. Draw others at random.")
    return held or made


def _permissions(house: House, account: Account, asked: Sequence[str]) -> tuple[Permission, ...]:
    held = frozenset().union(*_access(house, account).permitted.values()) - _NEVER
    words = {word.strip() for word in asked if word.strip()}
    beyond = sorted(words - {permission.value for permission in held})
    if beyond or not words:
        wrong = (
            f"{account.username} cannot hand on: {', '.join(beyond)}"
            if beyond
            else "A token is for some permissions"
        )
        raise UsageError(f"{wrong}. It may hand on: {', '.join(sorted(held)) or 'none'}.")
    return tuple(sorted(map(Permission, words)))


def _until(house: House, until: datetime) -> datetime:
    now = house.clock()
    if not now < until <= now + LONGEST:
        raise UsageError("A token ends, within a year from now. Name a day: --until YYYY-MM-DD.")
    return until


def tokens(view: View) -> tuple[AccessToken, ...]:
    """List the tokens that nobody took back, oldest first; expired ones too."""
    return tuple(view.house.accounts.tokens())


def withdraw_token(view: View, mark: str, *, why: str = "") -> str:
    """Let a token in no longer; give its mark. NotFoundError where none of this mark is held."""
    house, mark = view.house, mark.strip()[:_MARK]
    told = f"withdraw the token {mark}: {why.strip() or 'no reason given'}"
    with house.accounts.change(house.person, told, origin=house.origin):
        house.accounts.withdraw_token(mark)
    return mark


def admitted(house: House, secret: str) -> tuple[Account, Access]:
    """Say whose token it is, and what it permits where: never more than its account may at this moment.

    PermissionDeniedError, in the same words, where it is unknown, expired or withdrawn, or its account is switched off.
    """
    found = house.accounts.token(digest(secret))
    account = house.accounts.account(found.username) if found else None
    if found is None or account is None or not account.active or found.until <= house.clock():
        raise PermissionDeniedError("This token lets nobody in. Ask an administrator for another.")
    return account, _access(house, account).narrowed(frozenset(found.permissions) - _NEVER)


def _access(house: House, account: Account) -> Access:
    return access(house.accounts.grants(account.username), roles(house.policies.get(ROLES, "")))
