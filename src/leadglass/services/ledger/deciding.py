# SPDX-License-Identifier: Apache-2.0
"""What a decision says, before it is recorded."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What is decided: kind, target, owner, reason, expiry.

    The target is an action, a finding, a vulnerability by any of its names; or a product key, with `vulnerability` and a
    range of versions.
    """

    kind: str
    target: str
    owner: str
    reason: str
    until: date | None = None
    proof: str = ""
    vulnerability: str = ""
    start: str = ""
    end: str = ""
