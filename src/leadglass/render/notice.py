# SPDX-License-Identifier: Apache-2.0
"""A notice as a mail: the same sentences as news, in plain text and in HTML that loads nothing."""

from collections.abc import Iterable, Iterator, Sequence

from leadglass.render import news as sentences
from leadglass.render import watched
from leadglass.render.markup import Markup, element, join
from leadglass.render.phrases import count
from leadglass.render.terminal import Line
from leadglass.render.text import one_line, wrap
from leadglass.values.news import News, Turn
from leadglass.values.people import Notice

_WIDTH = 76
_SHOWN = 20
_UNWRAPPED = 1 << 20
_BODY = (
    "font: 16px/1.5 system-ui, sans-serif; color: #15181b; background: #fcfcfa; max-width: 42em; margin: 1em"
)
_DETAIL = "margin: 0 0 0 1.5em; color: #54606a"


def subject(news: News, named: Sequence[Notice], organisation: str) -> str:
    """Say in a line what moved, the gravest first, and how many documents name what is watched."""
    words = {
        Turn.AFFECTED: "newly affected",
        Turn.UNKNOWN: "newly unknown",
        Turn.UPDATE: "with an update to be had",
        Turn.CHANGED: "changed",
        Turn.REPAIRED: "repaired or settled",
        Turn.GONE: "gone without a repair shown",
    }
    devices = {turn: len({item.device_id for item in news.items if item.turn is turn}) for turn in Turn}
    told = [f"{count(number, 'device')} {words[turn]}" for turn, number in devices.items() if number]
    sites = sorted({item.site for item in news.items})
    where = f" at {sites[0]}" if len(sites) == 1 else f" at {len(sites)} sites" if sites else ""
    moved = f"{', '.join(told[:2])}{where}"
    return one_line(
        f"{organisation or 'Leadglass'}: {'; '.join(filter(None, (moved, watched.subject(named))))}"
    )


def text(news: News, named: Sequence[Notice], address: str, because: str) -> str:
    """Write the notice in plain text."""
    body = "\n".join(line.text for line in _lines(news, named, _WIDTH))
    parts = [
        "\n".join(wrap(sentences.summary(news), _WIDTH)),
        body.rstrip(),
        "\n".join(wrap(foot(address, because), _WIDTH)),
    ]
    return "\n\n".join(parts) + "\n"


def html(news: News, named: Sequence[Notice], address: str, because: str) -> str:
    """Write the notice in HTML."""
    body = element("p", sentences.summary(news))
    return page(join(body, *_blocks(_lines(news, named, _UNWRAPPED))), foot(address, because))


def _lines(news: News, named: Sequence[Notice], width: int) -> Iterator[Line]:
    yield from sentences.lines(news, width=width, shown=_SHOWN)
    yield from watched.lines(named, width=width, shown=_SHOWN)


def page(body: Markup, end: str) -> str:
    """Lay out a mail: what it tells, and below why it came."""
    head = element("head", element("meta", charset="utf-8"), element("title", "Leadglass"))
    told = element("body", body, element("hr"), element("p", end, style="color: #54606a"), style=_BODY)
    return "<!DOCTYPE html>" + element("html", head, told, lang="en")


def _blocks(lines: Iterable[Line]) -> Iterator[Markup]:
    """Turn the lines of news into headings, matters and what stands below these, by how far they are set in."""
    for line in lines:
        words = line.text.strip()
        margin = len(line.text) - len(line.text.lstrip(" "))
        if not words:
            continue
        if not margin:
            yield element("h2", words, style="font-size: 1.1em")
        elif margin == 2:
            yield element("p", element("strong", words), style="margin: 0.8em 0 0")
        else:
            yield element("p", words, style=_DETAIL)


def foot(address: str, because: str) -> str:
    """Say where more is, and why this came."""
    return f"More, with the source of each fact: {address} This came for: {because}. Who is told what: policies/notices.toml."


def failed(name: str, error: str, attempts: int) -> str:
    """Say that a job fails."""
    return (
        f"{name} failed {count(attempts, 'time')} in a row: {error} What was there before stays and shows its age. It is"
        " tried again; see leadglass work --list."
    )
