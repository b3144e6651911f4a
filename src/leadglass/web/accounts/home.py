# SPDX-License-Identifier: Apache-2.0
"""One's own account: who one is here, what one may do where, and what can be changed about it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leadglass.errors import NotFoundError
from leadglass.services.house import ROLES
from leadglass.services.roles import roles
from leadglass.web import mail
from leadglass.web.access import person
from leadglass.web.accounts import connected
from leadglass.web.door import house


@never_cache
@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show one's roles, and lead to passphrase, second factor and sessions."""
    here = house()
    known = roles(here.policies.get(ROLES, ""))
    held = [
        (grant, known[grant.role].meaning if grant.role in known else "") for grant in here.accounts.grants(person(request))
    ]  # fmt: skip
    return render(request, "account/home.html", {"held": held, "vouching": connected.shown(request)})


def closed(_request: HttpRequest, **_given: str) -> HttpResponse:
    """Answer at addresses of django-allauth that are not used here."""
    raise NotFoundError("There is nothing at this address. Begin at the overview.")


def needs_mail() -> None:
    """See that mail is set. NotFoundError where it is not."""
    if not mail.is_set():
        raise NotFoundError(
            "No mail is sent from here. Ask an administrator for a new link: she makes one with"
            " `leadglass account invite NAME --again`."
        )
