# SPDX-License-Identifier: Apache-2.0
"""The verb try: what would be found on a device before it is bought, received or changed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from leadglass.cli import columns, output
from leadglass.cli.offers import offered
from leadglass.cli.views import Csv, Json, examples, view
from leadglass.errors import UnreadableError, UsageError
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.services.ledger.trial import Tried, Trying
from leadglass.services.ledger.view import View

_SHOWN = 10
_COLUMNS = (
    "component",
    "version",
    "vulnerability",
    "status",
    "missing",
    "known_exploited",
    "epss",
    "cvss",
    "rule",
)
_CSV = (
    *_COLUMNS[:5],
    "kind",
    "class",
    *_COLUMNS[5:8],
    "ransomware",
    "severity",
    "rule",
    "why",
    "sha256",
    "place",
)
_KEPT = "Nothing was kept: the fleet, its snapshot and its questions are as they were."


def _text(said: str, metavar: str) -> Any:
    return typer.Option(help=said, metavar=metavar, show_default=False)


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        "try",
        short_help="What would be found on a device that may come.",
        epilog=examples(
            "try offer.cdx.json",
            "try new-release.spdx.json --model 'Tomara 64' --software-version 2.0 --os 'Windows 10' --os-version 22H2",
            "try --manufacturer Quillon --model 'Tomara 64' --software-version 1.5 --json",
        ),
    )(try_verb)


def try_verb(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(help="A bill of materials; - for standard input.", metavar="FILE", show_default=False),
    ] = None,
    manufacturer: Annotated[str, _text("Who makes it; else as the list says.", "NAME")] = "",
    model: Annotated[str, _text("Its model; else as the list says.", "NAME")] = "",
    software_version: Annotated[
        str, _text("The version of its software; else as the list says.", "VERSION")
    ] = "",
    os: Annotated[str, _text("Its operating system.", "NAME")] = "",
    os_version: Annotated[str, _text("Release and build of that.", "VERSION")] = "",
    cpe: Annotated[list[str] | None, _text("A CPE 2.3 name of what runs on it. Repeatable.", "CPE")] = None,
    modality: Annotated[str, _text("Its modality.", "CODE")] = "",
    top: Annotated[
        int | None, typer.Option(help="Rows to show; 0 is all.", metavar="N", min=0, show_default=False)
    ] = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """What would be found on a device before it is bought, received or changed.

    The device is held against the records of the current snapshot as if it had been received. Nothing is kept of it.
    """
    if json and csv:
        raise UsageError("Choose one: --json or --csv.")
    name, raw = _read(path) if path else ("", b"")
    trying = Trying(
        raw=raw, name=name, manufacturer=manufacturer, model=model, software_version=software_version, os=os,
        os_version=os_version, cpe=" ".join(cpe or ()), modality=modality,
    )  # fmt: skip
    seen = view(context.obj)
    with output.working("Trying"):
        tried = catalogue.TRY(seen, trying)
    wanted = top if top is not None else 0 if json or csv else _SHOWN
    rows = tried.findings[: wanted or None]
    if json:
        output.as_json({**output.plain(tried), "findings": output.plain(rows), "counts": dict(tried.counts)})
    elif csv:
        output.as_csv(rows, _CSV)
    else:
        _show(seen, tried, rows)


def _read(path: Path) -> tuple[str, bytes]:
    """Read one file, or the standard input, no further than a document may reach."""
    listed = list(offered([path]))
    if len(listed) != 1:
        raise UsageError(
            f"{path} is a folder of {len(listed)} files. Name one bill of materials: of one device."
        )
    one = listed[0].opened()
    if one.stream is None:
        raise UnreadableError(f"{one.path}: {one.fault} Name a file that can be read.")
    with one.stream:
        return one.path, one.stream.read(MOST_BYTES + 1)


def _show(seen: View, tried: Tried, rows: Any) -> None:
    counts = tried.counts
    told = f"{tried.product} {tried.software_version}".strip()
    found = ", ".join(
        f"{counts[status]:,} {status.replace('_', ' ')}" for status in ("affected", "unknown", "not_affected")
    )
    repaired = f", {counts['fixed']:,} fixed" if counts["fixed"] else ""
    output.say(
        f"{told}: vulnerabilities {found}{repaired}; {count(tried.components, 'component')}.", style="title"
    )
    if tried.known:
        tags = [row["asset_tag"] or row["device_id"] for row in tried.devices]
        more = f" and {len(tags) - 5:,} more" if len(tags) > 5 else ""
        output.say(f"Of the fleet exactly this has {', '.join(tags[:5])}{more}: shown is what is told of it.")
    else:
        output.say("No device of the fleet that you see has exactly these components.")
    if rows:
        output.say()
        hidden = columns.show([_row(row) for row in rows], _COLUMNS, seen.today, listing="tried")
        output.say()
        output.say(
            f"1 to {len(rows)} of {count(len(tried.findings), 'finding')}. All: --top 0, --json, --csv.",
            style="dim",
        )
        if hidden:
            output.say(
                f"Too narrow for: {', '.join(hidden)}. A wider terminal, --csv or --json has all.",
                style="dim",
            )
    for gap in tried.gaps:
        output.say(f"Not known: {gap['why']}")
    if tried.unnamed:
        named = ", ".join(
            f"{row['name']} {row['version'].strip('-')}".strip() for row in tried.unnamed[:_SHOWN]
        )
        more = f" and {len(tried.unnamed) - _SHOWN:,} more" if len(tried.unnamed) > _SHOWN else ""
        output.say(
            f"Nothing at hand names {len(tried.unnamed):,} of {count(tried.components, 'component')}, so nothing is known"
            f" of them, for or against: {named}{more}."
        )
    for remark in tried.remarks[:_SHOWN]:
        output.say(f"Not taken: {remark.where + ': ' if remark.where else ''}{remark.why}", style="dim")
    output.say(_KEPT, style="dim")


def _row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write a finding as a line: probabilities alike, an update by who offers it."""
    since = row["known_exploited"]
    return {
        **row,
        "component": row["component"] or row["why"] or row["rule"],
        "known_exploited": f"{since}{', ransomware' if row['ransomware'] else ''}" if since else "",
        "epss": "" if row["epss"] is None else f"{row['epss']:.3f}",
        "cvss": "" if row["cvss"] is None else f"{row['cvss']:.1f}",
    }
