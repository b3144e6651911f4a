# SPDX-License-Identifier: Apache-2.0
"""The group orders: work orders for actions, to other systems and back."""

from pathlib import Path
from typing import Annotated

import typer

from leadglass.cli import columns, output
from leadglass.cli.views import Json, Site, examples, view
from leadglass.errors import StateError, UsageError
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.orders.orders import Moved

group = typer.Typer(
    help="Work orders: one per action and device, in ServiceNow or by CSV, and what comes back of them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Action = Annotated[str, typer.Argument(help="Id of an action.", metavar="ACTION", show_default=False)]


def add(app: typer.Typer) -> None:
    """Add the group with its verbs."""
    group.command(
        "send", epilog=examples("orders send A-3f", "orders send A-3f --csv orders.csv", "orders send")
    )(send)
    group.command("take", epilog=examples("orders take", "orders take export.csv"))(take)
    group.command("list", epilog=examples("orders list", "orders list --site 'Harbor Clinic'"))(list_verb)
    group.command("confirm", epilog=examples("orders confirm O-3f", "orders confirm O-3f --version 2.0.1"))(
        confirm
    )
    app.add_typer(group, name="orders", short_help="Work orders for actions, to other systems and back.")


def send(
    context: typer.Context,
    action: Action = "",
    file: Annotated[
        Path | None,
        typer.Option("--csv", help="Write them to this file instead.", metavar="FILE", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Ask for a work order for each device of an action, and open them; without ACTION send what is wanted still.

    Each is opened once, however often it is sent.
    """
    seen = view(context.obj)
    new = catalogue.WANT_ORDERS(seen, action.strip()) if action else []
    if file is not None:
        if file.exists():
            raise UsageError(f"{file} exists and is not overwritten. Name another file.")
        made = catalogue.EXPORT_ORDERS(seen, action.strip())
        try:
            file.write_bytes(made.raw)
        except OSError as error:
            raise StateError(f"{file} cannot be written ({error.strerror}). Name another file.") from error
        output.say(f"{count(made.orders, 'work order')} in {file}, {len(new)} of them new.")
        return
    _say(catalogue.SEND_ORDERS(seen), json=json)


def take(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="An export; none: ask ServiceNow.", metavar="FILE", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Take what another system says of work orders. It closes no action: what was closed there waits for a person."""
    seen = view(context.obj)
    if file is None:
        _say(catalogue.TAKE_ORDERS(seen), json=json)
        return
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}). Name an export.") from error
    _say(catalogue.TAKE_ORDER_FILE(seen, raw), json=json)


def list_verb(context: typer.Context, site: Site = "", json: Json = False) -> None:
    """List the work orders, and what a person has to settle of each; those come first."""
    seen = view(context.obj)
    lines = [line for line in catalogue.ORDERS(seen) if site.strip() in {"", line.site}]
    if json:
        output.as_json(lines)
        return
    if not lines:
        where = f" at '{site.strip()}'" if site.strip() else ""
        output.say(
            f"No work order was asked for{where}. Ask for those of an action: leadglass orders send ACTION"
        )
        return
    rows = [
        {"key": line.key, "device": line.device, "site": line.site, "action": line.action, "state": line.state,
         "system": line.system, "number": line.number, "version": line.version}
        for line in lines
    ]  # fmt: skip
    columns.show(rows, tuple(rows[0]), seen.today)
    for line in lines:
        if line.question:
            output.say()
            output.say(f"{line.device} ({line.number or line.key}): {line.question.replace('KEY', line.key)}")
            output.say(f"  Or answer what it asks: leadglass show {line.asks}", style="dim")


def confirm(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Key of a work order, or its number there.", metavar="KEY")],
    version: Annotated[
        str,
        typer.Option(
            help="The version that runs, where they say another.", metavar="TEXT", show_default=False
        ),
    ] = "",
    proof: Annotated[
        str, typer.Option(help="What shows it, where they say nothing.", metavar="TEXT", show_default=False)
    ] = "",
    why: Annotated[str, typer.Option(help="Why it is right.", metavar="TEXT", show_default=False)] = "",
) -> None:
    """Confirm a work order that was closed: its version is said of the device. To close the action is a decision of its own."""
    word, proofs = catalogue.CONFIRM_ORDER(
        view(context.obj), key.strip(), version=version, proof=proof, why=why
    )
    output.say(
        f"Confirmed: {word.number or word.key}, version {word.version}. It counts from the next assessment on."
    )
    if proofs:
        told = "; ".join(proofs.values()).replace("'", "")
        output.say(
            f"All work orders of {word.action_id} are confirmed. To close it: leadglass decide {word.action_id} --kind"
            f" close --owner ... --reason ... --proof '{told}'"
        )


def _say(moved: Moved, *, json: bool) -> None:
    if json:
        output.as_json(moved)
        return
    told = (
        (moved.opened, "opened"), (moved.found, "found there"), (moved.closed, "newly closed"), (moved.gone, "gone"),
        (moved.waiting, "waiting"),
    )  # fmt: skip
    output.say(", ".join(f"{number} {what}" for number, what in told if number) or "Nothing moved.")
    for remark in moved.remarks:
        output.say(f"  {remark.where}: {remark.why}")
    output.say("What is to be settled: leadglass orders list", style="dim")
