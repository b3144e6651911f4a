# SPDX-License-Identifier: Apache-2.0
"""Verbs that write papers: the letter to a maker, the morning's report, our decisions as VEX."""

from pathlib import Path
from typing import Annotated

import typer

from leadglass.cli import output
from leadglass.cli.views import AsOf, Site, assessed, examples, view, why_empty
from leadglass.errors import NotFoundError, StateError
from leadglass.render import letter as letters
from leadglass.render import report as pages
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.vex import Form


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        "letter",
        short_help="Write the letter to a maker with all that is asked of it.",
        epilog=examples("letter 'Pellar 5'", "letter Q-axdgct6mhm --out pellar-5.txt"),
    )(letter_verb)
    app.command(
        "vex",
        short_help="Write the decisions that stand as a VEX document.",
        epilog=examples(
            "vex decisions.openvex.json",
            "vex decisions.json --format csaf --namespace https://hospital.example",
        ),
    )(vex_verb)
    app.command(
        "report",
        short_help="Write the morning's report: one page that needs no network.",
        epilog=examples("report morning.html", "report clinic.html --site 'Harbor Clinic'"),
    )(report_verb)


def vex_verb(
    context: typer.Context,
    out: Annotated[
        Path, typer.Argument(help="File to write, such as decisions.openvex.json.", metavar="FILE")
    ],
    form: Annotated[
        Form, typer.Option("--format", help="Standard: openvex, cyclonedx or csaf.", metavar="FORMAT")
    ] = Form.OPENVEX,
    author: Annotated[
        str,
        typer.Option(help="Who says so; else the organisation's name.", metavar="NAME", show_default=False),
    ] = "",
    namespace: Annotated[
        str, typer.Option(help="Address of the publisher, for CSAF.", metavar="URL", show_default=False)
    ] = "",
    product: Annotated[
        str,
        typer.Option(
            help="Only this product: words of maker and model, or id.", metavar="NAME", show_default=False
        ),
    ] = "",
) -> None:
    """Write the decisions that stand as a VEX document: OpenVEX 0.2.0, CycloneDX 1.6 or CSAF 2.0.

    An accepted or compensated risk is told as one of an affected product, never as not affected.
    """
    seen = view(context.obj)
    _writable(out)
    made = catalogue.VEX(
        seen, form, author=author.strip(), namespace=namespace.strip(), product=product.strip()
    )
    write_whole(out, made.raw.decode("utf-8"))
    told = f"{count(made.statements, 'statement')} from {count(made.decisions, 'decision')}"
    output.say(f"{told} in {out}. Look at it before you give it away: it names owners and reasons.")


def letter_verb(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="Question (Q-...), product (P-...), or words of maker and model.", metavar="NAME"
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write to this file.", metavar="FILE", show_default=False)
    ] = None,
) -> None:
    """Write the letter to a maker with all that is asked about a model, ready to sign and send."""
    text = letters.letter(catalogue.LETTER(view(context.obj), name.strip()))
    if out is None:
        output.write(text)
        return
    write_whole(out, text)
    output.say(f"The letter lies in {out}. Put in your name and address, and sign it.")


def report_verb(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="File to write, such as morning.html.", metavar="FILE")],
    site: Site = "",
    as_of: AsOf = "",
) -> None:
    """Write the morning's report: one self-contained page with pictures, actions, and a section per device."""
    site = site.strip()
    seen = view(context.obj, as_of, site)
    if seen.snapshot is None and seen.house.tables.current() is None:
        assessed(seen)
    if site and not catalogue.LISTED["devices"](seen, Wanted(count=1)).rows:
        raise NotFoundError(why_empty(seen, "devices", {}, site))
    _writable(out)
    with output.working("Writing the report"):
        write_whole(out, pages.report(catalogue.OVERVIEW(seen)))
    size = (
        f"{out.stat().st_size / 1e6:.1f} MB"
        if out.stat().st_size >= 100_000
        else f"{out.stat().st_size / 1e3:.0f} kB"
    )
    output.say(f"The report lies in {out} ({size}). Open it in any browser; it needs no network.")


def _writable(out: Path) -> None:
    """Say at once where nothing can be written: a report takes its time."""
    if not out.parent.is_dir():
        raise StateError(f"{out} cannot be written: there is no folder {out.parent}. Name another place.")


def write_whole(out: Path, text: str) -> None:
    """Write a file whole or not at all."""
    work = out.with_name(f".{out.name}.part")
    try:
        work.write_text(text, encoding="utf-8")
        work.replace(out)
    except OSError as error:
        raise StateError(f"{out} cannot be written ({error.strerror}). Name another place.") from error
    finally:
        work.unlink(missing_ok=True)
