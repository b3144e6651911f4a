# SPDX-License-Identifier: Apache-2.0
"""Recovery codes: shown once, when their person asks for it, never by merely looking at an address."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import view_recovery_codes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods


@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Say how many codes are left; by a POST, show them if they were never shown."""
    held = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    if held is None:
        return redirect("mfa_index")
    seen = held.wrap().did_view
    codes: list[str] = []
    if request.method == "POST" and not seen:
        wrapper, _can = view_recovery_codes(request)
        codes = wrapper.get_unused_codes()
    left = len(held.wrap().get_unused_codes())
    return render(request, "mfa/recovery_codes/index.html", {"codes": codes, "seen": seen, "left": left})
