# SPDX-License-Identifier: Apache-2.0
"""The break-glass account: whether there is one, since when it is sealed, its uses that nobody explained."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leadglass.errors import LeadglassError
from leadglass.render.markup import when
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.break_glass import spelled
from leadglass.services.accounts.invite import BREAK_GLASS
from leadglass.web.access import call, view
from leadglass.web.confirmed import gives_power
from leadglass.web.pages.settings import asking
from leadglass.web.pages.settings.asking import Form, Once
from leadglass.web.signed_in import signed_in


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Say whether it is there and sealed."""
    found = next((one for one in call(request, catalogue.ACCOUNTS) if one.username == BREAK_GLASS), None)
    sealed = max((grant.at for grant in found.grants), default=None) if found else None
    context = {
        **asking.frame(request, "break_glass"),
        "account": found,
        "sealed": when(sealed, view(request).today) if sealed else "",
        "uses": call(request, catalogue.ALARMS),
    }
    return render(request, "leadglass/settings/break_glass.html", context)


@gives_power
def seal(request: HttpRequest) -> HttpResponse:
    """Make it, or seal it anew; show its passphrase once."""
    fault = ""
    if request.method == "POST":
        passphrase = spelled(secrets.choice)
        try:
            made = call(request, catalogue.BREAK_GLASS, passphrase)
        except LeadglassError as error:
            fault = str(error)
        else:
            told = Once(
                heading=_("The passphrase of %s") % made.username,
                lead=_(
                    "It is not shown again. Write or print it now, put it in a safe, and close this page."
                ),
                label=_("Passphrase"),
                secret=passphrase,
                back=reverse("settings_break_glass"),
            )
            return asking.once(request, told)
    form = Form(
        heading=_("Seal the break-glass account"),
        lead=_("It gets a new passphrase of random letters, which is shown once; the one of before, and its sessions, end. Have"
               " a pen or a printer at hand."),
        fields=(),
        button=_("Seal it, and show the passphrase"),
        back=reverse("settings_break_glass"),
    )  # fmt: skip
    return asking.ask(request, form, fault)
