# SPDX-License-Identifier: Apache-2.0
"""Search across all that is listed; what is named exactly opens at once. And the help: words and keys."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from leadglass.services import catalogue
from leadglass.web.access import call, view
from leadglass.web.pages import links, thing
from leadglass.web.pages.listed import NAMES
from leadglass.web.signed_in import signed_in

_LONGEST = 200


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Show what the words may mean; lead on where they name one thing exactly."""
    text = request.GET.get("q", "").strip()[:_LONGEST]
    found = call(request, catalogue.SEARCH, text)
    exact = [hits for hits in found if hits.exact]
    if len(exact) == 1 and exact[0].total == 1:
        return redirect(links.thing(exact[0].listing, exact[0].rows[0]))
    seen = view(request)
    groups = [
        (
            NAMES[hits.listing],
            thing.rows(
                hits.listing,
                hits.rows,
                seen.today,
                about=str(NAMES[hits.listing]),
                total=hits.total,
                href=links.listing(hits.listing, **{hits.filter: text}),
            ),
        )
        for hits in found
    ]
    return render(request, "leadglass/search.html", {"q": text, "groups": groups})


@require_safe
@signed_in
def help_(request: HttpRequest) -> HttpResponse:
    """Explain the words and the keys."""
    return render(request, "leadglass/help.html")
