# SPDX-License-Identifier: Apache-2.0
"""One product: its devices, what is to be done, what is asked. One component: where it runs and what is said of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leadglass.errors import NotFoundError
from leadglass.render.markup import Markup, join
from leadglass.render.phrases import count
from leadglass.render.wording import spoken
from leadglass.services import catalogue
from leadglass.services.ledger.listings import Wanted
from leadglass.values.scope import Page, Row
from leadglass.web.access import call, view
from leadglass.web.pages import links, thing
from leadglass.web.pages.thing import Part, Thing
from leadglass.web.signed_in import signed_in

_MOST = 30


def _one(request: HttpRequest, listing: str, name: str) -> Row:
    rows = call(request, catalogue.LISTED[listing], Wanted(id=name, count=2)).rows
    if len(rows) != 1:
        raise NotFoundError(
            f"Nothing among the {listing} that you see has the id {name}. Search for its name."
        )
    return rows[0]


def _part(request: HttpRequest, listing: str, heading: str, none: str, **asked: Any) -> Part:
    """Make a part of some rows of a listing."""
    found: Page = call(request, catalogue.LISTED[listing], Wanted(count=_MOST, brief=True, **asked))
    if not found.rows:
        return Part(ident=listing, heading=heading, lead=none)
    shown = thing.rows(
        listing,
        found.rows,
        view(request).today,
        about=heading,
        total=found.total,
        href=links.listing(listing, **asked),
    )
    return Part(ident=listing, heading=heading, body=shown)


@require_safe
@signed_in
def product(request: HttpRequest, name: str) -> HttpResponse:
    """Show one product."""
    row = _one(request, "products", name)
    key = row["product_id"]
    known = (
        _("%s describe it") % count(row["boms"], "bill of materials", "bills of materials")
        if row["boms"]
        else _("no bill of materials describes it")
    )
    lead = _("%(devices)s at %(sites)s, in %(versions)s; %(known)s.") % {
        "devices": count(row["devices"], "device"),
        "sites": count(row["sites"], "site"),
        "versions": count(row["versions"], "software version"),
        "known": known,
    }
    return thing.page(
        request,
        Thing(
            kind=_("Product"),
            heading=f"{row['maker']} {row['model'] or _('unknown model')}".strip(),
            lead=lead,
            target=key,
            parts=[
                _part(request, "actions", _("What is to be done"), _("No action is open for it."), product=key),
                _part(request, "questions", _("What is asked"), _("Nothing is asked about it."), product=key),
                _part(request, "devices", _("Its devices"), _("No device of it is listed."), product=key),
                _part(request, "statements", _("What is said of it"), _("No statement of it was received."), product=key),
                _part(request, "vulnerabilities", _("What touches it"), _("No record at hand touches it."), product=key),
            ],
        ),
    )  # fmt: skip


@require_safe
@signed_in
def component(request: HttpRequest, name: str) -> HttpResponse:
    """Show one component."""
    row = _one(request, "components", name)
    key = row["component_id"]
    return thing.page(
        request,
        Thing(
            kind=_("Component"),
            heading=f"{row['name']} {row['version']}".removesuffix(" -").strip(),
            lead=_lead(row),
            target=key,
            parts=[
                _part(
                    request,
                    "findings",
                    _("What was found, device by device"),
                    _("No record at hand says anything of it."),
                    component=key,
                ),
                Part(
                    ident="place",
                    heading=_("Where it is listed"),
                    body=join(links.document(row["sha256"]), f", {row['place']}") if row["sha256"] else None,
                ),
            ],
        ),
    )


def _lead(row: Row) -> Markup:
    """Say what records call it, and how sure that is."""
    if not row["spoken_of"]:
        told = _("Nothing at hand names it: of it nothing is known, for or against.")
    elif row["record_product"]:
        told = _("In records: %(product)s, because: %(basis)s (confidence %(sure)s).") % {
            "product": row["record_product"],
            "basis": spoken(row["basis"]),
            "sure": f"{row['confidence']:.2f}",
        }
    else:
        told = _("No product of any record is it.")
    doubt = _("Not sure: %s.") % spoken(row["doubt"]) if row["doubt"] else None
    return join(_("On %s.") % count(row["devices"], "device"), told, doubt, between=" ")
