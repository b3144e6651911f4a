# SPDX-License-Identifier: Apache-2.0
"""Who may see what: every listing takes a `Scope` and returns a `Page`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Permission(StrEnum):
    """What a person may do; `services.catalogue` says which one a service asks for."""

    READ = "read"
    RECEIVE = "receive"
    ASSESS = "assess"
    ANSWER = "answer"
    WORK = "work"
    DECIDE = "decide"
    APPROVE = "approve"
    AUDIT = "audit"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The sites that a person may see (None = all) and what she may do there.

    Only `compose` makes `Scope.all`, for the local command line and for jobs.
    """

    sites: frozenset[str] | None
    permissions: frozenset[Permission] = frozenset()

    @classmethod
    def all(cls) -> "Scope":
        """Every site, every permission."""
        return cls(sites=None, permissions=frozenset(Permission))

    def narrowed(self, site: str) -> "Scope":
        """Narrow to one site, which must lie within; a foreign site yields the empty scope."""
        kept = frozenset({site}) if self.sites is None else self.sites & {site}
        return Scope(sites=kept, permissions=self.permissions)


Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of a listing, the number of all rows, and the offset of the next page (None at the end)."""

    rows: tuple[Row, ...]
    total: int
    next: int | None = None
