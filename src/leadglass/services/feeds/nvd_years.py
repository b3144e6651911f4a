# SPDX-License-Identifier: Apache-2.0
"""Load NVD's yearly feed files (2.0): each held against the size and SHA-256 that its .meta file states."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from leadglass.errors import NotServedError, RefusedError
from leadglass.formats import archives, nvd, nvd_answers
from leadglass.formats.nvd_answers import Meta
from leadglass.services.feeds.desk import Desk, Step
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.values.sources import Remark


def load(desk: Desk, now: datetime) -> Iterator[Step]:
    """Bring the file of each year whose content is not here yet; what was modified since is asked from the API."""
    base = (
        f"{desk.address}/feeds/json/cve/2.0" if desk.is_own_address else str(desk.policy["files"]).rstrip("/")
    )
    desk.save({**desk.position, "loading": "years"})
    years = range(int(desk.policy["first_year"]), now.year + 1)
    made = []
    for number, year in enumerate(years, 1):
        try:
            meta = _meta(desk, base, year)
        except NotServedError:
            if year != now.year:  # the file of a year that has just begun comes later
                raise
            continue
        known = desk.position.get("years", {})
        if known.get(str(year)) != meta.sha256 or not desk.has(meta.sha256):
            meta, newest = _year(desk, base, year, meta)
            newest = max(filter(None, [desk.position.get("newest"), newest]), default="")
            desk.save({**desk.position, "years": {**known, str(year): meta.sha256}, "newest": newest})
        made.append(meta.modified)
        yield desk.step(number, len(years), "yearly files")
    done = min(made).isoformat(timespec="milliseconds")
    desk.save({**desk.position, "done": done, "loading": None, "paging": None})


def _meta(desk: Desk, base: str, year: int) -> Meta:
    return nvd_answers.meta(desk.get(f"{base}/nvdcve-2.0-{year}.meta").body())


def _year(desk: Desk, base: str, year: int, meta: Meta) -> tuple[Meta, str]:
    """Receive the file of a year; give its .meta and its newest lastModified.

    NVD may replace the file between the two requests, so a wrong hash is asked about again.
    """
    name = f"nvdcve-2.0-{year}.json"
    raw = _file(desk, f"{base}/{name}")
    if not _is_told(raw, meta):
        meta = _meta(desk, base, year)
        raw = _file(desk, f"{base}/{name}")
    if not _is_told(raw, meta):
        raise desk.refuse(
            f"{name} is not what its .meta file says: SHA-256 {hashlib.sha256(raw).hexdigest()[:12]} of {len(raw):,} bytes,"
            f" and {meta.sha256[:12]} of {meta.size:,} is stated."
        )
    paper = desk.paper(name, raw)
    page = nvd_answers.page(raw)
    if not page.ids:
        raise desk.refuse(f"{name} holds no record.")
    readable(desk, raw, len(page.ids), name)
    desk.receive([paper])
    return meta, page.newest.isoformat(timespec="milliseconds") if page.newest else ""


def _is_told(raw: bytes, meta: Meta) -> bool:
    return len(raw) == meta.size and hashlib.sha256(raw).hexdigest() == meta.sha256


def _file(desk: Desk, address: str) -> bytes:
    """Fetch and unpack; NVD packs as gzip and as zip."""
    try:
        response = desk.get(f"{address}.gz")
    except NotServedError:
        response = desk.get(f"{address}.zip")
    with response.stream as stream:
        for member in archives.members(
            stream, address.rpartition("/")[2], archives.Limits(member=MOST_BYTES)
        ):
            if isinstance(member, Remark):
                raise RefusedError(f"{member.why} What was there stays. Sync again later.")
            return member.stream.read()
    raise desk.refuse(f"{address.rpartition('/')[2]} is an archive without content.")


def readable(desk: Desk, raw: bytes, listed: int, name: str) -> None:
    """Refuse a document of which more than a few records cannot be read; tell of the few."""
    unread = listed - sum(batch.records for batch in nvd.batches(raw))
    if unread > listed * float(desk.policy["unread"]):
        raise desk.refuse(f"{name}: {unread:,} of {listed:,} records cannot be read.")
    if unread:
        desk.remark(f"{name}: {unread:,} of {listed:,} records could not be read. See: leadglass remarks")
