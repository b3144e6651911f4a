"""Spark's SQL means what DuckDB's means: each rule by the difference that it is there for."""

import importlib
import pkgutil
import re

import pytest

import leadglass
from leadglass.store.spark_sql import translate
from leadglass.values.query import Query

ROOMS = ("fleet", "vulnerabilities", "risk", "planning", "services")


def told(sql: str) -> str:
    translated = translate(sql)
    assert not translated.stages
    return translated.sql


def every() -> list[Query]:
    """All queries of the house, by the modules that own them."""
    found = dict[str, Query]()
    for room in ROOMS:
        package = importlib.import_module(f"{leadglass.__name__}.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Query):
                    found.setdefault(value.sql, value)
                    assert name
    return list(found.values())


QUERIES = every()


def test_there_are_queries_of_every_room() -> None:
    assert len(QUERIES) > 60


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_query_is_translated_whole(query: Query) -> None:
    translated = translate(query.sql)
    texts = [stage.sql for stage in translated.stages] + [translated.sql]
    named = set(re.findall(r"\$(\w+)", query.sql))
    assert {name for text in texts for name in re.findall(r":(\w+)", re.sub(r"'[^']*'", "", text))} == named
    for text in texts:
        assert "MATERIALIZED" not in text
        assert "UNNEST" not in text
        assert "ROW_NUMBER() OVER ()" not in text


def test_what_is_named_twice_is_written_down_once() -> None:
    translated = translate("""
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a), c AS MATERIALIZED (SELECT x FROM b), d AS (SELECT x FROM c)
SELECT b.x, d.x AS y FROM b JOIN d ON d.x = b.x
""")
    assert [(stage.view, stage.sql) for stage in translated.stages] == [
        ("staged_b", "WITH a AS (SELECT 1 AS x) SELECT x + 1 AS x FROM a"),
        ("staged_c", "WITH b AS (SELECT * FROM staged_b) SELECT x FROM b"),
    ]
    assert translated.sql.startswith(
        "WITH b AS (SELECT * FROM staged_b), c AS (SELECT * FROM staged_c), d AS (SELECT x FROM c) SELECT"
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        # Nulls come last in DuckDB, first in Spark
        ("SELECT a FROM t ORDER BY a, b DESC", "SELECT a FROM t ORDER BY a NULLS LAST, b DESC"),
        # Whole numbers stay whole numbers
        ("SELECT a // 16 % 4096 FROM t", "SELECT a DIV 16 % 4096 FROM t"),
        # Spark's cast reads no hexadecimal
        (
            "SELECT CAST('0x' || substr(md5(a), 1, 15) AS BIGINT) FROM t",
            "SELECT CAST(CONV(SUBSTRING(MD5(a), 1, 15), 16, 10) AS BIGINT) FROM t",
        ),
        # DuckDB passes over rows without a value
        ("SELECT max_by(a, b) FROM t", "SELECT MAX_BY(a, b) FILTER(WHERE NOT a IS NULL) FROM t"),
        (
            "SELECT max_by(a, b) FILTER (WHERE c) FROM t",
            "SELECT MAX_BY(a, b) FILTER(WHERE (c) AND NOT a IS NULL) FROM t",
        ),
        # A list keeps nulls, and is null of no rows
        (
            "SELECT list(a) FROM t",
            "SELECT NULLIF(TRANSFORM(COLLECT_LIST(STRUCT(a AS v)), e -> e.v), ARRAY()) FROM t",
        ),
        # A backslash in what a user types is a backslash
        ("SELECT a LIKE '%' || $text FROM t", "SELECT a LIKE '%' || :text ESCAPE '\\001' FROM t"),
        ("SELECT a LIKE 'b%' FROM t", "SELECT a LIKE 'b%' FROM t"),
        # Times have no zone
        ("SELECT TIMESTAMP '0001-01-01 00:00:00' AS t", "SELECT CAST('0001-01-01 00:00:00' AS TIMESTAMP_NTZ) AS t"),
        # Spark's limits are numbers of 32 bits
        (
            "SELECT a FROM t LIMIT $count OFFSET $skip",
            "SELECT a FROM t LIMIT CAST(LEAST(:count, 2147483647) AS INT) OFFSET CAST(LEAST(:skip, 2147483647) AS INT)",
        ),
        ("SELECT unnest(a) AS b FROM t", "SELECT EXPLODE(a) AS b FROM t"),
        ("SELECT starts_with(a, b) FROM t", "SELECT STARTSWITH(a, b) FROM t"),
    ],
)  # fmt: skip
def test_rules(ours: str, theirs: str) -> None:
    assert told(ours) == theirs


def test_a_list_keeps_its_order() -> None:
    text = told("SELECT list(a ORDER BY b DESC, c) FILTER (WHERE d) FROM t")
    assert text == (
        "SELECT NULLIF(TRANSFORM(ARRAY_SORT(COLLECT_LIST(STRUCT(b AS k0, c AS k1, a AS v)) FILTER(WHERE d), (l, r) ->"
        " CASE WHEN l.k0 IS NOT DISTINCT FROM r.k0 THEN CASE WHEN l.k1 IS NOT DISTINCT FROM r.k1 THEN 0"
        " WHEN l.k1 IS NULL THEN 1 WHEN r.k1 IS NULL THEN -1"
        " WHEN l.k1 < r.k1 THEN -1 ELSE 1 END WHEN l.k0 IS NULL THEN 1 WHEN r.k0 IS NULL THEN -1 WHEN l.k0 < r.k0"
        " THEN 1 ELSE -1 END), e -> e.v), ARRAY()) FROM t"
    )


def test_rows_are_numbered_in_any_order_where_none_is_asked_for() -> None:
    text = told("SELECT row_number() OVER () AS n FROM t")
    assert text == "SELECT ROW_NUMBER() OVER (ORDER BY '' NULLS LAST) AS n FROM t"


def test_what_has_no_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="distinct values in an order"):
        translate("SELECT list(DISTINCT a ORDER BY a) FROM t")
