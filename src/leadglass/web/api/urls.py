# SPDX-License-Identifier: Apache-2.0
"""Every address of the API: a loop over the routes of the catalogue, and what stands around each answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, re_path
from ninja import Body, NinjaAPI, Query
from ninja.errors import AuthenticationError, HttpError, ValidationError

from leadglass import __version__
from leadglass.errors import LeadglassError
from leadglass.services.api.routes import Route, routes
from leadglass.web.api import about, asked, described, problems, reading, writing
from leadglass.web.api.auth import Session, Token, left, refused
from leadglass.web.api.problems import ApiError

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _api() -> NinjaAPI:
    made = NinjaAPI(
        title="Leadglass", version=__version__, description=described.MEANING, openapi_url=None, docs_url=None,
        urls_namespace="api", auth=[Token(), Session()],
    )  # fmt: skip
    for kind in (LeadglassError, ApiError, Exception):
        made.exception_handler(kind)(lambda _request, error: problems.of_error(error))
    made.exception_handler(AuthenticationError)(_unknown)
    made.exception_handler(ValidationError)(_unfit)
    made.exception_handler(HttpError)(_unread)
    for name, route in routes().items():
        made.api_operation([route.method], route.path, **described.operation(name, route))(_endpoint(route))
    made.get("/about", **described.ABOUT)(about.show)
    made.get("/openapi.json", auth=None, include_in_schema=False)(
        lambda request: described.show(request, made)
    )
    return made


def _endpoint(route: Route) -> Callable[..., HttpResponseBase]:
    """Make what ninja calls: its signature says what it takes."""
    model = asked.model(route)

    def by_query(request: HttpRequest, told: Query[model]) -> HttpResponseBase:  # type: ignore[valid-type]
        return _answer(request, route, told)

    def by_body(request: HttpRequest, told: Body[model]) -> HttpResponseBase:  # type: ignore[valid-type]
        return _answer(request, route, told)

    def by_path(request: HttpRequest, name: str) -> HttpResponseBase:
        asked.nothing(request)
        return reading.answer(request, route, {"name": name})

    def bare(request: HttpRequest) -> HttpResponseBase:
        return _answer(request, route, model())

    if route.of_one:
        return by_path
    if not model.model_fields:
        return bare
    return by_query if route.in_query else by_body


def _answer(request: HttpRequest, route: Route, told: Any) -> HttpResponseBase:
    asked.check(route, request, tuple(type(told).model_fields))
    values = asked.values(route, told)
    if route.method == "GET":
        return reading.answer(request, route, values, told.snapshot if route.listing else "")
    return writing.answer(request, route, values, told.name if route.named else "")


def _unknown(request: HttpRequest, _error: Exception) -> HttpResponseBase:
    return problems.of_error(_refused(request))


def _refused(request: HttpRequest) -> Exception:
    try:
        return refused(request, "Nobody is signed in. Send a token: Authorization: Bearer lg_...")
    except ApiError as error:
        return error


def _unread(request: HttpRequest, error: HttpError) -> HttpResponseBase:
    """Say that a body is no JSON, or does not say that it is."""
    if request.content_type != writing.JSON:
        return problems.of_error(writing.no_json())
    return problems.problem(error.status_code, f"{error}. Send one JSON object (RFC 8259).")


def _unfit(request: HttpRequest, error: ValidationError) -> HttpResponseBase:
    """Say what does not fit: 400 where it stands in the address, 422 in the body."""
    first = error.errors[0]
    where = [str(part) for part in first["loc"]]
    if where[:1] == ["body"] and request.content_type != writing.JSON:
        return problems.of_error(writing.no_json())
    named = where[-1] if len(where) > 1 and where[-1] != "told" else "the body"
    status = 422 if where and where[0] == "body" else 400
    return problems.problem(status, f"{named}: {first['msg']}.")


def _around(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Put around every answer what all have: nothing is stored on the way or guessed at, HEAD is as GET, how much is left."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":  # RFC 9110, 9.3.2: the server leaves the content out
            request.method = "GET"
        if request.headers.get("Transfer-Encoding"):  # Django takes such a body for an empty one
            response: HttpResponseBase = problems.problem(411, "Say how long the body is: Content-Length.")
        else:
            response = view(request, *args, **kwargs)
        request.method = method
        if response.status_code == 405:
            allowed = {"Allow": response.get("Allow", "")}
            response = problems.problem(405, f"This address takes {allowed['Allow']}.", headers=allowed)
        response.setdefault("Cache-Control", "no-store")
        response["X-Content-Type-Options"] = "nosniff"
        for name, said in (found.headers if (found := left(request)) else {}).items():
            response.setdefault(name, said)
        return response

    return answer


def _patterns() -> list[URLPattern]:
    found: list[URLPattern] = [
        one for one in _api().urls[0] if isinstance(one, URLPattern) and one.name != "api-root"
    ]
    for one in found:
        one.callback = _around(one.callback)
    return [*found, re_path(r"^[\s\S]*$", _around(problems.not_found))]


urls = (_patterns(), "api")
