# SPDX-License-Identifier: Apache-2.0
"""Who asks, and what she may do where: a view for each service by the permission that the service asks for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from leadglass.errors import PermissionDeniedError
from leadglass.services.catalogue import Service
from leadglass.services.house import ROLES
from leadglass.services.ledger.view import View
from leadglass.services.roles import access, roles
from leadglass.values.accounts import Access, AccountKind
from leadglass.values.scope import Permission
from leadglass.web.door import house

_Made = TypeVar("_Made")
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_KEPT = "_leadglass_access"
_PERSON = "_leadglass_person"
_WAY = "_leadglass_way"
SIGN_ON = "sign_on"
"""How allauth's records of a session call it that somebody came by a provider's word."""


def known(request: HttpRequest, person: str, found: Access, way: str) -> None:
    """Say who asks by something else than a session: by which way, and what she may do."""
    setattr(request, _KEPT, found)
    setattr(request, _PERSON, person)
    setattr(request, _WAY, way)


def access_of(request: HttpRequest) -> Access:
    """Give what the person who asks may do; looked up once per request."""
    found: Access | None = getattr(request, _KEPT, None)
    if found is None:
        here = house()
        grants = here.accounts.grants(person(request)) if request.user.is_authenticated else []
        found = access(grants, roles(here.policies.get(ROLES, "")))
        setattr(request, _KEPT, found)
    return found


def person(request: HttpRequest) -> str:
    """Name who asks."""
    named: str | None = getattr(request, _PERSON, None)
    return named or request.user.get_username()


def origin(request: HttpRequest) -> str:
    """Say from where somebody asks: the address of the connection, or what our own proxy says of it."""
    return f"{getattr(request, _WAY, 'web')} {request.META.get('REMOTE_ADDR', '')}".strip()


def lacks_factor(request: HttpRequest) -> bool:
    """Tell whether somebody signed in who has to set up a second factor before anything else.

    Recovery codes are none. The break-glass account has none: it works when nothing else does. Who came by a provider
    that asked for one, by the words that the table takes for that, has one for this session.
    """
    return bool(
        getattr(settings, "REQUIRE_SECOND_FACTOR", True)
        and request.user.is_authenticated
        and request.user.kind != AccountKind.BREAK_GLASS.value
        and not is_mfa_enabled(request.user, _FACTORS)
        and not any(record.get("strong") is True for record in signed_on(request))
    )


def signed_on(request: HttpRequest) -> list[dict[str, Any]]:
    """Give how who is signed in came by a provider's word in this session: with what strength, when."""
    records = get_authentication_records(request, request.user)
    return [record for record in records if record.get("method") == SIGN_ON]


def view(request: HttpRequest, permission: Permission = Permission.READ) -> View:
    """Give the view of who asks on the sites at which she holds a permission. PermissionDeniedError where on none."""
    scope = access_of(request).scope(permission)
    if permission not in scope.permissions:
        raise PermissionDeniedError(
            f"This needs the permission '{permission}', which your roles do not give at any site."
            " Ask an administrator for it."
        )
    return View(house=replace(house(), person=person(request), origin=origin(request)), scope=scope)


def call(request: HttpRequest, service: "Service[..., _Made]", *args: Any, **kwargs: Any) -> _Made:
    """Call a service as the person who asks."""
    called: Callable[..., _Made] = service
    return called(view(request, service.permission), *args, **kwargs)
