# SPDX-License-Identifier: Apache-2.0
"""The table of systems that take work orders: addresses, and what each of our fields is called there."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from leadglass.errors import UnreadableError
from leadglass.services.house import ORDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a system takes work orders. `fields` are its names by ours; `closed` what its state says when it is done."""

    url: str
    table: str
    user: str
    closed: tuple[str, ...]
    hosts: frozenset[str]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How a file of another system is headed."""

    closed: tuple[str, ...]
    headings: Mapping[str, str]


def profiles(own: str = "") -> tuple[Profile, Sheet]:
    """Read the table, with what a site states otherwise. UnreadableError names its faults."""
    shipped = tomllib.loads((resources.files(__package__) / "tables" / ORDERS).read_text(encoding="utf-8"))
    try:
        table = _joined("", shipped, tomllib.loads(own))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/{ORDERS} is no TOML: {error}. Correct it, or remove it.") from error
    now, sheet = table["servicenow"], table["csv"]
    profile = Profile(
        url=now["url"].rstrip("/"), table=now["table"], user=now["user"], closed=tuple(now["closed"]),
        hosts=frozenset(now["hosts"]), fields=now["fields"],
    )  # fmt: skip
    return profile, Sheet(closed=tuple(sheet["closed"]), headings=sheet["headings"])


def _joined(where: str, shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Put what a site states over what is shipped, each of the kind that stands there."""
    joined = dict(shipped)
    for name, value in own.items():
        place = f"{where}.{name}".lstrip(".")
        if name not in shipped or type(value) is not type(shipped[name]):
            raise UnreadableError(f"policies/{ORDERS}: {place} is none of its fields, or of another kind.")
        if isinstance(value, list) and not all(isinstance(one, str) for one in value):
            raise UnreadableError(f"policies/{ORDERS}: {place} lists texts.")
        joined[name] = _joined(place, shipped[name], value) if isinstance(value, dict) else value
    return joined
