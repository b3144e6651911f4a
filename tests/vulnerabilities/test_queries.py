# SPDX-License-Identifier: Apache-2.0
"""The queries of matching against their readable definition, on many small worlds; and what they take from documents."""

import hashlib
import random
from datetime import timedelta

import pytest

from leadglass.values.ids import finding_key
from leadglass.vulnerabilities.applicability import Knowledge, Truth, conclude
from leadglass.vulnerabilities.queries import RECORD
from tests.vulnerabilities.worlds import (
    ALL,
    NOTHING,
    RECEIVED,
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
    "2.0su1",
    "VB30A_SP01",
)
NAMED = ("*", "*", "*", "-", "-", "1.0", "1.5", "2.0", "1_0", "2.0-beta1", "r2", "1.*")
UPDATES = ("*", "*", "*", "*", "-", "beta1", "sp1", "sp_1", "sp2")
QUALIFIERS = (
    "*:*:*:*:*:*",
    "*:*:*:*:*:*",
    "*:*:*:*:x64:*",
    "*:*:lts:*:*:*",
    "*:*:*:maven:*:*",
    "*:*:*:windows:*:*",
)
BOUNDS = (
    {},
    {},
    {"end_excluding": "2.0"},
    {"end_including": "2.0"},
    {"start_including": "1.0", "end_excluding": "2"},
    {"start_excluding": "1.0"},
    {"start_including": "2", "end_excluding": "1"},
    {"end_including": "r2"},
    {"end_excluding": "2.0su2"},
    {"end_excluding": "vb30a_sp02"},
    {"start_including": "1.0", "end_excluding": "vb30a"},
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
        named=bool(release) or version in {"-", "r2"} or (part == "h" and chance.random() < 0.5),
        release=release,
        qualifiers=chance.choice(
            ("", "", "*|*|*|*|x64|*", "*|*|-|*|x86|*", "*|*|*|maven|*|*", "*|*|*|python|*|*")
        ),
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
        # Of the generic scheme, of Cisco's and of Siemens'
        products = [f"v{number}:pa", f"v{number}:pb", f"cisco:p{number}", f"siemens:syngo_{number}"]
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


def some_crowds(seed: int, count: int):
    """Draw crowds: configurations that share components, judged by the same records of the same products."""
    chance = random.Random(seed)
    worlds, records = [], {}
    for number in range(count):
        products = [f"v{number}:pa", f"v{number}:pb", f"v{number}:pc"]
        parts = {
            part.component_id: part
            for part in (a_component(chance, chance.choice(products)) for _ in range(7))
        }
        some = [a_record(chance, f"CVE-{number}-{place}", products) for place in range(4)]
        for place in range(8):
            knowledge = Knowledge(
                **{name: chance.random() < 0.8 for name in ("hardware", "system", "software")}
            )
            has = chance.sample(list(parts.values()), min(len(parts), chance.choice((1, 2, 2, 3, 5))))
            worlds.append(World(f"G-{number}-{place}", has, knowledge))
            records[worlds[-1].name] = some
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


def hold_against_the_definition(folder, worlds, records) -> int:
    known = 0
    feed = {one.vulnerability: one for some in records.values() for one in some}
    with bench(folder, {"feed": list(feed.values())}, worlds) as opened:
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
    assert hold_against_the_definition(tmp_path, *some_worlds(seed, 150)) > 150


@pytest.mark.parametrize("seed", range(3))
def test_the_queries_are_the_definition_where_configurations_share_components(tmp_path, seed):
    """What is judged once for all configurations in which the same components speak is what each would be told."""
    assert hold_against_the_definition(tmp_path, *some_crowds(seed, 25)) > 150


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_the_queries_are_the_definition_in_thousands_of_worlds(tmp_path, seed):
    assert hold_against_the_definition(tmp_path / "worlds", *some_worlds(seed, 400)) > 400
    assert hold_against_the_definition(tmp_path / "crowds", *some_crowds(seed, 60)) > 400


# What is taken from documents

OPENSSL = component(link("a", "openssl:openssl", "1.0.2k"))
FIRMWARE = component(link("o", "quillon:tomara_firmware", "1.5"), lacks="software version")
TOMARA = component(link("h", "quillon:tomara_64", "-", named=True))
CT = World("G-ct", [OPENSSL, FIRMWARE, TOMARA], NOTHING)
AFFECTS = match("a:openssl:openssl:*", end_excluding="1.0.2u")
SPARES = match("a:openssl:openssl:*", end_excluding="1.0.2a")
ON_TOMARA = configuration(
    node(match("o:quillon:tomara_firmware:*", end_excluding="2.0")),
    node(match("h:quillon:tomara_64:-", vulnerable=False)),
)


def test_a_finding_has_the_key_of_its_component_and_vulnerability_and_says_where_it_stands(tmp_path):
    feed = [
        record("CVE-2031-1", SPARES),
        record("CVE-2031-2", SPARES, AFFECTS),
        record("CVE-2031-3", ON_TOMARA),
    ]
    with bench(tmp_path, {"feed": feed}, [CT]) as opened:
        ((simple,), (joined,)) = findings(opened)
    assert simple["finding_key"] == finding_key("vulnerability", OPENSSL.component_id, "CVE-2031-2")
    assert simple["rule"] == "a:openssl:openssl < 1.0.2u"
    assert simple["place"] == "vulnerabilities[1].cve.configurations[1].nodes[0].cpeMatch[0]"
    assert simple["sha256"] == hashlib.sha256(b"feed").hexdigest()
    assert joined["finding_key"] == finding_key("vulnerability", FIRMWARE.component_id, "CVE-2031-3")
    assert joined["rule"] == "o:quillon:tomara_firmware < 2.0 and what it runs on"
    assert joined["place"] == "vulnerabilities[2].cve.configurations[0].nodes[0].cpeMatch[0]"
    assert (joined["configuration_id"], joined["status"]) == ("G-ct", "affected")


@pytest.mark.parametrize("later", ["modified", "received"])
def test_of_several_documents_only_the_latest_record_counts(tmp_path, later):
    day = timedelta(days=later == "modified")
    feeds = {
        "old": [record("CVE-2031-1", AFFECTS), record("CVE-2031-2", SPARES)],
        "new": [
            record("CVE-2031-2", AFFECTS, modified=RECEIVED + day),
            record("CVE-2031-1", SPARES, modified=RECEIVED + day),
        ],
    }
    with bench(tmp_path, feeds, [CT]) as opened:
        (simple, _) = findings(opened)
        assert [row["vulnerability"] for row in simple] == ["CVE-2031-2"]
        (rule,) = opened.rows(RECORD, vulnerability="CVE-2031-1")
        assert rule["hi_text"] == "< 1.0.2a"


def test_a_record_that_was_rejected_later_counts_no_more(tmp_path):
    feeds = {
        "old": [
            record("CVE-2031-1", AFFECTS),
            record("CVE-2031-2", ON_TOMARA),
            record("CVE-2031-3", AFFECTS),
        ],
        "new": [
            record(name, state="Rejected", modified=RECEIVED + timedelta(days=1))
            for name in ("CVE-2031-1", "CVE-2031-2")
        ],
    }
    with bench(tmp_path, feeds, [CT]) as opened:
        simple, joined = findings(opened)
        assert [row["vulnerability"] for row in simple] == ["CVE-2031-3"]
        assert joined == []
        assert opened.rows(RECORD, vulnerability="CVE-2031-1") == []


def test_a_record_that_was_rejected_before_and_is_back_counts_again(tmp_path):
    feeds = {
        "old": [record("CVE-2031-1", state="Rejected")],
        "new": [record("CVE-2031-1", AFFECTS, modified=RECEIVED + timedelta(days=1))],
    }
    with bench(tmp_path, feeds, [CT]) as opened:
        assert [row["status"] for row in findings(opened)[0]] == ["affected"]


def test_a_component_without_a_product_and_an_empty_house_find_nothing(tmp_path):
    unnamed = component(link("", "", "1.0"), name="Tomara Console")
    with bench(
        tmp_path / "one", {"feed": [record("CVE-2031-1", AFFECTS)]}, [World("G-1", [unnamed], NOTHING)]
    ) as opened:
        assert findings(opened) == ([], [])
    with bench(tmp_path / "two", {}, []) as opened:
        assert findings(opened) == ([], [])


def test_of_several_criteria_the_gravest_speaks_for_the_component(tmp_path):
    told = record(
        "CVE-2031-1",
        match("a:openssl:openssl:-"),
        AFFECTS,
        match("a:openssl:openssl:*", end_excluding="1da177e4c3f4"),
    )
    with bench(tmp_path, {"feed": [told]}, [CT]) as opened:
        ((row,), _) = findings(opened)
    assert (row["status"], row["class"], row["missing"]) == ("affected", "range", "")


def test_one_component_is_judged_apart_in_each_configuration(tmp_path):
    other = component(link("h", "quillon:tomara_128", "-", named=True))
    worlds = [
        World("G-64", [FIRMWARE, TOMARA], NOTHING),
        World("G-128", [FIRMWARE, other], ALL),
        World("G-?", [FIRMWARE], NOTHING),
    ]
    with bench(tmp_path, {"feed": [record("CVE-2031-1", ON_TOMARA)]}, worlds) as opened:
        simple, joined = findings(opened)
    assert simple == []
    assert {row["configuration_id"]: (row["status"], row["missing"]) for row in joined} == {
        "G-64": ("affected", ""),
        "G-128": ("not_affected", ""),
        "G-?": ("unknown", "hardware model"),
    }
    assert len({row["finding_key"] for row in joined}) == 1


def test_two_records_of_two_documents_do_not_mix_their_criteria(tmp_path):
    """Both are record 0 of their document, with the same places in them."""
    feeds = {"one": [record("CVE-2031-1", AFFECTS)], "two": [record("CVE-2031-2", ON_TOMARA)]}
    with bench(tmp_path, feeds, [CT]) as opened:
        simple, joined = findings(opened)
    assert [(row["vulnerability"], row["component_id"]) for row in simple] == [
        ("CVE-2031-1", OPENSSL.component_id)
    ]
    assert [(row["vulnerability"], row["component_id"]) for row in joined] == [
        ("CVE-2031-2", FIRMWARE.component_id)
    ]


def test_every_fact_that_several_operands_lack_is_named_once(tmp_path):
    needs = configuration(
        node(match("a:v:app:*", end_excluding="2.0")),
        node(match("h:v:h1:-", vulnerable=False), match("h:v:h2:-", vulnerable=False)),
        node(match("o:v:os:1", vulnerable=False)),
        node(match("a:v:library:1", vulnerable=False)),
    )
    app = component(link("a", "v:app", ""))
    with bench(tmp_path, {"feed": [record("CVE-2031-1", needs)]}, [World("G-1", [app], NOTHING)]) as opened:
        (_, (row,)) = findings(opened)
    assert row["missing"] == "hardware model, operating system, software list, version"
