# SPDX-License-Identifier: Apache-2.0
"""The overview: what needs somebody today, clocks that run out, what is unknown, whether the feeds are fresh."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadglass.services import catalogue
from leadglass.web.access import call
from leadglass.web.signed_in import signed_in


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    return render(request, "leadglass/overview.html", {"told": call(request, catalogue.OVERVIEW)})
