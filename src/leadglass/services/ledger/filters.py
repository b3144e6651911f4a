# SPDX-License-Identifier: Apache-2.0
"""The words that filters of listings may have; any other is refused, for an empty listing would look like an answer."""

from collections.abc import Mapping

from leadglass.errors import UsageError
from leadglass.values.sources import Kind

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("findings", "kind"): (
        "vulnerability", "update", "end_of_support", "blind", "partly_blind", "system", "maker", "sighting", "weakness",
    ),
    ("findings", "status"): ("affected", "not_affected", "fixed", "under_investigation", "unknown"),
    ("statements", "status"): ("affected", "not_affected", "fixed", "under_investigation", "unknown"),
    ("statements", "state"): ("applied", "not_applied", "waits", "shown"),
    ("sightings", "state"): ("placed", "asked", "not_in_the_fleet", "not_this_device", "not_sure"),
    ("actions", "deed"): ("contain", "update", "service", "ask", "disclose", "watch"),
    ("devices", "state"): ("in_use", "retired", "missing"),
    ("sources", "kind"): tuple(Kind),
}  # fmt: skip
_UPPER = frozenset({"modality"})

TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""The labels of the Traffic Light Protocol 2.0."""


def read(listing: str, name: str, given: str) -> str:
    """Read a filter as it was written. UsageError for a word that no row could have."""
    text = given.strip()
    text = text.upper() if name in _UPPER else text
    choices = CHOICES.get((listing, name))
    if text and choices:
        text = text.lower().replace(" ", "_").replace("-", "_")
        if text not in choices:
            raise UsageError(f"'{given}' is no {name} of {listing}. Name one of: {', '.join(choices)}.")
    return text
