# SPDX-License-Identifier: Apache-2.0
"""How the engine means to answer each query, on the demo: tables meet by equality, never every row with every other."""

import importlib
import pkgutil
from contextlib import closing

import pyarrow as pa
import pytest

from leadglass.store.engine import Desk, Engine
from leadglass.store.parquet import schema
from leadglass.values.query import Query
from leadglass.values.scope import Scope
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities import statement_queries
from tests.planning.test_room_queries import GIVEN, given_table

HANDED = {
    **GIVEN,
    **statement_queries.GIVEN,
    "held": TABLES["claim"],
    "wanted": given_table("wanted", "id:text word:text sha256:text package:text vulnerability:text"),
    "watched": given_table("watched", "watch_id:text rare:text since:time"),
    "watched_word": given_table("watched_word", "watch_id:text word:text"),
}
"""What callers hand in to queries."""

ROOMS = ("fleet", "planning", "risk", "vulnerabilities", "services")
EVERY_WITH_EVERY = (
    "NESTED_LOOP_JOIN",
    "BLOCKWISE_NL_JOIN",
    "CROSS_PRODUCT",
    "IE_JOIN",
    "PIECEWISE_MERGE_JOIN",
)


MEANT = {
    "counts": "each side is one row: a count",
    "how much is known of devices": "each side is one row: a count",
    "questions": "one side is one row: the count behind which the few questions of work orders rank",
    "products that share a word with a watch": "watches are few, and what they share with a text is no equality",
    "texts that hold the words of a watch": "watches are few, and what they share with a text is no equality",
}
"""Queries that hold every row of something against every other, and why they may."""


def queries() -> dict[str, Query]:
    """Every query that a module of the program holds."""
    found: dict[str, Query] = {}
    for room in map(importlib.import_module, (f"leadglass.{name}" for name in ROOMS)):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Query):
                    found[value.name] = value
    return found


@pytest.fixture(scope="module")
def session(house):
    """The tables of the whole demo, assessed."""
    tables = house.tables
    there = tables._files(tables.current())
    with closing(Desk(Engine(), tables.folder)) as desk, desk.session(there, Scope.all()) as opened:
        yield opened


def plan(session, query: Query) -> str:
    """The plan of a query, with relations and parameters that say nothing."""
    numbers, flags = dict.fromkeys(("count", "skip", "most"), 10), {"unnamed": False}
    asked = dict.fromkeys(query.params, "") | {
        name: value for name, value in (numbers | flags).items() if name in query.params
    }
    explained = Query(name=query.name, tables=query.tables, columns=query.columns, params=query.params, given=query.given,
                      sql=f"EXPLAIN (FORMAT JSON) {query.sql}")  # fmt: skip
    given = {name: HANDED[name] for name in query.given}
    return "\n".join(str(row) for row in session.rows(explained, blank(given), asked))


def blank(given):
    """Relations of some rows that say nothing: the engine holds all against all where there are five at most."""
    return {name: pa.Table.from_pylist([{}] * 50, schema=schema(table)) for name, table in given.items()}


def test_no_query_holds_every_row_against_every_other(session):
    found = queries()
    assert len(found) > 40
    for name, query in found.items():
        assert set(query.tables) <= TABLES.keys(), name
        told = plan(session, query)
        seen = [operator for operator in EVERY_WITH_EVERY if operator in told]
        assert bool(seen) == (name in MEANT), (name, seen)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 AS n FROM device d, component c",
        "SELECT 1 AS n FROM device d JOIN component c ON c.first_seen < d.first_seen",
        "SELECT 1 AS n FROM device d JOIN component c ON c.name <> d.asset_tag",
        "SELECT 1 AS n FROM device d JOIN component c ON c.name = d.asset_tag OR c.version = d.room",
    ],
)
def test_such_a_query_would_be_seen(session, sql):
    told = plan(session, Query(name="odd", tables=("device", "component"), columns=("n",), sql=sql))
    assert [operator for operator in EVERY_WITH_EVERY if operator in told]
