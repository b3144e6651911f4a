# SPDX-License-Identifier: Apache-2.0
"""Names that one process of this machine holds at a time; what dies, or is killed, holds none any more."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from leadglass.errors import BusyError
from leadglass.store.locks import hold


@contextmanager
def alone(folder: Path, name: str) -> Iterator[bool]:
    """Hold a name for the block, or give False at once where a living process holds it."""
    safe = "".join(letter if letter.isalnum() else "-" for letter in name)
    with ExitStack() as held:
        try:
            held.enter_context(hold(folder / f"{safe}.lock", wait=0, why=f"do {name}"))
        except BusyError:
            yield False
            return
        yield True
