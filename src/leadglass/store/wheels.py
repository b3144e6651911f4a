# SPDX-License-Identifier: Apache-2.0
"""Build the wheels of the program and fetch those of its lock, for this machine's Python and platform, with pip."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from leadglass.errors import StateError

_NEEDED = ("pyproject.toml", "README.md", "LICENSE", "src")
LOCK = Path("requirements") / "run.lock"
"""What the program runs on, with hashes."""

_TAIL = 600


def build(source: Path, folder: Path) -> None:
    """Put all wheels into the folder. StateError where the source is none, or pip fails; it says why."""
    missing = [name for name in (*_NEEDED, str(LOCK)) if not (source / name).exists()]
    if missing:
        raise StateError(
            f"{source} is no checkout of Leadglass: it lacks {', '.join(missing)}. Name one: --source DIR"
        )
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work)  # a build leaves its traces where it runs
        for name in _NEEDED:
            if (source / name).is_dir():
                shutil.copytree(
                    source / name, copy / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")
                )
            else:
                shutil.copy(source / name, copy / name)
        _pip(
            "download",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--no-deps",
            "-d",
            folder,
            "-r",
            source / LOCK,
        )
        _pip("wheel", "--no-deps", "-w", folder, copy)


def _pip(verb: str, *words: object) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        verb,
        "-q",
        "--disable-pip-version-check",
        "--no-input",
        *map(str, words),
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}  # a wheel's zip begins in 1980
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if ran.returncode:
        told = (ran.stderr or ran.stdout).strip()[-_TAIL:]
        raise StateError(
            f"pip {verb} failed: {told}\nThe program needs pip and a way to its packages, once, on this machine."
            " Leave --with-program out for documents alone."
        )
