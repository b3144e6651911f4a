# SPDX-License-Identifier: Apache-2.0
"""What people say and decide: answers, words about devices, decisions, and the history of all changes."""

import enum
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question, remembered under the question's id. `at` is aware, in UTC."""

    question_id: str
    kind: str
    subject: str
    value: str
    by: str
    why: str
    at: datetime
    device_id: str = ""

    @property
    def affirms(self) -> bool:
        """Say whether it is a yes."""
        return self.value.strip().casefold() in {"yes", "y", "ja", "same", "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A fact of a device that a person stated; it outweighs every document (values.papers.FLEET_FIELDS or exposure)."""

    device_id: str
    field: str
    value: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """The register's own record that a device exists, made when it was first listed."""

    device_id: str
    site: str
    asset_tag: str
    serial_number: str
    first_seen: datetime


class DecisionKind(enum.StrEnum):
    """What was decided. None of them says "not affected": that needs a statement of a trusted publisher."""

    ACCEPT = "accept"
    COMPENSATE = "compensate"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision with owner, reason and expiry. It covers the findings that it lists, no finding that joins later.

    Or it covers a component and a range: `vulnerability`, `product` and the sort keys `lo` <= key < `hi`.
    `until` is the last day on which it holds; `proof` says what closes it. `asks` says why it needs an approval by another
    person (empty: it needs none), `approved_by` whose approval holds; until there is one, it covers nothing.
    """

    id: str
    kind: DecisionKind
    target: str
    findings: tuple[str, ...]
    owner: str
    reason: str
    until: date | None
    by: str
    at: datetime
    proof: str = ""
    vulnerability: str = ""
    product: str = ""
    lo: str = ""
    hi: str = ""
    asks: str = ""
    approved_by: str = ""

    @property
    def waits(self) -> bool:
        """Say whether it waits for approval by another person."""
        return bool(self.asks) and not self.approved_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A second person's yes to a decision. Never that of who decided: triggers see to it."""

    decision_id: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who takes an action on: the name of an account; empty where nobody does any more. The newest counts."""

    action_id: str
    assignee: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A word on a thing: `target` is the id of an action, a device, a question, or of whatever has one."""

    target: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the register: who, when, from where, why, and its place in the hash chain."""

    number: int
    by: str
    at: datetime
    origin: str
    why: str
    digest: str
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One row that a change touched, with its content before and after (JSON objects as text; "" = none)."""

    change: Change
    table: str
    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A key whose bundles a person lets in: its fingerprint, the key as one line of base64, and whose it is."""

    keyid: str
    public: str
    name: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A model that somebody keeps an eye on, in words of maker and model; `words` are all to stand in a text, in lower case.

    `owner` answers for it, `because` says why, `by` recorded it.
    """

    watch_id: str
    model: str
    maker: str
    words: str
    owner: str
    because: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Notices of a watch that a person has seen: a list made at that moment, so that what comes later is new."""

    watch_id: str
    notices: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A document that names what is watched. `id` is the same for a later copy of what it says.

    `matched` says by what: the naming rules with their confidence, or the words.
    """

    id: str
    watch_id: str
    model: str
    subject: str
    title: str
    matched: str
    received: datetime
    document: str
    kind: str
    sha256: str
    place: str
