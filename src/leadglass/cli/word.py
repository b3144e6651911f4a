# SPDX-License-Identifier: Apache-2.0
"""Verbs of what people say: answer, say, decide, history."""

import json as text
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated, Any

import typer

from leadglass.cli import output
from leadglass.cli.views import Json, assessed, day, examples, view
from leadglass.errors import UsageError
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.ledger.deciding import Deciding
from leadglass.services.ledger.listings import EVERYTHING, Wanted
from leadglass.services.ledger.view import View
from leadglass.values.people import Decision, HistoryEntry
from leadglass.values.scope import Row

_MOST_ROWS = 5
_MOST_LISTED = 3
_SAID_ABOVE = frozenset({"id", "by", "at", "lo", "hi", "first_seen"})
"""What a row repeats of its change, and keys that sort versions."""


def add(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        "answer",
        short_help="Settle a question; the answer is remembered.",
        epilog=examples(
            "answer Q-axdgct6mhm 2.8 --why 'label on the cart, seen 12 Nov'",
            "answer Q-axdgct6mhm 2.6 --device US-031",
            "answer Q-kx2t4gpco7 ours --why 'the console shows 1.5'",
        ),
    )(answer_verb)
    app.command(
        "say",
        short_help="State a fact of one device; it outweighs every document.",
        epilog=examples("say CT-014 exposure small --why 'own VLAN, seen on the firewall 12 Nov'"),
    )(say_verb)
    app.command(
        "decide",
        short_help="Record a decision with owner, reason and expiry.",
        epilog=examples(
            "decide A-w5fmn46wzn --kind accept --owner 'Head of imaging' \\\n"
            "      --reason 'moved to zone 4 meanwhile' --until 2027-01-31",
            "decide openssl:openssl --vulnerability CVE-2022-0778 --before 1.0.2zd --kind compensate \\\n"
            "      --owner 'IT security' --reason 'TLS is ended by the proxy' --until 2027-01-31",
        ),
    )(decide_verb)
    app.command(
        "history",
        short_help="Who changed what, when, from where, and why.",
        epilog=examples("history CT-014", "history --verify"),
    )(history_verb)


def answer_verb(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="Id of a question (Q-...).", metavar="QUESTION")],
    value: Annotated[str, typer.Argument(help="The answer.", metavar="VALUE", show_default=False)] = "",
    device: Annotated[
        str, typer.Option(help="Only for this device: asset tag or id.", metavar="TAG", show_default=False)
    ] = "",
    why: Annotated[
        str, typer.Option(help="Where the answer comes from.", metavar="TEXT", show_default=False)
    ] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the answer back: the question is open again.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--assess/--no-assess", help="Assess at once, or leave it to the next assess.")
    ] = True,
) -> None:
    """Settle a question. The answer is remembered for all devices that it is about, and assessed at once."""
    if withdraw and value:
        raise UsageError("Take an answer back, or give another one: not both in one call.")
    seen = view(context.obj)
    before = catalogue.STATUS(seen).counts
    if withdraw:
        catalogue.WITHDRAW(seen, question.strip(), why=why)
        output.say(f"Taken back: the answer to {question.strip()}.")
    else:
        asked = catalogue.ANSWER(seen, question.strip(), value, why=why, device=device.strip())
        about = (
            f", {count(asked['devices'], 'device')}" if "devices" in asked else ""
        )  # an old one lists them no more
        output.say(f"Remembered for {asked['id']}{f', {device} alone' if device else about}: {value}")
    if not again:
        output.say("It counts from the next: leadglass assess")
        return
    assessed(seen)
    after = catalogue.STATUS(seen).counts
    told = ", ".join(
        f"{after[name]:,} {name.replace('_', ' ')} ({after[name] - before[name]:+,})"
        for name in ("affected", "unknown", "not_affected", "fixed")
        if name != "fixed" or after[name] or before[name]
    )
    output.say(f"Findings now: {told}.")
    output.say(
        f"Actions now: {after['actions']:,} ({after['actions'] - before['actions']:+,}). See: leadglass actions"
    )


def say_verb(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="Device: asset tag or id.", metavar="DEVICE")],
    field: Annotated[
        str, typer.Argument(help="Field, such as software_version, model, exposure.", metavar="FIELD")
    ],
    value: Annotated[str, typer.Argument(help="What you know it to be.", metavar="VALUE")],
    why: Annotated[str, typer.Option(help="How you know.", metavar="TEXT", show_default=False)] = "",
) -> None:
    """State a fact of one device. It outweighs every document, and no import overwrites it."""
    found = catalogue.SAY(view(context.obj), device.strip(), field.strip(), value, why=why)
    name = found["asset_tag"] or found["device_id"]
    output.say(
        f"Noted: {field.strip()} of {name} ({found['site']}) is {value}. It counts from the next: leadglass assess"
    )


def decide_verb(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            help="Action (A-...), finding (F-...), vulnerability by any of its names, or product key with"
            " --vulnerability.",
            metavar="TARGET",
        ),
    ],
    kind: Annotated[str, typer.Option(help="accept, compensate, close or reopen.", metavar="KIND")],
    owner: Annotated[str, typer.Option(help="Who answers for it: name and role.", metavar="NAME")],
    reason: Annotated[str, typer.Option(help="Why, so that another can follow.", metavar="TEXT")],
    until: Annotated[
        str,
        typer.Option(help="Last day on which it holds; needed to accept and to compensate.", metavar="DATE",
                     show_default=False),
    ] = "",
    proof: Annotated[
        str, typer.Option(help="What shows it; needed to close.", metavar="TEXT", show_default=False)
    ] = "",
    vulnerability: Annotated[
        str, typer.Option(help="With a product key: the vulnerability that is decided, by any of its names.", metavar="ID",
                     show_default=False)
    ] = "",
    start: Annotated[
        str, typer.Option("--from", help="With a product key: first version.", metavar="VERSION", show_default=False)
    ] = "",
    end: Annotated[
        str,
        typer.Option("--before", help="With a product key: first version beyond.", metavar="VERSION", show_default=False),
    ] = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Record a decision with owner, reason and expiry. It covers what is listed now; an expired one resurfaces."""
    deciding = Deciding(
        kind=kind.strip(), target=target.strip(), owner=owner, reason=reason, until=day(until), proof=proof,
        vulnerability=vulnerability.strip(), start=start.strip(), end=end.strip(),
    )  # fmt: skip
    seen = view(context.obj)
    made = catalogue.DECIDE(seen, deciding)
    if json:
        output.as_json(made)
        return
    covers = count(len(made.findings) or _covered(seen, made), "finding")
    until_ = f" until {made.until}" if made.until else ""
    output.say(
        f"Recorded {made.id}: {made.kind} of {made.target}{until_}, owner {made.owner}; covers {covers}."
    )
    output.say(
        "Recorded by the local user; an approval needs a second person and is not given here.", style="dim"
    )


def _covered(seen: View, made: Decision) -> int:
    """Count what a decision about a range covers now."""
    if not made.vulnerability:
        return 0
    parts = catalogue.LISTED["components"](seen, Wanted(text=made.product, count=EVERYTHING)).rows
    about = {row["component_id"] for row in parts if row["record_product"] == made.product}
    listed = catalogue.LISTED["findings"](
        seen, Wanted(vulnerability=made.vulnerability, count=EVERYTHING)
    ).rows
    decided = (made.kind, made.until)
    return sum(
        row["component_id"] in about and (row["decision"], row["decided_until"]) == decided for row in listed
    )


# What was changed.


def history_verb(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="A device, question, decision, action, finding or vulnerability; nothing is all.",
            metavar="ID",
            show_default=False,
        ),
    ] = "",
    top: Annotated[int, typer.Option(help="Entries at most.", min=1, metavar="N")] = 30,
    verify: Annotated[
        bool, typer.Option("--verify", help="Recompute the chain of changes and the log.")
    ] = False,
    json: Json = False,
) -> None:
    """Who changed what, when, from where, and why; before and after. Newest first."""
    seen = view(context.obj)
    if verify:
        whole = catalogue.VERIFY(seen)
        if json:
            output.as_json({"changes": whole.changes, "log": whole.log, "whole": True})
        else:
            output.say(
                f"The chain of {count(whole.changes, 'change')} is whole;"
                f" the log of {count(whole.log, 'entry', 'entries')} is whole."
            )
        return
    about = name.strip()
    told = catalogue.HISTORY(seen, about, count=top) if about else catalogue.ALL_CHANGES(seen, count=top)
    found = told.entries
    if json:
        output.as_json(found)
    elif found:
        _show_history(found, told.total)
    if not found:
        said = f"Nothing was changed about {name}." if name else "Nothing was changed yet."
        output.say(f"{said} Changes come from: leadglass answer, say, decide", error=json)


def _show_history(entries: Sequence[HistoryEntry], total: int) -> None:
    for change, rows in groupby(entries, key=lambda entry: entry.change):
        said = f"Change {change.number}, {change.at:%Y-%m-%d %H:%M} UTC, {change.by} ({change.origin})"
        output.say(said, style="title")
        output.say(f"  {change.why}")
        told = list(rows)
        for entry in told[:_MOST_ROWS]:
            output.say(f"  {entry.table} {entry.key}: {', '.join(_differences(entry)) or 'unchanged'}")
        if len(told) > _MOST_ROWS:
            output.say(f"  and {len(told) - _MOST_ROWS:,} more rows of this change")
    output.say()
    output.say(
        f"{len(entries):,} of {count(total, 'entry', 'entries')}; --json has every field.", style="dim"
    )


def _differences(entry: HistoryEntry) -> Iterator[str]:
    """Say what a change did to a row: what is new in it, and what was there before."""
    before: Row = text.loads(entry.before) if entry.before else {}
    after: Row = text.loads(entry.after) if entry.after else {}
    if not after:
        yield "removed"
    for field, value in after.items():
        was = before.get(field)
        if value == was or field in _SAID_ABOVE or (not before and value in (None, "", "[]")):
            continue
        name = field.removesuffix("_id").replace("_", " ")
        yield f"{name} {_said(value)}" if was in (None, "") else f"{name} {_said(was)} -> {_said(value)}"


def _said(value: Any) -> str:
    """Say a value; of a long list its first ones."""
    if isinstance(value, str) and value.startswith("["):
        listed = text.loads(value)
        more = f" and {len(listed) - _MOST_LISTED:,} more" if len(listed) > _MOST_LISTED else ""
        return ", ".join(str(item) for item in listed[:_MOST_LISTED]) + more
    return "nothing" if value in (None, "") else str(value)
