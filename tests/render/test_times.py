"""Pictures over time: what comes next, until when something is supported; numbers beside, nothing beyond the edge."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from leadglass.render import charts
from leadglass.render.times import Moment, Support, horizon, timeline
from leadglass.values.overview import State

TODAY = date(2031, 11, 24)
MOMENTS = [
    Moment(on=date(2031, 11, 27), what="contain by", state=State.CONTAIN),
    Moment(on=date(2029, 4, 14), what="published", state=State.WATCH),
    Moment(on=date(2031, 11, 3), what="exploited elsewhere", state=State.ACT_NOW),
]
SUPPORTS = [
    Support(part="Windows 7", until=date(2030, 1, 14), publisher="endoflife.date"),
    Support(part="Tomara 64", until=None, publisher="Quillon"),
    Support(part="OpenSSL 3.0", until=date(2032, 9, 7), publisher="endoflife.date"),
]


def test_a_timeline_says_what_comes_next_and_tells_every_day_in_its_order() -> None:
    chart = timeline("t", MOMENTS, TODAY)
    assert chart.title == "Next: contain by in 3 days"
    assert [row[1] for row in chart.rows] == ["published", "exploited elsewhere", "contain by"]
    assert chart.rows[0] == ("Sat 14 Apr 2029", "published", "954 days late")


def test_a_timeline_without_a_day_to_come_says_so() -> None:
    assert timeline("t", MOMENTS[1:], TODAY).title == "No date is to come"
    assert timeline("t", [], TODAY).svg == ""


def test_a_horizon_tells_what_is_over_first_and_what_nobody_says_apart() -> None:
    chart = horizon("h", SUPPORTS, TODAY)
    assert chart.title == "Support of Windows 7 has ended"
    assert [row[0] for row in chart.rows] == ["Windows 7", "OpenSSL 3.0", "Tomara 64"]
    assert chart.rows[-1] == ("Tomara 64", "nobody says", "-", "Quillon")
    assert horizon("h", SUPPORTS[2:], TODAY).title == "Support of OpenSSL 3.0 ends in 288 days"
    assert horizon("h", SUPPORTS[1:2], TODAY).title == "Nobody says until when it is supported"


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_pictures_over_time_are_well_formed_and_stay_within_their_edges(width: int) -> None:
    for chart in (timeline("t", MOMENTS, TODAY, width=width), horizon("h", SUPPORTS, TODAY, width=width)):
        root = ET.fromstring(chart.svg)
        assert "style" not in {name for shape in root.iter() for name in shape.attrib}
        for shape in root.iter("{http://www.w3.org/2000/svg}rect"):
            if shape.get("x"):
                assert 0 <= float(shape.get("x", "")) <= width
                assert float(shape.get("x", "")) + float(shape.get("width", "")) <= width + 1


def test_days_that_lie_close_do_not_fall_onto_one_point() -> None:
    near = [Moment(on=TODAY + timedelta(days=n), what=f"day {n}", state=State.PLAN) for n in (0, 7)]
    root = ET.fromstring(timeline("t", near, TODAY).svg)
    places = [g.get("transform") for g in root.iter("{http://www.w3.org/2000/svg}g") if g.get("transform")]
    assert len(set(places)) == 2
