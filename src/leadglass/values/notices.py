# SPDX-License-Identifier: Apache-2.0
"""Notices: who is told what, how often, and what was sent."""

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from leadglass.values.news import NewsItem, Turn
from leadglass.values.people import Notice


class Cadence(enum.StrEnum):
    """How often a receiver is told. The value is its word."""

    AT_ONCE = "at once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Channel(enum.StrEnum):
    """By which way."""

    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody who is told. `sites` None is all, `accountable` empty is whoever answers for it.

    `because` says why she is told: a role, or the name of a row of the table. `failures`: she is told what failed, too.
    `watches` are the ids of the watches whose documents she is told of; None is all.
    """

    address: str
    channel: Channel
    cadence: Cadence
    because: str
    sites: frozenset[str] | None
    turns: frozenset[Turn] = frozenset(Turn)
    accountable: frozenset[str] = frozenset()
    failures: bool = False
    secret_file: str = field(default="", repr=False)
    watches: frozenset[str] | None = frozenset()

    @property
    def key(self) -> str:
        """Name the receiver."""
        return f"{self.channel} {self.because}"

    def hears_of(self, document: Notice) -> bool:
        """Tell whether a document that names what is watched is hers to know."""
        return self.watches is None or document.watch_id in self.watches

    def concerns(self, item: NewsItem) -> bool:
        """Tell whether a finding that moved is hers to know."""
        return (
            (self.sites is None or item.site in self.sites)
            and item.turn in self.turns
            and (not self.accountable or item.accountable.casefold() in self.accountable)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Up to which snapshot a receiver was told, or has nothing to be told. `made_at` is when that snapshot was made."""

    receiver: str
    cadence: str
    snapshot: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notice that was sent, once per key."""

    key: str
    receiver: str
    cadence: str
    channel: str
    subject: str
    snapshot: str
    made_at: datetime
    at: datetime


class Post(Protocol):
    """What receivers were told. `note` writes within a change, `hear` is bookkeeping."""

    def heard(self, receiver: str, cadence: str) -> Heard | None:
        """Give up to where a receiver was told; None where she never was."""

    def hear(self, heard: Heard) -> None:
        """Note that a receiver has nothing to be told up to a snapshot."""

    def was_sent(self, key: str) -> bool:
        """Tell whether a notice was sent."""

    def note(self, sent: Sent) -> None:
        """Note a notice that was sent."""

    def sent(self, count: int) -> list[Sent]:
        """Give the notices that were sent last, the newest first."""
