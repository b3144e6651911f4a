# SPDX-License-Identifier: Apache-2.0
"""Verbs of the engine room: status, rebuild, backup, restore."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from leadglass import compose
from leadglass.cli import columns, output, working
from leadglass.cli.passphrase import asked
from leadglass.cli.views import Json, examples, view
from leadglass.errors import StateError, UsageError
from leadglass.render.phrases import count, unnamed
from leadglass.services import catalogue
from leadglass.services.ledger.status import Status
from leadglass.services.ledger.view import View
from leadglass.values.cursors import Cursor

_ENCRYPTED = "A backup is encrypted"
_SHOWN = 5


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        "status",
        short_help="How old is each feed, what is stale, how much there is.",
        epilog=examples("status", "status --json"),
    )(status_verb)
    app.command("rebuild", short_help="Make all tables again, and hold them against the old.")(rebuild_verb)
    app.command(
        "backup",
        short_help="Write documents, register and log into one encrypted file.",
        epilog=examples("backup ledger-2026-11-21.backup"),
    )(backup_verb)
    app.command(
        "restore",
        short_help="Make a new home from a backup.",
        epilog=examples("--home restored restore ledger-2026-11-21.backup"),
    )(restore_verb)


def status_verb(context: typer.Context, json: Json = False) -> None:
    """How old is each feed, what is stale or damaged, and how much there is of everything.

    Exit code 1 when a feed is stale or never came, when the store is damaged, or when a job failed the last time.
    """
    seen = view(context.obj)
    told, jobs, now = catalogue.STATUS(seen), catalogue.JOBS(seen), seen.house.clock()
    failed = [job for job in jobs if job.error]
    if json:
        feeds = [
            {"name": f.name, "records": told.records[key], "newest": f.newest, "checked_at": f.checked_at, "state": f.state,
             "age_days": f.age_days, "limit_days": f.limit_days, "error": told.errors[key] or _cursor(told, key).error,
             "completed_at": _cursor(told, key).completed_at, "tried_at": _cursor(told, key).tried_at,
             "gaps": _cursor(told, key).gaps}
            for key, f in zip(told.records, told.feeds, strict=True)
        ]  # fmt: skip
        output.as_json(
            {
                "snapshot": told.snapshot,
                "made_at": told.made_at,
                "feeds": feeds,
                "counts": told.counts,
                "damage": told.damage,
                "failed": [working.as_told(job, now) for job in failed],
            }
        )
    else:
        _show_status(seen, told)
        working.show_failed(failed, now)
    raise typer.Exit(1 if told.stale or told.damage or told.gapped or failed else 0)


def _cursor(told: Status, key: str) -> Cursor:
    """The cursor of a feed; an empty one where it was never synced."""
    return told.cursors.get(key) or Cursor(feed=key)


def _show_status(seen: View, told: Status) -> None:
    rows = [
        {"feed": f.name, "state": f.state, "records": told.records[key], "newest": f.newest, "received": f.checked_at,
         "complete": _cursor(told, key).completed_at, "stale after": f"{f.limit_days} days"}
        for key, f in zip(told.records, told.feeds, strict=True)
    ]  # fmt: skip
    columns.show(rows, tuple(rows[0]), seen.today)
    output.say()
    for key, feed in zip(told.records, told.feeds, strict=True):
        if feed in told.stale:
            output.say(feed.sentence, style="state.contain")
        if told.errors[key]:
            output.say(
                f"The last document for {feed.name} could not be read: {told.errors[key]}",
                style="state.contain",
            )
        _show_gaps(told, key, feed.name)
    for remark in told.damage:
        output.say(f"Damaged: {remark.where}: {remark.why}", style="state.act-now")
    said = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in told.counts.items())
    output.say(f"{said[:1].upper()}{said[1:]}.")
    silent = unnamed(told.counts["components_unnamed"], told.counts["components"])
    if silent:
        output.say(f"{silent} leadglass components --unnamed")
    output.say(f"Snapshot {told.snapshot}, made {told.made_at:%Y-%m-%d %H:%M} UTC.", style="dim")


def _show_gaps(told: Status, key: str, label: str) -> None:
    """Say why the last sync of a feed was not complete, and what of it is missing."""
    cursor = _cursor(told, key)
    if cursor.error:
        output.say(f"The last sync of {label} was not complete: {cursor.error}", style="state.contain")
    for gap in cursor.gaps[:_SHOWN]:
        output.say(f"  missing since {gap.since:%Y-%m-%d}: {gap.what}")
    if len(cursor.gaps) > _SHOWN:
        output.say(f"  and {len(cursor.gaps) - _SHOWN:,} more: --json names all")


def _equal(layered: Sequence[str]) -> str:
    """Say how far tables are equal to those of before."""
    if not layered:
        return "equal to the byte"
    return f"equal: row by row where they lay in layers ({', '.join(layered)}), all others to the byte"


def rebuild_verb(context: typer.Context, json: Json = False) -> None:
    """Make all tables again from documents and register, and say whether they are what they were.

    Exit code 1 when they differ though nothing that they are made from did.
    """
    with output.working("Rebuilding"):
        made = catalogue.REBUILD(view(context.obj))
    same = made.before is not None and not made.differing
    moved = made.before is not None and made.before.basis() != made.after.basis()
    if json:
        output.as_json({
            "before": made.before.id if made.before else None, "after": made.after.id, "equal": same,
            "differing": made.differing, "layered": made.layered, "rows": {part.table: part.rows for part in made.after.parts},
        })  # fmt: skip
    elif made.before is None:
        output.say(f"Built: snapshot {made.after.id}. There was none before.")
    elif same:
        output.say(
            f"Rebuilt: {count(len(made.after.parts), 'table')}, {_equal(made.layered)}. Snapshot {made.after.id}."
        )
    else:
        output.say(
            f"Rebuilt: snapshot {made.after.id}. These tables differ from before: {', '.join(made.differing)}."
        )
        output.say(
            "That is right: documents, answers, policies or the release changed since the last assessment."
            if moved
            else "Nothing that they are made from changed, so they should be equal. Please report it."
        )
    raise typer.Exit(1 if made.differing and not moved else 0)


def backup_verb(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="File to write, such as ledger.backup.", metavar="FILE")],
) -> None:
    """Write documents, receipts, log, register and the site's own tables into one encrypted file.

    Asks for a passphrase, or takes LEADGLASS_PASSPHRASE. A file that exists is not overwritten.
    """
    seen = view(context.obj)
    passphrase = asked(_ENCRYPTED, twice=True)
    with output.working("Writing the backup"):
        made = catalogue.BACKUP(seen, out, passphrase)
    output.say(
        f"The backup lies in {made.path}: {count(made.parts, 'part')}, {made.size / 1e6:.1f} MB, encrypted."
        " Keep the passphrase elsewhere."
    )


def restore_verb(
    context: typer.Context, source: Annotated[Path, typer.Argument(help="A backup file.", metavar="FILE")]
) -> None:
    """Make a home from a backup, whole or not at all; then make its tables.

    --home names the folder, which must be new or empty.
    """
    if not source.is_file():
        raise UsageError(f"{source} is no file. Name a backup made by: leadglass backup FILE")
    passphrase = asked(_ENCRYPTED, twice=False)
    with output.working("Restoring"):
        try:
            with source.open("rb") as stream:
                house = compose.restore(stream, context.obj, passphrase)
        except OSError as error:
            raise StateError(f"{source} cannot be restored ({error.strerror}). Nothing was made.") from error
        made = catalogue.REBUILD(view(context.obj))
    documents = count(len(made.after.documents), "document")
    output.say(
        f"Restored to {house.home}: {documents}, snapshot {made.after.id}."
        f" Go on: leadglass --home {house.home} assess"
    )
