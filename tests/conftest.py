"""Fixtures that all tests may use."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Hashable
from pathlib import Path

import pytest
from hypothesis import settings

from leadglass.web import boot  # noqa: F401 - Django is set up once per process, and here for the pages too
from tests.hospital import Beginnings, Hospital, Story

# Laws are tried on few examples while somebody waits, on many in CI: LEADGLASS_LAWS=thorough
settings.register_profile("fast", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=100, deadline=None)
settings.load_profile(os.environ.get("LEADGLASS_LAWS", "fast"))

# Homes of tests live for seconds: in memory, where there is room, no test waits for a disk to be sure of its bytes
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a private folder below it
ROOM = 4 << 30
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

# As many tests run at once as there are processors: a thread more in each only gets in the way. CI keeps them
if "CI" not in os.environ:
    os.environ.setdefault("LEADGLASS_THREADS", "1")

# What is read and collected stays to the end: looking through it again and again for what may go takes as long as to read it
gc.disable()

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))


def pytest_collection_finish() -> None:
    """From here on things go as they do in the program."""
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Let go of what was set apart: extensions tell what they find left at the end."""
    gc.unfreeze()


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


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    """Homes with a story, made once."""
    return Beginnings(tmp_path_factory.mktemp("beginnings"))


@pytest.fixture
def begin(beginnings: Beginnings, tmp_path: Path) -> Callable[..., Hospital]:
    """Give a hospital of the test's own that begins where a story ends; many tests may begin with the same one."""

    def at(story: Story, *said: Hashable) -> Hospital:
        return beginnings.copy(tmp_path / "home", story, *said)

    return at
