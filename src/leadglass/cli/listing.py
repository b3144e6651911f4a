# SPDX-License-Identifier: Apache-2.0
"""A verb per listing, all from the table of listings: filters, pages, JSON, CSV."""

import inspect
from typing import Annotated, Any

import typer

from leadglass.cli import output
from leadglass.cli.views import AsOf, Csv, Json, Site, view
from leadglass.errors import UsageError
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Listing, Wanted, page

_HELP = {
    "id": "Id, or its beginning.",
    "device": "Device: id or asset tag.",
    "product": "Product: id, or words of maker and model.",
    "component": "Component: id, or words of its name.",
    "vulnerability": "CVE id.",
    "status": "affected, not_affected, fixed, under_investigation or unknown.",
    "kind": "Kind.",
    "deed": "contain, update, service, ask, disclose or watch.",
    "action": "Id of an action.",
    "modality": "DICOM modality, such as CT.",
    "state": "in_use, retired or missing.",
    "text": "Words to look for.",
}


def add(app: typer.Typer) -> None:
    """Add a verb for each listing."""
    for listing in LISTINGS.values():
        app.command(listing.name, help=listing.meaning)(_verb(listing))


def _verb(listing: Listing) -> Any:
    """Make the verb: its options are the filters that the listing heeds."""

    def run(context: typer.Context, **given: Any) -> None:
        _run(context, listing, given)

    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default="",
            annotation=Annotated[str, typer.Option(f"--{name}", help=_HELP[name], show_default=False)],
        )
        for name in listing.filters
    ]
    shared = [
        inspect.Parameter("site", inspect.Parameter.KEYWORD_ONLY, default="", annotation=Site),
        inspect.Parameter(
            "top", inspect.Parameter.KEYWORD_ONLY, default=0,
            annotation=Annotated[int, typer.Option(help="Rows at most; 0 is all in JSON and CSV, 50 on a terminal.", min=0)],
        ),
        inspect.Parameter(
            "skip", inspect.Parameter.KEYWORD_ONLY, default=0,
            annotation=Annotated[int, typer.Option(help="Rows to skip.", min=0)]
        ),
        inspect.Parameter("as_of", inspect.Parameter.KEYWORD_ONLY, default="", annotation=AsOf),
        inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json),
        inspect.Parameter("csv", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Csv),
    ]  # fmt: skip
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    run.__signature__ = inspect.Signature([context, *options, *shared])  # type: ignore[attr-defined]
    return run


def _run(context: typer.Context, listing: Listing, given: dict[str, Any]) -> None:
    machine = given["json"] or given["csv"]
    if given["json"] and given["csv"]:
        raise UsageError("Choose one: --json or --csv.")
    count = given["top"] or (EVERYTHING if machine else 50)
    filters = {name: given[name] for name in (*listing.filters, "site", "skip")}
    found = page(view(context.obj, given["as_of"]), listing, Wanted(count=count, **filters))
    if given["json"]:
        output.as_json(found.rows)
    elif given["csv"]:
        columns = tuple(found.rows[0]) if found.rows else listing.query.columns
        output.as_csv(found.rows, columns)
    else:
        _show(listing, found.rows, found.total, given["skip"])


def _show(listing: Listing, rows: Any, total: int, skip: int) -> None:
    if not rows:
        output.say(f"No {listing.name} match. Without filters: leadglass {listing.name}")
        return
    output.as_table(rows, listing.shown)
    output.say()
    last = skip + len(rows)
    more = f" More: leadglass {listing.name} --skip {last}" if last < total else ""
    output.say(f"{skip + 1} to {last} of {total:,} {listing.name}.{more}", style="dim")
