# SPDX-License-Identifier: Apache-2.0
"""Which tables are in force: what each decides, its version, whether the site has its own, and where that lies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leadglass.render.grid import mark
from leadglass.render.markup import Child, element
from leadglass.services import catalogue
from leadglass.services.in_force import TableInForce
from leadglass.values.overview import State
from leadglass.values.scope import Permission
from leadglass.web.access import call
from leadglass.web.door import house
from leadglass.web.pages import thing
from leadglass.web.pages.settings import asking
from leadglass.web.signed_in import may_everywhere, signed_in


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """List them; where the home lies is told to administrators."""
    rows = call(request, catalogue.IN_FORCE)
    body = (
        (
            row.decides,
            _whose(row),
            element("span", row.version or "-", translate="no"),
            element("code", row.place),
        )
        for row in rows
    )
    context = {
        **asking.frame(request, "tables"),
        "tables": thing.grid(
            (_("What it decides"), _("Whose"), _("Version"), _("A site's own lies at")),
            body,
            about=_("Tables in force"),
        ),
        "own": sum(row.own and not row.fault for row in rows),
        "faults": [row for row in rows if row.fault],
        "home": house().home if may_everywhere(request, Permission.ADMIN) else "",
    }
    return render(request, "leadglass/settings/tables.html", context)


def _whose(row: TableInForce) -> Child:
    if row.fault:
        return element("span", mark(State.CONTAIN, word=False), " ", _("the site's own, and wrong"))
    if row.own:
        return _("shipped, with what the site states otherwise") if row.joined else _("the site's own")
    return _("as shipped")
