# SPDX-License-Identifier: Apache-2.0
"""Why a page shows nothing, and what to do next: nothing listed must never read as "all is well"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leadglass.services import catalogue
from leadglass.services.ledger.emptiness import Empty, Reason, why_empty
from leadglass.services.ledger.listings import Listing, Wanted
from leadglass.values.scope import Page
from leadglass.web.access import call
from leadglass.web.pages import links

_NONE = {
    "devices": gettext_noop("No inventory was read that lists a device of your sites. Receive one."),
    "products": gettext_noop("No inventory was read that lists a device of your sites. Receive one."),
    "components": gettext_noop(
        "Nothing is known of what runs on the devices. Receive bills of materials, or ask for them."
    ),
    "findings": gettext_noop(
        "No record at hand says anything about a device at hand. See how fresh the feeds are."
    ),
    "vulnerabilities": gettext_noop(
        "No record at hand says anything about a device at hand. See how fresh the feeds are."
    ),
    "actions": gettext_noop(
        "No finding asks for anything. See what that rests on: how fresh the feeds are, and the remarks."
    ),
    "questions": gettext_noop(
        "No missing fact would settle a finding. The remarks say what could not be judged at all."
    ),
    "sightings": gettext_noop(
        "No export of another tool was received: a scanner's report, a list of a discovery suite, leases."
    ),
    "statements": gettext_noop(
        "No publisher's statement was received. Receive advisories and VEX documents."
    ),
    "remarks": gettext_noop("All that was received could be read and judged."),
    "sources": gettext_noop("Nothing was received. Receive documents."),
}
_NEXT = {
    "devices": "upload", "products": "upload", "components": "questions", "findings": "overview",
    "vulnerabilities": "overview", "actions": "remarks", "questions": "remarks", "sightings": "upload",
    "statements": "upload", "remarks": "documents", "sources": "upload",
}  # fmt: skip
_GO = {
    "upload": gettext_noop("Receive documents"),
    "questions": gettext_noop("What to ask"),
    "overview": gettext_noop("Age of the feeds"),
    "remarks": gettext_noop("Remarks"),
    "documents": gettext_noop("Documents"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a page is empty, and where to go next."""

    sentence: str
    href: str = ""
    go: str = ""


def said(request: HttpRequest, listing: Listing, asked: Mapping[str, Any], skip: int = 0) -> Why:
    """Say why a listing shows nothing to who asks."""
    filters = {name: value for name, value in asked.items() if name != "site"}
    if filters.get("assignee") == "mine":
        filters["assignee"] = request.user.get_username()

    def ask(name: str, wanted: Wanted) -> Page:
        return call(request, catalogue.LISTED[name], wanted)

    why = why_empty(ask, listing.name, filters, site=str(asked.get("site", "")), skip=skip)
    return _said(listing.name, why, asked)


def _said(listing: str, why: Empty, asked: Mapping[str, Any]) -> Why:  # noqa: PLR0911 - one line per reason
    upload = {"href": reverse("upload"), "go": _(_GO["upload"])}
    all_ = {"href": links.listing(listing), "go": _("Show all of them")}
    match why.reason:
        case Reason.NOTHING_RECEIVED:
            return Why(sentence=_("Nothing was received and assessed yet."), **upload)
        case Reason.NO_SUCH_SITE:
            known = ", ".join(why.sites) or _("none")
            told = {"site": asked.get("site", ""), "known": known}
            return Why(
                sentence=_("No site that you see is called %(site)s. You see: %(known)s.") % told, **all_
            )
        case Reason.NO_SUCH_DEVICE:
            return Why(
                sentence=_("No device that you see is called %s.") % asked.get("device", ""),
                href=links.listing("devices"),
                go=_("Devices"),
            )
        case Reason.BEYOND:
            return Why(sentence=_("There are %s; this page lies beyond the last.") % f"{why.total:,}", **all_)
        case Reason.FILTERED:
            return Why(
                sentence=_("None of %s fits this filter. Take a word of it away.") % f"{why.total:,}", **all_
            )
        case Reason.NO_DEVICES:
            return Why(sentence=_(_NONE["devices"]), **upload)
        case Reason.NO_RECORDS:
            sentence = _("No vulnerability records were read: nothing was compared. Receive a feed.")
            return Why(sentence=sentence, **upload)
    name = _NEXT[listing]
    return Why(sentence=_(_NONE[listing]), href=reverse(name), go=_(_GO[name]))
