# SPDX-License-Identifier: Apache-2.0
"""Document: the bytes of something that was received, as they came.

Inventories and what other tools saw name the devices of all sites: they are given to who sees all of them.
"""

from dataclasses import dataclass
from typing import BinaryIO

from leadglass.errors import NotFoundError
from leadglass.services.ledger.show import the
from leadglass.services.ledger.view import View
from leadglass.values.sources import Kind

_OF_SITES = frozenset({Kind.FLEET, Kind.SIGHTINGS, Kind.UNKNOWN})
"""Kinds that name devices, and those of which nobody knows whether they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document as it is kept: its hash, the name under which it came, its bytes."""

    sha256: str
    name: str
    size: int
    stream: BinaryIO


def document(view: View, name: str) -> Kept:
    """Open a document by its hash, or 8 digits or more of its beginning. NotFoundError where it is not for this view."""
    row = the(view, "sources", name)
    if view.scope.sites is not None and row["kind"] in _OF_SITES:
        raise NotFoundError(f"Nothing has the id {name}. List what there is: leadglass sources")
    sha256 = str(row["sha256"])
    stream = view.house.documents.open(sha256)
    return Kept(sha256=sha256, name=str(row["name"]), size=int(row["size"]), stream=stream)
