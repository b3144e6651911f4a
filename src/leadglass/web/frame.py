# SPDX-License-Identifier: Apache-2.0
"""What every page shows around its content: where one can go, who one is, and whether a feed needs somebody."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leadglass.render import theme
from leadglass.values.scope import Permission
from leadglass.web.access import access_of
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


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """Give what the frame's template shows."""
    if not request.user.is_authenticated:
        return {"style": stamp()}
    access = access_of(request)
    rooms = [(name, said) for name, said, asked in ROOMS if asked in access.scope(asked).permissions]
    return {"style": stamp(), "rooms": rooms, "organisation": house().organisation or _("Imaging fleet")}


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
