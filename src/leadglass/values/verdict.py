# SPDX-License-Identifier: Apache-2.0
"""What a validator says of a document: complaints by the number of their test, and what it could not judge."""

from dataclasses import dataclass
from typing import Literal

from leadglass.values.sources import Remark

Level = Literal["schema", "mandatory", "optional", "informative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A test that a document fails.

    `number` is that of the test ("6.1.7"), or "schema". `place` is a JSON pointer (RFC 6901); "" is the
    document as a whole. `why` is a sentence.
    """

    number: str
    level: Level
    place: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All complaints about a document, in the order of the tests.

    `valid` means that neither the schema nor a mandatory test complains. `remarks` name what was not judged,
    as it takes a network, a dictionary or a registry that is not at hand: not a pass.
    """

    standard: str
    version: str
    complaints: tuple[Complaint, ...]
    valid: bool
    remarks: tuple[Remark, ...] = ()
