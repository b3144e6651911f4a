# SPDX-License-Identifier: Apache-2.0
"""What is told of a reading: what the document is, what was taken, what was not and why."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from leadglass.values.sources import Recognition, Remark

MOST_REMARKS = 1_000
"""Remarks kept per document; beyond it their number is told."""

Tables = dict[str, Iterator[Any]]


class About:
    """What is told of a reading; filled while its tables are read."""

    def __init__(self, recognition: Recognition) -> None:
        self.recognition = recognition
        self.taken: dict[str, int] = {}
        self.remarks: list[Remark] = []
        self.left_out = 0
        self.newest: date | None = None
        self.profile = ""

    def remark(self, *remarks: Remark) -> None:
        """Keep remarks up to a bound, count the rest."""
        room = MOST_REMARKS - len(self.remarks)
        self.remarks.extend(remarks[:room])
        self.left_out += max(len(remarks) - room, 0)

    def count(self, what: str, number: int) -> None:
        """Count what was taken."""
        self.taken[what] = self.taken.get(what, 0) + number

    def see(self, day: date | datetime | None) -> None:
        """Remember the newest date that the content states."""
        if day is not None:
            day = day.date() if isinstance(day, datetime) else day
            self.newest = max(self.newest or day, day)

    def stored(self) -> dict[str, Any]:
        """Give what is stored."""
        remarks = [(remark.where, remark.why) for remark in self.remarks]
        if self.left_out:
            remarks.append(("", f"{self.left_out} more remarks of this document are not kept"))
        found = self.recognition
        return {
            "kind": found.kind, "standard": found.standard, "version": found.version, "why": found.why,
            "taken": self.taken, "remarks": remarks, "newest": self.newest, "profile": self.profile,
        }  # fmt: skip
