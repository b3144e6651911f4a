# SPDX-License-Identifier: Apache-2.0
"""The verb aliases: write or take a book of answers about names."""

from pathlib import Path
from typing import Annotated

import typer

from leadglass.cli import output
from leadglass.cli.paper import write_whole
from leadglass.cli.views import assessed, examples, view
from leadglass.errors import StateError
from leadglass.render.phrases import count
from leadglass.services import catalogue

_SHOWN = 12


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        "aliases",
        short_help="Write what was answered about names, or take it.",
        epilog=examples("aliases names.json", "aliases names.json --take --why 'from the group at Coast'"),
    )(aliases_verb)


def aliases_verb(
    context: typer.Context,
    book: Annotated[Path, typer.Argument(help="The alias book, such as names.json.", metavar="FILE")],
    take: Annotated[bool, typer.Option("--take", help="Take its answers; else it is written.")] = False,
    why: Annotated[str, typer.Option(help="Where it comes from.", metavar="TEXT", show_default=False)] = "",
) -> None:
    """Write what was answered about makers, models, components and versions, or take another hospital's answers.

    An answer of our own outweighs one of a book. Trust in publishers is not shared.
    """
    seen = view(context.obj)
    if not take:
        write_whole(book, catalogue.BOOK(seen).decode("utf-8"))
        output.say(f"The alias book lies in {book}. It names makers, models and components, and no device.")
        return
    try:
        raw = book.read_bytes()
    except OSError as error:
        raise StateError(f"{book} cannot be read ({error.strerror}). Name another file.") from error
    told = catalogue.TAKE_BOOK(seen, raw, why=why)
    output.say(f"{count(told.new, 'answer')} taken, {told.known:,} known before.")
    for line in told.differing[:_SHOWN]:
        output.say(f"  - kept ours: {line}")
    if len(told.differing) > _SHOWN:
        output.say(f"  - and {len(told.differing) - _SHOWN:,} more that differ from ours")
    if told.new:
        assessed(seen)
        output.say("Assessed with them. See: leadglass questions")
