# SPDX-License-Identifier: Apache-2.0
"""Parts of the page: tables that stack on a phone, marks of states, details that open in place, figures."""

import re
from collections.abc import Iterable, Sequence

from leadglass.render import svg, theme
from leadglass.render.charts import Chart
from leadglass.render.markup import Child, Markup, element, join
from leadglass.render.phrases import NOT_STATED
from leadglass.values.overview import State

_TAG = re.compile("<[^>]*>")
_WORD = 18  # a longer word may be broken, so that no table grows beyond its page
_ON_PAPER = 10


def mark(state: State, *, word: bool = True) -> Markup:
    """Show a state: its shape in its colour, and its word."""
    box = element("svg", svg.outline(state), viewBox="-1 -1 14 14", class_="mark", aria_hidden="true")
    return element("span", box, f" {state.value}" if word else None, class_=f"state {theme.name(state)}")


def cell(head: str, told: Child, *, given: bool = False) -> Markup:
    """Show a cell; the head stands in `data-is` for narrow screens, where each row becomes a block.

    What is `given` is a name or a text of others, which nobody translates.
    """
    if isinstance(told, int):
        return element("td", f"{told:,}", class_="number", data_is=head)
    if not told:
        return element("td", element("span", NOT_STATED, class_="dim"), data_is=head)
    text = _TAG.sub("", told) if isinstance(told, Markup) else told
    words = text.split()
    breaks = "long" if max(map(len, words), default=0) > _WORD else "id" if len(words) == 1 else None
    return element("td", told, class_=breaks, data_is=head, translate="no" if given else None)


def table(head: Sequence[str], rows: Iterable[Sequence[Child]], *, about: str, kind: str = "") -> Markup:
    """Make a table; `about` is its caption, columns of numbers are aligned to the right."""
    listed = [tuple(row) for row in rows]
    numeric = [bool(listed) and all(isinstance(row[i], int) for row in listed) for i in range(len(head))]
    titles = (
        element("th", name, scope="col", class_="number" if number else None)
        for name, number in zip(head, numeric, strict=True)
    )
    body = (element("tr", *map(cell, head, row)) for row in listed)
    return element(
        "table",
        element("caption", about, class_="unseen"),
        element("thead", element("tr", *titles)),
        element("tbody", *body),
        class_=kind or None,
    )


def capped(rows: int) -> Markup | None:
    """Say on paper that a table of the kind "capped" shows its first rows only."""
    if rows <= _ON_PAPER:
        return None
    return element(
        "p", f"On paper: the first {_ON_PAPER} of the {rows} rows on the page.", class_="paper dim"
    )


def section(ident: str, heading: str, sentence: Child, *children: Child) -> Markup:
    """Make a section: a heading, the sentence that answers its question, then the evidence."""
    said = element("p", sentence, class_="lead") if sentence else None
    return element("section", element("h2", heading), said, *children, id=ident)


def details(summary: Child, *children: Child, class_: str = "") -> Markup:
    """Make details that open in place, and are open on paper."""
    return element("details", element("summary", summary), *children, class_=class_ or None)


def sentences(texts: Iterable[str]) -> Markup:
    """Set sentences as a list."""
    return element("ul", *(element("li", text) for text in texts))


def command(text: str) -> Markup:
    """Show a command."""
    return element("code", text)


def more(text: str) -> Markup | None:
    """Say what is not on the page; the command stands behind the last colon."""
    if not text:
        return None
    said, _, run = text.rpartition(": ")
    return element("p", f"{said}: ", command(run), class_="dim")


def figure(wide: Chart, narrow: Chart, *notes: Child, ident: str = "") -> Markup:
    """Show a picture in two widths, of which the screen chooses one, over its notes and its table."""
    return element(
        "figure",
        element("figcaption", element("h3", wide.title)),
        element("div", Markup(wide.svg), class_="wide"),
        element("div", Markup(narrow.svg), class_="narrow"),
        *notes,
        details("The same numbers", table(wide.head, wide.rows, about=wide.title)) if wide.rows else None,
        id=ident or None,
    )


def pairs(items: Iterable[tuple[str, Child]]) -> Markup:
    """Set names and values as a description list."""
    return element("dl", *(join(element("dt", name), element("dd", value)) for name, value in items))
