# SPDX-License-Identifier: Apache-2.0
"""The `leadglass` command: every verb, and what is said when one fails."""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from leadglass import __version__
from leadglass.cli import desk, listing, output, post, room
from leadglass.compose import locate
from leadglass.errors import LeadglassError

app = typer.Typer(
    name="leadglass",
    help="The security ledger of a medical imaging fleet: who must do what about it, by when, with what proof.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"leadglass {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option("--home", help="Folder of the ledger (or LEADGLASS_HOME).", show_default=False),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Set what all verbs share."""
    del version  # its callback has spoken
    context.obj = home


post.add(app)
desk.add(app)
listing.add(app)
room.add(app)


def main() -> None:
    """Run, and turn every error into a sentence and an exit code (0 done, 1 needs a person, 2 usage, 3 unreadable, 4 fault)."""
    try:
        app()
        code = 0
    except BrokenPipeError:
        output.quiet_pipe()
        code = 0
    except LeadglassError as error:
        output.console(error=True).print(str(error), markup=False)
        code = error.code
    except Exception as error:  # noqa: BLE001 - the last door: a fault is told without a traceback
        code = _fault(error)
    sys.exit(code)


def _fault(error: Exception) -> int:
    """Keep the traceback in a file for whoever mends it; it may hold names of files, never document content."""
    told = f"{type(error).__name__}: {error}"
    try:
        place = locate(_stated_home()) / "faults.log"
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as stream:
            stream.write("".join(traceback.format_exception(error)) + "\n")
        where = f"The details are in {place}."
    except OSError:
        where = "The details could not be kept."
    typer.echo(
        f"Leadglass failed ({told[:300]}). Nothing half-made was published. {where} Please report it.",
        err=True,
    )
    if os.environ.get("LEADGLASS_DEBUG"):
        traceback.print_exception(error)
    return 4


def _stated_home() -> Path | None:
    words = sys.argv[1:]
    for number, word in enumerate(words):
        if word == "--home" and number + 1 < len(words):
            return Path(words[number + 1])
        if word.startswith("--home="):
            return Path(word.partition("=")[2])
    return None
