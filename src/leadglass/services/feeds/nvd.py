# SPDX-License-Identifier: Apache-2.0
"""Keep NVD current by its CVE API 2.0: all records once page by page, then what was modified since, in windows.

The server's own timestamp is the clock; ours is never asked with. Records move while one pages: new ones come,
modified ones leave a window. So each page begins a little before the place that is reached, and one of the records
seen last must stand there; else it is stepped back until one does. Nothing is passed over, some come twice.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from leadglass.errors import FetchError
from leadglass.formats import nvd_answers
from leadglass.formats.nvd_answers import Page
from leadglass.services.feeds import nvd_years
from leadglass.services.feeds.desk import Desk, Step

KEY = "LEADGLASS_NVD_API_KEY"
_SLACK = 100  # records that may leave a window while it is paged
_MOST_BACK = 200
_KEY_FORM = frozenset("0123456789abcdefABCDEF-")


def sync(desk: Desk) -> Iterator[Step]:
    """Bring all records, or those modified since; go on where a sync before ended or was killed."""
    now = _now(desk)
    done = desk.position.get("done")
    if desk.full or desk.position.get("loading") == "years" or (not done and desk.policy["first"] == "years"):
        yield from nvd_years.load(desk, now)
    elif not done:
        yield from _all(desk)
    if desk.position["done"] != done:  # the load began a little after it was asked what time it is
        now = max(now, datetime.fromisoformat(desk.position["done"]))
    yield from _windows(desk, now)
    desk.newest = str(desk.position.get("newest") or desk.position["done"])


def _all(desk: Desk) -> Iterator[Step]:
    """Bring all records page by page; what was modified since the first page is asked for afterwards."""
    begin = {**_begin("", ""), "total": desk.position["total"]}
    yield from _pages(desk, desk.position.get("paging") or begin, "records")
    desk.save({**desk.position, "done": desk.position["paging"]["began"], "paging": None})


def _now(desk: Desk) -> datetime:
    """Ask what time it is there, and whether all records are still there."""
    _, page = _page(desk, {"startIndex": 0, "resultsPerPage": 1})
    desk.enough(page.total, int(desk.position.get("total", 0)), "records")
    desk.save({**desk.position, "total": page.total})
    return page.timestamp


# Windows of lastModified.


def _windows(desk: Desk, now: datetime) -> Iterator[Step]:
    """Bring what was modified up to now, in windows that overlap: NVD's parts are not all of one moment.

    A window in which nothing changed moves nothing: the next one begins where it began, until that is too long to
    be believed.
    """
    overlap = timedelta(hours=float(desk.policy["overlap_hours"]))
    longest = timedelta(days=float(desk.policy["window_days"]))
    done = _reached(desk, now, longest)
    while done < now or desk.position.get("paging"):
        start = done - overlap
        paging = desk.position.get("paging") or _begin(_text(start), _text(min(start + longest, now)))
        yield from _pages(desk, paging, "modified records")
        if not desk.position["paging"]["total"]:
            desk.save({**desk.position, "paging": None})
            return
        done = datetime.fromisoformat(paging["end"])
        desk.save({**desk.position, "done": _text(done), "paging": None})


def _reached(desk: Desk, now: datetime, longest: timedelta) -> datetime:
    """Give the moment up to which all is here. If the server's clock ran ahead once, what it gave then is sure."""
    done = datetime.fromisoformat(desk.position["done"])
    if done <= now:
        return done
    newest = desk.position.get("newest")
    return min(now, datetime.fromisoformat(newest)) if newest else now - longest


def _begin(start: str, end: str) -> dict[str, Any]:
    return {"start": start, "end": end, "index": 0, "tail": [], "began": "", "total": 0, "back": 0}


def _text(moment: datetime) -> str:
    """Write a time as NVD does: no zone, milliseconds."""
    return moment.isoformat(timespec="milliseconds")


# Pages.


def _pages(desk: Desk, paging: dict[str, Any], what: str) -> Iterator[Step]:
    """Bring all pages of one question. The cursor moves after each page that was received."""
    while True:
        tail = list(paging["tail"])
        at = max(int(paging["index"]) - len(tail), 0)
        raw, page = _page(desk, _question(desk, paging, at))
        _believe(desk, paging, page, at)
        paging = {**paging, "began": paging["began"] or _text(page.timestamp), "total": page.total}
        if at and tail and not set(tail) & set(page.ids):
            paging |= _back(desk, paging, at, len(page.ids))
            continue
        reached = at + len(page.ids)
        if page.ids and reached <= paging["index"] and reached < page.total:
            paging["tail"] = tail[len(tail) // 2 + 1 :]  # pages became shorter than what they repeat
            continue
        if page.ids:
            _take(desk, raw, page, paging)
        keep = min(int(desk.policy["tail"]), len(page.ids) // 2)
        paging |= {"index": reached, "tail": list(page.ids[-keep:]) if keep else []}
        newest = max(
            filter(None, [desk.position.get("newest"), page.newest and _text(page.newest)]), default=None
        )
        desk.save({**desk.position, "paging": paging, "newest": newest})
        yield desk.step(min(reached, page.total), page.total, what)
        if reached >= page.total:
            return


def _back(desk: Desk, paging: Mapping[str, Any], at: int, length: int) -> dict[str, int]:
    """Step back by a page: records before this place went away, so that others moved up past it."""
    if paging["back"] >= _MOST_BACK:
        raise desk.refuse(
            f"{desk.label} gives its records in another order each time; they cannot be paged through."
        )
    return {
        "index": max(at - (length or int(desk.policy["page"])), 0) + len(paging["tail"]),
        "back": paging["back"] + 1,
    }


def _question(desk: Desk, paging: Mapping[str, Any], at: int) -> dict[str, Any]:
    asked: dict[str, Any] = {"startIndex": at, "resultsPerPage": int(desk.policy["page"])}
    if paging["end"]:
        asked |= {"lastModStartDate": paging["start"], "lastModEndDate": paging["end"]}
    return asked


def _page(desk: Desk, asked: Mapping[str, Any]) -> tuple[bytes, Page]:
    """Ask for a page. The key goes in a header, so that no address shows it."""
    key = desk.house.settings.get(KEY, "").strip()
    if not set(key) <= _KEY_FORM:
        raise FetchError(
            f"{KEY} is no key of NVD: it has other characters than digits, a to f and '-'. Correct it."
        )
    response = desk.get(
        f"{desk.address}/rest/json/cves/2.0?{urlencode(asked)}",
        headers={"apiKey": key} if key else {},
        pace=float(desk.policy["pace_with_key" if key else "pace"]),
    )
    raw = response.body()
    desk.paper("the CVE API", raw)
    return raw, nvd_answers.page(raw)


def _believe(desk: Desk, paging: Mapping[str, Any], page: Page, at: int) -> None:
    """Hold a page against what was asked and what came before."""
    if page.start != at:
        raise desk.refuse(
            f"{desk.label} was asked for records from {at:,} and sent those from {page.start:,}."
        )
    if not page.ids and at < page.total:
        raise desk.refuse(
            f"{desk.label} says that it has {page.total:,} records, and sent none from {at:,} on."
        )
    slack = max(_SLACK, int(paging["total"] * float(desk.policy["shrink"])))
    if page.total < paging["total"] - slack:
        raise desk.refuse(
            f"{desk.label} had {paging['total']:,} records, and on the next page {page.total:,}."
        )
    if page.total or not paging["end"]:
        return
    length = datetime.fromisoformat(paging["end"]) - datetime.fromisoformat(paging["start"])
    if length > timedelta(days=float(desk.policy["quiet_days"])):
        raise desk.refuse(f"{desk.label} says that nothing was modified in {length.days} days.")


def _take(desk: Desk, raw: bytes, page: Page, paging: Mapping[str, Any]) -> None:
    """Receive a page, if all but a few of its records can be read."""
    span = f" of {paging['start']} to {paging['end']}" if paging["end"] else ""
    name = f"NVD CVE API, records {page.start:,} to {page.start + len(page.ids):,}{span}"
    nvd_years.readable(desk, raw, len(page.ids), name)
    desk.receive([desk.paper(name, raw)])
