# SPDX-License-Identifier: Apache-2.0
"""Matching in slices: however few hits are taken at once, the tables are the same, and room does not grow with them."""

from contextlib import closing

import pytest

from leadglass.services.ledger.match import held_against
from leadglass.store.engine import Engine
from leadglass.store.tables import TableStore
from leadglass.vulnerabilities import CRITERIA_NOW
from leadglass.vulnerabilities.index import join_keys
from tests.laws import draws
from tests.planning.test_room_queries import filled
from tests.vulnerabilities import worlds
from tests.vulnerabilities.test_queries import some_crowds


def made(opened, most: int) -> dict[str, tuple[str, int]]:
    """The tables of findings, of slices that become so many rows: the hash of their bytes, and their rows."""
    opened._session.most = most
    told = {}
    for name, query, batches in held_against(opened):
        rows = opened.make(name, query, batches)
        told[name] = (opened._made[name][0].sha256, rows)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("seed", draws(1, 4))
def test_slices_change_no_byte_of_the_tables(tmp_path, seed):
    crowd, records = some_crowds(seed, 9)
    feed = {one.vulnerability: one for some in records.values() for one in some}
    with worlds.bench(tmp_path, {"feed": list(feed.values())}, crowd) as opened:
        opened.put("criterion_now", opened.run(CRITERIA_NOW))
        opened.put("left_out", [])
        whole = made(opened, 10**9)
        assert all(rows > 3 for _, rows in whole.values()), whole
        for most in (1, 60):
            assert made(opened, most) == whole


POPULAR, DEVICES, RECORDS, BRANCHES = 100, 300, 100, 4
"""Versions of one product, configurations that have all of them, records, and branches that each record names."""


def popular(opened) -> None:
    """A fleet of popular products: each record speaks of each version of it, beside a system that all have."""
    named = [("o", "quillon:system", "1"), *(("a", "quillon:popular", f"{n}") for n in range(POPULAR))]
    opened.put("component", [
        filled("component", component_id=f"C-{n:05}", number=n, part=part, product=product, name=product, version=version,
               norm=version, base=version, key=worlds.link(part, product, version).key, update_="*", basis="told",
               **join_keys(part, product, norm=version, base=version, key=worlds.link(part, product, version).key))
        for n, (part, product, version) in enumerate(named)
    ])  # fmt: skip
    opened.put("configuration", [
        filled("configuration", configuration_id=f"G-{n:05}", number=n, knows_software=True, knows_system=True,
               knows_hardware=bool(n % 5))
        for n in range(DEVICES)
    ])  # fmt: skip
    opened.put("member", [
        filled("member", configuration=g, component=c) for g in range(DEVICES) for c in range(len(named))
    ])  # fmt: skip
    records = [
        worlds.record(
            f"CVE-2031-{n:05}",
            worlds.configuration(
                worlds.node(*(worlds.match("a:quillon:popular:*", end_excluding=f"{POPULAR + 1 + b}") for b in range(BRANCHES))),
                worlds.node(worlds.match("o:quillon:system:1", vulnerable=False)),
            ),
        )
        for n in range(RECORDS)
    ]  # fmt: skip
    for number, one in enumerate(records):
        one.rows = [row | {"record": number, "sha256": "a" * 64} for row in one.rows]
    numbered = [row for one in records for row in worlds.completed([one])]
    opened.put("criterion_now", [
        filled("criterion_now") | row | {
            "nth": nth, "of_record": row["record"], "of_configuration": row["record"] * 100,
            "of_node": row["record"] * 10_000 + row["node"],
            **{name: value for name, value in join_keys(
                row["part"], row["product"], norm=row["norm"], base="", key=row["lo"]).items() if name != "by_base"},
        }
        for nth, row in enumerate(numbered, 1)
    ])  # fmt: skip
    opened.put("left_out", [])


@pytest.mark.slow
def test_a_fleet_of_popular_products_needs_no_more_memory_than_is_allowed(tmp_path):
    """12 million operands become 3 million findings; all at once they do not fit into what the engine may take."""
    store = TableStore(tmp_path, release="t", engine=Engine(memory="160MB", threads=2))
    with closing(store.workbench([])) as opened:
        popular(opened)
        assert made(opened, opened._session.most)["configuration_finding"][1] == POPULAR * DEVICES * RECORDS
