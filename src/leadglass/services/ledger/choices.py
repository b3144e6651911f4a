# SPDX-License-Identifier: Apache-2.0
"""What the filters of listings may be: words out of a list, and how others are written."""

from collections.abc import Mapping
from typing import Any

from leadglass.errors import UsageError
from leadglass.services.ledger.listings import Listing
from leadglass.values.sources import Kind

FLAGS = frozenset({"all", "unnamed"})
"""Filters that are on or off."""

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("findings", "kind"): (
        "vulnerability", "update", "end_of_support", "blind", "partly_blind", "system", "maker", "sighting", "weakness",
    ),
    ("findings", "status"): ("affected", "not_affected", "fixed", "under_investigation", "unknown"),
    ("statements", "status"): ("affected", "not_affected", "fixed", "under_investigation", "unknown"),
    ("statements", "state"): ("applied", "not_applied", "waits", "shown"),
    ("sightings", "state"): ("placed", "asked", "not_in_the_fleet", "not_this_device", "not_sure"),
    ("actions", "deed"): ("contain", "update", "service", "ask", "disclose", "watch"),
    ("actions", "state"): ("act_now", "contain", "plan", "watch", "unknown", "settled"),
    ("devices", "state"): ("in_use", "retired", "missing"),
    ("sources", "kind"): tuple(Kind),
}  # fmt: skip
"""By listing and filter the words that a filter may be."""

TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""The labels of the Traffic Light Protocol 2.0."""

SEVERAL = frozenset({("actions", "state")})
"""Filters that may name several of their words, with commas between."""

_UPPER = frozenset({"modality"})


def checked(listing: Listing, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the filters of a listing. UsageError for a word that no row could have, as nothing would look like an answer."""
    return {
        name: bool(given.get(name)) if name in FLAGS else read(listing.name, name, str(given.get(name) or ""))
        for name in listing.filters
    }


def read(listing: str, name: str, given: str) -> str:
    """Read a filter as it was written. UsageError for a word that no row could have."""
    text = given.strip()
    text = text.upper() if name in _UPPER else text
    choices = CHOICES.get((listing, name))
    if not text or not choices:
        return text
    word = text.lower().replace(" ", "_").replace("-", "_")
    words = word.split(",") if (listing, name) in SEVERAL else [word]
    if not set(words) <= set(choices):
        raise UsageError(f"'{text}' is no {name} of {listing}. Name one of: {', '.join(choices)}.")
    return word
