# SPDX-License-Identifier: Apache-2.0
"""One account: its roles, given and taken back; whether it may sign in, how, and when it was seen last."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadglass.errors import LeadglassError, NotFoundError
from leadglass.render.markup import when
from leadglass.render.wording import spoken
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.people import AccountRow, known
from leadglass.services.house import ROLES
from leadglass.services.roles import roles
from leadglass.values.accounts import AccountKind
from leadglass.web.access import call, person, view
from leadglass.web.confirmed import gives_power
from leadglass.web.door import house
from leadglass.web.pages.settings import asking
from leadglass.web.pages.settings.asking import Form
from leadglass.web.pages.settings.people import factor_said, seen_said
from leadglass.web.signed_in import signed_in


@require_safe
@signed_in
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one account."""
    row = _one(request, name)
    meanings = {role.name: role.meaning for role in roles(house().policies.get(ROLES, "")).values()}
    today = view(request).today
    is_person = row.kind is AccountKind.PERSON
    return render(
        request,
        "leadglass/settings/person.html",
        {
            **asking.frame(request, "people" if is_person else "programs"),
            "row": row,
            "is_person": is_person,
            "is_service": row.kind is AccountKind.SERVICE,
            "is_me": row.username == person(request),
            "factor": factor_said(row),
            "seen": seen_said(row, today),
            "grants": [
                (
                    grant,
                    grant.role.replace("_", " "),
                    meanings.get(grant.role, _("no role of the table: it permits nothing")),
                    when(grant.at, today),
                )
                for grant in row.grants
            ],
        },
    )


def _one(request: HttpRequest, name: str) -> AccountRow:
    for row in call(request, catalogue.ACCOUNTS):
        if row.username == name:
            return row
    raise NotFoundError(f"There is no account {name}. The settings list those that there are.")


@gives_power
def grant(request: HttpRequest, name: str) -> HttpResponse:
    """Give an account a role."""
    typed, fault, account = asking.given(request), "", known(house(), name)
    if request.method == "POST":
        try:
            made = call(
                request,
                catalogue.GRANT,
                name,
                typed.get("role", ""),
                site=typed.get("site", ""),
                why=typed.get("why", ""),
            )
        except LeadglassError as error:
            fault = str(error)
        else:
            told = {
                "name": name,
                "role": spoken(made.role.replace("_", " ")),
                "site": made.site or _("all sites"),
            }
            messages.success(request, _("%(name)s is %(role)s at %(site)s, from the next page on.") % told)
            return redirect("settings_person", name)
    form = Form(
        heading=_("Give %s a role") % (account.name or account.username),
        lead=_("It counts from the next page on, and is taken back the same way."),
        fields=(
            asking.role_field(typed),
            asking.site_field(typed, asking.sites(request)),
            asking.why_field(typed),
        ),
        button=_("Give the role"),
        back=reverse("settings_person", args=[name]),
    )
    return asking.ask(request, form, fault)


@require_POST
@signed_in
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Take a role back."""
    told = request.POST
    role, site = told.get("role", ""), told.get("site", "")
    call(request, catalogue.WITHDRAW_GRANT, name, role, site=site, why=told.get("why", ""))
    said = {"name": name, "role": spoken(role.replace("_", " ")), "site": site or _("all sites")}
    messages.success(request, _("%(name)s is %(role)s at %(site)s no longer.") % said)
    return redirect("settings_person", name)


@require_POST
@signed_in
def off(request: HttpRequest, name: str) -> HttpResponse:
    """Let an account sign in no longer."""
    call(request, catalogue.SWITCH_ACCOUNT, name, active=False, why=request.POST.get("why", ""))
    messages.success(request, _("%s is switched off: its sessions ended, its tokens let nothing in.") % name)
    return redirect("settings_person", name)


@gives_power
def on(request: HttpRequest, name: str) -> HttpResponse:
    """Let an account sign in again."""
    typed, fault, account = asking.given(request), "", known(house(), name)
    if request.method == "POST":
        try:
            call(request, catalogue.SWITCH_ACCOUNT, name, active=True, why=typed.get("why", ""))
        except LeadglassError as error:
            fault = str(error)
        else:
            messages.success(request, _("%s is switched on.") % name)
            return redirect("settings_person", name)
    form = Form(
        heading=_("Switch %s on") % (account.name or account.username),
        lead=_("It gets in again, with the roles that it has."),
        fields=(asking.why_field(typed),),
        button=_("Switch it on"),
        back=reverse("settings_person", args=[name]),
    )
    return asking.ask(request, form, fault)
