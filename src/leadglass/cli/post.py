# SPDX-License-Identifier: Apache-2.0
"""Verbs of the post room: receive documents, preview an inventory."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from leadglass.cli import output
from leadglass.compose import build
from leadglass.errors import UsageError
from leadglass.services.ledger.changes import FleetChanges, changes
from leadglass.services.ledger.preview import preview
from leadglass.services.ledger.receive import MOST_BYTES, How, Offered, Received, receive

_MANY = 8
_SHOWN = 12


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("receive")(receive_verb)


def receive_verb(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files, folders or archives; - for standard input.")
    ] = None,
    profile: Annotated[str, typer.Option(help="Mapping profile for inventories, by name.")] = "",
    mapped: Annotated[
        list[str] | None, typer.Option("--map", help="Column of an inventory: 'Heading=field'. Repeatable.")
    ] = None,
    publisher: Annotated[str, typer.Option(help="Who published the documents.")] = "",
    tlp: Annotated[
        str, typer.Option(help="Traffic Light Protocol 2.0: CLEAR, GREEN, AMBER, AMBER+STRICT, RED.")
    ] = "CLEAR",
    only_preview: Annotated[
        bool, typer.Option("--preview", help="Show how an inventory would be read; take nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take documents: inventories, SBOMs, feeds. Told by content, not by name; nothing is lost."""
    how = How(publisher=publisher, tlp=_tlp(tlp), profile=profile, columns=_columns(mapped or []))
    offered = list(_offered(paths or []))
    house = build(context.obj)
    if only_preview:
        for item in _counted(offered, lambda: None):
            if item.stream is None:
                raise UsageError(f"{item.path}: {item.fault}")
            _show_preview(item.path, preview(house, item.stream.read(MOST_BYTES), how), json=json)
        return
    results, told = [], []
    with _progress(len(offered), hidden=json) as progress:
        task = progress.add_task("receiving", total=len(offered))
        for result in receive(house, _counted(offered, lambda: progress.advance(task)), how):
            results.append(result)
            change = changes(house, result.sha256) if result.kind == "fleet" and result.taken else None
            told.append(change)
            if not json:
                _show(result, change)
    if json:
        output.as_json([_as_json(r, c) for r, c in zip(results, told, strict=True)])
    else:
        _sum_up(results)
    raise typer.Exit(_code(results))


def _tlp(text: str) -> str:
    allowed = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
    if text.upper() not in allowed:
        raise UsageError(f"'{text}' is no TLP label. Labels: {', '.join(allowed)}.")
    return text.upper()


def _columns(mapped: Sequence[str]) -> dict[str, str]:
    columns = {}
    for text in mapped:
        heading, mark, field = text.rpartition("=")
        if not mark or not heading or not field:
            raise UsageError(
                f"'{text}' is no mapping. Write: --map 'Heading=field', such as --map 'Inv. No=asset_tag'."
            )
        columns[heading] = field
    return columns


def _offered(paths: Sequence[Path]) -> Iterator[Offered]:
    if not paths:
        if sys.stdin.isatty():
            raise UsageError(
                "Name what to receive: leadglass receive FILE, FOLDER or ARCHIVE; or - for standard input."
            )
        paths = [Path("-")]
    for path in paths:
        if str(path) == "-":
            yield Offered(path="standard input", stream=sys.stdin.buffer)
        elif path.is_dir():
            files = [p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith(".")]
            if not files:
                yield Offered(path=str(path), fault="The folder holds no file.")
            for file in files:
                yield _file(file)
        else:
            yield _file(path)


def _file(path: Path) -> Offered:
    if not path.exists():
        return Offered(path=str(path), fault="There is no such file. Check the name.")
    if not path.is_file():
        return Offered(path=str(path), fault="This is no regular file; it was not opened.")
    return Offered(path=str(path), opener=path)


def _counted(offered: Sequence[Offered], advance: Any) -> Iterator[Offered]:
    for item in offered:
        try:
            yield item.opened()
        finally:
            advance()


def _progress(number: int, *, hidden: bool) -> Progress:
    shown = not hidden and number > _MANY and sys.stderr.isatty()
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=output.console(error=True), disable=not shown, transient=True,
    )  # fmt: skip


def _show(result: Received, change: FleetChanges | None) -> None:
    what = " ".join(filter(None, (result.standard, result.version))) or "not recognised"
    taken = ", ".join(f"{number:,} {name}" for name, number in result.taken.items())
    known = " (known before)" if result.already_known else ""
    output.say(f"{result.path}: {what}{known}", style="title")
    output.say(f"  taken: {taken}" if taken else "  nothing taken")
    if change and not result.already_known:
        _show_changes(change)
    for remark in result.remarks[:_SHOWN]:
        output.say(f"  - {remark.where + ': ' if remark.where else ''}{remark.why}")
    if len(result.remarks) > _SHOWN:
        output.say(
            f"  - and {len(result.remarks) - _SHOWN} more: leadglass remarks --id {result.sha256[:12]}"
        )


def _show_changes(change: FleetChanges) -> None:
    output.say(
        f"  devices: {len(change.new)} new, {len({(c.device, c.site) for c in change.changed})} changed,"
        f" {len(change.missing)} missing, {change.same} as before"
    )
    for item in change.changed[:_SHOWN]:
        output.say(f"    {item.device} ({item.site}): {item.field} '{item.before}' -> '{item.after}'")
    if change.missing:
        output.say("    missing: " + ", ".join(f"{name} ({site})" for name, site in change.missing[:_SHOWN]))


def _as_json(result: Received, change: FleetChanges | None) -> dict[str, Any]:
    told: dict[str, Any] = output.plain(result)
    if change is not None:
        told["changes"] = output.plain(change)
    return told


def _sum_up(results: Sequence[Received]) -> None:
    if not results:
        output.say("Nothing was offered.")
        return
    good = sum(1 for result in results if result.taken)
    new = sum(1 for result in results if result.taken and not result.already_known)
    output.say()
    output.say(f"{good} of {len(results)} documents taken, {new} of them new. Next: leadglass assess")


def _code(results: Sequence[Received]) -> int:
    """3 where nothing could be read, 1 where something could not."""
    unread = [
        result for result in results if not result.sha256 or (not result.taken and result.kind == "unknown")
    ]
    if unread and len(unread) == len(results):
        return 3
    return 1 if unread else 0


def _show_preview(path: str, seen: Any, *, json: bool) -> None:
    if json:
        output.as_json(seen)
        return
    output.say(
        f"{path}: profile {seen.profile} ({seen.why}), encoding {seen.encoding}, columns by '{seen.delimiter}'",
        style="title",
    )
    output.as_table([{"heading": h, "field": f} for h, f in seen.columns.items()], ("heading", "field"))
    if seen.unknown:
        output.say(f"Kept as they are: {', '.join(seen.unknown)}")
    for row in seen.rows[:5]:
        output.say("  " + ", ".join(f"{k}={v}" for k, v in row.fields.items() if v))
    for remark in seen.remarks[:_SHOWN]:
        output.say(f"  - {remark.where}: {remark.why}")
