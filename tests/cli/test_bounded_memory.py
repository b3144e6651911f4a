"""Whatever its size, what comes in is read or refused within bounds, and the command ends with a sentence."""

import gzip
import io
import json
import resource
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import COMMAND, DEMO, environment

LIMIT = 3_500 << 20
"""Bytes of address space. The tables' engine reserves about three thousand million of them for its plans and uses a
tenth, which leaves five hundred million for a document of two hundred million and all that reading it takes."""


def bounded(home: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the command in a process of its own that may not take more."""
    return subprocess.run(
        [*COMMAND, "--home", str(home), *words],
        env=environment(),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT)),
    )


def bomb(path: Path) -> None:
    """A zip of three documents; the second is 3 GiB of zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("before.json", (DEMO / "feeds" / "kev-invented.json").read_bytes())
        with archive.open("bomb.json", "w", force_zip64=True) as member:
            for _ in range(96):
                member.write(bytes(32 << 20))
        archive.writestr("after.json", (DEMO / "feeds" / "kev-extract.json").read_bytes())


def nested(path: Path) -> None:
    """A gzip in a gzip, so that each is small."""
    inner = io.BytesIO()
    with gzip.GzipFile(fileobj=inner, mode="wb", compresslevel=9) as stream:
        for _ in range(40):
            stream.write(bytes(32 << 20))
    path.write_bytes(gzip.compress(inner.getvalue()))


def pieces(piece: bytes, number: int, start: bytes = b"", end: bytes = b"") -> Iterator[bytes]:
    yield start
    for _ in range(number):
        yield piece
    yield end


LONG = {
    "letters": pieces(b"A" * (1 << 20), 200),
    "rows without an end": pieces(b"CT-014;" * 150_000, 200, b"Asset No;Mfr;Model Description\n"),
    "brackets": pieces(b"[" * (1 << 20), 200),
    "a text in JSON": pieces(b"x" * (1 << 20), 200, b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [{"name": "', b'"}]}'),
    "zeros": pieces(bytes(1 << 20), 200),
    "a number": pieces(b"9" * (1 << 20), 200, b'{"vulnerabilities": ['),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("make", [bomb, nested], ids=lambda make: make.__name__)
def test_a_bomb_is_refused_and_its_neighbours_are_read(tmp_path: Path, make) -> None:
    path = tmp_path / "post"
    make(path)
    ran = bounded(tmp_path / "home", "receive", str(path), "--json")
    told = json.loads(ran.stdout)
    said = " ".join(remark["why"] for one in told for remark in one["remarks"])
    assert "It was not" in said
    taken = [one["taken"] for one in told if one["taken"]]
    assert (ran.returncode, len(taken)) == ((1, 2) if make is bomb else (3, 0)), ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LONG))
def test_200_megabytes_without_a_line_end_in_a_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "post"
    with path.open("wb") as stream:
        stream.writelines(LONG[name])
    ran = bounded(tmp_path / "home", "receive", str(path))
    assert b"Traceback" not in ran.stderr
    assert b"\n  - " in ran.stdout
    if name == "a text in JSON":  # it is a component, whose name is cut
        assert (ran.returncode, b"209,715,200 characters long; the first 4,096 were taken" in ran.stdout) == (
            0,
            True,
        )
    else:
        assert (ran.returncode, b"nothing taken; kept as it is" in ran.stdout) == (3, True), ran.stderr
    after = bounded(tmp_path / "home", "assess", "--json")
    assert (after.returncode, json.loads(after.stdout)) == (0, [])


def test_a_small_document_goes_through_within_the_bound(tmp_path: Path) -> None:
    ran = bounded(tmp_path / "home", "receive", str(DEMO / "feeds"))
    assert ran.returncode == 0, ran.stderr
    assert b"5 documents taken" in ran.stdout
