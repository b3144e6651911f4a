# SPDX-License-Identifier: Apache-2.0
"""The break-glass account is used: told to the log, to every page of everybody, to administrators by mail."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadglass.errors import LeadglassError
from leadglass.services.accounts.catalogue import SETTLE_ALARM
from leadglass.services.accounts.people import administrators
from leadglass.services.accounts.providers import providers
from leadglass.values.scope import Permission
from leadglass.values.sign_on import Provider
from leadglass.web import mail
from leadglass.web.access import access_of, call, origin
from leadglass.web.door import house


def raise_alarm(request: HttpRequest, username: str) -> None:
    """Tell everybody, before anybody is let in: what cannot be told lets nobody in."""
    here, place = house(), origin(request)
    opened: AbstractContextManager[Any] = (
        nullcontext()
        if connection.in_atomic_block
        else here.accounts.change(username, "the break-glass account was used", origin=place)
    )
    with opened:
        alarm = here.accounts.raise_alarm(username, place)
    here.log.append("account.break_glass", {"account": username, "origin": place})
    said = _(
        "Somebody signed in with the break-glass account of Leadglass on %(at)s UTC (%(origin)s). If you do not know why,"
        " ask at once. It is shown on every page until an administrator says why."
    ) % {"at": alarm.at.strftime("%Y-%m-%d %H:%M"), "origin": place}
    to = [account.email for account in administrators(here) if account.email]
    for address in to:  # one each: nobody learns the others' addresses
        mail.send(EmailMessage(_("The break-glass account was used"), said, to=[address]))


def shown(request: HttpRequest) -> Mapping[str, Any]:
    """Give the frame what it shows on top of every page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"MAIL_IS_SET": mail.is_set(), "VOUCHING": _vouching()}
    open_ones = house().accounts.alarms()
    if not open_ones:
        return {}
    everywhere = access_of(request).scope(Permission.ADMIN)
    return {
        "alarms": open_ones,
        "may_settle": everywhere.sites is None and Permission.ADMIN in everywhere.permissions,
    }


def _vouching() -> tuple[Provider, ...]:
    """Give who vouches for people here. A table that cannot be read closes no other way in: it is said there."""
    try:
        return tuple(providers(house()).values())
    except LeadglassError:
        return ()


@require_POST
@login_required
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Take the banner down, with a reason."""
    call(request, SETTLE_ALARM, number, why=request.POST.get("why", ""))
    messages.success(request, _("Kept in the history, with your reason."))
    return redirect("overview")
