# SPDX-License-Identifier: Apache-2.0
"""Invite somebody, or let her renew what lets her in: a link that is shown once, or mailed to her alone."""

import secrets
from dataclasses import replace

from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from leadglass.errors import LeadglassError, NotFoundError, UsageError
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.invite import HOLDS, Inviting, mailed
from leadglass.services.accounts.people import known
from leadglass.values.accounts import Invitation
from leadglass.values.scope import Permission
from leadglass.web import mail
from leadglass.web.access import call, view
from leadglass.web.confirmed import gives_power
from leadglass.web.door import house
from leadglass.web.pages.settings import asking
from leadglass.web.pages.settings.asking import Field, Form, Once

_BYTES = 32


@gives_power
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody with a role."""
    typed, fault = asking.given(request), ""
    if request.method == "POST":
        try:
            return _sent(request, _inviting(typed))
        except LeadglassError as error:
            fault = str(error)
    return asking.ask(request, _form(request, typed), fault)


def _inviting(typed: QueryDict) -> Inviting:
    return Inviting(
        secret=secrets.token_urlsafe(_BYTES),
        username=typed.get("username", ""),
        role=typed.get("role", ""),
        site=typed.get("site", ""),
        name=typed.get("name", ""),
        email=typed.get("email", ""),
    )


def _form(request: HttpRequest, typed: QueryDict) -> Form:
    fields = [
        Field(
            name="username", label=_("Signs in as"), value=typed.get("username", ""), needed=True,
            help=_("Letters, digits and . _ @ + - without spaces, for example a.chair"),
        ),
        Field(name="name", label=_("Her name in full"), value=typed.get("name", "")),
        Field(name="email", label=_("Her mail address"), kind="email", value=typed.get("email", "")),
        asking.role_field(typed),
        asking.site_field(typed, asking.sites(request)),
        *_by_mail(typed),
    ]  # fmt: skip
    return Form(
        heading=_("Invite somebody"),
        lead=_(
            "She gets a link that holds for %s days, once; by it she chooses a passphrase and a second factor herself."
        )
        % HOLDS.days,
        fields=fields,
        button=_("Invite her"),
        back=reverse("settings_people"),
    )


def _by_mail(typed: QueryDict, usual: str = "") -> list[Field]:
    if not mail.is_set():
        return []
    said = _("Mail the link to her, and show it to nobody else")
    return [Field(name="mailed", label=said, kind="flag", value=typed.get("mailed", usual))]


@gives_power
def renew(request: HttpRequest, name: str) -> HttpResponse:
    """Let somebody who lost what lets her in choose a new passphrase and second factor."""
    typed, fault, account = asking.given(request), "", known(house(), name)
    if request.method == "POST":
        try:
            told = Inviting(
                secret=secrets.token_urlsafe(_BYTES),
                username=account.username,
                email=account.email,
                again=True,
            )
            return _sent(request, told)
        except LeadglassError as error:
            fault = str(error)
    form = Form(
        heading=_("A new way in for %s") % (account.name or account.username),
        lead=_("By the link she chooses a new passphrase and second factor. Those of before end with that, and so do her"
               " sessions; her roles stay. See first that it is she who asks."),
        fields=_by_mail(typed) if account.email else [],
        button=_("Make the link"),
        back=reverse("settings_person", args=[account.username]),
    )  # fmt: skip
    return asking.ask(request, form, fault)


@gives_power
def resend(request: HttpRequest, name: str) -> HttpResponse:
    """Give somebody who was invited another link in place of the last one, whose mail did not go out."""
    typed, fault = asking.given(request), ""
    open_ones = [one for one in call(request, catalogue.INVITATIONS) if one.username == name]
    if not open_ones:
        raise NotFoundError(f"No invitation of {name} is open. Invite again.")
    last = open_ones[-1]
    if request.method == "POST":
        again = Inviting(
            secret=secrets.token_urlsafe(_BYTES), username=last.username, role=last.role, site=last.site, name=last.name,
            email=last.email, again=not last.role, instead=last.digest,
        )  # fmt: skip
        try:
            return _sent(request, again)
        except LeadglassError as error:
            fault = str(error)
    form = Form(
        heading=_("Another link for %s") % (last.name or last.username),
        lead=_("The link of before lets nobody in any more. The new one holds for %s days.") % HOLDS.days,
        fields=_by_mail(typed, usual="1") if last.email else [],
        button=_("Make the link"),
        back=reverse("settings_people"),
    )
    return asking.ask(request, form, fault)


def _sent(request: HttpRequest, inviting: Inviting) -> HttpResponse:
    """Invite, and give the link to who is to have it: by mail, or to who invites, also where the mail does not go out."""
    by_mail = mail.is_set() and bool(request.POST.get("mailed"))
    if by_mail and "@" not in inviting.email:
        raise UsageError(_("A link is mailed to an address. Write hers, or let it be shown to you."))
    made = call(request, catalogue.INVITE, replace(inviting, by_mail=by_mail))
    link = request.build_absolute_uri(reverse("welcome", args=[inviting.secret]))
    if by_mail and mail.sent(_letter(made, link)):
        mailed(view(request, Permission.ADMIN), made)
        messages.success(
            request, _("Mailed to %s. If nothing comes, take it back and invite again.") % made.email
        )
        return redirect("settings_people")
    unsent = (
        _("The mail to %s was not sent: its server is not reached, or refused it.") % made.email
        if by_mail
        else ""
    )
    return asking.once(
        request,
        Once(
            heading=_("The link for %s") % (made.name or made.username),
            fault=unsent,
            lead=_("It is not shown again. Hand it over in person, or by a way that she alone reads: whoever opens it first"
                   " has the account. It holds until %s UTC, once.") % made.until.strftime("%Y-%m-%d %H:%M"),
            label=_("Link"),
            secret=link,
            back=reverse("settings_people"),
        ),
    )  # fmt: skip


def _letter(made: Invitation, link: str) -> EmailMessage:
    said = _(
        "%(name)s,\n\nyou are invited to Leadglass of %(house)s by %(by)s. Open this link and choose a passphrase; it holds"
        " until %(until)s UTC, once:\n\n%(link)s\n\nDid you not expect this? Then do not open it, and tell %(by)s."
    ) % {
        "name": made.name or made.username, "house": house().organisation or _("your hospital"), "by": made.by,
        "until": made.until.strftime("%Y-%m-%d %H:%M"), "link": link,
    }  # fmt: skip
    return EmailMessage(_("Your account for Leadglass"), said, to=[made.email])
