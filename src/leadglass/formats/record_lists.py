# SPDX-License-Identifier: Apache-2.0
"""Split a text into records: one JSON object, a list of them (RFC 8259), or one on each line (JSON lines)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import (
    FAULTS,
    Buffer,
    items,
    place_and_reason,
    refuse_swarm,
    unreadable,
    utf8,
)
from leadglass.formats.tree_fields import Fields
from leadglass.values.advisories import Advisory, Described, NamedProduct, Remedy, Statement

MOST_BYTES: Final = 256 << 20
MOST_RECORDS: Final = 100_000

_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])
_SHAPE: Final = msgspec.json.Decoder(msgspec.Raw)

Record = tuple[str, str, dict[str, Any]]
"""Where it stands ("document", "[3]", "line 4"), what begins the places within ("", "[3].", "line 4: "), the record."""


def records(raw: Buffer, what: str, fields: Fields) -> Iterator[Record]:
    """Give the records of a text. One of many that cannot be read becomes a remark; a single one is an error.

    `what` begins the sentences of its errors: "The CVE record". More than 256 MiB or 100,000 are refused.
    """
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{what} is larger than {MOST_BYTES >> 20} MiB. It was not read; receive it in parts."
        )
    refuse_swarm(what, raw)
    text = bytes(utf8(raw)).strip()
    parts: list[tuple[str, str, bytes | msgspec.Raw]]
    try:
        if text[:1] == b"[":
            listed = items(text, MOST_RECORDS)
            parts = [(f"[{number}]", f"[{number}].", one) for number, one in enumerate(listed)]
        elif _is_one(text):
            yield "document", "", _OBJECT.decode(text)
            return
        else:
            parts = [*_lines(text, what)]
    except FAULTS as error:
        raise unreadable(what, error) from error
    for place, prefix, one in parts:
        try:
            yield place, prefix, _OBJECT.decode(one)
        except FAULTS as error:
            fields.remarks.add(*place_and_reason(place, error), sort="records that were not read")


def _is_one(text: bytes) -> bool:
    """Say whether the text is one JSON value, not one on each line; any fault is raised."""
    try:
        _SHAPE.decode(text)
    except msgspec.DecodeError as error:
        if "trailing" in str(error):
            _SHAPE.decode(text.partition(b"\n")[0] if b"\n" in text else text)
            return False
        raise
    return True


def _lines(text: bytes, what: str) -> Iterator[tuple[str, str, bytes]]:
    lines = text.split(b"\n")
    if len(lines) > MOST_RECORDS:
        raise BoundError(
            f"{what} has {len(lines):,} lines; Leadglass reads {MOST_RECORDS:,}. Receive it in parts."
        )
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"line {number}", f"line {number}: ", line
    try:
        _SHAPE.decode(lines[-1])
    except FAULTS as error:
        if "truncated" in str(error):
            raise UnreadableError(
                f"{what} ends in the middle of line {len(lines)}. Fetch it again."
            ) from error


@dataclass(kw_only=True)
class RecordSaid:
    """What one record says: its vulnerability, what others add to it, products, statements and remedies in its order."""

    described: Described
    added: tuple[Described, ...] = ()
    id: str
    publisher: str = ""
    revision: str = ""
    products: list[NamedProduct] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)


def together(said: list[RecordSaid], category: str, what: str, fields: Fields) -> Advisory:
    """Make the advisory of a document. Where it holds several records it has no id of its own, and says how many."""
    remarks = fields.remarks.finish()
    if not said:
        reason = f" The first: {remarks[0].where}: {remarks[0].why}" if remarks else ""
        raise UnreadableError(f"{what} was not read: the document holds none that can be.{reason}")
    one = said[0] if len(said) == 1 else None
    described = tuple(record.described for record in said)
    publishers = {record.publisher for record in said}
    return Advisory(
        id=one.id if one else "",
        category=category,
        title=one.described.title if one else f"{len(said):,} records",
        publisher=publishers.pop() if len(publishers) == 1 else "",
        revision=one.revision if one else "",
        created=min((each.published for each in described if each.published), default=None),
        updated=max((each.modified for each in described if each.modified), default=None),
        products=tuple(product for record in said for product in record.products),
        described=tuple(word for record in said for word in (record.described, *record.added)),
        statements=tuple(statement for record in said for statement in record.statements),
        remedies=tuple(remedy for record in said for remedy in record.remedies),
        rest=dict(fields.rest),
        remarks=remarks,
    )
