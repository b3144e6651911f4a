# SPDX-License-Identifier: Apache-2.0
"""A verb per listing, all from the table of listings: filters, pages, JSON, CSV."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from leadglass.cli import columns, output
from leadglass.cli.views import AsOf, Csv, Json, Site, examples, view, why_empty
from leadglass.errors import UsageError
from leadglass.services import catalogue
from leadglass.services.ledger.choices import CHOICES, checked
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Listing, Wanted
from leadglass.services.ledger.view import View

SHOWN = 50
"""Rows on a terminal, unless more are asked for."""

_FILTERS = {
    "id": ("ID", "Id, or its beginning."),
    "device": ("TAG", "Device: asset tag or id."),
    "product": ("NAME", "Product: words of maker and model, or id."),
    "component": ("NAME", "Component: words of its name, or id."),
    "vulnerability": ("CVE", "Vulnerability, such as CVE-2021-44228."),
    "status": ("STATUS", "Finding status"),
    "kind": ("KIND", "Kind, such as vulnerability or blind."),
    "deed": ("DEED", "What to do"),
    "action": ("ID", "What this action resolves."),
    "modality": ("NAME", "DICOM modality, such as CT."),
    "state": ("STATE", "Where it stands"),
    "assignee": ("NAME", "Who takes it on; nobody: those without anybody."),
    "text": ("WORDS", "Words to look for."),
}
_FLAGS = {
    "all": "Every one that any document names, not only those that touch the fleet.",
    "unnamed": "Only those that nothing at hand names: nothing is known of them, for or against.",
}
_EXAMPLES = {
    "devices": ("devices --modality CT --site 'North Quay Hospital'", "devices --state missing --json"),
    "products": ("products --text pellar",),
    "components": (
        "components --device MR-003",
        "components --unnamed",
        "components --text openssl --csv > openssl.csv",
    ),
    "findings": (
        "findings --device CT-101",
        "findings --vulnerability CVE-2021-44228 --status affected --csv",
    ),
    "vulnerabilities": ("vulnerabilities --device CT-101", "vulnerabilities --all --id GHSA-jfh8 --json"),
    "actions": ("actions --deed contain --top 20", "actions --site 'Harbor Clinic' --json"),
    "questions": ("questions --product 'Pellar 5'",),
    "statements": ("statements --state waits", "statements --vulnerability CVE-2021-44228 --csv"),
    "sightings": ("sightings --state asked", "sightings --device CT-014"),
    "remarks": ("remarks --text 'no version'",),
    "sources": ("sources --kind nvd", "sources --as-of 2026-11-02"),
}


def add(app: typer.Typer) -> None:
    """Add a verb for each listing."""
    for listing in LISTINGS.values():
        said = {
            "help": listing.meaning,
            "short_help": listing.meaning,
            "epilog": examples(*_EXAMPLES[listing.name]),
        }
        app.command(listing.name, **said)(_verb(listing))  # type: ignore[arg-type]


def _verb(listing: Listing) -> Any:
    """Make the verb: its options are the filters that the listing heeds."""

    def run(context: typer.Context, **given: Any) -> None:
        _run(context, listing, given)

    keyword = inspect.Parameter.KEYWORD_ONLY
    top = typer.Option(help=f"Rows at most; 0 is all. Else {SHOWN} on a terminal, all in JSON and CSV.", min=0,
                       metavar="N", show_default=False)  # fmt: skip
    skip = typer.Option(help="Rows to skip.", min=0, metavar="N", show_default=False)
    sort = typer.Option(help="Column to sort by, with - before it the other way round.", metavar="COLUMN",
                        show_default=False)  # fmt: skip
    options = [
        *(
            inspect.Parameter(name, keyword, default="", annotation=Annotated[str, _filter(listing, name)])
            for name in listing.filters
            if name not in _FLAGS
        ),
        *(
            inspect.Parameter(name, keyword, default=False, annotation=Annotated[bool, _flag(name)])
            for name in listing.filters
            if name in _FLAGS
        ),
        inspect.Parameter("site", keyword, default="", annotation=Site),
        inspect.Parameter("sort", keyword, default="", annotation=Annotated[str, sort]),
        inspect.Parameter("top", keyword, default=None, annotation=Annotated[int | None, top]),
        inspect.Parameter("skip", keyword, default=0, annotation=Annotated[int, skip]),
        inspect.Parameter("as_of", keyword, default="", annotation=AsOf),
        inspect.Parameter("json", keyword, default=False, annotation=Json),
        inspect.Parameter("csv", keyword, default=False, annotation=Csv),
    ]
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    run.__signature__ = inspect.Signature([context, *options])  # type: ignore[attr-defined]
    return run


def _filter(listing: Listing, name: str) -> Any:
    metavar, said = _FILTERS[name]
    choices = CHOICES.get((listing.name, name))
    if choices:
        said = f"{said.partition(',')[0]}: {', '.join(choices[:-1])} or {choices[-1]}."
    return typer.Option(f"--{name}", help=said, metavar=metavar, show_default=False)


def _flag(name: str) -> Any:
    return typer.Option(f"--{name}", help=_FLAGS[name], show_default=False)


def _run(context: typer.Context, listing: Listing, given: dict[str, Any]) -> None:
    if given["json"] and given["csv"]:
        raise UsageError("Choose one: --json or --csv.")
    machine = given["json"] or given["csv"]
    count = given["top"] if given["top"] is not None else EVERYTHING if machine else SHOWN
    asked, site, skip = checked(listing, given), given["site"].strip(), given["skip"]
    seen = view(context.obj, given["as_of"])
    found = catalogue.LISTED[listing.name](
        seen, Wanted(count=count or EVERYTHING, site=site, skip=skip, sort=given["sort"], **asked)
    )
    if given["json"]:
        output.as_json(found.rows)
    elif given["csv"]:
        output.as_csv(found.rows, _columns(seen, listing, found.rows))
    elif found.rows:
        flags = "".join(f" --{name}" for name in _FLAGS if asked.get(name))
        _show(seen, listing, found.rows, found.total, skip, flags)
    if not found.rows:
        output.say(why_empty(seen, listing.name, asked, site, skip), error=machine)


def _columns(seen: View, listing: Listing, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Give the columns of a CSV: those of any row, so that an empty one has the same head."""
    some = rows or catalogue.LISTED[listing.name](seen, Wanted(count=1)).rows
    return tuple(some[0]) if some else listing.columns


def _show(
    seen: View, listing: Listing, rows: Sequence[Mapping[str, Any]], total: int, skip: int, wider: str
) -> None:
    hidden = columns.show(rows, listing.shown, seen.today, listing=listing.name)
    output.say()
    last = skip + len(rows)
    more = f" More: leadglass {listing.name}{wider} --skip {last}" if last < total else ""
    output.say(f"{skip + 1} to {last} of {total:,} {listing.name}.{more}", style="dim")
    if hidden:
        output.say(
            f"Too narrow for: {', '.join(hidden)}. A wider terminal, --csv or show ID has all.", style="dim"
        )
