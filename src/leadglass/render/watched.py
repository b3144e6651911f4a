# SPDX-License-Identifier: Apache-2.0
"""Documents that name what is watched, in sentences: by model, each with what it says, by what it matched, and its place."""

from collections.abc import Iterator, Sequence

from leadglass.render.phrases import count, listed
from leadglass.render.terminal import Line
from leadglass.render.text import one_line, wrap
from leadglass.values.people import Notice

_NAMED = 2


def subject(named: Sequence[Notice]) -> str:
    """Say in a few words how many documents name which models; nothing where none does."""
    if not named:
        return ""
    models = sorted({one.model for one in named})
    about = listed(models) if len(models) <= _NAMED else f"{len(models)} models"
    documents = len({one.id for one in named})
    return f"{count(documents, 'new document')} about {about}, which {'is' if len(models) == 1 else 'are'} watched"


def lines(named: Sequence[Notice], *, width: int, shown: int) -> Iterator[Line]:
    """Lay out the documents of each watch, the newest first, at most `shown` of each."""
    for name, model in dict.fromkeys((one.watch_id, one.model) for one in named):
        own = [one for one in named if one.watch_id == name]
        yield Line(text=f"New about {one_line(model)}, which is watched ({len(own):,})", style="title")
        for one in own[:shown]:
            yield from _hanging(f"{one.subject}: {one.title}", 2, width)
            yield from _hanging(f"It matches {one.matched}.", 4, width)
            yield from _hanging(f"[{one.document}, {one.sha256[:12]} {one.place}]", 4, width)
        if len(own) > shown:
            yield Line(text=f"  and {len(own) - shown:,} more: leadglass watch --list --json", style="dim")
        yield Line(text=f"    Seen? leadglass watch --seen {name}", style="dim")
        yield Line(text="")


def _hanging(text: str, margin: int, width: int) -> Iterator[Line]:
    for number, line in enumerate(wrap(one_line(text), max(width - margin - 2, 20))):
        yield Line(text=" " * (margin + (2 if number else 0)) + line)
