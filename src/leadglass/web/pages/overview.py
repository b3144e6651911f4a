# SPDX-License-Identifier: Apache-2.0
"""The overview: what needs somebody today, clocks that run out, what is unknown, whether the feeds are fresh."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leadglass.render import cards, charts
from leadglass.render.grid import figure, mark, sentences
from leadglass.render.markup import Child, Markup, element
from leadglass.render.phrases import count, covered, device_name, unnamed
from leadglass.services import catalogue
from leadglass.services.ledger.glance import OPEN
from leadglass.services.ledger.listings import Wanted
from leadglass.values.overview import Anchor, DeviceLine, Headline, Overview
from leadglass.values.scope import Permission
from leadglass.web.access import call, view
from leadglass.web.door import house
from leadglass.web.pages import approvals, links, orders, thing
from leadglass.web.signed_in import may, signed_in

_CLOCKS = 8


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Show the overview; a guide where nothing was received or assessed yet."""
    if house().tables.current() is None:
        return render(request, "leadglass/first.html", _first(request))
    told = call(request, catalogue.GLANCE)
    due = call(
        request, catalogue.LISTED["actions"], Wanted(sort="due", state=OPEN, count=_CLOCKS, brief=True)
    )
    seen = view(request)
    return render(
        request,
        "leadglass/overview.html",
        {
            "told": told,
            "answers": [(mark(one.state, word=False), one, _where(one)) for one in told.headlines],
            "covered": covered(told),
            "unnamed": unnamed(told.coverage.unnamed, told.coverage.components),
            "open": count(told.actions_total, "action"),
            "cards": [_card(told, number) for number in range(len(told.actions))],
            "clocks": thing.rows(
                "actions",
                due.rows,
                seen.today,
                about=_("Actions whose date comes first"),
                total=due.total,
                href=links.listing("actions", sort="due", state=OPEN),
            ),
            "pictures": _pictures(told),
            "feeds": figure(
                charts.feed_ages(told.feeds, width=charts.WIDE),
                charts.feed_ages(told.feeds, width=charts.NARROW),
                sentences(f"{feed.name}: {feed.sentence}" for feed in told.feeds),
            ),
            "may_assess": may(request, Permission.ASSESS),
            "approvals": approvals.waiting_for(request),
            "orders": call(request, catalogue.ORDERS_TO_SETTLE),
            "orders_href": f"{reverse('orders')}?{orders.SETTLE}",
            **_age(request),
        },
    )


def _first(request: HttpRequest) -> Mapping[str, Any]:
    """Say how far a first run is."""
    received = next(iter(house().documents.receipts()), None) is not None
    return {
        "received": received,
        "may_receive": may(request, Permission.RECEIVE),
        "may_assess": may(request, Permission.ASSESS),
    }


def _age(request: HttpRequest) -> Mapping[str, Any]:
    """Say of when the snapshot is, and whether something was received since."""
    here = house()
    made = here.tables.current()
    if made is None or not (may(request, Permission.RECEIVE) or may(request, Permission.ASSESS)):
        return {"made": made.made_at if made else None, "due": False}
    counted = {*made.documents, *(tombstone.sha256 for tombstone in here.documents.tombstones())}
    due = any(receipt.sha256 not in counted for receipt in here.documents.receipts())
    return {"made": made.made_at, "due": due}


def _where(answer: Headline) -> str:
    """Give the page that holds what an answer counts."""
    return {
        Anchor.ACTIONS: links.listing("actions", state="act_now"),
        Anchor.CLOCKS: links.listing("actions", sort="due", state=OPEN),
        Anchor.QUESTIONS: links.listing("questions"),
    }.get(answer.anchor, "#feeds")


def _card(told: Overview, number: int) -> Markup:
    """Show an action as a card."""
    card = told.actions[number]
    href = reverse("action", args=[card.id])
    title = links.link(href, card.title)
    return cards.action(card, told.as_of, tag, title=title, whole=links.link(href, _("All of this action")))


def tag(device: DeviceLine) -> Child:
    """Name a device, linked to its page."""
    return links.device(device.id, device_name(device))


def _pictures(told: Overview) -> Markup:
    """Show where it burns, how much is open, and which fact is worth most."""
    wide, narrow = charts.WIDE, charts.NARROW
    return element(
        "div",
        figure(charts.heat_map(told.cells, width=wide), charts.heat_map(told.cells, width=narrow)),
        figure(
            charts.open_by_state(told.tallies, width=wide), charts.open_by_state(told.tallies, width=narrow)
        ),
        figure(charts.unknowns(told.questions, width=wide), charts.unknowns(told.questions, width=narrow)),
        class_="figures",
    )
