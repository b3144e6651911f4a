# SPDX-License-Identifier: Apache-2.0
"""The people: who has an account, what each may do where, how she signs in; and who is invited."""

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leadglass.render.markup import Child, when
from leadglass.render.wording import spoken
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.people import AccountRow
from leadglass.services.house import ROLES
from leadglass.services.roles import roles
from leadglass.values.accounts import AccountKind
from leadglass.web.access import call, view
from leadglass.web.door import house
from leadglass.web.pages import links, thing
from leadglass.web.pages.settings import asking
from leadglass.web.signed_in import signed_in

_ROWS = 100


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """List the people, narrowed by words, role, site and state, and the open invitations."""
    asked = {name: request.GET.get(name, "").strip() for name in ("text", "role", "site", "state")}
    everybody = [one for one in call(request, catalogue.ACCOUNTS) if one.kind is AccountKind.PERSON]
    found = [one for one in everybody if _fits(one, asked)]
    skip = request.GET.get("skip", "")
    start = int(skip) if skip.isdecimal() and len(skip) < 12 else 0
    today = view(request).today
    now = house().clock()
    address = reverse("settings_people")
    return render(
        request,
        "leadglass/settings/people.html",
        {
            **asking.frame(request, "people"),
            "asked": asked,
            "total": len(everybody),
            "found": len(found),
            "people": thing.grid(
                (_("Who"), _("Signs in as"), _("Roles"), _("Second factor"), _("Last seen")),
                _rows(found[start : start + _ROWS], today),
                about=_("People"),
            )
            if found[start:]
            else None,
            "previous": links.onward(address, asked, max(start - _ROWS, 0)) if start else "",
            "next": links.onward(address, asked, start + _ROWS) if found[start + _ROWS :] else "",
            "roles": [(name, name.replace("_", " ")) for name in roles(house().policies.get(ROLES, ""))],
            "sites": asking.sites(request),
            "invitations": [
                (one, one.role.replace("_", " "), one.until > now)
                for one in call(request, catalogue.INVITATIONS)
            ],
        },
    )


def _fits(one: AccountRow, asked: dict[str, str]) -> bool:
    words = f"{one.username} {one.name} {one.email}".casefold()
    states = {
        "": True,
        "off": not one.active,
        "on": one.active,
        "no_factor": one.active and not one.second_factor,
    }
    return (
        asked["text"].casefold() in words
        and (not asked["role"] or any(grant.role == asked["role"] for grant in one.grants))
        and (not asked["site"] or any(grant.site in {asked["site"], ""} for grant in one.grants))
        and states.get(asked["state"], True)
    )


def _rows(found: Sequence[AccountRow], today: object) -> Iterator[tuple[Child, ...]]:
    for one in found:
        yield (
            links.link(reverse("settings_person", args=[one.username]), one.name or one.username),
            one.username,
            roles_said(one),
            factor_said(one),
            seen_said(one, today),
        )


def roles_said(one: AccountRow) -> str:
    """Say what somebody is where."""
    told = [
        _("%(role)s at %(site)s")
        % {"role": spoken(grant.role.replace("_", " ")), "site": grant.site or _("all sites")}
        for grant in one.grants
    ]
    return ", ".join(told) or _("none: she sees nothing")


def factor_said(one: AccountRow) -> str:
    """Say how somebody signs in."""
    if not one.active:
        return _("switched off: may not sign in")
    return _("set up") if one.second_factor else _("not yet: nothing is shown to her before")


def seen_said(one: AccountRow, today: object) -> Child:
    """Say when somebody was seen last."""
    return when(one.seen, today) if one.seen else _("not known")  # type: ignore[arg-type]


@require_POST
@signed_in
def withdraw_invitation(request: HttpRequest, name: str) -> HttpResponse:
    """Take the invitations of a name back."""
    call(request, catalogue.WITHDRAW_INVITATION, name)
    messages.success(request, _("The link of %s lets nobody in any more.") % name)
    return redirect("settings_people")
