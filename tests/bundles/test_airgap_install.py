# SPDX-License-Identifier: Apache-2.0
"""A bundle with the program installs where there is no network, and the program installed so takes the bundle."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import zstandard

from leadglass.errors import StateError
from tests.bundling import CVE, SCANNER, Pair, record

ROOT = Path(__file__).parents[2]


def unplugged(*words: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a network namespace of its own, in which not even the loopback is up."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    command = ["unshare", "-rn", *map(str, words)]
    return subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "HOME": str(cwd), **environment},
    )


def unpacked(bundle: Path, folder: Path) -> None:
    """Unpack a bundle as a person does who has no Leadglass yet."""
    with (
        bundle.open("rb") as packed,
        zstandard.ZstdDecompressor().stream_reader(packed) as plain,
        tarfile.open(fileobj=plain, mode="r|") as archive,
    ):
        archive.extractall(folder, filter="data")


@pytest.fixture
def namespace(tmp_path: Path) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    if unplugged("true", cwd=tmp_path).returncode:
        pytest.skip("this user may not make a network namespace")
    reach = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
    assert "Network is unreachable" in unplugged(sys.executable, "-c", reach, cwd=tmp_path).stderr


@pytest.fixture
def carried(pair: Pair) -> Path:
    """A bundle with documents and the program; made with a network."""
    pair.maker.receive(record())
    try:
        return pair.bundle(source=ROOT).path
    except StateError as error:
        if "pip download failed" in str(error):
            pytest.skip(f"the packages of the program cannot be fetched: {str(error)[-200:]}")
        raise


@pytest.mark.service
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("namespace")
def test_the_program_of_a_bundle_installs_and_takes_the_bundle_without_a_network(
    pair: Pair, carried: Path
) -> None:
    stick, there = pair.folder / "stick", pair.folder / "there"
    there.mkdir()
    unpacked(carried, stick)
    ran = unplugged("sh", stick / "program" / "install.sh", there / "venv", cwd=there, PYTHON=sys.executable)
    assert ran.returncode == 0, ran.stderr
    assert "leadglass 0.1.0\nInstalled." in ran.stdout
    (there / "fleet.csv").write_bytes(SCANNER)
    (there / "maker.pub").write_text(pair.key.text)
    program = there / "venv" / "bin" / "leadglass"
    for words in (
        ("receive", "fleet.csv"),
        ("assess",),
        ("feeds", "trust", "maker.pub", "--name", "Group IT"),
        ("receive", carried, "--assess"),
    ):
        ran = unplugged(
            program, "--home", there / "home", *words, cwd=there, LEADGLASS_NOW=pair.clock().isoformat()
        )
        assert ran.returncode == 0, ran.stderr
    assert "1 finding newly affected." in ran.stdout
    assert CVE in ran.stdout
    assert "program: " in ran.stdout


@pytest.mark.service
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("namespace")
def test_a_changed_wheel_is_not_installed(pair: Pair, carried: Path) -> None:
    stick = pair.folder / "stick"
    unpacked(carried, stick)
    (wheel,) = (stick / "program").glob("leadglass-*.whl")
    raw = bytearray(wheel.read_bytes())
    raw[len(raw) // 2] ^= 1
    wheel.write_bytes(raw)
    ran = unplugged(
        "sh", stick / "program" / "install.sh", pair.folder / "venv", cwd=pair.folder, PYTHON=sys.executable
    )
    assert ran.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in ran.stderr
    assert not (pair.folder / "venv" / "bin" / "leadglass").exists()


def test_what_is_no_checkout_is_said(pair: Pair) -> None:
    pair.maker.receive(record())
    with pytest.raises(StateError, match="is no checkout of Leadglass: it lacks pyproject"):
        pair.bundle(source=pair.folder)
    assert not (pair.folder / "one.tar.zst").exists()
