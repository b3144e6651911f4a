# SPDX-License-Identifier: Apache-2.0
"""A small builder of SVG 1.1: shapes, words, and a picture with title and description for screen readers.

Colours are names of `theme`: the rules of a page's style sheet decide, the light colours stand where there is none.
No picture carries a style of its own: a page whose policy refuses inline styles shows it as it is.
"""

from leadglass.render import theme
from leadglass.render.markup import Attribute, Child, Markup, element
from leadglass.render.text import display_width, fit, wrap
from leadglass.render.wording import spoken
from leadglass.values.overview import State

_CELL = 0.58  # of the font size: what a character takes in the widest of the usual system fonts
_FONT = "system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"


def _paint(colour: str, by: str = "fill") -> dict[str, Attribute]:
    """Give a colour as attribute, and the class by which a style sheet outweighs it."""
    return {by: theme.LIGHT[colour], "class_": f"{by}-{colour}"}


def rect(x: float, y: float, width: float, height: float, *, fill: str, about: str = "") -> Markup:
    """Draw a filled rectangle; `about` is said on hover and by screen readers."""
    box = element("rect", x=x, y=y, width=max(width, 0.0), height=height, **_paint(fill))
    return element("g", element("title", about), box) if about else box


def line(
    x1: float, y1: float, x2: float, y2: float, *, colour: str, width: float = 1, dash: str = ""
) -> Markup:
    """Draw a line."""
    stroke = _paint(colour, "stroke")
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=width, stroke_dasharray=dash or None, **stroke
    )


def words_width(text: str, size: float = 13) -> float:
    """Estimate the width of words from above: fonts differ, and nothing may overlap."""
    return display_width(spoken(text)) * size * _CELL


def wrapped(text: str, room: float, size: float = 13) -> list[str]:
    """Break words into lines that fit a room."""
    return wrap(spoken(text), max(int(room / (size * _CELL)), 2))


def words(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 13,
    colour: str = "ink",
    align: str = "start",
    weight: str | None = None,
    room: float | None = None,
) -> Markup:
    """Set words on a base line; what exceeds `room` is cut and told in full on hover."""
    text = spoken(text)
    shown = text if room is None else fit(text, max(int(room / (size * _CELL)), 2))
    full: Child = None if shown == text else element("title", text)
    anchor = None if align == "start" else align
    paint = _paint(colour)
    return element(
        "text", full, shown, x=x, y=y, font_size=size, text_anchor=anchor, font_weight=weight, **paint
    )


def outline(state: State) -> Markup:
    """Draw the shape of a state in a box of 12 x 12, without its colour."""
    edge = {"stroke": "currentColor", "stroke_width": "1", "stroke_linejoin": "round"}
    body = element("path", d=theme.SHAPES[state], **edge)
    if state is not State.UNKNOWN:
        return body
    mark = element("path", d=theme.QUESTION_MARK, fill="none", stroke="#000", stroke_width="1.3")
    return Markup(body + mark)


def shape(state: State, x: float, y: float, *, size: float = 12, fill: str = "") -> Markup:
    """Draw the shape of a state in its colour, the upper left corner at x, y."""
    paint = _paint(fill or theme.name(state))
    body = element(
        "path",
        d=theme.SHAPES[state],
        stroke=theme.LIGHT["edge"],
        stroke_linejoin="round",
        fill=paint["fill"],
        class_=f"{paint['class_']} stroke-{'on-state' if fill else 'edge'}",
    )
    mark = element(
        "path",
        d=theme.QUESTION_MARK,
        fill="none",
        stroke_width="1.3",
        **_paint("unknown" if fill else "on-state", "stroke"),
    )
    group = f"translate({x:.1f} {y:.1f}) scale({size / 12:.3f})"
    return element("g", body, mark if state is State.UNKNOWN else None, transform=group, aria_hidden="true")


def hatch(ident: str) -> Markup:
    """Define the hatching of the unknown."""
    stripe = line(0, 0, 0, 7, colour="edge", width=2.2)
    base = rect(0, 0, 7, 7, fill="unknown")
    pattern = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    return element("defs", element("pattern", base, stripe, id=ident, width=7, height=7, **pattern))


def hatched(ident: str, x: float, y: float, width: float, height: float, about: str) -> Markup:
    """Draw a rectangle in the hatching that `hatch` defined."""
    box = element("rect", x=x, y=y, width=max(width, 0.0), height=height, fill=f"url(#{ident})")
    return element("g", element("title", about), box)


def picture(ident: str, width: float, height: float, title: str, desc: str, *children: Child) -> Markup:
    """Put a picture together; it shrinks with the page and never grows beyond its own size."""
    return element(
        "svg",
        element("title", title, id=f"{ident}-title"),
        element("desc", desc, id=f"{ident}-desc"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{ident}-title",
        aria_describedby=f"{ident}-desc",
        font_family=_FONT,
    )
