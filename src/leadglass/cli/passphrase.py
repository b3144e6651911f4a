# SPDX-License-Identifier: Apache-2.0
"""Ask for a passphrase: from the environment, else from the terminal without showing it."""

import os
import sys

import typer

from leadglass.errors import UsageError

VARIABLE = "LEADGLASS_PASSPHRASE"


def asked(why: str, *, twice: bool) -> str:
    """Give the passphrase; `why` is the sentence that says what it is for. UsageError where nobody can be asked."""
    told = os.environ.get(VARIABLE)
    if told:
        return told
    if not sys.stdin.isatty():
        raise UsageError(f"{why}: set {VARIABLE}, or run this in a terminal to be asked.")
    try:
        return str(
            typer.prompt("Passphrase (12 characters or more)", hide_input=True, confirmation_prompt=twice)
        )
    except typer.Abort:
        raise UsageError("No passphrase was given. Nothing was written.") from None
