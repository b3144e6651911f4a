# SPDX-License-Identifier: Apache-2.0
"""How a source that speaks of a vulnerability is called, and the standard of its score (values.sources.Voice)."""

from collections.abc import Mapping
from typing import Any

from leadglass.values.sources import Voice

_SHORT = frozenset({Voice.NVD, Voice.CNA, Voice.ADP, Voice.GHSA, Voice.OSV})


def kind(name: str) -> str:
    """Write a kind of source: short names in capitals."""
    return name.upper() if name in _SHORT else name


def label(row: Mapping[str, Any]) -> str:
    """Name a source (`publisher`) with its `kind`, where the name does not tell it."""
    who, what = str(row["publisher"]), str(row["kind"])
    plain = what in {Voice.OTHER, Voice.OSV} or what.upper() in who.upper()
    return who if plain else f"{who} ({kind(what)})"


def standard(vector: str) -> str:
    """Name the standard of a vector: CVSS 3.1; the oldest has no name in it."""
    head = vector.partition("/")[0]
    return f"CVSS {head.removeprefix('CVSS:')}" if head.startswith("CVSS:") else "CVSS 2.0"
