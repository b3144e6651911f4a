# SPDX-License-Identifier: Apache-2.0
"""What is told where records alone speak is what the queries tell: the same rows in the same order."""

import random
from datetime import date
from pathlib import Path

import pytest

from leadglass.planning import TELL_CONFIGURATIONS
from leadglass.planning.alone import told, tried
from leadglass.planning.tried import TRIED
from leadglass.store.tables import TableStore
from leadglass.values.scope import Row

HERE = "G-1"
STATUSES = ("affected", "unknown", "not_affected")


def a_component(number: int, chance: random.Random) -> Row:
    name = chance.choice(("curl", "libcurl", "zlib"))
    return {"component_id": f"C-{number}", "number": number, "name": name, "version": chance.choice("12"),
            "namesake": chance.randint(0, number), "part": "a"}  # fmt: skip


def a_finding(number: int, chance: random.Random) -> Row:
    return {"finding_key": f"f{number:03}", "component_id": f"C-{chance.randint(0, 5)}",
            "vulnerability": f"CVE-2031-{chance.randint(1, 9)}", "status": chance.choice(STATUSES),
            "class": chance.choice(("exact", "range")), "missing": chance.choice(("", "version")),
            "rule": chance.choice(("a:x:y < 1", "a:x:z < 2")), "sha256": chance.choice(("a", "b")),
            "place": chance.choice(("p1", "p2"))}  # fmt: skip


def a_threat(vulnerability: str, chance: random.Random) -> Row:
    return {"vulnerability": vulnerability, "known_exploited": chance.choice((None, date(2031, 1, 1))),
            "ransomware": chance.random() < 0.5, "epss": chance.choice((None, 0.1, 0.5)),
            "cvss": chance.choice((None, 5.0, 9.8)), "severity": chance.choice(("", "high")), "sentence": "It fails."}  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_told_and_tried_are_what_the_queries_say(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    components = [a_component(number, chance) for number in range(6)]
    # One component decides a vulnerability once, alone or together with others
    simple = {
        (row["component_id"], row["vulnerability"], row["rule"]): row
        for row in (a_finding(n, chance) for n in range(30))
    }
    joint = [{**a_finding(100 + n, chance), "configuration_id": HERE} for n in range(10)]
    threats = {f"CVE-2031-{n}": a_threat(f"CVE-2031-{n}", chance) for n in range(1, 8)}
    bench = TableStore(tmp_path, release="t").workbench([])
    listed = [{"configuration_id": HERE, "component_id": row["component_id"], "sha256": "a", "place": str(n)}
              for row in components for n in range(2)]  # fmt: skip
    put = {"device": [{"device_id": "D-1", "configuration_id": HERE, "state": "active"}], "component": components,
           "configuration_component": listed, "component_finding": list(simple.values()), "configuration_finding": joint,
           "claim": [], "offer": [], "repair": [], "threat": list(threats.values())}  # fmt: skip
    for name, rows in put.items():
        bench.put(name, rows)
    of_queries = bench.rows(TELL_CONFIGURATIONS)
    mine = told(HERE, (*simple.values(), *joint), components)
    assert by_key([{name: row[name] for name in TELL_CONFIGURATIONS.columns} for row in mine]) == by_key(
        of_queries
    )
    bench.put("told_configuration", mine)
    assert tried(mine, components, threats) == bench.rows(TRIED, configuration=HERE)
    assert len({row["status"] for row in mine}) == len(STATUSES)
    bench.close()


def by_key(rows: list[Row]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)
