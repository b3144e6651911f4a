# SPDX-License-Identifier: Apache-2.0
"""The rows of the catalogue about accounts and approvals."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from leadglass.services.accounts.break_glass import alarms, break_glass, settle_alarm
from leadglass.services.accounts.invite import invitations, invite, withdraw_invitation
from leadglass.services.accounts.people import (
    accounts,
    grant,
    make_service_account,
    switch_account,
    withdraw_grant,
)
from leadglass.services.accounts.tokens import issue_token, tokens, withdraw_token
from leadglass.services.ledger.approvals import approve, awaiting, withdraw_approval
from leadglass.services.ledger.asked import asked_for
from leadglass.services.ledger.view import View
from leadglass.services.service import Service
from leadglass.values.scope import Permission

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def _of_admin(meaning: str, function: Callable[Concatenate[View, _Given], _Made]) -> Service[_Given, _Made]:
    """Give the row of a service that administrators of all sites call."""
    return Service(
        name=function.__name__,
        meaning=meaning,
        permission=Permission.ADMIN,
        function=function,
        everywhere=True,
    )


INVITE = _of_admin("Let somebody make an account with a role, or renew hers.", invite)
INVITATIONS = _of_admin("List the invitations that nobody used yet.", invitations)
WITHDRAW_INVITATION = _of_admin("Take the invitations of a name back.", withdraw_invitation)
ACCOUNTS = _of_admin("List all accounts with their roles.", accounts)
GRANT = _of_admin("Give an account a role at a site, or at all.", grant)
WITHDRAW_GRANT = _of_admin("Take a role back.", withdraw_grant)
SWITCH_ACCOUNT = _of_admin("Let an account sign in, or no longer.", switch_account)
MAKE_SERVICE_ACCOUNT = _of_admin("Make an account for a program.", make_service_account)
ISSUE_TOKEN = _of_admin("Keep a token of a service account, for some permissions and a time.", issue_token)
TOKENS = _of_admin("List the tokens of service accounts.", tokens)
WITHDRAW_TOKEN = _of_admin("Let a token in no longer.", withdraw_token)
BREAK_GLASS = _of_admin("Make the break-glass account, or seal it anew.", break_glass)
ALARMS = _of_admin("List the uses of the break-glass account that nobody explained.", alarms)
SETTLE_ALARM = _of_admin("Say why the break-glass account was used.", settle_alarm)

AWAITING = Service(
    name="awaiting",
    meaning="List the decisions that wait for approval by another person.",
    permission=Permission.READ,
    function=awaiting,
)
ASKED_FOR = Service(
    name="asked_for",
    meaning="List the decisions that asked for another person, and who may approve each.",
    permission=Permission.READ,
    function=asked_for,
)
APPROVE = Service(
    name="approve",
    meaning="Say yes to a decision of another person.",
    permission=Permission.APPROVE,
    function=approve,
)
WITHDRAW_APPROVAL = Service(
    name="withdraw_approval",
    meaning="Take the yes to a decision back: it waits again.",
    permission=Permission.APPROVE,
    function=withdraw_approval,
)

OF_ACCOUNTS: tuple[Service[..., Any], ...] = (
    *(INVITE, INVITATIONS, WITHDRAW_INVITATION, ACCOUNTS, GRANT, WITHDRAW_GRANT, SWITCH_ACCOUNT),
    *(MAKE_SERVICE_ACCOUNT, ISSUE_TOKEN, TOKENS, WITHDRAW_TOKEN, BREAK_GLASS, ALARMS, SETTLE_ALARM),
    *(AWAITING, ASKED_FOR, APPROVE, WITHDRAW_APPROVAL),
)
"""All of them, in the order in which they are listed."""
