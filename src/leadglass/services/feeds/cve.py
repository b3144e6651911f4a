# SPDX-License-Identifier: Apache-2.0
"""Keep CVE records (5.x, with what CISA and others add in ADP containers) current from the CVE list's own folders."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from leadglass.errors import NotServedError
from leadglass.formats import cve_record, record_indexes
from leadglass.formats.record_indexes import Delta
from leadglass.services.feeds import records
from leadglass.services.feeds.desk import Desk, Step

_RECORD: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}\.json")
_MISSED: Final = "changes before "


def sync(desk: Desk) -> Iterator[Step]:
    """Fetch the records that changed since; with --full all records first, where the table names their zip."""
    log = _log(desk)
    newest, stated = log[-1].at, desk.position.get("at")
    at = datetime.fromisoformat(stated) if stated else None
    if at and newest < at:
        raise desk.refuse(
            f"{desk.label} lists changes up to {newest:%Y-%m-%d %H:%M}; ours go to {at:%Y-%m-%d %H:%M}."
        )
    if desk.full and desk.policy["baseline"]:
        yield from _baseline(desk)
    elif at is None:
        desk.remark(
            f"{desk.label}: fetched from {log[0].at:%Y-%m-%d} on; what did not change since is not here (NVD has it)."
            " All of them: leadglass feeds sync cve --full"
        )
    elif at < log[0].at:
        desk.miss(
            f"{_MISSED}{log[0].at:%Y-%m-%d %H:%M}",
            f"The list of changes reaches back to {log[0].at:%Y-%m-%d %H:%M}, and the last sync was before."
            " Fetch all: leadglass feeds sync cve --full",
        )
    changed = [name for delta in log if at is None or delta.at > at for name in delta.ids]
    wanted = list(dict.fromkeys([*changed, *records.owed(desk, "", _RECORD)]))
    yield from records.single(
        desk, wanted, lambda name: f"{desk.address}/{record_indexes.path(name)}", cve_record.read
    )
    desk.save({"at": newest.isoformat()})


def _log(desk: Desk) -> tuple[Delta, ...]:
    """Take the log of the last 30 days; the last change alone where there is no log."""
    try:
        raw = desk.get(f"{desk.address}/deltaLog.json").body()
    except NotServedError:
        raw = b"[" + desk.get(f"{desk.address}/delta.json").body() + b"]"
    log = record_indexes.deltas(raw)
    if not log:
        raise desk.refuse(f"{desk.label}: the list of changes is empty.")
    return log


def _baseline(desk: Desk) -> Iterator[Step]:
    response = desk.get(str(desk.policy["baseline"]))
    for told in records.packed(desk, response, "CVE list", _RECORD, cve_record.read):
        if isinstance(told, Step):
            yield told
    desk.forget(lambda what: what.startswith(_MISSED))
