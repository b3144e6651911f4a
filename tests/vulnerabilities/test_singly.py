# SPDX-License-Identifier: Apache-2.0
"""Pairs held against each other one by one say what the queries say: every row, with its class, rule and place."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from leadglass.services.ledger.tray import whole
from leadglass.store.parquet import arrow
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities import COMPONENT_FINDINGS, CONFIGURATION_FINDINGS, CRITERIA_NOW, HIT, HITS
from leadglass.vulnerabilities.comparison import UNLIKE
from leadglass.vulnerabilities.index import join_keys
from leadglass.vulnerabilities.schemes import Scheme, key
from leadglass.vulnerabilities.singly import Met, findings, meet
from leadglass.vulnerabilities.together import findings as joint_findings
from leadglass.vulnerabilities.worded import DISAGREE, WORDED
from tests.vulnerabilities.test_queries import NOTHING, some_crowds, some_worlds
from tests.vulnerabilities.worlds import (
    Record,
    World,
    bench,
    component,
    configuration,
    link,
    match,
    node,
    record,
)

DRAWN = (some_worlds, some_crowds)


def told(rows: Iterable[Mapping[str, object]]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


def words_of(chance: random.Random, vulnerabilities: Iterable[str], components: Iterable[Row]) -> list[Row]:
    """Draw ranges that words state and criteria leave out, of products that components are of."""
    made = []
    for vulnerability in vulnerabilities:
        part = chance.choice(list(components))
        for nth in range(chance.choice((0, 0, 1, 2))):
            line = chance.random() < 0.3
            low, high = chance.choice(("", "1", "1.0", "2")), chance.choice(("1.5", "2", "2.0", "9"))
            keyed = [low, high] if line else [key(Scheme.GENERIC, one) if one else "" for one in (low, high)]
            made.append(
                {"vulnerability": vulnerability, "part": part["part"], "product": part["product"], "nth": nth,
                 "words": f"from {low} to {high}", "line": line, "low": keyed[0], "high": keyed[1],
                 "excluded": chance.random() < 0.5, "sha256": "a" * 64, "place": "vulnerabilities[0].cve.descriptions",
                 "by_product": join_keys(part["part"], part["product"], norm="", base="", key="")["by_product"]}
            )  # fmt: skip
    return made


def of_one(opened, world: Row, met: Sequence[Met], criteria: pa.Table) -> Iterable[Row]:
    """Judge one configuration by itself."""
    has = {
        row["component"] for row in opened.rows(whole("member")) if row["configuration"] == world["number"]
    }
    components = [row for row in opened.rows(whole("component")) if row["number"] in has]
    return joint_findings([one for one in met if one.component["number"] in has], components, criteria, world)


def hold(
    folder: Path, worlds: list[World], records: dict[str, list[Record]], chance: random.Random
) -> Counter[str]:
    """Hold both against each other; returns how many rows each class of findings has."""
    from_feed = {one.vulnerability: one for some in records.values() for one in some}
    with bench(folder, {"feed": list(from_feed.values())}, worlds) as opened:
        opened.put("criterion_now", opened.run(CRITERIA_NOW))
        components, criteria = opened.rows(whole("component")), opened.run(whole("criterion_now"))
        listed = [row for row in components if row["product"]]
        left_out = words_of(chance, from_feed, listed)
        opened.put("left_out", left_out)
        worded = [{"c": row["number"], "vulnerability": "CVE-2031-9", "missing": "x", "rule": "y", "sha256": "z", "place": ""}
                  for row in components[:3]]  # fmt: skip
        hits = arrow(HIT, opened.run(HITS))
        given = {"hit": (HIT, hits), "worded": (WORDED, worded)}
        met = meet(components, criteria)
        of_queries = opened.rows(COMPONENT_FINDINGS, given=given, behind="", upto="")
        singly = list(findings(met, components, left_out, worded))
        assert told(singly) == told(of_queries)
        one_by_one = [
            row
            for world in opened.rows(whole("configuration"))
            for row in of_one(opened, world, met, criteria)
        ]
        joint = arrow(HIT, [one.hit for one in met if not one.row["alone"]])
        together = opened.rows(CONFIGURATION_FINDINGS, given={"hit": (HIT, joint)})
        by_queries = {"hit": (HIT, hits.filter([not one for one in hits["alone"].to_pylist()]))}
        assert told(together) == told(opened.rows(CONFIGURATION_FINDINGS, given=by_queries))
        assert told(one_by_one) == told(together)
    return Counter(name for row in (*singly, *together) for name in (row["class"], row["missing"]))


@pytest.mark.slow
@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("seed", range(3))
def test_singly_is_what_the_queries_are(tmp_path, seed, draw):
    seen = hold(tmp_path, *draw(seed, 150 if draw is some_worlds else 25), random.Random(seed))
    assert seen["exact"] + seen["range"] > 20
    assert seen[DISAGREE] > 5


@pytest.mark.slow
def test_every_class_is_drawn(tmp_path):
    seen = hold(tmp_path, *some_worlds(7, 400), random.Random(7))
    classes = {
        "all",
        "exact",
        "inverted",
        "order_equal",
        "range",
        "unlike",
        "unversioned",
        "version_missing",
        "words",
    }
    assert classes <= seen.keys()


def test_a_revision_of_hardware_is_held_against_a_model_that_has_another_number(tmp_path):
    model = component(link("h", "quillon:tomara_64", "3.3", named=True))
    firmware = component(link("o", "quillon:tomara_firmware", "3.3"))
    records = [
        record("CVE-2031-0001", configuration(node(match("h:quillon:tomara_64:b1")))),
        record(
            "CVE-2031-0002",
            configuration(
                node(match("o:quillon:tomara_firmware:*", end_excluding="4")),
                node(match("h:quillon:tomara_64:7", vulnerable=False)),
            ),
        ),
    ]
    seen = hold(tmp_path, [World("G-1", [model, firmware], NOTHING)], {"feed": records}, random.Random(1))
    assert seen[UNLIKE] == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 220))
def test_singly_is_what_the_queries_are_in_thousands_of_worlds(tmp_path, seed):
    for number, draw in enumerate(DRAWN):
        seen = hold(tmp_path / str(number), *draw(seed, 300 if number == 0 else 50), random.Random(seed))
        assert seen["exact"] + seen["range"] > 20


def test_the_columns_are_those_of_the_tables() -> None:
    assert {*COMPONENT_FINDINGS.columns} == {column.name for column in TABLES["component_finding"].columns}
