# SPDX-License-Identifier: Apache-2.0
"""One document: what it is, what was taken from it, what could not be read; its bytes as a file, never as a page.

And receiving: by drag and drop, or by a plain form; bounded; as the person who sends it.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leadglass.errors import NotFoundError, UsageError
from leadglass.render.grid import pairs
from leadglass.render.markup import Child, element, when
from leadglass.render.phrases import count, listed
from leadglass.services import catalogue
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.receive import How, Offered
from leadglass.values.scope import Permission, Row
from leadglass.web.access import call, view
from leadglass.web.door import house
from leadglass.web.pages import links, thing
from leadglass.web.pages.thing import Button, Part, Thing
from leadglass.web.signed_in import may, signed_in

MOST_FILES = 50
"""Files of one upload."""
MOST_BYTES = 256 << 20
"""Bytes of one upload, all files together; larger documents are received by the command line."""
TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""Traffic Light Protocol 2.0 (FIRST), from open to closed."""
_REMARKS = 200


@require_safe
@signed_in
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one document by its hash."""
    row = _one(request, name)
    seen = view(request)
    remarks = call(request, catalogue.LISTED["remarks"], Wanted(id=row["sha256"], count=_REMARKS))
    statements = call(request, catalogue.LISTED["statements"], Wanted(id=row["sha256"], count=_REMARKS))
    taken = [f"{number:,} {what}" for what, number in row["taken"].items() if number]
    return thing.page(
        request,
        Thing(
            kind=_("Document"),
            heading=PurePosixPath(row["name"]).name or row["sha256"][:12],
            lead=_("Taken from it: %s.") % listed(taken) if taken else _("Nothing could be taken from it."),
            target=row["sha256"],
            parts=[
                Part(ident="what", heading=_("What it is"), body=pairs(_facts(row, seen.today))),
                Part(
                    ident="remarks",
                    heading=_("What could not be read or judged"),
                    lead="" if remarks.rows else _("All of it could be read and judged."),
                    body=thing.grid(
                        (_("Place"), _("Why")),
                        ((one["place"], one["why"]) for one in remarks.rows),
                        about=_("Remarks"),
                    )
                    if remarks.rows
                    else None,
                ),
                *_statements(statements.rows, statements.total, row, seen.today),
            ],
            buttons=[Button(href=reverse("download", args=[row["sha256"]]), said=_("Download its bytes"))],
        ),
    )


def _one(request: HttpRequest, name: str) -> Row:
    """Find a document that who asks may see."""
    rows = call(request, catalogue.LISTED["sources"], Wanted(id=name, count=2)).rows
    if len(rows) != 1 or not rows[0]["sha256"].startswith(name):
        raise NotFoundError(
            f"No document that you see has the hash {name[:12]}. It was erased, or lists devices of other sites."
        )
    return rows[0]


def _facts(row: Row, today: Any) -> Iterator[tuple[str, Child]]:
    """Say what is known of the document itself."""
    yield _("Kind"), row["kind"].replace("_", " ")
    yield _("Standard"), " ".join(filter(None, (row["standard"], row["version"]))) or _("not recognised")
    yield _("Publisher"), row["publisher"] or _("not stated")
    yield _("May be shown to (TLP)"), row["tlp"] or _("not stated")
    if row["advisory"]:
        yield (
            _("Advisory"),
            element("span", " ".join(filter(None, (row["advisory"], row["title"]))), translate="no"),
        )
    yield _("Received"), when(row["received"], today)
    yield _("Newest entry"), when(row["newest"], today) if row["newest"] else _("not stated")
    yield _("Size"), count(row["size"], "byte")
    yield _("Name as it came"), row["name"]
    yield "SHA-256", element("code", row["sha256"])


def _statements(rows: Sequence[Row], total: int, row: Row, today: Any) -> Iterator[Part]:
    """List what a publisher says in it, where it says something."""
    if rows:
        body = thing.rows(
            "statements",
            rows[:40],
            today,
            about=_("Statements"),
            total=total,
            href=links.listing("statements", id=row["sha256"]),
        )
        yield Part(ident="statements", heading=_("What it says of products"), body=body)


@require_safe
@signed_in
def download(request: HttpRequest, name: str) -> FileResponse:
    """Give the bytes as they came: as a file to keep, whatever they say of themselves."""
    row = _one(request, name)
    return FileResponse(
        house().documents.open(row["sha256"]),
        as_attachment=True,
        filename=f"{row['sha256'][:12]}-{PurePosixPath(row['name']).name}",
        content_type="application/octet-stream",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "POST"])
@signed_in
def upload(request: HttpRequest) -> HttpResponse:
    """Receive documents, and say what became of each."""
    view(request, Permission.RECEIVE)
    context: dict[str, Any] = {"tlp": TLP, "most": MOST_BYTES >> 20, "files": MOST_FILES,
                               "may_assess": may(request, Permission.ASSESS)}  # fmt: skip
    if request.method == "POST":
        try:
            offered = list(_offered(request))
        except UsageError as error:
            return render(request, "leadglass/upload.html", {**context, "fault": str(error)}, status=400)
        how = How(publisher=request.POST.get("publisher", "").strip(), tlp=request.POST.get("tlp", TLP[0]))
        settled = call(request, catalogue.RECEIVE, offered, how)
        received = list(settled)
        context["received"] = [
            {
                "path": one.path,
                "document": links.document(one.sha256, _("see it")) if one.sha256 else "",
                "kind": one.kind.replace("_", " "),
                "standard": " ".join(filter(None, (one.standard, one.version))),
                "taken": listed([f"{number:,} {what}" for what, number in one.taken.items() if number]),
                "known": one.already_known,
                "remarks": [
                    " ".join(filter(None, (f"{r.where}:" if r.where else "", r.why))) for r in one.remarks[:8]
                ],
                "more": max(len(one.remarks) - 8, 0),
                "kept": bool(one.sha256),
            }
            for one in received
        ]
        context["due"] = any(one.sha256 and not one.already_known for one in received)
    return render(request, "leadglass/upload.html", context)


def _offered(request: HttpRequest) -> Iterator[Offered]:
    """Take the files of a form. UsageError where there is none, or too much."""
    files: list[UploadedFile] = request.FILES.getlist("documents")
    if not files:
        raise UsageError("No file came along. Choose one or more, or drop them onto the field.")
    if request.POST.get("tlp", TLP[0]) not in TLP:
        raise UsageError(f"TLP is one of: {', '.join(TLP)}.")
    size = sum(one.size or 0 for one in files)
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise UsageError(
            f"These are {len(files):,} files with {size:,} bytes; at once {MOST_FILES} files and {MOST_BYTES:,} bytes are"
            " taken. Nothing was received. Send fewer, or: leadglass receive PATH"
        )
    for one in files:
        yield Offered(path=PurePosixPath(one.name or "document").name, stream=cast(BinaryIO, one.file))


@require_http_methods(["POST"])
@signed_in
def assess(request: HttpRequest) -> HttpResponse:
    """Assess now, because somebody who may asked for it."""
    manifest = call(request, catalogue.ASSESS)
    messages.success(request, _("Assessed. Snapshot %s.") % manifest.id)
    return redirect("overview")
