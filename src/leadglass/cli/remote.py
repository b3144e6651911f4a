# SPDX-License-Identifier: Apache-2.0
"""The ledger of another machine: which verbs work there, and where the token comes from that is shown to it.

The token is never an argument: those are seen by everybody on the machine, and kept in the shell's history.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from leadglass.errors import StateError, UsageError
from leadglass.services.ledger.listings import LISTINGS
from leadglass.values.remote import Address

SERVER_VARIABLE = "LEADGLASS_SERVER"
TOKEN_VARIABLE = "LEADGLASS_TOKEN"  # noqa: S105 - the name of a variable  # nosec B105
AUTHORITIES_VARIABLE = "LEADGLASS_SERVER_CA"
_FILE = Path("leadglass") / "tokens"

VERBS = frozenset(LISTINGS) | {
    "aliases", "answer", "assess", "decide", "explain", "history", "letter", "orders", "receive", "say", "show", "status",
    "try", "vex", "watch",
}  # fmt: skip
"""Verbs that work against a server; the others work where the ledger lies."""


_BESIDE = {"work": "The worker does its jobs beside the ledger, one or more of it. "}
"""Why a verb works there alone, where that is not plain."""


def address(server: str, verb: str | None) -> Address:
    """Give where a server is, with its token. UsageError for a verb that works where the ledger lies."""
    if verb not in VERBS:
        raise UsageError(
            f"'{verb}' works where the ledger lies. {_BESIDE.get(verb or '', '')}Call it there, or leave out --server and"
            f" {SERVER_VARIABLE}."
            f" Verbs that work against a server: {', '.join(sorted(VERBS))}."
        )
    token = os.environ.get(TOKEN_VARIABLE, "").strip() or _kept(server)
    if not token.isascii() or any(letter.isspace() for letter in token):
        raise UsageError("The token holds letters that no token has. Copy it again, as one word.")
    return Address(url=server, token=token, authorities=os.environ.get(AUTHORITIES_VARIABLE, ""))


def tokens() -> Path:
    """Say where tokens are kept: a line per server, its address and its token."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base else Path.home() / ".config") / _FILE


def _kept(server: str) -> str:
    place = tokens()
    how = f"Put it into {TOKEN_VARIABLE}, or as a line '{server} lg_...' into {place}, which is yours alone (chmod 600)."
    try:
        told = place.stat()
        lines = place.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"There is no token for {server}. {how}") from None
    if told.st_uid != os.getuid() or stat.S_IMODE(told.st_mode) & 0o077:
        raise StateError(
            f"{place} can be read by others than you: its tokens may be known. Run: chmod 600 {place}"
        )
    found = next((token for url, token in _pairs(lines) if urlsplit(url)[:2] == urlsplit(server)[:2]), "")
    if not found:
        raise UsageError(f"{place} has no token for {server}. {how}")
    return found


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        words = line.split()
        if len(words) == 2:
            yield words[0], words[1]
