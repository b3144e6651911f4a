# SPDX-License-Identifier: Apache-2.0
"""Verbs of the desk: assess, show, explain, answer, say, decide, history, letter, report."""

from pathlib import Path
from typing import Annotated

import typer

from leadglass.cli import output
from leadglass.cli.views import AsOf, Csv, Json, Site, day, view
from leadglass.errors import NotFoundError, StateError
from leadglass.render import letter as letters
from leadglass.render import report as pages
from leadglass.render import terminal
from leadglass.render.text import wrap
from leadglass.services.ledger import people
from leadglass.services.ledger.assess import assess
from leadglass.services.ledger.cards import action_card, per_model, question_card
from leadglass.services.ledger.explain import Step, explain
from leadglass.services.ledger.letters import letter
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.morning import overview
from leadglass.services.ledger.show import show
from leadglass.services.ledger.status import status
from leadglass.services.ledger.view import View
from leadglass.values.scope import Page


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("assess")(assess_verb)
    app.command("show")(show_verb)
    app.command("explain")(explain_verb)
    app.command("answer")(answer_verb)
    app.command("say")(say_verb)
    app.command("decide")(decide_verb)
    app.command("history")(history_verb)
    app.command("letter")(letter_verb)
    app.command("report")(report_verb)


def assess_verb(
    context: typer.Context,
    top: Annotated[
        int | None,
        typer.Option(help="Actions to show: 10 on a terminal, all in JSON and CSV; 0 is all.", min=0),
    ] = None,
    site: Site = "",
    as_of: AsOf = "",
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Recognise, match, weigh, act: the questions that settle most, then the ranked actions."""
    seen = view(context.obj, as_of)
    if seen.snapshot is None:
        assess(seen.house)
    count = top if top is not None else EVERYTHING if json or csv else 10
    actions = page(seen, LISTINGS["actions"], Wanted(count=count or EVERYTHING, site=site))
    if json:
        output.as_json(actions.rows)
    elif csv:
        output.as_csv(actions.rows, LISTINGS["actions"].query.columns[:-1])
    else:
        _show_morning(seen, actions, site)


def _show_morning(seen: View, actions: Page, site: str) -> None:
    told = status(seen)
    for feed in told.stale:
        output.say(feed.sentence, style="state.contain")
    questions = page(seen, LISTINGS["questions"], Wanted(count=10, site=site))
    if questions.rows:
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
    output.say("Then do", style="title")
    output.say()
    output.lines(
        terminal.actions([action_card(row) for row in actions.rows], width=output.width(), as_of=seen.today)
    )
    if not actions.rows:
        output.say(
            "No action is open. Either nothing was received yet (leadglass receive PATH), or nothing applies."
        )
    output.say()
    counts = told.counts
    output.say(
        f"{len(actions.rows)} of {actions.total} actions; {counts['devices']} devices, findings:"
        f" {counts['affected']:,} affected, {counts['unknown']:,} unknown, {counts['not_affected']:,} not affected. Snapshot {told.snapshot}.",
        style="dim",
    )
    output.say(
        "Go on: leadglass actions, explain ID, report OUT.html, letter Q-ID, answer Q-ID VALUE", style="dim"
    )


def show_verb(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Id of anything, or an asset tag or CVE.", metavar="ID")],
    as_of: AsOf = "",
    json: Json = False,
) -> None:
    """Show one device, product, component, finding, action, question, document or vulnerability whole."""
    kind, fields, related = show(view(context.obj, as_of), name)
    if json:
        output.as_json({"kind": kind, **fields, **{key: rows for key, (_, rows) in related.items()}})
        return
    output.say(f"{kind} {name}", style="title")
    for key, value in fields.items():
        if value not in ("", None, [], {}):
            output.say(f"  {key.replace('_', ' ')}: {_inline(value)}")
    for key, (columns, rows) in related.items():
        if rows:
            output.say()
            output.say(f"{key.replace('_', ' ').capitalize()} ({len(rows)})", style="title")
            output.as_table(rows[:40], columns)
            if len(rows) > 40:
                output.say(f"... {len(rows) - 40} more: use --json", style="dim")


def _inline(value: object) -> str:
    told = output.plain(value)
    if isinstance(told, list):
        return ", ".join(str(item) for item in told[:12]) + (
            f" and {len(told) - 12} more" if len(told) > 12 else ""
        )
    if isinstance(told, dict):
        return "; ".join(f"{key} {item}" for key, item in told.items() if item not in ("", None))
    return str(told)


def explain_verb(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="Id of a finding, or its beginning.")],
    as_of: AsOf = "",
    json: Json = False,
) -> None:
    """Say step by step why a finding is what it is, to the document's hash and the place in it."""
    row, steps = explain(view(context.obj, as_of), finding)
    if json:
        output.as_json({"finding": row, "steps": steps})
        return
    output.say(f"{row['id']}: {row['status']}", style="title")
    for step in steps:
        _show_step(step)


def _show_step(step: Step) -> None:
    indent = "  " * (step.depth + 1)
    for number, line in enumerate(
        wrap(f"{step.title}: {step.text}" if step.title else step.text, output.width() - len(indent) - 2)
    ):
        output.say(indent + ("  " if number else "") + line)
    if step.sha256:
        output.say(f"{indent}  [{step.sha256[:12]} {step.place}]", style="dim")


def answer_verb(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="Id of a question (Q-...).")],
    value: Annotated[str, typer.Argument(help="The answer.")],
    device: Annotated[str, typer.Option(help="Only for this device: id or asset tag.")] = "",
    why: Annotated[str, typer.Option(help="Where the answer comes from.")] = "",
    again: Annotated[bool, typer.Option("--assess/--no-assess", help="Assess at once.")] = True,
) -> None:
    """Settle a question; the answer is remembered for all devices that it is about."""
    seen = view(context.obj)
    before = status(seen).counts
    asked = people.answer(seen, question, value, why=why, device=device)
    output.say(f"Remembered for {asked['id']}: {value}")
    if again:
        assess(seen.house)
        after = status(seen).counts
        output.say(
            f"Findings now: {after['affected']:,} affected ({after['affected'] - before['affected']:+,}),"
            f" {after['unknown']:,} unknown ({after['unknown'] - before['unknown']:+,})."
        )
    else:
        output.say("It counts from the next: leadglass assess")


def say_verb(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="Device: id or asset tag.")],
    field: Annotated[str, typer.Argument(help="Field, such as software_version, model, exposure.")],
    value: Annotated[str, typer.Argument(help="What you know it to be.")],
    why: Annotated[str, typer.Option(help="How you know.")] = "",
) -> None:
    """State a fact of one device; a person's word outweighs every document and no import overwrites it."""
    found = people.say(view(context.obj), device, field, value, why=why)
    output.say(
        f"Noted: {field} of {found['asset_tag'] or found['device_id']} is {value}. It counts from the next: leadglass assess"
    )


def decide_verb(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(help="Action (A-...), finding (F-...), CVE, or product key with --vulnerability.")
    ],
    kind: Annotated[str, typer.Option(help="accept, compensate, close or reopen.")],
    owner: Annotated[str, typer.Option(help="Who answers for it: name and role.")],
    reason: Annotated[str, typer.Option(help="Why, so that another can follow.")],
    until: Annotated[str, typer.Option(help="Last day on which it holds.", metavar="DATE")] = "",
    proof: Annotated[str, typer.Option(help="What shows it (needed to close).")] = "",
    vulnerability: Annotated[str, typer.Option(help="With a product key: the CVE that is decided.")] = "",
    start: Annotated[str, typer.Option("--from", help="With a product key: first version.")] = "",
    end: Annotated[str, typer.Option("--before", help="With a product key: first version beyond.")] = "",
    json: Json = False,
) -> None:
    """Record a decision with owner, reason and expiry. It covers what is listed now; an expired one resurfaces."""
    deciding = people.Deciding(
        kind=kind, target=target, owner=owner, reason=reason, until=day(until), proof=proof,
        vulnerability=vulnerability, start=start, end=end,
    )  # fmt: skip
    made = people.decide(view(context.obj), deciding)
    if json:
        output.as_json(made)
        return
    covers = f"{len(made.findings)} findings" if made.findings else f"{made.product}, {made.vulnerability}"
    until_ = f" until {made.until}" if made.until else ""
    output.say(
        f"Recorded {made.id}: {made.kind} of {made.target}{until_}, owner {made.owner}; covers {covers}."
    )
    output.say(
        "Recorded by the local user; an approval needs a second person and is not given here.", style="dim"
    )


def history_verb(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="Id of a device, question, decision, action or finding; empty is all.", metavar="[ID]"
        ),
    ] = "",
    top: Annotated[int, typer.Option(help="Entries at most.", min=1)] = 30,
    verify: Annotated[bool, typer.Option("--verify", help="Recompute the chain of all changes.")] = False,
    json: Json = False,
) -> None:
    """Who changed what, when, from where, and why; before and after."""
    house = view(context.obj).house
    if verify:
        output.say(
            f"The chain of {house.register.verify()} changes is whole; the log of {house.log.verify()} entries is whole."
        )
        return
    entries, total = house.register.history(name or None, limit=top, offset=0)
    if json:
        output.as_json(entries)
        return
    if not entries:
        raise NotFoundError(f"Nothing was changed about {name}." if name else "Nothing was changed yet.")
    output.as_table(
        [
            {"change": e.change.number, "at": e.change.at, "by": e.change.by, "why": e.change.why, "what": f"{e.table} {e.key}",
             "after": e.after[:160]}
            for e in entries
        ],
        ("change", "at", "by", "why", "what", "after"),
    )  # fmt: skip
    output.say(f"{len(entries)} of {total} entries.", style="dim")


def letter_verb(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="Question (Q-...), product (P-...), or words of maker and model.")
    ],
    out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Write the letter to a maker with all that is asked about a model, ready to send."""
    text = letters.letter(letter(view(context.obj), name))
    if out is None:
        typer.echo(text, nl=False)
        return
    _write(out, text)
    output.say(f"The letter lies in {out}.")


def report_verb(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="File to write, such as report.html.")],
    site: Site = "",
    as_of: AsOf = "",
) -> None:
    """Write the morning's report: one self-contained page with pictures, actions, and a section per device."""
    seen = view(context.obj, as_of)
    if seen.snapshot is None and seen.house.tables.current() is None:
        assess(seen.house)
    if site:
        seen = View(
            house=seen.house, scope=seen.scope.narrowed(site), snapshot=seen.snapshot, as_of=seen.as_of
        )
    _write(out, pages.report(overview(seen)))
    output.say(
        f"The report lies in {out} ({out.stat().st_size / 1e6:.1f} MB). Open it in any browser; it needs no network."
    )


def _write(out: Path, text: str) -> None:
    """Write a file whole or not at all."""
    work = out.with_name(f".{out.name}.part")
    try:
        work.write_text(text, encoding="utf-8")
        work.replace(out)
    except OSError as error:
        raise StateError(f"{out} cannot be written ({error.strerror}). Name another place.") from error
    finally:
        work.unlink(missing_ok=True)
