# SPDX-License-Identifier: Apache-2.0
"""The program for a bundle: wheels for this machine's Python and platform, and what installs them without a network.

`requirements.txt` names each wheel with its SHA-256, so that pip takes these and no others; `install.sh` is for a
shell of POSIX and a Python with venv.
"""

import hashlib
from importlib import resources
from pathlib import Path

from leadglass.services.house import House
from leadglass.values.bundles import ProgramFile

_INSTALLER = "install.sh"
_LIST = "requirements.txt"


def program(house: House, source: Path, work: Path) -> dict[ProgramFile, Path]:
    """Make the files of the program in a folder: wheels, their list, and the installer. In order of name."""
    house.wheels(source, work)
    wheels = sorted(work.glob("*.whl"))
    lines = ["# Installed by install.sh, from this folder alone."]
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]  # binary distribution format: name-version-...
        lines.append(f"{name}=={version} --hash=sha256:{_sha256(wheel)}")
    (work / _LIST).write_text("\n".join(lines) + "\n", encoding="utf-8")
    shell = resources.files(__package__).joinpath(f"tables/{_INSTALLER}").read_bytes()
    (work / _INSTALLER).write_bytes(shell)
    paths = sorted([work / _INSTALLER, work / _LIST, *wheels])
    return {
        ProgramFile(name=path.name, size=path.stat().st_size, sha256=_sha256(path)): path for path in paths
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
