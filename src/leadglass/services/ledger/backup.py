# SPDX-License-Identifier: Apache-2.0
"""Backup: documents, receipts, log and register into one encrypted file, written aside and renamed when whole."""

from dataclasses import dataclass
from pathlib import Path

from leadglass.errors import StateError
from leadglass.services.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """Where a backup lies, how large it is, and of how many parts it consists."""

    path: Path
    size: int
    parts: int


def backup(house: House, target: Path, passphrase: str) -> BackedUp:
    """Write the backup. StateError where the file exists or cannot be written; nothing half-written stays."""
    if target.exists():
        raise StateError(f"{target} exists and is not overwritten. Name another file.")
    work = target.with_name(f".{target.name}.part")
    try:
        with work.open("xb") as stream:
            work.chmod(0o600)
            parts = house.keep(stream, passphrase)
        work.rename(target)
    except OSError as error:
        raise StateError(f"{target} cannot be written ({error.strerror}). Name another place.") from error
    finally:
        work.unlink(missing_ok=True)
    house.log.append("backup", {"parts": parts, "size": target.stat().st_size})
    return BackedUp(path=target, size=target.stat().st_size, parts=parts)
