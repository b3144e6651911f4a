# SPDX-License-Identifier: Apache-2.0
"""The page of one thing: who it is in a sentence, then the evidence part by part, comments, and what was changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadglass.render.charts import Chart
from leadglass.render.grid import details, figure, table
from leadglass.render.markup import Child, Markup, element, join, when
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.history import OTHERS
from leadglass.values.scope import Permission, Row
from leadglass.web.access import call, view
from leadglass.web.pages import changes, links, tables
from leadglass.web.signed_in import may, signed_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a page: its heading, the sentence that answers its question, and the evidence."""

    ident: str
    heading: str
    lead: Child = ""
    body: Markup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something that can be done to the thing: a link to the page that asks what is needed."""

    href: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing as a page. `target` is its whole id: comments and history hang on it; empty where it has neither."""

    kind: str
    heading: str
    lead: Child
    parts: Sequence[Part]
    state: Markup | None = None
    target: str = ""
    buttons: Sequence[Button] = ()
    form: str = ""
    more: dict[str, Any] | None = None


def page(request: HttpRequest, thing: Thing) -> HttpResponse:
    """Lay a thing out."""
    seen = view(request)
    # What is about a vulnerability as a whole reaches all sites
    told = thing.target and (
        seen.scope.sites is None or thing.target[:2] in OTHERS or thing.target[:2] == "F-"
    )
    beside = call(request, catalogue.BESIDE, thing.target) if told else None
    return render(
        request,
        "leadglass/thing.html",
        {
            "thing": thing,
            "beside": beside,
            "changes": changes.lines(beside.entries, seen) if beside else (),
            "may_work": bool(beside) and may(request, Permission.WORK),
            "here": request.path,
            **(thing.more or {}),
        },
    )


def rows(
    listing: str,
    listed: Sequence[Row],
    today: date,
    *,
    about: str,
    total: int = 0,
    href: str = "",
    without: Collection[str] = (),
) -> Markup:
    """Show some rows of a listing, and where all of them are."""
    shown = [column for column in tables.SHOWN[listing] if column not in without]
    at = [tables.SHOWN[listing].index(column) for column in shown]
    heads = (
        element("th", tables.heading(listing, column), scope="col", class_=tables.aligned(listing, column))
        for column in shown
    )
    body = (
        element("tr", *(line.cells[place] for place in at)) for line in tables.lines(listing, listed, today)
    )
    made = element(
        "table",
        element("caption", about, class_="unseen"),
        element("thead", element("tr", *heads)),
        element("tbody", *body),
        class_="rows",
    )
    more = None
    if href and total > len(listed):
        more = element("p", links.link(href, _("All %s") % f"{total:,}"))
    return join(element("div", made, class_="scroll"), more)


def grid(heads: Sequence[str], body: Iterable[Sequence[Child]], *, about: str) -> Markup:
    """Show a table of its own."""
    return element("div", table(heads, body, about=about), class_="scroll")


def picture(wide: Chart, narrow: Chart) -> Markup | None:
    """Show a picture with its numbers; the table alone where there is nothing to draw."""
    if not wide.rows:
        return None
    if not wide.svg:
        return grid(wide.head, wide.rows, about=wide.title)
    return figure(wide, narrow)


def source(sha256: str, place: str, *, by: str = "", since: date | None = None, today: date) -> Markup:
    """Say on demand where a fact stands."""
    told = join(
        by.rpartition("/")[2] or None,
        place or None,
        links.document(sha256, _("document")) if sha256 else None,
        join(_("since "), when(since, today)) if since else None,
        between=", ",
    )
    return details(_("source"), element("p", told), class_="source")


def number(found: int, noun: str) -> str:
    """Count things for a heading's sentence."""
    return count(found, noun)


@require_POST
@signed_in
def comment(request: HttpRequest) -> HttpResponse:
    """Add a comment, and go back to where it stands."""
    call(request, catalogue.COMMENT, request.POST.get("target", ""), request.POST.get("text", ""))
    return redirect(back(request) + "#comments")


def back(request: HttpRequest) -> str:
    """Give the page that a form was on: an address of our own, never another's."""
    told = request.POST.get("back", "")
    own = told.startswith("/") and not told.startswith("//") and "\\" not in told
    return told if own else reverse("overview")
