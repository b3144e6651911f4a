# SPDX-License-Identifier: Apache-2.0
"""Take an invitation on: who has its link chooses a passphrase, and has the account that it is for."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model, login
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from leadglass.services.accounts import invite
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from leadglass.web.door import house

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Passphrase(forms.Form):
    """A passphrase, twice."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text=_(
            "At least 12 characters. Several words that only you put together are good and easy to keep."
        ),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Hold both against each other, and the passphrase against what is known to be guessed."""
        told = super().clean() or {}
        if told.get("passphrase") and told.get("again") and told["passphrase"] != told["again"]:
            self.add_error("again", _("The two are not the same. Write it again."))
        elif told.get("passphrase"):
            try:
                validate_password(told["passphrase"])
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
    form = Passphrase(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = invite.accept(view, secret)
        user = get_user_model().objects.get(pk=account.number)
        user.set_password(form.cleaned_data["passphrase"])
        user.save(update_fields=["password"])
        login(request, user, backend=_BACKEND)
        return redirect("mfa_index")
    return render(request, "leadglass/welcome.html", {"form": form, "invitation": invitation})
