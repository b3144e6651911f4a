# SPDX-License-Identifier: Apache-2.0
"""What the house's log is told of signing in: who, from where, how; never a secret, and no name that is no account.

A name that is no account may be a passphrase that was typed into the wrong field.
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as factors
from django.contrib.auth import signals
from django.dispatch import receiver
from django.http import HttpRequest

from leadglass.errors import LeadglassError
from leadglass.register.models import User
from leadglass.web.access import origin
from leadglass.web.accounts import sessions
from leadglass.web.door import house


def tell(kind: str, request: HttpRequest, account: str, **more: str) -> None:
    """Append an entry about an account."""
    house().log.append(f"account.{kind}", {"account": account, "origin": origin(request), **more})


@receiver(signals.user_logged_in, dispatch_uid="leadglass.signed_in")
def _signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    sessions.begin(request)
    methods = [
        str(record.get("type") or record["method"]) for record in get_authentication_records(request, user)
    ]
    try:
        tell("signed_in", request, user.username, by=", ".join(dict.fromkeys(methods)) or "invitation")
    except (LeadglassError, OSError):
        request.session.flush()  # who came in is always told: where that cannot be, nobody does
        raise


@receiver(signals.user_logged_out, dispatch_uid="leadglass.signed_out")
def _signed_out(request: HttpRequest, user: User | None, **_more: Any) -> None:
    if user is not None:
        tell("signed_out", request, user.username)


def refused(request: HttpRequest, username: str) -> None:
    """Tell that a passphrase was not right, or that there is no such account."""
    known = User.objects.filter(username__iexact=username).values_list("username", flat=True).first()
    tell("refused", request, known or "", by="passphrase" if known else "no such account")


@receiver(factors.authentication_failed, dispatch_uid="leadglass.refused")
def _factor_refused(request: HttpRequest, user: User, **_more: Any) -> None:
    tell("refused", request, user.username, by="second factor")


@receiver(factors.authenticator_added, dispatch_uid="leadglass.factor_added")
def _factor_added(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    tell("factor_added", request, user.username, factor=str(authenticator.type))


@receiver(factors.authenticator_removed, dispatch_uid="leadglass.factor_removed")
def _factor_removed(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    tell("factor_removed", request, user.username, factor=str(authenticator.type))
