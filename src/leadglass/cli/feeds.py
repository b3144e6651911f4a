# SPDX-License-Identifier: Apache-2.0
"""The group feeds: public documents, on their way in and from one machine to another."""

import typer

group = typer.Typer(
    help="Public documents on their way: bundles for machines without a network, and the keys that sign them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add(app: typer.Typer) -> None:
    """Add the group; its verbs are added to it by the modules that have them."""
    app.add_typer(group, name="feeds", short_help="Carry public documents to machines without a network.")
