# SPDX-License-Identifier: Apache-2.0
"""The group feeds: public documents, on their way in and from one machine to another; and its verb sync."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.status import Status

from leadglass.cli import output
from leadglass.cli.views import Json, examples, view
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.feeds.desk import Step
from leadglass.services.feeds.sync import Outcome

_SHOWN = 5

group = typer.Typer(
    help="Public documents on their way: fetched and kept current; in bundles for machines without a network, with the"
    " keys that sign them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add(app: typer.Typer) -> None:
    """Add the group with sync; other modules add their verbs to it."""
    group.command(
        "sync",
        short_help="Fetch what is new: NVD, CISA KEV, EPSS, CSAF, OSV, CVE records, endoflife.date.",
        epilog=examples("feeds sync", "feeds sync nvd kev epss", "feeds sync nvd --full"),
    )(sync_verb)
    app.add_typer(
        group,
        name="feeds",
        short_help="Keep the public feeds current; carry them to machines without a network.",
    )


def sync_verb(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="nvd, kev, epss, csaf, osv, cve, eol; none: those of every day.",
            metavar="NAME",
            show_default=False,
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Fetch everything again, not only what changed.")
    ] = False,
    json: Json = False,
) -> None:
    """Fetch what is new of the public feeds, and receive it. What is not believed is refused; old data stay.

    Killed or cut off at any point, the next call goes on. Exit code 1 when a feed is not complete and current.
    """
    told: list[Outcome] = []
    later: list[Outcome] = []  # a sign and lines would write over each other
    try:
        with _progress(hidden=json) as sign:
            for one in catalogue.SYNC(view(context.obj), names or [], full=full):
                if isinstance(one, Step):
                    _advance(sign, one)
                    continue
                told.append(one)
                if sign is not None:
                    later.append(one)
                elif not json:
                    _show(one)
    finally:
        for one in later:
            _show(one)
    if json:
        output.as_json(told)
    elif any(one.new for one in told):
        output.say("Next: leadglass assess")
    raise typer.Exit(0 if all(one.complete and not one.stale for one in told) else 1)


@contextmanager
def _progress(*, hidden: bool) -> Iterator[Status | None]:
    """Show on a terminal how far it is."""
    if hidden or not sys.stderr.isatty():
        yield None
        return
    with output.console(error=True).status("Syncing") as sign:
        yield sign


def _advance(sign: Status | None, step: Step) -> None:
    if sign is not None:
        of = f" of {step.total:,}" if step.total else ""
        sign.update(f"{step.label}: {step.done:,}{of} {step.what}")


def _show(one: Outcome) -> None:
    """Say one sentence for a feed; gaps and remarks below it."""
    if one.complete:
        brought = count(one.new, "new document") if one.new else "nothing new"
        output.say(
            one.stale or f"{one.label} is complete and current: {brought}.",
            style="state.contain" if one.stale else "",
        )
    else:
        since = f" since {one.completed_at:%Y-%m-%d %H:%M} UTC" if one.completed_at else ""
        output.say(f"{one.label} is not complete{since}: {one.error}", style="state.contain")
    rest = [gap for gap in one.gaps if gap.why != one.error]
    for gap in rest[:_SHOWN]:
        output.say(f"  - missing since {gap.since:%Y-%m-%d}: {gap.what}: {gap.why}")
    if len(rest) > _SHOWN:
        output.say(f"  - and {len(rest) - _SHOWN:,} more; --json names all")
    for remark in one.remarks:
        output.say(f"  - {remark}")
