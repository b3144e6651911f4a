# SPDX-License-Identifier: Apache-2.0
"""Large documents are read in processes of their own: the same is told, and a process that dies loses nothing."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from leadglass.services.house import House
from leadglass.services.ledger import apart
from leadglass.services.ledger import read as reading
from leadglass.services.ledger.receive import Received
from tests.hospital import Hospital, any_of, bom, criterion, nvd, record

DOCUMENTS = [
    *(bom("Tomara", f"{number}.0", [{"name": "openssl", "version": f"1.0.{number}"}]) for number in range(5)),
    nvd(record("CVE-2031-40001", any_of(criterion("a:openssl:openssl:1.0.2")))),
    b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{',
    b"no document of any kind",
]


def told(home: Path) -> tuple[list[Received], dict[str, bytes]]:
    """What is told of the documents, and every file of their readings."""
    hospital = Hospital(home)
    found = hospital.receive(*DOCUMENTS)
    folder = hospital.house.tables.folder / "readings"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found, files


@pytest.fixture
def here(tmp_path: Path) -> tuple[list[Received], dict[str, bytes]]:
    """What this process reads itself."""
    return told(tmp_path / "here")


@pytest.fixture
def read_here(here: object, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on all documents are large, and there are two cores; the documents that this process still reads."""
    hashes: list[str] = []

    def read(house: House, sha256: str, raw: bytes, *, hint: str) -> Mapping[str, Any]:
        hashes.append(sha256)  # a process beside has a list of its own
        return reading.read(house, sha256, raw, hint=hint)

    monkeypatch.setattr(apart, "read", read)
    monkeypatch.setattr(apart, "LARGE", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})
    return hashes


def test_what_is_read_beside_is_what_would_be_read_here(
    tmp_path: Path, here: tuple[object, object], read_here: list[str]
) -> None:
    assert told(tmp_path / "beside") == here
    assert read_here == []


@pytest.mark.parametrize(
    "end", [lambda *_: os._exit(1), lambda *_: os.kill(os.getpid(), signal.SIGKILL)], ids=["failed", "killed"]
)
def test_what_a_process_left_unread_is_read_here(
    tmp_path: Path,
    here: tuple[object, object],
    read_here: list[str],
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[..., None],
) -> None:
    monkeypatch.setattr(apart, "_alone", end)
    assert told(tmp_path / "beside") == here
    assert len(read_here) == len(DOCUMENTS)


def test_on_one_core_nothing_is_read_beside(
    tmp_path: Path, here: tuple[object, object], read_here: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0})
    assert told(tmp_path / "here too") == here
    assert len(read_here) == len(DOCUMENTS)
