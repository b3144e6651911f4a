# SPDX-License-Identifier: Apache-2.0
"""A change of the register: who, why, when, from where; all of it or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.backends.base.base import BaseDatabaseWrapper

from leadglass.errors import UsageError
from leadglass.register import chain, triggers
from leadglass.register.engine import writing
from leadglass.register.models import Change, History
from leadglass.register.storable import moment, text


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChange:
    """A change under way. It has no digest yet, and no number of its own if nothing is written in it."""

    number: int
    by: str
    at: datetime
    origin: str
    why: str


@contextmanager
def changing(
    connection: BaseDatabaseWrapper, *, by: str, why: str, origin: str, at: datetime
) -> Iterator[OpenChange]:
    """Hold the one writing transaction; at its end the change is hashed onto the chain.

    A change that touched no row leaves no trace. UsageError where `by` or `why` is empty.
    """
    by, why, at = text(by).strip(), text(why).strip(), moment(at)
    if not by:
        raise UsageError("A change needs a person: say who makes it.")
    if not why:
        raise UsageError("A change needs a reason: say why it is made.")
    with writing(connection):
        last, previous = chain.newest()
        change = OpenChange(number=last + 1, by=by, at=at, origin=origin, why=why)
        triggers.mark(connection, change.number)
        yield change
        _close(change, previous)
        triggers.mark(connection, None)


def _close(change: OpenChange, previous: str) -> None:
    if not History.objects.filter(change_id=change.number).exists():
        return
    told = asdict(change)
    digest = chain.digest(previous, rows=chain.rows_of(change.number), **told)
    Change.objects.create(**told, digest=digest, previous=previous)
