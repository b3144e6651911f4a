# SPDX-License-Identifier: Apache-2.0
"""The tar of a bundle is one that other programs write and open."""

import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import zstandard

from leadglass.errors import UnreadableError
from leadglass.formats import bundle_tar
from leadglass.values.bundles import MANIFEST
from tests.bundling import tar

MEMBERS = [
    (MANIFEST, b"{}"),
    ("documents/" + "a" * 64, b"x" * 1500),
    ("program/install.sh", b""),
    ("program/" + "w" * 96 + ".whl", b"PK"),
]


def test_the_same_tar_comes_from_gnu_tar(tmp_path: Path) -> None:
    program = shutil.which("tar")
    if (
        program is None
        or "GNU"
        not in subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    ):
        pytest.skip("GNU tar is not installed")
    for name, raw in MEMBERS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
        (tmp_path / name).chmod(0o644)
    call = [program, "--format=ustar", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "-cf", "-"]
    made = subprocess.run(
        [*call, *(name for name, _ in MEMBERS)], cwd=tmp_path, capture_output=True, check=True
    )
    assert made.stdout == tar(*MEMBERS)


def test_any_reader_of_tar_opens_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(tar(*MEMBERS))) as archive:
        assert [(info.name, archive.extractfile(info).read()) for info in archive] == MEMBERS


@pytest.mark.parametrize("pack", [bytes, zstandard.compress])
def test_what_is_written_is_read(pack) -> None:
    reader = bundle_tar.BundleTar(io.BytesIO(pack(tar(*MEMBERS))))
    assert reader.manifest() == b"{}"
    for name, raw in MEMBERS[1:]:
        member = reader.member(name, len(raw))
        assert member.read(7) + member.read() == raw
        assert member.sha256 == hashlib.sha256(raw).hexdigest()
    reader.end()


@pytest.mark.parametrize("pack", [bytes, zstandard.compress])
def test_a_bundle_is_told_by_its_content(pack) -> None:
    random = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(20_000))
    for raw, is_one in [
        (tar(*MEMBERS), True),
        (tar((MANIFEST, random)), True),
        (tar(*MEMBERS[1:]), False),
        (b"asset_tag", False),
    ]:
        found, stream = bundle_tar.looked(io.BytesIO(pack(raw)))
        assert found == is_one
        assert stream.read(-1) == pack(raw)


def test_a_pipe_is_given_back_as_it_was() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    raw = tar(*MEMBERS) * 40
    found, stream = bundle_tar.looked(Pipe(raw))
    assert found
    assert stream.read() == raw


def test_a_stream_of_another_size_than_said_is_not_written() -> None:
    for said in (2, 4):
        with pytest.raises(UnreadableError, match="not the size that its receipt says"):
            bundle_tar.write(io.BytesIO(), [("documents/x", said, io.BytesIO(b"abc"))])
