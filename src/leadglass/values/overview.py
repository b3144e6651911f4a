# SPDX-License-Identifier: Apache-2.0
"""What the morning report shows: every value computed elsewhere, so that render only lays it out.

Where a count ends in `_total`, the tuple beside it may hold fewer rows: the report says how many more.
A date that is None says that there is no such date, never that it is unimportant.
"""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime


class State(enum.StrEnum):
    """How far from settled something is, worst first. The value is its word; render adds colour and shape."""

    ACT_NOW = "act now"
    CONTAIN = "contain"
    PLAN = "plan"
    WATCH = "watch"
    UNKNOWN = "unknown"
    SETTLED = "settled"


class FeedState(enum.StrEnum):
    """Whether a feed can be relied upon today."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"


class Anchor(enum.StrEnum):
    """The parts of the report that may be linked to."""

    ACTIONS = "actions"
    CLOCKS = "clocks"
    QUESTIONS = "questions"
    FEEDS = "feeds"
    PICTURES = "pictures"
    DEVICES = "devices"
    SOURCES = "sources"
    REMARKS = "remarks"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One of the four answers of the first screen: a name, a number, what that means, where it is shown."""

    name: str
    number: int
    sentence: str
    anchor: Anchor
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many devices could be judged: in full, in part, or not at all (blind).

    `unnamed`: listed components of which nothing at hand says anything.
    """

    total: int
    judged: int
    partly: int
    blind: int
    components: int = 0
    unnamed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """The devices of one modality at one site. `counts` are devices by their worst state.

    `unknown` are those with findings that wait for a fact, whatever their state: told beside what is known.
    """

    site: str
    modality: str
    devices: int
    worst: State
    counts: dict[State, int]
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTally:
    """Open findings of one site by state; those of State.UNKNOWN are drawn apart."""

    site: str
    counts: dict[State, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAge:
    """A feed and its age. `age_days` counts from `newest` (the newest date that its content states) to as_of.

    Beyond `limit_days` it is stale. `newest`, `checked_at` and `age_days` are None where it never came.
    """

    name: str
    newest: date | None
    checked_at: datetime | None
    age_days: int | None
    limit_days: int
    state: FeedState
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """A device as a line names it; an empty field was stated nowhere."""

    id: str
    asset_tag: str
    maker: str
    model: str
    modality: str
    site: str
    room: str = ""
    software: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCard:
    """One deed for one product at one site, with the devices that it is about.

    `title` begins with the deed ("Contain by Mon 24 Nov - then ask Quillon for a fix"); `what` says in plain
    words what can happen, `why` why these devices, `clocks` why these dates. `findings` counts what the deed
    resolves, `unknown` those among them that wait for a fact. `decision` is what a person decided, or empty.
    """

    id: str
    rank: int
    title: str
    deed: str
    state: State
    site: str
    product: str
    modality: str
    devices: tuple[DeviceLine, ...]
    what: str
    why: tuple[str, ...]
    accountable: str
    remedy_by: str
    due_triage: date | None
    due_contain: date | None
    due_remedy: date | None
    clocks: str
    findings: int
    unknown: int
    alternatives: tuple[str, ...]
    proof: str
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCard:
    """A question whose answer settles findings.

    `missing` names the fact in two words ("software version"); `asked` is whom; `letter` and `answer` are the
    commands that write the letter and that record the answer (empty where there is none).
    """

    id: str
    rank: int
    text: str
    missing: str
    maker: str
    model: str
    devices: int
    settles: int
    asked: str
    letter: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFact:
    """One fact of a device's identity, who says so (document and place, or a person), and since when."""

    name: str
    value: str
    source: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """One component that a device runs, the document and place that list it, and whether anything at hand names it."""

    name: str
    version: str
    source: str
    spoken_of: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding of a device. `status` is the standard's word (not_affected, ...), `why` a sentence."""

    id: str
    state: State
    status: str
    vulnerability: str
    component: str
    why: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSection:
    """A device as a chart at the bedside: who it is, what it runs, what is wrong, what is being done.

    `actions` are ids; `unknowns` and `decisions` are sentences; `summary` is the one sentence to read first.
    """

    device: DeviceLine
    state: State
    summary: str
    facts: tuple[DeviceFact, ...]
    components: tuple[ComponentRow, ...]
    components_total: int
    findings: tuple[FindingRow, ...]
    findings_total: int
    actions: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A document that the report rests on; `taken` says in words what was read from it."""

    sha256: str
    kind: str
    standard: str
    name: str
    received: datetime
    taken: str
    remarks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkRow:
    """What could not be read or judged: the document (or step), the place in it, and why."""

    document: str
    where: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that the morning report shows. `as_of` is aware and shown in its own time zone.

    `headlines` are the four answers in the order of the page: act today, clocks that run out, what is
    unknown, are the feeds fresh. `findings` counts by status, over all devices. `sites` stand in their order.
    """

    organisation: str
    as_of: datetime
    release: str
    snapshot: str
    sites: tuple[str, ...]
    coverage: Coverage
    findings: dict[str, int]
    headlines: tuple[Headline, ...]
    cells: tuple[HeatCell, ...]
    tallies: tuple[SiteTally, ...]
    feeds: tuple[FeedAge, ...]
    actions: tuple[ActionCard, ...]
    actions_total: int
    questions: tuple[QuestionCard, ...]
    questions_total: int
    devices: tuple[DeviceSection, ...]
    devices_total: int
    sources: tuple[SourceRow, ...]
    sources_total: int
    remarks: tuple[RemarkRow, ...]
    remarks_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterQuestion:
    """A question of a letter under its id; `helps` names answers that settle it, beyond the usual ones."""

    id: str
    text: str
    helps: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to a maker. `devices` are those that it asks about; `sent` and `reply_by` are days."""

    organisation: str
    maker: str
    sent: date
    reply_by: date
    devices: tuple[DeviceLine, ...]
    questions: tuple[LetterQuestion, ...]
