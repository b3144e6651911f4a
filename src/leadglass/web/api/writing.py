# SPDX-License-Identifier: Apache-2.0
"""Answer what changes something: bounded bodies, and each request that comes under a key has its effect once.

`Idempotency-Key` as draft-ietf-httpapi-idempotency-key-header says it.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from leadglass.compose import answers
from leadglass.errors import LeadglassError, UnreadableError
from leadglass.services.api import wire
from leadglass.services.api.routes import Route
from leadglass.services.ledger.receive import MOST_BYTES, Offered
from leadglass.values.remote import Answered
from leadglass.web.access import person, view
from leadglass.web.api.problems import ApiError, of_error
from leadglass.web.door import house

JSON = "application/json"
_OCTETS = "application/octet-stream"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_IN_MEMORY = 1 << 20
_PIECE = 1 << 20


def answer(request: HttpRequest, route: Route, values: dict[str, Any], name: str = "") -> HttpResponseBase:
    """Call a service that changes something, and answer with what it gives."""
    view(request, route.service.permission)  # who may not is told so before a body is read
    if not route.octets:
        if route.fields and request.content_type != JSON:
            raise no_json()
        told = hashlib.sha256(request.body).hexdigest()
        return _once(request, told, lambda: _done(request, route, values))
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _OCTETS:
        raise ApiError(415, f"Send the document as it is, with Content-Type: {_OCTETS}")
    with _spooled(request) as (stream, told):
        return _once(request, told, lambda: _done(request, route, values, _body(route, stream, name)))


def no_json() -> ApiError:
    """Say that a body has to be JSON."""
    return ApiError(415, f"Send a JSON object, with Content-Type: {JSON}")


def _body(route: Route, stream: BinaryIO, name: str) -> Any:
    if route.named:
        return iter([Offered(path=name, stream=stream)])
    return stream if route.service.input.get(route.octets) is BinaryIO else stream.read()


def _done(request: HttpRequest, route: Route, values: dict[str, Any], body: Any = None) -> HttpResponse:
    seen = view(request, route.service.permission)
    try:
        made = route.service(seen, **route.arguments(values, body))
        told = wire.written(route.service, made)
    except LeadglassError as error:
        return of_error(error)
    return HttpResponse(wire.encoded(told), content_type=JSON)


def _once(request: HttpRequest, content: str, done: Any) -> HttpResponse:
    """Do it, unless it was done under this key: then give the same answer again."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        made: HttpResponse = done()
        return made
    if not _KEY.fullmatch(key):
        raise ApiError(400, "An Idempotency-Key is 1 to 200 letters without spaces, such as a UUID.")
    kept, who = answers(house().home), person(request)
    told = hashlib.sha256(f"{request.method} {request.get_full_path()} {content}".encode()).hexdigest()
    before = kept.claim(who, key, told)
    if before is None:
        response: HttpResponse = done()
        if response.status_code >= 400:  # nothing was changed: it may come again under this key
            kept.release(who, key)
        else:
            kind = response["Content-Type"]
            kept.keep(who, key, told, Answered(status=response.status_code, raw=response.content, kind=kind))
        return response
    if not before.same:
        raise ApiError(422, "Another request came under this Idempotency-Key. Give each request its own.")
    if before.answer is None:
        raise ApiError(
            409,
            "A request came under this Idempotency-Key and is not answered: it is still under way, or was cut off."
            " Look at the history before you send it under another key.",
            {"Retry-After": "5"},
        )
    if not before.answer.raw:
        raise ApiError(
            409, "This request was done, and its answer was too large to be kept. Look at the listings."
        )
    again = HttpResponse(before.answer.raw, status=before.answer.status, content_type=before.answer.kind)
    again["Idempotency-Replayed"] = "true"
    return again


@contextmanager
def _spooled(request: HttpRequest) -> Iterator[tuple[BinaryIO, str]]:
    """Take the body of a request to the disk, and its hash; never more than a document may have."""
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > MOST_BYTES:
        raise ApiError(413, f"A document has {MOST_BYTES >> 20} MiB at most. Send parts of it.")
    known, size = hashlib.sha256(), 0
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        try:
            while piece := request.read(_PIECE):
                size += len(piece)
                if size > MOST_BYTES:
                    raise ApiError(413, f"A document has {MOST_BYTES >> 20} MiB at most. Send parts of it.")
                known.update(piece)
                spool.write(piece)
        except OSError as error:
            raise UnreadableError(
                "The document did not come to its end. Nothing was taken; send it again."
            ) from error
        spool.seek(0)
        yield spool, known.hexdigest()  # type: ignore[misc]
