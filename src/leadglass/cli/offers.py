# SPDX-License-Identifier: Apache-2.0
"""What a user offers on the command line: files, folders, standard input; each that cannot be opened is told."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from leadglass.errors import UsageError
from leadglass.formats import bundle_tar
from leadglass.services.ledger.receive import Offered


def offered(paths: Sequence[Path]) -> Iterator[Offered]:
    """Walk files and folders; nothing is the standard input. UsageError where that is a terminal."""
    if not paths:
        if sys.stdin.isatty():
            raise UsageError("Name a file, a folder or an archive; or - for standard input.")
        paths = [Path("-")]
    for path in paths:
        if str(path) == "-":
            yield Offered(path="standard input", stream=sys.stdin.buffer)
        elif path.is_dir():
            yield from _folder(path)
        else:
            yield _file(path)


def bundled(items: Sequence[Offered]) -> tuple[Offered | None, list[Offered]]:
    """Give the bundle that is offered alone; else None and what is offered."""
    if len(items) != 1:
        return None, list(items)
    item = items[0]
    opened = item.opened()
    if opened.stream is None:
        return None, [opened]
    is_bundle, stream = bundle_tar.looked(opened.stream)
    if item.opener is None:
        item = replace(item, stream=stream)
    else:
        stream.close()  # it is opened again when its turn comes
    return (item, []) if is_bundle else (None, [item])


def _folder(path: Path) -> Iterator[Offered]:
    """Walk a folder in order of name; what begins with a dot is passed over, what cannot be entered is told."""
    faults = list[OSError]()
    number = 0
    for place, folders, files in os.walk(path, onerror=faults.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if not name.startswith(".")):
            number += 1
            yield _file(Path(place, name))
    for fault in faults:
        yield Offered(path=_label(Path(fault.filename)), fault=f"It cannot be entered ({fault.strerror}).")
    if not number and not faults:
        yield Offered(path=_label(path), fault="The folder holds no file. Name another one.")


def _file(path: Path) -> Offered:
    if path.is_file():
        return Offered(path=_label(path), opener=path)
    if path.exists():
        return Offered(
            path=_label(path), fault="This is no regular file; it was not opened. Pipe it in: receive -"
        )
    if path.is_symlink():
        return Offered(path=_label(path), fault="This link leads nowhere. Name the file itself.")
    return Offered(path=_label(path), fault="There is no such file. Check the name.")


def _label(path: Path) -> str:
    """Name a file in Unicode, whatever bytes its name is made of."""
    return os.fsencode(path).decode("utf-8", "replace")
