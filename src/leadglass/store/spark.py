# SPDX-License-Identifier: Apache-2.0
"""Apache Spark as the engine of an assessment whose fleet outgrows one machine: the same queries, the same rows.

Driver and workers meet in files: what a query reads are the Parquet files of the tables, what it answers are Parquet
files that the cluster writes below the spill folder. Nothing is held whole. Everything else of Spark (memory,
encryption, how many cores) stands in its own spark-defaults.conf.
"""

import re
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from leadglass.errors import StateError, UsageError
from leadglass.store.engine import Defined, Files, Layer, answerable
from leadglass.store.layers import SUPERSEDED
from leadglass.store.parquet import schema
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES

_MASTERS = re.compile(r"spark://[^\s]+:\d+|local\[(\d+|\*)\]")
_WAIT = 60.0  # seconds for the first worker to come

_TYPES = {
    "string": "STRING",
    "int32": "INT",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us]": "TIMESTAMP_NTZ",
}

# What the same answer depends on: texts bytewise, times without a zone, faults told and not turned into nulls
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.caseSensitive": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


def master(stated: str) -> str:
    """Give the address of a cluster as stated, nothing for none. UsageError where it is no address."""
    if stated and not _MASTERS.fullmatch(stated):
        raise UsageError(
            f"'{stated}' names no engine. Write the cluster's address, such as spark://HOST:7077,"
            " or local[4] for Spark on this machine alone; leave it empty for DuckDB."
        )
    return stated


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question: a query with what it is given, and in which order its rows are wanted."""

    query: Query
    relations: Mapping[str, pa.Table]
    params: Mapping[str, Any]
    order: Sequence[str] = ()


class SparkSession(Defined):
    """A session of Spark over Parquet files per table; it starts with the first question and ends with `close`."""

    most = 20_000_000
    """Rows that a slice of a spool may become: a cluster has more room, and each slice costs it a job."""

    def __init__(self, address: str, folder: Path, files: Files) -> None:
        if not (find_spec("pyspark") and find_spec("sqlglot")):
            raise StateError(
                'Spark is not installed here. Install it: pip install "leadglass[spark]" - or unset LEADGLASS_ENGINE.'
            )
        for left in folder.glob("spark-*"):  # of a process that was killed: one at a time makes snapshots
            shutil.rmtree(left, ignore_errors=True)
        super().__init__(files)
        self._address = address
        self._folder = folder / f"spark-{uuid.uuid4().hex[:8]}"
        self._spark: Any = None

    def run(self, query: Query, relations: Mapping[str, pa.Table], params: Mapping[str, Any]) -> pa.Table:
        """Run a query; unknown or missing parameters and relations are a fault of the caller."""
        with self._answer(_Asked(query, relations, params)) as files:
            if files is None:
                return pa.table({name: pa.nulls(0) for name in query.columns})
            return pa.concat_tables([pq.read_table(name) for name in files])

    def rows(self, query: Query, relations: Mapping[str, pa.Table], params: Mapping[str, Any]) -> list[Row]:
        """Run a query whose answer is read row by row."""
        with self._answer(_Asked(query, relations, params)) as files:
            return [row for name in files or () for row in pq.read_table(name).to_pylist()]

    @contextmanager
    def batches(
        self,
        query: Query,
        relations: Mapping[str, pa.Table],
        params: Mapping[str, Any],
        *,
        order: Sequence[str],
    ) -> Iterator[Iterable[pa.RecordBatch]]:
        """Run a query whose answer is larger than memory may be: batches of its rows in an order, while the block runs."""
        with self._answer(_Asked(query, relations, params, order)) as files:
            yield (batch for name in files or () for batch in pq.ParquetFile(name).iter_batches())

    @contextmanager
    def _answer(self, asked: "_Asked") -> Iterator[list[str] | None]:
        """Give the files of the answer, in their order, while the block runs; None: no row can come."""
        if not answerable(asked.query, asked.relations, asked.params, self._files):
            yield None
            return
        place = self._folder / uuid.uuid4().hex[:8]
        views = list[str]()
        try:
            with _told(f"answer '{asked.query.name}'"):
                files = self._ask(asked, place, views)
            yield files
        finally:
            for view in views:
                self._spark.catalog.dropTempView(view)
            self._defined.difference_update(views)
            shutil.rmtree(place, ignore_errors=True)

    def _ask(self, asked: "_Asked", place: Path, views: list[str]) -> list[str]:
        from leadglass.store.spark_sql import translate  # noqa: PLC0415 - an optional extra

        spark = self._started()
        place.mkdir()
        for name in asked.query.tables:
            if name not in self._defined:
                self._view(name)
        for name, relation in asked.relations.items():
            given = place / f"given_{name}.parquet"
            pq.write_table(relation, given)
            spark.read.schema(_layout(relation.schema)).parquet(given.as_uri()).createOrReplaceTempView(name)
            views.append(name)
        translated = translate(asked.query.sql)
        for stage in translated.stages:
            folder = place / stage.view
            found = spark.sql(stage.sql, args=dict(asked.params))
            found.write.parquet(folder.as_uri())
            spark.read.schema(found.schema).parquet(folder.as_uri()).createOrReplaceTempView(stage.view)
            views.append(stage.view)
        answer = spark.sql(translated.sql, args=dict(asked.params))
        if asked.order:
            answer = answer.orderBy(*asked.order)
        answer.write.parquet((place / "answer").as_uri())
        return sorted(str(path) for path in (place / "answer").glob("part-*"))

    def _view(self, name: str) -> None:
        """Define a table by its files, or as an empty one."""
        told = schema(TABLES[name])
        layers = self._files(name)
        if TABLES[name].derived:
            raise ValueError(f"{name} is worked out when a snapshot is read, not while one is made")
        if layers:
            found = reduce(lambda low, high: low.unionByName(high), (self._rows(told, one) for one in layers))
        else:
            nulls = ", ".join(f"CAST(NULL AS {_TYPES[str(field.type)]}) AS `{field.name}`" for field in told)
            found = self._spark.sql(f"SELECT {nulls} WHERE false")
        found.createOrReplaceTempView(name)
        self._defined.add(name)

    def _rows(self, told: pa.Schema, layer: Layer) -> Any:
        """Read a layer without what later ones hide."""
        found = self._spark.read.schema(_layout(told)).parquet(*map(_address, layer.files))
        if not layer.hides:
            return found
        hidden = self._spark.read.schema(_layout(schema(TABLES[SUPERSEDED])))
        return found.join(hidden.parquet(*map(_address, layer.hides)), "vulnerability", "left_anti")

    def _started(self) -> Any:
        """Start Spark, once; wait for the first worker, so that nobody waits for ever for none."""
        if self._spark is None:
            self._folder.mkdir(parents=True)
            self._spark = _start(self._address, self._folder)
            until = time.monotonic() + _WAIT
            while self._address.startswith("spark:") and not _workers(self._spark):
                if time.monotonic() > until:
                    self.close()
                    raise StateError(
                        f"No worker of {self._address} took the work within {_WAIT:.0f} seconds. Look at the cluster:"
                        " are its workers there, and are cores free? Without it: unset LEADGLASS_ENGINE."
                    )
                time.sleep(0.1)
        return self._spark

    def close(self) -> None:
        """Let go of the cluster."""
        if self._spark is not None:
            self._spark.stop()
            self._spark = None
        shutil.rmtree(self._folder, ignore_errors=True)


def _address(path: str) -> str:
    return Path(path).resolve().as_uri()


def _layout(told: pa.Schema) -> str:
    """Write a schema as Spark reads it: it need not look into the files."""
    return ", ".join(f"`{field.name}` {_TYPES[str(field.type)]}" for field in told)


def _start(address: str, folder: Path) -> Any:
    from pyspark.sql import SparkSession as Spark  # noqa: PLC0415 - an optional extra

    builder = Spark.builder.master(address).appName("leadglass")
    for name, value in (_SETTINGS | {"spark.sql.warehouse.dir": folder.as_uri()}).items():
        builder = builder.config(name, value)
    with _told(f"reach {address}"):
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
    return spark


def _workers(spark: Any) -> int:
    """Count the executors that came: Spark's own count has the driver too."""
    return int(spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) - 1  # noqa: SLF001 - it has no other


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what Spark throws into a sentence."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an optional extra
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an optional extra

    try:
        yield
    except (Py4JError, PySparkException) as error:
        said = [line for line in str(error).splitlines() if not line.startswith("An error occurred while")]
        raise StateError(
            f"Spark could not {what} ({(said or ['no reason given'])[0].lstrip(': ')[:300]}). Nothing was published."
            " Look at the cluster's own log; to assess without it, unset LEADGLASS_ENGINE."
        ) from error
