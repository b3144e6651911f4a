# SPDX-License-Identifier: Apache-2.0
"""The forms of the settings: a sentence on what will be, labelled fields, one button; and what is shown once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from leadglass.services.house import ROLES
from leadglass.services.roles import roles
from leadglass.values.accounts import EVERYWHERE
from leadglass.values.scope import Permission
from leadglass.web.access import view
from leadglass.web.door import house
from leadglass.web.signed_in import may_everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One word that a field may be, what stands for it, and what it means."""

    value: str
    label: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One control: of `kind` text, email, date, select, radio, several, flag or hidden."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    help: str = ""
    needed: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as a page: its heading, what will be, its fields, its button, and where who does not want it goes."""

    heading: str
    lead: str
    fields: Sequence[Field]
    button: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Something that is shown once: what it is, what is to be done with it, its words, where to go on, what went wrong."""

    heading: str
    lead: str
    label: str
    secret: str
    back: str
    fault: str = ""


def given(request: HttpRequest) -> QueryDict:
    """Give what was typed: in a form that was sent, or in the address of one that is shown again."""
    return request.POST if request.method == "POST" else request.GET


def ask(request: HttpRequest, form: Form, fault: str = "") -> HttpResponse:
    """Show a form; with a fault it says what is wrong, and keeps what was typed."""
    context = {**frame(request, ""), "form": form, "fault": fault}
    return render(request, "leadglass/settings/ask.html", context, status=400 if fault else 200)


def once(request: HttpRequest, told: Once) -> HttpResponse:
    """Show something once."""
    return render(request, "leadglass/settings/once.html", {**frame(request, ""), "told": told})


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """Give the parts of the room that who asks may see."""
    parts = [("running", _("What runs by itself")), ("tables", _("Tables in force"))]
    if may_everywhere(request, Permission.ADMIN):
        kept = [("people", _("People")), ("programs", _("Programs")), ("break_glass", _("Break glass"))]
        parts = [*kept, *parts]
    return {"parts": [(reverse(f"settings_{name}"), said, name == here) for name, said in parts]}


def role_field(typed: QueryDict) -> Field:
    """Ask for a role; each with what it is for."""
    known = roles(house().policies.get(ROLES, ""))
    return Field(
        name="role",
        label=_("Role"),
        kind="radio",
        needed=True,
        choices=tuple(
            Choice(
                value=name, label=name.replace("_", " "), help=role.meaning, chosen=typed.get("role") == name
            )
            for name, role in known.items()
        ),
    )


def site_field(typed: QueryDict, sites: Iterable[str]) -> Field:
    """Ask for a site, or all of them."""
    chosen = typed.get("site", EVERYWHERE)
    words = [(EVERYWHERE, _("all sites, those to come included")), *((site, site) for site in sites)]
    return Field(
        name="site",
        label=_("Where"),
        kind="select",
        choices=tuple(Choice(value=value, label=said, chosen=value == chosen) for value, said in words),
    )


def why_field(typed: QueryDict) -> Field:
    """Ask for a reason."""
    return Field(
        name="why", label=_("Why, so that another can follow it"), value=typed.get("why", ""), needed=True,
        help=_("It stands in the history, under your name."),
    )  # fmt: skip


def sites(request: HttpRequest) -> list[str]:
    """Name the sites at which a role can be given."""
    return sorted({device.site for device in view(request).house.register.devices()})
