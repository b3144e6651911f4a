# SPDX-License-Identifier: Apache-2.0
"""Take an invitation on: who has its link chooses a passphrase, is signed in, and sets up a second factor at once."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from leadglass.register.models import User
from leadglass.services.accounts import invite
from leadglass.services.accounts.providers import providers
from leadglass.services.ledger.view import View
from leadglass.values.accounts import Invitation
from leadglass.values.scope import Scope
from leadglass.web.accounts import sign_on
from leadglass.web.accounts.passphrase import LONGEST, Length
from leadglass.web.door import house

_BACKEND = "leadglass.web.accounts.backend.Backend"


class Passphrase(forms.Form):
    """A passphrase, twice."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, invitation: Invitation, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self._whose = User(username=invitation.username, name=invitation.name, email=invitation.email)
        self.fields["passphrase"].help_text = Length().get_help_text()

    def clean(self) -> dict[str, Any]:
        """Hold both against each other, and the passphrase against what is known to be guessed."""
        told = super().clean() or {}
        if told.get("passphrase") and told.get("again") and told["passphrase"] != told["again"]:
            self.add_error("again", _("The two are not the same. Write it again."))
        elif told.get("passphrase"):
            try:
                validate_password(told["passphrase"], self._whose)
            except forms.ValidationError as error:
                self.add_error("passphrase", error)
        return told


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who is invited as what; with a passphrase, make the account and sign in."""
    view = View(house=house(), scope=Scope(sites=frozenset()))
    invitation = invite.welcome(view, secret)
    vouching = providers(house()) if invitation.role else {}
    if request.method == "GET" and request.GET.get("by") in vouching:
        return sign_on.lead(request, request.GET["by"], sign_on.SIGNING_IN, invitation=secret)
    form = Passphrase(invitation, request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = invite.accept(view, secret, form.cleaned_data["passphrase"])
        user = User.objects.get(pk=account.number)
        login(request, user, backend=_BACKEND)
        # She has just chosen her passphrase: asking for it again before the second factor would only confuse
        record_authentication(request, user, method="password", username=user.username, reauthenticated=True)
        return redirect("mfa_index")
    return render(
        request, "leadglass/welcome.html", {"form": form, "invitation": invitation, "vouching": vouching}
    )
