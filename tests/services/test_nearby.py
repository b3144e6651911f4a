# SPDX-License-Identifier: Apache-2.0
"""What is held in memory gives what the tables give: the same rows, near components and near vulnerabilities."""

import random
from collections.abc import Iterable, Mapping

import pytest

from leadglass.risk.near import FORECASTS_NOW, RECORDS_SCORED
from leadglass.risk.queries import THREATS_OF
from leadglass.services.ledger import nearby
from leadglass.services.ledger.holding import Holding, Kept
from leadglass.services.ledger.nearby import Criteria, Named, Numbered
from leadglass.services.ledger.tray import Tray, whole
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.vulnerabilities import singly, together
from leadglass.vulnerabilities.near import CRITERIA_NEAR, LEFT_OUT_NEAR, PRODUCTS_NEAR
from tests.hospital import Hospital, epss, fleet, kev, nvd
from tests.services.test_trial import SCANNER, a_record, one_scanner

pytestmark = pytest.mark.slow


def told(rows: Iterable[Mapping[str, object]], columns: Iterable[str]) -> list[str]:
    return sorted(repr([row[name] for name in columns]) for row in rows)


@pytest.fixture(params=range(3))
def view(hospital: Hospital, request: pytest.FixtureRequest) -> View:
    one_scanner(hospital, request.param)
    view = hospital.view()
    return View(house=view.house, scope=view.scope, snapshot=view.house.tables.current())


def test_criteria_near_components(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "_ROWS", 5)
    held = Criteria(view)
    left_out = Numbered(view, whole("left_out"), "by_product")
    listed = view.ask(whole("component"))
    chance = random.Random(0)
    found = 0
    for count in (0, 1, 2, 3, len(listed)):
        some = chance.sample(listed, count)
        tray = Tray(view, {})
        tray.put("component", some)
        near = held.near(some).to_pylist()
        assert told(near, CRITERIA_NEAR.columns) == told(tray.rows(CRITERIA_NEAR), CRITERIA_NEAR.columns)
        said = left_out.near(row["by_product"] for row in some if row["product"]).to_pylist()
        assert told(said, LEFT_OUT_NEAR.columns) == told(tray.rows(LEFT_OUT_NEAR), LEFT_OUT_NEAR.columns)
        assert Kept(view).products(tray) == {row["by_product"] for row in tray.rows(PRODUCTS_NEAR)}
        found += len(near)
    assert found


def test_rows_by_name(view: View) -> None:
    rows = view.ask(RECORDS_SCORED)
    held = Named(view, RECORDS_SCORED, "vulnerability")
    for names in ([], ["CVE-2031-42001"], ["CVE-2031-42003", "CVE-2031-42001", "CVE-1999-1"]):
        wanted = [row for row in rows if row["vulnerability"] in names]
        assert told(held.near(names).to_pylist(), ["vulnerability", "vectors", "sha256", "place"]) == told(
            wanted, ["vulnerability", "vectors", "sha256", "place"]
        )
    assert Named(view, FORECASTS_NOW, "vulnerability").near(["CVE-2031-42001"]).num_rows == 1


def test_threats_by_what_is_held_are_those_by_the_tables(view: View) -> None:
    names = [row["vulnerability"] for row in view.ask(RECORDS_SCORED)]
    kept = Kept(view)
    assert "described" not in kept.absent
    held(kept, view, names)


def test_threats_where_no_document_describes_any(hospital: Hospital) -> None:
    chance = random.Random(0)
    names = [f"CVE-2031-4200{number}" for number in range(9)]
    hospital.receive(
        fleet(SCANNER),
        nvd(*(a_record(chance, n) for n in range(9))),
        kev(names[1]),
        epss(CVE_2031_42001=0.5),
    )
    hospital.assess()
    view = hospital.view()
    view = View(house=view.house, scope=view.scope, snapshot=view.house.tables.current())
    kept = Kept(view)
    assert "described" in kept.absent
    assert any(row["added"] for row in held(kept, view, names))


def held(kept: Kept, view: View, names: list[str]) -> list[dict[str, object]]:
    """Hold what is kept against what the tables say."""
    told_of = kept.threats(Tray(view, kept.known, kept.absent), names)
    wanted = {"wanted": wanted_texts("id", names)}
    assert [{name: row[name] for name in THREATS_OF.columns} for row in told_of] == Tray(view, {}).rows(
        THREATS_OF, given=wanted
    )
    assert len(told_of) > 5
    assert any(row["probability"] for row in told_of)
    return told_of


def test_what_a_process_keeps_is_what_one_asks_that_ends(view: View) -> None:
    kept, once = Kept(view), Holding(view)
    rows = view.ask(whole("component"))
    near = []
    for holding in (kept, once):
        tray = Tray(view, holding.known, holding.absent)
        tray.put("component", rows)
        holding.put_near(tray)
        tables = [
            told(tray.held(name), columns)
            for name, columns in (
                ("criterion_now", (*singly.READ, *together.READ)),
                ("left_out", LEFT_OUT_NEAR.columns),
            )
        ]
        near.append((tables, holding.products(tray)))
    assert near[0] == near[1]
    assert near[0][1]
