# SPDX-License-Identifier: Apache-2.0
"""Pictures: well-formed, told to screen readers, and every number in them stands in the table beside."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from leadglass.render import charts, theme
from leadglass.render.charts import Chart
from leadglass.values.overview import HeatCell, SiteTally, State
from tests.render import sample

SVG = "{http://www.w3.org/2000/svg}"
DRAWN: dict[str, Callable[[int], Chart]] = {
    "heat": lambda width: charts.heat_map(sample.CELLS, width=width),
    "feeds": lambda width: charts.feed_ages(sample.FEEDS, width=width),
    "unknowns": lambda width: charts.unknowns(sample.QUESTIONS[:9], width=width),
    "open": lambda width: charts.open_by_state(sample.TALLIES, width=width),
}
EMPTY = (charts.heat_map(()), charts.feed_ages(()), charts.unknowns(()), charts.open_by_state(()))


@pytest.fixture(params=[(name, width) for name in DRAWN for width in (charts.WIDE, charts.NARROW)], ids=str)
def chart(request: pytest.FixtureRequest) -> Chart:
    name, width = request.param
    return DRAWN[name](width)


def bars(chart: Chart) -> list[tuple[float, float]]:
    """Where the bars begin and how wide they are."""
    boxes = ET.fromstring(chart.svg).iter(f"{SVG}rect")
    return [(float(b.get("x", "-1")), float(b.get("width", "0"))) for b in boxes if b.get("x") != "0"]


def test_every_number_of_the_picture_stands_in_its_table(chart: Chart) -> None:
    cells = {word for row in chart.rows for cell in row for word in re.findall(r"\d+", str(cell))}
    for text in ET.fromstring(chart.svg).iter(f"{SVG}text"):
        shown = "".join(text.itertext()).replace(",", "")
        assert set(re.findall(r"\d+", shown)) <= cells, shown


def test_a_screen_reader_hears_the_answer(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == chart.title
    assert desc is not None
    assert desc.text
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")


def test_colours_are_classes_of_the_style_sheet_with_a_plain_colour_beside(chart: Chart) -> None:
    for shape in ET.fromstring(chart.svg).iter():
        if shape.tag in (f"{SVG}rect", f"{SVG}text") and not shape.get("fill", "").startswith("url(#"):
            assert re.fullmatch(r"#[0-9a-f]{6}", shape.get("fill", ""))
            assert re.fullmatch(r"fill-[a-z-]+", shape.get("class", ""))
            assert f".{shape.get('class')}{{fill:" in theme.variables()


def test_nothing_is_drawn_beyond_the_edge(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    for x, width in bars(chart):
        assert x >= 0
        assert x + width <= float(root.get("width", "0")) + 0.1


def test_each_table_has_a_head_for_each_column(chart: Chart) -> None:
    assert chart.rows
    assert all(len(row) == len(chart.head) for row in chart.rows)


def test_the_titles_answer() -> None:
    assert charts.heat_map(sample.CELLS).title.startswith("Act now: ")
    assert charts.feed_ages(sample.FEEDS).title == "CISA KEV is stale; EPSS is missing"
    assert charts.feed_ages(sample.FEEDS[:1]).title == "Every feed is fresh"
    assert "St. Mary's, Harbor" in charts.open_by_state(sample.TALLIES).title
    assert "settles 1,907 findings" in charts.unknowns(sample.QUESTIONS).title


def test_bars_begin_at_zero_and_grow_with_their_number() -> None:
    drawn = [(x, w) for x, w in bars(charts.unknowns(sample.QUESTIONS))]
    numbers = [row[3] for row in charts.unknowns(sample.QUESTIONS).rows]
    assert {x for x, _ in drawn} == {1.0}
    assert all(
        abs(width / drawn[0][1] - int(number) / int(numbers[0])) < 0.001
        for (_, width), number in zip(drawn, numbers, strict=True)
    )


def test_a_settled_fleet_is_not_called_safe() -> None:
    cell = HeatCell(
        site="A", modality="CT", devices=2, worst=State.SETTLED, counts={State.SETTLED: 2}, unknown=0
    )
    assert "as far as it could be judged" in charts.heat_map([cell]).title


def test_unknown_is_drawn_apart_from_what_is_known() -> None:
    chart = charts.open_by_state([SiteTally(site="A", counts={State.PLAN: 3, State.UNKNOWN: 9})])
    assert chart.rows == (("A", 0, 0, 3, 0, 3, 9),)
    assert chart.svg.count("url(#open-620-hatch)") == 1


def test_many_sites_go_down_the_side_with_a_key_to_the_shapes() -> None:
    cells = [
        HeatCell(
            site=f"Site {n}", modality=m, devices=1, worst=State.WATCH, counts={State.WATCH: 1}, unknown=0
        )
        for n in range(30)
        for m in ("CT", "MR", "US", "DX", "XA", "MG", "NM")
    ]
    root = ET.fromstring(charts.heat_map(cells).svg)
    texts = ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]
    assert float(root.get("height", "0")) > 20 * 30
    assert {state.value for state in State} <= set(texts)


def test_of_many_sites_those_that_need_most_are_drawn_and_the_table_has_all() -> None:
    def cell(n: int) -> HeatCell:
        worst = State.ACT_NOW if n == 29 else State.WATCH
        return HeatCell(
            site=f"Site {n}", modality="CT", devices=40, worst=worst, counts={worst: n + 1}, unknown=0
        )

    tallies = [SiteTally(site=f"Site {n}", counts={State.WATCH: n}) for n in range(30)]
    for chart in (charts.heat_map([cell(n) for n in range(30)]), charts.open_by_state(tallies)):
        said = ["".join(t.itertext()) for t in ET.fromstring(chart.svg).iter(f"{SVG}text")]
        assert {word for word in said if re.fullmatch(r"Site \d+", word)} == {
            f"Site {n}" for n in range(10, 30)
        }
        assert len(chart.rows) == 30
        assert chart.title.endswith(" (20 of 30 sites are drawn)")


@pytest.mark.parametrize("chart", EMPTY)
def test_an_empty_picture_says_why(chart: Chart) -> None:
    assert len(chart.title) > 10
    assert "Nothing to draw yet." in chart.svg
    assert chart.rows == ()
    ET.fromstring(chart.svg)
