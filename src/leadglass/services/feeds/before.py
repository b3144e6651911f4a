# SPDX-License-Identifier: Apache-2.0
"""The bundle on top of which a delta comes: by its file, by its id, or the newest one that was made by a day."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from leadglass.errors import NotFoundError, UsageError
from leadglass.formats.bundle_tar import BundleTar
from leadglass.services.feeds.signing import opened
from leadglass.services.house import House
from leadglass.values.bundles import Contents, PublicKey


def before(house: House, since: str) -> Contents:
    """Give the list of the bundle. It has to be one of this home's key: numbers of two keys tell no order."""
    keys = _own(house)
    if Path(since).is_file():
        with Path(since).open("rb") as stream:
            return opened(house, BundleTar(stream).manifest(), keys)[0]
    made = _made(house, keys)
    if since.startswith("B-"):
        found = next((one for one in made if one.id == since), None)
    else:
        end = _end_of(since)
        found = next((one for one in made if one.created <= end), None)
    if found is None:
        raise NotFoundError(
            f"This home made no bundle {'that is called' if since.startswith('B-') else 'by'} {since}."
            " Make a whole one: leave --since out."
        )
    return found


def _own(house: House) -> Mapping[str, PublicKey]:
    key = house.key.public()
    return {key.keyid: key} if key else {}


def _made(house: House, keys: Mapping[str, PublicKey]) -> Iterator[Contents]:
    return (opened(house, raw, keys)[0] for raw in house.made.newest_first())


def _end_of(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        raise UsageError(
            f"'{text}' is no file, no id of a bundle (B-...) and no day. Write a day like 2026-11-21."
        ) from None
