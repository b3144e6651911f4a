# SPDX-License-Identifier: Apache-2.0
"""Serve: the pages, on this machine; and the link by which the first account is made."""

import os
import secrets
import sys
from typing import Annotated

import typer

from leadglass.cli import output
from leadglass.cli.views import examples, view
from leadglass.compose import HOME_VARIABLE, locate
from leadglass.services import catalogue
from leadglass.services.accounts.invite import Inviting

_BYTES = 32


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(epilog=examples("serve", "serve --port 8080 --workers 2"))(serve)


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65_535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 1,
    threads: Annotated[int, typer.Option(help="Requests that each answers at once.", min=1, max=64)] = 4,
) -> None:
    """Serve the pages on this machine, until it is stopped; others reach them through a proxy with TLS."""
    home = locate(context.obj)
    seen = view(home)
    address = os.environ.get("LEADGLASS_URL") or f"http://localhost:{port}"
    output.say(f"Leadglass is at {address}")
    if not seen.house.accounts.accounts():
        secret = secrets.token_urlsafe(_BYTES)
        catalogue.INVITE(seen, Inviting(secret=secret, username="administrator", role="administrator"))
        output.say(f"Make the first account: {address}/account/welcome/{secret}")
        output.say("The link holds for 7 days, once.", style="dim")
    environment = {**os.environ, HOME_VARIABLE: str(home), "LEADGLASS_URL": address}
    told = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(threads)]
    sys.stdout.flush()
    os.execve(  # noqa: S606 - no shell; the server takes the place of this process
        sys.executable,
        [sys.executable, "-m", "gunicorn", *told, "--worker-class", "gthread", "leadglass.web.wsgi"],
        environment,
    )
