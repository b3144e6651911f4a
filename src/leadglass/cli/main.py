# SPDX-License-Identifier: Apache-2.0
"""The `leadglass` command: every verb, and what is said when one fails."""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from leadglass import __version__
from leadglass.cli import (
    account,
    book,
    bundle,
    changed,
    checking,
    desk,
    feeds,
    listing,
    orders,
    output,
    paper,
    post,
    remote,
    room,
    serving,
    trying,
    watching,
    word,
    working,
)
from leadglass.compose import locate
from leadglass.errors import LeadglassError, UsageError

app = typer.Typer(
    name="leadglass",
    help="The security ledger of a medical imaging fleet: who must do what about it, by when, with what proof.",
    epilog="\b\nTo begin:\n"
    "  leadglass receive inventory.csv sboms/ feeds/    take what you have\n"
    "  leadglass assess                                 what to ask, what to do\n"
    "  leadglass report morning.html                    the same as a page\n"
    "\nHelp on a verb: leadglass VERB --help",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

STOPPED = 130
"""The code of a command that the user stopped: 128 and the number of SIGINT."""


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"leadglass {__version__}")
        raise typer.Exit


def asks_for_help(words: Sequence[str]) -> bool:
    """Tell whether a call asks for help alone: that needs no server."""
    return not {"-h", "--help"}.isdisjoint(words)


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            help="Folder of the ledger; else LEADGLASS_HOME, else ~/.local/share/leadglass.",
            metavar="DIR",
            show_default=False,
        ),
    ] = None,
    server: Annotated[
        str,
        typer.Option(
            "--server",
            help="Address of a server that has the ledger; else LEADGLASS_SERVER. Its token: LEADGLASS_TOKEN.",
            envvar=remote.SERVER_VARIABLE,
            show_envvar=False,
            metavar="URL",
            show_default=False,
        ),
    ] = "",
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Set what all verbs share."""
    del version  # its callback has spoken
    context.obj = home
    if server and not asks_for_help(sys.argv):
        if home is not None:
            raise UsageError("Choose one: --home, a ledger on this machine, or --server, that of another.")
        context.obj = remote.address(server, context.invoked_subcommand)


post.add(app)
feeds.add(app)
bundle.add()
checking.add(app)
desk.add(app)
changed.add(app)
trying.add(app)
listing.add(app)
word.add(app)
watching.add(app)
book.add(app)
paper.add(app)
room.add(app)
serving.add(app)
account.add(app)
working.add(app)
orders.add(app)


def main() -> None:
    """Run, and turn every error into a sentence and an exit code.

    0 done, 1 needs a person, 2 usage, 3 unreadable, 4 fault, 130 stopped by the user.
    """
    output.tolerate()
    code = 0
    try:
        app()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except KeyboardInterrupt:
        code = STOPPED
    except (output.ClosedPipeError, BrokenPipeError):
        output.quiet_pipe()
    except LeadglassError as error:
        output.complain(str(error))
        code = error.code
    except Exception as error:  # noqa: BLE001 - the last door: a fault is told without a traceback
        code = _fault(error)
    if code == STOPPED:
        output.complain(
            "Stopped. What was told as received or recorded is kept; nothing half-made was published."
        )
    output.finish()
    sys.exit(code)


def _fault(error: Exception) -> int:
    """Keep the traceback in a file for whoever mends it; it may hold names of files, never document content."""
    told = f"{type(error).__name__}: {error}"
    try:
        place = locate(_stated_home()) / "faults.log"
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8", errors="replace") as stream:
            stream.write("".join(traceback.format_exception(error)) + "\n")
        where = f"The details are in {place}."
    except OSError:
        where = "The details could not be kept."
    output.complain(
        f"Leadglass failed ({told[:300]}). Nothing half-made was published. {where} Please report it."
    )
    if os.environ.get("LEADGLASS_DEBUG"):
        traceback.print_exception(error)
    return 4


def _stated_home() -> Path | None:
    words = sys.argv[1:]
    for number, word_ in enumerate(words):
        if word_ == "--home" and number + 1 < len(words):
            return Path(words[number + 1])
        if word_.startswith("--home="):
            return Path(word_.partition("=")[2])
    return None
