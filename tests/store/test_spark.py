"""A standalone cluster of two workers gives the demo's snapshot to the byte, by the same queries."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from leadglass import compose
from leadglass.errors import StateError, UsageError
from leadglass.services.ledger.assess import assess
from leadglass.store import spark
from leadglass.store.engine import Desk, Engine
from leadglass.store.parquet import arrow
from leadglass.store.tables import TableStore
from leadglass.values.query import Query
from leadglass.values.scope import Scope
from leadglass.values.snapshot import Part
from leadglass.values.tables import TABLES
from tests.cluster import cluster, lacking
from tests.hospital import Hospital

DEMO = Path("demo")

# A demo has few rows and each query is asked once: nothing is gained by compiling what a query does
FEW = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.executor.memory": "512m",
    **{
        f"spark.{who}.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
        for who in ("driver", "executor")
    },
}
BUSY = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of PySpark's own sockets and process


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The cluster."""
    if why := lacking():
        pytest.skip(why)
    with cluster(tmp_path_factory.mktemp("cluster"), settings=FEW) as one:
        yield one


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    """The invented hospital group, with answers, so that statements silence and offers repair."""
    home = tmp_path_factory.mktemp("harbor")
    shutil.copytree(DEMO / "policies", home / "policies")
    hospital = Hospital(home)
    for folder in ("fleet", "sboms", "feeds", "advisories", "scans"):
        for path in sorted((DEMO / folder).iterdir()):
            hospital.receive(path.read_bytes())
    hospital.assess()
    for question in hospital.list("questions"):
        if question["kind"] in {"trust", "product", "versions"}:
            hospital.answer(question["id"], "yes")
    hospital.assess()
    return hospital


@BUSY
@pytest.mark.service
@pytest.mark.timeout(900)
def test_a_cluster_makes_the_same_snapshot_to_the_byte(
    harbor: Hospital, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = harbor.house.tables.current()
    monkeypatch.setenv(compose.ENGINE_VARIABLE, address)
    asked = list[str]()
    ask = spark.SparkSession._ask
    monkeypatch.setattr(
        spark.SparkSession,
        "_ask",
        lambda self, one, *rest: (asked.append(one.query.name), ask(self, one, *rest))[1],
    )
    theirs = assess(compose.build(harbor.home, clock=harbor.clock), again=True)
    found = {part.table: (part.rows, part.sha256) for part in theirs.parts}
    assert found == {part.table: (part.rows, part.sha256) for part in ours.parts}
    assert theirs.id == ours.id
    for name in ("component_finding", "configuration_finding", "told_configuration", "told_device", "deed"):
        assert found[name][0] > 20, name
    wanted = {"components held against criteria", "component findings", "configuration findings", "deeds",
              "what is told of configurations", "what is told of devices alone"}  # fmt: skip
    assert wanted <= set(asked)
    assert not list((harbor.home / "tables" / "spill").glob("spark-*")), (
        "what was written down between is left"
    )


@BUSY
@pytest.mark.service
@pytest.mark.timeout(300)
def test_what_spark_cannot_do_is_a_sentence(address: str, tmp_path: Path) -> None:
    session = spark.SparkSession(address, tmp_path, lambda _: [])
    absurd = Query(name="absurd", tables=(), columns=("n",), sql="SELECT CAST('one' AS BIGINT) AS n")
    with pytest.raises(
        StateError, match=r"Spark could not answer 'absurd' \(.*CAST_INVALID_INPUT.*Nothing was published"
    ):
        session.rows(absurd, {}, {})
    literal = Query(
        name="literal",
        tables=(),
        params=("text",),
        columns=("n",),
        sql="SELECT 1 AS n WHERE $text LIKE '%' || $text",
    )
    assert session.rows(literal, {}, {"text": "a\\b"}) == [{"n": 1}], "a backslash is a backslash"
    empty = Query(name="empty", tables=("device",), columns=("n",), sql="SELECT count(*) AS n FROM device")
    assert session.rows(empty, {}, {}) == [{"n": 0}]
    numbers = Query(name="numbers", tables=(), params=("least",), columns=("n", "t"),
                    sql="SELECT n, t FROM (SELECT 2 AS n, 'b' AS t UNION ALL SELECT 1, 'a' UNION ALL SELECT 0, '') x WHERE n >= $least")  # fmt: skip
    with session.batches(numbers, {}, {"least": 1}, order=("t",)) as found:
        assert [row for batch in found for row in batch.to_pylist()] == [
            {"n": 1, "t": "a"},
            {"n": 2, "t": "b"},
        ]
    session.close()
    assert not list(tmp_path.iterdir())


@BUSY
@pytest.mark.service
@pytest.mark.timeout(300)
def test_a_cluster_reads_layers_as_this_machine_does(address: str, tmp_path: Path) -> None:
    """What was matched before may lie in layers, and is used again where a cluster makes the rest."""
    store = TableStore(tmp_path, release="tried")
    layered = TABLES["component_finding"]

    def part(layer: int, name: str, *found: tuple[str, str]) -> Part:
        rows = [{"finding_key": key, "vulnerability": vulnerability} for key, vulnerability in found]
        rows = rows if name == layered.name else [{"vulnerability": row["vulnerability"]} for row in rows]
        return replace(store.write_part(TABLES[name], arrow(TABLES[name], rows)), layer=layer)

    parts = [
        part(0, "component_finding", ("a", "V1"), ("b", "V2"), ("c", "V3")),
        part(1, "superseded", ("", "V1"), ("", "V3")),
        part(1, "component_finding", ("d", "V1")),
        part(2, "superseded", ("", "V1")),
        part(2, "component_finding", ("e", "V1")),
    ]
    asked = Query(name="all", tables=("component_finding",), columns=("finding_key", "vulnerability"),
                  sql="SELECT finding_key, vulnerability FROM component_finding ORDER BY 1")  # fmt: skip
    session = spark.SparkSession(address, tmp_path / "spill", lambda name: store.layers(name, parts))
    theirs = session.rows(asked, {}, {})
    session.close()
    assert [tuple(row.values()) for row in theirs] == [("b", "V2"), ("e", "V1")]
    with Desk(Engine(), tmp_path).session(lambda name: store.layers(name, parts), Scope.all()) as here:
        assert here.rows(asked, {}, {}) == theirs


def test_the_home_says_what_is_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compose.ENGINE_VARIABLE, "sparks.example")
    with pytest.raises(UsageError, match=r"'sparks.example' names no engine. Write .* spark://HOST:7077"):
        compose.build(tmp_path / "home")
    for good in ("spark://sparks.example:7077", "spark://a:7077,b:7077", "local[*]", "local[4]"):
        assert spark.master(good) == good


def test_without_the_extra_an_assessment_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hospital = Hospital(tmp_path / "home")
    monkeypatch.setenv(compose.ENGINE_VARIABLE, "spark://sparks.example:7077")
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    with pytest.raises(StateError, match=r'pip install "leadglass\[spark\]"'):
        assess(compose.build(hospital.home, clock=hospital.clock))
    assert hospital.house.tables.current() is None
