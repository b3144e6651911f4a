# SPDX-License-Identifier: Apache-2.0
"""Work orders: one per action and device, in whatever system; what was said of each, by us, by that system, by a person."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from leadglass.values.ids import fingerprint


class OrderState(enum.StrEnum):
    """How a work order stands by the newest word on it. The value is its word."""

    WANTED = "wanted"
    ASKED = "asked"
    OPEN = "open"
    TWICE = "twice"
    CLOSED = "closed"
    GONE = "gone"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a work order asks: one action on one device. `proof_wanted` is what would show that it is done."""

    key: str
    action_id: str
    device_id: str
    device: str
    serial_number: str
    site: str
    room: str
    product: str
    title: str
    why: str
    proof_wanted: str
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A work order as another system tells it: its number there, whether it is closed, with what version and proof."""

    key: str
    number: str
    closed: bool
    version: str
    proof: str
    said_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWord:
    """A word on a work order. `system` is where it stands, `said_at` the time as that system wrote it."""

    key: str
    action_id: str
    device_id: str
    system: str
    state: OrderState
    by: str
    at: datetime
    number: str = ""
    version: str = ""
    proof: str = ""
    said_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A work order as it is listed: the newest word, the device, and what a person has to settle (empty: nothing).

    `asks` is the id of the question that it asks among the others, `answered` what a person said to it.
    """

    key: str
    action: str
    device_id: str
    device: str
    site: str
    system: str
    number: str
    state: str
    version: str
    installed: str
    proof: str
    at: datetime
    question: str
    asks: str
    answered: str


def order_key(action_id: str, device_id: str) -> str:
    """Name a work order by its action and device: the same, however often it is sent."""
    return "O-" + fingerprint("order", action_id, device_id, length=16)


class Orders(Protocol):
    """The words on work orders. `add` writes within a change."""

    def add(self, word: OrderWord) -> None:
        """Add a word."""

    def newest(self, until: datetime | None = None) -> list[OrderWord]:
        """Give the newest word on each work order, now or at a moment, by key."""

    def words(self, key: str) -> list[OrderWord]:
        """Give all words on one work order, oldest first."""
