# SPDX-License-Identifier: Apache-2.0
"""The register as the house knows it: changes, words, answers, decisions, history. Values in, values out."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import local
from typing import Any, BinaryIO

from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.errors import NotFoundError, UnattributedChangeError, UsageError
from leadglass.register import chain, dump, engine, models, readings, schema, storable, verification
from leadglass.register.changes import OpenChange, changing
from leadglass.values.people import (
    Answer,
    Approval,
    Assignment,
    Comment,
    Decision,
    HistoryEntry,
    KnownDevice,
    Seen,
    TrustedKey,
    Watch,
    Word,
)
from leadglass.values.ports import Clock, Log

_ROWS = 1_000  # at most, per statement


class Register:
    """What people own and decided. `open.open_register` makes it; each thread has its own connection.

    Writing happens within `change`; whatever is written elsewhere, by whatever road, the database refuses.
    """

    def __init__(self, place: engine.Place, *, clock: Clock, log: Log | None) -> None:
        self._place = place
        self._clock = clock
        self._log = log
        self._local = local()

    def connect(self) -> BaseDatabaseWrapper:
        """Give this thread's connection, opened."""
        return engine.bind(self._place)

    def prepare(self) -> None:
        """Lay out what is missing of tables and triggers, and tell the log what it missed."""
        connection = self.connect()
        schema.ensure(self._place, connection)
        if self._log is not None:
            chain.publish(connection, self._log)

    def close(self) -> None:
        """Close this thread's connection; the next use opens it again."""
        engine.release(self._place)

    @contextmanager
    def change(self, by: str, why: str, *, origin: str = "cli") -> Iterator[OpenChange]:
        """Open the one change in which may be written: all of it is kept, or, if anything raises, nothing.

        Waits for another writer (BusyError after 20 seconds). A change that writes nothing leaves no trace.
        Once it is kept, its digest is told to the log; if that fails, the next opening makes up for it.
        """
        connection = self.connect()
        with changing(connection, by=by, why=why, origin=origin, at=self._clock()) as opened:
            self._local.change = opened
            try:
                yield opened
            finally:
                self._local.change = None
        if self._log is not None:
            chain.publish(connection, self._log, own=opened.number)

    def within(self) -> OpenChange:
        """Give the change that is open in this thread. UnattributedChangeError where none is."""
        opened: OpenChange | None = getattr(self._local, "change", None)
        if opened is None:
            raise UnattributedChangeError(engine.NO_WORD)
        return opened

    def record_devices(self, known: Iterable[KnownDevice]) -> int:
        """Record devices, and their sites, that are not there yet; leave the others as they are.

        Return the number of new ones.
        """
        self.within()
        unique = {device.device_id: device for device in known}
        ids, new = list(unique), []
        for start in range(0, len(ids), _ROWS):
            part = ids[start : start + _ROWS]
            there = set(models.Device.objects.filter(id__in=part).values_list("id", flat=True))
            new += [unique[key] for key in part if key not in there]
        rows = [storable.row(device) for device in new]
        self._record_sites({row["site"] for row in rows})
        models.Device.objects.bulk_create(
            [
                models.Device(
                    id=row["device_id"],
                    site_id=row["site"],
                    asset_tag=row["asset_tag"],
                    serial_number=row["serial_number"],
                    first_seen=row["first_seen"],
                )
                for row in rows
            ],
            batch_size=_ROWS,
        )
        return len(new)

    def _record_sites(self, names: set[str]) -> None:
        there = set(models.Site.objects.values_list("name", flat=True))
        models.Site.objects.bulk_create(
            [models.Site(name=name) for name in sorted(names - there)], batch_size=_ROWS
        )

    def say(self, word: Word) -> None:
        """Add what a person says of a device."""
        self.within()
        models.Word.objects.create(**storable.row(word))

    def withdraw_word(self, device_id: str, field: str, *, said: datetime | None = None) -> None:
        """Take back what was said of a device's field, or what was `said` at one moment. NotFoundError where nothing holds."""
        held = models.Word.objects.filter(device_id=storable.text(device_id), field=storable.text(field))
        if said is not None:
            held = held.filter(at=storable.moment(said))
        self._withdraw(
            held, f"Nobody's word on {field} of {device_id} holds. See `leadglass show {device_id}`."
        )

    def answer(self, answer: Answer) -> None:
        """Add the answer to a question; it replaces an earlier one of the same question and device."""
        self.within()
        models.Answer.objects.create(**storable.row(answer))

    def withdraw_answer(self, question_id: str) -> None:
        """Take back the answers to a question, so that it is open again. NotFoundError where none holds."""
        held = models.Answer.objects.filter(question_id=storable.text(question_id))
        self._withdraw(held, f"No answer to {question_id} holds. See `leadglass history {question_id}`.")

    def decide(self, decision: Decision) -> None:
        """Add a decision. UsageError where one of this id is there: a decision is never edited."""
        self.within()
        row = storable.row(decision)
        del row["approved_by"]  # by rows of its own
        if models.Decision.objects.filter(id=decision.id).exists():
            raise UsageError(f"The decision {decision.id} is recorded already. Withdraw it and decide anew.")
        models.Decision.objects.create(**row | {"findings": json.dumps(decision.findings)})

    def withdraw_decision(self, decision_id: str) -> None:
        """Take back a decision. NotFoundError where none of this id holds."""
        held = models.Decision.objects.filter(id=storable.text(decision_id))
        self._withdraw(held, f"No decision {decision_id} holds. See `leadglass history`.")

    def approve(self, approval: Approval) -> None:
        """Record a second person's yes. UsageError where the decision has one, PermissionDeniedError for one's own."""
        self.within()
        if models.Approval.objects.filter(decision_id=approval.decision_id, withdrawn_at=None).exists():
            raise UsageError(f"The decision {approval.decision_id} is approved already.")
        models.Approval.objects.create(**storable.row(approval))

    def withdraw_approval(self, decision_id: str) -> None:
        """Take the yes to a decision back: it waits again. NotFoundError where none holds."""
        held = models.Approval.objects.filter(decision_id=storable.text(decision_id))
        self._withdraw(held, f"No approval of {decision_id} holds. See `leadglass history {decision_id}`.")

    def trust(self, key: TrustedKey) -> None:
        """Let the bundles of a key in. UsageError where it is trusted already."""
        self.within()
        if models.TrustedKey.objects.filter(keyid=key.keyid, withdrawn_at=None).exists():
            raise UsageError(f"The key {key.keyid[:16]} is trusted already. See `leadglass feeds trusted`.")
        models.TrustedKey.objects.create(**storable.row(key))

    def distrust(self, keyid: str) -> None:
        """Let the bundles of a key in no longer. NotFoundError where it is not trusted."""
        held = models.TrustedKey.objects.filter(keyid=storable.text(keyid))
        self._withdraw(held, f"No key {keyid[:16]} is trusted. See `leadglass feeds trusted`.")

    def watch(self, watch: Watch) -> None:
        """Keep an eye on a model. UsageError where it is watched already."""
        self.within()
        if models.Watch.objects.filter(watch_id=watch.watch_id, withdrawn_at=None).exists():
            raise UsageError(
                f"{watch.model} is watched already ({watch.watch_id}). See `leadglass watch --list`."
            )
        models.Watch.objects.create(**storable.row(watch))

    def unwatch(self, watch_id: str) -> None:
        """Watch it no longer. NotFoundError where nothing of this id is watched."""
        held = models.Watch.objects.filter(watch_id=storable.text(watch_id))
        self._withdraw(held, f"Nothing is watched as {watch_id}. See `leadglass watch --list`.")

    def see(self, seen: Seen) -> None:
        """Note which notices of a watch a person has seen."""
        self.within()
        models.Seen.objects.create(**storable.row(seen) | {"notices": json.dumps(seen.notices)})

    def assign(self, assignment: Assignment) -> None:
        """Add who takes an action on; it replaces an earlier one of the same action."""
        self.within()
        models.Assignment.objects.create(**storable.row(assignment))

    def comment(self, comment: Comment) -> None:
        """Add a comment."""
        self.within()
        models.Comment.objects.create(**storable.row(comment))

    def _withdraw(self, rows: Any, missing: str) -> None:
        at = self.within().at
        if not rows.filter(withdrawn_at=None).update(withdrawn_at=at):
            raise NotFoundError(missing)

    def devices(self, until: datetime | None = None) -> list[KnownDevice]:
        """Give every device known, now or at a moment, by id."""
        self.connect()
        return readings.devices(until)

    def words(self, until: datetime | None = None) -> list[Word]:
        """Give the words that hold, now or at a moment, oldest first: the later of two outweighs."""
        self.connect()
        return readings.words(until)

    def answers(self, until: datetime | None = None) -> list[Answer]:
        """Give the newest answer that holds per question and device, now or at a moment, oldest first."""
        self.connect()
        return readings.answers(until)

    def decisions(self, until: datetime | None = None) -> list[Decision]:
        """Give the decisions that hold, now or at a moment, oldest first; expired ones too."""
        self.connect()
        return readings.decisions(until)

    def assignments(self, until: datetime | None = None) -> list[Assignment]:
        """Give who takes which action on, now or at a moment; actions that nobody has are left out."""
        self.connect()
        return readings.assignments(until)

    def comments(self, target: str, until: datetime | None = None) -> list[Comment]:
        """Give the comments on one thing, now or at a moment, oldest first."""
        self.connect()
        return readings.comments(target, until)

    def trusted(self, until: datetime | None = None) -> list[TrustedKey]:
        """Give the keys that are trusted, now or at a moment, oldest first."""
        self.connect()
        return readings.trusted(until)

    def watches(self, until: datetime | None = None) -> list[Watch]:
        """Give what is watched, now or at a moment, oldest first."""
        self.connect()
        return readings.watches(until)

    def seen(self, until: datetime | None = None) -> list[Seen]:
        """Give what was seen of the notices, now or at a moment, oldest first."""
        self.connect()
        return readings.seen(until)

    def history(
        self, key: str | None, *, limit: int, offset: int, also: Sequence[str] = ()
    ) -> tuple[list[HistoryEntry], int]:
        """Give a page of the history, newest first, and the number of all entries.

        `key` is a row's key, or a device, question, target or listed finding; None = everything.
        `also` are ids of decisions that are about it as well.
        """
        self.connect()
        return readings.history(key, limit=limit, offset=offset, also=also)

    def revision(self) -> str:
        """Name the content: the digest of the newest change, or 64 zeros."""
        self.connect()
        return chain.newest()[1]

    def verify(self) -> int:
        """Recompute the hash chain, compare it with the log and the rows; return the number of changes.

        StateError names the first change, or the row, that is not what it was.
        """
        return verification.verify(self.connect(), self._log)

    def dump(self, stream: BinaryIO) -> None:
        """Write the whole register, history included, as JSON lines that either engine can load."""
        dump.write(self.connect(), stream)

    def load(self, stream: BinaryIO) -> None:
        """Fill this empty register from a dump: all of it, verified, or nothing.

        StateError where the register is not empty; UnreadableError where the dump is damaged.
        """
        connection = self.connect()
        dump.read(connection, stream)
        if self._log is not None:
            chain.publish(connection, self._log)
