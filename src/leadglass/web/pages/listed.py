# SPDX-License-Identifier: Apache-2.0
"""Every listing of the house as a page: filtered and paged by the server, its state in the address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from leadglass.services import catalogue
from leadglass.services.ledger.listings import LISTINGS, Wanted
from leadglass.web.access import call
from leadglass.web.signed_in import signed_in

_ROWS = 50


def paths() -> list[URLPattern]:
    """Give an address per listing."""
    return [path(name, _page(name), name=name) for name in LISTINGS]


def _page(name: str) -> Callable[[HttpRequest], HttpResponse]:
    @require_safe
    @signed_in
    def show(request: HttpRequest) -> HttpResponse:
        listing = LISTINGS[name]
        asked = {key: request.GET.get(key, "") for key in (*listing.filters, "site") if request.GET.get(key)}
        skip = request.GET.get("skip", "")
        wanted = Wanted(count=_ROWS, skip=int(skip) if skip.isdecimal() else 0, **asked)  # type: ignore[arg-type]
        page = call(request, catalogue.LISTED[name], wanted)
        rows = [[row.get(column) for column in listing.shown] for row in page.rows]
        return render(
            request, "leadglass/listed.html", {"listing": listing, "page": page, "rows": rows, "asked": asked}
        )

    return show
