# SPDX-License-Identifier: Apache-2.0
"""The verb check: validate documents by their standards."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from leadglass.cli import output
from leadglass.cli.offers import offered
from leadglass.cli.views import Json, examples, view
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.check import Checked
from leadglass.values.verdict import Complaint

_SHOWN = 40
_OF_ONE_TEST = 3


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        "check",
        short_help="Validate documents by their standards: CSAF, SBOMs.",
        epilog=examples("check advisory.json", "check sboms/ --json", "check - < bom.xml"),
    )(check_verb)


def check_verb(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files, folders or archives; - for standard input.", metavar="PATH", show_default=False
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Validate documents by their standards; nothing is taken.

    CSAF by the tests of section 6, each by its number; CycloneDX and SPDX by their projects' own validators; all
    else by reading it. Exit code 0 all valid, 1 something is not, 3 nothing could be judged.
    """
    listed = list(offered(paths or []))
    told = list(catalogue.CHECK(view(context.obj), (item.opened() for item in listed)))
    if json:
        output.as_json(told)
    else:
        for number, one in enumerate(told):
            if number:
                output.say()
            _show(one)
    judged = [one.verdict.valid for one in told if one.verdict]
    if not judged:
        raise typer.Exit(3 if told else 0)
    raise typer.Exit(0 if all(judged) and len(judged) == len(told) else 1)


def _show(one: Checked) -> None:
    what = f"{one.standard} {one.version}".strip() or "not recognised"
    verdict = one.verdict
    if verdict is None:
        output.say(f"{one.path}: {what}: not judged", style="title")
        output.say(f"  {one.why}")
        return
    said = "valid" if verdict.valid else "not valid"
    told = f", {count(len(verdict.complaints), 'complaint')}" if verdict.complaints else ""
    output.say(f"{one.path}: {what}: {said}{told}", style="title")
    output.say(f"  By {one.by}.", style="dim")
    for number, listed in groupby(verdict.complaints, key=lambda complaint: complaint.number):
        _show_test(number, list(listed))
    for remark in verdict.remarks[:_SHOWN]:
        output.say(f"  - not judged: {remark.where + ': ' if remark.where else ''}{remark.why}")


def _show_test(number: str, listed: Sequence[Complaint]) -> None:
    """Show the first complaints of one test: the rest are alike."""
    for complaint in listed[:_OF_ONE_TEST]:
        level = "" if complaint.level == "schema" else f" ({complaint.level})"
        place = f" {complaint.place}" if complaint.place else ""
        output.say(f"  - {number}{level}{place}: {complaint.why}")
    if len(listed) > _OF_ONE_TEST:
        output.say(f"  - {number}: and {len(listed) - _OF_ONE_TEST:,} more; --json names all")
