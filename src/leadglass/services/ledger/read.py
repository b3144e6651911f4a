# SPDX-License-Identifier: Apache-2.0
"""Read: a document -> what it says, stored once per document and release of the readers.

What cannot be read becomes a remark with its place. The reading is whole or absent; reading again is harmless.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from leadglass.errors import UnreadableError
from leadglass.formats import recognise
from leadglass.services.house import House
from leadglass.services.ledger.about import About
from leadglass.services.ledger.readers import READERS, hinted, profiles
from leadglass.values.sources import Kind, Recognition, Remark


def read(house: House, sha256: str, raw: bytes, *, hint: str = "") -> Mapping[str, Any]:
    """Read a document that is kept, and store what it says. Never raises for what a document contains."""
    _ = house.schemes  # a table of the site that cannot be read is no fault of the document
    recognition = recognise.recognise(raw, profiles=profiles(house), overrides=hinted(hint)[1])
    about = About(recognition)
    reader = READERS.get(recognition.standard)
    if reader is None or recognition.kind is Kind.UNKNOWN:
        about.remark(
            Remark(where="", why=recognition.why or "This is no kind of document that Leadglass reads.")
        )
        return house.tables.write_reading(sha256, {}, about.stored)
    try:
        with uncollected():
            tables = reader(raw, sha256, about, house, hint)
            return house.tables.write_reading(sha256, tables, about.stored)
    except UnreadableError as error:
        failed = About(Recognition(kind=recognition.kind, standard=recognition.standard, version=recognition.version,
                                   why=str(error)))  # fmt: skip
        failed.remark(Remark(where="", why=str(error)))
        return house.tables.write_reading(sha256, {}, failed.stored)


@contextmanager
def uncollected() -> Iterator[None]:
    """Rest the garbage collector: it would walk through millions of texts that all stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
