# SPDX-License-Identifier: Apache-2.0
"""Sessions: twelve hours at most however busy, listed to whose they are, ended one by one or all at once."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

Next = Callable[[HttpRequest], HttpResponse]

LONGEST = 12 * 3600
"""Seconds that a session lasts at most: a shift."""

_BEGAN, _SEEN, _LISTED = "leadglass_began", "leadglass_seen", "leadglass_listed"
_NOTED = 600
"""Seconds between two notes of when a session was last seen: each is a write."""


def begin(request: HttpRequest) -> None:
    """Note when a session began, list it, and clear away those that are over."""
    now = time.time()
    request.session[_BEGAN] = request.session[_SEEN] = now
    _list(request)
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def bounded(get_response: Next) -> Next:
    """End a session that is over; note from time to time that one is in use."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = time.time()
            if now - request.session.get(_BEGAN, 0) >= LONGEST:
                logout(request)
            elif request.session.get(_LISTED) != request.session.session_key:
                _list(request)  # its key changes with the passphrase: what is not listed could not be ended
            elif now - request.session.get(_SEEN, 0) >= _NOTED:
                request.session[_SEEN] = now
                own = UserSession.objects.filter(session_key=request.session.session_key)
                own.update(last_seen_at=timezone.now(), ip=request.META["REMOTE_ADDR"])
        return get_response(request)

    return answer


def _list(request: HttpRequest) -> None:
    UserSession.objects.create_from_request(request)
    request.session[_LISTED] = request.session.session_key


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """List one's sessions; end one of them, or all others, or all."""
    if request.method == "POST":
        return _end(request)
    mine = UserSession.objects.purge_and_list(request.user)
    rows = sorted(mine, key=lambda row: (not row.is_current(), -row.last_seen_at.timestamp()))
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})


def _end(request: HttpRequest) -> HttpResponse:
    wanted, here = request.POST.get("end", ""), request.session.session_key
    mine = UserSession.objects.filter(user=request.user)
    if wanted.isdecimal():
        mine = mine.filter(pk=int(wanted))
    elif wanted == "others":
        mine = mine.exclude(session_key=here)
    elif wanted != "all":
        return redirect("usersessions_list")
    ended = list(mine)
    for row in ended:
        row.end()
    if any(row.session_key == here for row in ended):
        logout(request)
        return redirect("account_login")
    messages.info(request, _("Signed out there."))
    return redirect("usersessions_list")
