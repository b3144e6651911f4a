# SPDX-License-Identifier: Apache-2.0
"""One action, and what people do about one or many: decide with owner, reason and expiry; say who takes them on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from leadglass.errors import LeadglassError, NotFoundError, UsageError
from leadglass.render import charts, times
from leadglass.render.cards import action
from leadglass.render.dates import day
from leadglass.render.grid import mark, pairs
from leadglass.render.markup import Child, element, join
from leadglass.render.phrases import count
from leadglass.render.times import Moment
from leadglass.services import catalogue
from leadglass.services.ledger.assigning import listed
from leadglass.services.ledger.cards import action_card, state_of
from leadglass.services.ledger.deciding import Deciding
from leadglass.services.ledger.listings import Wanted
from leadglass.values.ids import fingerprint
from leadglass.values.overview import State
from leadglass.values.people import DecisionKind
from leadglass.values.scope import Permission, Row
from leadglass.web.access import call, view
from leadglass.web.door import house
from leadglass.web.pages import approvals, links, thing
from leadglass.web.pages.overview import tag
from leadglass.web.pages.thing import Button, Part, Thing
from leadglass.web.signed_in import may, signed_in

_FINDINGS = 40
_KINDS = {
    DecisionKind.ACCEPT: gettext_noop("Accept for a time: the risk is known, and is borne until a day"),
    DecisionKind.COMPENSATE: gettext_noop("Compensate: something else keeps it away, until a day"),
    DecisionKind.CLOSE: gettext_noop("Close with proof: it is done, and something shows it"),
    DecisionKind.REOPEN: gettext_noop("Reopen: what was decided before holds no longer"),
}


@require_safe
@signed_in
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one action: what can happen, for whom, by when, who answers for it, what closes it."""
    row = _one(request, name)
    seen = view(request)
    card = action_card(row)
    findings = call(request, catalogue.LISTED["findings"], Wanted(action=row["id"], count=_FINDINGS))
    parts = [
        Part(
            ident="deed",
            heading=_("What to do"),
            body=element("ol", action(card, seen.moment, tag, whole=row["id"]), class_="cards"),
        ),
        Part(ident="clocks", heading=_("Its clocks"), lead=row["clocks"], body=_clocks(row, seen.today)),
        Part(
            ident="findings",
            heading=_("What it settles"),
            lead=_("%(findings)s, %(unknown)s of them unknown for want of a fact.")
            % {"findings": count(findings.total, "finding"), "unknown": f"{row['unknown']:,}"},
            body=thing.rows(
                "findings",
                findings.rows,
                seen.today,
                about=_("Findings that this action settles"),
                total=findings.total,
                href=links.listing("findings", action=row["id"]),
            )
            if findings.rows
            else None,
        ),
    ]
    asked = approvals.of_action(request, row["id"])
    parts[1:1] = approvals.parts(request, asked)
    buttons = approvals.buttons(request, asked)
    if may(request, Permission.DECIDE):
        buttons.append(Button(href=f"{reverse('decide')}?id={row['id']}", said=_("Decide")))
    if may(request, Permission.WORK):
        buttons.append(Button(href=f"{reverse('assign')}?id={row['id']}", said=_("Say who takes it on")))
        buttons.append(Button(href=f"{reverse('want_orders')}?id={row['id']}", said=_("Ask for work orders")))
    return thing.page(
        request,
        Thing(
            kind=_("Action"),
            heading=row["title"],
            lead=_lead(row),
            state=mark(card.state),
            target=row["id"],
            parts=parts,
            buttons=buttons,
        ),
    )


def _one(request: HttpRequest, name: str) -> Row:
    """Find an action, one that nothing asks for any more too."""
    rows = call(request, catalogue.LISTED["actions"], Wanted(id=name, count=2, brief=True)).rows
    found = [row for row in rows if row["id"] == name] or list(rows)
    if len(found) != 1:
        raise NotFoundError(
            f"No action that you see has the id {name}. It may be settled for good, or of another site."
        )
    return found[0]


def _lead(row: Row) -> Child:
    """Say where, and who has it."""
    where = (
        join(links.link(links.thing("products", row), row["product"]), f", {row['site']}. ")
        if row["product"]
        else None
    )
    who = _("Taken on by %s.") % row["assignee"] if row["assignee"] else _("Nobody has taken it on.")
    decided = f" {_('Decided')}: {row['decision']}." if row["decision"] else ""
    return join(where, who, decided)


def _clocks(row: Row, today: date) -> Any:
    """Draw the three clocks, and what was known when."""
    due = ((_("triage by"), row["due_triage"], State.WATCH), (_("contain by"), row["due_contain"], State.CONTAIN),
           (_("remedy by"), row["due_remedy"], State.PLAN))  # fmt: skip
    moments = [Moment(on=on, what=what, state=state) for what, on, state in due if on]
    undated = pairs((what, _("no date")) for what, on, _state in due if not on)
    drawn = (
        thing.picture(
            times.timeline("clocks-wide", moments, today),
            times.timeline("clocks-narrow", moments, today, width=charts.NARROW),
        )
        if moments
        else None
    )
    return join(drawn, undated)


@require_http_methods(["GET", "POST"])
@signed_in
def decide(request: HttpRequest) -> HttpResponse:
    """Say what a decision on the chosen actions would cover, and record it when it is confirmed."""
    given = request.POST if request.method == "POST" else request.GET
    rows = listed(view(request, Permission.DECIDE), given.getlist("id"))
    covers = _covers(rows)
    fault = ""
    if request.method == "POST":
        try:
            if given.get("covers") != covers:
                raise UsageError(
                    "What this covers has changed since you looked: an assessment or somebody else came between. Look again."
                )
            made = call(request, catalogue.DECIDE_ALL, [_deciding(given, row["id"]) for row in rows])
        except LeadglassError as error:
            fault = str(error)
        else:
            messages.success(request, _("Decided on %s. It shows at once.") % count(len(made), "action"))
            return redirect(reverse("action", args=[rows[0]["id"]]) if len(rows) == 1 else reverse("actions"))
    context = {**_chosen(request, rows), "kinds": [(kind.value, _(said)) for kind, said in _KINDS.items()],
               "given": given, "covers": covers, "fault": fault}  # fmt: skip
    return render(request, "leadglass/decide.html", context, status=400 if fault else 200)


def _covers(rows: Sequence[Row]) -> str:
    """Name the findings that a decision would cover, so that what is confirmed is what was shown."""
    return fingerprint("covers", *sorted(name for row in rows for name in row["findings"]))


def _deciding(given: Mapping[str, Any], target: str) -> Deciding:
    until = str(given.get("until") or "").strip()
    try:
        ends = date.fromisoformat(until) if until else None
    except ValueError:
        raise UsageError(f"'{until}' is no date. Write it like 2027-01-31.") from None
    return Deciding(
        kind=str(given.get("kind", "")),
        target=target,
        owner=str(given.get("owner", "")),
        reason=str(given.get("reason", "")),
        until=ends,
        proof=str(given.get("proof", "")),
    )


def _chosen(request: HttpRequest, rows: Sequence[Row]) -> dict[str, Any]:
    """Give what a confirmation says of the chosen actions."""
    seen = view(request)
    devices = {member["device_id"] for row in rows for member in row["devices"]}
    return {
        "rows": [
            {
                "id": row["id"],
                "title": links.link(links.thing("actions", row), row["title"]),
                "state": mark(state_of(row)),
                "place": f"{row['product']}, {row['site']}",
                "devices": ", ".join(member["device"] or member["device_id"] for member in row["devices"]),
                "findings": len(row["findings"]),
                "unknown": row["unknown"],
                "decision": row["decision"],
            }
            for row in rows
        ],
        "findings": sum(len(row["findings"]) for row in rows),
        "unknown": sum(row["unknown"] for row in rows),
        "devices": len(devices),
        "first_due": _first_due(rows, seen.today),
    }


def _first_due(rows: Sequence[Row], today: date) -> str:
    due = [row["due_contain"] or row["due_triage"] for row in rows]
    return day(min(filter(None, due)), today) if any(due) else ""


@require_http_methods(["GET", "POST"])
@signed_in
def assign(request: HttpRequest) -> HttpResponse:
    """Say who takes the chosen actions on."""
    given = request.POST if request.method == "POST" else request.GET
    rows = listed(view(request, Permission.WORK), given.getlist("id"))
    fault = ""
    if request.method == "POST":
        try:
            call(
                request,
                catalogue.ASSIGN,
                [row["id"] for row in rows],
                given.get("assignee", ""),
                why=given.get("why", ""),
            )
        except LeadglassError as error:
            fault = str(error)
        else:
            messages.success(request, _("Recorded for %s.") % count(len(rows), "action"))
            return redirect(reverse("action", args=[rows[0]["id"]]) if len(rows) == 1 else reverse("actions"))
    people = [
        account for account in house().accounts.accounts() if account.active and account.kind == "person"
    ]
    context = {**_chosen(request, rows), "people": people, "given": given, "fault": fault}
    return render(request, "leadglass/assign.html", context, status=400 if fault else 200)
