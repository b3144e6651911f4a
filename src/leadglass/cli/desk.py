# SPDX-License-Identifier: Apache-2.0
"""Verbs of the desk: assess, show, explain."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Any

import typer

from leadglass.cli import columns, output, vulnerability, watching
from leadglass.cli.views import AsOf, Csv, Json, Site, assessed, examples, view, why_empty
from leadglass.errors import UsageError
from leadglass.render import terminal
from leadglass.render.dates import exact
from leadglass.render.phrases import count, unnamed
from leadglass.render.text import display_width, one_line, wrap
from leadglass.services import catalogue
from leadglass.services.ledger.cards import action_card, per_model, question_card
from leadglass.services.ledger.explain import Step
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted
from leadglass.services.ledger.view import View
from leadglass.values.scope import Page, Row

_MOST_ROWS = 40
_MOST_WORDS = 12
_MOST_WATCHED = 3
_WIDE = 100
_OF_FACTS = frozenset({"maker", "sha256", "place"})
"""Of a device: what its facts say with their sources, in other words."""

_TITLES = {
    "source": "document",
    "fleet": "devices of this product",
    "parts": "components",
    "unjudged": "remarks",
    "resolves": "findings that it resolves",
}


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        "assess",
        short_help="The questions that settle most, then the ranked actions.",
        epilog=examples("assess --top 5 --site 'North Quay Hospital'", "assess --as-of 2026-11-02 --json"),
    )(assess_verb)
    app.command(
        "show",
        short_help="Show one thing whole: device, finding, action, CVE, ...",
        epilog=examples("show CT-014", "show CVE-2021-44228", "show A-w5fmn46wzn --json"),
    )(show_verb)
    app.command(
        "explain",
        short_help="Say step by step why a finding is what it is.",
        epilog=examples("findings --device CT-101", "explain F-5vw5pv7wc4-bb39"),
    )(explain_verb)


def assess_verb(
    context: typer.Context,
    top: Annotated[
        int | None,
        typer.Option(
            help="Actions at most; 0 is all. Else 10 on a terminal, all in JSON and CSV.",
            min=0,
            metavar="N",
            show_default=False,
        ),
    ] = None,
    site: Site = "",
    as_of: AsOf = "",
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Recognise, match, weigh, act: prints the questions whose answers settle most, then the ranked actions.

    Nothing is made anew where nothing changed since the last time. A day in the past is looked at, not published.
    """  # fmt: skip
    if json and csv:
        raise UsageError("Choose one: --json or --csv.")
    site = site.strip()
    seen = view(context.obj, as_of, site)
    if seen.snapshot is None:
        assessed(seen)
    machine = json or csv
    most = top if top is not None else EVERYTHING if machine else 10
    actions = catalogue.LISTED["actions"](seen, Wanted(count=most or EVERYTHING))
    if json:
        output.as_json(actions.rows)
    elif csv:
        some = actions.rows or catalogue.LISTED["actions"](seen, Wanted(count=1)).rows
        output.as_csv(actions.rows, tuple(some[0]) if some else LISTINGS["actions"].columns)
    else:
        _show_morning(seen, actions, site)
    if machine and not actions.rows:
        output.say(why_empty(seen, "actions", {}, site), error=True)


def _show_morning(seen: View, actions: Page, site: str) -> None:
    told = catalogue.STATUS(seen)
    if seen.as_of:
        output.say(f"As of {seen.moment:%Y-%m-%d %H:%M} UTC. Looked at, not published.", style="title")
    for feed in told.stale:
        output.say(feed.sentence, style="state.contain")
    if seen.as_of or told.stale:
        output.say()
    _show_questions(seen)
    if actions.rows:
        output.say("Then do", style="title")
        output.say()
        _show_actions(seen, actions.rows)
    else:
        output.say(why_empty(seen, "actions", {}, site))
    watching.show(catalogue.NOTICES(seen), _MOST_WATCHED)
    if told.counts["devices"]:
        output.say()
        _show_counts(actions, told.counts, told.snapshot)


def _show_actions(seen: View, rows: Sequence[Row]) -> None:
    """Show actions as cards; of one that vanished with a decision there is only to say that it waits for its end."""
    cards = [action_card(row) for row in rows if row["devices"]]
    output.lines(terminal.actions(cards, width=output.width(), as_of=seen.today))
    for row in rows:
        if not row["devices"]:
            output.say()
            output.say(f"{row['id']}: {row['title']}.", style="title")
            output.say(
                f"  {row['why']}. Close it: leadglass decide {row['id']} --kind close --owner ... --proof ..."
            )


def _show_questions(seen: View) -> None:
    questions = catalogue.LISTED["questions"](seen, Wanted(count=10))
    if not questions.rows:
        return
    output.say("Ask first: these answers settle most", style="title")
    output.say()
    rank = 0
    for group in per_model(questions.rows, 10):
        cards = []
        for row in group:
            rank += 1
            cards.append(question_card(row, rank))
        output.lines(terminal.questions(cards, width=output.width()))
        output.say()


def _show_counts(actions: Page, counts: Mapping[str, int], snapshot: str) -> None:
    shown = f"{len(actions.rows)} of {count(actions.total, 'action')}"
    found = ", ".join(
        f"{counts[name]:,} {name.replace('_', ' ')}"
        for name in ("affected", "unknown", "not_affected", "fixed", "updates_available", "out_of_support")
        if counts[name] or name in {"affected", "unknown", "not_affected"}
    )
    output.say(
        f"{shown}; {count(counts['devices'], 'device')}; findings: {found}. Snapshot {snapshot}.", style="dim"
    )
    silent = unnamed(counts["components_unnamed"], counts["components"])
    if silent:
        output.say(f"{silent} leadglass components --unnamed", style="dim")
    output.say(
        "Go on: leadglass actions, show ID, explain ID, letter Q-ID, answer Q-ID VALUE, report OUT.html",
        style="dim",
    )


# One thing, whole.


def show_verb(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="Id of anything, or its beginning; an asset tag; a CVE.", metavar="ID")
    ],
    as_of: AsOf = "",
    json: Json = False,
) -> None:
    """Show one thing whole, with what belongs to it.

    A device, product, component, finding, action, question, document (by its hash) or vulnerability.
    """
    seen = view(context.obj, as_of)
    kind, fields, related = catalogue.SHOW(seen, name.strip())
    if json:
        output.as_json({"kind": kind, **fields, **{key: rows for key, (_, rows) in related.items()}})
        return
    listed = set() if kind == "vulnerability" else {key for key, value in fields.items() if _is_rows(value)}
    told_below = {fact["field"] for fact in related["facts"][1]} | _OF_FACTS if "facts" in related else set()
    if kind == "action":
        _show_actions(seen, [fields])
    elif kind == "vulnerability":
        vulnerability.head(fields, seen.today)
        vulnerability.beside(fields, related.pop("said")[1], related.pop("ranges")[1], seen.today)
    elif kind == "question":
        output.lines(terminal.questions([question_card(fields, fields["rank"])], width=output.width()))
    else:
        output.say(f"{_TITLES.get(kind, kind).capitalize()} {name}", style="title")
        for key, value in fields.items():
            if key not in listed | told_below:
                _show_field(key, value, 1)
    for key in sorted(listed):
        _show_rows(seen, "devices" if key == "about" else key, tuple(fields[key][0]), fields[key])
    for key, (shown, rows) in related.items():
        _show_rows(seen, key, shown, rows)
    if kind == "finding":
        output.say()
        output.say(f"Step by step: leadglass explain {fields['id']}", style="dim")


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "device_id" in value[0]


def _show_field(key: str, value: Any, depth: int) -> None:
    """Show a field and what it is made of; nothing where nothing is stated."""
    margin, name = "  " * depth, key.replace("_", " ")
    told = exact(value) if isinstance(value, datetime) else output.plain(value)
    if told in ("", None, [], {}):
        return
    if isinstance(told, dict):
        output.say(f"{margin}{name}:")
        for inner, item in told.items():
            _show_field(inner, item, depth + 1)
    elif isinstance(told, list) and isinstance(told[0], dict):
        for item in told:
            output.say(
                f"{margin}{name}: {', '.join(f'{k} {v}' for k, v in item.items() if v not in ('', None))}"
            )
    elif isinstance(told, list):
        more = f" and {len(told) - _MOST_WORDS} more" if len(told) > _MOST_WORDS else ""
        output.say(f"{margin}{name}: {', '.join(str(item) for item in told[:_MOST_WORDS])}{more}")
    else:
        output.say(f"{margin}{name}: {told}")


def _show_rows(seen: View, key: str, shown: Sequence[str], rows: Sequence[Row]) -> None:
    if not rows:
        return
    if key == "facts":
        shown, rows = ("field", "value", "source"), [_fact(row) for row in rows]
        shown = (*shown, "since") if output.width() >= _WIDE else shown
    elif key == "devices":
        shown = [
            name
            for name in ("device", "site", "room", "serial_number", "software_version", "device_id")
            if name in shown
        ]
    output.say()
    output.say(f"{_TITLES.get(key, key).capitalize()} ({len(rows):,})", style="title")
    listing = {"fleet": "devices", "parts": "components", "resolves": "findings", "unjudged": "remarks"}.get(
        key, key
    )
    columns.show(rows[:_MOST_ROWS], shown, seen.today, listing=listing)
    if len(rows) > _MOST_ROWS:
        output.say(f"... and {len(rows) - _MOST_ROWS:,} more: --json shows all", style="dim")


def _fact(row: Row) -> Row:
    """Say who states a fact, and whether it counts. A document goes by the end of its path."""
    by = PurePosixPath(row["by"]).name if row["basis"] == "document" else row["by"]
    who = f"{by}, {row['place']}" if row["place"] else by
    return {**row, "source": who if row["counts"] else f"{who} (outweighed)", "since": row["since"].date()}


# Why.


def explain_verb(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="Id of a finding, or its beginning.", metavar="FINDING")],
    as_of: AsOf = "",
    json: Json = False,
) -> None:
    """Say step by step why a finding is what it is, to the document's hash and the place in it."""
    row, steps = catalogue.EXPLAIN(view(context.obj, as_of), finding.strip())
    if json:
        output.as_json({"finding": row, "steps": steps})
        return
    output.say(f"{row['id']}: {row['status'].replace('_', ' ')}", style="title")
    for step in steps:
        _show_step(step)


def _show_step(step: Step) -> None:
    """Show a step; its source stands behind it where there is room, else below."""
    indent = "  " * (step.depth + 1)
    told = f"{step.title}: {step.text}" if step.title else step.text
    source = one_line(f"[{step.sha256[:12]} {step.place}]") if step.sha256 else ""
    lines = wrap(told, output.width() - len(indent) - 2)
    if source and len(lines) == 1 and display_width(f"{indent}{told}  {source}") <= output.width():
        lines, source = [f"{lines[0]}  {source}"], ""
    for number, line in enumerate(lines):
        output.lines([terminal.Line(text=indent + ("  " if number else "") + line)])
    if source:
        output.lines([terminal.Line(text=f"{indent}  {source}", style="dim")])
