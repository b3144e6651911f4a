# SPDX-License-Identifier: Apache-2.0
"""What the house asks of its stores: ports that `store` implements and `compose` hands out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from leadglass.values import people
from leadglass.values.cursors import Cursor
from leadglass.values.query import Query
from leadglass.values.scope import Row, Scope
from leadglass.values.snapshot import Manifest
from leadglass.values.sources import Receipt, Remark
from leadglass.values.tables import Table
from leadglass.values.web import Request, Response


class Documents(Protocol):
    """Immutable bytes under their SHA-256, with receipts beside them."""

    def keep(self, stream: BinaryIO, *, limit: int) -> tuple[str, int, bool]:
        """Store the bytes durably. Return (sha256, size, already known). BoundError beyond `limit` bytes."""

    def read(self, sha256: str) -> bytes:
        """Give the bytes whole."""

    def acknowledge(self, receipt: Receipt) -> None:
        """Add a receipt durably; from here on the document counts as received."""

    def open(self, sha256: str) -> BinaryIO:
        """Open the bytes for reading; NotFoundError where they are not kept."""

    def receipts(self, *, until: datetime | None = None) -> Iterator[Receipt]:
        """All receipts up to a moment, in order of (received, sha256)."""

    def batch(self) -> AbstractContextManager["Documents"]:
        """Take in many documents and wait for the disk seldom; settled when the block ends."""

    def tombstones(self) -> Sequence[Any]:
        """List what was erased, each with `sha256`, `reason`, `by`, `at`."""

    def sweep(self, *, now: datetime) -> int:
        """Remove what a crash left without a receipt."""

    def damage(self) -> list[Remark]:
        """Tell what in the store is not as it should be."""

    def erase(self, sha256: str, *, reason: str, by: str, at: datetime) -> None:
        """Remove the bytes and leave a tombstone that a rebuild honours."""


class Whole(Documents, Protocol):
    """Documents that count together."""

    def settle(self) -> None:
        """Let all that was kept and acknowledged count."""


class HomeDocuments(Documents, Protocol):
    """The documents of a home: many may come as one whole, too."""

    def whole(self) -> AbstractContextManager[Whole]:
        """Take in many documents as one: they count together, from `settle` or the end of the block, or none does."""


class Log(Protocol):
    """An append-only log whose entries are chained by hash."""

    def append(self, kind: str, body: Mapping[str, Any]) -> str:
        """Append an entry durably and return its hash."""

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """All entries in order."""

    def verify(self) -> int:
        """Recompute the chain; return the number of entries. StateError names the first broken one."""


class Spooled(Protocol):
    """The answer of a query on the disk, while a block runs."""

    def slices(self) -> Iterator[Any]:
        """Give its rows, some at a time, as Arrow tables; those with one value of the column that orders them together."""


class Workbench(Protocol):
    """The tables while a snapshot is being made."""

    documents: tuple[str, ...]

    def rows(self, query: Query, **kwargs: Any) -> list[Row]:
        """Run a step's query; times come in UTC without a zone."""

    def run(self, query: Query, **kwargs: Any) -> Any:
        """Run a step's query; returns an Arrow table."""

    def put(self, name: str, content: Any) -> int:
        """Write a table of the snapshot; returns its rows."""

    def spool(self, query: Query, *, by: str, **kwargs: Any) -> AbstractContextManager["Spooled"]:
        """Run a step's query whose answer may outgrow memory: rows in the order of a column, to be read in slices."""

    def make(
        self,
        name: str,
        query: Query,
        batches: Iterable[Mapping[str, Any]] | None = None,
        *,
        basis: str = "",
        **kwargs: Any,
    ) -> int:
        """Write a table of the snapshot from a query, never whole in memory, or use it again; returns its rows.

        With `batches` the query is asked with each of them (`given` and parameters); they come in the table's order.
        """

    def before(self, query: Query, **kwargs: Any) -> Any:
        """Run a query over the snapshot that this one follows; returns an Arrow table."""

    def keep(self, *names: str) -> None:
        """Use tables of the snapshot that this one follows again, as they are."""

    def same(self, name: str) -> bool:
        """Tell whether a table is, to the byte, that of the snapshot which this one follows."""

    def supersede(self, changed: Any) -> None:
        """Begin a layer: what the tables below say of these vulnerabilities counts no more."""

    def lay(
        self,
        name: str,
        query: Query,
        batches: Iterable[Mapping[str, Any]] | None = None,
        *,
        basis: str = "",
        **kwargs: Any,
    ) -> int:
        """Write a layer of a table on top of the kept ones; until `whole` is called queries see it alone."""

    def newest(self, *names: str) -> None:
        """Let queries see the highest layer of tables alone."""

    def whole(self, *names: str) -> None:
        """Let queries see all layers of tables again."""

    def read_only(self, name: str, documents: Iterable[str]) -> None:
        """Let queries see a table of readings as some documents give it, and no other."""

    def rows_of(self, name: str) -> int:
        """Count the rows of a table's parts, also those that later layers hide."""

    def manifest(
        self, *, receipts: str, register: str, policies: str, made_at: datetime, as_of: datetime | None
    ) -> Manifest:
        """Name what was made."""

    def close(self) -> None:
        """Let go of the engine."""


class Tables(Protocol):
    """Columnar tables: readings per document, and snapshots named by a manifest."""

    release: str
    cluster: str
    """Where whole assessments run, empty where that is this machine."""

    def has_reading(self, sha256: str) -> bool:
        """Tell whether the document was read by this release of the readers."""

    def holds(self, sha256: str, table: str) -> bool:
        """Tell whether the reading of a document has rows of a table."""

    def write_reading(
        self, sha256: str, tables: Mapping[str, Iterable[Any]], about: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Store what a document says, whole or not at all."""

    def about(self, sha256: str) -> dict[str, Any]:
        """Give the JSON object that was stored with a reading."""

    def workbench(
        self, documents: Sequence[str], follows: Manifest | None = None, *, whole: bool = False
    ) -> Workbench:
        """Open a bench for the steps over the readings of these documents; layers lie on what it follows.

        `whole`: for an assessment of the fleet.
        """

    def publishing(self, why: str, *, wait: float = 60.0) -> AbstractContextManager[None]:
        """Hold the publisher's lock."""

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the current one."""

    def save(self, manifest: Manifest) -> None:
        """Store a manifest without publishing it."""

    def beside(self) -> AbstractContextManager["Tables"]:
        """Give an empty store that takes this one's place when the block ends."""

    def current(self) -> Manifest | None:
        """Give the published manifest."""

    def previous(self) -> Manifest | None:
        """Give the manifest that was published before the current one."""

    def kept(self, name: str) -> Manifest | None:
        """Give a manifest by its id while all of its parts are kept."""

    def content(self, manifest: Manifest, table: str) -> tuple[str, ...]:
        """Name the rows of a table, in whatever layers they lie; equal rows give equal names."""

    def sweep(self, *, now: float) -> int:
        """Remove superseded parts."""

    def ask(
        self,
        query: Query,
        scope: Scope,
        *,
        snapshot: Manifest | None = None,
        given: Mapping[str, tuple[Table, Sequence[Row]]] | None = None,
        **params: Any,
    ) -> list[Row]:
        """Run a query over a snapshot within a scope."""

    def relation(
        self,
        query: Query,
        scope: Scope,
        *,
        snapshot: Manifest | None = None,
        given: Mapping[str, tuple[Table, Sequence[Row]]] | None = None,
        **params: Any,
    ) -> Any:
        """Run a query as `ask` does; gives a relation that can be handed to another query."""

    def arrange(self, table: Table, rows: Iterable[Row]) -> Any:
        """Bring rows into the columns of a table, to be given to many queries."""


class Register(Protocol):
    """What we own and decided. Every change has an author and a reason, and leaves its history."""

    def change(self, by: str, why: str, *, origin: str = "cli") -> AbstractContextManager[Any]:
        """Open a change; everything written inside is one transaction."""

    def record_devices(self, devices: Iterable[people.KnownDevice]) -> int:
        """Record that devices exist; those known stay as they are."""

    def say(self, word: people.Word) -> None:
        """Record a fact that a person states."""

    def answer(self, answer: people.Answer) -> None:
        """Record an answer."""

    def decide(self, decision: people.Decision) -> None:
        """Record a decision."""

    def withdraw_word(self, device_id: str, field: str, *, said: datetime | None = None) -> None:
        """Take back what was said of a device's field, or what was said at one moment."""

    def withdraw_answer(self, question_id: str) -> None:
        """Take an answer back."""

    def withdraw_decision(self, decision_id: str) -> None:
        """Take a decision back."""

    def approve(self, approval: people.Approval) -> None:
        """Record a second person's yes to a decision."""

    def withdraw_approval(self, decision_id: str) -> None:
        """Take the yes back: the decision waits again."""

    def trust(self, key: people.TrustedKey) -> None:
        """Let the bundles of a key in."""

    def distrust(self, keyid: str) -> None:
        """Let the bundles of a key in no longer."""

    def trusted(self, until: datetime | None = None) -> list[people.TrustedKey]:
        """Keys that were trusted at a moment."""

    def watch(self, watch: people.Watch) -> None:
        """Keep an eye on a model."""

    def unwatch(self, watch_id: str) -> None:
        """Watch it no longer."""

    def see(self, seen: people.Seen) -> None:
        """Note which notices of a watch a person has seen."""

    def assign(self, assignment: people.Assignment) -> None:
        """Record who takes an action on."""

    def assignments(self, until: datetime | None = None) -> list[people.Assignment]:
        """Who took which action on at a moment."""

    def comment(self, comment: people.Comment) -> None:
        """Add a comment."""

    def comments(self, target: str, until: datetime | None = None) -> list[people.Comment]:
        """Comments on one thing at a moment."""

    def watches(self, until: datetime | None = None) -> list[people.Watch]:
        """What was watched at a moment."""

    def seen(self, until: datetime | None = None) -> list[people.Seen]:
        """Which notices were seen by a moment."""

    def devices(self, until: datetime | None = None) -> list[people.KnownDevice]:
        """All devices that were known at a moment."""

    def words(self, until: datetime | None = None) -> list[people.Word]:
        """What people said of devices and held at a moment."""

    def answers(self, until: datetime | None = None) -> list[people.Answer]:
        """Answers that held at a moment."""

    def decisions(self, until: datetime | None = None) -> list[people.Decision]:
        """Decisions that held at a moment."""

    def history(
        self, key: str | None, *, limit: int, offset: int, also: Sequence[str] = ()
    ) -> tuple[list[people.HistoryEntry], int]:
        """What changed, newest first."""

    def revision(self) -> str:
        """Name the state of the register."""

    def verify(self) -> int:
        """Recompute the chain of changes."""

    def dump(self, stream: BinaryIO) -> None:
        """Write everything as JSON lines."""

    def load(self, stream: BinaryIO) -> None:
        """Read a dump into an empty register."""


class Web(Protocol):
    """The network, as far as feeds need it."""

    def get(self, request: Request) -> Response:
        """Fetch. FetchError where it cannot be had, NotServedError where there is none, BoundError beyond `most`."""


class Cursors(Protocol):
    """How far each feed was synced."""

    def read(self, feed: str) -> Cursor | None:
        """Give the cursor; None where there is none, one with an `error` alone where it is damaged."""

    def write(self, cursor: Cursor) -> None:
        """Store a cursor durably, whole or not at all."""

    def syncing(self, *, wait: float = 60.0) -> AbstractContextManager[None]:
        """Hold the lock of those who sync; BusyError names who holds it."""


class Clock(Protocol):
    """Tells the time; an argument everywhere."""

    def __call__(self) -> datetime:
        """Give an aware moment in UTC."""
