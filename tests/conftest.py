"""Fixtures that all tests may use."""

import os
from pathlib import Path

import pytest

from tests.hospital import Hospital

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))


@pytest.fixture
def corpus() -> Path:
    """The public documents; a test that needs them is skipped where they are absent."""
    if not CORPUS.is_dir():
        pytest.skip(f"the public documents are not at {CORPUS} (set LEADGLASS_CORPUS)")
    return CORPUS


@pytest.fixture
def hospital(tmp_path: Path) -> Hospital:
    """A hospital with an empty home."""
    return Hospital(tmp_path / "home")
