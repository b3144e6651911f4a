# SPDX-License-Identifier: Apache-2.0
"""Pages that give power: who opens one shows again that it is she, unless that was within five minutes.

Nothing that was sent is kept meanwhile: a form that came too late is shown again with what was typed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from leadglass.errors import PermissionDeniedError
from leadglass.values.scope import Permission
from leadglass.web.signed_in import may_everywhere, signed_in

_Given = ParamSpec("_Given")
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field  # nosec B105


def gives_power(
    page: Callable[Concatenate[HttpRequest, _Given], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Let in an administrator of all sites who has just shown that it is she; what she gets is kept by nobody."""

    @wraps(page)
    def shown(request: HttpRequest, *args: _Given.args, **kwargs: _Given.kwargs) -> HttpResponseBase:
        if not may_everywhere(request, Permission.ADMIN):
            raise PermissionDeniedError("Who may do what is kept by an administrator of all sites. Ask one.")
        if is_reauthentication_required(request, app="account"):
            if request.method in {"GET", "HEAD"}:
                raise ReauthenticationRequired
            messages.info(
                request, _("Show once more that it is you, then send the form again. Nothing was done.")
            )
            typed = [
                (name, value)
                for name in request.POST
                if name != _TOKEN
                for value in request.POST.getlist(name)
            ]
            return redirect(f"{request.path}?{urlencode(typed)}")
        return page(request, *args, **kwargs)

    inner: Callable[..., HttpResponseBase] = shown
    bounded = require_http_methods(["GET", "HEAD", "POST"])(signed_in(inner))
    return never_cache(sensitive_post_parameters()(bounded))
