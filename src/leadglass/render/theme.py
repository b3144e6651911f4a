# SPDX-License-Identifier: Apache-2.0
"""Colours and shapes: states in the palette of Okabe and Ito (2008), each with a shape (WCAG 2.2, 1.4.1).

`ink`, `dim` and `accent` are text on `ground` and `shade`; `on-state` is text on the colour of a state,
`ink` on its tint.
"""

from leadglass.values.overview import FeedState, State

_STATES = {
    "act-now": "#d55e00",
    "contain": "#e69f00",
    "plan": "#f0e442",
    "watch": "#56b4e9",
    "unknown": "#cc79a7",
    "settled": "#009e73",
    "on-state": "#000000",
}
_TINTS = {"plan": 0.42, "watch": 0.3, "unknown": 0.3, "settled": 0.26}  # the calm states, as grounds of cells


def _mixed(colour: str, ground: str, part: float) -> str:
    """Mix a colour into a ground."""
    pairs = ((int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * part + b * (1 - part)):02x}" for a, b in pairs)


def _tinted(theme: dict[str, str], strength: float = 1) -> dict[str, str]:
    """Complete a theme with the states and their tints."""
    tints = {f"{k}-tint": _mixed(_STATES[k], theme["ground"], part * strength) for k, part in _TINTS.items()}
    return theme | _STATES | tints


LIGHT = _tinted(
    {
        "ground": "#fcfcfa",
        "shade": "#f1f2f0",
        "ink": "#15181b",
        "dim": "#54606a",
        "rule": "#d5d9dc",
        "edge": "#3d464d",
        "accent": "#00609b",
    }
)
DARK = _tinted(
    {
        "ground": "#101214",
        "shade": "#1a1d20",
        "ink": "#e9ebec",
        "dim": "#a3adb5",
        "rule": "#343a3f",
        "edge": "#c3c9ce",
        "accent": "#7cc4f5",
    },
    strength=0.7,
)

# Outlines within a box of 12 x 12: triangle, diamond, square, disc, hexagon, tick.
SHAPES = {
    State.ACT_NOW: "M6 .8 11.6 11.2H.4z",
    State.CONTAIN: "M6 .4 11.6 6 6 11.6.4 6z",
    State.PLAN: "M1.4 1.4h9.2v9.2H1.4z",
    State.WATCH: "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 1 1 6 .8z",
    State.UNKNOWN: "M3 .8h6L11.8 6 9 11.2H3L.2 6z",
    State.SETTLED: "M.6 6.3 2.5 4.4l2.3 2.3 4.7-4.7 1.9 1.9-6.6 6.6z",
}
QUESTION_MARK = "M4.4 4.7a1.7 1.6 0 1 1 2.5 1.4c-.6.3-.9.6-.9 1.2M6 8.7v.9"
SYMBOLS = {
    State.ACT_NOW: "▲",
    State.CONTAIN: "◆",
    State.PLAN: "■",
    State.WATCH: "●",
    State.UNKNOWN: "?",
    State.SETTLED: "✓",
}
FEED_STATES = {
    FeedState.FRESH: State.SETTLED,
    FeedState.STALE: State.CONTAIN,
    FeedState.MISSING: State.UNKNOWN,
}


def name(state: State) -> str:
    """Name the colour of a state: a CSS variable and a class."""
    return state.value.replace(" ", "-")


def variables() -> str:
    """Write the colours as CSS: light by default and on paper, dark on screens that ask for it."""
    light, dark = (";".join(f"--{k}:{v}" for k, v in theme.items()) for theme in (LIGHT, DARK))
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        + "".join(f".{name(s)}>svg>path:first-child{{fill:var(--{name(s)})}}\n" for s in State)
        + "".join(f".{by}-{k}{{{by}:var(--{k})}}" for k in LIGHT for by in ("fill", "stroke"))
        + "\n"
    )
