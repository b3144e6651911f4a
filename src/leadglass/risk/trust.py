# SPDX-License-Identifier: Apache-2.0
"""The order of trust: whose word counts where sources differ about one vulnerability, per kind of statement."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadglass.errors import UnreadableError
from leadglass.values.scope import Row
from leadglass.values.sources import Voice

NAME = "trust.toml"
STATEMENTS = ("severity", "description", "range", "dates")
"""The kinds of statement that have an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The orders by kind of statement, of kinds of source (values.sources.Voice), the first one first."""

    label: str
    orders: Mapping[str, tuple[str, ...]]

    def ranked(self, statement: str, words: Iterable[Row]) -> list[Row]:
        """Put words (rows with a `kind`) in the order of a kind of statement; equals stay as they come."""
        return sorted(words, key=lambda word: self.place(statement, word["kind"]))

    def place(self, statement: str, kind: str) -> int:
        """Give the place of a kind of source in an order, 1 is first; what the order does not know comes last."""
        order = self.orders[statement]
        return order.index(kind) + 1 if kind in order else len(order) + 1


def read(text: str) -> Trust:
    """Read the table. UnreadableError where an order is missing, or a kind of source in it."""
    try:
        told = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/{NAME}: {error}.") from error
    unknown = sorted(set(told) - {"name", "version", *STATEMENTS})
    if unknown:
        raise UnreadableError(
            f"policies/{NAME}: '{unknown[0]}' is no kind of statement; they are {', '.join(STATEMENTS)}."
        )
    return Trust(
        label=f"{told.get('name', 'own order of trust')} {told.get('version', '')}".strip(),
        orders={statement: _order(told.get(statement), statement) for statement in STATEMENTS},
    )


def _order(told: object, statement: str) -> tuple[str, ...]:
    kinds = tuple(told) if isinstance(told, list) else ()
    if sorted(map(str, kinds)) != sorted(Voice):
        raise UnreadableError(
            f"policies/{NAME}: '{statement}' must be a list that names each kind of source once:"
            f" {', '.join(Voice)}. One that is left out would never be heard."
        )
    return tuple(map(str, kinds))
