# SPDX-License-Identifier: Apache-2.0
"""Programs: service accounts and their tokens, shown once, for some permissions and a time, and withdrawn."""

import base64
import secrets
from datetime import UTC, date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadglass.errors import LeadglassError, NotFoundError, UsageError
from leadglass.render.markup import when
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.people import known
from leadglass.services.accounts.tokens import BEGINNING, LONGEST, Issuing
from leadglass.services.house import ROLES
from leadglass.services.roles import access, roles
from leadglass.values.accounts import AccessToken, Account, AccountKind
from leadglass.values.scope import Permission
from leadglass.web.access import call, view
from leadglass.web.confirmed import gives_power
from leadglass.web.door import house
from leadglass.web.pages.settings import asking
from leadglass.web.pages.settings.asking import Choice, Field, Form, Once
from leadglass.web.pages.settings.people import roles_said
from leadglass.web.signed_in import signed_in

_BYTES = 32
_USUAL = timedelta(days=90)
_TWICE = timedelta(seconds=60)
"""Within which a form that comes again was sent by a second click."""


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """List service accounts, and the tokens of each."""
    rows = [one for one in call(request, catalogue.ACCOUNTS) if one.kind is AccountKind.SERVICE]
    held, now, today = call(request, catalogue.TOKENS), house().clock(), view(request).today
    context = {
        **asking.frame(request, "programs"),
        "programs": [
            (one, roles_said(one), [(token, _permits(token), when(token.until, today), token.until > now)
                                    for token in held if token.username == one.username])
            for one in rows
        ],
    }  # fmt: skip
    return render(request, "leadglass/settings/programs.html", context)


def _permits(token: AccessToken) -> str:
    return ", ".join(token.permissions)


@gives_power
def make(request: HttpRequest) -> HttpResponse:
    """Make an account for a program."""
    typed, fault = asking.given(request), ""
    if request.method == "POST":
        try:
            made = call(
                request, catalogue.MAKE_SERVICE_ACCOUNT, typed.get("username", ""), typed.get("role", ""),
                site=typed.get("site", ""), name=typed.get("name", ""),
            )  # fmt: skip
        except LeadglassError as error:
            fault = str(error)
        else:
            messages.success(request, _("Made: %s. It needs a token to get in.") % made.username)
            return redirect("settings_token", made.username)
    form = Form(
        heading=_("Make an account for a program"),
        lead=_("Nobody signs in with it. It gets in by tokens, which permit no more than its role does."),
        fields=(
            Field(
                name="username", label=_("Name"), value=typed.get("username", ""), needed=True,
                help=_("Letters, digits and . _ @ + - without spaces, for example scanner-feed"),
            ),
            Field(name="name", label=_("What it is"), value=typed.get("name", "")),
            asking.role_field(typed),
            asking.site_field(typed, asking.sites(request)),
        ),
        button=_("Make it"),
        back=reverse("settings_programs"),
    )  # fmt: skip
    return asking.ask(request, form, fault)


@gives_power
def issue(request: HttpRequest, name: str) -> HttpResponse:
    """Issue a token, and show it once."""
    typed, fault, account = asking.given(request), "", known(house(), name)
    if account.kind is not AccountKind.SERVICE:
        raise NotFoundError(f"There is no service account {name}. The settings list those that there are.")
    if request.method == "POST":
        secret = _secret(account, typed.get("once", ""))
        try:
            made = call(request, catalogue.ISSUE_TOKEN, _issuing(typed, account, secret))
        except LeadglassError as error:
            fault = str(error)
        else:
            return _shown(request, made, secret)
    return asking.ask(request, _form(account, typed, request.POST.get("once", "")), fault)


def _secret(account: Account, once: str) -> str:
    """Make the words of a token: of a form that is sent twice the same ones, so that it makes one token."""
    if not once:
        return BEGINNING + secrets.token_urlsafe(_BYTES)
    words = salted_hmac("leadglass.token", f"{account.username} {once}", algorithm="sha256").digest()
    return BEGINNING + base64.urlsafe_b64encode(words).rstrip(b"=").decode()


def _shown(request: HttpRequest, made: AccessToken, secret: str) -> HttpResponse:
    """Show a token once: a click that was two is shown it, a page that is called up again later is not."""
    if house().clock() - made.at <= _TWICE:
        return asking.once(request, _once(made, secret))
    messages.info(
        request,
        _(
            "This form was sent before, and made one token, which was shown then. Lost it? Take it back, and issue another."
        ),
    )
    return redirect("settings_programs")


def _issuing(typed: QueryDict, account: Account, secret: str) -> Issuing:
    try:
        last = date.fromisoformat(typed.get("until", "").strip())
    except ValueError:
        raise UsageError(_("Name its last day, like 2027-01-31.")) from None
    return Issuing(
        secret=secret, username=account.username, label=typed.get("label", ""), permissions=typed.getlist("permission"),
        until=datetime.combine(last, time.max, UTC),
    )  # fmt: skip


def _once(made: AccessToken, secret: str) -> Once:
    return Once(
        heading=_("The token of %s") % made.username,
        lead=_(
            "It is not shown again. Give it to %(label)s and to nothing else. It permits: %(permits)s, until %(until)s."
        )
        % {"label": made.label, "permits": _permits(made), "until": made.until.strftime("%Y-%m-%d")},
        label=_("Token"),
        secret=secret,
        back=reverse("settings_programs"),
    )


def _form(account: Account, typed: QueryDict, once: str) -> Form:
    here = house()
    permitted = access(here.accounts.grants(account.username), roles(here.policies.get(ROLES, ""))).permitted
    held = frozenset().union(*permitted.values()) - {Permission.APPROVE}
    chosen = set(typed.getlist("permission"))
    today = here.clock().date()
    return Form(
        heading=_("A token of %s") % account.username,
        lead=_("It is shown once. It permits what both it and its account do, at the account's sites, until its last day."),
        fields=(
            Field(name="once", label="", kind="hidden", value=once or secrets.token_urlsafe(_BYTES)),
            Field(
                name="label", label=_("Which program holds it"), value=typed.get("label", ""), needed=True,
                help=_("For example: nightly export of the scanner, on srv-12"),
            ),
            Field(
                name="permission", label=_("What it permits; the fewer the better"), kind="several",
                choices=tuple(Choice(value=one, label=one, chosen=one in chosen) for one in sorted(held)),
                help="" if held else _("Its account has no role that permits anything. Give it one first."),
            ),
            Field(
                name="until", label=_("Its last day"), kind="date", needed=True,
                value=typed.get("until", "") or (today + _USUAL).isoformat(),
                help=_("A year from now at most: %s") % (today + LONGEST - timedelta(days=1)).isoformat(),
            ),
        ),
        button=_("Issue the token"),
        back=reverse("settings_programs"),
    )  # fmt: skip


@require_POST
@signed_in
def withdraw(request: HttpRequest, mark: str) -> HttpResponse:
    """Let a token in no longer."""
    gone = call(request, catalogue.WITHDRAW_TOKEN, mark, why=request.POST.get("why", ""))
    messages.success(request, _("The token %s lets nothing in any more.") % gone)
    return redirect("settings_programs")
