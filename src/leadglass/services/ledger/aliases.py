# SPDX-License-Identifier: Apache-2.0
"""The alias book: what people answered about names, as a document that hospitals can share.

Makers, models, components and texts of versions mean the same next door, as their ids follow from the names alone.
Trust in a publisher and facts of single devices stay at home.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from leadglass.errors import NotFoundError, UnreadableError
from leadglass.formats.json_text import FAULTS, unreadable, utf8
from leadglass.services.ledger.view import View
from leadglass.values.ids import question_id
from leadglass.values.people import Answer

SHARED = ("component", "maker", "product", "versions")
"""Kinds of questions whose answers hold in every hospital."""

_FORM = "leadglass-aliases/1"
_MOST = 100_000
_LONGEST = 1_000


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    subject: str
    value: str
    why: str = ""
    at: str = ""


class _Book(msgspec.Struct):
    form: str
    entries: list[_Entry]
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many answers of a book are new, known already, and which differ from ours, which outweighs."""

    new: int
    known: int
    differing: tuple[str, ...]


def book(view: View) -> bytes:
    """Write the book. NotFoundError where nothing was answered that another hospital could use."""
    entries = [
        {
            "kind": said.kind,
            "subject": said.subject,
            "value": said.value,
            "why": said.why,
            "at": f"{said.at:%Y-%m-%d}",
        }
        for said in sorted(
            view.house.register.answers(view.as_of), key=lambda said: (said.kind, said.subject)
        )
        if said.kind in SHARED and not said.device_id
    ]
    if not entries:
        raise NotFoundError("No name was answered yet. Questions about names: leadglass questions")
    made: dict[str, Any] = {"form": _FORM, "author": view.house.organisation, "entries": entries}
    return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"


def take(view: View, raw: bytes, *, why: str) -> Taken:
    """Take the answers of a book that are not given yet. UnreadableError where it is none; nothing is taken then."""
    told = _read(raw)
    ours = {
        (said.kind, said.subject): said.value for said in view.house.register.answers() if not said.device_id
    }
    new = [entry for entry in told.entries if (entry.kind, entry.subject) not in ours]
    differing = tuple(
        f"{entry.kind} {entry.subject}: ours is {ours[entry.kind, entry.subject]}, the book says {entry.value}"
        for entry in told.entries
        if ours.get((entry.kind, entry.subject), entry.value).casefold() != entry.value.casefold()
    )
    house = view.house
    source = why.strip() or f"alias book of {told.author or 'an unknown author'}"
    if new:
        with house.register.change(house.person, f"{len(new)} answers from {source}", origin=house.origin):
            for entry in new:
                house.register.answer(
                    Answer(
                        question_id=question_id(entry.kind, entry.subject), kind=entry.kind, subject=entry.subject,
                        value=entry.value, by=house.person, why=f"{source}: {entry.why}".strip(": "), at=house.clock(),
                    )
                )  # fmt: skip
    return Taken(new=len(new), known=len(told.entries) - len(new) - len(differing), differing=differing)


def _read(raw: bytes) -> _Book:
    try:
        told = msgspec.json.decode(utf8(raw), type=_Book)
    except FAULTS as error:
        raise unreadable("The alias book", error) from error
    if told.form != _FORM:
        raise UnreadableError(f"This is no alias book: its form is {told.form[:40]!r}, not '{_FORM}'.")
    if len(told.entries) > _MOST:
        raise UnreadableError(f"The alias book holds {len(told.entries):,} entries; {_MOST:,} are read.")
    for number, entry in enumerate(told.entries):
        if entry.kind not in SHARED:
            raise UnreadableError(
                f"entries[{number}] is of the kind {entry.kind[:40]!r}; a book holds {', '.join(SHARED)}. Nothing was taken."
            )
        if (
            not entry.subject
            or not entry.value
            or max(map(len, (entry.subject, entry.value, entry.why))) > _LONGEST
        ):
            raise UnreadableError(
                f"entries[{number}] lacks its subject or value, or is longer than {_LONGEST:,} characters. Nothing was taken."
            )
    return told
