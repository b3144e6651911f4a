# SPDX-License-Identifier: Apache-2.0
"""On the criteria of real records, pairs that are judged one by one say what the queries say: every row of both."""

import os
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from leadglass.services.ledger.nearby import Criteria
from leadglass.services.ledger.tray import Tray, whole
from leadglass.services.ledger.view import View
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.vulnerabilities import (
    COMPONENT_FINDINGS,
    CONFIGURATION_FINDINGS,
    HIT,
    HITS,
    Part,
    singly,
    together,
)
from leadglass.vulnerabilities.near import CRITERIA_NEAR
from leadglass.vulnerabilities.worded import WORDED
from tests.hospital import Hospital
from tests.vulnerabilities.worlds import component, link, row_of

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", Path(__file__).parents[2] / "../shared/data"))
IMAGING = CORPUS / "nvd" / "imaging-cves-2.0.dev.json"
FEEDS = sorted(
    (CORPUS / "nvd" / "feeds-2.0").glob("nvdcve-2.0-*.json.xz"), key=lambda path: path.stat().st_size
)
NAMED = Query(
    name="products and versions that records name",
    tables=("criterion_now",),
    columns=("part", "product", "version", "hi_text", "update_", "qualifiers"),
    sql="SELECT DISTINCT part, product, version, hi_text, update_, qualifiers FROM criterion_now ORDER BY ALL",
)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not FEEDS or not IMAGING.exists(), reason=f"no NVD feeds below {CORPUS}: set LEADGLASS_CORPUS"
    ),
]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    hospital = Hospital(tmp_path_factory.mktemp("real"))
    hospital.receive(IMAGING.read_bytes(), FEEDS[0].read_bytes())
    hospital.assess()
    seen = hospital.view()
    return replace(seen, snapshot=seen.house.tables.current())


def drawn(chance: random.Random, named: list[Row]) -> Part:
    """Draw a component of a product that records name: of a version that they name, near one, of none."""
    row = chance.choice(named)
    near = row["hi_text"].partition(" ")[2] or row["version"]
    version = chance.choice((row["version"], near, f"{near}.1", "1.0", "2", "", near.rpartition(".")[0]))
    made = link(
        row["part"],
        row["product"],
        version.strip("*-"),
        chance.choice(("*", row["update_"])),
        qualifiers=chance.choice(("", row["qualifiers"])),
        confidence=chance.choice((1.0, 1.0, 0.5)),
    )
    return component(made, doubt=chance.choice(("", "", "software version")))


def told(rows: Iterable[Row]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


def of_parts(parts: list[Part]) -> list[Row]:
    return [row_of(number, part) for number, part in enumerate(parts)]


@pytest.mark.parametrize("seed", range(4))
def test_singly_is_what_the_queries_are_on_real_criteria(view: View, seed: int) -> None:
    chance = random.Random(seed)
    named = view.ask(NAMED)
    parts = {part.component_id: part for part in (drawn(chance, named) for _ in range(400))}
    components = of_parts(list(parts.values()))
    knows = {f"knows_{name}": chance.random() < 0.5 for name in ("software", "system", "hardware")}
    configuration = {"configuration_id": "G-1", "number": 0, "components": len(components), **knows}
    tray = Tray(view, {})
    tray.put("component", components)
    tray.put("configuration", [configuration])
    tray.put("member", [{"configuration": 0, "component": row["number"]} for row in components])
    near = Criteria(view).near(components)
    assert told(near.select(CRITERIA_NEAR.columns).to_pylist()) == told(tray.rows(CRITERIA_NEAR))
    left_out = tray.rows(whole("left_out"))
    met = singly.meet(components, near)
    hits = tray.run(HITS)
    given = {"hit": (HIT, hits), "worded": (WORDED, [])}
    simple = tray.rows(COMPONENT_FINDINGS, given=given, behind="", upto="")
    assert told(singly.findings(met, components, left_out, [])) == told(simple)
    joint = {"hit": (HIT, hits.filter([not one for one in hits["alone"].to_pylist()]))}
    both = tray.rows(CONFIGURATION_FINDINGS, given=joint)
    assert told(together.findings(met, components, near, configuration)) == told(both)
    assert len(simple) > 100
    assert len(both) > 20
