# SPDX-License-Identifier: Apache-2.0
"""Verbs of bundles: feeds bundle, key, trust, trusted, distrust; and what is said of a bundle that was received."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from leadglass.cli import changed, columns, output
from leadglass.cli.feeds import group
from leadglass.cli.passphrase import asked
from leadglass.cli.views import Json, assessed, examples, view
from leadglass.errors import StateError, UsageError
from leadglass.formats import public_key
from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.feeds.bundle import Bundled, Wish
from leadglass.services.feeds.take import Taken
from leadglass.services.ledger.receive import Offered
from leadglass.services.ledger.view import View

_SIGNED = "The key that signs is sealed"
_CHECKOUT = Path(__file__).parents[3]
"""Where a program that runs from a checkout lies."""

Why = Annotated[
    str, typer.Option(help="Why, so that another can follow.", metavar="TEXT", show_default=False)
]


def add() -> None:
    """Add the verbs to the group."""
    group.command(
        "bundle",
        short_help="Write what a machine without a network needs into one signed file.",
        epilog=examples(
            "feeds bundle feeds-2026-11-21.tar.zst",
            "feeds bundle delta.tar.zst --since feeds-2026-11-14.tar.zst",
            "feeds bundle all.tar.zst --with-program",
        ),
    )(bundle_verb)
    group.command("key", short_help="Make the key that signs, or show it.", epilog=examples("feeds key"))(
        key_verb
    )
    group.command(
        "trust",
        short_help="Let the bundles of a key in.",
        epilog=examples("feeds trust group.pub --name 'Harbor Imaging Group, IT'"),
    )(trust_verb)
    group.command("trusted", short_help="List the keys whose bundles are let in.")(trusted_verb)
    group.command("distrust", short_help="Let the bundles of a key in no longer.")(distrust_verb)


def bundle_verb(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="File to write: packed, unless it ends in .tar.", metavar="OUT")],
    since: Annotated[
        str,
        typer.Option(
            help="Only what is new since that bundle: its file, its id, or the newest one made by a day.",
            metavar="BUNDLE",
            show_default=False,
        ),
    ] = "",
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Only documents of this kind. Repeatable.", metavar="KIND"),
    ] = None,
    tlp: Annotated[
        str,
        typer.Option(help="The strictest TLP label that goes in; else GREEN.", metavar="LABEL", show_default=False),
    ] = "",
    days: Annotated[int, typer.Option(help="Days for which the bundle is good.", metavar="N")] = 30,
    with_program: Annotated[
        bool, typer.Option("--with-program", help="Put Leadglass and all that it runs on in, as wheels.")
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option(help="Checkout that the program is built from; else the one that runs.", metavar="DIR",
                     show_default=False),
    ] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Write public documents, and perhaps the program, into one signed file for a machine without a network.

    Never inventories; bills of materials only by --kind bom; nothing beyond its TLP label. Asks for the passphrase of
    the key, or takes LEADGLASS_PASSPHRASE.
    """
    if source is not None and not with_program:
        raise UsageError("--source says where the program is built from: give --with-program too.")
    seen = view(context.obj)
    passphrase = asked(_SIGNED, twice=False)
    wish = Wish(
        kinds=tuple(kinds or ()), tlp=tlp.strip().upper(), since=since.strip(), days=days,
        source=(source or _CHECKOUT) if with_program else None,
    )  # fmt: skip
    with output.working("Writing the bundle"):
        made = catalogue.BUNDLE(seen, out, wish, passphrase)
    if json:
        output.as_json(_bundled_as_json(made))
    else:
        _show_bundled(made)


def _bundled_as_json(made: Bundled) -> dict[str, Any]:
    listed = made.contents
    return {
        "path": made.path, "size": made.size, "sha256": made.sha256, "id": listed.id, "sequence": listed.sequence,
        "key": listed.key, "created": listed.created, "expires": listed.expires, "base": listed.base,
        "documents": made.kinds, "needs": len(listed.needs), "program": len(listed.program), "left_out": made.left_out,
    }  # fmt: skip


def _show_bundled(made: Bundled) -> None:
    listed = made.contents
    output.say(
        f"{made.path}: bundle {listed.id}, number {listed.sequence}, {made.size / 1e6:.1f} MB", style="title"
    )
    output.say(f"  documents: {_by_kind(made.kinds) or 'none'}")
    if listed.base:
        output.say(f"  on top of the bundle {listed.base.id}, number {listed.base.sequence}")
    if listed.program:
        output.say(f"  program: {count(len(listed.program), 'file')}")
    for why, number in made.left_out.items():
        output.say(f"  left out: {count(number, 'document')}, {why}")
    output.say(f"  good until {listed.expires:%Y-%m-%d %H:%M} UTC, signed by {listed.key[:16]}")
    output.say(f"  SHA-256 of the file: {made.sha256}")
    output.say()
    output.say("On the other machine: leadglass receive BUNDLE")


def key_verb(context: typer.Context, json: Json = False) -> None:
    """Make the key that signs the bundles of this home, or show its public half where there is one.

    The private half is sealed with a passphrase (asked for, or LEADGLASS_PASSPHRASE) and never leaves the home.
    """
    seen = view(context.obj)
    key = catalogue.OWN_KEY(seen)
    is_new = key is None
    if key is None:
        key = catalogue.MAKE_KEY(seen, asked(_SIGNED, twice=True))
    if json:
        output.as_json({"keyid": key.keyid, "public": key.text, "new": is_new})
        return
    output.say("The key was made. Its public half:" if is_new else "The public half of the key of this home:")
    output.write(public_key.write(key))
    output.say(f"Fingerprint: {public_key.shown(key.keyid)}")
    output.say()
    output.say("On each machine that takes your bundles: leadglass feeds trust KEYFILE --name NAME")


def trust_verb(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="File with the public key, or the key itself.", metavar="KEY")],
    name: Annotated[str, typer.Option(help="Whose key it is.", metavar="NAME")],
    why: Why = "",
) -> None:
    """Let the bundles of a key in. Compare its fingerprint with the owner by another way than the key came."""
    trusted = catalogue.TRUST_KEY(view(context.obj), _text(key), name=name, why=why)
    output.say(f"Bundles of {trusted.name} are let in. Fingerprint: {public_key.shown(trusted.keyid)}")
    output.say("Compare it with the owner by telephone. If it differs: leadglass feeds distrust NAME")


def _text(key: str) -> str:
    """Read the file where the word names one; else it is the key itself."""
    try:
        if len(key) < 1_000 and Path(key).is_file():
            return Path(key).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise StateError(f"The file of the key cannot be read ({error}). Name another.") from error
    return key


def trusted_verb(context: typer.Context, json: Json = False) -> None:
    """List the keys whose bundles are let in: whose, since when, by whom, why."""
    seen = view(context.obj)
    keys = catalogue.TRUSTED_KEYS(seen)
    if json:
        output.as_json(keys)
        return
    if not keys:
        output.say(
            "No key is trusted, so no bundle is let in. Trust one: leadglass feeds trust KEYFILE --name NAME"
        )
        return
    rows = [
        {"name": key.name, "key": key.keyid[:16], "since": key.at.date(), "by": key.by, "why": key.why}
        for key in keys
    ]
    columns.show(rows, tuple(rows[0]), seen.today)


def distrust_verb(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name, or beginning of a fingerprint.", metavar="NAME")],
    why: Why = "",
) -> None:
    """Let the bundles of a key in no longer. What was taken from it stays; erase a document where you doubt it."""
    key = catalogue.DISTRUST_KEY(view(context.obj), name, why=why)
    output.say(f"Bundles of {key.name} ({key.keyid[:16]}) are no longer let in. What was taken stays.")


# A bundle that is received.


def take(seen: View, offered: Offered, *, allow_older: str, assess: bool, json: bool) -> None:
    """Take a bundle and say what it brought; assess and say what that changes for these devices."""
    opened = offered.opened()
    if opened.stream is None:
        raise StateError(f"{opened.path}: {opened.fault} Nothing was taken. Name it again.")
    with output.working("Verifying and taking the bundle"), opened.stream:
        taken = catalogue.TAKE_BUNDLE(seen, opened.stream, allow_older=allow_older)
    told = news(seen) if assess else None
    if json:
        output.as_json(_taken_as_json(taken) | ({"news": told} if assess else {}))
        return
    _show_taken(taken)
    if told:
        output.say()
        changed.show(told)
    else:
        output.say("Next: leadglass actions" if assess else "Next: leadglass assess")


def news(seen: View) -> Any:
    """Assess, and compare with what was there before; None where nothing was."""
    before = seen.house.tables.current()
    assessed(seen)
    return catalogue.NEWS(seen, before.id) if before else None


def _taken_as_json(taken: Taken) -> dict[str, Any]:
    listed = taken.contents
    return {
        "bundle": listed.id, "sequence": listed.sequence, "key": listed.key, "maker": taken.maker,
        "publisher": listed.publisher, "created": listed.created, "expires": listed.expires, "base": listed.base,
        "new": taken.new, "known": taken.known, "erased": taken.erased, "program": len(listed.program),
        "again": taken.again,
    }  # fmt: skip


def _show_taken(taken: Taken) -> None:
    listed = taken.contents
    of = f" for {listed.publisher}" if listed.publisher else ""
    output.say(f"Bundle {listed.id}, number {listed.sequence}, of {taken.maker}{of}", style="title")
    output.say(
        f"  made {listed.created:%Y-%m-%d %H:%M} UTC, good until {listed.expires:%Y-%m-%d}; verified whole"
    )
    if taken.again:
        output.say("  it was taken before")
    output.say(f"  new here: {_by_kind(taken.new) or 'nothing'}")
    if taken.known:
        output.say(f"  known here: {_by_kind(taken.known)}")
    if taken.erased:
        output.say(f"  not taken: {count(taken.erased, 'document')} that people erased here")
    if listed.program:
        output.say(
            f"  program: {count(len(listed.program), 'file')}, verified; to install it, see docs/operating.md"
        )


def _by_kind(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
