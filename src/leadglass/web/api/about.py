# SPDX-License-Identifier: Apache-2.0
"""What the server says of itself: its release and time, and whom it takes the asker for."""

from django.http import HttpRequest, HttpResponse

from leadglass import __version__
from leadglass.services.api import wire
from leadglass.services.api.far import About
from leadglass.web.access import access_of, person
from leadglass.web.api.asked import nothing
from leadglass.web.door import house


def show(request: HttpRequest) -> HttpResponse:
    """Say it."""
    nothing(request)
    permitted = access_of(request).permitted
    here = house()
    told = About(
        release=__version__,
        now=here.clock(),
        organisation=here.organisation,
        person=person(request),
        permitted={site: sorted(held) for site, held in sorted(permitted.items())},
    )
    return HttpResponse(wire.encoded(wire.plain(told)), content_type="application/json")
