# SPDX-License-Identifier: Apache-2.0
"""Who asks: a token (RFC 6750), or somebody who signed in with a second factor and comes by a page of ours (CSRF)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from leadglass.services.accounts.invite import digest
from leadglass.services.house import ROLES
from leadglass.services.roles import access, roles
from leadglass.web.access import known, lacks_factor, person
from leadglass.web.api.limits import Left, count, per_address, per_person
from leadglass.web.api.problems import ApiError
from leadglass.web.door import house

_LEFT = "_leadglass_left"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="leadglass"'}


class Token(HttpBearer):
    """`Authorization: Bearer lg_...`: a token that an administrator gave out. It permits no more than its account does."""

    def __call__(self, request: HttpRequest) -> Any | None:
        """Take the token from the header; None where there is none of a scheme that we know."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != self.openapi_scheme or not secret.strip():
            raise refused(request, "This is no token. Write: Authorization: Bearer lg_...")
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> str:
        """Let in whom the token is of. ApiError 401 where it holds no longer, or never did: nobody learns which."""
        here = house()
        held = here.accounts.token(digest(token))
        account = here.accounts.account(held.username) if held else None
        if held is None or account is None or not account.active or held.until <= here.clock():
            raise refused(
                request,
                "This token does not hold: it expired, was withdrawn, or never was one. Ask an administrator for another.",
            )
        granted = access(here.accounts.grants(held.username), roles(here.policies.get(ROLES, "")))
        known(request, held.username, granted.narrowed(frozenset(held.permissions)), f"token {held.mark}")
        _counted(request, f"token {held.mark}")
        return held.username


class Session(APIKeyCookie):
    """The cookie of who signed in. What changes something needs the token of the form, too."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=False)  # ours below: a refusal is a sentence, and reading needs none

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.COOKIES.get(settings.SESSION_COOKIE_NAME)

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        """Let in who signed in, with a second factor where that is asked."""
        if not key or not request.user.is_authenticated:
            return None
        if lacks_factor(request):
            raise ApiError(403, "Set up a second factor first: /account/mfa/")
        if request.method not in _SAFE and check_csrf(request):
            raise ApiError(
                403, "The request does not come from a page of Leadglass. Send the header X-CSRFToken."
            )
        _counted(request, f"account {person(request)}")
        return person(request)


def refused(request: HttpRequest, sentence: str) -> ApiError:
    """Count who was not let in, by address. ApiError 429 in its place where there were too many."""
    left = count(f"address {request.META.get('REMOTE_ADDR', '')}", per_address())
    setattr(request, _LEFT, left)
    return ApiError(401, sentence, CHALLENGE)


def left(request: HttpRequest) -> Left | None:
    """Say how often who asks may still ask."""
    found: Left | None = getattr(request, _LEFT, None)
    return found


def _counted(request: HttpRequest, who: str) -> None:
    setattr(request, _LEFT, count(who, per_person()))
