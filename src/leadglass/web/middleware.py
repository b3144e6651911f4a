# SPDX-License-Identifier: Apache-2.0
"""What stands around every page: errors as sentences, a second factor for all, an author for every change of an account."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from leadglass.errors import (
    BusyError,
    FetchError,
    LeadglassError,
    NotFoundError,
    PermissionDeniedError,
    StateError,
    UnreadableError,
    UsageError,
)
from leadglass.web.access import lacks_factor, origin
from leadglass.web.accounts import told  # noqa: F401 - what the log is told hangs on signals
from leadglass.web.accounts.authors import author
from leadglass.web.door import house

Next = Callable[[HttpRequest], HttpResponse]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ACCOUNT = "/account/"
_OPEN = (_ACCOUNT, "/static/", "/style-", "/api/")
"""What is shown before there is a second factor; the API says itself that it is missing."""
_UNCHANGED = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reset_password",
        "settle_alarm",
        "usersessions_list",
        "sign_on_back",
        "sign_on_directory",
        "sign_on_confirmed",
        "sign_on_end",
    }
)
"""Pages that write nothing of an account, or open a change of their own: they hold up nobody who writes.

Of these is the page that hashes a passphrase for whoever asks.
"""
_CODES: tuple[tuple[type[LeadglassError], int], ...] = (
    (NotFoundError, 404), (PermissionDeniedError, 403), (BusyError, 503), (UsageError, 400), (UnreadableError, 422),
    (StateError, 409), (FetchError, 502),
)  # fmt: skip
_FAULT = 500


def code(error: LeadglassError) -> int:
    """Give the status of HTTP (RFC 9110, 15) by which an error is answered."""
    return next((number for kind, number in _CODES if isinstance(error, kind)), _FAULT)


class _Sentences:
    """Show an error of the house as the sentence that it says."""

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer an error of the house; any other is Django's to answer."""
        if not isinstance(exception, LeadglassError):
            return None
        return render(
            request, "leadglass/sentence.html", {"sentence": str(exception)}, status=code(exception)
        )


def sentences(get_response: Next) -> _Sentences:
    """Show errors of the house as sentences."""
    return _Sentences(get_response)


def second_factor(get_response: Next) -> Next:
    """Lead who signed in without a second factor to setting one up, before anything else is shown."""

    def answer(request: HttpRequest) -> HttpResponse:
        asked = not request.path.startswith(_OPEN) and lacks_factor(request)
        return redirect("mfa_index") if asked else get_response(request)

    return answer


class _UndoneError(Exception):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def attributed(get_response: Next) -> Next:
    """Let the pages of accounts write within a change of the register: by whom, from where, at which page.

    What ends in a fault is undone as a whole.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE or not request.path.startswith(_ACCOUNT):
            return get_response(request)
        try:
            where = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        if where.view_name in _UNCHANGED:
            return get_response(request)
        # The page's name, never its address: that may be a link which lets somebody in
        by, why = author(request, where), f"account page {where.view_name}"
        try:
            with house().accounts.change(by, why, origin=origin(request)):
                response = get_response(request)
                if response.status_code >= _FAULT:
                    raise _UndoneError(response)  # noqa: TRY301 - the block rolls back by an exception
        except _UndoneError as undone:
            return undone.response
        return response

    return answer
