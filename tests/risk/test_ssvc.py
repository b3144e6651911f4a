# SPDX-License-Identifier: Apache-2.0
"""The decision tables of SSVC: every row is the standard's, and no worse input gives a lesser outcome."""

import json
import os
from itertools import product
from pathlib import Path

import pytest

from leadglass.risk import ssvc

ROOT = Path(__file__).parents[2]
TABLES = Path(os.environ.get("LEADGLASS_CORPUS", ROOT / "../shared/data")) / "tables"

DEPLOYER = (ssvc.EXPLOITATION, ssvc.EXPOSURE, ssvc.AUTOMATABLE, ssvc.HUMAN_IMPACT)
HUMAN = (ssvc.SAFETY, ssvc.MISSION)


def published(name: str) -> dict[tuple[str, ...], str]:
    """A table as CERT/CC publishes it, its keys spelled out and in lower case."""
    table = json.loads((TABLES / name).read_text(encoding="utf-8"))
    names = {
        point["id"]: {value["key"]: value["name"].lower() for value in point["values"]}
        for point in table["decision_points"]
    }
    inputs = [point["id"] for point in table["decision_points"] if point["id"] != table["outcome"]]
    return {
        tuple(names[point][row[point]] for point in inputs): names[table["outcome"]][row[table["outcome"]]]
        for row in table["rows"]
    }


@pytest.mark.corpus
@pytest.mark.skipif(not TABLES.is_dir(), reason=f"no tables at {TABLES}: set LEADGLASS_CORPUS")
def test_each_of_the_72_rows_is_the_published_one():
    rows = published("ssvc_deployer.json")
    assert len(rows) == 72
    assert {inputs: ssvc.outcome(*inputs) for inputs in product(*DEPLOYER)} == rows


@pytest.mark.corpus
@pytest.mark.skipif(not TABLES.is_dir(), reason=f"no tables at {TABLES}: set LEADGLASS_CORPUS")
def test_each_of_the_16_rows_of_human_impact_is_the_published_one():
    rows = published("ssvc_human_impact.json")
    assert len(rows) == 16
    assert {inputs: ssvc.human_impact(*inputs) for inputs in product(*HUMAN)} == rows


def worse(inputs: tuple[str, ...], orders: tuple[tuple[str, ...], ...]):
    """Every set of inputs that is one step worse in one of them."""
    for place, order in enumerate(orders):
        step = order.index(inputs[place]) + 1
        if step < len(order):
            yield (*inputs[:place], order[step], *inputs[place + 1 :])


@pytest.mark.parametrize(
    ("look_up", "orders", "outcomes"),
    [(ssvc.outcome, DEPLOYER, ssvc.OUTCOME), (ssvc.human_impact, HUMAN, ssvc.HUMAN_IMPACT)],
    ids=["deployer", "human impact"],
)
def test_a_worse_input_never_gives_a_lesser_outcome(look_up, orders, outcomes):
    steps = [(inputs, raised) for inputs in product(*orders) for raised in worse(inputs, orders)]
    assert steps
    for inputs, raised in steps:
        assert outcomes.index(look_up(*raised)) >= outcomes.index(look_up(*inputs)), (inputs, raised)


def test_corners_of_the_tables():
    assert ssvc.outcome("none", "small", "no", "low") == "defer"
    assert ssvc.outcome("active", "open", "yes", "very high") == "immediate"
    assert ssvc.human_impact("negligible", "degraded") == "low"
    assert ssvc.human_impact("catastrophic", "degraded") == "very high"
