# SPDX-License-Identifier: Apache-2.0
"""Sign on by a directory: name and passphrase on a page of ours, within the limits of every other sign-in."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from leadglass.errors import LeadglassError, NotFoundError
from leadglass.services.accounts.assertion import by_directory
from leadglass.services.accounts.providers import provider
from leadglass.values.sign_on import ProviderKind
from leadglass.web.accounts import sign_on, told
from leadglass.web.door import house


class Directory(forms.Form):
    """Name and passphrase, as the directory has them."""

    login = forms.CharField(
        label=_("Name"), max_length=256, widget=forms.TextInput(attrs={
            "autocomplete": "username", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Passphrase"), strip=False, max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form; with name and passphrase, ask the directory."""
    who = provider(house(), key)
    if who.kind is not ProviderKind.LDAP:
        raise NotFoundError("This one asks for your passphrase on its own pages. Begin at the sign-in page.")
    if not sign_on.waits(request, key):
        return redirect("sign_on", key=key)
    form = Directory(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["login"].strip()
        where = f"{request.META['REMOTE_ADDR']} {key} {name.lower()}"
        if not ratelimit.consume(request, action="login_failed", key=where):
            return render(request, "429.html", status=429)
        try:
            arrival = by_directory(house(), who, name, form.cleaned_data["password"])
        except LeadglassError:
            told.tell("refused", request, "", by=f"sign-on {key}")
            raise
        if arrival is not None:
            ratelimit.clear(request, action="login_failed", key=where)
            return sign_on.finish(request, who, sign_on.take(request, key), arrival)
        told.tell("refused", request, "", by=f"sign-on {key}")
        form.add_error(None, _("Name and passphrase do not belong together there. Try again."))
    return render(request, "leadglass/directory.html", {"form": form, "who": who})
