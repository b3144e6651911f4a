# SPDX-License-Identifier: Apache-2.0
"""The queries of matching against their readable definition, on many small worlds; and what they take from documents."""

import random

import pytest

from leadglass.vulnerabilities.applicability import Knowledge, Truth, conclude
from tests.vulnerabilities.worlds import (
    Record,
    World,
    bench,
    component,
    configuration,
    criteria,
    findings,
    link,
    match,
    node,
    record,
)

WHOLE = {"hardware model", "operating system", "software list"}
STATUS = {"affected": Truth.TRUE, "unknown": Truth.UNKNOWN, "not_affected": Truth.FALSE}
VERSIONS = (
    "",
    "-",
    "1.0",
    "1.0.0",
    "1.00",
    "1.0_0",
    "1.5",
    "2",
    "2.0-beta1",
    "2.0 sp1",
    "2.0sp2",
    "r2",
    "unknown",
    "3.x",
)
NAMED = ("*", "*", "*", "-", "-", "1.0", "1.5", "2.0", "1_0", "2.0-beta1", "r2", "1.*")
UPDATES = ("*", "*", "*", "*", "-", "beta1", "sp1", "sp_1", "sp2")
QUALIFIERS = ("*:*:*:*:*:*", "*:*:*:*:*:*", "*:*:*:*:x64:*", "*:*:lts:*:*:*")
BOUNDS = (
    {},
    {},
    {"end_excluding": "2.0"},
    {"end_including": "2.0"},
    {"start_including": "1.0", "end_excluding": "2"},
    {"start_excluding": "1.0"},
    {"start_including": "2", "end_excluding": "1"},
    {"end_including": "r2"},
    {"start_including": "9b1f0c2d3e4a"},
)


def a_component(chance: random.Random, product: str):
    """Draw a component of a product."""
    part, version = chance.choice("aoh"), chance.choice(VERSIONS)
    release = chance.choice(("", "", "-")) if part == "o" else ""
    made = link(
        part,
        product,
        version,
        chance.choice(("*", "*", "sp1", "beta1")),
        named=bool(release) or version in {"-", "r2"},
        release=release,
        qualifiers=chance.choice(("", "", "*|*|*|*|x64|*", "*|*|-|*|x86|*")),
        confidence=chance.choice((1.0, 1.0, 0.5)),
    )
    return component(made, doubt=chance.choice(("", "", "", "software version")))


def a_record(chance: random.Random, name: str, products: list[str]) -> Record:
    """Draw a record whose criteria speak of these products, of AND, OR and negation in any order."""

    def a_match():
        cpe = f"{chance.choice('aoh')}:{chance.choice(products)}:{chance.choice(NAMED)}:{chance.choice(UPDATES)}"
        return match(
            f"{cpe}:{chance.choice(QUALIFIERS)}", vulnerable=chance.random() < 0.7, **chance.choice(BOUNDS)
        )

    def a_node():
        matches = [a_match() for _ in range(chance.choice((1, 1, 2, 3)))]
        return node(
            *matches, operator=chance.choice(("OR", "OR", "OR", "AND")), negate=chance.random() < 0.15
        )

    return record(
        name,
        *(
            configuration(
                *(a_node() for _ in range(chance.choice((1, 2, 2, 3)))),
                operator=chance.choice(("AND", "AND", "OR")),
                negate=chance.random() < 0.1,
            )
            for _ in range(chance.choice((1, 1, 2)))
        ),
    )


def some_worlds(seed: int, count: int):
    """Draw configurations, each with products and records of its own, and a stranger's component."""
    chance = random.Random(seed)
    worlds, records = [], {}
    for number in range(count):
        products = [f"v{number}:p{letter}" for letter in "abc"]
        parts = {
            part.component_id: part
            for part in (a_component(chance, chance.choice(products)) for _ in range(chance.randint(1, 4)))
        }
        knowledge = Knowledge(
            *(), **{name: chance.random() < 0.5 for name in ("hardware", "system", "software")}
        )
        worlds.append(World(f"G-{number}", list(parts.values()), knowledge))
        records[f"G-{number}"] = [a_record(chance, f"CVE-{number}-{place}", products) for place in range(5)]
    return worlds, records


def told(opened, worlds):
    """What both queries say: (configuration, vulnerability, component) -> rows."""
    simple, joined = findings(opened)
    has = {(world.name, part.component_id) for world in worlds for part in world.parts}
    rows = {}
    for row in joined:
        rows.setdefault((row["configuration_id"], row["vulnerability"], row["component_id"]), []).append(row)
    for row in simple:
        for world in worlds:
            if (world.name, row["component_id"]) in has:
                rows.setdefault((world.name, row["vulnerability"], row["component_id"]), []).append(row)
    return rows


def hold_against_the_definition(folder, seed: int, count: int) -> int:
    worlds, records = some_worlds(seed, count)
    known = 0
    with bench(folder, {"feed": [one for some in records.values() for one in some]}, worlds) as opened:
        rows = told(opened, worlds)
        for world in worlds:
            for one in records[world.name]:
                rules = criteria(one)
                wanted = conclude(rules, world.parts, world.knowledge)
                for part in world.parts:
                    said = rows.pop((world.name, one.vulnerability, part.component_id), [])
                    verdict = wanted.get(part.component_id)
                    value = verdict.value if verdict else Truth.FALSE
                    got = max((STATUS[row["status"]] for row in said), default=Truth.FALSE)
                    assert got == value, (world, one.configurations, part, verdict, said)
                    assert all((row["missing"] != "") == (row["status"] == "unknown") for row in said), said
                    vulnerable = [
                        k for k in rules if k.vulnerable and k.product == part.product and k.part == part.part
                    ]
                    others = {fact for fact in verdict.missing if fact not in WHOLE} if verdict else ()
                    if value is Truth.UNKNOWN and len(vulnerable) == 1 and len(others) <= 2:
                        facts = set(said[0]["missing"].split(", "))
                        assert facts == verdict.missing, (world, one.configurations, part, verdict, said)
                    known += value is not Truth.FALSE
    assert not rows, "a query speaks of a component that the definition does not know"
    return known


@pytest.mark.parametrize("seed", range(3))
def test_the_queries_are_the_definition(tmp_path, seed):
    assert hold_against_the_definition(tmp_path, seed, 150) > 150


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_the_queries_are_the_definition_in_thousands_of_worlds(tmp_path, seed):
    assert hold_against_the_definition(tmp_path, seed, 400) > 400
