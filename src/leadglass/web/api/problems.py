# SPDX-License-Identifier: Apache-2.0
"""Errors as problems (RFC 9457): our sentence in `detail`, the kind of error in `type`, the status of HTTP."""

import logging
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from leadglass.errors import LeadglassError
from leadglass.services.api import wire
from leadglass.services.api.far import URN
from leadglass.web.middleware import code

KIND = "application/problem+json"
_FAULT, _BUSY = 500, 503
_LOG = logging.getLogger(__name__)


class ApiError(Exception):
    """What HTTP itself forbids or asks for, beside the errors of the house."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers or {}


def problem(
    status: int, sentence: str, *, kind: str = "about:blank", headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Write a problem."""
    made = HttpResponse(status=status, content_type=KIND, headers=dict(headers or {}))
    told = {"type": kind, "title": made.reason_phrase, "status": status, "detail": sentence}
    made.content = wire.encoded(wire.plain(told))
    return made


def of_error(error: Exception) -> HttpResponse:
    """Answer an error. What is no error of the house is a fault: it is logged, and nothing of it is told."""
    if isinstance(error, ApiError):
        return problem(error.status, str(error), headers=error.headers)
    if isinstance(error, LeadglassError) and code(error) != _FAULT:
        status = code(error)
        headers = {"Retry-After": "5"} if status == _BUSY else {}
        return problem(status, str(error), kind=f"{URN}{type(error).__name__}", headers=headers)
    _LOG.error("the API failed", exc_info=error)
    return problem(
        500, "The server failed. Nothing half-made was published. Tell who keeps it: its log has the reason."
    )


def not_found(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """Answer for an address that is none."""
    return problem(404, "There is nothing at this address. The addresses: /api/v1/openapi.json")
