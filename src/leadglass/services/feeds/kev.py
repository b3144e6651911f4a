# SPDX-License-Identifier: Apache-2.0
"""Keep CISA's catalogue of known exploited vulnerabilities current."""

from collections.abc import Iterator

from leadglass.errors import RefusedError
from leadglass.formats import kev
from leadglass.services.feeds import whole
from leadglass.services.feeds.desk import Desk, Step


def sync(desk: Desk) -> Iterator[Step]:
    """Fetch the catalogue if it changed."""
    return whole.sync(desk, desk.address, "known_exploited_vulnerabilities.json", "entries", _told)


def _told(raw: bytes) -> whole.Told:
    """Hold the catalogue against what it says of itself: version, time of release, count."""
    catalogue = kev.read(raw)
    if not catalogue.version or catalogue.released is None or catalogue.count != catalogue.listed:
        raise RefusedError(
            f"CISA KEV: the catalogue of version '{catalogue.version[:40]}', released {catalogue.released}, lists"
            f" {catalogue.listed:,} entries and says {catalogue.count}: it is not whole. It was not taken; what was"
            " there stays. Sync again later."
        )
    return whole.Told(
        records=catalogue.listed,
        unread=catalogue.listed - len(catalogue.entries),
        made=whole.day(catalogue.released),
        version=catalogue.version,
    )
