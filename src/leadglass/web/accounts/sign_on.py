# SPDX-License-Identifier: Apache-2.0
"""Sign on by somebody else's word: lead to a provider, take its answer, and sign in who arrives, by allauth's own stages."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from leadglass.errors import LeadglassError, NotFoundError, PermissionDeniedError, RefusedError
from leadglass.formats import saml
from leadglass.register.models import User
from leadglass.services.accounts import assertion, oidc
from leadglass.services.accounts.arrive import arrive
from leadglass.services.accounts.providers import provider
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from leadglass.values.sign_on import Arrival, Provider, ProviderKind
from leadglass.web.access import SIGN_ON, origin, person
from leadglass.web.accounts import connected, told
from leadglass.web.door import house

_KEPT = "leadglass_sign_on"
_HOLDS = 600
"""Seconds that an answer is waited for."""
_BYTES = 32
SIGNING_IN, AGAIN, CONNECTING = "sign_in", "again", "connect"


@never_cache
@require_safe
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Lead who wants to sign in to a provider."""
    return redirect("overview") if request.user.is_authenticated else lead(request, key, SIGNING_IN)


@never_cache
@require_safe
@login_required
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Lead who is signed in to her provider, to show once more who she is."""
    return lead(request, key, AGAIN)


@never_cache
@require_safe
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def connect(request: HttpRequest, key: str) -> HttpResponse:
    """Lead who is signed in to a provider by which she wants to come from now on; she confirms what it says of her."""
    return lead(request, key, CONNECTING)


def lead(request: HttpRequest, key: str, why: str, invitation: str = "") -> HttpResponse:
    """Note what is asked in the session, and lead the browser to the provider; a directory is asked on a page of ours.

    A link leads here and not a form: the policy of contents lets no form end at another server.
    """
    who = provider(house(), key)
    if not ratelimit.consume(_as_post(request), action="login"):
        return render(request, "429.html", status=429)
    noted = {"why": why, "next": _next(request), "invitation": invitation, "at": time.time(),
             "account": person(request) if request.user.is_authenticated else ""}  # fmt: skip
    if who.kind is ProviderKind.OIDC:
        asked = oidc.ask(house(), who, _back(request, key), _words, again=why == AGAIN)
        url, noted = asked.url, noted | asdict(asked)
    elif who.kind is ProviderKind.SAML:
        url, noted["asked"] = saml.question(_between(request, who), again=why == AGAIN)
    else:
        url = reverse("sign_on_directory", args=[key])
    request.session[_KEPT] = {key: noted}
    return redirect(url)


@never_cache
@csrf_exempt  # the answer names the question that this session asked: a page elsewhere cannot make one
@require_http_methods(["GET", "POST"])
def back(request: HttpRequest, key: str) -> HttpResponse:
    """Take the answer of a provider.

    By SAML it is a POST from elsewhere, to which browsers give no cookie of ours (SameSite=Lax): who comes without the
    question is shown a page whose button brings the same answer from here.
    """
    who = provider(house(), key)
    if who.kind is ProviderKind.OIDC and request.method == "GET":
        noted = _noted(request, key)
        asked = oidc.Asked(**{name: noted.get(name, "") for name in ("url", "state", "nonce", "verifier")})
        given = {name: request.GET.get(name, "") for name in request.GET}
        return _finish(request, who, noted, lambda: oidc.answered(
            house(), who, _back(request, key), asked, given, again=noted["why"] == AGAIN))  # fmt: skip
    if who.kind is ProviderKind.SAML and request.method == "POST":
        response = request.POST.get("SAMLResponse", "")
        if key not in request.session.get(_KEPT, {}) and "here" not in request.POST:
            return render(request, "leadglass/arriving.html", {"response": response, "who": who})
        noted = _noted(request, key)
        question = assertion.Asked(
            us=_us(request, key),
            back=_back(request, key),
            question=str(noted.get("asked", "")),
            again=noted["why"] == AGAIN,
        )
        return _finish(request, who, noted, lambda: assertion.by_saml(house(), who, question, response))
    raise NotFoundError("This page is where a provider sends you back to. Begin at the sign-in page.")


@never_cache
@require_safe
def metadata(request: HttpRequest, key: str) -> HttpResponse:
    """Describe us to a provider by SAML: address and binding, no secret."""
    who = provider(house(), key)
    if who.kind is not ProviderKind.SAML:
        raise NotFoundError("Only SAML asks for a description of us.")
    return HttpResponse(saml.described(_between(request, who)), content_type="application/samlmetadata+xml")


def waits(request: HttpRequest, key: str) -> bool:
    """Tell whether this session asked a provider, and waits for its answer."""
    return key in request.session.get(_KEPT, {})


def take(request: HttpRequest, key: str) -> Mapping[str, Any]:
    """Give what was asked of a provider in this session, and forget it: each answer counts once."""
    return _noted(request, key)


def finish(request: HttpRequest, who: Provider, noted: Mapping[str, Any], arrival: Arrival) -> HttpResponse:
    """Sign in who arrives, or do what she came for."""
    return _finish(request, who, noted, lambda: arrival)


def _finish(request: HttpRequest, who: Provider, noted: Mapping[str, Any], answered: Any) -> HttpResponse:
    try:
        arrival = answered()
        if noted["why"] == CONNECTING:
            return connected.confirm(request, who, arrival)
        if noted["why"] == AGAIN:
            return _shown_again(request, who, noted, arrival)
        view = View(house=replace(house(), origin=origin(request)), scope=Scope(sites=frozenset()))
        account = arrive(view, who, arrival, invitation=noted["invitation"])
    except LeadglassError:
        told.tell("refused", request, "", by=f"sign-on {who.key}")
        raise
    user = User.objects.get(pk=account.number)
    _record(request, user, who, strong=arrival.strong)
    return perform_login(request, Login(user=user, redirect_url=noted["next"] or None))  # type: ignore[no-any-return]


def _shown_again(
    request: HttpRequest, who: Provider, noted: Mapping[str, Any], arrival: Arrival
) -> HttpResponse:
    link = house().accounts.link(arrival.issuer, arrival.subject)
    if link is None or not request.user.is_authenticated or link.username != person(request):
        raise PermissionDeniedError(
            f"{who.label} vouches for somebody else than who is signed in here. Nothing was changed."
        )
    _record(request, User.objects.get(username=link.username), who, strong=arrival.strong)
    return redirect(noted["next"] or "account")


def _record(request: HttpRequest, user: User, who: Provider, *, strong: bool) -> None:
    record_authentication(
        request, user, method=SIGN_ON, type=f"sign-on {who.key}", strong=strong, reauthenticated=True
    )


def _noted(request: HttpRequest, key: str) -> Mapping[str, Any]:
    noted: Mapping[str, Any] | None = request.session.pop(_KEPT, {}).get(key)
    if noted is None or time.time() - noted["at"] > _HOLDS:
        raise RefusedError(
            "This answer belongs to no question of this browser, came a second time, or took longer than ten minutes."
            " Begin again at the sign-in page."
        )
    if noted["account"] != (person(request) if request.user.is_authenticated else ""):
        raise RefusedError("Somebody else signed in meanwhile in this browser. Begin again.")
    return noted


def _words() -> str:
    return secrets.token_urlsafe(_BYTES)


def _next(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


def _root(request: HttpRequest) -> str:
    return house().address.rstrip("/") or request.build_absolute_uri("/").rstrip("/")


def _back(request: HttpRequest, key: str) -> str:
    return _root(request) + reverse("sign_on_back", args=[key])


def _us(request: HttpRequest, key: str) -> str:
    return _root(request) + reverse("sign_on_metadata", args=[key])


def _between(request: HttpRequest, who: Provider) -> saml.Between:
    return assertion.between(house(), who, _us(request, who.key), _back(request, who.key))


def _as_post(request: HttpRequest) -> HttpRequest:
    """Give the request as one that counts: allauth's limits pass over what is only looked at, and this asks others."""
    counted = HttpRequest()
    counted.META, counted.user, counted.method = request.META, request.user, "POST"
    return counted
