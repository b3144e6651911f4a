# SPDX-License-Identifier: Apache-2.0
"""What is put together source by source is what the query says: the same rows, words and order."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from leadglass.risk.heard import threats
from leadglass.risk.near import FORECASTS_NOW
from leadglass.risk.queries import THREATS_OF
from leadglass.store.tables import TableStore
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row

DAY = datetime(2031, 1, 1)  # noqa: DTZ001 - tables hold UTC without a zone
NAMES = [f"CVE-2031-{n}" for n in range(12)]
DOCUMENTS = [letter * 64 for letter in "abcd"]


def a_record(chance: random.Random, name: str, number: int, sha256: str) -> Row:
    vectors = (
        "",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    )
    return {"vulnerability": name, "modified": DAY + timedelta(days=chance.randint(0, 2)), "vectors": chance.choice(vectors),
            "cna_vectors": chance.choice(vectors), "adp_vectors": chance.choice(vectors), "cwe": chance.choice(("", "CWE-79")),
            "poc": chance.random() < 0.3, "description": "", "state": "", "criteria": 0, "record": number, "sha256": sha256,
            "place": f"vulnerabilities[{number}]"}  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_threats_are_those_of_the_query(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    store = TableStore(tmp_path, release="t")
    said: dict[str, dict[str, list[Row]]] = {}
    for sha256 in DOCUMENTS:
        said[sha256] = {
            "vulnerability": [a_record(chance, name, n, sha256) for n, name in enumerate(chance.sample(NAMES, 7))],
            "exploited": [{"vulnerability": name, "added": date(2031, 1, chance.randint(1, 9)), "sha256": sha256,
                           "ransomware": chance.random() < 0.5, "place": "x"} for name in chance.sample(NAMES, 3)],
            "forecast": [{"vulnerability": name, "probability": chance.random(), "percentile": chance.random(), "line": 1,
                          "scored": date(2031, 1, chance.randint(1, 3)), "sha256": sha256} for name in chance.sample(NAMES, 4)],
        }  # fmt: skip
        store.write_reading(sha256, said[sha256], dict)
    bench = store.workbench(DOCUMENTS)
    sources = [{"sha256": one, "received": DAY + timedelta(hours=chance.randint(0, 2)), "kind": "nvd",
                "first_received": DAY - timedelta(hours=chance.randint(0, 9))} for one in DOCUMENTS]  # fmt: skip
    bench.put("source", sources)
    exploited: dict[str, list[Row]] = defaultdict(list)
    for one in said.values():
        for row in one["exploited"]:
            exploited[row["vulnerability"]].append(row)
    forecasts = {row["vulnerability"]: row for row in bench.rows(FORECASTS_NOW)}
    wanted = chance.sample(NAMES, 10)
    records = [row for one in said.values() for row in one["vulnerability"] if row["vulnerability"] in wanted]
    made = threats(records, exploited, forecasts, {row["sha256"]: row for row in sources})
    of_query = bench.rows(THREATS_OF, given={"wanted": wanted_texts("id", wanted)})
    assert [{name: row[name] for name in THREATS_OF.columns} for row in made] == of_query
    assert len(made) > 5
    assert {word["kind"] for row in made for word in row["words"]} == {"nvd", "cna", "adp"}
    bench.close()
