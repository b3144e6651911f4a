# SPDX-License-Identifier: Apache-2.0
"""One device, like a chart at the bedside: who it is, what it runs, what is wrong, what is being done."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadglass.errors import NotFoundError
from leadglass.render import charts, times
from leadglass.render.columns import fact_name
from leadglass.render.grid import mark
from leadglass.render.markup import Markup, element, join
from leadglass.render.phrases import count, listed
from leadglass.render.times import Support
from leadglass.render.wording import spoken
from leadglass.services import catalogue
from leadglass.services.ledger.cards import state_of
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.people import SAYABLE
from leadglass.services.ledger.view import View, standing
from leadglass.values.overview import State
from leadglass.values.people import Decision
from leadglass.values.scope import Permission, Row
from leadglass.web.access import call, view
from leadglass.web.pages import clocks, links, thing
from leadglass.web.pages.thing import Part, Thing
from leadglass.web.signed_in import may, signed_in

_MOST = 40
_WORST_FIRST = (State.ACT_NOW, State.CONTAIN, State.PLAN, State.UNKNOWN, State.WATCH, State.SETTLED)
_OPEN = frozenset({"affected", "unknown"})


@require_safe
@signed_in
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show everything known of a device, by its id or asset tag."""
    kind, row, related = call(request, catalogue.SHOW, name)
    if kind != "device":
        raise NotFoundError(f"{name} is no device, but a {kind}. Search for it.")
    seen = view(request)
    findings = related["findings"][1]
    actions = _actions(request, findings)
    questions = [
        asked
        for asked in call(
            request, catalogue.LISTED["questions"], Wanted(product=row["product_id"], count=200)
        ).rows
        if any(member["device_id"] == row["device_id"] for member in asked["about"])
    ]
    state = _state(row, findings, actions)
    decided, supports = (
        _decided(actions, findings, seen),
        call(request, catalogue.SUPPORTED, row["device_id"]),
    )
    tag = row["asset_tag"] or row["serial_number"] or row["device_id"]
    return thing.page(
        request,
        Thing(
            kind=_("Device"),
            heading=f"{tag}, {row['product'] or _('unknown model')}",
            lead=_lead(row, findings),
            state=mark(state),
            target=row["device_id"],
            parts=[
                _wrong(row, findings, seen.today),
                _done(actions, decided, seen),
                clocks.part(actions, decided, supports, related["facts"][1], seen.today),
                _supported(supports, seen.today),
                _facts(related["facts"][1], seen.today),
                _unknown(questions, seen.today),
                _runs(row, related["parts"][1], seen.today),
                _papers(related["facts"][1], related["parts"][1], findings),
            ],
            form="say" if may(request, Permission.ANSWER) else "",
            more={"device": row, "sayable": [(name, fact_name(name)) for name in sorted(SAYABLE)]},
        ),
    )


def _actions(request: HttpRequest, findings: Sequence[Row]) -> list[Row]:
    """Give the actions that resolve some findings."""
    ids = dict.fromkeys(row["action"] for row in findings if row["action"])
    if not ids:
        return []
    return list(
        call(request, catalogue.LISTED["actions"], Wanted(id=" ".join(ids), count=len(ids), brief=True)).rows
    )


def _state(row: Row, findings: Sequence[Row], actions: Sequence[Row]) -> State:
    """Give the worst state of the device: what is known to be wrong before what is unknown."""
    by_action = {action["id"]: state_of(action) for action in actions}
    open_ = {
        by_action.get(f["action"], State.SETTLED)
        for f in findings
        if f["status"] in _OPEN and not f["decision"]
    }
    if row["state"] == "retired" or not open_:
        return State.SETTLED
    return next(state for state in _WORST_FIRST if state in open_)


def _lead(row: Row, findings: Sequence[Row]) -> Markup:
    """Say the one sentence to read first."""
    where = ", ".join(
        filter(None, (row["site"], row["department"], row["room"] and _("room %s") % row["room"]))
    )
    if row["state"] == "retired":
        said = _("Retired: no action is raised.")
    else:
        affected = sum(1 for f in findings if f["status"] == "affected" and f["kind"] == "vulnerability")
        unknown = sum(1 for f in findings if f["status"] == "unknown")
        told = [count(affected, "known weakness", "known weaknesses")] if affected else []
        told += [_("%s that cannot be judged for want of a fact") % f"{unknown:,}"] if unknown else []
        said = (
            listed(told) + "."
            if told
            else _("No finding is open: what is known of it was held against every record at hand.")
        )
        if not {"software", "version"} <= set(row["knows"].split()):
            said += " " + _("It is not known in full, so that is not all there may be.")
    missing = _("The newest inventory of its site no longer lists it.") if row["state"] == "missing" else None
    return join(f"{where}." if where else None, missing, said, between=" ")


def _wrong(row: Row, findings: Sequence[Row], today: date) -> Part:
    """Say what is wrong, the worst first."""
    if not findings:
        lead = _("No finding is listed. Where facts are missing, that says nothing of safety.")
        return Part(ident="wrong", heading=_("What is wrong"), lead=lead)
    shown = thing.rows(
        "findings",
        findings[:_MOST],
        today,
        about=_("Findings on this device"),
        total=len(findings),
        href=links.listing("findings", device=row["device_id"]),
        without=("device", "site"),
    )
    return Part(ident="wrong", heading=_("What is wrong"), body=shown)


def _decided(actions: Sequence[Row], findings: Sequence[Row], seen: View) -> list[Decision]:
    """Give the decisions about the device's actions and findings."""
    here, ids = {row["id"] for row in findings}, {row["id"] for row in actions}
    return [one for one in seen.followed() if one.target in ids or here & set(one.findings)]


def _done(actions: Sequence[Row], decided: Sequence[Decision], seen: View) -> Part:
    """Say what is being done, by when, and what was decided."""
    said = [
        element(
            "li",
            _("%(what)s by %(owner)s") % {"what": spoken(one.kind.value), "owner": one.owner},
            f" {_('until')} {one.until}" if one.until else None,
            "" if standing(one, seen.today) else f" ({_('expired: open again')})",
            f": {one.reason}",
        )
        for one in decided
    ]
    body = join(
        thing.rows(
            "actions",
            actions,
            seen.today,
            about=_("Actions for this device"),
            without=("devices", "site", "product"),
        )
        if actions
        else None,
        element("ul", *said) if said else None,
    )
    lead = "" if actions or said else _("No action is open and no decision is recorded.")
    return Part(ident="done", heading=_("What is being done, by when"), lead=lead, body=body)


def _supported(rows: Sequence[Row], today: date) -> Part:
    """Say until when its makers repair what it runs."""
    parts = [Support(part=one["part"], until=one["until"], publisher=one["publisher"]) for one in rows]
    heading_ = _("Until when it is supported")
    if not parts:
        return Part(
            ident="support",
            heading=heading_,
            lead=_(
                "No document at hand says until when its maker supports it: that is unknown, not endless."
            ),
        )
    ident = "horizon"
    return Part(
        ident="support",
        heading=heading_,
        body=thing.picture(
            times.horizon(f"{ident}-wide", parts, today),
            times.horizon(f"{ident}-narrow", parts, today, width=charts.NARROW),
        ),
    )


def _facts(facts: Sequence[Row], today: date) -> Part:
    """Say who it is: each fact, and on demand who says so."""
    rows = (
        (
            fact_name(fact["field"]),
            element("span", fact["value"], translate="no")
            if fact["counts"]
            else join(element("span", element("s", fact["value"]), translate="no"), " ", _("(outweighed)")),
            _said_by(fact),
            thing.source(fact["sha256"], fact["place"], by=fact["by"], since=fact["since"], today=today),
        )
        for fact in facts
    )
    heads = (_("Fact"), _("Value"), _("From"), _("Source"))
    return Part(
        ident="facts",
        heading=_("Who it is"),
        lead=_("Each fact with its source. What a person said outweighs every document."),
        body=thing.grid(heads, rows, about=_("Facts of this device")),
    )


def _said_by(fact: Row) -> str:
    return _("a document") if fact["basis"] == "document" else _("%s said so") % fact["by"]


def _unknown(questions: Sequence[Row], today: date) -> Part:
    """Say what is not known of it, and how to settle it."""
    heading_ = _("What we do not know")
    if not questions:
        lead = _("No missing fact of it would settle a finding.")
        return Part(ident="unknown", heading=heading_, lead=lead)
    shown = thing.rows("questions", questions, today, about=_("Questions about this device"))
    return Part(ident="unknown", heading=heading_, body=shown)


def _runs(row: Row, parts: Sequence[Row], today: date) -> Part:
    """Say what it runs."""
    heading_ = _("What it runs")
    if not parts:
        lead = _(
            "No list of its components is known: only what the inventory states could be held against records."
        )
        return Part(ident="runs", heading=heading_, lead=lead)
    silent = [part["name"] for part in parts if not part["spoken_of"]]
    lead = (
        _("Nothing at hand names %s: of that nothing is known, for or against.") % listed(silent[:8])
        if silent
        else ""
    )
    shown = thing.rows(
        "components",
        parts[:_MOST],
        today,
        about=_("Components of this device"),
        total=len(parts),
        href=links.listing("components", device=row["device_id"]),
        without=("devices",),
    )
    return Part(ident="runs", heading=heading_, lead=lead, body=shown)


def _papers(facts: Sequence[Row], parts: Sequence[Row], findings: Sequence[Row]) -> Part:
    """List the documents that all this rests on."""
    named = {fact["sha256"]: fact["by"] for fact in facts if fact["sha256"]}
    others = [part["sha256"] for part in parts] + [one["sha256"] for f in findings for one in f["sources"]]
    hashes = dict.fromkeys([*named, *filter(None, others)])
    items = (
        element("li", links.document(sha256, named.get(sha256, "").rpartition("/")[2] or sha256[:12]))
        for sha256 in hashes
    )
    return Part(
        ident="papers",
        heading=_("Documents"),
        lead=_("All of this rests on %s.") % count(len(hashes), "document"),
        body=element("ul", *items),
    )


@require_POST
@signed_in
def say(request: HttpRequest, name: str) -> HttpResponse:
    """State a fact of a device; it outweighs every document."""
    told = request.POST
    row = call(
        request, catalogue.SAY, name, told.get("field", ""), told.get("value", ""), why=told.get("why", "")
    )
    return redirect(reverse("device", args=[row["device_id"]]) + "#facts")


@require_safe
@signed_in
def scan(request: HttpRequest) -> HttpResponse:
    """Find a device by its asset tag, typed or read by a phone's camera."""
    return render(request, "leadglass/scan.html")
