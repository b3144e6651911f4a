# SPDX-License-Identifier: Apache-2.0
"""The door of the register: open it at a home, laid out and ready; on SQLite, or on PostgreSQL by one URL."""

from pathlib import Path

from leadglass.errors import StateError
from leadglass.register import boot, engine, ledger  # noqa: F401 - boot first: models need Django
from leadglass.values.ports import Clock, Log

Register = ledger.Register


def open_register(home: Path, url: str = "", *, clock: Clock, log: Log | None) -> Register:
    """Open the register of `home`, or the PostgreSQL database at `url`; make it where there is none.

    Several registers may be open in one process, if one finishes its change before another is used.
    StateError where the database does not answer or a newer release made it; UsageError where the URL is odd.
    """
    place = engine.locate(home, url)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not url:
            (home / engine.FILE).touch(mode=0o600)  # it holds hashes of passwords
    except OSError as error:
        raise StateError(
            f"The home {home} cannot be written ({error.strerror}). Name another, or mend its permissions."
        ) from error
    register = Register(place, clock=clock, log=log)
    register.prepare()
    return register
