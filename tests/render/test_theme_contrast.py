# SPDX-License-Identifier: Apache-2.0
"""Contrast as WCAG 2.2 computes it (1.4.3, 1.4.11), from the variables that stand in the page."""

import re

import pytest

from leadglass.render import theme
from leadglass.render.report import report
from leadglass.values.overview import State
from tests.render import sample

CALM = ("plan", "watch", "unknown", "settled")


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes() -> dict[str, dict[str, str]]:
    """The variables as the page declares them: the first block is light, the one in the dark query dark."""
    blocks = re.findall(r":root\{([^}]*)\}", report(sample.overview()))
    light, dark = (dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", block)) for block in blocks)
    return {"light": light, "dark": dark}


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> dict[str, str]:
    found = themes()[request.param]
    assert found == {"light": theme.LIGHT, "dark": theme.DARK}[request.param]
    return found


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_text_can_be_read_on_its_grounds(colours: dict[str, str]) -> None:
    for ground in ("ground", "shade"):
        for text in ("ink", "dim", "accent"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def test_text_can_be_read_on_states_and_their_tints(colours: dict[str, str]) -> None:
    for state in State:
        assert contrast(colours["on-state"], colours[theme.name(state)]) >= 4.5, state
    for name in CALM:
        assert contrast(colours["ink"], colours[f"{name}-tint"]) >= 4.5, name


def test_the_edges_of_shapes_can_be_seen(colours: dict[str, str]) -> None:
    for ground in ("ground", "shade", *(f"{name}-tint" for name in CALM)):
        assert contrast(colours["edge"], colours[ground]) >= 3, ground


def test_states_take_colours_of_okabe_and_ito_and_no_two_the_same() -> None:
    palette = {"#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}
    taken = [theme.LIGHT[theme.name(state)] for state in State]
    assert set(taken) <= palette
    assert len(set(taken)) == len(State)
    assert {theme.DARK[theme.name(state)] for state in State} == set(taken)


def test_every_colour_of_the_style_is_a_variable_of_the_theme() -> None:
    style = report(sample.overview()).partition("</style>")[0]
    assert set(re.findall(r"var\(--([a-z-]+)\)", style)) <= set(theme.LIGHT)
    rules = re.sub(r":root\{[^}]*\}", "", style)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s}])", rules) == []
