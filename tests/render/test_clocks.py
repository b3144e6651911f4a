"""The clocks of a device: late before next, near days apart from each other beside far ones, nothing beyond the edge."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.render import charts
from leadglass.render.clocks import MOST, Clock, clocks
from leadglass.values.overview import State

TODAY = date(2031, 11, 24)
SVG = "{http://www.w3.org/2000/svg}"


def clock(days: int, what: str = "containment", of: str = "Contain it", *, due: bool = True) -> Clock:
    return Clock(
        on=TODAY + timedelta(days=days), what=what, of=of, by="the clock", running=State.PLAN, late=State.ACT_NOW, due=due
    )  # fmt: skip


SOME = [clock(3), clock(-20, "triage"), clock(900, "support ends", "Windows 10", due=False),
        clock(-700, "warranty ends", "", due=False)]  # fmt: skip


def test_what_is_late_is_said_before_what_is_next() -> None:
    assert (
        clocks("c", SOME, TODAY).title
        == "1 clock ran out, the first 20 days late; next: containment, in 3 days"
    )
    assert clocks("c", SOME[:1], TODAY).title == "Next: containment, in 3 days"
    assert clocks("c", SOME[3:], TODAY).title == "No day is to come"
    assert clocks("c", [], TODAY).svg == ""


def test_the_table_has_every_clock_in_its_order_with_who_set_it() -> None:
    chart = clocks("c", SOME, TODAY)
    assert [row[1] for row in chart.rows] == ["warranty ends", "triage", "containment", "support ends"]
    assert chart.rows[0][3] == "700 days ago"  # a warranty is over, and nobody is late
    assert chart.rows[1] == ("Tue 4 Nov", "triage", "Contain it", "20 days late", "the clock")


def test_of_many_what_is_to_be_done_is_drawn_and_the_table_has_all() -> None:
    many = [clock(400 + n, "support ends", f"part {n}", due=False) for n in range(3 * MOST)] + [clock(9000)]
    chart = clocks("c", many, TODAY)
    assert len(chart.rows) == len(many)
    bars = [str(node.text) for node in ET.fromstring(chart.svg).iter(f"{SVG}title") if ":" in str(node.text)]
    assert sum("part" in text for text in bars) == MOST - 1
    assert any(text.startswith("containment: Contain it") for text in bars)


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
@given(days=st.lists(st.integers(min_value=-9000, max_value=20000), min_size=1, max_size=20))
def test_nothing_is_drawn_beyond_the_edge(width: int, days: list[int]) -> None:
    chart = clocks("c", [clock(n, of="x" * 200) for n in days], TODAY, width=width)
    root = ET.fromstring(chart.svg)
    height = float(root.get("height", "0"))
    assert root.get("aria-labelledby") == "c-title"
    for box in root.iter(f"{SVG}rect"):
        x, wide, y, tall = (float(box.get(name, "0")) for name in ("x", "width", "y", "height"))
        assert -0.1 <= x <= x + wide <= width + 0.1
        assert 0 <= y <= y + tall <= height
    for word in root.iter(f"{SVG}text"):
        assert 0 <= float(word.get("x", "0")) <= width


def test_days_that_are_near_lie_apart_beside_one_that_is_far() -> None:
    root = ET.fromstring(clocks("c", [clock(n) for n in (1, 8, 3650)], TODAY).svg)
    drawn = [box for box in root.iter(f"{SVG}rect") if float(box.get("height", "0")) == 10]
    first, second, far = (float(box.get("width", "0")) for box in drawn)
    assert first > 40
    assert second - first > 40
    assert far > second
