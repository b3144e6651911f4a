# SPDX-License-Identifier: Apache-2.0
"""One question: what is asked of whom, what an answer settles, and the answer in one click, with its reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadglass.errors import NotFoundError
from leadglass.planning.orders import ANSWERS, OURS, THEIRS, fact_of
from leadglass.planning.orders import KIND as OF_ORDERS
from leadglass.render.markup import when
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.people import YES_OR_NO
from leadglass.values.scope import Permission, Row
from leadglass.web.access import call, view
from leadglass.web.pages import links, thing
from leadglass.web.pages.thing import Part, Thing
from leadglass.web.signed_in import may, signed_in


@require_safe
@signed_in
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one question, and take its answer from who may answer."""
    rows = call(request, catalogue.LISTED["questions"], Wanted(id=name, count=2)).rows
    found = [row for row in rows if row["id"] == name] or list(rows)
    if len(found) != 1:
        raise NotFoundError(
            f"No open question that you see is called {name}: it was answered and assessed, or is of another site."
        )
    row = found[0]
    return thing.page(
        request,
        Thing(
            kind=_("Question"),
            heading=row["text"],
            lead=_lead(row),
            target=row["id"],
            parts=[_devices(row), *_orders(request, row)],
            form="answer" if may(request, Permission.ANSWER) else "",
            more={
                "question": {**row, "answers": _asked_for(row)},
                "clicks": _clicks(row),
                "yes_or_no": row["kind"] in YES_OR_NO,
            },
        ),
    )


def _lead(row: Row) -> str:
    """Say what hangs on the answer: a work order's word settles no finding by itself."""
    said = (
        _(
            "%(devices)s, with %(findings)s that the work was for. They are judged anew after an answer. Ask: %(asked)s."
        )
        if row["kind"] == OF_ORDERS
        else _("An answer settles %(findings)s on %(devices)s. Ask: %(asked)s.")
    )
    return said % {
        "findings": count(row["settles"], "finding"),
        "devices": count(row["devices"], "device"),
        "asked": row["asked"],
    }


def _asked_for(row: Row) -> str:
    """Say what may be answered; the form has a field of its own for one device."""
    return str(row["answers"]).partition("; add --device")[0]


def _clicks(row: Row) -> list[tuple[str, str]]:
    """Give the answers that one click says."""
    if row["kind"] in YES_OR_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    if row["kind"] == OF_ORDERS:
        takes = ANSWERS[fact_of(row["subject"])]
        sides = [(THEIRS, _("The work order is right"))] if takes.theirs else []
        return sides + ([(OURS, _("What is known here is right"))] if takes.ours else [])
    if row["kind"] == "component":
        return [("yes", _("Yes, it is that")), ("no", _("No, it is not")), ("none", _("No record names it"))]
    return []


def _devices(row: Row) -> Part:
    """List the devices that it is about."""
    about: list[dict[str, Any]] = row["about"]
    worth = _("Open findings") if row["kind"] == OF_ORDERS else _("Findings settled")
    body = thing.grid(
        (_("Device"), _("Site"), _("Room"), _("Software"), _("Serial number"), worth),
        (
            (
                links.device(one["device_id"], one["device"] or one["device_id"]),
                one["site"],
                one["room"],
                one["software_version"],
                one["serial_number"],
                one["findings"],
            )
            for one in about
        ),
        about=_("Devices that it is about"),
    )
    return Part(ident="devices", heading=_("Which devices"), body=body)


def _orders(request: HttpRequest, row: Row) -> list[Part]:
    """List what the work orders say that ask this."""
    if row["kind"] != OF_ORDERS:
        return []
    lines = [line for line in call(request, catalogue.ORDERS) if line.asks == row["id"]]
    today = view(request).today
    body = thing.grid(
        (_("Work order"), _("Device"), _("Version that it names"), _("What shows it"), _("Since")),
        (
            (
                links.link(reverse("order", args=[line.key]), line.number or line.key),
                line.device,
                line.version or _("not stated"),
                line.proof or _("not stated"),
                when(line.at, today),
            )
            for line in lines
        ),
        about=_("Work orders that ask this"),
    )
    return [Part(ident="orders", heading=_("What the work orders say"), body=body)]


@require_POST
@signed_in
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Record an answer: it is remembered, and counts from the next assessment on."""
    told = request.POST
    value = told.get("click") or told.get("value", "")
    row = call(
        request, catalogue.ANSWER, name, value, why=told.get("why", ""), device=told.get("device", "").strip()
    )
    messages.success(
        request,
        _("Recorded: %(answer)s. It counts from the next assessment on, and can be taken back.")
        % {"answer": value},
    )
    # What a work order asks is asked no more; other questions stay until the next assessment
    return redirect("orders") if row["kind"] == OF_ORDERS else redirect(reverse("question", args=[row["id"]]))
