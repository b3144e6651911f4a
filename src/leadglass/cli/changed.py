# SPDX-License-Identifier: Apache-2.0
"""The verb news: what changed for these devices since the last snapshot, or since a day."""

from typing import Annotated

import typer

from leadglass.cli import output, watching
from leadglass.cli.views import Json, Site, examples, view
from leadglass.render import news as sentences
from leadglass.services import catalogue
from leadglass.values.news import News, Turn

_SHOWN = 20


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        "news",
        short_help="What is newly affected, unknown, changed, repaired, gone.",
        epilog=examples("news", "news --since 2026-11-14 --site 'Harbor Clinic'", "news --json"),
    )(news_verb)


def news_verb(
    context: typer.Context,
    since: Annotated[
        str,
        typer.Option(
            help="Since the end of that day, YYYY-MM-DD, or a snapshot's id; else since the one before.",
            metavar="DAY",
            show_default=False,
        ),
    ] = "",
    site: Site = "",
    json: Json = False,
) -> None:
    """What changed for these devices between two snapshots, why, and who is to be told.

    Compared are the current snapshot and the one before it. A finding that is gone is told as repaired only where
    something shows it.
    """
    seen = view(context.obj, site=site.strip())
    with output.working("Comparing"):
        told = catalogue.NEWS(seen, since.strip())
    watched = catalogue.NOTICES(seen)
    if json:
        output.as_json({**output.plain(told), "counts": told.counts, "watched": output.plain(watched)})
    else:
        show(told)
        watching.show(watched)


def show(told: News) -> None:
    """Print news in sentences."""
    output.say(sentences.summary(told), style="title")
    output.say()
    output.lines(sentences.lines(told, width=output.width(), shown=_SHOWN))
    if told.counts[Turn.AFFECTED] or told.counts[Turn.UNKNOWN] or told.counts[Turn.CHANGED]:
        output.say("Next: leadglass actions, leadglass questions", style="dim")
