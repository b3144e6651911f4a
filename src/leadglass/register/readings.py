# SPDX-License-Identifier: Apache-2.0
"""What the register holds, as values: now, or as it stood at a moment. No row of the ORM leaves this module.

A word, an answer or a decision held at a moment if it was given by then and not withdrawn by then.
"""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from leadglass.register import models
from leadglass.register.storable import moment, text
from leadglass.values.people import (
    Answer,
    Assignment,
    Change,
    Comment,
    Decision,
    DecisionKind,
    HistoryEntry,
    KnownDevice,
    Seen,
    TrustedKey,
    Watch,
    Word,
)

_M = TypeVar("_M", bound=Model)
_WORD = tuple(field.name for field in fields(Word))
_ANSWER = tuple(field.name for field in fields(Answer))
_DECISION = tuple(field.name for field in fields(Decision) if field.name != "approved_by")
_TRUSTED = tuple(field.name for field in fields(TrustedKey))
_WATCH = tuple(field.name for field in fields(Watch))
_SEEN = tuple(field.name for field in fields(Seen))
_ASSIGNMENT = tuple(field.name for field in fields(Assignment))
_COMMENT = tuple(field.name for field in fields(Comment))
_DEVICE = ("id", "site_id", "asset_tag", "serial_number", "first_seen")


def devices(until: datetime | None) -> list[KnownDevice]:
    """Give every device that was known, by id."""
    rows = models.Device.objects.all()
    if until is not None:
        rows = rows.filter(first_seen__lte=moment(until))
    return [
        KnownDevice(device_id=key, site=site, asset_tag=tag, serial_number=serial, first_seen=seen)
        for key, site, tag, serial, seen in sorted(rows.values_list(*_DEVICE))
    ]


def words(until: datetime | None) -> list[Word]:
    """Give the words that held, oldest first: of two on one field, the later outweighs."""
    held = _held(models.Word.objects.all(), until)
    return [Word(**row) for row in held.order_by("at", "id").values(*_WORD)]


def answers(until: datetime | None) -> list[Answer]:
    """Give the newest answer that held for each question and device, oldest first."""
    held = _held(models.Answer.objects.all(), until)
    newest: dict[tuple[str, str], Answer] = {}
    for row in held.order_by("at", "id").values(*_ANSWER):
        answer = Answer(**row)
        newest.pop((answer.question_id, answer.device_id), None)  # the newer one stands at its own place
        newest[answer.question_id, answer.device_id] = answer
    return list(newest.values())


def decisions(until: datetime | None) -> list[Decision]:
    """Give the decisions that held, oldest first. Whether one has expired is for the reader to judge."""
    held = _held(models.Decision.objects.all(), until)
    approved = _held(models.Approval.objects.order_by("at", "id"), until)
    by = dict(approved.values_list("decision_id", "by"))
    found = [_decision(row | {"approved_by": by.get(row["id"], "")}) for row in held.values(*_DECISION)]
    return sorted(found, key=lambda decision: (decision.at, decision.id))


def trusted(until: datetime | None) -> list[TrustedKey]:
    """Give the keys that were trusted, oldest first."""
    held = _held(models.TrustedKey.objects.all(), until)
    return [TrustedKey(**row) for row in held.order_by("at", "id").values(*_TRUSTED)]


def watches(until: datetime | None) -> list[Watch]:
    """Give what was watched, oldest first."""
    held = _held(models.Watch.objects.all(), until)
    return [Watch(**row) for row in held.order_by("at", "id").values(*_WATCH)]


def seen(until: datetime | None) -> list[Seen]:
    """Give what was seen of the notices, oldest first."""
    held = _held(models.Seen.objects.all(), until)
    rows = held.order_by("at", "id").values(*_SEEN)
    return [Seen(**row | {"notices": tuple(json.loads(row["notices"]))}) for row in rows]


def assignments(until: datetime | None = None) -> list[Assignment]:
    """Give the newest assignment of each action that somebody has, now or at a moment."""
    rows = _held(models.Assignment.objects.all(), until).order_by("at", "id").values(*_ASSIGNMENT)
    newest = {row["action_id"]: Assignment(**row) for row in rows}
    return [one for one in newest.values() if one.assignee]


def comments(target: str, until: datetime | None = None) -> list[Comment]:
    """Give the comments on one thing, now or at a moment, oldest first."""
    rows = _held(models.Comment.objects.filter(target=text(target)), until)
    return [Comment(**row) for row in rows.order_by("at", "id").values(*_COMMENT)]


def _decision(row: Any) -> Decision:
    kind, findings = DecisionKind(row["kind"]), tuple(json.loads(row["findings"]))
    return Decision(**row | {"kind": kind, "findings": findings})


def _held(rows: QuerySet[_M], until: datetime | None) -> QuerySet[_M]:
    if until is None:
        return rows.filter(withdrawn_at=None)
    at = moment(until)
    return rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), at__lte=at)


def history(
    key: str | None, *, limit: int, offset: int, also: Sequence[str] = ()
) -> tuple[list[HistoryEntry], int]:
    """Give a page of the history, newest first, and the number of all entries.

    `key` is a row's own key, or the target or a listed finding of a decision, the question of an answer,
    the device of a word or an answer; None = everything. `also` are ids of decisions that are about it as well.
    """
    rows = models.History.objects.all()
    if key is not None:
        rows = rows.filter(_about(text(key)) | Q(table="decision", key__in=also))
    page = rows.select_related("change").order_by("-change_id", "-id")[offset : offset + limit]
    return [_entry(row) for row in page], rows.count()


def _about(key: str) -> Q:
    listed = json.dumps(key)  # with its quotes, so that no longer id matches
    rows: dict[str, QuerySet[Any]] = {
        "decision": models.Decision.objects.filter(Q(target=key) | Q(findings__contains=listed)),
        "answer": models.Answer.objects.filter(Q(question_id=key) | Q(device_id=key)),
        "word": models.Word.objects.filter(device_id=key),
        "assignment": models.Assignment.objects.filter(action_id=key),
        "comment": models.Comment.objects.filter(target=key),
        "watch": models.Watch.objects.filter(watch_id=key),
        "seen": models.Seen.objects.filter(watch_id=key),
    }
    about = Q(key=key)
    for table, found in rows.items():
        about |= Q(table=table, key__in=found.annotate(row=Cast("pk", TextField())).values("row"))
    return about


def _entry(row: models.History) -> HistoryEntry:
    change = row.change
    return HistoryEntry(
        change=Change(
            number=change.number,
            by=change.by,
            at=change.at,
            origin=change.origin,
            why=change.why,
            digest=change.digest,
            previous=change.previous,
        ),
        table=row.table,
        key=row.key,
        before=row.before,
        after=row.after,
    )
