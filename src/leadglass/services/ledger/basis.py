# SPDX-License-Identifier: Apache-2.0
"""What a snapshot is made from: documents and what people said, at a moment."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from leadglass.services.house import House
from leadglass.services.ledger.sources import Held, catch_up, held
from leadglass.values.people import Answer, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a snapshot is made from: documents and what people said, at a moment."""

    documents: Sequence[Held]
    words: Sequence[Word]
    answers: Sequence[Answer]

    @property
    def register(self) -> str:
        """Name what of the register tables depend on: words and answers; decisions join at reading."""
        return hashlib.sha256(msgspec.json.encode([self.words, self.answers])).hexdigest()


def gather(house: House, as_of: datetime | None) -> Basis:
    """Collect what counts at a moment, reading what was left unread."""
    documents = held(house, as_of)
    catch_up(house, documents)
    return Basis(
        documents=documents, words=house.register.words(as_of), answers=house.register.answers(as_of)
    )
