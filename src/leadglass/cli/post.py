# SPDX-License-Identifier: Apache-2.0
"""Verbs of the post room: receive documents, preview an inventory."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from leadglass.cli import bundle, changed, columns, offers, output
from leadglass.cli.views import Json, examples, view
from leadglass.errors import PermissionDeniedError, UsageError
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.changes import FleetChanges
from leadglass.services.ledger.choices import TLP
from leadglass.services.ledger.preview import Previewed
from leadglass.services.ledger.receive import How, Offered, Received
from leadglass.services.ledger.view import View

_MANY = 8
_SHOWN = 12

_ONE = {
    "devices": "device", "components": "component", "vulnerabilities": "vulnerability", "criteria": "criterion",
    "exploited vulnerabilities": "exploited vulnerability", "forecasts": "forecast", "products": "product",
    "statements": "statement", "releases": "release", "sightings": "sighting", "weaknesses": "weakness",
}  # fmt: skip

_Told = tuple[Received, FleetChanges | None]

Profile = Annotated[
    str, typer.Option(help="Mapping profile for inventories, by name.", metavar="NAME", show_default=False)
]
Mapped = Annotated[
    list[str] | None,
    typer.Option("--map", help="What a column of an inventory means. Repeatable.", metavar="HEADING=FIELD"),
]
Publisher = Annotated[
    str, typer.Option(help="Who published the documents.", metavar="NAME", show_default=False)
]
Tlp = Annotated[str, typer.Option(help=f"Traffic Light Protocol 2.0: {', '.join(TLP)}.", metavar="LABEL")]
OnlyPreview = Annotated[
    bool, typer.Option("--preview", help="Show how an inventory would be read; take nothing.")
]
Assess = Annotated[
    bool, typer.Option("--assess", help="Assess then, and say what changed for these devices.")
]
AllowOlder = Annotated[
    str,
    typer.Option(
        help="Take a bundle older than the last one of its key, for this reason.",
        metavar="REASON",
        show_default=False,
    ),
]


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        "receive",
        short_help="Take documents: inventories, SBOMs, feeds, archives.",
        epilog=examples(
            "receive inventory.csv sboms/ feeds.tar.gz",
            "receive export.csv --map 'Inv. No=asset_tag' --preview",
            "receive - < nvdcve-2.0-2026.json.gz",
            "receive feeds-2026-11-21.tar.zst --assess",
        ),
    )(receive_verb)


def receive_verb(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files, folders or archives; - for standard input.", metavar="PATH", show_default=False
        ),
    ] = None,
    profile: Profile = "",
    mapped: Mapped = None,
    publisher: Publisher = "",
    tlp: Tlp = "CLEAR",
    only_preview: OnlyPreview = False,
    assess: Assess = False,
    allow_older: AllowOlder = "",
    json: Json = False,
) -> None:
    """Take documents: inventories, SBOMs, feeds, a bundle. What one is follows from its content, not its name.

    Archives are opened, folders walked. The same bytes twice are one document. What is not recognised is kept. A
    bundle is verified whole and comes alone.
    """
    how = How(publisher=publisher, tlp=_tlp(tlp), profile=profile, columns=_columns(mapped or []))
    offered = list(offers.offered(paths or []))
    seen = view(context.obj)
    found, offered = offers.bundled(offered)
    if found is not None:
        _refuse_beside(how, only_preview=only_preview)
        bundle.take(seen, found, allow_older=allow_older, assess=assess, json=json)
        return
    if allow_older:
        raise UsageError("--allow-older is for a bundle, and this is none. Leave it out.")
    if only_preview:
        raise typer.Exit(_preview(seen, offered, how, json=json))
    told = _received(seen, offered, how, json=json)
    if json:
        output.as_json([_as_json(*one) for one in told])
    else:
        _sum_up([result for result, _ in told], assess=assess)
    if assess and (news := bundle.news(seen)) and not json:
        output.say()
        changed.show(news)
    raise typer.Exit(_code([_unread(result) for result, _ in told]))


def _received(seen: View, offered: Sequence[Offered], how: How, *, json: bool) -> list[_Told]:
    """Receive what is offered and show each as it comes; with a bar where it is much."""
    told = list[_Told]()
    bar = _bar(len(offered), hidden=json)
    try:
        with bar:
            task = bar.add_task("receiving", total=len(offered))
            for result in catalogue.RECEIVE(seen, _opened(offered, bar, task), how):
                fresh = result.kind == "fleet" and result.taken
                told.append((result, _changed(seen, result.sha256) if fresh else None))
                if not json and bar.disable:
                    _show(*told[-1])
    finally:
        if not json and not bar.disable:  # a bar and lines would write over each other
            for one in told:
                _show(*one)
    return told


def _changed(seen: View, sha256: str) -> FleetChanges | None:
    """Say what an inventory changed; nothing to who receives for some sites: it is held against those of all."""
    try:
        return catalogue.CHANGES(seen, sha256)
    except PermissionDeniedError:
        return None


def _refuse_beside(how: How, *, only_preview: bool) -> None:
    """A bundle says by itself what its documents are."""
    if only_preview or how != How():
        raise UsageError(
            "A bundle says itself what is in it: leave out everything but --assess, --allow-older, --json."
        )


def _tlp(text: str) -> str:
    if text.upper() not in TLP:
        raise UsageError(f"'{text}' is no TLP label. Labels: {', '.join(TLP)}.")
    return text.upper()


def _columns(mapped: Sequence[str]) -> dict[str, str]:
    meanings = {}
    for text in mapped:
        heading, mark, field = text.rpartition("=")
        if not mark or not heading or not field:
            raise UsageError(
                f"'{text}' is no mapping. Write: --map 'Heading=field', such as --map 'Inv. No=asset_tag'."
            )
        meanings[heading] = field
    return meanings


def _opened(offered: Sequence[Offered], bar: Progress, task: Any) -> Iterator[Offered]:
    for item in offered:
        try:
            yield item.opened()
        finally:
            bar.advance(task)


def _bar(number: int, *, hidden: bool) -> Progress:
    shown = not hidden and number > _MANY and sys.stderr.isatty()
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=output.console(error=True), disable=not shown, transient=True,
    )  # fmt: skip


# What became of them.


def _show(result: Received, change: FleetChanges | None) -> None:
    what = " ".join(filter(None, (result.standard, result.version)))
    what = what or ("not recognised" if result.sha256 else "not received")
    known = " (known before)" if result.already_known else ""
    output.say(f"{result.path}: {what}{known}", style="title")
    output.say(f"  {_taken(result)}")
    if change and not result.already_known:
        _show_changes(change)
    for remark in result.remarks[:_SHOWN]:
        output.say(f"  - {remark.where + ': ' if remark.where else ''}{remark.why}")
    if len(result.remarks) > _SHOWN:
        more = f"{len(result.remarks) - _SHOWN:,} more"
        output.say(f"  - and {more}; after the next assess: leadglass remarks --id {result.sha256[:12]}")


def _taken(result: Received) -> str:
    told = [count(number, _ONE.get(name, name), name) for name, number in result.taken.items() if number]
    if told:
        return f"taken: {', '.join(told)}"
    if _unread(result):
        return "nothing taken" + ("; kept as it is" if result.sha256 else "")
    return "taken, but it holds no record"


def _show_changes(change: FleetChanges) -> None:
    changed = len({(item.device, item.site) for item in change.changed})
    counts = (
        (len(change.new), "new"),
        (changed, "changed"),
        (len(change.missing), "missing"),
        (change.same, "as before"),
    )
    output.say(
        "  devices: " + (", ".join(f"{number:,} {name}" for number, name in counts if number) or "none")
    )
    for item in change.changed[:_SHOWN]:
        output.say(f"    {item.device} ({item.site}): {item.field} '{item.before}' -> '{item.after}'")
    if len(change.changed) > _SHOWN:
        output.say(f"    and {len(change.changed) - _SHOWN:,} more changes: --json names all")
    if change.missing:
        more = f" and {len(change.missing) - _SHOWN:,} more" if len(change.missing) > _SHOWN else ""
        names = ", ".join(f"{name} ({site})" for name, site in change.missing[:_SHOWN])
        output.say(f"    missing, so no longer listed but not forgotten: {names}{more}")


def _as_json(result: Received, change: FleetChanges | None) -> dict[str, Any]:
    told: dict[str, Any] = output.plain(result)
    if change is not None:
        told["changes"] = output.plain(change)
    return told


def _unread(result: Received) -> bool:
    """Tell whether nothing of a document could be read; a feed without a record was read."""
    return not result.taken and bool(result.remarks or not result.sha256)


def _sum_up(results: Sequence[Received], *, assess: bool) -> None:
    if not results:
        output.say("Nothing was offered. Name a file, a folder or an archive.")
        return
    unread = sum(map(_unread, results))
    read = len(results) - unread
    new = sum(not result.already_known for result in results if not _unread(result))
    told = [f"{count(read, 'document')} taken, {new:,} new." if read else "Nothing was taken."]
    if unread:
        told.append(f"{count(unread, 'document')} could not be read: see the sentences above.")
    if read and not assess:
        told.append("Next: leadglass assess")
    output.say()
    output.say(" ".join(told))


def _code(unread: Sequence[bool]) -> int:
    """3 where nothing could be read, 1 where something could not."""
    if unread and all(unread):
        return 3
    return 1 if any(unread) else 0


# How it would be read.


def _preview(seen: View, offered: Sequence[Offered], how: How, *, json: bool) -> int:
    told = list(catalogue.PREVIEW(seen, (item.opened() for item in offered), how))
    if json:
        output.as_json(told)
    else:
        for number, one in enumerate(told):
            if number:
                output.say()
            _show_preview(seen, one)
    return _code([one.preview is None for one in told])


def _show_preview(seen: View, one: Previewed) -> None:
    output.say(one.path, style="title")
    found = one.preview
    if found is None:
        output.say(f"  {one.why}")
        return
    output.say(f"  Profile {found.profile}: {found.why}")
    output.say(f"  {count(found.total, 'device')}; {found.encoding}, cells parted by {found.delimiter}.")
    output.say()
    first = found.rows[0].fields if found.rows else {}
    rows = [
        {"heading": heading, "is taken for": field, "first row": first.get(field, "")}
        for heading, field in found.columns.items()
    ]
    columns.show(rows, ("heading", "is taken for", "first row"), seen.today)
    output.say()
    if found.unknown:
        output.say(f"Kept as they are: {', '.join(found.unknown)}")
    for remark in found.remarks[:_SHOWN]:
        output.say(f"- {remark.where + ': ' if remark.where else ''}{remark.why}")
    if len(found.remarks) > _SHOWN:
        output.say(f"- and {len(found.remarks) - _SHOWN:,} more")
    output.say("Nothing was taken. To take it, call the same without --preview.", style="dim")
