# SPDX-License-Identifier: Apache-2.0
"""What was changed, as rows: who, when, from where, why, and each field before and after."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadglass.render.markup import Markup, when
from leadglass.services import catalogue
from leadglass.services.ledger.view import View
from leadglass.values.people import HistoryEntry
from leadglass.web.access import call, view
from leadglass.web.signed_in import signed_in

_ROWS = 50
_COUNTED = frozenset({"findings", "notices"})
"""Fields that list ids: their number is shown, for they may be of other sites."""
_HIDDEN = frozenset({"id", "password", "digest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a row that a change touched."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row that a change touched, in words."""

    number: int
    when: Markup
    by: str
    origin: str
    why: str
    table: str
    key: str
    fields: tuple[Field, ...]


def lines(entries: Iterable[HistoryEntry], seen: View) -> list[Line]:
    """Put entries of the history into rows."""
    return [
        Line(
            number=entry.change.number,
            when=when(entry.change.at, seen.today),
            by=entry.change.by,
            origin=entry.change.origin,
            why=entry.change.why,
            table=entry.table.rpartition(".")[2].replace("_", " "),
            key=entry.key,
            fields=tuple(_fields(entry)),
        )
        for entry in entries
    ]


def _fields(entry: HistoryEntry) -> Iterator[Field]:
    """Give the fields that differ; none of the tables of signing in, for there are keys and sessions in them."""
    if "." in entry.table:
        return
    before, after = (json.loads(text) if text else {} for text in (entry.before, entry.after))
    for name in (*before, *(name for name in after if name not in before)):
        if name not in _HIDDEN and before.get(name) != after.get(name):
            yield Field(
                name=name.replace("_", " "),
                before=_said(name, before.get(name)),
                after=_said(name, after.get(name)),
            )


def _said(name: str, value: Any) -> str:
    """Write the value of a field."""
    if value is None or value == "":
        return ""
    if name in _COUNTED:
        listed = json.loads(value) if isinstance(value, str) else value
        return str(len(listed))
    return str(value)


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Show all that was changed to the auditor, the newest first."""
    skip = request.GET.get("skip", "")
    start = int(skip) if skip.isdecimal() and len(skip) < 12 else 0
    found = call(request, catalogue.ALL_CHANGES, count=_ROWS, skip=start)
    last = start + len(found.entries)
    return render(
        request,
        "leadglass/history.html",
        {
            "changes": lines(found.entries, view(request)),
            "total": found.total,
            "first": start + 1,
            "last": last,
            "previous": max(start - _ROWS, 0) if start else None,
            "next": last if last < found.total else None,
        },
    )
