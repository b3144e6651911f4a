# SPDX-License-Identifier: Apache-2.0
"""Break glass: a sealed account for the day on which sign-on, mail or every administrator is missing. Its use is loud."""

from collections.abc import Callable

from leadglass.errors import UsageError
from leadglass.services.accounts.invite import BREAK_GLASS
from leadglass.services.house import ROLES
from leadglass.services.ledger.view import View
from leadglass.services.roles import roles
from leadglass.values.accounts import EVERYWHERE, Account, AccountKind, Alarm, Grant
from leadglass.values.scope import Permission

_SHORTEST = 24
_REASON = 5
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that one takes for another on paper."""
_GROUPS, _GROUP = 7, 5


def spelled(choose: Callable[[str], str]) -> str:
    """Spell a passphrase for this account, of letters that `choose` takes at random."""
    return "-".join("".join(choose(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def break_glass(view: View, passphrase: str) -> Account:
    """Make the break-glass account, or seal it anew with another passphrase; its sessions end.

    `passphrase` is random, and long enough to need no second factor: it lies on paper in a safe.
    """
    house, role = view.house, _role(view)
    if len(passphrase) < _SHORTEST:
        raise UsageError(
            f"The passphrase of this account has {_SHORTEST} characters or more, all of them random."
        )
    book = house.accounts
    with book.change(
        house.person, f"seal the account {BREAK_GLASS} with a new passphrase", origin=house.origin
    ):
        account = book.account(BREAK_GLASS)
        if account is None:
            account = book.make(
                Account(
                    number=0, username=BREAK_GLASS, name="Break glass", email="", kind=AccountKind.BREAK_GLASS, active=True
                )
            )  # fmt: skip
        book.switch(BREAK_GLASS, active=True)
        book.forget_factors(BREAK_GLASS)
        book.set_passphrase(BREAK_GLASS, passphrase)
        for held in book.grants(BREAK_GLASS):
            book.withdraw_grant(held.username, held.role, held.site)
        book.grant(  # anew: since when it is sealed is since when it has its role
            Grant(username=BREAK_GLASS, role=role, site=EVERYWHERE, by=house.person, why="sealed", at=house.clock())
        )  # fmt: skip
    return account


def _role(view: View) -> str:
    """Name the role that gives accounts: administrator, or what a site calls it."""
    known = roles(view.house.policies.get(ROLES, ""))
    return next(name for name, role in known.items() if Permission.ADMIN in role.permissions)


def alarms(view: View) -> tuple[Alarm, ...]:
    """List the uses of the break-glass account that no administrator has settled, oldest first."""
    return tuple(view.house.accounts.alarms())


def settle_alarm(view: View, number: int, *, why: str) -> int:
    """Say why the break-glass account was used, and take the banner down. NotFoundError where nothing is open."""
    house = view.house
    if len(why.strip()) < _REASON:
        raise UsageError("Say why the account was used, in words that another can follow.")
    if house.person == BREAK_GLASS:
        raise UsageError("Who came in by this account does not settle its use. Ask an administrator.")
    told = f"the use of {BREAK_GLASS} is explained: {why.strip()}"
    with house.accounts.change(house.person, told, origin=house.origin):
        house.accounts.settle_alarm(number, house.person, why.strip())
    return number
