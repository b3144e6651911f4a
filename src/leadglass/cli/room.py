# SPDX-License-Identifier: Apache-2.0
"""Verbs of the engine room: status, rebuild, backup, restore."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from leadglass import compose
from leadglass.cli import output
from leadglass.cli.views import Json, view
from leadglass.errors import UsageError
from leadglass.services.ledger.backup import backup
from leadglass.services.ledger.rebuild import rebuild
from leadglass.services.ledger.status import status

PASSPHRASE_VARIABLE = "LEADGLASS_PASSPHRASE"  # noqa: S105 - the name of a variable


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("status")(status_verb)
    app.command("rebuild")(rebuild_verb)
    app.command("backup")(backup_verb)
    app.command("restore")(restore_verb)


def status_verb(context: typer.Context, json: Json = False) -> None:
    """How old is each feed, what is stale, and how much there is of everything. Exit code 1 when something is stale."""
    told = status(view(context.obj))
    if json:
        feeds = [
            {"name": f.name, "records": told.records[key], "newest": f.newest, "checked_at": f.checked_at, "state": f.state,
             "age_days": f.age_days, "limit_days": f.limit_days, "error": told.errors[key]}
            for key, f in zip(told.records, told.feeds, strict=True)
        ]  # fmt: skip
        output.as_json(
            {"snapshot": told.snapshot, "made_at": told.made_at, "feeds": feeds, "counts": told.counts}
        )
    else:
        rows = [
            {"feed": f.name, "records": told.records[key], "newest": f.newest, "checked": f.checked_at, "state": f.state,
             "sentence": told.errors[key] or f.sentence}
            for key, f in zip(told.records, told.feeds, strict=True)
        ]  # fmt: skip
        output.as_table(rows, ("feed", "records", "newest", "checked", "state", "sentence"))
        output.say()
        output.say(", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in told.counts.items()))
        output.say(f"Snapshot {told.snapshot}, made {told.made_at:%Y-%m-%d %H:%M} UTC.", style="dim")
    raise typer.Exit(1 if told.stale else 0)


def rebuild_verb(context: typer.Context, json: Json = False) -> None:
    """Make all tables again from documents and register, and say whether they are what they were."""
    made = rebuild(compose.build(context.obj))
    same = made.before is not None and not made.differing
    if json:
        output.as_json({
            "before": made.before.id if made.before else None, "after": made.after.id, "equal": same,
            "differing": made.differing, "rows": {part.table: part.rows for part in made.after.parts},
        })  # fmt: skip
    elif made.before is None:
        output.say(f"Built: snapshot {made.after.id}. There was none before.")
    elif same:
        output.say(f"Rebuilt: {len(made.after.parts)} tables, equal to the byte. Snapshot {made.after.id}.")
    else:
        output.say(
            f"Rebuilt: snapshot {made.after.id}; these tables differ from before: {', '.join(made.differing)}."
        )
        output.say("That is right when documents or answers came since the last assessment; else report it.")


def _passphrase(*, twice: bool) -> str:
    """Take the passphrase from the environment, else ask for it without showing it."""
    told = os.environ.get(PASSPHRASE_VARIABLE)
    if told:
        return told
    if not sys.stdin.isatty():
        raise UsageError(
            f"A backup is encrypted: set {PASSPHRASE_VARIABLE}, or run this in a terminal to be asked."
        )
    return str(typer.prompt("Passphrase (12 characters or more)", hide_input=True, confirmation_prompt=twice))


def backup_verb(
    context: typer.Context, out: Annotated[Path, typer.Argument(help="File to write, such as ledger.backup.")]
) -> None:
    """Write documents, receipts, log and register into one encrypted file."""
    house = compose.build(context.obj)
    made = backup(house, out, _passphrase(twice=True))
    output.say(
        f"The backup lies in {made.path}: {made.parts} parts, {made.size / 1e6:.1f} MB, encrypted."
        " Keep the passphrase elsewhere."
    )


def restore_verb(
    context: typer.Context, source: Annotated[Path, typer.Argument(help="A backup file.")]
) -> None:
    """Make a home from a backup: leadglass --home NEW restore FILE. Whole or not at all."""
    if not source.is_file():
        raise UsageError(f"{source} is no file. Name a backup made by: leadglass backup FILE")
    with source.open("rb") as stream:
        house = compose.restore(stream, context.obj, _passphrase(twice=False))
    made = rebuild(house)
    output.say(
        f"Restored to {house.home}: {len(made.after.documents)} documents, snapshot {made.after.id}. Go on: leadglass assess"
    )
