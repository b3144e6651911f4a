# SPDX-License-Identifier: Apache-2.0
"""Decisions that asked for another person: which wait, who could say yes, and the yes itself or its taking back."""

from collections.abc import Iterator, Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from leadglass.errors import NotFoundError
from leadglass.render.grid import mark, pairs
from leadglass.render.markup import Child, Markup, element, join, when
from leadglass.render.phrases import count, listed
from leadglass.render.wording import spoken
from leadglass.services import catalogue
from leadglass.services.accounts.catalogue import APPROVE, ASKED_FOR, WITHDRAW_APPROVAL
from leadglass.services.ledger.asked import AskedFor
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.view import state
from leadglass.values.overview import State
from leadglass.values.people import DecisionKind
from leadglass.values.scope import Permission
from leadglass.web.access import call, person, view
from leadglass.web.pages import links, thing
from leadglass.web.pages.thing import Button, Part, Thing
from leadglass.web.signed_in import may, signed_in

_ROWS = 50
KINDS = {
    DecisionKind.ACCEPT: gettext_noop("accept for a time"),
    DecisionKind.COMPENSATE: gettext_noop("compensate"),
    DecisionKind.CLOSE: gettext_noop("close with proof"),
    DecisionKind.REOPEN: gettext_noop("reopen"),
}


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """List the decisions that wait, or those that have their yes."""
    approved = request.GET.get("state") == "approved"
    everything = call(request, ASKED_FOR)
    found = [one for one in everything if one.waits is not approved]
    skip = request.GET.get("skip", "")
    start = int(skip) if skip.isdecimal() and len(skip) < 12 else 0
    page = found[start : start + _ROWS]
    asked = {"state": "approved"} if approved else {}
    address = reverse("approvals")
    context = {
        "approved": approved,
        "total": len(found),
        "others": len(everything) - len(found),
        "mine": sum(may_approve(request, one) for one in found),
        "table": _table(request, page) if page else None,
        "previous": links.onward(address, asked, max(start - _ROWS, 0)) if start else "",
        "next": links.onward(address, asked, start + _ROWS) if found[start + _ROWS :] else "",
    }
    return render(request, "leadglass/approvals.html", context)


def may_approve(request: HttpRequest, one: AskedFor) -> bool:
    """Tell whether who asks may say yes: never to what she decided herself."""
    return one.waits and person(request) in one.approvers


def _table(request: HttpRequest, page: Sequence[AskedFor]) -> Markup:
    heads = (
        _("Decision"),
        _("About"),
        _("Decided by"),
        _("Why it needs another person"),
        _("Who may approve"),
    )
    return thing.grid(heads, _rows(request, page), about=_("Decisions that asked for another person"))


def _rows(request: HttpRequest, page: Sequence[AskedFor]) -> Iterator[tuple[Child, ...]]:
    titles, today = _titles(request, page), view(request).today
    for one in page:
        made = one.decision
        yield (
            links.link(reverse("approval", args=[made.id]), _(KINDS[made.kind])),
            titles.get(made.target) or made.target,
            element("span", made.by, ", ", when(made.at, today)),
            made.asks,
            _who(request, one),
        )


def _titles(request: HttpRequest, page: Sequence[AskedFor]) -> Mapping[str, str]:
    """Give the titles of the actions that decisions are about, with their sites."""
    wanted = sorted({one.decision.target for one in page if one.decision.target.startswith("A-")})
    if not wanted:
        return {}
    rows = call(request, catalogue.LISTED["actions"], Wanted(id=" ".join(wanted), count=len(wanted))).rows
    return {row["id"]: f"{row['title']} ({row['product']}, {row['site']})" for row in rows}


def _who(request: HttpRequest, one: AskedFor) -> Child:
    """Say who may approve, or who did."""
    if not one.waits:
        return _("approved by %s") % one.decision.approved_by
    if may_approve(request, one):
        return element("b", _("you"))
    return listed(one.approvers) or _("nobody yet: an administrator has to make somebody approver")


@require_safe
@signed_in
def decision(request: HttpRequest, name: str) -> HttpResponse:
    """Show one decision that asked for another person."""
    one = _one(request, name)
    made, seen = one.decision, view(request)
    titles = _titles(request, [one])
    return thing.page(
        request,
        Thing(
            kind=_("Decision"),
            heading=f"{_capital(_(KINDS[made.kind]))}: {titles.get(made.target) or made.target}",
            lead=state(made, seen.today).capitalize() + ".",
            state=mark(State.CONTAIN if one.waits else State.SETTLED, word=False),
            target=made.id if seen.scope.sites is None else "",
            parts=[
                Part(ident="what", heading=_("What was decided"), body=pairs(_facts(request, one))),
                Part(ident="eyes", heading=_("Why it needs another person"), lead=_eyes(request, one)),
            ],
            form="approve",
            more={
                "asked": one,
                "may_approve": may_approve(request, one),
                "may_withdraw": not one.waits and may(request, Permission.APPROVE),
            },
        ),
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one(request: HttpRequest, name: str) -> AskedFor:
    for one in call(request, ASKED_FOR):
        if one.decision.id == name:
            return one
    raise NotFoundError(f"No decision {name} asks for another person at your sites. See those that wait.")


def _facts(request: HttpRequest, one: AskedFor) -> Iterator[tuple[str, Child]]:
    made, today = one.decision, view(request).today
    yield _("About"), about(made.target)
    covers = count(len(made.findings), "finding")
    yield (
        _("Covers"),
        _("all of %s in a range of versions") % made.vulnerability if made.vulnerability else covers,
    )
    yield _("Reason"), made.reason
    yield _("Who answers for it"), made.owner
    yield _("Until"), when(made.until, today) if made.until else _("without an end")
    if made.proof:
        yield _("What shows it"), made.proof
    yield _("Decided by"), join(made.by, ", ", when(made.at, today))


def about(target: str) -> Markup:
    """Link to what a decision is about."""
    page = {"A-": "action", "F-": "finding"}.get(target[:2], "vulnerability")
    return links.link(reverse(page, args=[target]), target)


def _eyes(request: HttpRequest, one: AskedFor) -> str:
    """Say why, and who it is that may."""
    why = _("Two persons, because %s.") % spoken(one.decision.asks)
    if not one.waits:
        return f"{why} " + _("%s said yes.") % one.decision.approved_by
    if may_approve(request, one):
        return f"{why} " + _("You may say yes, or say nothing: until somebody does, it covers nothing.")
    if not one.approvers:
        return f"{why} " + _(
            "Nobody else may approve at these sites yet: an administrator has to make somebody approver."
        )
    return f"{why} " + _("It covers nothing until one of these says yes: %s.") % listed(one.approvers)


@require_POST
@signed_in
def approve(request: HttpRequest, name: str) -> HttpResponse:
    """Say yes to a decision of another person."""
    made = call(request, APPROVE, name, why=request.POST.get("why", ""))
    messages.success(request, _("Approved. It counts from now on: %s findings.") % f"{len(made.findings):,}")
    return redirect("approval", name)


@require_POST
@signed_in
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Take the yes back."""
    call(request, WITHDRAW_APPROVAL, name, why=request.POST.get("why", ""))
    messages.success(request, _("Taken back: the decision waits again, and covers nothing."))
    return redirect("approval", name)


def of_action(request: HttpRequest, action: str) -> list[AskedFor]:
    """Give the decisions about an action that asked for another person."""
    return [one for one in call(request, ASKED_FOR) if one.decision.target == action]


def parts(request: HttpRequest, found: Sequence[AskedFor]) -> list[Part]:
    """Say on the page of an action which decisions about it asked for another person."""
    if not found:
        return []
    waiting = sum(one.waits for one in found)
    lead = (
        _("%s for another person: until then it covers nothing.")
        % count(waiting, "decision waits", "decisions wait")
        if waiting
        else _("All that asked for another person have her yes.")
    )
    return [Part(ident="approvals", heading=_("Decided by two"), lead=lead, body=_table(request, found))]


def buttons(request: HttpRequest, found: Sequence[AskedFor]) -> list[Button]:
    """Lead who may say yes to what waits for her."""
    return [
        Button(
            href=reverse("approval", args=[one.decision.id]), said=_("Look at what waits for your approval")
        )
        for one in found
        if may_approve(request, one)
    ]


def waiting_for(request: HttpRequest) -> int:
    """Count the decisions that wait for who asks."""
    if not may(request, Permission.APPROVE):
        return 0
    return sum(may_approve(request, one) for one in call(request, ASKED_FOR))
