# SPDX-License-Identifier: Apache-2.0
"""Who makes a change on a page of accounts, also before she is signed in: the history names a person.

Before signing in, a name is claimed, not proved. But the pages write only what the proof of it allows: a used invitation,
a right code, a signed challenge, a link that was mailed. A claim that is not proved writes nothing, and is nowhere kept.
"""

import json
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import ResolverMatch

from leadglass.errors import NotFoundError
from leadglass.register.models import User
from leadglass.services.accounts import invite
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from leadglass.web.access import person
from leadglass.web.door import house

NOBODY = "somebody signing in"


def author(request: HttpRequest, match: ResolverMatch) -> str:
    """Name who makes a change at an address."""
    if request.user.is_authenticated:
        return person(request)
    if match.view_name == "welcome":
        return _invited(str(match.kwargs["secret"]))
    if match.view_name == "mfa_login_webauthn":
        return _named(_holder(request.POST.get("credential", "")))
    if "uidb36" in match.kwargs:
        return _named(_mailed(str(match.kwargs["uidb36"])))
    login = unstash_login(request, peek=True)
    return _named(login.user if login else None)


def _named(user: Any) -> str:
    return user.username if isinstance(user, User) else NOBODY


def _invited(secret: str) -> str:
    try:
        return invite.welcome(View(house=house(), scope=Scope(sites=frozenset())), secret).username
    except NotFoundError:
        return NOBODY  # the page says it in a sentence


def _holder(credential: str) -> Any:
    try:
        return extract_user_from_response(json.loads(credential))
    except (ValueError, ValidationError, AttributeError, RecursionError):
        return None


def _mailed(number: str) -> Any:
    try:
        return User.objects.filter(pk=url_str_to_user_pk(number)).first()
    except (ValueError, OverflowError, ValidationError):
        return None
