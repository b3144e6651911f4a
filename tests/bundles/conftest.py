"""A pair of hospitals for each test."""

from pathlib import Path

import pytest

from tests.bundling import Forger, Pair


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


@pytest.fixture
def forger(pair: Pair) -> Forger:
    return Forger(pair)
