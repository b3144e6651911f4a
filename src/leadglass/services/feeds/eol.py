# SPDX-License-Identifier: Apache-2.0
"""Keep the release cycles of endoflife.date current (API v1: all products in one answer)."""

from collections.abc import Iterator

from leadglass.formats import endoflife, endoflife_list
from leadglass.services.feeds import whole
from leadglass.services.feeds.desk import Desk, Step


def sync(desk: Desk) -> Iterator[Step]:
    """Fetch all products if something changed."""
    return whole.sync(
        desk, f"{desk.address}/products/full", "endoflife.date products/full", "products", _told
    )


def _told(raw: bytes) -> whole.Told:
    products = endoflife.read(raw)
    stated = endoflife_list.stated(raw)
    missing = max((stated.total or 0) - len(products), 0)
    return whole.Told(
        records=len(products) + missing, unread=missing, made=stated.generated, version=stated.version
    )
