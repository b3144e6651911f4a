# SPDX-License-Identifier: Apache-2.0
"""Answer what reads: one snapshot per request, tags by which a client need not be told the same twice (RFC 9110, 8.8.3)."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

from leadglass import __version__
from leadglass.errors import NotFoundError
from leadglass.services.api import wire
from leadglass.services.api.routes import BASE, Route
from leadglass.services.ledger.choices import read
from leadglass.services.ledger.document import Kept
from leadglass.services.ledger.listings import LISTINGS
from leadglass.services.ledger.view import View
from leadglass.values.scope import Page
from leadglass.web.access import view

_JSON = "application/json"


def answer(
    request: HttpRequest, route: Route, values: dict[str, Any], snapshot: str = ""
) -> HttpResponseBase:
    """Call a service that reads, and answer with what it gives; 304 where the client has it already."""
    seen = _pinned(view(request, route.service.permission), snapshot)
    if route.listing:
        return _listed(request, route, seen, values)
    if route.of_one:
        return _unless_known(request, _tag(request, seen), lambda: _told(route, seen, values))
    made = route.service(seen, **route.arguments(values))
    if isinstance(made, Kept):
        return _document(request, made)
    if isinstance(made, bytes):
        return _unless_known(request, _of(made), lambda: attached(made, f"{route.service.name}.json"))
    raw = wire.encoded(wire.written(route.service, made))
    return _unless_known(request, _of(raw), lambda: HttpResponse(raw, content_type=_JSON))


def _pinned(seen: View, snapshot: str) -> View:
    """Hold the view to one snapshot, so that tag and answer are of the same."""
    tables = seen.house.tables
    found = tables.kept(snapshot) if snapshot else tables.current()
    if snapshot and found is None:
        raise NotFoundError(f"The snapshot {snapshot} is kept no longer. Begin again without it.")
    return replace(seen, snapshot=found)


def _listed(request: HttpRequest, route: Route, seen: View, values: dict[str, Any]) -> HttpResponseBase:
    kept = values | {name: read(route.listing, name, text) for name, text in values.items()
                     if isinstance(text, str) and name in LISTINGS[route.listing].filters}  # fmt: skip

    def made() -> HttpResponse:
        page: Page = route.service(seen, **route.arguments(kept))
        current = seen.snapshot.id if seen.snapshot else ""
        told = {"rows": page.rows, "total": page.total, "next": page.next, "snapshot": current}
        response = HttpResponse(wire.encoded(wire.plain(told)), content_type=_JSON)
        if links := _links(request, page, values, current):
            response["Link"] = links
        return response

    return _unless_known(request, _tag(request, seen), made)


def _links(request: HttpRequest, page: Page, values: dict[str, Any], snapshot: str) -> str:
    """Name the next page, the one before, and the first (RFC 8288)."""
    asked = {name: request.GET[name] for name in request.GET if name not in {"skip", "snapshot"}}
    count, skip = values["count"], values["skip"]
    steps = [("first", 0)] if skip else []
    steps += [("prev", max(skip - count, 0))] if skip else []
    steps += [("next", page.next)] if page.next is not None else []
    pinned = {"snapshot": snapshot} if snapshot else {}
    return ", ".join(
        f'<{BASE}{request.path_info.removeprefix(BASE)}?{urlencode({**asked, "skip": at, **pinned})}>; rel="{name}"'
        for name, at in steps
    )


def _told(route: Route, seen: View, values: dict[str, Any]) -> HttpResponse:
    made = route.service(seen, **route.arguments(values))
    return HttpResponse(wire.encoded(wire.written(route.service, made)), content_type=_JSON)


def _document(request: HttpRequest, kept: Kept) -> HttpResponseBase:
    def made() -> HttpResponseBase:
        name = (
            "".join(letter for letter in kept.name.rpartition("/")[2] if letter.isprintable()) or kept.sha256
        )
        response = FileResponse(
            kept.stream, as_attachment=True, filename=name, content_type="application/octet-stream"
        )
        response["Content-Length"] = str(kept.size)
        response["Content-Security-Policy"] = "sandbox"
        return response

    answered = _unless_known(request, f'"{kept.sha256}"', made)
    if answered.status_code != 200:
        kept.stream.close()
    return answered


def attached(raw: bytes, name: str) -> HttpResponse:
    """Give bytes as a file to keep, never as a page to show."""
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return HttpResponse(raw, content_type="application/octet-stream", headers=told)


def _unless_known(request: HttpRequest, tag: str, made: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer 304 where the client has what the tag names (RFC 9110, 13.1.2), else with what is made."""
    held = request.headers.get("If-None-Match", "")
    known = {one.strip().removeprefix("W/") for one in held.split(",")}
    response = HttpResponse(status=304) if tag in known or held.strip() == "*" else made()
    response["ETag"] = tag
    return response


def _tag(request: HttpRequest, seen: View) -> str:
    """Name what an answer rests on: snapshot, register, day, scope, release, and what was asked."""
    scope = seen.scope
    sites = "*" if scope.sites is None else "\n".join(sorted(scope.sites))
    asked = urlencode(sorted((name, text) for name in request.GET for text in request.GET.getlist(name)))
    told = (
        __version__, seen.snapshot.id if seen.snapshot else "", seen.house.register.revision(), seen.today.isoformat(),
        sites, request.path_info, asked,
    )  # fmt: skip
    return _of("\0".join(told).encode())


def _of(raw: bytes) -> str:
    return f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
