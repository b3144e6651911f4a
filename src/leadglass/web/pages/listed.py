# SPDX-License-Identifier: Apache-2.0
"""Every listing of the house as a page: filtered, sorted and paged by the server, its state in the address."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leadglass.errors import UsageError
from leadglass.render.export import csv_text, json_text
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.choices import checked
from leadglass.services.ledger.listings import LISTINGS, Listing, Wanted, singular
from leadglass.values.scope import Page, Permission
from leadglass.web.access import call, person, view
from leadglass.web.pages import empty, filters, links, tables
from leadglass.web.signed_in import may, signed_in

ROWS = 50
MOST_EXPORTED = 50_000
"""Rows of one export: more are asked of the command line, which holds up nobody else's page."""
_GROUPS = {"site": gettext_lazy("site"), "product": gettext_lazy("product"), "title": gettext_lazy("deed")}
NAMES = {
    "devices": gettext_lazy("Devices"),
    "products": gettext_lazy("Products"),
    "components": gettext_lazy("Components"),
    "findings": gettext_lazy("Findings"),
    "vulnerabilities": gettext_lazy("Vulnerabilities"),
    "actions": gettext_lazy("Actions"),
    "questions": gettext_lazy("Questions"),
    "statements": gettext_lazy("Statements"),
    "sightings": gettext_lazy("Sightings"),
    "remarks": gettext_lazy("Remarks"),
    "sources": gettext_lazy("Documents"),
}
"""How listings are called on pages."""


def paths() -> list[URLPattern]:
    """Give an address per listing."""
    return [
        path(links.ADDRESSES.get(name, name), _page(name), name=links.ADDRESSES.get(name, name))
        for name in LISTINGS
    ]


def _page(name: str) -> Callable[..., HttpResponseBase]:
    @require_safe
    @signed_in
    def show(request: HttpRequest) -> HttpResponse:
        return _shown(request, LISTINGS[name])

    return show


def asked_for(request: HttpRequest, listing: Listing) -> dict[str, Any]:
    """Take the filters out of an address. UsageError for a word that none of its rows could have."""
    given = {name: ",".join(filter(None, request.GET.getlist(name))) for name in listing.filters}
    told = {name: value for name, value in checked(listing, given).items() if value}
    site = request.GET.get("site", "").strip()
    return {**told, **({"site": site} if site else {})}


def wanted(request: HttpRequest, asked: Mapping[str, Any], **more: Any) -> Wanted:
    """Bring what an address asks for to what a listing is asked for."""
    mine = {"assignee": person(request)} if asked.get("assignee") == "mine" else {}
    return Wanted(**{**asked, **mine, **more})


def _shown(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Show a page of a listing, or give all of it as a file."""
    asked = asked_for(request, listing)
    sort, group = request.GET.get("sort", ""), request.GET.get("group", "")
    group = group if listing.name == "actions" and group in _GROUPS else ""
    skip = request.GET.get("skip", "")
    start = int(skip) if skip.isdecimal() and len(skip) < 12 else 0
    if kind := request.GET.get("format", ""):
        return _exported(
            request, listing, wanted(request, asked, sort=group or sort, count=MOST_EXPORTED), kind
        )
    look = wanted(request, asked, sort=group or sort, skip=start, count=ROWS)
    note = ""
    try:
        page = call(request, catalogue.LISTED[listing.name], look)
    except UsageError as error:
        # The order cannot be had: the rows are shown all the same, in their own
        if not look.sort:
            raise
        note, sort, group = str(error), "", ""
        page = call(request, catalogue.LISTED[listing.name], replace(look, sort=""))
    state = {**asked, "sort": sort, "group": group}
    return render(request, "leadglass/listed.html", _context(request, listing, page, state, start, note))


def _context(
    request: HttpRequest, listing: Listing, page: Page, state: Mapping[str, Any], skip: int, note: str
) -> dict[str, Any]:
    """Give what the template lays out."""
    name = listing.name
    asked = {key: value for key, value in state.items() if key not in {"sort", "group"}}
    seen = view(request)
    places = call(request, catalogue.PLACES)
    last = skip + len(page.rows)

    def href(**change: Any) -> str:
        return links.listing(name, **{**state, **change})

    return {
        "name": name,
        "title": NAMES[name],
        "lead": _lead(name, page, skip, last),
        "note": note,
        "said": filters.said(name, state),
        "fields": filters.fields(listing, asked, places),
        "state": state,
        "here": href(),
        "bare": links.listing(name),
        "heads": tables.heads(name, str(state["sort"]), lambda column: href(sort=column, group="")),
        "lines": tables.lines(name, page.rows, seen.today, group=str(state["group"])),
        "groups": [(href(group=key), told, key == state["group"]) for key, told in _GROUPS.items()]
        if name == "actions"
        else [],
        "ungrouped": href(group=""),
        "previous": href(skip=max(skip - ROWS, 0) or "") if skip else "",
        "next": href(skip=page.next) if page.next else "",
        "csv": href(format="csv"),
        "json": href(format="json"),
        "why": None if page.rows else empty.said(request, listing, asked, skip),
        "may_decide": name == "actions" and may(request, Permission.DECIDE),
        "may_work": name == "actions" and may(request, Permission.WORK),
        "may_receive": name == "sources" and may(request, Permission.RECEIVE),
    }


def _lead(name: str, page: Page, skip: int, last: int) -> str:
    """Say how many there are, and which are shown."""
    if not page.rows:
        return ""
    total = count(page.total, singular(name) if name != "sources" else "document", NAMES[name].lower())
    if not skip and last >= page.total:
        return f"{total}."
    return _("%(total)s; shown are %(first)s to %(last)s.") % {
        "total": total,
        "first": f"{skip + 1:,}",
        "last": f"{last:,}",
    }


def _exported(request: HttpRequest, listing: Listing, look: Wanted, kind: str) -> HttpResponse:
    """Give all rows that the filters leave, in the order shown, as a file."""
    page = call(request, catalogue.LISTED[listing.name], look)
    if page.total > len(page.rows):
        raise UsageError(
            f"These are {page.total:,} {listing.name}; a file holds {MOST_EXPORTED:,}. Narrow the filter, or ask"
            f" `leadglass {listing.name} --csv`."
        )
    name = links.ADDRESSES.get(listing.name, listing.name)
    if kind == "csv":
        columns = tuple(page.rows[0]) if page.rows else listing.columns
        return file(csv_text(page.rows, columns), "text/csv; charset=utf-8", f"{name}.csv")
    if kind == "json":
        return file(json_text(page.rows), "application/json", f"{name}.json")
    raise UsageError(f"'{kind}' is no format. Ask for csv or json.")


def file(text: str | bytes, kind: str, name: str) -> HttpResponse:
    """Answer with a file to keep."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )
