"""How often a law is tried that draws fleets, records or deltas by their seeds."""

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

T = TypeVar("T")

THOROUGH = os.environ.get("LEADGLASS_LAWS") == "thorough"
DRAWN = settings(
    deadline=None, max_examples=3, suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large)
)
"""Of laws whose examples are whole hospitals: few each, in shares that run beside each other."""


def some(cases: Sequence[T], few: int) -> Sequence[T]:
    """Give the first cases while somebody waits, all of them in CI."""
    return cases if THOROUGH else cases[:few]


def draws(few: int, many: int) -> range:
    """Give the seeds: a few while somebody waits, many in CI (LEADGLASS_LAWS=thorough)."""
    return range(many if THOROUGH else few)
