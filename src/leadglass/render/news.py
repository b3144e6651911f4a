# SPDX-License-Identifier: Apache-2.0
"""News in sentences: per turn, each matter once with its devices, its reason and who is to be told."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from leadglass.render.phrases import count, listed
from leadglass.render.terminal import Line
from leadglass.render.text import one_line, wrap
from leadglass.values.news import News, NewsItem, Turn

_HEADINGS = {
    Turn.AFFECTED: ("Newly affected", "state.act-now"),
    Turn.UNKNOWN: ("Newly unknown", "state.unknown"),
    Turn.UPDATE: ("Updates that can be had now", "state.plan"),
    Turn.CHANGED: ("Changed", "state.contain"),
    Turn.REPAIRED: ("Repaired or settled", "state.settled"),
    Turn.GONE: ("Gone, and nothing shows a repair", "state.watch"),
}
_DEVICES = 8


def summary(news: News) -> str:
    """Say in one sentence how much moved since when."""
    since = f"Since snapshot {news.before} of {_moment(news.before_at)}"
    counts = news.counts
    told = [
        f"{count(counts[turn], 'finding')} {words}"
        for turn, words in (
            (Turn.AFFECTED, "newly affected"),
            (Turn.UNKNOWN, "newly unknown"),
            (Turn.UPDATE, "about an update that can be had now"),
            (Turn.CHANGED, "changed"),
            (Turn.REPAIRED, "repaired or settled"),
            (Turn.GONE, "gone without a repair shown"),
        )
        if counts[turn]
    ]
    return f"{since}: {', '.join(told)}." if told else f"{since} nothing moved for these devices."


def lines(news: News, *, width: int, shown: int) -> Iterator[Line]:
    """Lay out what moved, at most `shown` matters of each turn."""
    for turn in Turn:
        matters = _matters(item for item in news.items if item.turn is turn)
        if not matters:
            continue
        heading, style = _HEADINGS[turn]
        yield Line(text=f"{heading} ({news.counts[turn]:,})", style=style)
        for matter in matters[:shown]:
            yield from _matter(matter, width)
        if len(matters) > shown:
            yield Line(text=f"  and {len(matters) - shown:,} more: leadglass news --json", style="dim")
        yield Line(text="")


def _matters(items: Iterable[NewsItem]) -> list[list[NewsItem]]:
    """Bring together what is the same but for the device, in the order in which it came."""
    found: dict[tuple[str, ...], list[NewsItem]] = {}
    for item in items:
        key = (
            item.vulnerability, item.product, item.site, item.component, item.version, item.before, item.outcome_before,
            item.outcome, item.why, item.decision,
        )  # fmt: skip
        found.setdefault(key, []).append(item)
    return [sorted(items, key=lambda item: item.device) for items in found.values()]


def _matter(items: Sequence[NewsItem], width: int) -> Iterator[Line]:
    first = items[0]
    about = first.vulnerability or first.component or "the device as a whole"
    outcome = f", {first.outcome}" if first.turn is Turn.AFFECTED or first.turn is Turn.CHANGED else ""
    yield from _hanging(f"{_devices(items)}, {first.product}: {about}{outcome}", 2, width)
    yield from _hanging(first.why, 4, width)
    source = f"{first.document}, {first.sha256[:12]} {first.place}".strip() if first.sha256 else ""
    if source:
        yield from _hanging(f"[{source}]", 4, width, style="dim")
    if first.decision:
        yield from _hanging(f"Decided about before: {first.decision}.", 4, width)
    if first.accountable:
        yield from _hanging(f"Tell: {first.accountable} ({first.action})", 4, width)


def _devices(items: Sequence[NewsItem]) -> str:
    names = [f"{item.device} (room {item.room})" if item.room else item.device for item in items[:_DEVICES]]
    more = f" and {len(items) - _DEVICES:,} more" if len(items) > _DEVICES else ""
    return f"{', '.join(names) if more else listed(names)}{more} at {items[0].site}"


def _hanging(text: str, margin: int, width: int, *, style: str = "") -> Iterator[Line]:
    for number, line in enumerate(wrap(one_line(text), max(width - margin - 2, 20))):
        yield Line(text=" " * (margin + (2 if number else 0)) + line, style=style)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
