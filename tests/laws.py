"""How often a law is tried that draws fleets, records or deltas by their seeds."""

import os
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hospital import Hospital

T = TypeVar("T")

THOROUGH = os.environ.get("LEADGLASS_LAWS") == "thorough"
SHARES = range(8 if THOROUGH else 1)
"""Laws whose examples are whole hospitals try few each, in shares that run beside each other (`of_hospitals`)."""
# The first that Hypothesis draws is the plainest, a hospital where nothing happens by chance: one alone shows little
_DRAWN = settings(
    deadline=None,
    max_examples=3 if THOROUGH else 2,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)


def some(cases: Sequence[T], few: int) -> Sequence[T]:
    """Give the first cases while somebody waits, all of them in CI."""
    return cases if THOROUGH else cases[:few]


def draws(few: int, many: int) -> range:
    """Give the seeds: a few while somebody waits, many in CI (LEADGLASS_LAWS=thorough)."""
    return range(many if THOROUGH else few)


def of_hospitals(folders: pytest.TempPathFactory, holds: Callable[[Hospital, random.Random], None]) -> None:
    """Try a law on hospitals that are drawn; each begins empty."""

    @_DRAWN
    @given(chance=st.randoms(use_true_random=False))
    def tried(chance: random.Random) -> None:
        holds(Hospital(folders.mktemp("drawn") / "home"), chance)

    tried()
