# SPDX-License-Identifier: Apache-2.0
"""Read what stands around all products in one answer of endoflife.date's API v1 (/products/full)."""

from dataclasses import dataclass
from typing import Final

import msgspec

from leadglass.formats.json_text import FAULTS, Buffer, moment, unreadable, utf8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """How many products it says it has, when it was made (ISO 8601 in UTC, "" where not said), its schema."""

    total: int
    generated: str
    version: str


class _Answer(msgspec.Struct, gc=False):
    total: int
    schema_version: str = ""
    generated_at: str = ""
    last_modified: str = ""


_ANSWER: Final = msgspec.json.Decoder(_Answer)


def stated(raw: Buffer) -> Stated:
    """Read the envelope; UnreadableError where it does not say how many products it has."""
    try:
        answer = _ANSWER.decode(utf8(raw))
    except FAULTS as error:
        raise unreadable("The list of endoflife.date", error) from error
    made = moment(answer.generated_at or answer.last_modified)
    return Stated(
        total=answer.total, generated=made.isoformat() if made else "", version=answer.schema_version
    )
