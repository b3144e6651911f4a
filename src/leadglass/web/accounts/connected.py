# SPDX-License-Identifier: Apache-2.0
"""By whose word one may come: asked on a page of ours (a directory), confirmed before it counts, ended by oneself."""

from dataclasses import replace
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from leadglass.errors import NotFoundError, UsageError
from leadglass.register.models import User
from leadglass.services.accounts import arrive
from leadglass.services.accounts.providers import providers
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from leadglass.values.sign_on import Arrival, Provider
from leadglass.web.access import origin, person
from leadglass.web.door import house

_KEPT = "leadglass_arrival"


def confirm(request: HttpRequest, who: Provider, arrival: Arrival) -> HttpResponse:
    """Show for whom a provider vouches, before an account is opened to her.

    Somebody could have signed this browser in at the provider as herself, to get into the account of another.
    """
    request.session[_KEPT] = {"key": who.key, "issuer": arrival.issuer, "subject": arrival.subject}
    return render(request, "leadglass/connect.html", {"who": who, "arrival": arrival})


@never_cache
@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def confirmed(request: HttpRequest) -> HttpResponse:
    """Connect the account with whom its person has just seen."""
    kept = request.session.pop(_KEPT, None)
    if kept is None:
        raise UsageError("There is nothing to confirm any more. Begin at your account's page.")
    arrive.connect(_view(request), person(request), Arrival(
        provider=kept["key"], issuer=kept["issuer"], subject=kept["subject"]))  # fmt: skip
    messages.success(request, _("You can sign in by it from now on."))
    return redirect("account")


@never_cache
@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def end(request: HttpRequest, key: str) -> HttpResponse:
    """End a connection; never the last way in."""
    here = providers(house())
    if key not in here:
        raise NotFoundError("Nobody of this name vouches for people here.")
    if not User.objects.get(username=person(request)).has_usable_password():
        raise UsageError(
            "It is your only way in. Ask an administrator to invite you anew; then you choose a passphrase."
        )
    arrive.disconnect(_view(request), person(request), here[key].issuer)
    messages.success(request, _("You sign in by it no longer."))
    return redirect("account")


def shown(request: HttpRequest) -> list[tuple[Provider, bool]]:
    """Give who vouches for people here, and whether the account of who asks is connected with them."""
    held = {link.issuer for link in house().accounts.links(person(request))}
    return [(who, who.issuer in held) for who in providers(house()).values()]


def _view(request: HttpRequest) -> View:
    here: Any = replace(house(), person=person(request), origin=origin(request))
    return View(house=here, scope=Scope(sites=frozenset()))
