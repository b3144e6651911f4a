# SPDX-License-Identifier: Apache-2.0
"""The verb watch: keep an eye on a model that no record names yet."""

from collections.abc import Sequence
from typing import Annotated

import typer

from leadglass.cli import output
from leadglass.cli.views import Json, examples, view
from leadglass.errors import UsageError
from leadglass.render.phrases import count
from leadglass.render.text import wrap
from leadglass.services import catalogue
from leadglass.services.ledger.view import View
from leadglass.values.people import Notice

_SHOWN = 10


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        "watch",
        short_help="Keep an eye on a model: every document that names it.",
        epilog=examples(
            "watch 'Somatom Scope' --maker Siemens --because 'no CPE name yet'",
            "watch --list",
            "watch --seen W-ak3d",
        ),
    )(watch_verb)


def watch_verb(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Model to watch.", metavar="MODEL", show_default=False)] = "",
    maker: Annotated[str, typer.Option(help="Its maker.", metavar="NAME", show_default=False)] = "",
    words: Annotated[
        str,
        typer.Option(
            help="Words that all stand in a text that means it; else those of maker and model.",
            show_default=False,
        ),
    ] = "",
    because: Annotated[str, typer.Option(help="Why.", metavar="TEXT", show_default=False)] = "",
    owner: Annotated[
        str, typer.Option(help="Who answers for it; else you.", metavar="NAME", show_default=False)
    ] = "",
    listed: Annotated[
        bool, typer.Option("--list", help="List what is watched, and what nobody has seen yet.")
    ] = False,
    end: Annotated[
        str, typer.Option(help="Watch this one no longer.", metavar="ID", show_default=False)
    ] = "",
    seen: Annotated[
        str, typer.Option(help="Mark the notices of this one as seen.", metavar="ID", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """Watch a model. From now on every document that names it is told by news and assess, until it is marked as seen.

    Named is what the rules for names of models link, and what holds all of the words, whole, in upper or lower case:
    advisories, letters, recalls, and descriptions of records that name no product at all.
    """
    if sum(map(bool, (model, listed, end, seen))) != 1:
        raise UsageError("Give a model to watch, or --list, or --end ID, or --seen ID: one of them.")
    at = view(context.obj)
    if model:
        made = catalogue.WATCH(at, model, maker=maker, words=words, owner=owner, because=because)
        output.say(f"Watched from now on: {made.model} ({made.watch_id}), by its words: {made.words}.")
    elif end:
        output.say(f"Watched no longer: {catalogue.UNWATCH(at, end.strip()).model}.")
    elif seen:
        output.say(f"Marked as seen: {count(len(catalogue.SEE(at, seen.strip())), 'document')}.")
    else:
        _list(at, json=json)


def _list(at: View, *, json: bool) -> None:
    watched, found = catalogue.WATCHES(at), catalogue.NOTICES(at)
    if json:
        output.as_json({"watches": output.plain(watched), "notices": output.plain(found)})
        return
    if not watched:
        output.say("Nothing is watched. Begin: leadglass watch 'Model' --maker 'Maker'")
    for one in watched:
        why = f": {one.because}" if one.because else ""
        output.say(
            f"{one.watch_id}  {one.model}, by {one.owner} since {one.at:%Y-%m-%d}{why}. Words: {one.words}"
        )
    show(found)


def show(found: Sequence[Notice], shown: int = _SHOWN) -> None:
    """Print notices: of each watch how many, then each document with its place and by what it matched."""
    for model, name in dict.fromkeys((one.model, one.watch_id) for one in found):
        own = [one for one in found if one.watch_id == name]
        output.say()
        output.say(f"Watched: {count(len(own), 'new document')} about {model} ({name})", style="title")
        for one in own[:shown]:
            for number, line in enumerate(wrap(f"{one.subject}: {one.title}", output.width() - 4)):
                output.say(f"  {line}" if not number else f"    {line}")
            output.say(f"    {one.matched}", style="dim")
            output.say(f"    [{one.document}, {one.sha256[:12]} {one.place}]", style="dim")
        if len(own) > shown:
            output.say(f"  and {len(own) - shown:,} more: leadglass watch --list --json", style="dim")
        output.say(f"  Seen? leadglass watch --seen {name}", style="dim")
