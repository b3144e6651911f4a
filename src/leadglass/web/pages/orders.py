# SPDX-License-Identifier: Apache-2.0
"""Work orders: which stand where, what a person has to settle, asked for from an action, out and back by a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadglass.errors import LeadglassError, NotFoundError, UsageError
from leadglass.render.export import csv_text, json_text
from leadglass.render.grid import mark, pairs
from leadglass.render.markup import Child, Markup, element, when
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.assigning import listed
from leadglass.services.orders.settle import CONFIRM
from leadglass.values.orders import OrderLine, OrderState
from leadglass.values.overview import State
from leadglass.values.scope import Permission
from leadglass.web.access import call, view
from leadglass.web.pages import links, thing
from leadglass.web.pages.listed import file
from leadglass.web.pages.thing import Button, Part, Thing
from leadglass.web.signed_in import may, may_everywhere, signed_in

_ROWS = 50
MOST_BYTES = 16 << 20
"""Bytes of an export of another system at most."""
_REMARKS = 8
_FILTERS = ("state", "site", "text", "action", "waits")
SETTLE = "waits=yes"
"""The filter of what waits for a person."""
_STATES = {
    OrderState.WANTED: gettext_noop("wanted"),
    OrderState.ASKED: gettext_noop("on its way"),
    OrderState.OPEN: gettext_noop("open there"),
    OrderState.TWICE: gettext_noop("stands there twice"),
    OrderState.CLOSED: gettext_noop("closed there"),
    OrderState.GONE: gettext_noop("there no more"),
    OrderState.CONFIRMED: gettext_noop("confirmed"),
}
_SYSTEMS = {"csv": gettext_noop("a system that takes files,"), "servicenow": gettext_noop("ServiceNow,")}
_COLUMNS = tuple(one.name for one in fields(OrderLine))


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """List the work orders, narrowed by state, site, action and words; or give them as a file."""
    asked = {name: ",".join(filter(None, request.GET.getlist(name))).strip() for name in _FILTERS}
    everything = call(request, catalogue.ORDERS)
    found = [line for line in everything if _fits(line, asked)]
    kind = request.GET.get("format", "")
    if kind:
        return _exported(found, kind)
    skip = request.GET.get("skip", "")
    start = int(skip) if skip.isdecimal() and len(skip) < 12 else 0
    address, today, page = reverse("orders"), view(request).today, found[start : start + _ROWS]
    states = set(filter(None, asked["state"].split(",")))
    context = {
        "asked": asked,
        "total": len(everything),
        "found": len(found),
        "settle": sum(bool(line.question) for line in everything),
        "settle_href": f"{address}?{SETTLE}",
        "states": [(one.value, _(said), one.value in states) for one, said in _STATES.items()],
        "sites": sorted({line.site for line in everything}),
        "table": _table(page, today) if page else None,
        "previous": links.onward(address, asked, max(start - _ROWS, 0)) if start else "",
        "next": links.onward(address, asked, start + _ROWS) if found[start + _ROWS :] else "",
        "csv": links.onward(address, {**asked, "format": "csv"}, 0),
        "json": links.onward(address, {**asked, "format": "json"}, 0),
        "wanted": sum(line.state == OrderState.WANTED for line in everything),
        "may_work": may(request, Permission.WORK),
        "may_take": may_everywhere(request, Permission.WORK),
    }
    return render(request, "leadglass/orders.html", context)


def _fits(line: OrderLine, asked: Mapping[str, str]) -> bool:
    words = f"{line.device} {line.number} {line.key} {line.action} {line.system}".casefold()
    return (
        (not asked["state"] or line.state in asked["state"].split(","))
        and (not asked["site"] or line.site == asked["site"])
        and (not asked["action"] or line.action == asked["action"])
        and (not asked["waits"] or bool(line.question))
        and asked["text"].casefold() in words
    )


def _exported(found: Sequence[OrderLine], kind: str) -> HttpResponse:
    rows = [{name: getattr(line, name) for name in _COLUMNS} for line in found]
    if kind == "csv":
        return file(csv_text(rows, _COLUMNS), "text/csv; charset=utf-8", "orders.csv")
    if kind == "json":
        return file(json_text(rows), "application/json", "orders.json")
    raise UsageError(f"There is no format {kind}. Ask for csv or json.")


def _table(page: Sequence[OrderLine], today: date) -> Markup:
    heads = (
        _("Device"),
        _("State"),
        _("Number there"),
        _("What a person has to settle"),
        _("Action"),
        _("Since"),
    )
    return thing.grid(heads, _rows(page, today), about=_("Work orders"))


def _rows(page: Sequence[OrderLine], today: date) -> Iterator[tuple[Child, ...]]:
    for line in page:
        yield (
            links.link(reverse("order", args=[line.key]), f"{line.device}, {line.site}"),
            _state(line),
            line.number,
            links.link(reverse("question", args=[line.asks]), question(line)) if line.asks else _("nothing"),
            links.link(reverse("action", args=[line.action]), line.action),
            when(line.at, today),
        )


def _state(line: OrderLine) -> Child:
    shape = (
        State.CONTAIN
        if line.question
        else State.SETTLED
        if line.state == OrderState.CONFIRMED
        else State.WATCH
    )
    return element("span", mark(shape, word=False), " ", _(_STATES[OrderState(line.state)]))


def question(line: OrderLine) -> str:
    """Say what does not fit, without the command that settles it: here are buttons."""
    return line.question.removesuffix(CONFIRM).strip()


@require_safe
@signed_in
def order(request: HttpRequest, name: str) -> HttpResponse:
    """Show one work order, and take a person's word where it was closed there."""
    line, today = _one(request, name), view(request).today
    closed = line.state == OrderState.CLOSED
    return thing.page(
        request,
        Thing(
            kind=_("Work order"),
            heading=_("%(device)s, %(site)s") % {"device": line.device, "site": line.site},
            lead=question(line) or _("Nothing is to be settled."),
            state=mark(State.CONTAIN if line.question else State.SETTLED, word=False),
            parts=[Part(ident="what", heading=_("What is known of it"), body=pairs(_facts(line, today)))],
            buttons=_buttons(request, line),
            form="confirm" if closed and may(request, Permission.ANSWER) else "",
            more={"order": line},
        ),
    )


def _buttons(request: HttpRequest, line: OrderLine) -> list[Button]:
    if not line.asks or not may(request, Permission.ANSWER):
        return []
    return [Button(href=reverse("question", args=[line.asks]), said=_("Answer what it asks"))]


def _one(request: HttpRequest, name: str) -> OrderLine:
    for line in call(request, catalogue.ORDERS):
        if line.key == name:
            return line
    raise NotFoundError(f"No work order that you see is called {name}. The list shows those that there are.")


def _facts(line: OrderLine, today: date) -> Iterator[tuple[str, Child]]:
    yield _("State"), _state(line)
    yield _("Asks for"), links.link(reverse("action", args=[line.action]), line.action)
    yield _("Device"), links.device(line.device_id, line.device)
    system = _(_SYSTEMS[line.system]) if line.system in _SYSTEMS else line.system
    yield _("Stands in"), " ".join(filter(None, (system, line.number))) or _("no other system yet")
    yield _("Version, as that system says"), line.version or _("not stated")
    yield _("Version, as known here"), line.installed or _("not known")
    yield _("What shows it, as that system says"), line.proof or _("not stated")
    if line.answered:
        yield _("Answered"), line.answered
    yield _("Since"), when(line.at, today)
    yield _("Key"), line.key


@require_POST
@signed_in
def confirm(request: HttpRequest, name: str) -> HttpResponse:
    """Confirm a closed one: its version becomes a word about the device, and its proof is proposed for the decision."""
    told, line = request.POST, _one(request, name)
    _word, proofs = call(
        request, catalogue.CONFIRM_ORDER, name,
        version=told.get("version", ""), proof=told.get("proof", ""), why=told.get("why", ""),
    )  # fmt: skip
    messages.success(request, _("Confirmed. The version counts from the next assessment on."))
    if proofs and may(request, Permission.DECIDE):
        messages.info(
            request, _("All work orders of this action are confirmed: it can be closed with their proof.")
        )
        asked = {"id": line.action, "kind": "close", "proof": "; ".join(sorted(proofs.values()))[:500]}
        return redirect(links.onward(reverse("decide"), asked, 0))
    return redirect("order", name)


@require_http_methods(["GET", "POST"])
@signed_in
def want(request: HttpRequest) -> HttpResponse:
    """Ask for a work order for each device of an action, once it is confirmed."""
    given = request.POST if request.method == "POST" else request.GET
    (row,) = listed(view(request, Permission.WORK), [given.get("id", "")])
    if request.method == "POST":
        new = call(request, catalogue.WANT_ORDERS, row["id"])
        messages.success(request, _("%s asked for.") % count(len(new), "work order"))
        return redirect(links.onward(reverse("orders"), {"action": row["id"]}, 0))
    known = {line.device_id: line for line in call(request, catalogue.ORDERS) if line.action == row["id"]}
    context = {
        "row": row,
        "devices": [(member, known.get(member["device_id"])) for member in row["devices"]],
        "new": sum(member["device_id"] not in known for member in row["devices"]),
    }
    return render(request, "leadglass/orders_want.html", context)


@require_POST
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """Give what is wanted as a file for another system; from then on it counts as opened there."""
    made = call(request, catalogue.EXPORT_ORDERS, request.POST.get("action", ""))
    if not made.orders:
        messages.info(request, _("No work order waits for a file. Ask for some on the page of an action."))
        return redirect("orders")
    return file(made.raw, "text/csv; charset=utf-8", f"work-orders-{view(request).today:%Y-%m-%d}.csv")


@require_POST
@signed_in
def take(request: HttpRequest) -> HttpResponse:
    """Take what another system's file says. It closes nothing here: a person confirms."""
    view(request, Permission.WORK)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise UsageError(_("No file came along. Choose the export of the other system."))
        if (sent.size or 0) > MOST_BYTES:
            raise UsageError(
                _("This file has more than %s MiB. Export fewer work orders.") % (MOST_BYTES >> 20)
            )
        moved: Any = call(request, catalogue.TAKE_ORDER_FILE, sent.read())
    except LeadglassError as error:
        messages.error(request, str(error))
        return redirect("orders")
    told = {"found": count(moved.found, "work order"), "closed": f"{moved.closed:,}"}
    messages.success(request, _("%(found)s of ours in it, %(closed)s newly closed there.") % told)
    for remark in moved.remarks[:_REMARKS]:
        messages.info(request, f"{remark.where}: {remark.why}")
    if moved.remarks[_REMARKS:]:
        messages.info(request, _("and %s more remarks") % f"{len(moved.remarks) - _REMARKS:,}")
    return redirect("orders")
