# SPDX-License-Identifier: Apache-2.0
"""Elements of HTML and SVG as text that parsers of HTML 5 and XML 1.0 both read; all text is escaped."""

import re
from datetime import date, datetime
from functools import lru_cache

from leadglass.render.dates import day, exact
from leadglass.render.text import clean

_VOID = frozenset({"meta", "br", "hr", "rect", "line", "path", "circle"})
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_-]+")


class Markup(str):
    """Text that is markup already. Any other text is escaped when it enters an element."""

    __slots__ = ()

    def __html__(self) -> str:
        """Say to templates that it is markup, so that they take it as it is."""
        return self


Child = str | int | None
Attribute = str | int | float | bool | None


def escape(text: str) -> Markup:
    """Escape text for content and for quoted attributes.

    >>> escape('<script>"x"')
    '&lt;script&gt;&quot;x&quot;'
    """
    text = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(text.replace('"', "&quot;").replace("'", "&#39;"))


def join(*children: Child, between: str = "") -> Markup:
    """Put children after each other; None is left out."""
    parts = (c if isinstance(c, Markup) else escape(str(c)) for c in children if c is not None)
    return Markup(between.join(parts))


@lru_cache(maxsize=8192, typed=True)  # charts say the same of thousands of shapes; typed: 1 is not True
def _attribute(name: str, value: Attribute) -> str:
    """Write one attribute: `class_` is class, `stroke_width` is stroke-width."""
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if isinstance(value, float):
        value = f"{value:.1f}".removesuffix(".0")
    return f' {name}="{escape(name if value is True else str(value))}"'


def element(tag: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """Make an element.

    >>> element("td", "<3", class_="number")
    '<td class="number">&lt;3</td>'
    """
    head = tag + "".join(_attribute(name, value) for name, value in attributes.items())
    return Markup(f"<{head}/>" if tag in _VOID else f"<{head}>{join(*children)}</{tag}>")


def anchor(text: str) -> str:
    """Make an id that may stand behind '#': ids of the house pass unchanged."""
    return _NOT_IN_ID.sub("-", text)


def link(target: str, *children: Child) -> Markup:
    """Link to a part of the same page; there are no other links."""
    return element("a", *children, href="#" + anchor(target))


def when(value: date, as_of: date) -> Markup:
    """Show a day, its exact time on hover."""
    written = value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    return element("time", day(value, as_of), datetime=written, title=exact(value))
