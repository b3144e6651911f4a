# SPDX-License-Identifier: Apache-2.0
"""What every page shows around its content: where one can go, who one is, and whether a feed needs somebody."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leadglass.errors import LeadglassError
from leadglass.planning.feeds import synced
from leadglass.render import theme
from leadglass.render.evidence import WORDS
from leadglass.services import catalogue
from leadglass.values.scope import Permission
from leadglass.web.access import access_of, call
from leadglass.web.door import house

ROOMS = (
    ("overview", _("Overview"), Permission.READ),
    ("actions", _("Actions"), Permission.READ),
    ("devices", _("Devices"), Permission.READ),
    ("products", _("Products"), Permission.READ),
    ("vulnerabilities", _("Vulnerabilities"), Permission.READ),
    ("questions", _("Questions"), Permission.READ),
    ("documents", _("Documents"), Permission.READ),
    ("history", _("History"), Permission.AUDIT),
    ("settings", _("Settings"), Permission.READ),
)
"""Where one can go, by the name of its address; who lacks the permission everywhere does not see it."""

_WITHIN = {
    "action": "actions", "decide": "actions", "assign": "actions", "approvals": "actions", "approval": "actions",
    "orders": "actions", "order": "actions", "want_orders": "actions", "device": "devices", "scan": "devices",
    "product": "products", "components": "products", "component": "products", "vulnerability": "vulnerabilities",
    "findings": "vulnerabilities", "finding": "vulnerabilities", "question": "questions", "document": "documents",
    "upload": "documents", "remarks": "documents", "statements": "documents", "sightings": "documents",
}  # fmt: skip
"""In which room a page lies that is none itself."""


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """Give what the frame's template shows."""
    if not request.user.is_authenticated:
        return {"style": stamp()}
    access = access_of(request)
    match = request.resolver_match
    here = str(match.url_name) if match else ""
    rooms = [
        (_address(name), said, name == (_WITHIN.get(here) or here.partition("_")[0]))
        for name, said, asked in ROOMS
        if asked in access.scope(asked).permissions and _address(name)
    ]
    return {
        "style": stamp(),
        "rooms": rooms,
        "organisation": house().organisation or _("Imaging fleet"),
        "warnings": _warnings(request) if rooms else (),
        "words": WORDS,
    }


def _address(name: str) -> str:
    """Give the address of a room; empty where this installation has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _warnings(request: HttpRequest) -> tuple[str, ...]:
    """Say which feeds are stale or failed. The tables are asked once per snapshot, day and sync."""
    here = house()
    current = here.tables.current()
    if current is None:
        return ()
    cursors = tuple(repr(here.cursors.read(name)) for name in synced(here.policies))
    try:
        return _known.said(request, (str(here.home), current.id, str(here.clock().date()), cursors))
    except LeadglassError:
        return ()  # the page itself says what is wrong


class _Known:
    """What is said of the feeds of a snapshot, remembered for the next pages."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], tuple[str, ...]] = {}

    def said(self, request: HttpRequest, key: tuple[Any, ...]) -> tuple[str, ...]:
        """Give what is said under a key."""
        found = self._kept.get(key)
        if found is None:
            found = call(request, catalogue.FRESHNESS).warnings
            self._kept = {key: found}  # of earlier snapshots nobody asks again
        return found


_known = _Known()


@cache
def sheet() -> str:
    """Give the style sheet: the report's, and what only pages have."""
    own = resources.files("leadglass.web").joinpath("web.css").read_text(encoding="utf-8")
    shared = resources.files("leadglass.render").joinpath("report.css").read_text(encoding="utf-8")
    return theme.variables() + shared + own


@cache
def stamp() -> str:
    """Name the content of the style sheet, so that a browser may keep it for ever."""
    return hashlib.sha256(sheet().encode()).hexdigest()[:12]


@require_safe
def style(_request: HttpRequest, stamp: str) -> HttpResponse:  # noqa: ARG001 - in the address alone
    """Answer with the style sheet."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(sheet(), content_type="text/css; charset=utf-8", headers=kept)
