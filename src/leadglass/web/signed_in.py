# SPDX-License-Identifier: Apache-2.0
"""Pages for who is signed in, and has a role: nobody else learns even that something is there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from leadglass.values.scope import Permission
from leadglass.web.access import access_of

_Given = ParamSpec("_Given")
_Page = Callable[Concatenate[HttpRequest, _Given], HttpResponseBase]


def signed_in(page: _Page[_Given]) -> Callable[..., HttpResponseBase]:
    """Let in who is signed in and has a role somewhere; others are led to where they can change that."""

    @wraps(page)
    def shown(request: HttpRequest, *args: _Given.args, **kwargs: _Given.kwargs) -> HttpResponseBase:
        if not any(access_of(request).permitted.values()):
            return render(request, "leadglass/no_role.html", status=403)
        return page(request, *args, **kwargs)

    return login_required(shown)


def may(request: HttpRequest, permission: Permission) -> bool:
    """Tell whether who asks holds a permission anywhere; at which sites, the service that she calls sees to."""
    return permission in access_of(request).scope(permission).permissions


def may_everywhere(request: HttpRequest, permission: Permission) -> bool:
    """Tell whether who asks holds a permission at all sites: what is one for all of them is not given by site."""
    scope = access_of(request).scope(permission)
    return scope.sites is None and permission in scope.permissions
