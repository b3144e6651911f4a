# SPDX-License-Identifier: Apache-2.0
"""The group account: who may sign in to the pages, what they may do where, tokens of programs, the break-glass account."""

import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from leadglass.cli import output
from leadglass.cli.views import Json, day, examples, view
from leadglass.errors import UsageError
from leadglass.render.terminal import table
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.break_glass import spelled
from leadglass.services.accounts.invite import HOLDS, Inviting
from leadglass.services.accounts.people import AccountRow
from leadglass.services.accounts.tokens import BEGINNING, Issuing
from leadglass.services.ledger.view import View
from leadglass.values.accounts import AccountKind

_BYTES = 32

Name = Annotated[str, typer.Argument(help="Name of the account.", metavar="NAME", show_default=False)]
Role = Annotated[str, typer.Option(help="Role, for example viewer.", metavar="ROLE", show_default=False)]
Site = Annotated[
    str, typer.Option(help="Only at this site; else at all.", metavar="NAME", show_default=False)
]
Why = Annotated[
    str, typer.Option(help="Why, so that another can follow.", metavar="TEXT", show_default=False)
]

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def add(app: typer.Typer) -> None:
    """Add the group and its verbs."""
    app.add_typer(
        group, name="account", short_help="Keep the accounts of the pages: people, programs, roles, tokens."
    )
    for name, verb, short, calls in (
        ("list", list_verb, "List accounts with their roles, and open invitations.", ["account list"]),
        (
            "invite",
            invite_verb,
            "Make a link by which somebody makes her account.",
            [
                "account invite a.chair --role approver --site Harbor --name 'Ada Chair'",
                "account invite a.chair --again",
                "account invite scanner-feed --service --role clinical_engineer",
            ],
        ),
        (
            "grant",
            grant_verb,
            "Give an account a role.",
            ["account grant a.chair --role viewer --site Harbor"],
        ),
        (
            "withdraw",
            withdraw_verb,
            "Take a role back, or an invitation.",
            ["account withdraw a.chair --role viewer --site Harbor", "account withdraw b.new"],
        ),
        (
            "off",
            off_verb,
            "Let an account sign in no longer.",
            ["account off a.chair --why 'left on 30 Nov'"],
        ),
        ("on", on_verb, "Let an account sign in again.", ["account on a.chair"]),
        (
            "token",
            token_verb,
            "Make a token of a service account; shown once.",
            ["account token scanner-feed --permission receive --until 2027-06-30 --label 'nightly export'"],
        ),
        ("tokens", tokens_verb, "List the tokens of service accounts.", ["account tokens"]),
        (
            "withdraw-token",
            withdraw_token_verb,
            "Let a token in no longer.",
            ["account withdraw-token lg_3fJk2x9Q"],
        ),
        (
            "break-glass",
            break_glass_verb,
            "Make the account for the worst day, or seal it anew.",
            ["account break-glass"],
        ),
    ):
        group.command(name, short_help=short, epilog=examples(*calls))(verb)


def list_verb(context: typer.Context, json: Json = False) -> None:
    """List accounts: name, kind, whether they may sign in, whether they have a second factor, roles; and invitations."""
    seen = view(context.obj)
    found, open_ones = catalogue.ACCOUNTS(seen), catalogue.INVITATIONS(seen)
    if json:
        shown = [
            {name: part for name, part in output.plain(told).items() if name != "digest"}
            for told in open_ones
        ]
        output.as_json({"accounts": found, "invitations": shown})
        return
    if not found and not open_ones:
        output.say("There is no account yet. The first one: leadglass serve prints its link.")
    if found:
        _table(
            ("account", "kind", "signs in", "second factor", "roles"), [_row(account) for account in found]
        )
    for told in open_ones:
        what = told.role or "a new passphrase"
        output.say(f"Invited: {told.username}, {what}, by {told.by}, until {told.until:%Y-%m-%d %H:%M} UTC.")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    output.lines(table(head, rows, width=output.width()))


def _row(account: AccountRow) -> tuple[str, ...]:
    roles = ", ".join(f"{grant.role} at {grant.site or 'all sites'}" for grant in account.grants) or "none"
    signs = "yes" if account.active and account.kind is not AccountKind.SERVICE else "no"
    factor = {AccountKind.PERSON: "yes" if account.second_factor else "not yet"}.get(account.kind, "-")
    return account.username, account.kind.value.replace("_", " "), signs, factor, roles


def invite_verb(
    context: typer.Context,
    name: Name,
    role: Role = "",
    site: Site = "",
    full: Annotated[
        str, typer.Option("--name", help="Her name in full.", metavar="TEXT", show_default=False)
    ] = "",
    email: Annotated[str, typer.Option(help="Her mail address.", metavar="ADDRESS", show_default=False)] = "",
    again: Annotated[
        bool, typer.Option("--again", help="She has an account, and lost what lets her in.")
    ] = False,
    service: Annotated[
        bool, typer.Option("--service", help="An account for a program, without a link.")
    ] = False,
) -> None:
    """Make a link that holds for 7 days, once. By it somebody chooses a passphrase and a second factor herself.

    Hand it over in person or by a channel that only she reads: whoever has it first, has the account.
    """
    seen = view(context.obj)
    if service:
        made = catalogue.MAKE_SERVICE_ACCOUNT(seen, name, role, site=site, name=full)
        output.say(f"Made: {made.username}. It needs a token: leadglass account token {made.username}")
        return
    secret = secrets.token_urlsafe(_BYTES)
    told = catalogue.INVITE(
        seen,
        Inviting(secret=secret, username=name, role=role, site=site, name=full, email=email, again=again),
    )
    output.say(f"{told.username} makes her account by this link; it holds for {HOLDS.days} days, once:")
    output.write(f"{_address()}/account/welcome/{secret}\n")


def _address() -> str:
    return os.environ.get("LEADGLASS_URL") or "http://localhost:8000"


def grant_verb(context: typer.Context, name: Name, role: Role = "", site: Site = "", why: Why = "") -> None:
    """Give an account a role at a site, or at all. It counts from the next page on."""
    made = catalogue.GRANT(view(context.obj), name, role, site=site, why=why)
    output.say(f"{made.username} is {made.role} at {made.site or 'all sites'}.")


def withdraw_verb(
    context: typer.Context, name: Name, role: Role = "", site: Site = "", why: Why = ""
) -> None:
    """Take a role back, or without --role the open invitations of a name. It counts from the next page on."""
    seen = view(context.obj)
    if not role:
        catalogue.WITHDRAW_INVITATION(seen, name)
        output.say(f"The link of {name} lets nobody in any more.")
        return
    catalogue.WITHDRAW_GRANT(seen, name, role, site=site, why=why)
    output.say(f"{name} is {role} at {site or 'all sites'} no longer.")


def off_verb(context: typer.Context, name: Name, why: Why = "") -> None:
    """Let an account sign in no longer. Its sessions end at once, its tokens let nothing in."""
    output.say(
        f"{catalogue.SWITCH_ACCOUNT(view(context.obj), name, active=False, why=why).username} is switched off."
    )


def on_verb(context: typer.Context, name: Name, why: Why = "") -> None:
    """Let an account sign in again, with the roles that it has."""
    output.say(
        f"{catalogue.SWITCH_ACCOUNT(view(context.obj), name, active=True, why=why).username} is switched on."
    )


def token_verb(
    context: typer.Context,
    name: Name,
    permission: Annotated[
        list[str] | None,
        typer.Option(help="What it permits. Repeatable.", metavar="NAME", show_default=False),
    ] = None,
    until: Annotated[
        str, typer.Option(help="Its last day, within a year.", metavar="DATE", show_default=False)
    ] = "",
    label: Annotated[
        str, typer.Option(help="Which program holds it.", metavar="TEXT", show_default=False)
    ] = "",
) -> None:
    """Make a token of a service account, for permissions that the account has itself. It is shown once, here."""
    seen, last, secret = view(context.obj), day(until), BEGINNING + secrets.token_urlsafe(_BYTES)
    if last is None:
        raise UsageError("A token ends, within a year from now. Name a day: --until YYYY-MM-DD.")
    wanted = Issuing(
        secret=secret, username=name, label=label, permissions=permission or (), until=datetime.combine(last, time.max, UTC)
    )  # fmt: skip
    made = catalogue.ISSUE_TOKEN(seen, wanted)
    told = ", ".join(made.permissions)
    output.say(f"A token of {made.username} ({made.label}) for {told}, until {last}. It is not shown again:")
    output.write(f"{secret}\n")


def tokens_verb(context: typer.Context, json: Json = False) -> None:
    """List the tokens by their first letters: whose, for which program, what they permit, until when."""
    seen = view(context.obj)
    found = catalogue.TOKENS(seen)
    if json:
        output.as_json(
            [
                {name: part for name, part in output.plain(token).items() if name != "digest"}
                for token in found
            ]
        )
        return
    if not found:
        output.say("There is no token. Make one: leadglass account token")
        return
    rows = [
        (token.mark, token.username, token.label, ", ".join(token.permissions), _until(seen, token.until))
        for token in found
    ]
    _table(("token", "account", "program", "permits", "until"), rows)


def _until(seen: View, until: datetime) -> str:
    return f"{until:%Y-%m-%d}" + ("" if until > seen.moment else " (over)")


def withdraw_token_verb(
    context: typer.Context,
    token: Annotated[
        str,
        typer.Argument(
            help="The token, or its first letters as listed.", metavar="TOKEN", show_default=False
        ),
    ],
    why: Why = "",
) -> None:
    """Let a token in no longer, at once."""
    output.say(
        f"The token {catalogue.WITHDRAW_TOKEN(view(context.obj), token, why=why)} lets nothing in any more."
    )


def break_glass_verb(context: typer.Context) -> None:
    """Make the account for the day on which nobody else gets in, or give it a new passphrase; the old one ends.

    It is administrator, and needs no second factor, mail or sign-on. Its use is told to the log, to every page of everybody,
    and to all administrators by mail where mail is set, until an administrator says why.
    """
    passphrase = spelled(secrets.choice)
    made = catalogue.BREAK_GLASS(view(context.obj), passphrase)
    output.say(f"Sealed: {made.username}. Print this passphrase, put it in a safe; it is not shown again:")
    output.write(f"{passphrase}\n")
