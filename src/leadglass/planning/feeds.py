# SPDX-License-Identifier: Apache-2.0
"""The table of the feeds: limits of age, addresses, and what an answer must be like to be taken."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from leadglass.errors import UnreadableError

NAME = "feeds.toml"

Policy = Mapping[str, Any]
"""The row of one feed, as `tables/feeds.toml` explains it."""


def feeds(policies: Mapping[str, str]) -> dict[str, Policy]:
    """Give the feeds by name. What a site's own feeds.toml states outweighs; UnreadableError names its faults."""
    shipped = resources.files("leadglass.planning").joinpath("tables", NAME).read_text(encoding="utf-8")
    table = {name: row for name, row in tomllib.loads(shipped).items() if isinstance(row, dict)}
    try:
        own = tomllib.loads(policies.get(NAME, ""))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/{NAME} is no TOML: {error}. Correct it, or remove it.") from error
    for name, row in own.items():
        if name == "version":
            continue
        if name not in table or not isinstance(row, dict):
            known = ", ".join(table)
            raise UnreadableError(f"policies/{NAME}: there is no feed '{name}'. Feeds: {known}.")
        table[name] = {**table[name], **_stated(name, row, table[name])}
    return dict(table)


def synced(policies: Mapping[str, str]) -> dict[str, Policy]:
    """Give the feeds that can be fetched."""
    return {name: row for name, row in feeds(policies).items() if "address" in row}


def _stated(name: str, row: Policy, shipped: Policy) -> dict[str, Any]:
    """Hold what a site states against the kind of value that stands there."""
    for key, value in row.items():
        if key not in shipped:
            raise UnreadableError(f"policies/{NAME}: [{name}] has no '{key}'. It has: {', '.join(shipped)}.")
        kind = type(shipped[key])
        if isinstance(value, bool) != (kind is bool) or not isinstance(
            value, (int, float) if kind is float else kind
        ):
            raise UnreadableError(
                f"policies/{NAME}: [{name}] {key} is {value!r:.40}, which is no {kind.__name__}."
                f" Write it like {shipped[key]!r:.60}."
            )
    return dict(row)
