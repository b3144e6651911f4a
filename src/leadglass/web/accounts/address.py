# SPDX-License-Identifier: Apache-2.0
"""From where a request comes: the connection's address, or what our own proxies say of it (X-Forwarded-For)."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]


def addressed(get_response: Next) -> Next:
    """Put the address of who asks where everything looks for it.

    Each proxy appends the address that it saw. Of what stands there, only what our own proxies wrote can be believed: the
    last entries, as many as there are proxies. Whatever a visitor wrote herself stands before them.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        count = getattr(settings, "TRUSTED_PROXIES", 0)
        told = [
            part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
        ]
        if count and len(told) >= count:
            request.META["REMOTE_ADDR"] = _address(told[-count])
        elif not request.META.get("REMOTE_ADDR"):
            request.META["REMOTE_ADDR"] = _UNKNOWN  # a Unix socket has none
        return get_response(request)

    return answer


_UNKNOWN = "0.0.0.0"  # noqa: S104 - said of an address that is not known; nothing is bound  # nosec B104


def _address(text: str) -> str:
    """Give an address without a port; one that is none counts as unknown, and shares its limits with all such."""
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        return _UNKNOWN
