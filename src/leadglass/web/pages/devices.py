# SPDX-License-Identifier: Apache-2.0
"""One device, like a chart at the bedside: who it is, what it runs, what is wrong, what is being done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadglass.services import catalogue
from leadglass.web.access import call
from leadglass.web.signed_in import signed_in


@require_safe
@signed_in
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show everything known of a device."""
    kind, fields, related = call(request, catalogue.SHOW, name)
    return render(
        request, "leadglass/device.html", {"kind": kind, "fields": fields, "related": related, "name": name}
    )
