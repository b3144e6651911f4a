# SPDX-License-Identifier: Apache-2.0
"""What changed between two snapshots for these devices: each matter with its reason and who is to be told."""

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

OPEN = frozenset({"affected", "unknown"})
"""Statuses that ask for something."""


class Turn(enum.StrEnum):
    """Which way a finding went, in the order in which it is told.

    `UPDATE`: an update can be had now.
    `GONE` is not `REPAIRED`: a device, component or document is no longer there, and nothing shows a repair.
    """

    AFFECTED = "affected"
    UNKNOWN = "unknown"
    UPDATE = "update"
    CHANGED = "changed"
    REPAIRED = "repaired"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One finding that moved. "" in `before` or `after`: there was, or is, no such finding.

    `outcome_before` and `outcome` are the weights of SSVC then and now. `why` is a sentence; document, sha256 and
    place say where it stands. `accountable` answers for `action`, now or, where it is closed, before.
    """

    turn: Turn
    finding: str
    before: str
    after: str
    outcome_before: str
    outcome: str
    device_id: str
    device: str
    site: str
    room: str
    product: str
    component: str
    version: str
    vulnerability: str
    why: str
    document: str
    sha256: str
    place: str
    action: str
    accountable: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """All that moved from one snapshot to another, the gravest first. Times are aware, in UTC."""

    before: str
    before_at: datetime
    after: str
    after_at: datetime
    items: tuple[NewsItem, ...]

    @property
    def counts(self) -> Mapping[Turn, int]:
        """How many findings went which way; every way is named."""
        told = Counter(item.turn for item in self.items)
        return {turn: told[turn] for turn in Turn}
