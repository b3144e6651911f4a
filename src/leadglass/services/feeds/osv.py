# SPDX-License-Identifier: Apache-2.0
"""Keep OSV current, by ecosystem: all.zip first, then the records that modified_id.csv lists as changed."""

import re
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from leadglass.formats import osv, record_indexes
from leadglass.formats.record_indexes import Changed
from leadglass.services.feeds import records
from leadglass.services.feeds.desk import Desk, Step

_RECORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,119}\.json")
_LATE: Final = timedelta(days=2)  # how much later than its own time a record may come to be listed


def sync(desk: Desk) -> Iterator[Step]:
    """Bring each ecosystem of the table; one that fails leaves the others as current as they are."""
    ecosystems = [str(name) for name in desk.policy["ecosystems"]]
    desk.forget(lambda what: what.partition("/")[0] not in ecosystems)
    for ecosystem in ecosystems:
        with desk.attempt(ecosystem):
            yield from _ecosystem(desk, ecosystem)


def _ecosystem(desk: Desk, ecosystem: str) -> Iterator[Step]:
    base, prefix = f"{desk.address}/{quote(ecosystem)}", f"{ecosystem}/"
    place = desk.position.get(ecosystem, {})
    owed = records.owed(desk, prefix, _RECORD)
    whole = desk.full or not place
    response = desk.get(f"{base}/modified_id.csv", like={} if whole or owed else place)
    if response.unchanged:
        yield desk.step(0, 0, f"changed records of {ecosystem}")
        return
    listed = record_indexes.modified(response.body())
    desk.enough(len(listed), int(place.get("records", 0)), f"records of {ecosystem}")
    changed = _changed(listed, place)
    if whole or len(changed) > int(desk.policy["most_changed"]):
        here = yield from _all(desk, base, prefix)
        changed = [one for one in listed if here.get(one.id, "") < one.at]
    names = {one.id for one in listed}
    desk.forget(lambda what: what.startswith(prefix) and what.removeprefix(prefix) not in names)
    wanted = list(dict.fromkeys([*(one.id for one in changed), *(name for name in owed if name in names)]))
    yield from records.single(
        desk, wanted, lambda name: f"{base}/{quote(name)}.json", osv.read, prefix=prefix
    )
    reached = {
        "etag": response.etag,
        "modified": response.modified,
        "records": len(listed),
        **_reached(listed),
    }
    desk.save({**desk.position, ecosystem: reached})


def _all(desk: Desk, base: str, prefix: str) -> Generator[Step, None, dict[str, str]]:
    """Receive all.zip; say of each record in it when it was modified."""
    here: dict[str, str] = {}
    response = desk.get(f"{base}/all.zip")
    for told in records.packed(desk, response, f"OSV {prefix}all.zip", _RECORD, osv.read, prefix=prefix):
        if isinstance(told, Step):
            yield told
        elif told.updated:
            here[told.id] = told.updated.isoformat()
    return here


def _changed(listed: Sequence[Changed], place: dict[str, Any]) -> list[Changed]:
    """List what changed since, oldest first. What was listed late, with a time before the newest, counts too."""
    since, seen = place.get("since", ""), place.get("seen", {})
    return sorted(
        (one for one in listed if one.at >= since and seen.get(one.id) != one.at), key=lambda one: one.at
    )


def _reached(listed: Sequence[Changed]) -> dict[str, Any]:
    newest = max((one.at for one in listed), default="")
    if not newest:
        return {"since": "", "seen": {}}
    since = (datetime.fromisoformat(newest) - _LATE).isoformat()
    return {"since": since, "seen": {one.id: one.at for one in listed if one.at >= since}}
