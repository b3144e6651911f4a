# SPDX-License-Identifier: Apache-2.0
"""The API described: OpenAPI 3.1, every answer and every header of it, from the routes alone."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_origin

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from pydantic import ConfigDict, Field, create_model

from leadglass.services.api import wire
from leadglass.services.api.far import About
from leadglass.services.api.routes import BASE, Route
from leadglass.services.catalogue import EXPLAIN, SHOW
from leadglass.services.ledger.document import Kept
from leadglass.services.ledger.explain import Step
from leadglass.services.ledger.listings import LISTINGS
from leadglass.values.scope import Row
from leadglass.web.api.problems import KIND

MEANING = (
    "The security ledger of a medical imaging fleet. Every service of the catalogue, within the sites and permissions of"
    " who asks. What could not be judged is told as unknown, never as safe."
)
_PROBLEMS = {
    400: "A word that this address does not know, or that means nothing.",
    401: "Nobody is signed in, or the token does not hold.",
    403: "Who asks may not do this.",
    404: "Nothing of this name, or not for who asks.",
    409: "The ledger is not in a state for this; or the request under this key is under way.",
    411: "The body comes in chunks: its length is not said.",
    413: "The body is too large.",
    414: "The address is too long: the server refuses it before it is read.",
    415: "The body is of another type.",
    422: "The body cannot be read; or another request came under this key.",
    429: "Too many requests within a minute.",
    500: "A fault of the server.",
    502: "Another server that this needs was not reached, or did not give what was asked. The old data stay.",
    503: "Another process holds what this needs. Nothing was changed; ask again.",
}
_OF_WRITES = frozenset({411, 413, 415, 422})
_HEADERS = {
    "RateLimit": "What is left of this minute: r requests, t seconds.",
    "RateLimit-Policy": "How many requests a minute has: q.",
}


class Problem(Schema):
    """What is wrong (RFC 9457). `type` names the error of docs/errors.md; `detail` is a sentence with a next step."""

    model_config = ConfigDict(title="Problem")
    type: str = Field(examples=["urn:leadglass:error:NotFoundError"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str


class Related(Schema):
    """Rows that belong to something, and the columns of them that are worth a look."""

    columns: list[str]
    rows: list[dict[str, Any]]


class Shown(Schema):
    """One thing whole."""

    kind: str
    fields: dict[str, Any]
    related: dict[str, Related]


class Explained(Schema):
    """A finding, and step by step why it is what it is."""

    finding: dict[str, Any]
    steps: list[Step]


_IN_PARTS: Mapping[str, Any] = {SHOW.name: Shown, EXPLAIN.name: Explained}
"""What services give in parts, each under its name."""


def operation(name: str, route: Route) -> dict[str, Any]:
    """Give what django-ninja is told of a route."""
    told = route.service.meaning
    if route.long:
        told += " This may take minutes on a large fleet: wait for it."
    told += f" Needs the permission '{route.service.permission}'" + (
        " at all sites." if route.service.everywhere else "."
    )
    return {
        "operation_id": name.replace("/", "_"),
        "summary": route.service.meaning,
        "description": told,
        "tags": ["listings" if route.listing or route.of_one else "services"],
        "response": {200: _gives(route)},
        "openapi_extra": {"responses": {**_more(route)}, "parameters": [*_parameters(route)], **_body(route)},
    }


ABOUT: dict[str, Any] = {
    "operation_id": "about",
    "summary": "Say what server this is, and whom it takes the asker for.",
    "tags": ["services"],
    "response": {200: About},
    "openapi_extra": {
        "responses": {
            str(status): {"$ref": f"#/components/responses/{status}"} for status in (400, 401, 403, 429, 500)
        }
    },
}


@cache
def _document(api: NinjaAPI) -> bytes:
    made = dict(api.get_openapi_schema(path_prefix=f"{BASE.removeprefix('/')}/"))
    made["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"
    components = made["components"]
    components["schemas"] = {**components.get("schemas", {}), "Problem": Problem.model_json_schema()}
    components["responses"] = {str(status): _problem(status, said) for status, said in _PROBLEMS.items()}
    components["headers"] = {
        name: {"description": said, "schema": {"type": "string"}} for name, said in _HEADERS.items()
    }
    components["securitySchemes"] = {
        "Token": {"type": "http", "scheme": "bearer", "description": "A token lg_... that an administrator gave out."},
        "Session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME,
                    "description": "Who signed in; a POST needs the header X-CSRFToken as well."},
    }  # fmt: skip
    for methods in made["paths"].values():
        for one in methods.values():
            for parameter in one["parameters"]:
                parameter.pop("examples", None)  # in its schema they are a list; here OpenAPI wants a map
            limits = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
            ok = one["responses"][200]
            ok["headers"] = {**limits, **ok.get("headers", {})}
    return wire.encoded(made)


def show(_request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """Answer with the description."""
    return HttpResponse(_document(api), content_type="application/json")


def _problem(status: int, said: str) -> dict[str, Any]:
    content: dict[str, Any] = {KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if status == 414:  # of the server below: it has not come to us
        content = {"text/html": {"schema": {"type": "string"}}}
    made: dict[str, Any] = {"description": said, "content": content}
    if status in {429, 503}:
        made["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    if status == 401:
        made["headers"] = {"WWW-Authenticate": {"description": "RFC 6750, 3.", "schema": {"type": "string"}}}
    return made


def _more(route: Route) -> dict[Any, Any]:
    """Say every other answer of a route."""
    told: dict[Any, Any] = {
        str(status): {"$ref": f"#/components/responses/{status}"}
        for status in _PROBLEMS
        if route.method == "POST" or status not in _OF_WRITES - {422}
    }
    if route.method == "GET":
        told["304"] = {"description": "The client has it already: its If-None-Match names it."}
        tag = {"description": "Names this answer.", "schema": {"type": "string"}}
        told[200] = {"headers": {"ETag": tag}}
        if route.listing:
            link = {"description": "Pages: first, prev, next (RFC 8288).", "schema": {"type": "string"}}
            told[200]["headers"]["Link"] = link
        if route.service.output in {bytes, Kept}:
            octets = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
            told[200]["content"] = octets
    return told


def _parameters(route: Route) -> Iterator[dict[str, Any]]:
    text = {"type": "string"}
    if route.method == "GET":
        yield {"in": "header", "name": "If-None-Match", "required": False, "schema": text,
               "description": "Tags of answers that the client has."}  # fmt: skip
    else:
        told = "Names this request: it has its effect once, however often it comes within 24 hours."
        yield {"in": "header", "name": "Idempotency-Key", "required": False, "description": told,
               "schema": {**text, "examples": ["6f1c0b1e-5d0c-4d0a"], "pattern": "^[\\x21-\\x7e]{1,200}$"}}  # fmt: skip


def _body(route: Route) -> dict[str, Any]:
    if not route.octets:
        return {}
    octets = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "content": octets}}


def _gives(route: Route) -> Any:
    """Give the type of what a route answers with; None where that is no JSON."""
    name, kind = route.service.name, route.service.output
    if route.listing or route.of_one:
        return _page(route.listing) if route.listing else _row(name.partition("/")[0])
    if name in _IN_PARTS:
        return _IN_PARTS[name]
    if kind in {bytes, Kept, type(None)}:
        return None
    origin = get_origin(kind)
    if isinstance(origin, type) and issubclass(origin, Iterator):
        return list[get_args(kind)[0]]  # type: ignore[misc]
    return dict[str, Any] if kind == Row else kind


@cache
def _page(listing: str) -> type[Schema]:
    row = _row(listing)
    total = Field(description="Rows of all pages.")
    after = Field(description="Rows to skip for the next page; null at the end.")
    of = Field(description="The snapshot that the rows are of; empty before the first assessment.")
    return create_model(
        f"{listing.capitalize()}Page",
        __base__=Schema,
        rows=(list[row], ...),  # type: ignore[valid-type]
        total=(int, total),
        next=(int | None, after),
        snapshot=(str, of),
    )


@cache
def _row(listing: str) -> Any:
    """Give the model of a row: its columns, and which of them are times."""
    properties: dict[str, Any] = {name: {} for name in LISTINGS[listing].columns}
    for name in wire.TIMES & properties.keys():
        properties[name] = {"type": ["string", "null"], "description": "ISO 8601: a day, or a time in UTC."}
    said: dict[str, Any] = {"properties": properties, "additionalProperties": True}
    config = ConfigDict(extra="allow", json_schema_extra=said, title=f"Row of {listing}")
    told = {"model_config": config, "__module__": __name__, "__doc__": LISTINGS[listing].meaning}
    return type(f"{listing.capitalize()}Row", (Schema,), told)
